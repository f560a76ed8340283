"""What goes into the network, and what it refuses."""

import numpy as np
import pytest

from core import (
    LOSSES,
    REDUCTIONS,
    Layer,
    Network,
    activate,
    activation_derivative,
    after_steps,
    backward,
    forward,
    gradient_path,
    gradient_step,
    initial_network,
    loss_of,
    numeric_gradient,
    parameter_gradients,
)
from tests.core.networks import (
    HAND,
    X,
    away_from_kinks,
    every_parameter,
    gradients_of,
    losses,
    parameters,
    problems,
)
from tests.core.strategies import arrays_of, forall

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


@forall(problems())
def test_every_number_of_a_record_is_a_float64(problem):
    for name, values in arrays_of(backward(*problem)):
        assert values.dtype == np.float64, name


def test_lists_and_whole_numbers_are_as_good_as_arrays():
    expected = dict(arrays_of(backward(HAND, X, np.array([[0.0, 1.0]]))))
    for x in ([[1, 2]], ((1, 2),), X.astype(np.float32), np.asfortranarray(X)):
        for name, found in arrays_of(backward(HAND, x, [[0, 1]])):
            np.testing.assert_array_equal(found, expected[name], err_msg=name)
            assert found.dtype == np.float64


@losses
def test_nothing_that_goes_in_is_changed(loss, reduction):
    network, x, t, _, _ = away_from_kinks((3, 2), "ReLU", loss, reduction)
    before = parameters(network), x.copy(), t.copy()
    record = backward(network, x, t, loss, reduction)
    kept = gradients_of(record)
    gradient_step(network, record, 0.1)
    after_steps(network, x, t, loss, reduction, 0.1, 3)
    for parameter in every_parameter(network):
        numeric_gradient(network, x, t, loss, reduction, *parameter)
    np.testing.assert_array_equal(parameters(network), before[0])
    np.testing.assert_array_equal(x, before[1])
    np.testing.assert_array_equal(t, before[2])
    np.testing.assert_array_equal(gradients_of(record), kept)


def test_cross_entropy_takes_no_notice_of_the_reduction():
    found = [gradients_of(backward(HAND, X, [[0, 1]], "CE", r)) for r in REDUCTIONS]
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_the_loss_is_cross_entropy_and_the_reduction_the_mean_unless_told():
    np.testing.assert_array_equal(
        gradients_of(backward(HAND, X, [[0, 1]])), gradients_of(backward(HAND, X, [[0, 1]], "CE"))
    )
    assert loss_of([[1.0, 0, 0]], [[0, 1, 0]], "MSE") == loss_of(
        [[1.0, 0, 0]], [[0, 1, 0]], "MSE", "mean"
    )


@pytest.mark.parametrize("x", [[1.0, 2.0], 1.0, [[1.0]], [[1.0, 2.0, 3.0]], np.zeros((3, 1))])
def test_an_input_of_another_shape_is_named(x):
    with pytest.raises(ValueError, match=r"x: expected shape \(…, rows, 2\), got shape") as e:
        forward(HAND, x)
    assert str(e.value).endswith(str(np.shape(x)))


@pytest.mark.parametrize("x", ["ab", None, [[1, 2], [3]]])
def test_an_input_that_is_no_array_of_numbers_is_named(x):
    with pytest.raises(ValueError, match="x: expected an array of numbers, got"):
        forward(HAND, x)


@pytest.mark.parametrize("x", [np.nan, np.inf])
def test_logits_that_are_not_finite_are_refused(x):
    with pytest.raises(ValueError, match=r"z: expected finite logits.*got nan or"):
        forward(Network((Layer(np.array([[1.0, 2.0]]), np.zeros(2)),)), [[x]])


@pytest.mark.parametrize(
    ("t", "message"),
    [
        ([[1, 0, 0]], r"target: expected shape \(…, 2\), got shape \(1, 3\)"),
        ([[0, 0]], "target: expected .*positive.*, got all zeros"),
        ([[1, -1]], "target: expected .*≥ 0, got a negative"),
        ([[0, 1], [0, 1], [0, 1]], r"expected shapes that broadcast, got [zy] \(2, 2\) and target"),
    ],
)
@pytest.mark.parametrize("loss", LOSSES)
def test_a_bad_target_is_named(t, message, loss):
    rows = [*X, *X]
    for f in (backward, parameter_gradients):
        with pytest.raises(ValueError, match=message):
            f(HAND, rows, t, loss)


