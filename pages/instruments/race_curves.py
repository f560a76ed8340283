"""The curves of a race: what was measured of both networks over the epochs, with dots at one of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

import numpy as np

from core.inputs import Array
from core.losses import Loss
from core.training import EpochRecord
from pages.board import pictures as p
from pages.instruments.base import Quantities
from pages.notation.losses import written

History = Mapping[Loss, Sequence[EpochRecord]]
"""What each network has shown, epoch by epoch from 0."""
Ticks = list[tuple[float, str]]

_SHARES: Ticks = [(0.0, "0"), (0.5, "0.5"), (1.0, "1")]
_POWERS: Ticks = [(-6.0, "10⁻⁶"), (-4.0, "10⁻⁴"), (-2.0, "10⁻²"), (0.0, "1")]
_LOW, _HIGH = -6.2, 0.5
"""Powers of ten, from where to where they are drawn."""


def _power(r: EpochRecord) -> float:
    with np.errstate(divide="ignore"):
        return float(np.clip(np.log10(r.dL_dz_norm), _LOW, _HIGH))


@dataclass(frozen=True)
class Curve:
    """One measure of both networks."""

    title: str
    quantity: str
    """Of its height: `{quantity}_CE` at an epoch, `{quantity}_CE_drawn` at all."""
    measure: str
    """The column of what was measured, of which the height is made."""
    of: Callable[[EpochRecord], float]
    ends: tuple[float, float] | None = (0.0, 1.04)
    """Of its axis; None for 0 and the largest that there is."""
    ticks: tuple[tuple[float, str], ...] = tuple(_SHARES)
    scale: Literal["linear", "log"] = "linear"


_ACCURACY = Curve(
    "Accuracy, held-out part", "accuracy", "accuracy_held_out", lambda r: r.accuracy_held_out
)
_LENGTH = Curve(
    "Mean length of ∂L/∂z, under its own loss",
    "dL_dz_power",
    "dL_dz_norm",
    _power,
    (_LOW, _HIGH),
    tuple(_POWERS),
    "log",
)
_CE, _MSE = (
    Curve(f"{name}, training part", measure, measure, attrgetter(measure), None)
    for name, measure in (("Cross-entropy", "cross_entropy"), ("Squared error", "squared_error"))
)
_SATURATED, _WRONG = (
    Curve(title, measure, measure, attrgetter(measure))
    for title, measure in (
        ("Share of saturated rows", "saturated"),
        ("Share saturated at a wrong class", "saturated_wrong"),
    )
)
CURVES = (_ACCURACY, _LENGTH, _CE, _MSE, _SATURATED, _WRONG)
"""In the order in which the board has them, two beside each other."""
SUCCESS, GRADIENTS = (_ACCURACY, _CE, _MSE), (_LENGTH, _SATURATED, _WRONG)
"""How well both do, and what becomes of their gradients."""


def heights(history: History) -> Quantities:
    """Of each curve and loss, over the epochs that its network has."""
    return {
        f"{curve.quantity}_{loss}": np.array([curve.of(r) for r in records])
        for curve in CURVES
        for loss, records in history.items()
    }


def drawn(known: Mapping[str, Array], history: History) -> Quantities:
    """The same under the names of the curves."""
    names = [f"{curve.quantity}_{loss}" for curve in CURVES for loss in history]
    return {f"{name}_drawn": known[name] for name in names}


def charts(known: Mapping[str, Array], history: History) -> list[p.Chart]:
    """A chart of each curve."""
    return [_chart(curve, known, history) for curve in CURVES]


def _chart(curve: Curve, known: Mapping[str, Array], history: History) -> p.Chart:
    last = max(len(records) for records in history.values()) - 1
    ends, ticks = curve.ends, list(curve.ticks)
    if ends is None:
        top = max(float(np.max(known[f"{curve.quantity}_{loss}"])) for loss in history)
        ends, ticks = (0.0, 1.04 * top), [(0.0, "0"), (top, f"{top:.2g}")]
    return p.chart(
        curve.title,
        p.axis(0, last, "epoch", [(0, "0"), (last, str(last))]),
        p.axis(*ends, curve.title, ticks),
        [
            p.line(
                f"{curve.quantity}_{loss}_drawn",
                np.arange(len(records)),
                name=written(loss).name,
                color=written(loss).color,
                dash=written(loss).dash != "solid",
            )
            for loss, records in history.items()
        ],
        [
            p.mark(p.place("epoch"), p.place(f"{curve.quantity}_{loss}"), written(loss).color)
            for loss in history
        ],
        alt=f"{curve.title}, of both networks over the epochs, with the chosen epoch marked",
    )
