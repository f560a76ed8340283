"""Back through the network: every gradient, one weight's by its paths, and one measured from L alone."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.gradcheck import central_difference
from core.inputs import Array
from core.losses import LossFunction, Reduction, loss_function
from core.network import (
    ForwardRecord,
    Layer,
    Network,
    activation_derivative,
    forward,
    loss_of,
    mini_batch,
)
from core.norms import norm


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
    loss: str | LossFunction = "CE",
    reduction: Reduction = "mean",
) -> BackwardRecord:
    """Forward, then back: ∂L/∂z; ∂L/∂W = hᵀ ∂L/∂a; ∂L/∂h = ∂L/∂a Wᵀ; ∂L/∂a = ∂L/∂h ⊙ φ'(a).

    Parameters
    ----------
    network : Network
    x : (…, r, d), or the network's forward record of it
    t : (…, r, n)
    loss : a code of `LOSS_FUNCTIONS`, or one of those losses with its options
    reduction : of the squared error, where it is asked for by its code

    Returns
    -------
    BackwardRecord

    Raises
    ------
    ValueError
        As `forward`, and for a bad target, an unknown loss or reduction.
    """
    trace = x if isinstance(x, ForwardRecord) else forward(network, x)
    chosen = loss_function(loss, reduction=reduction)
    soft, t = mini_batch(trace.softmax, t)
    rows = soft.shifted.shape[-2]
    layers, dL_dx = _down(
        network, trace, chosen.dL_dy(soft, t) / rows, chosen.dL_dz(soft, t) / rows
    )
    L = np.asarray(chosen.value(soft, t).mean(axis=-1))
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
    network: Network,
    x: ArrayLike,
    t: ArrayLike,
    loss: str | LossFunction = "CE",
    reduction: Reduction = "mean",
) -> tuple[Layer, ...]:
    """∂L/∂W and ∂L/∂b of each layer: what training needs of `backward`, to the same last bit.

    Parameters and errors as for `backward`.
    """
    chosen = loss_function(loss, reduction=reduction)
    trace = forward(network, x)
    return unchecked_parameter_gradients(network, trace, mini_batch(trace.softmax, t)[1], chosen)


def unchecked_parameter_gradients(
    network: Network, trace: ForwardRecord, t: Array, loss: LossFunction
) -> tuple[Layer, ...]:
    """`parameter_gradients` of a trace and a target that are known to be right."""
    dL_dz = loss.dL_dz(trace.softmax, t) / trace.z.shape[-2]
    layers, _ = _down(network, trace, np.empty(0), dL_dz)
    return tuple(Layer(layer.dL_dW, layer.dL_db) for layer in layers)


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
    loss: str | LossFunction,
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
