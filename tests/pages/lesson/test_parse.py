"""A lesson's text: what is right is there, what is wrong is told with its line and what is accepted."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core
from pages.lesson.parse import MOST_STEPS, parse
from pages.lesson.prose import MARK
from pages.lesson.quantities import claim, filled
from pages.lesson.steps import MOST_LINES

HEAD = "---\ntitle: A\nlanguage: de\nauthor: B\n---\n"
LOSSES = "losses?z1=6&z2=0&z3=0&t=2"


def only_step(body, head=HEAD):
    lesson = parse(f"{head}## One\n{body}")
    (step,) = lesson.steps
    return step, [str(error) for error in lesson.errors]


def test_a_lesson_has_its_title_language_author_and_steps():
    lesson = parse(HEAD + "## One\nSome *words*.\n\n## Two ##\n```\n## no step\n```\n")
    assert (lesson.title, lesson.language, lesson.author) == ("A", "de", "B")
    assert [step.title for step in lesson.steps] == ["One", "Two"]
    assert [step.line for step in lesson.steps] == [6, 9]
    assert lesson.steps[0].prose == ("Some *words*.",)
    assert lesson.errors == ()


def test_what_stands_before_the_first_heading_is_a_step_with_the_lessons_title():
    assert [s.title for s in parse(HEAD + "Words.\n## One\nMore.").steps] == ["A", "One"]


@pytest.mark.parametrize(
    "link",
    [
        LOSSES,
        f"/{LOSSES}",
        f"localhost:8501/{LOSSES}",
        f"https://uni.example/softmax/{LOSSES}#top",
        f"<http://a.example/{LOSSES}&embed=true>",
    ],
)
def test_a_link_on_a_line_of_its_own_is_the_state_of_the_step(link):
    step, errors = only_step(f"Before.\n\n{link}\n\nAfter.")
    assert errors == []
    assert step.shown.stem == "losses"
    assert [step.shown.state[k] for k in ("z1", "z2", "t", "tau")] == [6.0, 0.0, "2", 1.0]
    assert step.prose == ("Before.\n\n\nAfter.",)


@pytest.mark.parametrize(
    "line", ["See https://a.example/losses?z1=6 there.", "and/or", "why?", "losses"]
)
def test_a_line_with_more_than_a_link_is_prose(line):
    step, errors = only_step(line)
    assert (step.prose, step.shown, errors) == ((line,), None, [])


def test_numbers_in_the_prose_are_cores():
    step, errors = only_step("{{dL_dz_ce[2]}} {{+y[1]:2}} {{t:1}}\n" + LOSSES)
    y = core.softmax([6.0, 0, 0])
    assert errors == []
    told = filled(step.prose, step.shown.numbers(step.shown.state))
    assert told == f"−{1 - y[1]:.4f} +{y[0]:.2f} (0.0, 1.0, 0.0)"


def test_braces_in_a_formula_are_the_formulas_own():
    text = "$e^{{z}}$ and `{{y[1]}}`"
    step, errors = only_step(f"{text}\n{LOSSES}")
    assert step.prose == (text,)
    assert errors == ["Line 7: expected a number beside a formula or code, got it inside"]


def test_the_offered_controls_and_the_boards_are_named():
    step, errors = only_step(f"{LOSSES}\ncontrols: z1, tau t\nboards: pictures")
    assert errors == []
    assert step.shown.controls == ("z1", "tau", "t")
    boards = step.shown.blocks(step.shown.at(step.shown.state))
    assert list(boards) == ["pictures_board"]
    step, _ = only_step(LOSSES)
    assert list(step.shown.blocks(step.shown.at(step.shown.state))) == ["losses_board"]


CHOICE = f"""{LOSSES}
question: Double τ. What does the push do?
then: tau=2
- It grows: |dL_dz_ce[2]'| > |dL_dz_ce[2]|
- It shrinks: |dL_dz_ce[2]'| < |dL_dz_ce[2]|
  Twice: in y and before it.
  And more.
- Neither

