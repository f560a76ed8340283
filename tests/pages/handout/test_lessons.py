"""A lesson's handout: small, the same from the same, judged as the page judges, and closed to its text."""

import re

import pytest

from pages.handout import lesson as handout_of_lesson
from pages.handout.__main__ import handout, main
from pages.handout.document import Made
from pages.lesson.parse import parse
from pages.lesson.questions import NumberQuestion
from pages.lesson.shelf import opened, shelf
from tests.pages.handout.test_handouts import HOSTILE, MOST, TODAY, numbers_of

NAMES = list(shelf())


def lesson(name):
    return opened(shelf()[name])[1]


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_there_and_is_small(name):
    text = handout(f"lessons?lesson={name}", TODAY)
    assert text == handout(f"https://a.example/app/lessons?lesson={name}", TODAY).replace(
        f'<a href="https://a.example/app/lessons?lesson={name}" rel="noopener noreferrer" '
        f'target="_blank">https://a.example/app/lessons?lesson={name}</a>',
        f"lessons?lesson={name}",
    )
    steps = lesson(name).steps
    assert text.count('<section class="step"') == len(steps)
    packed = numbers_of(text)
    assert len(packed) == sum(step.shown is not None for step in steps)
    assert max(map(len, packed)) < MOST
    assert len(text.encode()) - sum(map(len, packed)) < 90_000


def questions():
    return [(name, k) for name in NAMES for k, s in enumerate(lesson(name).steps) if s.question]


@pytest.mark.parametrize(("name", "k"), questions())
def test_the_answers_that_are_right_are_those_of_the_page(name, k):
    step = lesson(name).steps[k]
    shown, question = step.shown, step.question
    now = shown.numbers(shown.state)
    then = shown.numbers({**shown.state, **question.then})
    section = handout(f"lessons?lesson={name}", TODAY).split('<section class="step"')[k + 1]
    if isinstance(question, NumberQuestion):
        low, high = (
            float(re.search(f'data-{end}="([^"]*)"', section)[1]) for end in ("low", "high")
        )
        (right,) = question.right(now, then)
        assert low <= float(right.replace("−", "-")) <= high
        assert question.judge(repr(high), now, then).right
        assert not question.judge(repr(high + 1e-3), now, then).right
    else:
        radios = re.findall(r"<input type=\"radio\"[^>]*>", section)
        assert [("data-right" in radio) for radio in radios] == [
            question.judge(answer, now, then).right for answer in question.answers()
        ]


def test_a_text_stays_a_text_wherever_it_stands():
    text = f"""---
title: {HOSTILE}
language: en" onload="alert(1)
author: {HOSTILE}
---

## {HOSTILE}

{HOSTILE} {{{{y[1]}}}} [x](javascript:alert(1)) ![x](https://evil.example)

losses?t=2
controls: n, z1, t

question: {HOSTILE}
- {HOSTILE}: y[1] > 0
  {HOSTILE}
- other: y[1] < 0

{HOSTILE}
"""
    found = parse(text)
    assert found.steps[0].question is not None, found.errors
    made = handout_of_lesson.handout(found, Made("", TODAY))
    outside = re.sub(r"(?s)<script (?:type|class).*?</script>", "", made)
    assert "<script" not in outside
    assert "<img" not in outside
    assert "javascript:" not in re.sub(r"\[x\]\(javascript", "", outside)
    assert not re.search(r"<[^>]*\son\w+=", outside)
    assert '<html lang="en">' in made


def test_a_lesson_of_one_step_without_a_board_is_a_lesson_too():
    made = handout_of_lesson.handout(
        parse("---\ntitle: T\n---\n\n## S\n\nWords.\n"), Made("", TODAY)
    )
    assert 'class="lesson"' in made
    assert "<p>Words.</p>" in made
    with pytest.raises(ValueError, match="expected a lesson with a step"):
        handout_of_lesson.handout(parse(""), Made("", TODAY))


def test_a_file_of_ones_own_is_handed_out_and_its_errors_are_told(tmp_path, capsys):
    path = tmp_path / "mine.md"
    path.write_text(
        "---\ntitle: Mine\n---\n\n## One\n\nlosses?t=2\ncontrols: z1\n", encoding="utf-8"
    )
    assert "<title>Mine ·" in handout(str(path), TODAY)
    path.write_text(
        "---\ntitle: Mine\n---\n\n## One\n\nlosses?t=2\ncontrols: z99\n", encoding="utf-8"
    )
    assert main([str(path)]) == 0
    said = capsys.readouterr()
    assert "mine.md: Line 8: expected some of" in said.err
    assert "<title>Mine ·" in said.out


def test_a_step_with_all_boards_and_all_controls_of_ten_classes_is_small_too():
    controls = "n, t, mse, j, tau, eps, " + ", ".join(f"z{k}" for k in range(1, 11))
    text = f"---\ntitle: T\n---\n\n## S\n\nlosses?n=10\nboards: losses, pictures\ncontrols: {controls}\n"
    lesson = parse(text)
    assert lesson.errors == ()
    made = handout_of_lesson.handout(lesson, Made("", TODAY))
    (step,) = re.findall(r'<script type="text/plain">([^<]*)<', made)
    assert len(step) < 150_000


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("lessons?lesson=none", "Expected a lesson, one of row-sums, .*, got 'none'"),
        (".md", "No such file"),
        ("practice", "Expected a page to hand out, one of puzzle, .*, training, check, lessons"),
        ("nowhere.md", "Expected a lesson's text, got nowhere.md: No such file"),
    ],
)
def test_what_is_no_lesson_is_told(link, says, capsys):
    assert main([link]) == 2
    assert re.search(says, capsys.readouterr().err)
