"""A learning rate that is too large, and floats on their way out."""

import numpy as np
import pytest

from core import ACTIVATIONS, train
from tests.core.trainings import IRIS, assert_same, each_loss, numbers, run, start

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize(("loss", "rate"), [("CE", 1e10), ("CE", 1e200), ("MSE", 1e300)])
def test_a_run_that_diverges_ends_early_with_numbers_in_every_record(loss, rate, momentum):
    history = run(start("ReLU"), loss, epochs=8, learning_rate=rate, momentum=momentum)
    assert 1 <= len(history) < 9
    assert [record.epoch for record in history] == list(range(len(history)))
    for record in history:
        assert np.isfinite(numbers(record)).all()
        for layer in record.network.layers:
            assert np.isfinite(layer.W).all()
            assert np.isfinite(layer.b).all()


def test_what_was_learnt_before_a_run_diverges_is_kept():
    settings = {"learning_rate": 1e10, "epochs": 30}
    history = run(start("ReLU"), **settings)
    assert 2 <= len(history) < 31
    assert_same(history, run(start("ReLU"), **{**settings, "epochs": len(history) - 1}))
    assert_same(history[:1], run(start("ReLU"), epochs=0))


def test_a_run_that_has_diverged_is_over():
    epochs = train(start("ReLU"), IRIS, "CE", epochs=8, learning_rate=1e200)
    assert len(list(epochs)) == 1
    assert next(epochs, None) is None


@each_loss
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("rate", [1.0, 10.0, 1000.0])
def test_a_large_learning_rate_spoils_a_run_without_a_warning(activation, loss, rate):
    for record in run(start(activation), loss, learning_rate=rate, momentum=0.9, epochs=5):
        assert np.isfinite(numbers(record)).all()


def test_a_run_leaves_the_callers_handling_of_floats_alone():
    with np.errstate(over="raise", invalid="raise", divide="warn", under="ignore"):
        before = np.geterr()
        for _ in train(start("ReLU"), IRIS, "CE", epochs=8, learning_rate=1e10):
            assert np.geterr() == before
        assert np.geterr() == before


@each_loss
def test_a_start_that_is_sure_by_a_thousand_gives_numbers_all_the_same(loss):
    for record in run(start(confidence=1e3), loss):
        assert np.isfinite(numbers(record)).all()
        assert record.saturated == 1
        assert record.saturated_wrong == pytest.approx(2 / 3)
