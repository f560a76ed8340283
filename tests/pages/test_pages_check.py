"""Check my gradient: verdicts, texts that are hostile, uploads and links, without a browser."""

import contextlib
import io
import json
import pickle
import re
import zipfile
from functools import cache
from itertools import product
from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import example as example_text
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import core
import pages
from core.diagnosis.case import Case, batch_softmaxes, right
from core.diagnosis.steps import backward
from core.diagnosis.verdict import NAMES, place
from pages.parts import verdicts
from pages.parts.controls import CONTROLS, EXAMPLES, MAX_TEXT_IN_LINK, Text
from tests.pages.page_driver import (
    PAGES,
    ROOT,
    assert_shows_core,
    boards,
    elements,
    numbers,
    of_type,
    open_page,
    parts,
    shown,
    texts,
    unpacked,
)

DEFAULTS = {key: control.default for key, control in CONTROLS.items()}
TEXTS = [key for key, control in CONTROLS.items() if isinstance(control, Text)]
ROW_SUMS = {"input": "2.0 1.0 0.1", "target": "0", "got_dL_dz": "0 0 0"}
CANARY = "qWx7Kz"


@pytest.fixture
def front_door(monkeypatch):
    """Opens the check page by app.py, as a browser does. AppTest's own switch_page never runs it."""
    check = next(page for page in pages.PAGES if page.stem == "check")

    def enter(session=(), first=check, **link):
        others = [page for page in pages.PAGES if page is not first]
        monkeypatch.setattr(pages, "PAGES", (first, *others))
        at = AppTest.from_file(ROOT / "app.py", default_timeout=30)
        for key, value in dict(session).items():
            at.session_state[key] = value
        at.query_params.update(link)
        return at.run()

    return enter


def check(**link):
    at = open_page("check", foot=False, **link)
    assert not at.exception, [e.message for e in at.exception]
    return at


def paste(at, **areas):
    for key, text in areas.items():
        at.text_area(key=key).set_value(text)
    at.run()
    assert not at.exception, [e.message for e in at.exception]
    return at


def press(at, label):
    at.button_group(key="preset").set_value(label).run()
    assert not at.exception
    return at


def areas(at):
    return {area.key: area.value for area in at.text_area}


def alerts(at):
    return [e.value for kind in (at.error, at.warning, at.success, at.info) for e in kind]


def titles(at):
    """What the explanations are called, in their order."""
    bold = [m.value[2:-2] for m in at.markdown if m.value.startswith("**")]
    return [re.sub(r"\\(.)", r"\1", title).lower() for title in bold]


def report(at):
    (text,) = [c.value for c in at.code if re.match(rf"({'|'.join(NAMES.values())}): ", c.value)]
    return text


def links(at):
    return {
        # The link stands below the title, the explanation and the fix of its mistake.
        title: (
            link.proto.page or "puzzle",
            dict(parse_qsl(link.proto.query_string)),
            link.proto.label,
        )
        for title, link in reversed(list(zip(titles(at), at.get("page_link"), strict=True)))
    }


def title_of(name):
    return next(m.title.lower() for m in core.MISTAKES if m.name == name)


def refusal(at):
    """The message and, where a place in a text is to blame, its line and the caret below."""
    assert [e.value for e in at.error] == ["This cannot be judged yet."]
    message, *place = [c.value for c in at.code]
    return (message, *(line for two in place for line in two.split("\n")))


# The page as it opens, and its examples.


def test_an_empty_page_says_what_to_paste_and_has_no_error():
    at = check()
    assert at.info[0].value.startswith("Paste your numbers")
    assert not at.error
    assert not at.code
    assert not boards(at)
    assert set(areas(at).values()) == {""}
    assert not at.query_params


PROMISED = {
    "The row sums": ({"dL_dz": False}, ["row-sums"]),
    "A right one": ({"dL_dz": True}, []),
    "Two at once": ({"dL_dz": False}, ["sign-flipped", "batch-mean-forgotten"]),
    "y − t with squared error": ({"dL_dz": False}, ["fused-for-squared-error"]),
    "A whole layer": ({"dL_dz": True, "dL_dW": False}, ["transposed"]),
    "No known mistake": ({"dL_dz": False}, []),
}


def test_every_example_has_a_promise_and_the_first_is_the_learners_own():
    assert [example.label for example in EXAMPLES] == list(PROMISED)
    assert EXAMPLES[0].state["got_dL_dz"] == "0 0 0"


@pytest.mark.parametrize("label", PROMISED)
def test_an_example_gives_the_verdict_that_its_help_promises(label):
    at = press(check(), label)
    verdict, named = PROMISED[label]
    for quantity, is_right in verdict.items():
        words = "is right, to the digits given." if is_right else "is not right."
        assert any(said.startswith(f"{NAMES[quantity]} {words}") for said in alerts(at))
    assert len(alerts(at)) == len(verdict)
    first = [title_of(name) for name in named]
    if label == "y − t with squared error":  # ∂L/∂y is y − t for half of it: two names of one thing
        assert set(first) <= set(titles(at))
    else:
        assert titles(at)[: len(first)] == first
    if label == "No known mistake":
        assert "No mistake that is known here, nor two together" in at.error[0].value
        assert not titles(at)
        assert "sums to 0; one of yours sums to 0\\.1" in at.markdown[0].value


def test_two_mistakes_of_an_example_stand_in_one_frame():
    at = press(check(), "Two at once")
    frame = next(e for e in elements(at) if getattr(e, "key", None) == "dL_dz_0")
    inside = [child.value for child in frame.children.values() if child.type == "markdown"]
    assert [t[2:-2].lower() for t in inside if t.startswith("**")] == [
        title_of("sign-flipped"),
        title_of("batch-mean-forgotten"),
    ]


@cache
def example(label):
    """A fresh page with an example; only read."""
    return press(check(), label)


@pytest.mark.parametrize("before", PROMISED)
def test_an_example_shows_the_same_whatever_was_there_before(before):
    bench = check(over="mean", tau=2)
    for after in PROMISED:
        at = press(press(bench, before), after)
        fresh = example(after)
        assert areas(at) == areas(fresh), after
        assert alerts(at) == alerts(fresh), after
        assert shown(at) == shown(fresh), after
        assert shown(at)["tau"] == 1


