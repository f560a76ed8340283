"""The forward pass, its loss, and where a network starts."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import strategies as st

from core import (
    ACTIVATIONS,
    LOSSES,
    activate,
    activation_derivative,
    backward,
    check_gradient,
    cross_entropy,
    forward,
    initial_network,
    loss_of,
    softmax,
    squared_error,
)
from tests.core.networks import HAND, LOG2, LOG3, X, activations, parameters, problems, random_batch
from tests.core.strategies import forall, seeds

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


def test_activations_and_losses_have_the_names_of_their_controls():
    assert ACTIVATIONS == ("tanh", "ReLU", "sigmoid")
    assert LOSSES == ("CE", "MSE")


@pytest.mark.parametrize(
    ("activation", "a", "h", "dh_da"),
    [
        ("tanh", LOG2, 3 / 5, 16 / 25),  # (2 − ½)/(2 + ½)
        ("tanh", -LOG2, -3 / 5, 16 / 25),
        ("tanh", 0, 0, 1),
        ("sigmoid", LOG3, 3 / 4, 3 / 16),
        ("sigmoid", -LOG3, 1 / 4, 3 / 16),
        ("sigmoid", 0, 1 / 2, 1 / 4),
        ("ReLU", 2, 2, 1),
        ("ReLU", 1e-300, 1e-300, 1),
        ("ReLU", -2, 0, 0),
        ("ReLU", 0, 0, 0),
    ],
)
def test_activations_and_their_derivatives_written_out(activation, a, h, dh_da):
    assert activate(a, activation) == pytest.approx(h, rel=1e-15, abs=1e-16)
    assert activation_derivative(h, activation) == pytest.approx(dh_da, rel=1e-15)


@activations
def test_the_derivative_of_an_activation_is_what_a_complex_step_finds(activation):
    a = np.linspace(-5, 5, 34)  # without 0, the kink
    h = activate(a, activation)
    found = check_gradient(
        lambda u: activate(u, activation).sum(), a, activation_derivative(h, activation), "complex"
    )
    assert found.error < 1e-15


def test_the_forward_pass_written_out():
    trace = forward(HAND, X)
    np.testing.assert_array_equal(trace.inputs[0], [[1, 2]])
    np.testing.assert_array_equal(trace.a[0], [[2, -0.5]])
    np.testing.assert_array_equal(trace.inputs[1], [[2, 0]])
    np.testing.assert_allclose(trace.z, [[LOG3, 0]], atol=1e-15)
    np.testing.assert_allclose(trace.y, [[0.75, 0.25]], rtol=1e-15)
    assert trace.z is trace.a[1]
    assert len(trace.inputs) == len(trace.a) == 2


@forall(problems())
def test_the_loss_of_a_mini_batch_is_the_mean_of_its_rows(problem):
    network, x, t, loss, reduction = problem
    z = forward(network, x).z
    rows = cross_entropy(z, t) if loss == "CE" else squared_error(softmax(z), t, reduction)
    assert loss_of(z, t, loss, reduction) == pytest.approx(rows.mean(), rel=1e-15)
    assert backward(*problem).loss == loss_of(z, t, loss, reduction)


@activations
def test_the_same_seed_gives_the_same_weights(activation):
    first, again = (initial_network([4, 5, 3], activation, seed=7) for _ in range(2))
    np.testing.assert_array_equal(parameters(first), parameters(again))
    other = initial_network([4, 5, 3], activation, seed=8)
    assert not np.isin(first.layers[0].W, other.layers[0].W).any()
    assert first.activation == activation


@pytest.mark.parametrize(
    ("activation", "gain"), [("tanh", 1), ("sigmoid", 1), ("ReLU", np.sqrt(2))]
)
def test_weights_are_normal_with_a_spread_of_gain_over_the_root_of_the_inputs(activation, gain):
    network = initial_network([400, 100, 300], activation, seed=1)
    for layer in network.layers:
        inputs = layer.W.shape[0]
        scaled = layer.W.ravel() * np.sqrt(inputs) / gain
        # 30 000 or more of them: the spread of a mean is 0.006, of a spread 0.004.
        assert abs(scaled.mean()) < 0.03
        assert abs(scaled.std() - 1) < 0.02
        assert abs((np.abs(scaled) < 1).mean() - 0.6827) < 0.02
        np.testing.assert_array_equal(layer.b, 0)


def test_no_weight_is_used_twice():
    drawn = parameters(initial_network([3, 4, 5, 2], seed=3))
    drawn = drawn[drawn != 0]
    assert drawn.size == 3 * 4 + 4 * 5 + 5 * 2
    assert np.unique(drawn).size == drawn.size


@forall(st.lists(st.integers(1, 5), min_size=2, max_size=5), seeds, st.floats(-1e3, 1e3))
def test_confidence_moves_one_bias_and_nothing_else(sizes, seed, confidence):
    fair = initial_network(sizes, seed=seed)
    sure = initial_network(sizes, seed=seed, confidence=confidence)
    assert sure.layers[-1].b[0] == confidence
    sure.layers[-1].b[0] = 0
    np.testing.assert_array_equal(parameters(sure), parameters(fair))
    for layer, (inputs, units) in zip(fair.layers, pairwise(sizes), strict=True):
        assert layer.W.shape == (inputs, units)
        assert layer.b.shape == (units,)


def test_an_over_confident_start_believes_in_class_1_whatever_it_sees():
    network = initial_network([4, 8, 3], seed=0, confidence=10)
    y = forward(network, random_batch(4, 3, 50)[0]).y
    assert (y[:, 0] > 0.9).all()
    fair = forward(initial_network([4, 8, 3], seed=0), random_batch(4, 3, 50)[0]).y
    assert (fair.max(axis=-1) < 0.99).all()


def test_a_start_may_be_given_as_numpy_numbers():
    found = initial_network(np.array([2, 3]), seed=np.int64(0), confidence=np.float64(0))
    np.testing.assert_array_equal(parameters(found), parameters(initial_network([2, 3])))