It was {{{{dL_dz_ce[2]}}}}."""


def numbers_of(step):
    shown, then = step.shown, step.question.then
    return shown.numbers(shown.state), shown.numbers({**shown.state, **then})


def test_a_choice_is_judged_by_what_holds_before_and_after_a_change():
    step, errors = only_step(CHOICE)
    assert errors == []
    assert step.question.answers() == ("It grows", "It shrinks", "Neither")
    now, then = numbers_of(step)
    assert step.question.right(now, then) == ["It shrinks"]
    assert step.question.judge("It shrinks", now, then).says == (
        "Twice: in y and before it.\nAnd more.",
    )
    assert filled(step.after, now) == "It was −0.9975."


def test_the_answer_without_a_claim_is_right_when_no_other_is():
    step, errors = only_step(
        f"{LOSSES}\nquestion: ?\n- more: y[1] < y[2]\n- less: y[1] = y[2]\n- no"
    )
    assert errors == []
    assert step.question.right(*numbers_of(step)) == ["no"]


@pytest.mark.parametrize(
    ("quantity", "right"), [("dL_dz_ce[2]", "−"), ("dL_dz_ce[1]", "+"), ("t[1]", "0")]
)
def test_a_sign_is_judged(quantity, right):
    step, errors = only_step(f"{LOSSES}\nquestion: Which?\nsign: {quantity}")
    assert (errors, step.question.right(*numbers_of(step))) == ([], [right])


@pytest.mark.parametrize(
    ("typed", "right"),
    [("0.995", True), ("0,99", True), (" 1.0 ", True), ("0.9", False), ("−0.995", False)],
)
def test_a_number_is_judged_to_two_percent(typed, right):
    step, _ = only_step(f"{LOSSES}\nquestion: How much?\nnumber: y[1]")
    assert step.question.judge(typed, *numbers_of(step)).right is right


@pytest.mark.parametrize("typed", ["", "much", "nan", "inf", "1e999", "9" * 9999])
def test_what_is_no_number_is_told(typed):
    step, _ = only_step(f"{LOSSES}\nquestion: How much?\nnumber: y[1]")
    with pytest.raises(ValueError, match="expected a number such as"):
        step.question.judge(typed, *numbers_of(step))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("losses?zz=1", "Line 7: expected the name of a control, got 'zz'"),
        ("losses?t=5", "Line 7: expected t as one of 1, 2, 3, got '5'"),
        ("check?input=2", "Line 7: expected a page with a board, one of puzzle, .*, got check"),
        ("https://en.wikipedia.org/wiki/Softmax", r"write \[words\]\(address\)"),
        (f"{LOSSES}\nlosses?", "Line 8: expected one link in a step, got a second"),
        ("Words.\ncontrols: z1", "Line 8: expected a line with a link in this step as well"),
        (f"{LOSSES}\ncontrols: z4", "Line 8: expected some of n, t, mse, j, z1, .*, got 'z4'"),
        (f"{LOSSES}\nboards: puzzle", "Line 8: expected some of losses, pictures, got 'puzzle'"),
        (f"{LOSSES}\ncontrol: z1", "Line 8: expected controls: perhaps, got control:"),
        (f"{LOSSES}\n{{{{dL_dz[2]}}}}", "Line 8: expected a quantity of this board, one of z, y"),
        (f"{LOSSES}\n{{{{y[4]}}}}", r"Line 8: expected an index of y from 1 to 3, got y\[4\]"),
        (f"{LOSSES}\n{{{{y[0]}}}}", "Line 8: expected an index that counts from 1"),
        (f"{LOSSES}\n{{{{y[1,2]}}}}", "Line 8: expected y with one index, got 2"),
        ("{{y[1]}}", "Line 7: expected a line with a link in this step before a number"),
        (f"{LOSSES}\nsign: y[1]", "Line 8: expected question: before sign:"),
        (f"{LOSSES}\nquestion: ?", "Line 8: expected sign: or number: .*, or two or more"),
        (f"{LOSSES}\nquestion: ?\nsign: y", r"Line 9: expected one number such as y\[1\]"),
        (f"{LOSSES}\nquestion: ?\nthen: tau=0\nsign: y[1]", "Line 9: expected tau as a number"),
        (f"{LOSSES}\nquestion: ?\n- a: y[1] > 0\n- b: y[2] > 0", "got 2: a, b"),
        (f"{LOSSES}\nquestion: ?\n- a: y[1] < 0\n- b: y[2] < 0", "got 0: none is"),
        (f"{LOSSES}\nquestion: ?\n- a: y[1] < q\n- b", "Line 8: expected a quantity .* got q"),
        (f"{LOSSES}\nquestion: ?\n- a: y(1) < 1\n- b", "Line 9: expected a quantity such as"),
        ("losses?z1=q\n{{y[1]}} {{z}}\nquestion: {{y[2]}}?\nsign: y[1]", "Line 7: expected z1 as"),
        ("question: ?\nsign: y[1]", "Line 7: expected a line with a link, from which the answer"),
    ],
)
def test_an_error_names_the_line_and_what_is_accepted_and_the_rest_is_there(body, told):
    lesson = parse(f"{HEAD}## One\n{body}\n## Two\nWords.")
    assert [step.title for step in lesson.steps] == ["One", "Two"]
    assert lesson.steps[1].prose == ("Words.",)
    (error,) = lesson.errors
    assert re.search(told, str(error)), error


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("", "Line 1: expected a line of --- first"),
        ("---\ntitle: A\nautor: B\n---\n", "Line 3: .*did you mean author"),
        ("---\nauthor: B\n---\n", "Line 1: expected title:"),
        ("---\ntitle: A\nlanguage: klingon, I think\n---\n", "Line 3: expected a language such as"),
    ],
)
def test_an_error_at_the_top_leaves_the_steps(head, told):
    lesson = parse(head + "## One\nWords.")
    assert [step.title for step in lesson.steps] == ["One"]
    (error,) = lesson.errors
    assert re.search(told, str(error))


def test_a_picture_becomes_a_link_as_a_browser_would_fetch_it():
    step, errors = only_step("![cat](https://a.example/cat.png)")
    assert step.prose == ("[cat](https://a.example/cat.png)",)
    assert "no pictures" in errors[0]


def test_the_mark_of_numbers_cannot_be_written_by_a_text():
    step, _ = only_step(f"a{MARK}1{MARK}b")
    assert step.prose == ("a1b",)


def test_very_many_steps_are_cut_and_told():
    lesson = parse(HEAD + "## One\n" * 500)
    assert len(lesson.steps) == MOST_STEPS
    assert "at most" in str(lesson.errors[0])


def test_a_claim_about_vectors_holds_for_every_entry():
    now = {"a": np.array([1.0, 2.0]), "b": np.array([1.0, 3.0])}
    assert claim("a > 0").holds(now, now)
    assert not claim("a = b").holds(now, now)
    with pytest.raises(ValueError, match="of one shape"):
        claim("a = c").holds({**now, "c": np.ones((2, 2))}, now)


LINES = st.sampled_from(
    [
        *CHOICE.splitlines(),
        "---",
        "## A",
        "```",
        "sign: y[1]",
        "boards: losses",
        "{{y}} {{J[1,2]}} $x",
        "![",
        "network?stage=3&width=9",
        "- a: y[1] = y[1]",
        "  x",
        "controls: t",
    ]
)


@settings(max_examples=60)
@given(st.lists(st.one_of(LINES, st.text(max_size=30)), max_size=25))
def test_any_text_is_read_without_an_exception(lines):
    lesson = parse("\n".join(lines))
    for step in lesson.steps:
        if step.shown:
            filled(step.prose, step.shown.numbers(step.shown.state))


def test_of_prose_without_end_the_first_lines_are_shown():
    text = "---\ntitle: T\n---\n\n## S\n\n" + "# x\n" * 3000
    lesson = parse(text)
    assert len("".join(lesson.steps[0].prose).splitlines()) == MOST_LINES
    assert [str(e) for e in lesson.errors] == [
        f"Line {7 + MOST_LINES}: expected at most {MOST_LINES} lines of prose at a time; the rest is left out"
    ]