def test_an_example_leaves_no_text_of_the_one_before_in_the_link(front_door):
    at = front_door()
    for before, after in product(PROMISED, PROMISED):
        press(press(at, before), after)
        assert dict(at.query_params) == dict(example(after).query_params), (before, after)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.label)
def test_an_example_leaves_defaults_out_of_the_link(example):
    link = press(check(), example.label).query_params
    plain = {key: list(v) if isinstance(v, tuple) else v for key, v in DEFAULTS.items()}
    assert set(link) == {key for key, value in example.state.items() if value != plain[key]}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.label)
def test_the_texts_come_back_from_the_link_with_the_same_verdict(example):
    sent = press(check(), example.label)
    got = check(**sent.query_params)
    assert areas(got) == areas(sent)
    assert alerts(got) == alerts(sent)
    assert titles(got) == titles(sent)
    assert report(got) == report(sent)
    assert {k: numbers(b).keys() for k, b in boards(got).items()} == {
        k: numbers(b).keys() for k, b in boards(sent).items()
    }
    assert dict(got.query_params) == dict(sent.query_params)


# Mistakes, and where they can be seen.


@pytest.mark.parametrize("mistake", core.MISTAKES, ids=lambda m: m.name)
def test_what_a_mistake_points_to_is_a_page_and_a_state_of_its_controls(mistake):
    stem, _, query = mistake.see.partition("?")
    assert stem in {page.stem for page in pages.PAGES}
    state = dict(parse_qsl(query, strict_parsing=bool(query), keep_blank_values=True))
    assert state.keys() <= CONTROLS.keys()
    for key, value in state.items():
        control = CONTROLS[key]
        if hasattr(control, "options"):
            assert value in control.options
        else:
            assert control.low <= float(value) <= control.high


SOFT = "0.1 0.6 0.2 0.1"


@cache
def made(name):
    """The page with numbers that a mistake makes, pasted with all their digits, and the state."""
    mistake = next(m for m in core.MISTAKES if m.name == name)
    z = np.array([[1.5, -0.5, 0.7, 0.2], [0.3, 0.9, -1.1, 0.4]])
    if name in ("float32-underflow", "float64-overflow"):
        z = z * 2000 if name.startswith("float64") else z * 100
    quantity = next(q for q in ("dL_dz", "dL_dW", "dL_db") if q in mistake.quantities)
    quantity = "dL_dW" if name == "transposed" else quantity
    for rows, tau, soft, loss, reduction, mean in product(
        (1, 2), (1.0, 1.7), (False, True), core.LOSSES, ("half", "sum"), (False, True)
    ):
        t = np.array([[0.1, 0.6, 0.2, 0.1]] if soft else [[0.0, 1.0, 0.0, 0.0]] * rows)
        t = np.broadcast_to(t, (rows, 4))
        across, whole = batch_softmaxes(z[:rows], tau)
        case = Case(
            z=z[:rows],
            t=t,
            h=np.array([[0.5, -1.2], [0.3, 0.8]])[:rows],
            loss=loss,
            reduction=reduction,
            batch_mean=mean,
            temperature=tau,
            rows=rows,
            across=across,
            whole=whole,
            z_known=True,
        )
        wrong = backward(case, {mistake.step: mistake.wrong}, quantity)
        expected = right(case, quantity)
        same = np.squeeze(wrong).shape == np.squeeze(expected).shape and np.allclose(
            np.squeeze(wrong), np.squeeze(expected), equal_nan=True
        )
        if mistake.applies(case) and not same:
            break
    pasted = {
        "input": json.dumps((case.z if rows > 1 else case.z[0]).tolist()),
        "target": SOFT if soft else "1" if rows == 1 else "1 1",
        f"got_{quantity}": str(wrong.tolist()),
        "got": quantity,
        "tau": tau,
        "loss": loss,
        "mse": reduction,
        "over": "mean" if mean else "sum",
    }
    if quantity == "dL_dW":
        pasted["h"] = json.dumps(np.asarray(case.h).tolist())
    return check(**pasted), case


NAMES_OF_MISTAKES = [m.name for m in core.MISTAKES]
SEEN = {m.name: m.see for m in core.MISTAKES}
OWN = [name for name in NAMES_OF_MISTAKES if "z1=" in SEEN[name]]
"""Those that are shown at logits of their own."""


@cache
def seen(name):
    """What the link of a mistake opens."""
    page, query, _ = links(made(name)[0])[title_of(name)]
    return open_page(page, **query)


@pytest.mark.parametrize("name", NAMES_OF_MISTAKES)
def test_a_mistake_is_named_with_its_words_its_fix_and_its_link(name):
    at, _ = made(name)
    mistake = next(m for m in core.MISTAKES if m.name == name)
    assert mistake.title.lower() in titles(at)
    assert verdicts.plain(mistake.explanation) in [m.value for m in at.markdown]
    assert mistake.fix in [c.value for c in at.code]
    page, query, label = links(at)[mistake.title.lower()]
    assert page == SEEN[name].split("?")[0]
    assert label.startswith("See it in the explorer")
    assert set(dict(parse_qsl(SEEN[name].partition("?")[2]))) <= query.keys()


@pytest.mark.parametrize("name", NAMES_OF_MISTAKES)
def test_the_link_of_a_mistake_opens_the_explorer_at_the_learners_logits(name):
    at, case = made(name)
    page, _, label = links(at)[title_of(name)]
    target = seen(name)
    assert not target.exception
    if page in PAGES:
        assert_shows_core(target, page, DEFAULTS | shown(target))
    if case.rows > 1 or name in OWN:
        return
    z = [shown(target)[f"z{k + 1}"] for k in range(4)]
    np.testing.assert_allclose(z, case.z[0])
    assert shown(target)["n"] == 4
    assert label.endswith("at your numbers")


@pytest.mark.parametrize("name", NAMES_OF_MISTAKES)
def test_a_link_that_says_at_your_numbers_is_at_every_one_of_them(name):
    """Logits, class, temperature and reduction, also in a new tab."""
    at, case = made(name)
    if not links(at)[title_of(name)][2].endswith("at your numbers"):
        return
    state = shown(seen(name))
    np.testing.assert_allclose([state[f"z{k + 1}"] for k in range(state["n"])], case.z[0])
    assert state["tau"] == case.temperature
    assert state.get("t", "2") == "2"
    assert state.get("mse", case.reduction) == case.reduction


