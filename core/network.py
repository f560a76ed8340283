"""A fully connected network under a softmax: its parameters, its forward pass, and its loss.

Row vectors: layer l computes aₗ = hₗ₋₁ Wₗ + bₗ with h₀ = x; hidden layers go on with hₗ = φ(aₗ), the
last one's a is the logits z. Arrays are (…, r, units): r rows make one mini-batch, whose loss is
the mean over its rows; leading axes are independent problems, each with its own weights if these
have the same leading axes. `core.backprop` goes back through it, `core.descent` moves it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array
from core.losses import LossFunction, Reduction, at_logits, loss_function
from core.softmax import Logits, SoftmaxRecord, unchecked_record

Activation = Literal["tanh", "ReLU", "sigmoid"]
ACTIVATIONS: tuple[Activation, ...] = ("tanh", "ReLU", "sigmoid")
"""φ of the hidden layers."""


@dataclass(frozen=True)
class Layer:
    """Parameters of a = h W + b."""

    W: Array
    """(…, inputs, units)"""
    b: Array
    """(…, units)"""


@dataclass(frozen=True)
class Network:
    """Hidden layers with one activation, and an output layer under a softmax."""

    layers: tuple[Layer, ...]
    activation: Activation = "tanh"


def initial_network(
    sizes: Sequence[int], activation: Activation = "tanh", seed: int = 0, confidence: float = 0.0
) -> Network:
    """Random weights: W ~ N(0, gain²/inputs), b = 0.

    Parameters
    ----------
    sizes : at least two whole numbers ≥ 1
        Units of the input, of each hidden layer, and of the output.
    activation : one of `ACTIVATIONS`
        gain is √2 for ReLU (He et al. 2015, arXiv:1502.01852), 1 for the others.
    seed : int ≥ 0
        The same seed gives the same weights, whatever the confidence.
    confidence : float
        Added to the output bias of class 1: an over-confident start believes in class 1 whatever
        it sees, and is wrong wherever another class is right.

    Raises
    ------
    ValueError
        For sizes that are not such numbers, an unknown activation or a bad confidence.

    >>> [layer.W.shape for layer in initial_network([4, 3, 3]).layers]
    [(4, 3), (3, 3)]
    """
    if len(sizes) < 2 or not all(isinstance(s, int | np.integer) and s >= 1 for s in sizes):
        raise ValueError(f"sizes: expected at least two whole numbers ≥ 1, got {sizes!r}")
    gain = np.sqrt(2) if _known("activation", activation, ACTIVATIONS) == "ReLU" else 1.0
    if not np.isfinite(confidence):
        raise ValueError(f"confidence: expected a finite number, got {confidence!r}")
    rng = np.random.default_rng(seed)
    layers = [
        Layer(rng.normal(0, gain / np.sqrt(below), (below, units)), np.zeros(units))
        for below, units in pairwise(sizes)
    ]
    layers[-1].b[0] = confidence
    return Network(tuple(layers), activation)


def _known(name: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise ValueError(f"{name}: expected one of {tuple(allowed)}, got {value!r}")
    return value


def activate(a: ArrayLike, activation: Activation) -> Array:
    """h = φ(a): tanh a, max(0, a) or 1/(1 + e⁻ᵃ)."""
    a = inputs.array("a", a)
    _known("activation", activation, ACTIVATIONS)
    if activation == "ReLU":
        return np.where(a.real > 0, a, 0.0)
    return np.asarray(np.tanh(a) if activation == "tanh" else 0.5 + 0.5 * np.tanh(a / 2))


def activation_derivative(h: ArrayLike, activation: Activation) -> Array:
    """φ'(a), from h = φ(a): 1 − h², [h > 0] or h (1 − h). ReLU has derivative 0 at 0."""
    h = inputs.array("h", h)
    _known("activation", activation, ACTIVATIONS)
    if activation == "ReLU":
        return np.where(h > 0, 1.0, 0.0)
    return np.asarray(1 - h**2 if activation == "tanh" else h * (1 - h))


@dataclass(frozen=True)
class ForwardRecord:
    """All that the forward pass made."""

    inputs: tuple[Array, ...]
    """(…, r, inputs) of each layer: x, then each hidden layer's h."""
    a: tuple[Array, ...]
    """(…, r, units) of each layer; the last one is z."""
    softmax: SoftmaxRecord

    @property
    def y(self) -> Array:
        """(…, r, n)"""
        return self.softmax.y

    @property
    def z(self) -> Array:
        """The logits (…, r, n)."""
        return self.a[-1]


def forward(network: Network, x: ArrayLike) -> ForwardRecord:
    """Send x (…, r, d) through the network.

    Raises ValueError if x has another d than the first layer, or if the logits are not finite.
    """
    h = inputs.array("x", x)
    d = network.layers[0].W.shape[-2]
    if h.ndim < 2 or h.shape[-1] != d:
        raise ValueError(f"x: expected shape (…, rows, {d}), got shape {h.shape}")
    with np.errstate(over="ignore", invalid="ignore"):  # what is too large is refused below
        trace = unchecked_forward(network, h)
    if not np.isfinite(trace.z).all():
        raise ValueError(NOT_FINITE)
    return trace


NOT_FINITE = "z: expected finite logits, got nan or infinite ones"
_ONE = np.ones(1)
"""τ of the softmax at the top."""


def unchecked_forward(network: Network, h: Array) -> ForwardRecord:
    """`forward` of input that is known to be right; what gets too large ends as nan."""
    into, a = [], []
    for k, layer in enumerate(network.layers):
        into.append(h)
        a.append(h @ layer.W + layer.b[..., None, :])
        if k < len(network.layers) - 1:
            h = activate(a[-1], network.activation)
    return ForwardRecord(tuple(into), tuple(a), unchecked_record(a[-1], _ONE))


def loss_of(
    z: Logits, t: ArrayLike, loss: str | LossFunction, reduction: Reduction = "mean"
) -> Array:
    """L of a mini-batch, the mean over its rows.

    Parameters
    ----------
    z, t : (…, r, n)
        Logits; target.
    loss : a code of `LOSS_FUNCTIONS`, or one of those losses with its options
    reduction : of the squared error, where it is asked for by its code

    Returns
    -------
    (…)

    Raises
    ------
    ValueError
        As `cross_entropy`, for an unknown loss or reduction, and unless z and t have as many rows,
        at least one.
    """
    chosen = loss_function(loss, reduction=reduction)
    return np.asarray(chosen.value(*mini_batch(z, t)).mean(axis=-1))


def mini_batch(z: Logits, t: ArrayLike) -> tuple[SoftmaxRecord, Array]:
    """Logits and target of a mini-batch, checked; both (…, r, n). Errors as `loss_of`."""
    soft, t = at_logits(z, t, 1.0)
    shape = soft.shifted.shape
    rows = (shape if t.shape == shape else np.broadcast_shapes(shape, t.shape))[-2:-1]
    if rows != shape[-2:-1] or rows in ((), (0,)):
        raise ValueError(
            "expected as many rows of z as of the target, and at least one, "
            f"got z {shape} and target {t.shape}"
        )
    return soft, t
