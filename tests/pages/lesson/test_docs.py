"""What docs/lessons.md tells an author is so."""

import re
from pathlib import Path

import pytest

from pages.instruments import table
from pages.lesson.parse import MOST_LETTERS, MOST_STEPS, parse
from pages.lesson.questions import WITHIN
from pages.state.controls import defaults

TEXT = (Path(__file__).parents[3] / "docs/lessons.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"````markdown\n(.*?)````", TEXT, re.S)[1]
ROWS = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", TEXT, re.M)


def test_its_example_has_three_steps_and_no_error():
    lesson = parse(EXAMPLE)
    assert lesson.errors == ()
    assert len(lesson.steps) == 3
    assert [step.question is not None for step in lesson.steps] == [False, True, True]


def test_it_names_the_bounds():
    assert f"{MOST_STEPS}\nsteps" in TEXT
    assert f"{MOST_LETTERS:,}".replace(",", " ") in TEXT
    assert f"within {100 * WITHIN:g} %" in TEXT


def test_every_page_with_a_board_is_there():
    assert [row[0] for row in ROWS] == list(table.INSTRUMENTS)


@pytest.mark.parametrize(("stem", "boards", "controls", "quantities"), ROWS)
def test_every_name_is_one_of_the_page(stem, boards, controls, quantities):
    state = {**defaults(), "answer": "Yes", "up": "custom"}
    instrument = table.at(stem, state)
    there = {key.removesuffix("_board") for key in instrument.blocks()}
    assert set(re.findall(r"(\w+)(?= \(|, |$)", boards)) == there
    named = set(re.findall(r"[A-Za-z]\w*", re.sub(r"with `[^`]*`|…", "", controls)))
    keys = {*instrument.choices, *instrument.slider_keys()}
    assert named <= keys
    assert named >= keys - {"answer"} - {f"{letter}{k}" for letter in "zg" for k in (2, 3)}
    numbers = instrument.numbers(**instrument.inputs(state))
    assert set(re.findall(r"\w+", re.sub(r"with `[^`]*`", "", quantities))) <= set(numbers)