@pytest.mark.parametrize("name", OWN)
def test_a_mistake_with_logits_of_its_own_does_not_claim_to_be_at_the_learners(name):
    at, _ = made(name)
    label = links(at)[title_of(name)][2]
    own = dict(parse_qsl(SEEN[name].partition("?")[2]))
    state = shown(seen(name))
    assert {k: float(state[k]) for k in own} == {k: float(v) for k, v in own.items()}
    assert label == "See it in the explorer"
    assert state["n"] == 3, "and at no more classes than it has logits for"


@pytest.mark.parametrize(
    "z",
    ["1 12 0.1", "[[2, 1, 0.1], [1, 1, 1]]", " ".join(["1"] * 11), "2 1 0.1 " + " " * 2000],
    ids=["beyond the sliders", "two rows", "eleven classes", "a long text"],
)
def test_a_link_is_without_a_state_where_the_sliders_cannot_show_it(z):
    m, n = core.read_numbers(z).values.reshape(-1, core.read_numbers(z).values.shape[-1]).shape
    zeros = str([[0] * n] * m if m > 1 else [0] * n)
    at = paste(check(), input=z, target="0", got_dL_dz=zeros)
    page, query, label = links(at)[title_of("row-sums")]
    assert (page, query, label) == ("puzzle", {"answer": "Yes"}, "See it in the explorer")


def test_a_row_in_two_brackets_is_one_row_for_the_link():
    at = check(input="[[3.0 -1.0 0.5]]", target="0", got_dL_dz="[[0 0 0]]")
    _, query, label = links(at)[title_of("row-sums")]
    assert label.endswith("at your numbers")
    assert [query.get(f"z{k}") for k in (1, 2, 3)] == ["3", "-1", "0.5"]


def test_a_link_needs_no_target_where_none_is_needed():
    J = core.softmax_jacobian([3.0, -1.0, 0.5])
    at = check(input="3 -1 0.5", got="J", got_J=str((J * np.eye(3)).tolist()))
    _, query, label = links(at)[title_of("diagonal-only")]
    assert label.endswith("at your numbers")
    assert query["z1"] == "3"
    assert "t" not in query


def test_a_symbol_that_opens_a_title_keeps_its_case():
    bold = {m.value[2:-2] for m in made("fused-for-squared-error")[0].markdown}
    assert "y − t is used with squared error" in bold
    assert verdicts.plain("The rows of J are summed") in {
        m.value[2:-2] for m in made("row-sums")[0].markdown
    }


# What the verdict rests on.


def numpy_text(x):
    return np.array2string(np.asarray(x), precision=4, threshold=10**6)


@pytest.mark.parametrize("loss", core.LOSSES)
@pytest.mark.parametrize("reduction", core.REDUCTIONS)
@pytest.mark.parametrize("over", ["sum", "mean"])
def test_loss_reduction_mean_and_temperature_are_those_of_the_sidebar(loss, reduction, over):
    z, t = [[2.0, 1.0, 0.1], [0.0, 1.0, 3.0]], [0, 1]
    options = {"loss": loss, "reduction": reduction, "batch_mean": over == "mean"}
    wrong = "[[0.3 0.2 0.1]\n [0.1 0.2 0.4]]"
    at = check(
        input=numpy_text(z),
        target="0 1",
        got_dL_dz=wrong,
        loss=loss,
        mse=reduction,
        over=over,
        tau=0.7,
    )
    assert report(at) == str(
        core.diagnose(numpy_text(z), "0 1", dL_dz=wrong, temperature=0.7, **options)
    )
    at = check(
        input=numpy_text(z),
        target="0 1",
        got_dL_dz=numpy_text(
            core.diagnose(z, t, dL_dz=wrong, temperature=0.7, **options).verdicts["dL_dz"].expected
        ),
        loss=loss,
        mse=reduction,
        over=over,
        tau=0.7,
    )
    assert alerts(at) == ["∂L/∂z is right, to the digits given."]


FROM_CODE = {
    **{e.label: {k: v for k, v in e.state.items() if v not in ("", [])} for e in EXAMPLES},
    "y as the base": {"given": "y", "input": "0.7 0.2 0.1", "target": "0", "got_dL_dz": "0 0 0"},
    "a quote, an escape and a line": {
        "input": "2 1 0.1",
        "target": "0",
        "got_dL_dz": '0 0 0\n\n"""\\x41 \' {name}',
    },
}


@pytest.mark.parametrize("label", list(FROM_CODE)[:-1])
def test_the_code_below_runs_and_prints_the_report_above_it(label):
    at = check(**FROM_CODE[label])
    (code,) = [c.value for c in at.code if c.value.startswith("from core import diagnose")]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "notebook", "exec"), {})
    assert printed.getvalue() == report(at) + "\n"
    state = DEFAULTS | FROM_CODE[label]
    names = [state["got"]] if isinstance(state["got"], str) else list(state["got"])
    assert report(at) == str(
        core.diagnose(
            **{state["given"]: state["input"]},
            t=state["target"],
            h=state["h"] or None,
            **{name: state[f"got_{name}"] for name in names},
            loss=state["loss"],
            reduction=state["mse"],
            batch_mean=state["over"] == "mean",
            temperature=float(state["tau"]),
        )
    )


def test_y_may_stand_for_z():
    y = "0.6590 0.2424 0.0986"
    at = check(given="y", input=y, target="0", got_dL_dz="-0.3410 0.2424 0.0986")
    assert alerts(at) == ["∂L/∂z is right, to the digits given."]
    assert at.text_area(key="input").label.startswith("y,")
    at = paste(at, got_dL_dz="0 0 0")
    assert title_of("row-sums") in titles(at)
    assert all("z1" not in query for _, query, _ in links(at).values())


def test_the_text_stays_when_it_is_said_to_be_y_and_not_z():
    at = paste(check(), input="0.6590 0.2424 0.0986", target="0")
    at.button_group(key="given").set_value("y").run()
    assert at.text_area(key="input").value == "0.6590 0.2424 0.0986"


def test_y_as_the_base_is_no_claim_of_its_own():
    """The area of y is there, as it was picked; what is known is known from the first one."""
    state = {"given": "y", "input": "0.6590 0.2424 0.0986", "target": "0", "got": ["y", "dL_dz"]}
    at = check(**state, got_dL_dz="-0.3410 0.2424 0.0986")
    assert alerts(at) == ["∂L/∂z is right, to the digits given."]


