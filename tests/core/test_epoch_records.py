"""What an epoch's record holds, and the confusion matrix in it."""

import dataclasses

import numpy as np
import pytest

from core import REDUCTIONS, SATURATED, backward, confusion_matrix, forward, train
from tests.core.trainings import IRIS, T, X, assert_same, biased, each_loss, run, start

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("reduction", REDUCTIONS)
@each_loss
def test_the_record_of_epoch_0_is_a_direct_measurement_of_the_start(loss, reduction):
    network = start(seed=3)
    record = next(train(network, IRIS, loss, epochs=1, learning_rate=1.0, reduction=reduction))

    hidden, output = network.layers

    def outputs(x):
        powers = np.exp(np.tanh(x @ hidden.W + hidden.b) @ output.W + output.b)
        return powers / powers.sum(axis=1, keepdims=True)

    y = outputs(X)
    labels, guesses = T.argmax(axis=1), y.argmax(axis=1)
    c = {"mean": 1 / 3, "sum": 1.0, "half": 0.5}[reduction]
    lengths = []
    for row in range(len(X)):
        J = np.diag(y[row]) - np.outer(y[row], y[row])
        g = -T[row] / y[row] if loss == "CE" else 2 * c * (y[row] - T[row])
        lengths.append(np.sqrt(((g @ J) ** 2).sum()))
    by_layer = [
        np.sqrt((layer.dL_dW**2).sum()) for layer in backward(network, X, T, loss, reduction).layers
    ]
    held_out = outputs(IRIS.x[~IRIS.train]).argmax(axis=1)

    assert record.epoch == 0
    assert record.network is network
    assert record.cross_entropy == pytest.approx(-np.log(y[np.arange(len(y)), labels]).mean())
    assert record.squared_error == pytest.approx(c * ((y - T) ** 2).sum(axis=1).mean())
    assert record.accuracy == pytest.approx((guesses == labels).mean())
    assert record.accuracy_held_out == pytest.approx(
        (held_out == IRIS.t[~IRIS.train].argmax(axis=1)).mean()
    )
    assert record.dL_dz_norm == pytest.approx(np.mean(lengths))
    assert record.dL_dW_norms == pytest.approx(by_layer)


@each_loss
def test_every_epoch_is_measured_as_the_first_is(loss):
    # Each record is what a run that starts from its network would begin with.
    for record in run(loss=loss, momentum=0.9):
        again = next(train(record.network, IRIS, loss, epochs=0, learning_rate=1.0))
        assert_same([record], [dataclasses.replace(again, epoch=record.epoch)])


def test_both_losses_are_measured_whichever_is_trained():
    ce, mse = run(loss="CE", epochs=0)[0], run(loss="MSE", epochs=0)[0]
    assert (ce.cross_entropy, ce.squared_error) == (mse.cross_entropy, mse.squared_error)
    np.testing.assert_array_equal(ce.confusion, mse.confusion)
    assert ce.dL_dz_norm != mse.dL_dz_norm
    assert ce.dL_dW_norms != mse.dL_dW_norms


@each_loss
def test_a_network_that_knows_nothing_has_the_loss_of_a_guess(loss):
    record = run(biased(0.0, 0.0, 0.0), loss, epochs=0)[0]
    assert record.cross_entropy == pytest.approx(np.log(3))
    assert record.squared_error == pytest.approx(2 / 9)  # (4 + 1 + 1)/9 by 3 classes
    assert record.accuracy == record.accuracy_held_out == pytest.approx(1 / 3)
    assert record.saturated == record.saturated_wrong == 0
    # ‖(⅔, −⅓, −⅓)‖ of cross-entropy; of squared error, times 2c y = ⅔·⅓
    expected = np.sqrt(2 / 3) * (1 if loss == "CE" else 2 / 9)
    assert record.dL_dz_norm == pytest.approx(expected)
    np.testing.assert_array_equal(record.confusion, [[10, 0, 0]] * 3)


def test_a_row_is_saturated_above_ninety_nine_in_a_hundred():
    assert SATURATED == 0.99
    edge = np.log(2 * 0.99 / 0.01)  # eᵇ/(eᵇ + 2) = 0.99
    below, above = (run(biased(edge + by, 0.0, 0.0), epochs=0)[0] for by in (-1e-9, 1e-9))
    assert (below.saturated, below.saturated_wrong) == (0, 0)
    # Class 1 is right for one flower in three.
    assert above.saturated == 1
    assert above.saturated_wrong == pytest.approx(2 / 3)


def test_saturated_rows_are_counted_one_by_one():
    record = run(start(), epochs=60, learning_rate=0.3)[-1]
    y = forward(record.network, X).y
    saturated = [row for row in range(len(X)) if y[row].max() > 0.99]
    wrong = [row for row in saturated if y[row].argmax() != T[row].argmax()]
    assert 0 < len(saturated) < len(X)
    assert record.saturated == pytest.approx(len(saturated) / len(X))
    assert record.saturated_wrong == pytest.approx(len(wrong) / len(X))


@pytest.mark.parametrize("hidden", [(), (4,), (4, 3), (3, 3, 3)])
def test_there_is_a_gradient_norm_for_each_layer(hidden):
    record = run(start(hidden=hidden), epochs=0)[0]
    assert len(record.dL_dW_norms) == len(hidden) + 1
    assert all(norm > 0 for norm in record.dL_dW_norms)


def test_the_training_part_is_one_batch_for_the_gradient_of_a_layer():
    # For a network without hidden layers ∂L/∂W = xᵀ (y − t)/m.
    record = run(biased(0.0, 0.0, 0.0), epochs=0)[0]
    assert record.dL_dW_norms[0] == pytest.approx(np.linalg.norm(X.T @ (1 / 3 - T) / 120))


def test_a_record_holds_plain_numbers():
    for record in run(epochs=1):
        assert type(record.epoch) is int
        for field in dataclasses.fields(record):
            value = getattr(record, field.name)
            if field.name not in ("epoch", "network", "dL_dW_norms", "confusion"):
                assert type(value) is float, field.name
        assert all(type(norm) is float for norm in record.dL_dW_norms)


def test_the_confusion_counts_the_held_out_flowers():
    record = run(epochs=20)[-1]
    assert record.confusion.sum() == 30
    np.testing.assert_array_equal(record.confusion.sum(axis=1), [10, 10, 10])
    assert np.trace(record.confusion) / 30 == pytest.approx(record.accuracy_held_out)


def test_a_confusion_matrix_written_out():
    y = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.5, 0.3], [0, 0.1, 0.9], [0.6, 0.3, 0.1]]
    t = np.eye(3)[[0, 0, 1, 2, 2]]
    np.testing.assert_array_equal(confusion_matrix(y, t), [[1, 1, 0], [0, 1, 0], [1, 0, 1]])


def test_a_class_counts_as_often_as_it_comes():
    np.testing.assert_array_equal(
        confusion_matrix([[0.4, 0.6]] * 5, [[1, 0]] * 3 + [[0, 1]] * 2), [[0, 3], [0, 2]]
    )


def test_no_samples_give_no_counts():
    np.testing.assert_array_equal(confusion_matrix(np.zeros((0, 3)), np.zeros((0, 3))), 0)


@pytest.mark.parametrize(("y", "t"), [((4, 3), (4, 2)), ((4, 3), (5, 3))])
def test_a_confusion_of_shapes_that_do_not_match_is_named(y, t):
    with pytest.raises(ValueError, match=r"expected .*got y") as e:
        confusion_matrix(np.ones(y), np.ones(t))
    assert str(y) in str(e.value)
    assert str(t) in str(e.value)
