"""Networks, mini-batches and problems that the tests of the network share, and gradients measured independently."""

import dataclasses
from itertools import count, pairwise

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import strategies as st

from core import ACTIVATIONS, REDUCTIONS, Layer, Network, backward, check_gradient, forward, loss_of
from tests.core.strategies import seeds

LOG2, LOG3 = np.log(2), np.log(3)
activations = pytest.mark.parametrize("activation", ACTIVATIONS)
# Cross-entropy has no reduction: it is given one that must not matter.
LOSSES_REDUCED = [("CE", "half"), *(("MSE", reduction) for reduction in REDUCTIONS)]
losses = pytest.mark.parametrize(
    ("loss", "reduction"), LOSSES_REDUCED, ids=["CE", *(f"MSE {r}" for r in REDUCTIONS)]
)
depths = pytest.mark.parametrize("hidden", [(), (4,), (3, 2), (3, 4, 2)], ids=str)


def random_network(sizes, activation="tanh", seed=0, leading=()):
    """With random biases too: at 0 many a ReLU would stand on its kink."""
    rng = np.random.default_rng(seed)
    layers = [
        Layer(
            rng.normal(size=(*leading, below, units)) / np.sqrt(below),
            rng.normal(size=(*leading, units)) / 2,
        )
        for below, units in pairwise(sizes)
    ]
    return Network(tuple(layers), activation)


def random_batch(d, n, rows, seed=0, leading=()):
    """x, and targets of which some are one-hot, some smoothed, and some sum to anything."""
    rng = np.random.default_rng([seed, 1])
    one_hots = np.eye(n)[rng.integers(n, size=(*leading, rows))]
    kind = rng.integers(3, size=(*leading, rows, 1))
    others = np.where(kind == 1, 0.8 * one_hots + 0.2 / n, rng.uniform(0.1, 2, one_hots.shape))
    return rng.normal(size=(*leading, rows, d)), np.where(kind == 0, one_hots, others)


def away_from_kinks(hidden, activation, loss, reduction, seed=0, d=3, n=3, rows=4):
    """Arguments of `backward`, with no hidden unit near the kink of ReLU."""
    for attempt in count():
        network = random_network([d, *hidden, n], activation, [seed, attempt])
        x, t = random_batch(d, n, rows, [seed, attempt])
        if all(np.abs(a).min() > 0.01 for a in forward(network, x).a[:-1]):
            return network, x, t, loss, reduction


@st.composite
def problems(draw, rows=None, activation=ACTIVATIONS, min_n=1):
    """The same, of every size down to one input, one unit, one row and one class."""
    hidden = draw(st.lists(st.integers(1, 4), max_size=3))
    loss, reduction = draw(st.sampled_from(LOSSES_REDUCED))
    return away_from_kinks(
        hidden,
        draw(st.sampled_from(activation)),
        loss,
        reduction,
        draw(seeds),
        d=draw(st.integers(1, 4)),
        n=draw(st.integers(min_n, 4)),
        rows=rows or draw(st.integers(1, 4)),
    )


def parameters(network):
    """Every weight and bias in one vector."""
    return np.concatenate([p.ravel() for layer in network.layers for p in (layer.W, layer.b)])


def gradients_of(record):
    """∂L/∂· of every weight and bias, in the order of `parameters`."""
    return np.concatenate([g.ravel() for own in record.layers for g in (own.dL_dW, own.dL_db)])


def with_parameters(network, theta):
    layers, start = [], 0
    for layer in network.layers:
        stop = start + layer.W.size
        W, b = theta[start:stop], theta[stop : stop + layer.b.size]
        layers.append(Layer(W.reshape(layer.W.shape), b))
        start = stop + layer.b.size
    return dataclasses.replace(network, layers=tuple(layers))


