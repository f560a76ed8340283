"""A mistake is named with its words and its fix, and with a link that shows it."""

import json
import re
from functools import cache
from itertools import product
from math import prod
from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core
import pages
from core.diagnosis.case import Case, right
from core.diagnosis.mistakes_loss import MISTAKES as OF_A_LOSS
from core.diagnosis.mistakes_settings import MISTAKES as SETTINGS
from core.diagnosis.steps import backward
from pages.state.controls import CONTROLS
from pages.state.link import spelled
from pages.ui.plain import plain
from tests.pages.check.bench import DEFAULTS, check, links, mistakes, paste, title_of, titles
from tests.pages.page_driver import PAGES, assert_shows_core, open_page, shown


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
    z = [[1.5, -0.5, 0.7, 0.2], [0.3, 0.9, -1.1, 0.4], [-0.6, 0.1, 0.8, 1.3], [0.9, 1.1, -0.2, 0.5]]
    z = np.array(z)
    if name == "softmax-in-4-tiles":
        z = np.hstack([z, 0.5 * z[:, ::-1]])
    n = z.shape[1]
    if name == "shift-by-batch-maximum":
        z = z * 200
    if name in ("float32-underflow", "float64-overflow"):
        z = z * 2000 if name.startswith("float64") else z * 100
    quantity = next((q for q in ("dL_dz", "dL_dW", "dL_db") if q in mistake.quantities), "J")
    for own, log, lead, tau, soft, loss, reduction, mean in product(
        (False, True),
        (False, True),
        ((1,), (2,), (4,), (2, 2)),
        (1.0, 1.7),
        (False, True),
        core.LOSSES,
        ("half", "sum"),
        (False, True),
    ):
        rows = prod(lead)
        t = np.array([0.1, 0.6, 0.2, 0.1] if soft else [0.0, 1.0, 0.0, 0.0])
        t = np.broadcast_to(np.pad(t, (0, n - 4)), (rows, n))
        case = Case(
            z=z[:rows],
            t=None if own else t,
            h=np.array([[0.5, -1.2], [0.3, 0.8], [-0.4, 0.1], [1.1, 0.6]])[:rows],
            g=np.roll(z[:rows], 1, axis=1) ** 2 if own else None,
            loss=loss,
            reduction=reduction,
            batch_mean=mean,
            temperature=tau,
            lead=lead,
            z_known=True,
            log=log,
        )
        if not mistake.possible(case) or (log and loss != "CE"):
            continue
        wrong = backward(case, {mistake.step: mistake.wrong}, quantity)
        expected = right(case, quantity)
        same = np.squeeze(wrong).shape == np.squeeze(expected).shape and np.allclose(
            np.squeeze(wrong), np.squeeze(expected), equal_nan=True
        )
        if not same:
            break
    pasted = {
        "input": json.dumps(case.z.reshape(*(lead if rows > 1 else ()), n).tolist()),
        "target": SOFT if soft else " ".join("1" * rows),
        f"got_{quantity}": str(wrong.tolist()),
        "got": quantity,
        "tau": tau,
        "loss": loss,
        "mse": reduction,
        "over": "mean" if mean else "sum",
        "outputs": "logy" if log else "y",
    }
    if own:
        pasted |= {"target": "", "got_dL_dy": str(case.g.reshape(*lead, -1).tolist())}
    if own or log:
        pasted["got"] = list({"dL_dy", quantity})
    if quantity == "dL_dW":
        pasted["h"] = json.dumps(np.asarray(case.h).tolist())
    return check(**pasted), case


NAMES_OF_MISTAKES = [m.name for m in core.MISTAKES if m not in (*SETTINGS, *OF_A_LOSS)]
"""Those with options of the loss are made from code."""
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
    told = [(words, fix.strip("`")) for _, words, fix in mistakes(at)]
    words = plain(mistake.explanation)
    assert {(words, mistake.fix), (words, mistake.fix_cross_entropy)} & set(told)
    page, query, label = links(at)[mistake.title.lower()]
    assert page == SEEN[name].split("?")[0]
    assert label.startswith("See it in the explorer")
    said = {key for key, value in query.items() if value != spelled(DEFAULTS[key])}
    assert said == query.keys(), "a default needs not be said"
    seen = dict(parse_qsl(SEEN[name].partition("?")[2]))
    assert {key for key, value in seen.items() if value != spelled(DEFAULTS[key])} <= said


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
    n = case.z.shape[1]
    z = [shown(target)[f"z{k + 1}"] for k in range(n)]
    np.testing.assert_allclose(z, case.z[0])
    assert shown(target)["n"] == n
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
    if case.g is not None and "up" in state:
        assert state["up"] == "custom"
        np.testing.assert_allclose([state[f"g{k + 1}"] for k in range(state["n"])], case.g[0])
    elif case.t is not None:
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
    ["1 12 0.1", "[[2, 1, 0.1], [1, 1, 1]]", " ".join(["1"] * 11)],
    ids=["beyond the sliders", "two rows", "eleven classes"],
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
    for name, title in (
        ("fused-for-squared-error", "y − t is used with squared error"),
        ("row-sums", plain("The rows of J are summed")),
    ):
        assert f"**{title}**" in {bold for bold, *_ in mistakes(made(name)[0])}


@given(st.text(max_size=80))
def test_plain_text_is_itself_once_markdown_has_taken_the_backslashes(text):
    escaped = plain(text)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>$#|~]", re.sub(r"\\.", "", escaped))


def test_no_words_of_the_library_are_anything_to_markdown_once_they_are_escaped():
    said = [words for m in core.MISTAKES for words in (m.title, m.explanation)]
    for words in said:
        # Streamlit makes signs of these, and HTML entities of those, whatever is escaped.
        assert not re.search(r"->|<-|--|>=|<=|~=|&\w+;|https?:|www\.|\n", words), words
        assert not re.search(r"(?<!\\)[`*_\[\]<>$#|~]", plain(words)), words


def test_markdown_of_the_verdicts_is_escaped():
    for name in ("target-row", "binary-cross-entropy", "batch-mean-forgotten", "transposed"):
        at, _ = made(name)
        assert not any(m.allow_html for m in at.markdown)
        said = mistakes(at)
        ours = {"\n\n".join(parts) for parts in said}
        texts = [m.value.removeprefix("- ") for m in at.markdown if m.value not in ours]
        texts += [text for title, words, _ in said for text in (title[2:-2], words)]
        for text in texts:
            assert not re.search(r"(?<!\\)[`*_\[\]<>$#|~]", re.sub(r"\n- ", " ", text)), text
        for *_, fix in said:
            assert fix.startswith("`")
            assert fix.endswith("`")
            assert "`" not in fix[1:-1]


def test_a_default_is_said_where_the_visit_has_something_else(front_door):
    at = paste(front_door(), input="2 1 0.1", target="0", got_dL_dz="0 0 0")
    _, query, _ = links(at)[title_of("row-sums")]
    assert "z2" not in query
    elsewhere = front_door({"carried": {"z2": 5.0}})
    at = paste(elsewhere, input="2 1 0.1", target="0", got_dL_dz="0 0 0")
    _, query, _ = links(at)[title_of("row-sums")]
    assert query["z2"] == "1"