@pytest.mark.parametrize("names", [[], ["J"], ["y", "dL_dW"], list(NAMES)], ids=str)
def test_only_the_areas_of_the_quantities_that_were_got_are_drawn(names):
    at = check()
    at.button_group(key="got").set_value(names).run()
    assert not at.exception
    layer = {"h"} if "dL_dW" in names else set()
    assert set(areas(at)) == {"input", "target", *layer, *(f"got_{name}" for name in names)}
    assert [kind.value for kind in at.info], "nothing is judged yet"
    at = check(**ROW_SUMS, got=names or "")
    assert (title_of("row-sums") in titles(at)) == ("dL_dz" in names)


@pytest.mark.parametrize("text", ["1 2 3", "1 2 3 " * 1000], ids=["short", "long"])
def test_a_text_is_still_there_when_its_quantity_is_picked_again(front_door, text):
    at = paste(front_door(), got_dL_dz=text, **{k: ROW_SUMS[k] for k in ("input", "target")})
    at.button_group(key="got").set_value(["J"]).run()
    assert "got_dL_dz" not in areas(at)
    at.button_group(key="got").set_value(["J", "dL_dz"]).run()
    assert at.text_area(key="got_dL_dz").value == text


@pytest.mark.parametrize("name", NAMES)
def test_every_quantity_is_judged_right_and_wrong(name):
    z, h = np.array([[2.0, 1.0, 0.1], [0.0, 1.0, 3.0]]), np.array([[0.5, -1.0], [2.0, 0.3]])
    got = core.diagnose(
        z,
        [0, 1],
        h=h,
        **{name: np.zeros((2, 3, 3) if name == "J" else 3 if name == "dL_db" else (2, 3))},
    )
    expected = got.verdicts[name].expected
    base = {"input": numpy_text(z), "target": "0 1", "got": name}
    base |= {"h": numpy_text(h)} if name == "dL_dW" else {}
    at = check(**base, **{f"got_{name}": numpy_text(expected)})
    assert alerts(at) == [f"{NAMES[name]} is right, to the digits given."]
    assert not boards(at)
    at = check(**base, **{f"got_{name}": numpy_text(-1.3 * expected)})
    assert at.error[0].value.startswith(f"{NAMES[name]} is not right.")
    assert list(boards(at)) == [f"{name}_board"]


def test_digits_that_cannot_tell_are_a_warning_with_the_numbers():
    at = check(given="z", input="2.3 1.4 0.1", target="0", got_dL_dz="-0.353 0.279 0.073")
    assert not at.error
    assert [w.value for w in at.warning] == ["∂L/∂z cannot be told from these digits."]
    assert list(boards(at)) == ["dL_dz_board"]
    assert any("with more digits" in m.value for m in at.markdown)


# The numbers side by side.


def assert_numbers(at, **diagnosed):
    """Each board has the part of yours, right and difference around the worst entry."""
    verdicts_ = core.diagnose(**diagnosed).verdicts
    wrong = {name: v for name, v in verdicts_.items() if v.right is not True}
    assert boards(at).keys() == {f"{name}_board" for name in wrong}
    cut = False
    for name, verdict in wrong.items():
        board = boards(at)[f"{name}_board"]
        blocks = {b["quantity"]: b for b in parts(board) if b.get("kind") == "matrix"}
        tables = {
            "yours": verdict.got,
            "right": verdict.expected,
            "yours − right": verdict.difference,
        }
        tables = {title: table for title, table in tables.items() if table is not None}
        assert list(blocks)[::-1] == [
            f"{name}: {title}" for title in tables
        ]  # the last is popped first
        if verdict.worst is None:
            assert all(b["kind"] != "text" for b in board["blocks"])
        else:
            assert place(verdict.worst, verdict.expected.ndim) in sentence(board)
            told = {"yours": verdict.got, "right": verdict.expected}
            told = {word: table[verdict.worst] for word, table in told.items()}
            told |= (
                {} if verdict.numeric is None else {"measured from the loss alone": verdict.numeric}
            )
            for word, value in told.items():
                assert f"{word} #" in sentence(board)
                np.testing.assert_array_equal(numbers(board)[f"{name}: worst, {word}"], value)
        for title, table in tables.items():
            block, sent = blocks[f"{name}: {title}"], numbers(board)[f"{name}: {title}"]
            assert block["shape"] == "×".join(map(str, table.shape))
            worst = verdict.worst
            if table.ndim == 3:
                table, worst = table[worst[0]], worst[1:]
            if table.ndim == 1:
                table, worst = table[None], None if worst is None else (0, *worst)
            rows = [int(label) - 1 for label in block["rows"]]
            columns = [int(label) - 1 for label in block["columns"]]
            assert rows == list(range(rows[0], rows[0] + min(8, table.shape[0])))
            assert columns == list(range(columns[0], columns[0] + min(10, table.shape[1])))
            assert block["title"] == title
            cut = cut or (len(rows), len(columns)) != table.shape
            np.testing.assert_array_equal(
                sent.reshape(len(rows), len(columns)), table[np.ix_(rows, columns)]
            )
            assert sent.ndim == (1 if 1 in (len(rows), len(columns)) else 2)
            if worst is None:
                assert block["row"] is None
                assert block["column"] is None
            else:
                assert (rows[block["row"]], columns[block["column"]]) == worst
    return cut


def sentence(board):
    """The words above the matrices, with a # for each number."""
    (block,) = [b for b in board["blocks"] if b["kind"] == "text"]
    return "".join(part if isinstance(part, str) else "#" for part in block["parts"])


def larger(shape, seed=0):
    return np.round(np.random.default_rng(seed).normal(size=shape), 3)


def matrix_text(x):
    return "\n".join(" ".join(map(str, row)) for row in x.tolist())


SMALL = {
    "a row": ("2 1 0.1", "0", {"dL_dz": "0.1 0.2 -0.35"}),
    "two classes": ("2 1", "0", {"dL_dz": "0.1 0.2"}),
    "ten classes": ("2 1 0 0 0 0 0 0 0 1", "0", {"dL_dz": "0 0 0 0 0 0 0 0 5 0"}),
    "eleven classes, the last is worst": ("1 " * 11, "0", {"dL_dz": "0 " * 10 + "5"}),
    "nan and inf": ("2 1 0.1", "0", {"dL_dz": "nan inf -inf"}),
    "a Jacobian": ("2 1 0.1", "0", {"J": "0.5 0 0\n0 0.6 0\n0 0 0.9"}),
    "two quantities": ("2 1 0.1", "0", {"y": "0.2 0.3 0.5", "dL_dz": "1 2 3"}),
}


