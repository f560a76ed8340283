"""Descent by mini-batches: its order, its settings, and the same numbers every time."""

import dataclasses
from itertools import islice

import numpy as np
import pytest
from hypothesis import strategies as st

import core
from core import (
    ACTIVATIONS,
    LOSSES,
    REDUCTIONS,
    EpochRecord,
    Layer,
    Network,
    RaceSettings,
    backward,
    initial_network,
    parameter_gradients,
    racer,
    train,
)
from tests.core.strategies import forall
from tests.core.trainings import IRIS, T, X, assert_same, each_loss, numbers, run, start

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


def loop(network, loss, epochs, learning_rate, momentum, reduction="mean"):
    """Descent with momentum on the whole training part, a weight matrix at a time."""
    parameters = [p.copy() for layer in network.layers for p in (layer.W, layer.b)]
    velocities = [0 * p for p in parameters]
    for _ in range(epochs):
        layers = tuple(Layer(*parameters[i : i + 2]) for i in range(0, len(parameters), 2))
        record = backward(Network(layers, network.activation), X, T, loss, reduction)
        gradients = [g for own in record.layers for g in (own.dL_dW, own.dL_db)]
        for i, g in enumerate(gradients):
            velocities[i] = momentum * velocities[i] + g
            parameters[i] = parameters[i] - learning_rate * velocities[i]
    return parameters


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@each_loss
def test_momentum_is_the_loop_that_a_textbook_writes(loss, activation, momentum):
    # The whole training part in one mini-batch: its order does not matter.
    network = start(activation, hidden=(5, 4))
    history = run(network, loss, epochs=6, learning_rate=0.2, momentum=momentum, batch_size=120)
    for record in history:
        found = [p for layer in record.network.layers for p in (layer.W, layer.b)]
        expected = loop(network, loss, record.epoch, 0.2, momentum)
        for p, q in zip(found, expected, strict=True):
            np.testing.assert_allclose(p, q, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_squared_error_is_trained_in_its_reduction(reduction):
    found = run(loss="MSE", epochs=2, batch_size=200, reduction=reduction)[-1].network.layers[0].W
    np.testing.assert_allclose(found, loop(start(), "MSE", 2, 0.1, 0, reduction)[0], rtol=1e-11)


def test_momentum_outlives_an_epoch():
    # From the second epoch on, and not before, the velocity of the first shows.
    with_it, without = run(batch_size=120, momentum=0.9), run(batch_size=120)
    assert_same(with_it[:2], without[:2])
    assert with_it[2].cross_entropy < without[2].cross_entropy


def batches(monkeypatch, batch_size, epochs=3, seed=0):
    """Rows of every mini-batch that descent is made on, by epoch."""
    seen = []

    def spy(network, x, t, loss):
        seen.append(x)
        return parameter_gradients(network, x, t, loss)

    monkeypatch.setattr(core.training, "parameter_gradients", spy)
    by_epoch = []
    for _ in train(
        start(), IRIS, "CE", epochs=epochs, learning_rate=0.1, batch_size=batch_size, seed=seed
    ):
        by_epoch.append(seen[:])
        seen.clear()
    assert by_epoch[0] == []
    return by_epoch[1:]


@pytest.mark.parametrize(
    ("batch_size", "sizes"),
    [
        (16, [16] * 7 + [8]),
        (50, [50, 50, 20]),
        (1, [1] * 120),
        (119, [119, 1]),
        (120, [120]),
        (1000, [120]),
    ],
)
def test_an_epoch_goes_through_every_training_row_once(monkeypatch, batch_size, sizes):
    expected = np.sort(X.view("f8,f8,f8,f8").ravel())
    for epoch in batches(monkeypatch, batch_size):
        assert [len(x) for x in epoch] == sizes
        seen = np.ascontiguousarray(np.concatenate(epoch))
        np.testing.assert_array_equal(np.sort(seen.view("f8,f8,f8,f8").ravel()), expected)


def test_rows_keep_their_targets_when_they_are_shuffled(monkeypatch):
    target_of = {row.tobytes(): t.tobytes() for row, t in zip(X, T, strict=True)}

    def spy(network, x, t, loss):
        for row, target in zip(x, t, strict=True):
            assert target_of[row.tobytes()] == target.tobytes()
        return parameter_gradients(network, x, t, loss)

    monkeypatch.setattr(core.training, "parameter_gradients", spy)
    run(epochs=2)


def test_every_epoch_has_an_order_of_its_own(monkeypatch):
    first, second, third = (np.concatenate(epoch) for epoch in batches(monkeypatch, 16))
    assert not np.array_equal(first, second)
    assert not np.array_equal(second, third)
    assert not np.array_equal(first, X)


def test_held_out_rows_never_move_a_weight():
    held_out = ~IRIS.train[:, None]
    spoilt = dataclasses.replace(
        IRIS, x=np.where(held_out, 100.0, IRIS.x), t=np.where(held_out, IRIS.t[:, ::-1], IRIS.t)
    )
    clean = run(epochs=4)
    other = list(train(start(), spoilt, "CE", epochs=4, learning_rate=0.1))
    for a, b in zip(clean, other, strict=True):
        np.testing.assert_array_equal(a.network.layers[0].W, b.network.layers[0].W)
        assert (a.cross_entropy, a.accuracy, a.dL_dz_norm) == (
            b.cross_entropy,
            b.accuracy,
            b.dL_dz_norm,
        )
    assert clean[-1].accuracy_held_out != other[-1].accuracy_held_out


@pytest.mark.parametrize("epochs", [0, 1, 5])
def test_a_run_has_a_record_of_the_start_and_of_every_epoch(epochs):
    assert [record.epoch for record in run(epochs=epochs)] == list(range(epochs + 1))


def test_the_start_is_left_as_it_is_and_every_record_keeps_its_own_network():
    network = start()
    before = [p.copy() for layer in network.layers for p in (layer.W, layer.b)]
    history = run(network, momentum=0.9)
    kept = [record.network.layers[1].W.copy() for record in history[:2]]
    for p, q in zip(
        before, [p for layer in network.layers for p in (layer.W, layer.b)], strict=True
    ):
        np.testing.assert_array_equal(p, q)
    run(history[1].network, momentum=0.9)
    for record, W in zip(history, kept, strict=False):
        np.testing.assert_array_equal(record.network.layers[1].W, W)
    assert not np.array_equal(kept[0], kept[1])


@each_loss
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_same_seed_gives_the_same_run_to_the_last_bit(activation, loss):
    settings = {"epochs": 3, "momentum": 0.9, "seed": 11}
    assert_same(run(start(activation), loss, **settings), run(start(activation), loss, **settings))


def test_two_runs_side_by_side_do_not_disturb_each_other():
    alone = [list(racer(RaceSettings(epochs=4), loss)) for loss in LOSSES]
    together = list(zip(*(racer(RaceSettings(epochs=4), loss) for loss in LOSSES), strict=True))
    for one, interleaved in zip(alone, zip(*together, strict=True), strict=True):
        assert_same(one, list(interleaved))


def test_a_run_takes_no_notice_of_the_global_generator_of_numpy():
    runs = []
    for seed in (1, 2):
        np.random.seed(seed)
        runs.append(run())
    assert_same(*runs)
    assert np.random.get_state()[1][0] == 2


def test_another_seed_is_another_order_from_the_same_start():
    one, other = run(seed=0), run(seed=1)
    assert_same(one[:1], other[:1])
    assert one[1].cross_entropy != other[1].cross_entropy


def test_a_longer_run_begins_as_a_shorter_one():
    assert_same(run(epochs=2), run(epochs=5)[:3])


@forall(st.integers(0, 2**32 - 1), st.integers(1, 130), st.sampled_from(LOSSES))
def test_any_seed_and_any_size_of_mini_batch_gives_a_run(seed, batch_size, loss):
    settings = {"epochs": 1, "batch_size": max(batch_size, 8), "seed": seed}
    history = run(loss=loss, **settings)
    assert np.isfinite(numbers(history[-1])).all()
    assert 0 <= history[-1].saturated_wrong <= history[-1].saturated <= 1


@pytest.mark.parametrize(
    ("setting", "bad", "message"),
    [
        ("epochs", -1, "epochs: expected a whole number ≥ 0, got -1"),
        ("epochs", 1.0, "epochs: expected a whole number ≥ 0, got 1.0"),
        ("epochs", "3", "epochs: expected a whole number ≥ 0, got '3'"),
        ("batch_size", 0, "batch_size: expected a whole number ≥ 1, got 0"),
        ("batch_size", 2.5, "batch_size: expected a whole number ≥ 1, got 2.5"),
        ("batch_size", None, "batch_size: expected a whole number ≥ 1, got None"),
        ("learning_rate", 0, "learning_rate: expected a finite number > 0, got 0"),
        ("learning_rate", -0.1, "learning_rate: expected a finite number > 0, got -0.1"),
        ("learning_rate", np.inf, "learning_rate: expected a finite number > 0, got inf"),
        ("learning_rate", np.nan, "learning_rate: expected a finite number > 0, got nan"),
        ("momentum", 1, "momentum: expected a number from 0 to below 1, got 1"),
        ("momentum", -0.1, "momentum: expected a number from 0 to below 1, got -0.1"),
        ("momentum", np.nan, "momentum: expected a number from 0 to below 1, got nan"),
    ],
)
def test_a_setting_out_of_range_is_named_at_once(setting, bad, message):
    settings = {"epochs": 1, "learning_rate": 0.1, setting: bad}
    with pytest.raises(ValueError, match=message):  # on the call: nothing is asked for here
        train(start(), IRIS, "CE", **settings)
    with pytest.raises(ValueError, match=message):
        racer(dataclasses.replace(RaceSettings(), **{setting: bad}), "CE")


def test_an_unknown_loss_or_reduction_is_named_before_the_first_step():
    for loss, reduction, message in (
        ("ce", "mean", r"loss: expected one of \('CE', 'MSE', .*\), got 'ce'"),
        ("MSE", "max", r"reduction: expected one of .*, got 'max'"),
    ):
        with pytest.raises(ValueError, match=message):
            next(train(start(), IRIS, loss, epochs=1, learning_rate=0.1, reduction=reduction))


def test_a_network_that_does_not_fit_the_data_is_named_before_the_first_step():
    with pytest.raises(ValueError, match=r"x: expected shape \(…, rows, 5\), got shape"):
        next(train(initial_network([5, 3]), IRIS, "CE", epochs=1, learning_rate=0.1))
    with pytest.raises(ValueError, match=r"expected .*got y"):
        next(train(initial_network([4, 2]), IRIS, "CE", epochs=1, learning_rate=0.1))


def test_epochs_are_trained_as_they_are_asked_for():
    # A million epochs cost nothing until they are wanted.
    epochs = train(start(), IRIS, "CE", epochs=10**6, learning_rate=0.1)
    first = list(islice(epochs, 2))
    assert [record.epoch for record in first] == [0, 1]
    assert isinstance(first[0], EpochRecord)
