"""A training that is interrupted goes on to the last bit."""

import pickle

import pytest
from hypothesis import strategies as st

from core import ACTIVATIONS, DATA, LOSSES, RaceSettings, checkpoints, racer
from tests.core.strategies import forall
from tests.core.trainings import assert_same, each_loss, numbers, run

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


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