def every_parameter(network):
    """layer, row, unit of each weight; row None of each bias."""
    for layer, own in enumerate(network.layers):
        inputs, units = own.W.shape[-2:]
        for row in (*range(inputs), None):
            for unit in range(units):
                yield layer, row, unit


def entry(record, layer, row, unit):
    own = record.layers[layer]
    return own.dL_db[..., unit] if row is None else own.dL_dW[..., row, unit]


def relative_error(found, expected):
    """The largest |difference| over max(|found|, |expected|, 0.001)."""
    size = np.maximum(np.maximum(np.abs(found), np.abs(expected)), 1e-3)
    return (np.abs(found - expected) / size).max(initial=0)


# a₁ = (1 + 2 − 1, 1 − 2 + ½) = (2, −½), h = (2, 0), z = (log 3, 0), y = (¾, ¼)
HAND = Network(
    (
        Layer(np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([-1.0, 0.5])),
        Layer(np.array([[1.0, 0.5], [3.0, -2.0]]), np.array([LOG3 - 2, -1.0])),
    ),
    "ReLU",
)
X = np.array([[1.0, 2.0]])
CASES = [
    pytest.param(
        hidden, activation, loss, reduction, id=f"{hidden} {activation} {loss} {reduction}"
    )
    for hidden in [(), (4,), (3, 2), (3, 4, 2)]
    for activation in (ACTIVATIONS if hidden else ["tanh"])
    for loss, reduction in LOSSES_REDUCED
]
cases = pytest.mark.parametrize(("hidden", "activation", "loss", "reduction"), CASES)


def loss_at(network, t, loss, reduction):
    """L as a function of all weights, biases and inputs in one vector."""
    d = network.layers[0].W.shape[0]

    def value(point):
        x = point[parameters(network).size :].reshape(-1, d)
        return loss_of(forward(with_parameters(network, point), x).z, t, loss, reduction)

    return value


def central_error(network, x, t, loss, reduction):
    """Of every ∂L/∂W, ∂L/∂b and ∂L/∂x against central differences."""
    record = backward(network, x, t, loss, reduction)
    point = np.concatenate([parameters(network), x.ravel()])
    claim = np.concatenate([gradients_of(record), record.dL_dx.ravel()])
    numeric = check_gradient(loss_at(network, t, loss, reduction), point, claim).numeric
    return relative_error(claim, numeric)


PHI = {
    "tanh": anp.tanh,
    "ReLU": lambda a: anp.where(a > 0, a, 0.0),
    "sigmoid": lambda a: 1 / (1 + anp.exp(-a)),
}


def plain_loss(layers, x, t, activation, loss, reduction):
    """The network and its loss as a textbook writes them, for autograd to differentiate."""
    h = x
    for W, b in layers[:-1]:
        h = PHI[activation](anp.dot(h, W) + b)
    W, b = layers[-1]
    powers = anp.exp(anp.dot(h, W) + b)
    y = powers / anp.sum(powers, axis=1, keepdims=True)
    if loss == "CE":
        rows = -anp.sum(t * anp.log(y), axis=1)
    else:
        rows = {
            "mean": anp.mean,
            "sum": anp.sum,
            "half": lambda e, axis: anp.sum(e, axis=axis) / 2,
        }[reduction]((y - t) ** 2, axis=1)
    return anp.mean(rows)


def autograd_error(network, x, t, loss, reduction):
    """Of every ∂L/∂W, ∂L/∂b and ∂L/∂x against HIPS autograd."""
    record = backward(network, x, t, loss, reduction)
    layers = [(layer.W, layer.b) for layer in network.layers]
    expected, dL_dx = autograd.grad(plain_loss, (0, 1))(
        layers, x, t, network.activation, loss, reduction
    )
    errors = [relative_error(record.dL_dx, dL_dx)]
    for own, (dL_dW, dL_db) in zip(record.layers, expected, strict=True):
        errors += [relative_error(own.dL_dW, dL_dW), relative_error(own.dL_db, dL_db)]
    return max(errors)
