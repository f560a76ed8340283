"""What the network refuses, and where its numbers end."""

import numpy as np
import pytest

from core import (
    ACTIVATIONS,
    LOSSES,
    Layer,
    Network,
    after_steps,
    backward,
    confusion_matrix,
    dataset,
    forward,
    gradient_norms,
    initial_network,
    loss_of,
    train,
)

pytestmark = pytest.mark.filterwarnings("error")
IRIS = dataset("Iris")
NET, X = initial_network([2, 3, 3]), np.ones((2, 2))
T = np.eye(3)[[0, 1]]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_mini_batch_without_rows_is_refused(loss):
    with pytest.raises(ValueError, match=r"expected .*rows.* at least one"):
        backward(NET, np.zeros((0, 2)), np.zeros((0, 3)), loss)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_target_with_more_rows_than_the_input_is_named(loss):
    with pytest.raises(
        ValueError, match=r"expected as many rows .*got z \(1, 3\) and target \(2, 3\)"
    ):
        backward(NET, X[:1], T, loss)


@pytest.mark.parametrize("loss", LOSSES)
def test_logits_without_a_mini_batch_are_named(loss):
    with pytest.raises(ValueError, match=r"expected .*got z \(3,\) and target \(3,\)"):
        loss_of([1.0, 2, 3], [1, 0, 0], loss)


@pytest.mark.parametrize("x", [1e308, -1e308, -np.inf])
def test_logits_beyond_the_largest_number_are_refused_without_a_warning(x):
    with pytest.raises(ValueError, match=r"z: expected finite logits.*got nan or"):
        forward(Network((Layer(np.array([[10.0, 0.0]]), np.zeros(2)),)), [[x]])


def test_a_gradient_norm_does_not_vanish_before_its_entries_do():
    network = Network((Layer(np.array([[400.0, 0.0]]), np.zeros(2)),))
    record = backward(network, [[1.0]], [[0, 1]], "MSE")
    expected = abs(record.dL_dz[0, 0]) * np.sqrt(2)
    np.testing.assert_allclose(gradient_norms(record), expected, rtol=1e-12)
    sure = Network((Layer(np.zeros((4, 3)), np.array([400.0, 0, 0])),))
    first = next(train(sure, IRIS, "MSE", epochs=0, learning_rate=1.0))
    assert first.dL_dW_norms[0] > 0


def test_steps_without_end_are_named_without_a_warning():
    with pytest.raises(ValueError, match="steps: expected whole numbers ≥ 0, got inf"):
        after_steps(NET, X, T, "CE", "mean", 0.1, np.inf)


@pytest.mark.parametrize("steps", [1, 3, [0, 2]])
def test_steps_out_of_bounds_are_refused_without_a_warning(steps):
    network = initial_network([2, 3])
    with pytest.raises(ValueError, match=r"z: expected finite logits, got nan or"):
        after_steps(network, 1e10 * X, T, "CE", "mean", [0.1, 1e300], steps)
    after_steps(network, 1e10 * X, T, "CE", "mean", [0.1, 1e300], [3, 0])


def test_steps_of_a_target_that_does_not_fit_are_refused():
    for t, message in (
        ([[1, 0]], r"target: expected shape \(…, 3\)"),
        ([[-1, 1, 1]] * 2, "≥ 0"),
        ([*T, *T], "shapes that broadcast"),
    ):
        with pytest.raises(ValueError, match=message):
            after_steps(NET, X, t, "CE", "mean", 0.1, 2)


@pytest.mark.parametrize(
    ("loss", "change", "message"),
    [
        ("ce", {}, "loss: expected one of"),
        ("MSE", {"reduction": "max"}, "reduction: expected one of"),
        ("CE", {"seed": -1}, "non-negative"),
    ],
)
def test_what_cannot_be_trained_is_named_at_once(loss, change, message):
    with pytest.raises(ValueError, match=message):
        train(initial_network([4, 3]), IRIS, loss, epochs=1, learning_rate=0.1, **change)


def test_a_network_that_does_not_fit_is_named_at_once():
    with pytest.raises(ValueError, match="x: expected shape"):
        train(initial_network([5, 3]), IRIS, "CE", epochs=1, learning_rate=0.1)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("rate", [3e306, 1e307, 1e308])
def test_no_record_is_infinite(activation, loss, rate):
    for r in train(
        initial_network([4, 5, 3], activation), IRIS, loss, epochs=6, learning_rate=rate
    ):
        assert np.isfinite([r.cross_entropy, r.squared_error, r.dL_dz_norm, *r.dL_dW_norms]).all()


@pytest.mark.parametrize(("y", "t"), [((2, 1), (2, 3)), ((2, 3), (2, 1)), ((1, 3), (2, 3))])
def test_a_confusion_of_other_shapes_is_named(y, t):
    with pytest.raises(ValueError, match=r"expected .*got y"):
        confusion_matrix(np.ones(y), np.ones(t))


@pytest.mark.parametrize("number", ["1", True])
def test_text_is_no_sample(number):
    with pytest.raises(ValueError, match="number: expected 1 to 150"):
        IRIS.rows(number)