@pytest.mark.parametrize("name", SMALL)
def test_the_boards_show_yours_right_and_the_difference_with_the_worst_framed(name):
    z, t, got = SMALL[name]
    at = check(input=z, target=t, got=list(got), **{f"got_{k}": v for k, v in got.items()})
    assert_numbers(at, z=z, t=t, **got)


LARGE = {
    "200×30": ((200, 30), lambda z, h: {"dL_dz": larger((200, 30), 1)}),
    "the last cell": ((50, 20), lambda z, h: {"y": core.softmax(z) + 9 * one(z, -1, -1)}),
    "the first cell": ((50, 20), lambda z, h: {"y": core.softmax(z) + 9 * one(z, 0, 0)}),
    "in the middle": ((50, 20), lambda z, h: {"y": core.softmax(z) + 9 * one(z, 25, 9)}),
    "9 rows": ((9, 3), lambda z, h: {"dL_dz": larger((9, 3), 1)}),
    "8 rows": ((8, 3), lambda z, h: {"dL_dz": larger((8, 3), 1)}),
    "∂L/∂W 40×50": ((3, 50), lambda z, h: {"dL_dW": larger((40, 50), 2)}),
    "∂L/∂W on its side": ((3, 50), lambda z, h: {"dL_dW": larger((50, 40), 2)}),
    "∂L/∂b not summed": ((3, 12), lambda z, h: {"dL_db": larger((3, 12), 2)}),
    "a column": ((3, 2), lambda z, h: {"dL_dW": larger((40, 2), 2)}),
    "J of a batch": ((5, 12), lambda z, h: {"J": larger((5, 12, 12), 2)}),
}


def one(like, i, j):
    out = np.zeros_like(like)
    out[i, j] = 1
    return out


@cache
def large(name):
    (m, n), make = LARGE[name]
    z, h = larger((m, n)), larger((m, 40), 7)
    got = make(z, h)
    base = {"z": matrix_text(z), "t": "0 " * m, "h": matrix_text(h)}
    claims = {k: str(v.tolist()) for k, v in got.items()}
    at = check(got=list(claims))
    filled = {"input": base["z"], "target": base["t"]}
    filled |= {"h": base["h"]} if "dL_dW" in claims else {}
    return paste(at, **filled, **{f"got_{k}": v for k, v in claims.items()}), base | claims


@pytest.mark.parametrize("name", LARGE)
def test_of_a_larger_matrix_the_part_with_the_worst_entry_is_drawn(name):
    at, diagnosed = large(name)
    cut = assert_numbers(at, **diagnosed)
    assert cut == (name not in ("8 rows",))
    said = any("the part around the worst entry" in c.value for c in at.caption)
    assert said == cut


@pytest.mark.parametrize("name", ["two classes", "ten classes"])
def test_what_is_drawn_whole_is_not_called_a_part(name):
    z, t, got = SMALL[name]
    at = check(input=z, target=t, **{f"got_{k}": v for k, v in got.items()})
    assert not [c for c in at.caption if "the part around" in c.value]


def test_of_a_batch_of_jacobians_it_is_said_which_one_is_drawn():
    z = [[2.0, 1.0, 0.1], [0.0, 1.0, 3.0]]
    wrong = core.softmax_jacobian(z) + np.array([[[0]], [[0.5]]])
    at = check(input=numpy_text(z), got="J", got_J=str(wrong.tolist()))
    assert "Worst entry, example 2, row" in sentence(boards(at)["J_board"])


@pytest.mark.parametrize("name", LARGE)
def test_colours_of_classes_stand_at_the_classes_they_are_of(name):
    at, _ = large(name)
    for board in boards(at).values():
        for block in parts(board):
            for coloured, labels in (("classColumns", "columns"), ("classRows", "rows")):
                if block.get(coloured):
                    assert block[labels][0] == "1"


def test_a_board_has_a_name_and_the_engine_is_mounted_once_and_last():
    at = press(check(), "A whole layer")
    assert "∂L/∂W" in boards(at)["dL_dW_board"]["alt"]
    for page in (at, check()):
        mounted = of_type(page, "bidi_component")
        engine = [e for e in mounted if e.proto.component_name == "board_engine"]
        assert engine == mounted[-1:]
        head, *_ = unpacked(engine[0].proto.bytes)
        assert (head["page"], head["sliders"]) == ("check", [])
        assert head["state"]["tau"] == 1.0


def test_a_pasted_text_is_not_sent_again_with_every_board():
    at = paste(check(), **(ROW_SUMS | {"input": "2.0 1.0 0.1" + " " * 50_000}))
    assert boards(at)
    for element in of_type(at, "bidi_component"):
        assert len(element.proto.SerializeToString()) < 20_000


# Texts that are no numbers.


def blamed(text, source="dL_dz"):
    """What the page must say of a text, or None if it can be read."""
    try:
        core.read_numbers(text)
    except core.ReadingError as error:
        return error.of(source)
    return None


def strings_by_type(at):
    for element in elements(at):
        if getattr(element, "proto", None) is not None and not hasattr(element, "children"):
            stub = type("Tree", (), {"_tree": type("B", (), {"children": {0: element}})()})
            yield from ((element.type, text) for text in texts(stub))


HOSTILE = [
    f"{CANARY} 0.1",
    f"**{CANARY}**",
    f"[{CANARY}](javascript:alert(1))",
    f"![{CANARY}](http://example.com/x.png)",
    f":red[{CANARY}]",
    f":material/{CANARY}:",
    f"${CANARY}$",
    f"$$\\href{{javascript:alert(1)}}{{{CANARY}}}$$",
    f"\\begin{{bmatrix}} {CANARY} \\end{{bmatrix}}",
    f"</code></pre><script>{CANARY}</script>",
    f"<img src=x onerror=alert('{CANARY}')>",
    f"```\n{CANARY}\n```\n# {CANARY}",
    f"\x00\x1b[31m{CANARY}\x07\u202e\u2028\r",
    f"0.1 0.2 {'{'}{CANARY}{'}'}",
    f"[[1, 2], [3, {CANARY}]]",
    f"{CANARY}" * 50,
]
FIELDS = {"input": "z", "target": "target", "h": "h", "got_dL_dW": "dL_dW"}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_text_reaches_the_browser_as_literal_code_and_in_its_area_only(text):
    link = {"input": "2 1", "target": "0", "h": "1", "got": "dL_dW", "got_dL_dW": "0 0"}
    for field, source in FIELDS.items():
        at = check(**(link | {field: text}))
        assert at.text_area(key=field).value == text
        error = blamed(text, source)
        assert refusal(at)[0] == str(error)
        where = {kind for kind, said in strings_by_type(at) if CANARY in said}
        assert {"text_area"} <= where <= {"text_area", "code"}
        assert all(c.language == "plaintext" for c in at.code)
        assert not boards(at)


