"""Every gradient of the network against two independent measurements."""

import numpy as np
import pytest

import core
from core import ACTIVATIONS, backward, check_gradient, initial_network, numeric_gradient
from tests.core.networks import (
    autograd_error,
    away_from_kinks,
    cases,
    central_error,
    entry,
    every_parameter,
    gradients_of,
    loss_at,
    losses,
    parameters,
    plain_loss,
    problems,
    random_batch,
    relative_error,
)
from tests.core.strategies import forall

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


@cases
def test_every_gradient_is_what_central_differences_measure(hidden, activation, loss, reduction):
    assert central_error(*away_from_kinks(hidden, activation, loss, reduction)) < 1e-6


@cases
def test_every_gradient_is_what_autograd_finds(hidden, activation, loss, reduction):
    assert autograd_error(*away_from_kinks(hidden, activation, loss, reduction)) < 1e-10


@forall(problems())
def test_every_gradient_of_any_network_is_what_autograd_finds(problem):
    assert autograd_error(*problem) < 1e-10


@forall(problems())
def test_every_gradient_of_any_network_is_what_a_complex_step_measures(problem):
    network, x, t, loss, reduction = problem
    record = backward(*problem)
    point = np.concatenate([parameters(network), x.ravel()])
    claim = np.concatenate([gradients_of(record), record.dL_dx.ravel()])
    found = check_gradient(loss_at(network, t, loss, reduction), point, claim, "complex")
    assert relative_error(found.given, found.numeric) < 1e-10, str(found)


@forall(problems())
def test_the_loss_is_that_of_the_plain_formula(problem):
    network, x, t, loss, reduction = problem
    layers = [(layer.W, layer.b) for layer in network.layers]
    expected = plain_loss(layers, x, t, network.activation, loss, reduction)
    assert backward(*problem).loss == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("start", range(3))
@losses
def test_the_gradients_of_a_random_start_are_what_autograd_finds(start, loss, reduction):
    x, t = random_batch(4, 3, 5, start)
    for activation in ACTIVATIONS:
        for confidence in (0.0, 3.0):
            network = initial_network([4, 5, 3], activation, start, confidence)
            assert autograd_error(network, x, t, loss, reduction) < 1e-10


@cases
def test_each_weight_by_itself_is_what_central_differences_measure(
    hidden, activation, loss, reduction
):
    chosen = away_from_kinks(hidden, activation, loss, reduction, seed=1)
    record = backward(*chosen)
    for parameter in every_parameter(chosen[0]):
        numeric = numeric_gradient(*chosen, *parameter)
        assert relative_error(entry(record, *parameter), numeric) < 1e-6


@cases
def test_central_differences_catch_one_part_in_a_thousand(hidden, activation, loss, reduction):
    chosen = away_from_kinks(hidden, activation, loss, reduction, seed=2)
    record = backward(*chosen)
    caught = [
        relative_error(1.001 * entry(record, *parameter), numeric_gradient(*chosen, *parameter))
        for parameter in every_parameter(chosen[0])
        if abs(entry(record, *parameter)) > 1e-3
    ]
    assert caught
    assert min(caught) > 0.9e-3


def test_the_numeric_gradient_asks_for_values_of_the_loss_alone(monkeypatch):
    chosen = away_from_kinks((3,), "tanh", "MSE", "sum")
    expected = backward(*chosen).layers[0].dL_dW[2, 1]

    def refuse(*args, **kwargs):
        raise AssertionError("a gradient was asked for")

    for name in ("backward", "parameter_gradients", "activation_derivative", "_down"):
        monkeypatch.setattr(core.backprop, name, refuse)
    for loss in core.LOSS_FUNCTIONS.values():
        monkeypatch.setattr(loss, "dL_dy", refuse)
        monkeypatch.setattr(loss, "dL_dz", refuse)
    with pytest.raises(AssertionError, match="a gradient was asked for"):
        backward(*chosen)
    assert numeric_gradient(*chosen, 0, 2, 1) == pytest.approx(expected, rel=1e-6)
