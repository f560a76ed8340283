"""Gradient descent: the one update of the parameters, once and many times."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.backprop import BackwardRecord, unchecked_parameter_gradients
from core.inputs import Array
from core.losses import LossFunction, Reduction, loss_function
from core.network import NOT_FINITE, Layer, Network, forward, mini_batch, unchecked_forward


def updated(
    network: Network, gradients: Sequence[Layer], eta: Array, *, in_place: bool = False
) -> Network:
    """θ − η ∂L/∂θ for every weight and bias; η is () or (…), one a problem."""

    def moved(theta: Array, step: Array) -> Array:
        return np.asarray(np.subtract(theta, step, out=theta if in_place else None))

    return replace(
        network,
        layers=tuple(
            Layer(
                moved(layer.W, eta[..., None, None] * gradient.W),
                moved(layer.b, eta[..., None] * gradient.b),
            )
            for layer, gradient in zip(network.layers, gradients, strict=True)
        ),
    )


def gradient_step(network: Network, gradients: BackwardRecord, learning_rate: ArrayLike) -> Network:
    """One step of gradient descent: θ − η ∂L/∂θ for every weight and bias.

    Parameters
    ----------
    network : Network
        It is left as it is.
    gradients : BackwardRecord
    learning_rate : () or (…), one a problem

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        For a learning rate that is not a number.
    """
    own = tuple(Layer(layer.dL_dW, layer.dL_db) for layer in gradients.layers)
    return updated(network, own, inputs.array("learning_rate", learning_rate))


def after_steps(
    network: Network,
    x: ArrayLike,
    t: ArrayLike,
    loss: str | LossFunction,
    reduction: Reduction,
    learning_rate: ArrayLike,
    steps: ArrayLike,
) -> Network:
    """The network after so many steps of gradient descent on one mini-batch.

    Parameters
    ----------
    network, x, t, loss, reduction : as for `backward`
    learning_rate, steps : () or (…), one a problem
        Steps are whole numbers ≥ 0.

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        As `backward`, for steps that are not such numbers, and where the weights become infinite.
    """
    wanted, eta = inputs.array("steps", steps), inputs.array("learning_rate", learning_rate)
    if not ((wanted >= 0) & np.isfinite(wanted) & (wanted == np.floor(wanted))).all():
        raise ValueError(f"steps: expected whole numbers ≥ 0, got {steps!r}")
    most = int(wanted.max(initial=0))
    if most == 0:
        return network
    chosen, trace = loss_function(loss, reduction=reduction), forward(network, x)
    x, t = trace.inputs[0], mini_batch(trace.softmax, t)[1]
    layers = network.layers
    lead = np.broadcast_shapes(
        wanted.shape, eta.shape, x.shape[:-2], t.shape[:-2], *(a.b.shape[:-1] for a in layers)
    )
    wanted = np.broadcast_to(wanted, lead).ravel()
    # Those that go furthest first: those that have arrived cost nothing.
    order = np.argsort(-wanted)
    on = np.searchsorted(-wanted[order], -np.arange(most))  # how many are still to make this step

    def lined_up(array: Array, axes: int) -> Array:
        own = array.shape[array.ndim - axes :]
        return np.broadcast_to(array, lead + own).reshape(-1, *own)[order]

    x, t, eta = lined_up(x, 2), lined_up(t, 2), lined_up(eta, 0)
    layers = tuple(Layer(lined_up(layer.W, 2), lined_up(layer.b, 1)) for layer in layers)
    with np.errstate(over="ignore", invalid="ignore"):  # what gets too large is refused below
        for count in on:
            part = replace(network, layers=tuple(Layer(a.W[:count], a.b[:count]) for a in layers))
            trace = unchecked_forward(part, x[:count])
            gradients = unchecked_parameter_gradients(part, trace, t[:count], chosen)
            updated(part, gradients, eta[:count], in_place=True)
    if not all(np.isfinite(layer.W).all() and np.isfinite(layer.b).all() for layer in layers):
        raise ValueError(NOT_FINITE)
    back = np.argsort(order)

    def as_it_was(array: Array) -> Array:
        return np.asarray(array[back].reshape(lead + array.shape[1:]))

    return replace(network, layers=tuple(Layer(as_it_was(a.W), as_it_was(a.b)) for a in layers))
