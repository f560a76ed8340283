"""No page computes: what tests/test_structure.py cannot tell apart by the text of an expression."""

import ast
import re

import pytest

from tests.pages.page_driver import EVERY_PAGE, ROOT

INNOCENT = {"linspace", "asarray"}  # an axis is sampled; a number is made an array
COMPUTING = {"sum", "mean", "dot", "prod", "cumsum", "min", "max", "std", "trace", "round", "clip"}


def is_text(node):
    """Whether an expression is text for certain: adding to it joins."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and (is_text(node.left) or is_text(node.right))
    if isinstance(node, ast.IfExp):
        return is_text(node.body) or is_text(node.orelse)
    if isinstance(node, ast.Call):
        function = ast.unparse(node.func)
        return function.startswith("snippets.") or function.endswith("'.join")
    return isinstance(node, ast.JoinedStr)


def is_label(node):
    """i + 1, as people count, and n - 1, the last."""
    return (
        isinstance(node.left, ast.Name)
        and node.left.id in {*"ijkn", "row", "unit"}
        and isinstance(node.op, ast.Add | ast.Sub)
        and isinstance(node.right, ast.Constant)
        and node.right.value == 1
    )


def computations(source):
    tree = ast.parse(source)
    keywords = [node for node in ast.walk(tree) if isinstance(node, ast.keyword)]
    ends = [k.value for k in keywords if k.arg == "end"]
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    decimals = [k.value for k in keywords if k.arg == "decimals"]
    for node in ast.walk(tree):
        text = ast.unparse(node) if isinstance(node, ast.expr | ast.stmt) else ""
        if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.BitOr):
            axis = node in ends and text == "1 / tau"
            digits = node in decimals and re.fullmatch(r"D \+ \d", text)
            if not (is_text(node) or is_label(node) or axis or digits):
                yield text
        elif isinstance(node, ast.AugAssign) and not isinstance(node.op, ast.BitOr):
            yield text
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            if not isinstance(node.operand, ast.Constant):
                yield text
        elif isinstance(node, ast.Attribute):
            numpy = ast.unparse(node.value) == "np" and node.attr not in INNOCENT
            field = node.attr == "trace" and node not in called  # of a record
            if numpy or (node.attr in COMPUTING and not field):
                yield text
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in COMPUTING | {"abs", "pow"}:
            yield text


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_page_has_no_arithmetic_on_quantities(page):
    source = (ROOT / "pages" / f"{page}.py").read_text(encoding="utf-8")
    assert list(computations(source)) == []


@pytest.mark.parametrize(
    "line",
    [
        'a = q["y"] + q["g"]',
        'a = (z @ J) + len("x")',
        'a = q["y"].sum()',
        "a = np.exp(z)",
        'q["y"] *= 2',
        "a = -z",
        "a = y * (1 - y)",
        "a = f(start=1 / tau)",
        "a = D + 1",
        "a = f(decimals=z + 1)",
        "a = J.trace()",
        "a = row + 2",
        "a = f(scale=D + 1)",
        "a = abs(g)",
        "a = tau + 1",
        "a = z ** 2",
    ],
)
def test_arithmetic_is_seen(line):
    assert list(computations(line))


@pytest.mark.parametrize(
    "line",
    [
        'a = "x" + f(y) + "z"',
        "a = snippets.one(z) + snippets.two(j)",
        'a = snippets.one(z) + (more if answer else "")',
        "a = f(end=1 / tau)",
        "a = f(decimals=D + 1)",
        "a = back.trace.y",
        'a = f"{i + 1}"',
        "a = k < n - 1",
        "a |= b",
        "a = np.linspace(-10, 10, 201)",
    ],
)
def test_text_labels_and_axes_are_not_arithmetic(line):
    assert not list(computations(line))