def test_the_search_for_hostile_text_would_find_it_in_markdown():
    at = press(check(), "The row sums")
    assert "markdown" in {
        k for k, said in strings_by_type(at) if "right answer to the wrong" in said
    }


SIGNS = st.sampled_from(
    [
        *(
            "[",
            "]",
            "(",
            ")",
            ",",
            ";",
            "\n",
            "\t",
            " ",
            "0.5",
            "-1e-3",
            "nan",
            "...",
            "*",
            "_",
            "`",
        ),
        *("$", ":red[", "](javascript:alert(1))", "![](http://x)", "<b>", "&amp;", "\\\\", "🙂"),
        *(
            "\\begin{pmatrix}",
            "\\end{pmatrix}",
            "&",
            "tensor(",
            "dtype=",
            "\x00",
            "\x1b",
            "\r",
            "−",
        ),
    ]
)
ANY_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.lists(SIGNS, max_size=25).map("".join),
)


@cache
def workbench():
    return paste(check(), input="2 1 0.1", target="0")


@settings(max_examples=120, deadline=None)
@given(ANY_TEXT)
@example_text("\n,")
def test_any_text_is_kept_and_what_cannot_be_read_is_shown_with_a_caret_below(text):
    at = paste(workbench(), got_dL_dz=text)
    assert (at.text_area(key="got_dL_dz").value or "") == text
    error = blamed(text)
    if not text.strip():
        assert at.info
    elif error is None:
        assert alerts(at)
    elif error.line is None:
        assert refusal(at) == (str(error),)
    elif not text.split("\n")[error.line - 1]:
        assert refusal(at)[0] == str(error)  # "\n," has no numbers, and no character to blame
    else:
        message, snippet, caret = refusal(at)
        assert message == str(error)
        assert f"line {error.line}, column {error.column}: " in message
        line = text.split("\n")[error.line - 1]
        at_caret = len(caret) - 1
        assert caret == " " * at_caret + "^"
        before, behind = line[: error.column - 1], line[error.column - 1 :]
        assert at_caret <= 30
        assert len(snippet) <= 60
        shown_before, shown_behind = snippet[:at_caret], snippet[at_caret:]
        assert printable(before).endswith(printable(shown_before))
        assert printable(behind).startswith(printable(shown_behind))
        assert len(before) <= 29 or len(shown_before) == 29
        assert shown_behind or not behind


def printable(text):
    """Without what a page may show as a blank."""
    return re.sub(r"[^!-~−∂]", " ", text)


@pytest.mark.parametrize(
    ("text", "snippet", "caret"),
    [
        ("0.1 O.2", "0.1 O.2", "    ^"),
        ("  x", "  x", "  ^"),
        ("[1, 2],\n[3, 4x]", "[3, 4x]", "    ^"),
        ("1 2\r\n3 x", "3 x", "  ^"),
        ("−1 −2 oops", "−1 −2 oops", "      ^"),
        ("1 " * 40 + "x" + " 2" * 40, ("1 " * 40 + "x" + " 2" * 40)[51:111], " " * 29 + "^"),
        ("[1 2 3", "[1 2 3", "^"),
    ],
)
def test_the_caret_stands_below_the_character_to_blame(text, snippet, caret):
    assert refusal(paste(workbench(), got_dL_dz=text))[1:] == (snippet, caret)


@pytest.mark.parametrize(
    "text", ["1\t2\t\tx3", "\x0b\x0b!", "１ 2 x", "e\u0301 x", "🙂 1"], ids=ascii
)
def test_nothing_before_the_caret_is_wider_or_narrower_than_it_counts(text):
    _, snippet, caret = refusal(paste(workbench(), got_dL_dz=text))
    before = snippet[: len(caret) - 1]
    assert re.fullmatch(r"[ -~−∂é]*", before), ascii(before)
    assert len(snippet) == len(text)


def test_a_parse_error_in_the_target_is_shown_in_the_text_of_the_target():
    at = check(input="2 1 0.1", target="  first", got_dL_dz="0 0 0")
    assert refusal(at)[0].startswith("target: line 1, column 3: expected a number, got 'first'")
    assert refusal(at)[1:] == ("  first", "  ^")


@given(st.text(max_size=80))
def test_plain_text_is_itself_once_markdown_has_taken_the_backslashes(text):
    escaped = verdicts.plain(text)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>$#|~]", re.sub(r"\\.", "", escaped))


def test_no_words_of_the_library_are_anything_to_markdown_once_they_are_escaped():
    said = [words for m in core.MISTAKES for words in (m.title, m.explanation)]
    for words in said:
        # Streamlit makes signs of these, and HTML entities of those, whatever is escaped.
        assert not re.search(r"->|<-|--|>=|<=|~=|&\w+;|https?:|www\.|\n", words), words
        assert not re.search(r"(?<!\\)[`*_\[\]<>$#|~]", verdicts.plain(words)), words


def test_markdown_of_the_verdicts_is_escaped():
    for name in ("target-row", "binary-cross-entropy", "batch-mean-forgotten", "transposed"):
        at, _ = made(name)
        for m in at.markdown:
            inner = m.value[2:-2] if m.value.startswith("**") else m.value.removeprefix("- ")
            inner = re.sub(r"\n- ", " ", inner)
            assert not re.search(r"(?<!\\)[`*_\[\]<>$#|~]", inner), m.value
            assert not m.allow_html


