import dataclasses
import pickle
from itertools import islice

import numpy as np
import pytest
from hypothesis import strategies as st

import core
from core import (
    ACTIVATIONS,
    DATA,
    LOSSES,
    REDUCTIONS,
    SATURATED,
    EpochRecord,
    Layer,
    Network,
    RaceSettings,
    backward,
    checkpoints,
    confusion_matrix,
    dataset,
    epochs_to,
    forward,
    initial_network,
    parameter_gradients,
    racer,
    train,
)
from tests.core.strategies import arrays_of, forall

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")

IRIS = dataset("Iris")
X, T = IRIS.x[IRIS.train], IRIS.t[IRIS.train]
each_loss = pytest.mark.parametrize("loss", LOSSES)


def start(activation="tanh", confidence=0.0, seed=0, hidden=(5,)):
    return initial_network([4, *hidden, 3], activation, seed, confidence)


def biased(*b):
    """A network that gives every flower the same logits."""
    return Network((Layer(np.zeros((4, 3)), np.array(b)),))


def run(network=None, loss="CE", **settings):
    settings = {"epochs": 3, "learning_rate": 0.1, **settings}
    return list(train(network or start(), IRIS, loss, **settings))


def assert_same(first, second):
    """Every number of two histories is the same to the last bit."""
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        for (name, a), (_, b) in zip(arrays_of(one), arrays_of(other), strict=True):
            np.testing.assert_array_equal(a, b, err_msg=name)


def numbers(record):
    return [
        record.cross_entropy,
        record.squared_error,
        record.accuracy,
        record.accuracy_held_out,
        record.dL_dz_norm,
        record.saturated,
        record.saturated_wrong,
        *record.dL_dW_norms,
        *record.confusion.ravel(),
    ]


# ── What an epoch's record holds ─────────────────────────────────────────────────────────────────


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


# ── Descent ──────────────────────────────────────────────────────────────────────────────────────


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


# ── Determinism ──────────────────────────────────────────────────────────────────────────────────


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


# ── Interruption ─────────────────────────────────────────────────────────────────────────────────


def sent(point):
    """A checkpoint as it arrives in another process."""
    return pickle.loads(pickle.dumps(point))


def records(points):
    return [point.record for point in points]


@forall(
    st.sampled_from(DATA),
    st.sampled_from(LOSSES),
    st.sampled_from(ACTIVATIONS),
    st.floats(0.01, 0.95),
    st.integers(0, 2**32 - 1),
    st.integers(0, 3),
)
def test_a_training_resumed_at_any_epoch_is_one_that_was_not_interrupted_to_the_last_bit(
    data, loss, activation, momentum, seed, epoch
):
    settings = RaceSettings(
        data, 3, activation, epochs=3, batch_size=100, momentum=momentum, seed=seed
    )
    whole = list(checkpoints(settings, loss))
    resumed = checkpoints(settings, loss, sent(whole[epoch]))
    assert_same(records(resumed), records(whole[epoch + 1 :]))


@each_loss
def test_a_training_interrupted_after_its_every_epoch_is_one_that_was_not_interrupted(loss):
    settings = RaceSettings(epochs=6, momentum=0.9)
    point = next(checkpoints(settings, loss))
    found = [point]
    while point := next(checkpoints(settings, loss, sent(point)), None):
        found.append(point)
    assert_same(records(found), list(racer(settings, loss)))


@each_loss
def test_resuming_leaves_the_checkpoint_as_it_was(loss):
    settings = RaceSettings(epochs=4, momentum=0.9)
    point = list(checkpoints(settings, loss))[2]
    before = sent(point)
    first, again = (records(checkpoints(settings, loss, point)) for _ in range(2))
    assert_same(first, again)
    assert_same([point.record], [before.record])
    assert_same([point.velocity], [before.velocity])
    assert point.rng.bit_generator.state == before.rng.bit_generator.state


def test_from_its_last_epoch_a_training_goes_on_to_nothing():
    settings = RaceSettings(epochs=2)
    assert list(checkpoints(settings, "CE", list(checkpoints(settings, "CE"))[-1])) == []


def test_from_its_last_epoch_with_numbers_a_training_diverges_again():
    settings = RaceSettings(activation="ReLU", learning_rate=1e10, epochs=30)
    found = list(checkpoints(settings, "CE"))
    assert 1 < len(found) < 31
    assert list(checkpoints(settings, "CE", found[-1])) == []


@pytest.mark.parametrize("data", DATA)
def test_a_checkpoint_carries_no_data(data):
    point = list(checkpoints(RaceSettings(data, epochs=1, batch_size=128), "CE"))[-1]
    weights = sum(p.nbytes for layer in point.record.network.layers for p in (layer.W, layer.b))
    assert len(pickle.dumps(point)) < 2 * weights + 4000  # the velocity is as large


def test_a_bare_record_has_all_but_the_weights():
    record = run(epochs=1)[-1]
    bare = record.bare()
    assert bare.network.layers == ()
    assert numbers(bare) == numbers(record)
    assert record.network.layers


# ── A learning rate that is too large ────────────────────────────────────────────────────────────


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


# ── Who learns ───────────────────────────────────────────────────────────────────────────────────

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


# ── The race ─────────────────────────────────────────────────────────────────────────────────────


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


# ── The confusion matrix ─────────────────────────────────────────────────────────────────────────


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


# ── What is refused ──────────────────────────────────────────────────────────────────────────────


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
