"""The network at the ends of what numbers can be."""

import numpy as np
import pytest

from core import Layer, Network, activate, activation_derivative, backward, initial_network
from tests.core.networks import (
    activations,
    autograd_error,
    away_from_kinks,
    central_error,
    gradients_of,
    losses,
    random_batch,
    random_network,
)
from tests.core.strategies import arrays_of

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


def test_a_confident_mistake_at_logits_of_700_has_a_gradient_under_cross_entropy_alone():
    network = Network((Layer(np.array([[700.0, -700.0]]), np.zeros(2)),))
    x, t = [[1.0], [-1.0]], [[0, 1], [1, 0]]
    ce = backward(network, x, t, "CE")
    assert ce.loss == 1400
    np.testing.assert_array_equal(ce.dL_dz, [[0.5, -0.5], [-0.5, 0.5]])
    np.testing.assert_array_equal(ce.layers[0].dL_dW, [[1, -1]])
    mse = backward(network, x, t, "MSE", "sum")
    assert mse.loss == 2
    np.testing.assert_array_equal(mse.dL_dz, 0)
    np.testing.assert_array_equal(mse.layers[0].dL_dW, 0)


def test_a_confident_start_is_the_one_start_where_squared_error_has_no_gradient():
    network = initial_network([2, 3, 3], seed=0, confidence=1e3)
    x, _ = random_batch(2, 3, 6)
    t = np.eye(3)[[0, 1, 2, 0, 1, 2]]
    ce, mse = backward(network, x, t, "CE"), backward(network, x, t, "MSE")
    assert ce.loss == pytest.approx(1000 * 4 / 6, rel=0.01)
    np.testing.assert_allclose(6 * ce.dL_dz, np.eye(3)[0] - t, atol=1e-15)
    assert np.abs(gradients_of(ce)).max() > 0.1
    np.testing.assert_array_equal(gradients_of(mse), 0)
    assert mse.loss == pytest.approx(2 / 3 * 4 / 6)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("size", [1e3, 1e150, 1e308])
def test_a_saturated_hidden_unit_lets_nothing_through_and_nothing_is_nan(activation, size):
    layers = (
        Layer(np.array([[size, -size]]), np.zeros(2)),
        Layer(np.array([[1.0, 2.0, 3.0], [0.5, 1.0, 2.0]]), np.zeros(3)),
    )
    record = backward(Network(layers, activation), [[1.0]], [[0, 1, 0]])
    for name, values in arrays_of(record):
        assert np.isfinite(values).all(), name
    np.testing.assert_array_equal(record.layers[0].dL_dW, 0)
    assert np.abs(record.layers[1].dL_dW).max() > 0.1


@activations
@pytest.mark.parametrize("a", [-1e308, -745.0, -40.0, 40.0, 745.0, 1e308])
def test_activations_stand_at_every_extreme(activation, a):
    h = activate(a, activation)
    expected = {"tanh": np.sign(a), "ReLU": max(0.0, a), "sigmoid": float(a > 0)}[activation]
    assert h == pytest.approx(expected, abs=1e-15)
    assert activation_derivative(h, activation) == float(activation == "ReLU" and a > 0)


@losses
@activations
def test_one_class_has_no_loss_and_no_gradient(activation, loss, reduction):
    record = backward(
        random_network([3, 2, 1], activation),
        random_batch(3, 1, 4)[0],
        np.ones((4, 1)),
        loss,
        reduction,
    )
    assert record.loss == 0
    assert not np.signbit(record.loss)
    for own in record.layers:
        np.testing.assert_array_equal(own.dL_dW, 0)
        np.testing.assert_array_equal(own.dL_db, 0)
    np.testing.assert_array_equal(record.dL_dx, 0)


@losses
@activations
def test_one_input_one_hidden_unit_and_one_row_are_enough(activation, loss, reduction):
    chosen = away_from_kinks((1, 1), activation, loss, reduction, d=1, n=2, rows=1)
    assert autograd_error(*chosen) < 1e-10
    assert central_error(*chosen) < 1e-6


def test_a_target_that_the_softmax_gives_no_share_shows_an_infinite_g_without_a_warning():
    network = Network((Layer(np.array([[1000.0, 0.0]]), np.zeros(2)),))
    record = backward(network, [[1.0]], [[0, 1]], "CE")
    np.testing.assert_array_equal(record.layers[0].dL_dh, [[0, -np.inf]])
    np.testing.assert_array_equal(record.dL_dz, [[1, -1]])