# Numbers that do not go together.


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ({"got_dL_dz": "0 0"}, "dL_dz: expected shape (3,), got shape (2,)"),
        ({"got_dL_dz": "0 0 0\n0 0 0"}, "dL_dz: expected shape (3,), got shape (2, 3)"),
        ({"target": ""}, "t: expected a target, as dL_dz is to be checked"),
        ({"target": "3"}, "target: expected classes from 0 to 2, got"),
        ({"target": "-1"}, "target: expected classes from 0 to 2, got"),
        ({"target": "0.5"}, "target: expected classes from 0 to 2, got"),
        ({"target": "0 1"}, "target: expected a class for each of 1 rows"),
        ({"input": ""}, "expected logits z, or outputs y, got neither"),
        ({"input": "nan 1 2"}, "z"),
        ({"input": "[[[1, 2], [3, 4]]]"}, "z: expected shape (n,) or (m, n)"),
        ({"given": "y", "input": "0.5 0.2 0.1"}, "y: expected outputs of softmax"),
        ({"given": "y", "input": "-0.5 1.2 0.3"}, "y: expected outputs of softmax"),
        ({"got": "dL_dW", "got_dL_dW": "1 2 3"}, "h: expected the layer's input"),
        ({"got": "dL_dW", "got_dL_dW": "1 2 3", "h": "1\n2\n[3"}, "h: line 3, column 1"),
        ({"got": "dL_dW", "got_dL_dW": "1 2 3", "h": "1 nan"}, "h: expected finite numbers"),
        ({"got": "J", "got_J": "1 2 3"}, "J: expected shape (3, 3), got shape (3,)"),
    ],
    ids=str,
)
def test_numbers_that_do_not_go_together_are_told_what_was_expected(link, message):
    at = check(**(ROW_SUMS | link))
    assert refusal(at)[0].startswith(message)
    assert not boards(at)
    assert not at.get("page_link")


def test_what_was_wrong_is_gone_once_it_is_mended():
    at = check(**(ROW_SUMS | {"target": "x"}))
    assert at.error[0].value == "This cannot be judged yet."
    paste(at, target="0")
    assert title_of("row-sums") in titles(at)
    assert "This cannot be judged yet." not in alerts(at)


# Uploads.


def npy(x, **options):
    file = io.BytesIO()
    np.save(file, np.asarray(x), **options)
    return file.getvalue()


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def upload(at, *files):
    at.file_uploader[0].set_value([(name, data, "") for name, data in files]).run()
    assert not at.exception, [e.message for e in at.exception]
    return at


Z, RIGHT = np.array([2.0, 1.0, 0.1]), core.cross_entropy_dL_dz([2.0, 1.0, 0.1], [1.0, 0, 0])
FILES = {
    "csv": [("z.csv", b"2,1,0.1"), ("t.csv", b"0"), ("dL_dz.csv", b"-0.3410,0.2424,0.0986")],
    "csv with a line of names": [
        ("z.csv", b"a,b,c\n2,1,0.1"),
        ("t.csv", b"0"),
        ("dL_dz.csv", "\ufeffcat,dog,owl\r\n-0.3410,0.2424,0.0986\r\n".encode()),
    ],
    "npy": [("z.npy", npy(Z)), ("t.npy", npy([0])), ("dL_dz.npy", npy(RIGHT))],
    "npz": [("all.npz", npz(z=Z, t=[1.0, 0, 0], dL_dz=RIGHT))],
    "mixed": [("z.csv", b"2 1 0.1"), ("rest.npz", npz(t=np.array([0]), dL_dz=RIGHT))],
    "float32": [("a.npz", npz(z=Z.astype("f4"), t=np.array([0]), dL_dz=RIGHT.astype("f4")))],
    "capitals in the ending": [("z.NPY", npy(Z)), ("b.npz", npz(t=np.array([0]), dL_dz=RIGHT))],
}


@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_uploaded_arrays_are_judged_by_their_names(files):
    at = upload(check(), *files)
    assert alerts(at) == ["∂L/∂z is right, to the digits given."]
    assert report(at) == "∂L/∂z: right to the digits given."
    assert not at.query_params
    assert not [c for c in at.code if "diagnose(" in c.value], "code would need the files"


def test_an_uploaded_array_stands_in_for_the_text_of_its_name():
    at = check(**ROW_SUMS)
    assert title_of("row-sums") in titles(at)
    upload(at, ("dL_dz.npy", npy(RIGHT)))
    assert alerts(at) == ["∂L/∂z is right, to the digits given."]
    assert areas(at)["got_dL_dz"] == "0 0 0", "the text itself stays"
    at.file_uploader[0].clear().run()
    assert title_of("row-sums") in titles(at)


def test_a_quantity_that_was_not_picked_may_be_uploaded():
    at = upload(check(**ROW_SUMS), ("J.npy", npy(np.zeros((3, 3)))), ("h.npy", npy([1.0])))
    assert any(said.startswith("J is not right.") for said in alerts(at))
    assert any(said.startswith("∂L/∂z is not right.") for said in alerts(at))


def test_uploaded_logits_are_not_taken_for_those_of_the_text():
    at = upload(check(**ROW_SUMS), ("z.npy", npy([9.0, 8.0, 7.0])))
    _, query, label = links(at)[title_of("row-sums")]
    assert label == "See it in the explorer"
    assert "z1" not in query


class Bomb:
    gone_off = False

    def __reduce__(self):
        return exec, (f"import {__name__} as m; m.Bomb.gone_off = True",)


