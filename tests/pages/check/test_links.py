"""The texts in the address, and what becomes of them on another page."""

import pytest

import pages
from core.diagnosis.verdict import NAMES
from pages.state.controls import CONTROLS
from pages.state.kinds import MAX_TEXT_IN_LINK, Text
from tests.pages.check.bench import (
    CANARY,
    FROM_CODE,
    ROW_SUMS,
    alerts,
    areas,
    check,
    paste,
    report,
    title_of,
    titles,
)
from tests.pages.page_driver import shown, texts

TEXTS = [key for key, control in CONTROLS.items() if isinstance(control, Text)]


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
    elsewhere = {"shell": "check", "carried": dict(carried)}
    puzzle = front_door(elsewhere, first=next(p for p in pages.PAGES if p.stem == "puzzle"))
    assert not puzzle.exception
    assert not puzzle.query_params.keys() & {*TEXTS, "got"}
    assert not [t for t in texts(puzzle) if "0.3410" in t]

    back = front_door({"shell": "puzzle", "carried": dict(puzzle.session_state["carried"])})
    assert not back.exception
    assert areas(back) == {k: typed[k] for k in areas(back)}
    assert back.button_group(key="got").value == ["dL_dz", "dL_dW"]
    assert report(back) == before
    linked = {k: v for k, v in typed.items() if len(v) <= MAX_TEXT_IN_LINK}
    assert {k: back.query_params.get(k) for k in linked} == linked
    assert ("input" in back.query_params) == (not long)


def test_on_arriving_a_link_has_the_say_over_what_was_there(front_door):
    carried = {"input": "9 9 9", "target": "2", "got": ["J"], "given": "y"}
    at = front_door({"shell": "puzzle", "carried": carried}, **ROW_SUMS, given="z", got="dL_dz")
    assert not at.exception
    assert areas(at) == ROW_SUMS
    assert title_of("row-sums") in titles(at)


CHOICES = {"given": "z", "over": "sum", "loss": "CE", "mse": "mean", "tau": 1.0}
CHOICES |= {"examples": "auto", "dtype": "auto", "smooth": 0.0, "ignore": -100, "scale": 1.0}
CHOICES |= {"focal": 0.0, "zloss": 0.0, "cap": 0.0}


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
