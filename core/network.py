"""A fully connected network under a softmax: forward trace, backward pass, and one weight's gradient.

Row vectors: layer l computes aₗ = hₗ₋₁ Wₗ + bₗ with h₀ = x; hidden layers go on with hₗ = φ(aₗ), the
last one's a is the logits z. Arrays are (…, r, units): r rows make one mini-batch, whose loss is
the mean over its rows; leading axes are independent problems, each with its own weights if these
have the same leading axes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.gradcheck import central_difference
from core.inputs import Array
from core.losses import (
    LOSSES,
    Loss,
    Reduction,
    cross_entropy,
    cross_entropy_dL_dy,
    squared_error,
    squared_error_dL_dy,
    unchecked_dL_dz,
)
from core.records import norm
from core.softmax import Logits, SoftmaxRecord, softmax_record, unchecked_record

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
        trace = _forward(network, h)
    if not np.isfinite(trace.z).all():
        raise ValueError(_NOT_FINITE)
    return trace


_NOT_FINITE = "z: expected finite logits, got nan or infinite ones"
_ONE = np.ones(1)
"""τ of the softmax at the top."""


def _forward(network: Network, h: Array) -> ForwardRecord:
    """`forward` of input that is known to be right; what gets too large ends as nan."""
    into, a = [], []
    for k, layer in enumerate(network.layers):
        into.append(h)
        a.append(h @ layer.W + layer.b[..., None, :])
        if k < len(network.layers) - 1:
            h = activate(a[-1], network.activation)
    return ForwardRecord(tuple(into), tuple(a), unchecked_record(a[-1], _ONE))


def loss_of(z: Logits, t: ArrayLike, loss: Loss, reduction: Reduction = "mean") -> Array:
    """L of a mini-batch, the mean over its rows: z and t (…, r, n), L (…)."""
    soft = softmax_record(z)
    rows = (
        cross_entropy(soft, t)
        if _known("loss", loss, LOSSES) == "CE"
        else squared_error(soft.y, t, reduction)
    )
    if rows.shape[-1:] != soft.shifted.shape[-2:-1] or rows.shape[-1:] in ((), (0,)):
        raise ValueError(
            "expected as many rows of z as of the target, and at least one, "
            f"got z {soft.shifted.shape} and target {np.shape(t)}"
        )
    return np.asarray(rows.mean(axis=-1))


@dataclass(frozen=True)
class LayerGradient:
    """∂L/∂· of one layer, from its output down to its parameters."""

    dL_dh: Array
    """(…, r, units) at what the layer hands on: ∂L/∂h; in the last layer ∂L/∂y = g."""
    dh_da: Array
    """(…, r, units) φ'(a); in the last layer J stands in its place, and this is empty."""
    dL_da: Array
    """(…, r, units) before the activation: ∂L/∂h ⊙ φ'(a); in the last layer ∂L/∂z = g J."""
    dL_dW: Array
    """(…, inputs, units) hᵀ ∂L/∂a, summed over the rows."""
    dL_db: Array
    """(…, units) ∂L/∂a, summed over the rows."""


@dataclass(frozen=True)
class BackwardRecord:
    """Forward trace, loss and every gradient."""

    trace: ForwardRecord
    loss: Array
    """(…)"""
    layers: tuple[LayerGradient, ...]
    dL_dx: Array
    """(…, r, d)"""

    @property
    def dL_dz(self) -> Array:
        """The gradient at the logits (…, r, n), where the softmax ends and the rest begins."""
        return self.layers[-1].dL_da


def gradient_norms(gradients: BackwardRecord) -> Array:
    """‖∂L/∂a‖, ‖∂L/∂W‖, ‖∂L/∂b‖ of each layer, the output layer first: (…, 3 · layers)."""
    norms = [
        norm(array.reshape(*array.shape[:-axes], -1))
        for layer in reversed(gradients.layers)
        for array, axes in ((layer.dL_da, 2), (layer.dL_dW, 2), (layer.dL_db, 1))
    ]
    return np.stack(norms, axis=-1)


def _transposed(matrix: Array) -> Array:
    return np.asarray(np.swapaxes(matrix, -1, -2))


