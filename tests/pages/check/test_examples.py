"""The page as it opens, and its examples."""

from functools import cache

import pytest

from core.diagnosis.verdict import NAMES
from pages.state.controls import CONTROLS
from pages.state.presets import EXAMPLES
from tests.pages.check.bench import (
    DEFAULTS,
    alerts,
    areas,
    check,
    notes,
    paste,
    press,
    report,
    title_of,
    titles,
)
from tests.pages.page_driver import boards, elements, numbers, shown


def test_an_empty_page_greets_with_the_learners_zeros_diagnosed_and_says_what_to_paste():
    at = check()
    assert "Paste yours" in at.info[0].value
    assert [e.value.split(".")[0] for e in at.error] == ["∂L/∂z is not right"]
    assert titles(at)[0] == title_of("row-sums")
    (board,) = boards(at).values()
    assert numbers(board)["dL_dz: yours"].tolist() == [0, 0, 0]
    assert set(areas(at).values()) == {""}
    assert not at.query_params


def test_the_greeting_goes_as_soon_as_anything_is_pasted_or_another_quantity_is_asked_for():
    at = paste(check(), input="1 2")
    assert at.info[0].value.startswith("Paste what you got")
    assert not at.error
    assert not boards(at)
    for link in ({"got": ["J"]}, {"given": "y"}, {"got": ""}):
        at = check(**link)
        assert at.info[0].value.startswith("Paste what you got"), link
        assert not at.error


def test_the_grey_numbers_are_those_of_the_greeting():
    example = EXAMPLES[0].state
    for key in ("input", "target", "got_dL_dz"):
        assert CONTROLS[key].placeholder == example[key]


PROMISED = {
    "The row sums": ({"dL_dz": False}, ["row-sums"]),
    "A right one": ({"dL_dz": True}, []),
    "Two at once": ({"dL_dz": False}, ["sign-flipped", "batch-mean-forgotten"]),
    "y − t with squared error": ({"dL_dz": False}, ["fused-for-squared-error"]),
    "A whole layer": ({"dL_dz": True, "dL_dW": False}, ["sign-flipped"]),
    "A g of one’s own": ({"dL_dz": False}, ["inner-product-forgotten"]),
    "A last tile": ({"dL_dz": False}, ["target-not-subtracted"]),
    "Inside attention": ({"dS": False}, ["row-sum-forgotten"]),
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
        assert any(
            said.startswith(f"{NAMES.get(quantity, quantity)} {words}") for said in alerts(at)
        )
    assert len(alerts(at)) == len(verdict)
    first = [title_of(name) for name in named]
    if label == "y − t with squared error":  # ∂L/∂y is y − t for half of it: two names of one thing
        assert set(first) <= set(titles(at))
    else:
        assert titles(at)[: len(first)] == first
    if label == "A last tile":
        assert notes(at)[0].startswith("Of 10 rows, 2 are wrong\\: 9, 10\\. They begin at")
    if label == "No known mistake":
        assert "No known mistake, alone or in a pair" in at.error[0].value
        assert not titles(at)
        assert "only entry 3 is wrong" in notes(at)[0]
        assert any("sums to 0; one of yours sums to 0\\.1" in m.value for m in at.markdown)


def test_two_mistakes_of_an_example_stand_in_one_frame():
    at = press(check(), "Two at once")
    frame = next(e for e in elements(at) if getattr(e, "key", None) == "dL_dz_0")
    inside = [child.value for child in frame.children.values() if child.type == "markdown"]
    titles = [t.partition("\n")[0] for t in inside if t.startswith("**")]
    assert [title[2:-2].lower() for title in titles] == [
        title_of("sign-flipped"),
        title_of("batch-mean-forgotten"),
    ]


@cache
def example(label):
    """A fresh page with an example; only read."""
    return press(check(), label)


def one_after_another():
    """Examples in an order in which each comes after several others."""
    names = list(PROMISED)
    return [names[(step * k) % len(names)] for step in (1, 3, 7) for k in range(len(names))]


def test_an_example_shows_the_same_whatever_was_there_before():
    at = check(over="mean", tau=2)
    for after in one_after_another():
        press(at, after)
        fresh = example(after)
        assert areas(at) == areas(fresh), after
        assert alerts(at) == alerts(fresh), after
        assert shown(at) == shown(fresh), after
        assert shown(at).get("tau", 1) == 1  # attention has none


def test_an_example_leaves_no_text_of_the_one_before_in_the_link(front_door):
    at = front_door()
    for after in one_after_another():
        press(at, after)
        assert dict(at.query_params) == dict(example(after).query_params), after


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
