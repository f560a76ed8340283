"""Training by mini-batches, one record an epoch, and the race between the two losses."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.backprop import backward, parameter_gradients
from core.datasets import Data, Dataset, dataset
from core.descent import updated
from core.inputs import Array
from core.losses import Loss, LossFunction, Reduction, loss_function
from core.network import Activation, Layer, Network, forward, initial_network
from core.norms import norm

SATURATED = 0.99
"""A row is saturated if its largest output is above this."""


@dataclass(frozen=True)
class EpochRecord:
    """A network after so many epochs, measured on all of the data."""

    epoch: int
    """0 is before the first step."""
    network: Network
    cross_entropy: float
    squared_error: float
    """Both losses, mean over the training part."""
    accuracy: float
    accuracy_held_out: float
    """Shares from 0 to 1."""
    dL_dz_norm: float
    """‖∂L/∂z‖₂ of a row, under the loss it is trained with; mean over the training part."""
    saturated: float
    """Share of training rows whose largest output is above `SATURATED`."""
    saturated_wrong: float
    """Share that is saturated at a wrong class."""
    dL_dW_norms: tuple[float, ...]
    """‖∂L/∂W‖ of each layer (Frobenius), over the training part as one batch."""
    confusion: Array
    """(n, n) how many held-out samples of class i, row, were taken for class j, column."""

    def bare(self) -> "EpochRecord":
        """What was measured, without the network's weights, which are by far the most of it."""
        return replace(self, network=replace(self.network, layers=()))


@dataclass(frozen=True)
class Checkpoint:
    """Where a training stands between two epochs: all that its next epoch starts from."""

    record: EpochRecord
    velocity: tuple[Layer, ...]
    """v of each layer, in its shapes."""
    rng: np.random.Generator
    """The order of the next epoch comes from a copy of it."""


def confusion_matrix(y: ArrayLike, t: ArrayLike) -> Array:
    """Counts (n, n): row = the class that t (m, n) names, column = the largest of y (m, n)."""
    y, t = inputs.outputs(y), inputs.outputs(t)
    if y.shape != t.shape:
        raise ValueError(f"expected one shape, got y {y.shape} and target {t.shape}")
    counts = np.zeros((y.shape[-1], y.shape[-1]))
    np.add.at(counts, (t.argmax(axis=-1), y.argmax(axis=-1)), 1)
    return counts


def _measured(
    epoch: int, network: Network, data: Dataset, loss: LossFunction, reduction: Reduction
) -> EpochRecord:
    x, t = data.x[data.train], data.t[data.train]
    held_out = confusion_matrix(
        forward(network, data.x[~data.train]).y, held_out_t := data.t[~data.train]
    )
    gradients = backward(network, x, t, loss)
    soft, y = gradients.trace.softmax, gradients.trace.y
    ce, mse = loss_function("CE"), loss_function("MSE", reduction=reduction)
    right = y.argmax(axis=-1) == t.argmax(axis=-1)
    saturated = y.max(axis=-1) > SATURATED
    return EpochRecord(
        epoch=epoch,
        network=network,
        cross_entropy=float(ce.value(soft, t).mean()),
        squared_error=float(mse.value(soft, t).mean()),
        accuracy=float(right.mean()),
        accuracy_held_out=float(np.trace(held_out) / len(held_out_t)),
        dL_dz_norm=float(norm(gradients.dL_dz * len(x)).mean()),
        saturated=float(saturated.mean()),
        saturated_wrong=float((saturated & ~right).mean()),
        dL_dW_norms=tuple(float(norm(layer.dL_dW.ravel())) for layer in gradients.layers),
        confusion=held_out,
    )


@dataclass(frozen=True)
class RaceSettings:
    """All that decides a race: the same settings give the same numbers."""

    data: Data = "Iris"
    hidden: int = 16
    activation: Activation = "tanh"
    confidence: float = 0.0
    learning_rate: float = 0.1
    epochs: int = 60
    batch_size: int = 16
    momentum: float = 0.0
    reduction: Reduction = "mean"
    seed: int = 0


