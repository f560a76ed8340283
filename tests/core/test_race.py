"""The race between the two losses: who learns, from which start."""

import dataclasses

import numpy as np
import pytest

from core import LOSSES, RaceSettings, epochs_to, initial_network, racer
from tests.core.trainings import assert_same, each_loss, run

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")

seeds = pytest.mark.parametrize("seed", [0, 1, 2])


@seeds
@each_loss
def test_from_a_fair_start_both_losses_learn_the_flowers(loss, seed):
    history = list(racer(RaceSettings(seed=seed), loss))
    assert len(history) == 61
    assert history[-1].accuracy > 0.92
    assert history[-1].accuracy_held_out >= 0.9
    assert history[-1].cross_entropy < history[0].cross_entropy / 2
    assert history[-1].squared_error < history[0].squared_error / 4
    assert epochs_to(history) <= 15


@seeds
def test_from_an_over_confident_start_squared_error_stays_on_its_plateau(seed):
    history = list(racer(RaceSettings(seed=seed, confidence=10), "MSE"))
    for record in history:
        assert record.saturated > 0.99
        assert record.saturated_wrong == pytest.approx(2 / 3, abs=0.01)
        assert record.accuracy_held_out == pytest.approx(1 / 3)
        assert record.squared_error == pytest.approx(4 / 9, abs=1e-3)
        assert record.dL_dz_norm < 1e-3
    assert epochs_to(history) is None


@seeds
def test_from_an_over_confident_start_cross_entropy_learns_all_the_same(seed):
    history = list(racer(RaceSettings(seed=seed, confidence=10), "CE"))
    assert history[0].saturated > 0.99
    assert history[0].dL_dz_norm > 0.9
    assert history[-1].accuracy > 0.92
    assert history[-1].accuracy_held_out >= 0.9
    assert epochs_to(history) <= 15


def test_cross_entropy_learns_the_digits_in_a_few_epochs_from_either_start():
    for confidence in (0, 10):
        settings = RaceSettings("digits", hidden=32, confidence=confidence, epochs=3)
        history = list(racer(settings, "CE"))
        assert history[-1].accuracy_held_out > 0.9
        assert history[-1].confusion.sum() == 359


def test_squared_error_learns_the_digits_from_a_fair_start_alone():
    fair, sure = (
        list(
            racer(
                RaceSettings("digits", hidden=32, confidence=c, epochs=3, learning_rate=1.0), "MSE"
            )
        )
        for c in (0, 10)
    )
    assert fair[-1].accuracy_held_out > 0.7
    assert sure[-1].accuracy_held_out < 0.2


@each_loss
def test_momentum_brings_a_run_further_in_as_many_epochs(loss):
    slow, fast = (run(loss=loss, epochs=5, learning_rate=0.02, momentum=m)[-1] for m in (0.0, 0.9))
    assert fast.cross_entropy < slow.cross_entropy


@pytest.mark.parametrize("confidence", [0.0, 10.0])
def test_both_racers_start_from_the_same_weights(confidence):
    ce, mse = (next(racer(RaceSettings(confidence=confidence), loss)) for loss in LOSSES)
    for one, other in zip(ce.network.layers, mse.network.layers, strict=True):
        np.testing.assert_array_equal(one.W, other.W)
        np.testing.assert_array_equal(one.b, other.b)


def test_a_racer_is_the_training_of_the_initial_network_with_the_settings_of_the_race():
    settings = RaceSettings("Iris", 7, "ReLU", 2.0, 0.05, 3, 10, 0.5, "half", 9)
    network = initial_network([4, 7, 3], "ReLU", 9, 2.0)
    expected = run(
        network,
        "MSE",
        epochs=3,
        learning_rate=0.05,
        batch_size=10,
        momentum=0.5,
        reduction="half",
        seed=9,
    )
    assert_same(list(racer(settings, "MSE")), expected)


@pytest.mark.parametrize(
    "change",
    [
        {"data": "digits"},
        {"hidden": 8},
        {"activation": "ReLU"},
        {"confidence": 1.0},
        {"learning_rate": 0.2},
        {"batch_size": 8},
        {"momentum": 0.5},
        {"reduction": "sum"},
        {"seed": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_setting_of_a_race_counts(change):
    base = RaceSettings(epochs=1)
    (_, one), (_, other) = (
        list(racer(settings, "MSE")) for settings in (base, dataclasses.replace(base, **change))
    )
    assert one.cross_entropy != other.cross_entropy


def test_the_same_settings_are_equal_and_can_be_a_key():
    assert RaceSettings() == RaceSettings("Iris")
    assert len({RaceSettings(), RaceSettings(seed=0), RaceSettings(seed=1)}) == 2


def history_of(*accuracies):
    blank = run(epochs=0)[0]
    return [
        dataclasses.replace(blank, epoch=epoch, accuracy=1.0, accuracy_held_out=accuracy)
        for epoch, accuracy in enumerate(accuracies)
    ]


@pytest.mark.parametrize(
    ("accuracies", "wanted", "epoch"),
    [
        ([0.3, 0.8, 0.9, 0.95], 0.9, 2),
        ([0.3, 0.95, 0.5, 0.95], 0.9, 1),
        ([0.92, 0.1], 0.9, 0),
        ([0.3, 0.89], 0.9, None),
        ([0.3, 0.5], 0.5, 1),
        ([], 0.9, None),
    ],
)
def test_epochs_to_an_accuracy_are_those_of_the_first_record_that_has_it(accuracies, wanted, epoch):
    assert epochs_to(history_of(*accuracies), wanted) == epoch


def test_nine_in_ten_are_wanted_unless_told():
    assert epochs_to(history_of(0.89, 0.9)) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data": "iris"}, r"data: expected one of .*, got 'iris'"),
        ({"hidden": 0}, r"sizes: expected at least two whole numbers ≥ 1, got \(4, 0, 3\)"),
        ({"activation": "relu"}, r"activation: expected one of .*, got 'relu'"),
        ({"confidence": np.nan}, "confidence: expected a finite number, got nan"),
    ],
)
def test_a_race_that_cannot_start_says_so_at_once(change, message):
    with pytest.raises(ValueError, match=message):
        racer(dataclasses.replace(RaceSettings(), **change), "CE")
