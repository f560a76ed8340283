"""Gradient steps, one and many."""

import numpy as np
import pytest
from hypothesis import strategies as st

from core import after_steps, backward, forward, gradient_step, loss_of
from tests.core.networks import (
    HAND,
    LOG3,
    X,
    away_from_kinks,
    cases,
    gradients_of,
    parameters,
    problems,
)
from tests.core.strategies import forall

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


def test_one_gradient_step_written_out():
    after = gradient_step(HAND, backward(HAND, X, [[0, 1]]), 0.4)
    np.testing.assert_allclose(after.layers[1].W, [[0.4, 1.1], [3, -2]], rtol=1e-14)
    np.testing.assert_allclose(after.layers[1].b, [LOG3 - 2.3, -0.7], rtol=1e-14)
    np.testing.assert_allclose(after.layers[0].W, [[0.85, 1], [0.7, -1]], rtol=1e-14)
    np.testing.assert_allclose(after.layers[0].b, [-1.15, 0.5], rtol=1e-14)
    assert after.activation == "ReLU"


@cases
def test_a_small_step_lowers_the_loss_by_its_length_times_the_derivative(
    hidden, activation, loss, reduction
):
    network, x, t, _, _ = chosen = away_from_kinks(hidden, activation, loss, reduction, seed=3)
    record = backward(*chosen)
    eta = 1e-5
    after = loss_of(forward(gradient_step(network, record, eta), x).z, t, loss, reduction)
    expected = eta * (gradients_of(record) ** 2).sum()
    assert expected > 0
    assert record.loss - after == pytest.approx(expected, rel=1e-3)


@forall(problems(), st.floats(0.001, 1), st.integers(0, 4))
def test_after_steps_is_a_gradient_step_again_and_again(problem, eta, steps):
    network = problem[0]
    for _ in range(steps):
        network = gradient_step(network, backward(network, *problem[1:]), eta)
    found = after_steps(*problem, eta, steps)
    np.testing.assert_array_equal(parameters(found), parameters(network))
    assert found.activation == network.activation


def test_no_step_leaves_every_weight_where_it_is():
    chosen = away_from_kinks((3,), "tanh", "CE", "mean")
    np.testing.assert_array_equal(parameters(after_steps(*chosen, 0.1, 0)), parameters(chosen[0]))
