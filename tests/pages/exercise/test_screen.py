"""What a screen shows of an exercise: enough to answer it, and not the answer."""

import pytest

from core.practice import KINDS, LEVELS, exercise
from pages.exercise.latex import fraction, matrix
from pages.exercise.screen import next_seed, screen


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-2, "-2"), (1 / 6, r"\tfrac{1}{6}"), (-7 / 10, r"-\tfrac{7}{10}")],
)
def test_a_number_is_written_as_the_fraction_that_it_is(value, text):
    assert fraction(value) == text


def test_a_matrix_is_written_row_by_row():
    assert matrix([[1, 2], [3, 4]]) == r"\begin{pmatrix}1 & 2 \\[3pt] 3 & 4\end{pmatrix}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", LEVELS)
def test_there_is_a_box_for_each_entry_and_no_step_gives_the_result_away(kind, level):
    for seed in range(5):
        shown = screen(kind, level, seed)
        assert tuple(box.key for box in shown.boxes) == exercise(kind, level, seed).keys
        assert all(box.label for box in shown.boxes)
        assert not any(step.words.startswith(("The result", "All three")) for step in shown.steps)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "find"])
def test_steps_fade_from_a_worked_example_to_none(kind):
    first, *others = (screen(kind, level, 3) for level in LEVELS)
    assert first.example is not None
    assert first.example.steps
    assert first.example.exercise != first.exercise
    assert all(other.example is None for other in others)
    assert [len(other.steps) for other in others] == [2, 1, 0]


def test_after_the_last_seed_comes_the_first():
    assert [next_seed(s) for s in (0, 9998, 9999)] == [1, 9999, 0]