def header(shape, dtype="<f8"):
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def zip_of(name, data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


BAD_FILES = {
    "a name that is none": ("gradients.npy", npy(RIGHT), "expected arrays named z, y, t, h, J"),
    "a name inside": ("a.npz", npz(logits=Z), "expected arrays named z, y, t, h, J"),
    "a pickle": ("z.npy", npy([Bomb()], allow_pickle=True), "expected an array of real numbers"),
    "a pickle inside": ("a.npz", zip_of("z.npy", npy([Bomb()], allow_pickle=True)), "real numbers"),
    "only a pickle": ("z.npy", pickle.dumps(Bomb()), "damaged"),
    "a zip bomb": ("a.npz", zip_of("z.npy", header((5_000_000,)) + bytes(40_000_000)), "unpacked"),
    "a claim of 10⁶×10⁶": ("z.npy", header((10**6, 10**6)), "expected 1 to 1000000 numbers"),
    "half a file": ("z.npy", npy(Z)[:-5], "expected 24 bytes for shape (3,), got 19"),
    "no zip": ("a.npz", b"PK\x03\x04 nothing", "expected a sound .npz file, got a damaged one"),
    "words": ("z.csv", b"1,2\n3,x", "z.csv: line 2, column 3: expected a number, got 'x'"),
    "not UTF-8": ("z.csv", b"\xff\xfe1", "expected text in UTF-8"),
    "an empty one": ("z.csv", b"", "expected numbers, got none"),
    "a name like a path": ("../../etc/z.exe.npy", npy(Z), "expected arrays named"),
    "a hostile name": (f"**{CANARY}**.npy", npy(Z), "expected arrays named"),
    "complex numbers": ("z.npy", npy([1j]), "expected an array of real numbers"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_not_what_it_should_be_is_told_apart_and_never_unpickled(name):
    filename, data, message = BAD_FILES[name]
    at = upload(check(**ROW_SUMS), (filename, data))
    assert message in refusal(at)[0]
    assert len(refusal(at)) == 1, "no line of another text is blamed"
    assert not boards(at)
    assert not Bomb.gone_off
    assert "markdown" not in {kind for kind, said in strings_by_type(at) if CANARY in said}
    assert areas(at) == {k: ROW_SUMS[k] for k in areas(at)}


def test_the_test_would_notice_an_unpickled_file():
    with contextlib.suppress(Exception):
        pickle.loads(pickle.dumps(Bomb()))
    assert Bomb.gone_off
    Bomb.gone_off = False


# Links.


def test_a_text_too_long_for_the_link_is_kept_on_the_page_and_said_to_be_left_out(front_door):
    z = "2 1 0.1" + " " * (MAX_TEXT_IN_LINK - 7)
    at = paste(front_door(), **(ROW_SUMS | {"input": z}))
    assert at.query_params["input"] == z
    assert not [c for c in at.caption if "too long" in c.value]
    verdict = report(at)
    paste(at, input=z + " ")
    assert at.text_area(key="input").value == z + " "
    assert "input" not in at.query_params
    assert at.query_params["got_dL_dz"] == "0 0 0"
    assert [c.value for c in at.caption if "too long for the link" in c.value]
    assert report(at) == verdict
    paste(at, input="2 1 0.1")
    assert at.query_params["input"] == "2 1 0.1"
    assert not [c for c in at.caption if "too long" in c.value]


def test_a_text_that_is_cleared_leaves_the_link(front_door):
    at = front_door(**ROW_SUMS)
    assert dict(at.query_params) == ROW_SUMS
    paste(at, got_dL_dz="")
    assert dict(at.query_params) == {k: ROW_SUMS[k] for k in ("input", "target")}
    assert areas(at)["got_dL_dz"] == ""


@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
def test_the_texts_are_there_again_after_another_page_and_never_in_its_link(front_door, long):
    state = FROM_CODE["A whole layer"]
    typed = {k: v for k, v in state.items() if k in TEXTS}
    typed |= {"input": typed["input"] + " " * 2000} if long else {}
    at = front_door(got=["dL_dz", "dL_dW"])
    paste(at, **typed)
    before = report(at)

    carried = at.session_state["carried"]
    elsewhere = {"framed": "check", "carried": dict(carried)}
    puzzle = front_door(elsewhere, first=next(p for p in pages.PAGES if p.stem == "puzzle"))
    assert not puzzle.exception
    assert not puzzle.query_params.keys() & {*TEXTS, "got"}
    assert not [t for t in texts(puzzle) if "0.3410" in t]

    back = front_door({"framed": "puzzle", "carried": dict(puzzle.session_state["carried"])})
    assert not back.exception
    assert areas(back) == {k: typed[k] for k in areas(back)}
    assert back.button_group(key="got").value == ["dL_dz", "dL_dW"]
    assert report(back) == before
    linked = {k: v for k, v in typed.items() if len(v) <= MAX_TEXT_IN_LINK}
    assert {k: back.query_params.get(k) for k in linked} == linked
    assert ("input" in back.query_params) == (not long)


def test_on_arriving_a_link_has_the_say_over_what_was_there(front_door):
    carried = {"input": "9 9 9", "target": "2", "got": ["J"], "given": "y"}
    at = front_door({"framed": "puzzle", "carried": carried}, **ROW_SUMS, given="z", got="dL_dz")
    assert not at.exception
    assert areas(at) == ROW_SUMS
    assert title_of("row-sums") in titles(at)


CHOICES = {"given": "z", "over": "sum", "loss": "CE", "mse": "mean", "tau": 1.0}


@pytest.mark.parametrize(
    "value",
    ["", "nan", "Z", "a" * 5000, "\x00", "🙂", ["", ""], "__import__('os')"],
    ids=lambda v: str(v)[:20],
)
def test_a_damaged_choice_falls_back_to_its_default_and_the_rest_of_the_link_holds(value):
    for key, default in CHOICES.items():
        at = check(**ROW_SUMS, **{key: value})
        assert shown(at)[key] == default, key
        assert areas(at) == ROW_SUMS
        assert title_of("row-sums") in titles(at), key


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("nonsense", ["dL_dz"]),
        ("", []),
        (["J", "nonsense"], ["J"]),
        (["J", "J", "y"], ["J", "y"]),
        ("a" * 5000, ["dL_dz"]),
        ("\x00", ["dL_dz"]),
        (list(NAMES) * 50, list(NAMES)),
    ],
    ids=lambda v: str(v)[:20],
)
def test_of_a_damaged_list_of_quantities_those_that_exist_are_drawn(value, names):
    at = check(**ROW_SUMS, got=value)
    drawn = {key.removeprefix("got_") for key in areas(at) if key.startswith("got_")}
    assert drawn == set(names)


def test_a_link_with_one_text_twice_or_of_any_length_opens_a_working_page():
    at = check(**(ROW_SUMS | {"input": ["9 9", "2 1 0.1"]}))
    assert areas(at) == ROW_SUMS | {"input": "2 1 0.1"}
    assert title_of("row-sums") in titles(at)
    at = check(**(ROW_SUMS | {"input": "2 1 0.1" + " " * 5000}))
    assert title_of("row-sums") in titles(at)
    assert "input" not in at.query_params
    at = check(**dict.fromkeys(CONTROLS, "\x00"))
    assert alerts(at)


def test_texts_of_a_link_are_for_areas_alone():
    """Of a quantity that is not picked nothing is shown, and nothing is judged."""
    at = check(**ROW_SUMS, got_J=f"{CANARY}", h=CANARY)
    assert title_of("row-sums") in titles(at)
    assert not [t for t in texts(at) if CANARY in t]
