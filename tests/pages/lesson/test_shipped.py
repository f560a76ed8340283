"""The lessons that ship: every link opens, every number is core's, every misconception is met."""

import re
from pathlib import Path

import pytest

from pages.lesson.questions import ChoiceQuestion
from pages.lesson.shelf import opened, shelf

ROOT = Path(__file__).parents[3]
PATHS = shelf({})
LESSONS = {name: opened(path)[1] for name, path in PATHS.items()}
STEPS = [
    pytest.param(step, id=f"{name}-{k + 1}")
    for name, lesson in LESSONS.items()
    for k, step in enumerate(lesson.steps)
]


def both(step):
    """The numbers of its board, and those after its question's change."""
    shown, then = step.shown, step.question.then
    return shown.numbers(shown.state), shown.numbers({**shown.state, **then})


def test_the_seed_question_is_the_first():
    assert next(iter(LESSONS)) == "row-sums"


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_whole_and_takes_about_ten_minutes(name):
    lesson = LESSONS[name]
    assert lesson.errors == ()
    assert lesson.title != "Untitled lesson"
    assert (lesson.language, lesson.author) == ("en", "The explorer")
    assert 6 <= len(lesson.steps) <= 9
    words = len(PATHS[name].read_text(encoding="utf-8").split())
    assert 500 <= words <= 1500, "at some 120 words a minute, and a minute for each question"


@pytest.mark.parametrize("step", STEPS)
def test_a_step_has_a_board_prose_and_a_question_with_one_right_answer(step):
    assert step.prose
    assert step.shown
    assert len(step.question.right(*both(step))) == 1


@pytest.mark.parametrize("step", STEPS)
def test_every_answer_says_why_and_a_wrong_one_leads_to_the_board(step):
    if isinstance(step.question, ChoiceQuestion):
        assert all(option.says for option in step.question.options)
    else:
        assert step.after, "what follows says what is right"


@pytest.mark.parametrize("name", LESSONS)
def test_no_number_is_typed_that_core_could_give(name):
    """But in links and comparisons: a number with decimals in the prose is one of core's."""
    for line in PATHS[name].read_text(encoding="utf-8").splitlines():
        prose = "" if re.match(r"\w+\?|then:|- .*:", line) else re.sub(r"\{\{.*?\}\}", "", line)
        assert not re.search(r"\d\.\d{2}", prose), line


def test_each_of_the_twelve_misconceptions_is_met_in_a_step():
    text = (ROOT / "docs/misconceptions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!What|---)(.+?) \| (.+?) \| (.+?) \|$", text, re.M)
    assert len({believed for believed, _, _ in rows}) == len(rows) == 12
    for believed, name, title in rows:
        assert title in [step.title for step in LESSONS[name].steps], believed
