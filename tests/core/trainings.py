"""Short trainings that the tests share."""

import numpy as np
import pytest

from core import LOSSES, Layer, Network, dataset, initial_network, train
from tests.core.strategies import arrays_of

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
