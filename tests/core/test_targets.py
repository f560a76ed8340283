"""Targets: one-hot labels and their smoothing."""

import numpy as np
import pytest
from hypothesis import strategies as st

from core import one_hot, smooth
from tests.core.strategies import forall, one_hots, targets


def test_one_hot_puts_the_one_at_the_label():
    np.testing.assert_array_equal(one_hot(2, 4), [0, 0, 1, 0])
    np.testing.assert_array_equal(one_hot([[0], [1]], 2), [[[1, 0]], [[0, 1]]])


def test_smoothing_by_two_fifths_over_four_classes_gives_each_a_tenth():
    np.testing.assert_allclose(smooth([0, 1, 0, 0], 0.4), [0.1, 0.7, 0.1, 0.1], rtol=1e-15)


def test_smoothing_keeps_the_sum_of_a_target_that_does_not_sum_to_one():
    np.testing.assert_allclose(smooth([3, 1], 0.5), [2.5, 1.5])


@forall(st.integers(1, 6).flatmap(lambda n: st.tuples(targets(n), st.floats(0, 1))))
def test_smoothing_keeps_the_sum_and_moves_towards_the_mean(case):
    t, epsilon = case
    smoothed = smooth(t, epsilon)
    assert smoothed.sum() == pytest.approx(t.sum(), rel=1e-13)
    np.testing.assert_allclose(smoothed - t.mean(), (1 - epsilon) * (t - t.mean()), atol=1e-14)


def test_each_row_may_have_its_own_smoothing():
    np.testing.assert_allclose(
        smooth([[1, 0], [1, 0], [0, 2]], [0, 0.5, 1]), [[1, 0], [0.75, 0.25], [1, 1]]
    )
    np.testing.assert_allclose(smooth([1, 0], [0, 0.5]), [[1, 0], [0.75, 0.25]])


@forall(st.integers(1, 6).flatmap(one_hots))
def test_smoothing_runs_from_the_target_itself_to_uniform(t):
    np.testing.assert_array_equal(smooth(t, 0), t)
    np.testing.assert_allclose(smooth(t, 1), 1 / t.size, rtol=1e-15)


@pytest.mark.parametrize("label", [4, -1, [0, 4], 1.0, True, [True, False], "a", None, 1j])
def test_a_label_that_is_no_class_is_named(label):
    with pytest.raises(ValueError, match="label: expected integers from 0 to 3, got ") as e:
        one_hot(label, 4)
    assert repr(label) in str(e.value)


def test_ragged_labels_are_named():
    with pytest.raises(ValueError, match=r"label: expected integers from 0 to 3, got \[\[0, 1\]"):
        one_hot([[0, 1], [2]], 4)


@pytest.mark.parametrize("epsilon", [-0.1, 1.1, np.nan, np.inf, "0.1", None, [0.1, 1.2]])
def test_an_epsilon_outside_zero_to_one_is_named(epsilon):
    with pytest.raises(ValueError, match="epsilon: expected numbers from 0 to 1, got") as e:
        smooth([1, 0], epsilon)
    assert repr(epsilon) in str(e.value)