def train(
    network: Network,
    data: Dataset,
    loss: str | LossFunction,
    *,
    epochs: int,
    learning_rate: float,
    batch_size: int = 16,
    momentum: float = 0.0,
    reduction: Reduction = "mean",
    seed: int = 0,
) -> Iterator[EpochRecord]:
    """Stochastic gradient descent with momentum: v ← μ v + ∂L/∂θ, θ ← θ − η v, L the mean of a mini-batch.

    This is Polyak's heavy ball (Polyak 1964, doi:10.1016/0041-5553(64)90137-5) on mini-batches, as in
    Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html, whose v is −η times
    this one.

    Parameters
    ----------
    network : Network
        Where to start; it is left as it is.
    data : Dataset
    loss : a code of `LOSS_FUNCTIONS`, or one of those losses with its options
    epochs : int ≥ 0
        Passes through the training part.
    learning_rate : η > 0
    batch_size : int ≥ 1
    momentum : 0 ≤ μ < 1
    reduction : of the squared error, which every record measures
    seed : int ≥ 0
        Of the order of samples. With it a run is the same to the last bit on one platform.

    Yields
    ------
    EpochRecord
        Of epoch 0, 1, … `epochs`. It ends early if the logits are no longer finite: η is then too
        large, and the last record is that of the last epoch with numbers.

    Raises
    ------
    ValueError
        At once, for settings out of range.
    """
    settings = RaceSettings(
        epochs=epochs,
        learning_rate=learning_rate,
        batch_size=batch_size,
        momentum=momentum,
        reduction=reduction,
        seed=seed,
    )
    chosen = loss_function(loss, reduction=reduction)
    points = _checkpoints(network, data, chosen, settings)
    return (point.record for point in points)


def _checkpoints(
    start: Network | Checkpoint, data: Dataset, loss: LossFunction, settings: RaceSettings
) -> Iterator[Checkpoint]:
    """From epoch 0, or those after one; of the settings what concerns neither network nor data."""
    learning_rate, momentum = settings.learning_rate, settings.momentum
    for name, least in (("epochs", 0), ("batch_size", 1)):
        value = getattr(settings, name)
        if not isinstance(value, int | np.integer) or value < least:
            raise ValueError(f"{name}: expected a whole number ≥ {least}, got {value!r}")
    if not (np.isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(f"learning_rate: expected a finite number > 0, got {learning_rate!r}")
    if not 0 <= momentum < 1:
        raise ValueError(f"momentum: expected a number from 0 to below 1, got {momentum!r}")
    if isinstance(start, Checkpoint):
        return _after(start, data, loss, settings)
    rest = tuple(Layer(np.zeros_like(layer.W), np.zeros_like(layer.b)) for layer in start.layers)
    first = Checkpoint(
        _measured(0, start, data, loss, settings.reduction),
        rest,
        np.random.default_rng(settings.seed),
    )
    return chain([first], _after(first, data, loss, settings))


def _after(
    point: Checkpoint, data: Dataset, loss: LossFunction, settings: RaceSettings
) -> Iterator[Checkpoint]:
    eta, momentum = np.asarray(settings.learning_rate), settings.momentum
    x, t = data.x[data.train], data.t[data.train]
    for epoch in range(point.record.epoch + 1, settings.epochs + 1):
        record, velocity, rng = point.record, point.velocity, deepcopy(point.rng)
        network = record.network
        order = rng.permutation(len(x))
        # A run that diverges overflows on its way out, and its logits are refused at last.
        with np.errstate(over="ignore", invalid="ignore"), suppress(ValueError):
            for start in range(0, len(x), settings.batch_size):
                rows = order[start : start + settings.batch_size]
                gradients = parameter_gradients(network, x[rows], t[rows], loss)
                velocity = tuple(
                    Layer(momentum * v.W + gradient.W, momentum * v.b + gradient.b)
                    for v, gradient in zip(velocity, gradients, strict=True)
                )
                network = updated(network, velocity, eta)
            record = _measured(epoch, network, data, loss, settings.reduction)
        found = (record.cross_entropy, record.dL_dz_norm, *record.dL_dW_norms)
        if record.epoch != epoch or not np.isfinite(found).all():
            return
        point = Checkpoint(record, velocity, rng)
        yield point


def racer(settings: RaceSettings, loss: Loss) -> Iterator[EpochRecord]:
    """One of the two who race: `train` from the initial weights that both share."""
    return (point.record for point in checkpoints(settings, loss))


def checkpoints(
    settings: RaceSettings, loss: Loss, after: Checkpoint | None = None
) -> Iterator[Checkpoint]:
    """The same racer, with all that it takes to go on at any epoch.

    Parameters
    ----------
    after : Checkpoint of the same settings and loss, or None for one from epoch 0
        Those that follow it are yielded, to the last bit as if there had been no interruption. It
        is left as it is.
    """
    data = dataset(settings.data)
    sizes = (data.x.shape[1], settings.hidden, data.t.shape[1])
    return _checkpoints(
        after or initial_network(sizes, settings.activation, settings.seed, settings.confidence),
        data,
        loss_function(loss, reduction=settings.reduction),
        settings,
    )


def epochs_to(history: Sequence[EpochRecord], accuracy: float = 0.9) -> int | None:
    """The first epoch whose held-out accuracy is at least this; None if there is none."""
    return next((r.epoch for r in history if r.accuracy_held_out >= accuracy), None)