def backward(
    network: Network,
    x: ArrayLike | ForwardRecord,
    t: ArrayLike,
    loss: Loss = "CE",
    reduction: Reduction = "mean",
) -> BackwardRecord:
    """Forward, then back: ∂L/∂z; ∂L/∂W = hᵀ ∂L/∂a; ∂L/∂h = ∂L/∂a Wᵀ; ∂L/∂a = ∂L/∂h ⊙ φ'(a).

    Parameters
    ----------
    network : Network
    x : (…, r, d), or the network's forward record of it
    t : (…, r, n)
    loss : "CE" or "MSE"
    reduction : of the squared error

    Returns
    -------
    BackwardRecord

    Raises
    ------
    ValueError
        As `forward`, and for a bad target, an unknown loss or reduction.
    """
    trace = x if isinstance(x, ForwardRecord) else forward(network, x)
    soft, y = trace.softmax, trace.y
    L = loss_of(soft, t := inputs.array("target", t), loss, reduction)
    g = cross_entropy_dL_dy(y, t) if loss == "CE" else squared_error_dL_dy(y, t, reduction)
    layers, dL_dx = _down(
        network, trace, g / y.shape[-2], unchecked_dL_dz(soft, t, loss, reduction) / y.shape[-2]
    )
    return BackwardRecord(trace, L, layers, dL_dx)


def _down(
    network: Network, trace: ForwardRecord, dL_dh: Array, dL_da: Array
) -> tuple[tuple[LayerGradient, ...], Array]:
    """From ∂L/∂y and ∂L/∂z down to the input."""
    dh_da = np.empty(0)
    layers: list[LayerGradient] = []
    for k in reversed(range(len(network.layers))):
        h = trace.inputs[k]
        layers.insert(
            0, LayerGradient(dL_dh, dh_da, dL_da, _transposed(h) @ dL_da, dL_da.sum(axis=-2))
        )
        dL_dh = dL_da @ _transposed(network.layers[k].W)
        if k:
            dh_da = activation_derivative(h, network.activation)
            dL_da = dL_dh * dh_da
    return tuple(layers), dL_dh


def parameter_gradients(
    network: Network, x: ArrayLike, t: ArrayLike, loss: Loss = "CE", reduction: Reduction = "mean"
) -> tuple[Layer, ...]:
    """∂L/∂W and ∂L/∂b of each layer: what training needs of `backward`, to the same last bit.

    Parameters and errors as for `backward`.
    """
    trace = forward(network, x)
    return _parameter_gradients(network, trace, _target(trace, t, loss), loss, reduction)


def _target(trace: ForwardRecord, t: ArrayLike, loss: Loss) -> Array:
    """The target, when it is one for this trace and the loss is known."""
    _known("loss", loss, LOSSES)
    t = inputs.target(t, trace.y.shape[-1])
    if t.shape != trace.y.shape:
        loss_of(trace.softmax, t, loss)  # refuses what does not fit
    return t


def _parameter_gradients(
    network: Network, trace: ForwardRecord, t: Array, loss: Loss, reduction: Reduction
) -> tuple[Layer, ...]:
    dL_dz = unchecked_dL_dz(trace.softmax, t, loss, reduction) / trace.y.shape[-2]
    layers, _ = _down(network, trace, np.empty(0), dL_dz)
    return tuple(Layer(layer.dL_dW, layer.dL_db) for layer in layers)


def gradient_step(network: Network, gradients: BackwardRecord, learning_rate: ArrayLike) -> Network:
    """One step of gradient descent: θ − η ∂L/∂θ for every weight and bias; η is () or (…)."""
    own = tuple(Layer(layer.dL_dW, layer.dL_db) for layer in gradients.layers)
    return _descended(network, own, inputs.array("learning_rate", learning_rate))


def _descended(network: Network, gradients: Sequence[Layer], eta: Array) -> Network:
    return replace(
        network,
        layers=tuple(
            Layer(
                layer.W - eta[..., None, None] * gradient.W,
                layer.b - eta[..., None] * gradient.b,
            )
            for layer, gradient in zip(network.layers, gradients, strict=True)
        ),
    )


