"""No test has a patience of its own."""

import ast
from pathlib import Path

import pytest

from tests import patience

TESTS = sorted(p for p in Path(__file__).parent.rglob("*.py") if p.name != "patience.py")
WAITS = {"wait", "join", "recv", "result", "communicate", "sleep", "timeout", "set_default_timeout"}
"""What may be called with a number of seconds."""
CLOCKS = {"monotonic", "perf_counter", "process_time", "time"}


def is_number(node):
    """Whether it is written as a number other than zero, or computed from such alone."""
    numbers = [n for n in ast.walk(node) if isinstance(n, ast.Constant)]
    names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    return (
        not names
        and any(n.value for n in numbers)
        and {type(n.value) for n in numbers} <= {int, float}
    )


def called(node):
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def reads_a_clock(node):
    return any(isinstance(n, ast.Call) and called(n) in CLOCKS for n in ast.walk(node))


def impatience(code):
    """Each place where a test has a number of seconds of its own, as it is written."""
    for node in ast.walk(ast.parse(code)):
        found = False
        if isinstance(node, ast.Call):
            name = called(node)
            found = any(
                "timeout" in (keyword.arg or "") and is_number(keyword.value)
                for keyword in node.keywords
            )
            found |= name in WAITS and any(map(is_number, node.args[:1]))
            found |= name == "wait_for_timeout"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = node.args.posonlyargs + node.args.args
            defaults = [*zip(arguments[::-1], node.args.defaults[::-1], strict=False)]
            defaults += zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            found = any("timeout" in a.arg and d and is_number(d) for a, d in defaults)
            node = node.args
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            found = any(map(reads_a_clock, sides)) and any(map(is_number, sides))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            sides = [node.left, node.right]
            found = any(map(reads_a_clock, sides)) and any(map(is_number, sides))
        if found:
            yield ast.unparse(node)


@pytest.mark.parametrize("path", TESTS, ids=lambda p: p.stem)
def test_no_test_has_a_patience_of_its_own(path):
    assert list(impatience(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "code",
    [
        "expect(x).to_be_visible(timeout=60_000)",
        "AppTest.from_file(path, default_timeout=2 * 15)",
        "page.wait_for_timeout(n)",
        "thread.join(10)",
        "time.sleep(0.5)",
        "end = time.monotonic() + 60",
        "assert time.process_time() - start < 1",
        "def finish(run, timeout=30): ...",
        "async def finish(run, *, open_timeout: float = 30): ...",
    ],
)
def test_the_search_finds_it(code):
    assert len(list(impatience(code))) == 1


def test_the_search_knows_what_is_no_patience():
    code = "', '.join(words); thread.join(SECONDS); end = time.monotonic() + SECONDS; x.wait()"
    assert list(impatience(code)) == []


def test_work_that_takes_longer_than_it_may_is_seen():
    with pytest.raises(AssertionError, match="s of CPU"), patience.cpu_at_most(0.01):
        sum(range(5_000_000))


def test_what_never_comes_is_said(monkeypatch):
    monkeypatch.setattr(patience, "SECONDS", 0)
    with pytest.raises(AssertionError, match="no bus"):
        patience.until(lambda: False, "no bus")