@pytest.mark.parametrize("loss", ["ce", "", None, 0])
def test_an_unknown_loss_is_named(loss):
    for f in (
        lambda: backward(HAND, X, [[0, 1]], loss),
        lambda: parameter_gradients(HAND, X, [[0, 1]], loss),
        lambda: loss_of([[1.0, 0.0]], [[0, 1]], loss),
        lambda: after_steps(HAND, X, [[0, 1]], loss, "mean", 0.1, 1),
        lambda: numeric_gradient(HAND, X, [[0, 1]], loss, "mean", 0, 0, 0),
    ):
        with pytest.raises(
            ValueError, match=r"loss: expected one of \('CE', 'MSE', .*\), got"
        ) as e:
            f()
        assert str(e.value).endswith(repr(loss))


def test_an_unknown_reduction_is_named_by_the_network():
    for f in (
        lambda: backward(HAND, X, [[0, 1]], "MSE", "max"),
        lambda: loss_of([[1.0, 0.0]], [[0, 1]], "MSE", "max"),
        lambda: numeric_gradient(HAND, X, [[0, 1]], "MSE", "max", 0, 0, 0),
    ):
        with pytest.raises(ValueError, match=r"reduction: expected one of .*, got 'max'"):
            f()


@pytest.mark.parametrize("activation", ["relu", "", None, 1])
def test_an_unknown_activation_is_named(activation):
    for f in (
        lambda: activate([1.0], activation),
        lambda: activation_derivative([1.0], activation),
        lambda: initial_network([2, 3], activation),
        lambda: forward(Network(HAND.layers, activation), X),
    ):
        with pytest.raises(ValueError, match=r"activation: expected one of .*sigmoid'\), got") as e:
            f()
        assert str(e.value).endswith(repr(activation))


@pytest.mark.parametrize("sizes", [[], [3], [3, 0], [3, -1, 2], [3, 2.0], ["3", 2], [None, 2]])
def test_sizes_that_are_no_network_are_named(sizes):
    with pytest.raises(ValueError, match="sizes: expected at least two whole numbers ≥ 1") as e:
        initial_network(sizes)
    assert str(e.value).endswith(repr(sizes))


@pytest.mark.parametrize("confidence", [np.nan, np.inf, -np.inf])
def test_a_confidence_that_is_not_finite_is_named(confidence):
    with pytest.raises(ValueError, match="confidence: expected a finite number, got") as e:
        initial_network([2, 3], confidence=confidence)
    assert str(e.value).endswith(repr(confidence))


@pytest.mark.parametrize("steps", [-1, 0.5, np.nan, [1, -1], [1, 2.5]])
def test_steps_that_cannot_be_counted_are_named(steps):
    with pytest.raises(ValueError, match="steps: expected whole numbers ≥ 0, got") as e:
        after_steps(HAND, X, [[0, 1]], "CE", "mean", 0.1, steps)
    assert str(e.value).endswith(repr(steps))


@pytest.mark.parametrize("bad", ["ab", None, [[1], [1, 2]]])
def test_a_learning_rate_or_steps_that_are_no_numbers_are_named(bad):
    with pytest.raises(ValueError, match="learning_rate: expected an array of numbers, got"):
        after_steps(HAND, X, [[0, 1]], "CE", "mean", bad, 1)
    with pytest.raises(ValueError, match="learning_rate: expected an array of numbers, got"):
        gradient_step(HAND, backward(HAND, X, [[0, 1]]), bad)
    with pytest.raises(ValueError, match="steps: expected an array of numbers, got"):
        after_steps(HAND, X, [[0, 1]], "CE", "mean", 0.1, bad)


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ((2, 0, 0), "layer: expected an integer from 0 to 1, got 2"),
        ((-1, 0, 0), "layer: expected an integer from 0 to 1, got -1"),
        ((0, 2, 0), "row: expected an integer from 0 to 1, got 2"),
        ((0, -1, 0), "row: expected an integer from 0 to 1, got -1"),
        ((1, 0.0, 0), "row: expected an integer from 0 to 1, got 0.0"),
        ((1, 0, 2), "unit: expected an integer from 0 to 1, got 2"),
        ((1, None, 2), "unit: expected an integer from 0 to 1, got 2"),
        ((0, None, True), "unit: expected an integer from 0 to 1, got True"),
    ],
)
def test_a_weight_that_is_not_there_is_named(parameter, message):
    with pytest.raises(ValueError, match=message):
        gradient_path(HAND, backward(HAND, X, [[0, 1]]), *parameter)
    with pytest.raises(ValueError, match=message):
        numeric_gradient(HAND, X, [[0, 1]], "CE", "mean", *parameter)


def test_a_path_belongs_to_a_single_row():
    record = backward(HAND, [*X, *X], [[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="gradients: expected a single row, got 2 rows"):
        gradient_path(HAND, record, 0, 0, 0)