def after_steps(
    network: Network,
    x: ArrayLike,
    t: ArrayLike,
    loss: Loss,
    reduction: Reduction,
    learning_rate: ArrayLike,
    steps: ArrayLike,
) -> Network:
    """The network after so many steps of gradient descent on one mini-batch.

    Steps and learning rate are () or (…), one a problem. Raises ValueError as `backward`, and for
    steps that are not whole numbers ≥ 0.
    """
    wanted, eta = inputs.array("steps", steps), inputs.array("learning_rate", learning_rate)
    if not ((wanted >= 0) & np.isfinite(wanted) & (wanted == np.floor(wanted))).all():
        raise ValueError(f"steps: expected whole numbers ≥ 0, got {steps!r}")
    most = int(wanted.max(initial=0))
    if most == 0:
        return network
    trace = forward(network, x)
    x, t = trace.inputs[0], _target(trace, t, loss)
    layers = network.layers
    lead = np.broadcast_shapes(
        wanted.shape, eta.shape, x.shape[:-2], t.shape[:-2], *(a.b.shape[:-1] for a in layers)
    )
    wanted = np.broadcast_to(wanted, lead).ravel()
    order = np.argsort(
        -wanted
    )  # those that go furthest first: those that have arrived cost nothing
    on = np.searchsorted(-wanted[order], -np.arange(most))  # how many are still to make this step

    def lined_up(array: Array, axes: int) -> Array:
        own = array.shape[array.ndim - axes :]
        return np.broadcast_to(array, lead + own).reshape(-1, *own)[order]

    x, t, eta = lined_up(x, 2), lined_up(t, 2), lined_up(eta, 0)
    layers = tuple(Layer(lined_up(layer.W, 2), lined_up(layer.b, 1)) for layer in layers)
    with np.errstate(over="ignore", invalid="ignore"):  # what gets too large is refused below
        for count in on:
            part = replace(network, layers=tuple(Layer(a.W[:count], a.b[:count]) for a in layers))
            trace = _forward(part, x[:count])
            gradients = _parameter_gradients(part, trace, t[:count], loss, reduction)
            step = eta[:count, None]
            for layer, gradient in zip(part.layers, gradients, strict=True):
                layer.W[...] -= step[..., None] * gradient.W
                layer.b[...] -= step * gradient.b
    if not all(np.isfinite(layer.W).all() and np.isfinite(layer.b).all() for layer in layers):
        raise ValueError(_NOT_FINITE)
    back = np.argsort(order)

    def as_it_was(array: Array) -> Array:
        return np.asarray(array[back].reshape(lead + array.shape[1:]))

    return replace(network, layers=tuple(Layer(as_it_was(a.W), as_it_was(a.b)) for a in layers))


@dataclass(frozen=True)
class PathRecord:
    """∂L/∂W[i, k] of one row as products along every path from the weight up to the loss.

    One path a unit u of the layer above: input × φ'(aₖ) × W'[k, u] × ∂L/∂a'ᵤ.
    """

    inputs: Array
    """(…, u) what the weight multiplies: hᵢ; 1 for a bias."""
    dh_da: Array
    """(…, u) φ'(aₖ); 1 in the output layer."""
    weights: Array
    """(…, u) from unit k to each unit above; in the output layer u = 1, and this is 1."""
    above: Array
    """(…, u) ∂L/∂a of the units above; in the output layer ∂L/∂zₖ itself."""
    products: Array
    """(…, u)"""
    gradient: Array
    """(…) their sum"""


def gradient_path(
    network: Network, gradients: BackwardRecord, layer: int, row: int | None, unit: int
) -> PathRecord:
    """How the gradient of W[row, unit] of a layer (from 0) comes about; row None is the bias.

    Raises ValueError for a mini-batch of more than one row, or a weight that is not there.
    """
    _check_parameter(network, layer, row, unit)
    x, own = gradients.trace.inputs[layer], gradients.layers[layer]
    if x.shape[-2] != 1:
        raise ValueError(f"gradients: expected a single row, got {x.shape[-2]} rows")
    if layer == len(network.layers) - 1:
        above, dh_da, weights = own.dL_da[..., 0, unit, None], np.ones(1), np.ones(1)
    else:
        above = gradients.layers[layer + 1].dL_da[..., 0, :]
        dh_da = own.dh_da[..., 0, unit, None]
        weights = network.layers[layer + 1].W[..., unit, :]
    into = np.ones(1) if row is None else x[..., 0, row, None]
    into, dh_da, weights, above = np.broadcast_arrays(into, dh_da, weights, above)
    products = into * dh_da * weights * above
    return PathRecord(into, dh_da, weights, above, products, products.sum(axis=-1))


def _check_parameter(network: Network, layer: int, row: int | None, unit: int) -> None:
    inputs.index("layer", layer, len(network.layers))
    size, units = network.layers[layer].W.shape[-2:]
    if row is not None:
        inputs.index("row", row, size)
    inputs.index("unit", unit, units)


def numeric_gradient(
    network: Network,
    x: ArrayLike,
    t: ArrayLike,
    loss: Loss,
    reduction: Reduction,
    layer: int,
    row: int | None,
    unit: int,
) -> Array:
    """∂L/∂W[row, unit] (…) from values of L alone, by a central difference; row None is the bias."""
    _check_parameter(network, layer, row, unit)
    chosen = network.layers[layer]
    at = (..., unit) if row is None else (..., row, unit)

    def L(weight: Array) -> Array:
        theta = chosen.b if row is None else chosen.W
        theta = np.broadcast_to(theta, weight.shape + theta.shape[weight.ndim :]).copy()
        theta[at] = weight
        moved = replace(chosen, b=theta) if row is None else replace(chosen, W=theta)
        layers = (*network.layers[:layer], moved, *network.layers[layer + 1 :])
        return loss_of(forward(replace(network, layers=layers), x).softmax, t, loss, reduction)

    return central_difference(L, (chosen.b if row is None else chosen.W)[at])
