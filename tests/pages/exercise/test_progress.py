"""A learner's line: written, read again, joined; and when the level moves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.exercise.progress import MOST, Done, counts, joined, kept, line, read, step
from pages.exercise.told import exercises

DONE = st.builds(
    Done,
    st.sampled_from(["row", "signs", "mse"]),
    st.integers(1, 4),
    st.integers(0, 9999),
    st.booleans(),
)


def row(*signs, level=2, kind="row"):
    """Exercises one after the other, right or wrong."""
    return tuple(Done(kind, level, seed, sign == "+") for seed, sign in enumerate(signs))


def test_a_line_is_what_a_person_would_write():
    assert line((Done("row", 1, 0, True), Done("signs", 3, 17, False))) == "row.1.0+ signs.3.17-"


@settings(max_examples=30)
@given(st.lists(DONE, max_size=12))
def test_a_line_is_read_as_it_was_written(done):
    progress = joined(done)
    assert read(line(progress)) == progress
    assert kept(line(progress).split()) == progress


def test_a_line_is_read_as_mail_programs_change_it():
    assert read(" row.1.0−\nrow.1.1+\t row.1.2– ") == row("-", "+", "-", level=1)


@pytest.mark.parametrize(
    "word", ["row", "row.1.0", "row.0.1+", "row.1.99999+", "<b>.1.1+", "row.1.1+x", "9" * 5000]
)
def test_what_is_no_exercise_is_named(word):
    with pytest.raises(ValueError, match=r"expected exercises as kind\.level\.seed") as told:
        read(f"row.1.0+ {word}")
    assert repr(word[:40])[:-1] in str(told.value)
    assert kept(["row.1.0+", word]) == row("+", level=1)


def test_a_line_that_was_sent_is_told_by_seed_and_not_by_count():
    told = exercises(row("+", "-"), {"row": "A row of J"})
    assert told == (
        "- A row of J, level 2: [seed 0](practice?kind=row&level=2&seed=0) right, "
        "[seed 1](practice?kind=row&level=2&seed=1) wrong"
    )


def test_an_exercise_counts_once_as_it_was_answered_first():
    again = Done("row", 2, 0, True)
    assert joined([*row("-", "+"), again]) == row("-", "+")


def test_what_is_long_ago_is_forgotten():
    progress = joined(Done("row", 1, seed, True) for seed in range(MOST + 5))
    assert len(progress) == MOST
    assert progress[-1].seed == MOST + 4


@pytest.mark.parametrize(
    ("signs", "by"),
    [
        ("", 0),
        ("+", 0),
        ("++", 1),
        ("+++", 0),
        ("++++", 1),
        ("-", 0),
        ("--", -1),
        ("---", 0),
        ("+-", 0),
        ("-++", 1),
        ("++-", 0),
        ("++--", -1),
    ],
)
def test_two_in_a_row_move_the_level(signs, by):
    assert step(row(*signs)) == by


def test_two_of_different_kinds_or_levels_do_not_move_it():
    assert step((*row("+"), *row("+", kind="signs"))) == 0
    assert step((*row("+"), *row("+", level=3))) == 0


def test_what_is_right_is_counted_by_kind_and_level():
    progress = (*row("+", "-", "+"), *row("+", level=3), *row("-", kind="signs"))
    assert counts(progress) == {("row", 2): (2, 3), ("row", 3): (1, 1), ("signs", 2): (0, 1)}
