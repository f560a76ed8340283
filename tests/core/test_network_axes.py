"""Leading axes: independent problems in one call."""

import numpy as np
import pytest

from core import (
    Layer,
    Network,
    after_steps,
    backward,
    gradient_norms,
    gradient_path,
    numeric_gradient,
)
from tests.core.networks import (
    away_from_kinks,
    every_parameter,
    losses,
    random_batch,
    random_network,
    relative_error,
)
from tests.core.strategies import arrays_of

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")

LEADING = [
    pytest.param((3,), (3,), (3,), id="each problem has weights, data and targets of its own"),
    pytest.param((3,), (), (), id="many weights on one mini-batch"),
    pytest.param((), (3,), (3,), id="many mini-batches through one network"),
    pytest.param((), (3,), (), id="many inputs with one target"),
    pytest.param((), (), (3,), id="many targets of one input"),
    pytest.param((2, 1), (3,), (2, 3), id="a table of weights by inputs"),
    pytest.param((2, 3), (2, 1), (3,), id="a table of weights, inputs and targets"),
]
leadings = pytest.mark.parametrize(("of_weights", "of_x", "of_t"), LEADING)


def shared(array, leading, index):
    """The part of an array with these leading axes that belongs to one problem."""
    own = index[len(index) - len(leading) :]
    return array[tuple(0 if size == 1 else i for size, i in zip(leading, own, strict=True))]


def many(of_weights, of_x, of_t, activation="tanh", rows=2):
    """A network and a mini-batch with leading axes; the same for one problem; and all problems."""
    network = random_network([3, 4, 2, 3], activation, 5, of_weights)
    x, _ = random_batch(3, 3, rows, 5, of_x)
    _, t = random_batch(3, 3, rows, 6, of_t)

    def one(index):
        layers = tuple(
            Layer(shared(layer.W, of_weights, index), shared(layer.b, of_weights, index))
            for layer in network.layers
        )
        return (
            Network(layers, activation),
            shared(x, of_x, index),
            shared(t, of_t, index),
        )

    return (network, x, t), one, np.broadcast_shapes(of_weights, of_x, of_t)


def broadcast_at(array, leading, own_ndim, index):
    """One problem's part of a result, which need not have axes that it does not depend on."""
    own = array.shape[array.ndim - own_ndim :]
    return np.broadcast_to(array, (*leading, *own))[index]


@leadings
@losses
def test_leading_axes_are_independent_problems(of_weights, of_x, of_t, loss, reduction):
    whole, one, leading = many(of_weights, of_x, of_t)
    record = backward(*whole, loss, reduction)
    for index in np.ndindex(leading):
        alone = dict(arrays_of(backward(*one(index), loss, reduction)))
        for name, found in arrays_of(record):
            expected = alone[name]
            if expected.size:
                np.testing.assert_allclose(
                    broadcast_at(found, leading, expected.ndim, index),
                    expected,
                    rtol=1e-10,
                    atol=1e-14,
                    err_msg=name,
                )


@leadings
def test_every_gradient_of_a_weight_has_the_leading_axes_of_its_problem(of_weights, of_x, of_t):
    whole, _, leading = many(of_weights, of_x, of_t)
    record = backward(*whole)
    assert record.loss.shape == leading
    for own, layer in zip(record.layers, whole[0].layers, strict=True):
        assert own.dL_dW.shape == leading + layer.W.shape[-2:]
        assert own.dL_db.shape == leading + layer.b.shape[-1:]


@leadings
def test_each_problem_has_gradient_norms_of_its_own(of_weights, of_x, of_t):
    whole, one, leading = many(of_weights, of_x, of_t)
    found = gradient_norms(backward(*whole))
    assert found.shape == (*leading, 9)
    for index in np.ndindex(leading):
        np.testing.assert_allclose(found[index], gradient_norms(backward(*one(index))), rtol=1e-12)


@leadings
def test_each_problem_may_have_its_own_steps_and_learning_rate(of_weights, of_x, of_t):
    whole, one, leading = many(of_weights, of_x, of_t)
    steps = np.arange(np.prod(leading)).reshape(leading)
    eta = 0.1 * (1 + steps % 3)
    found = after_steps(*whole, "MSE", "sum", eta, steps)
    for index in np.ndindex(leading):
        expected = after_steps(*one(index), "MSE", "sum", eta[index], steps[index])
        for layer, own in zip(found.layers, expected.layers, strict=True):
            np.testing.assert_allclose(layer.W[index], own.W, rtol=1e-12, atol=1e-13)
            np.testing.assert_allclose(layer.b[index], own.b, rtol=1e-12, atol=1e-13)


def test_a_problem_that_has_made_its_steps_stays_where_it_is():
    chosen = away_from_kinks((3,), "tanh", "CE", "mean")
    found = after_steps(*chosen, 0.5, [0, 7, 2])
    for i, steps in enumerate((0, 7, 2)):
        expected = after_steps(*chosen, 0.5, steps)
        for layer, own in zip(found.layers, expected.layers, strict=True):
            np.testing.assert_allclose(layer.W[i], own.W, rtol=1e-13, atol=1e-15)
    np.testing.assert_array_equal(found.layers[0].W[0], chosen[0].layers[0].W)


@leadings
def test_paths_and_numeric_gradients_have_leading_axes_too(of_weights, of_x, of_t):
    whole, one, leading = many(of_weights, of_x, of_t, rows=1)
    record = backward(*whole)
    for parameter in every_parameter(one((0,) * len(leading))[0]):
        path = gradient_path(whole[0], record, *parameter)
        numeric = numeric_gradient(*whole, "CE", "mean", *parameter)
        assert path.gradient.shape == numeric.shape == leading
        for index in np.ndindex(leading):
            alone = one(index)
            single = gradient_path(alone[0], backward(*alone), *parameter)
            for name, expected in arrays_of(single):
                found = dict(arrays_of(path))[name]
                np.testing.assert_allclose(
                    broadcast_at(found, leading, expected.ndim, index),
                    expected,
                    rtol=1e-10,
                    atol=1e-14,
                    err_msg=name,
                )
            assert relative_error(single.gradient, numeric[index]) < 1e-6
