"""Squared error of the softmax outputs."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike

from core.inputs import Array
from core.losses.base import LossFunction, Outputs, at_logits, at_outputs, per_row, reduced
from core.softmax import Logits, SoftmaxRecord

Reduction = Literal["mean", "sum", "half"]
REDUCTIONS: tuple[Reduction, ...] = ("mean", "sum", "half")
"""Squared error: mean 1/n Σ(y−t)², sum Σ(y−t)², half ½Σ(y−t)²."""


@dataclass(frozen=True)
class SquaredError(LossFunction):
    """Squared error, L = c Σᵢ (yᵢ − tᵢ)² with c = 1/n (mean), 1 (sum) or ½ (half).

    Domain: every real y; L ≥ 0. Option: `reduction`, over the n classes, one of `REDUCTIONS`.

    Gradients: ∂L/∂y = 2c (y − t) and ∂L/∂z = 2c (y − t) J, which fades wherever the softmax
    saturates, as J does.

    Source: Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2, for the reduction "sum".
    """

    reduction: Reduction = "mean"

    code: ClassVar[str] = "MSE"
    singular: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.reduction not in REDUCTIONS:
            raise ValueError(f"reduction: expected one of {REDUCTIONS}, got {self.reduction!r}")

    def factor(self, n: int) -> float:
        """c for n classes."""
        return {"mean": 1 / n, "sum": 1.0, "half": 0.5}[self.reduction]

    def gradient_factor(self, n: int) -> float:
        """2c, which stands before y − t in the gradients."""
        return 2 * self.factor(n)

    def value(self, at: SoftmaxRecord | Outputs, t: Array) -> Array:
        return np.asarray(self.factor(at.y.shape[-1]) * ((at.y - t) ** 2).sum(axis=-1))

    def dL_dy(self, at: SoftmaxRecord | Outputs, t: Array) -> Array:
        return np.asarray(self.gradient_factor(at.y.shape[-1]) * (at.y - t))

    def dL_dz(self, soft: SoftmaxRecord, t: Array) -> Array:
        y = soft.y
        # y − t, from 1 − y where y ≈ 1: a saturated softmax has its whole gradient in those digits.
        residual = np.where(y.real > 0.5, (1 - t) - soft.complement, y - t)
        return soft.vjp(self.gradient_factor(y.shape[-1]) * residual)


def squared_error(
    y: ArrayLike, t: ArrayLike, reduction: Reduction = "mean", *, batch_mean: bool = False
) -> Array:
    """L = c Σᵢ(yᵢ − tᵢ)² with c = 1/n (mean), 1 (sum) or ½ (half); its source at `SquaredError`.

    Parameters
    ----------
    y, t : (…, n)
        Softmax outputs; target.
    reduction : "mean", "sum" or "half"
        Over the n classes, not over the batch.
    batch_mean : bool
        The mean over all rows in place of a value a row.

    Returns
    -------
    (…) or ()

    Raises
    ------
    ValueError
        For a bad target, another n, or an unknown reduction.
    """
    return reduced(SquaredError(reduction).value(*at_outputs(y, t)), batch_mean)


def squared_error_dL_dy(
    y: ArrayLike, t: ArrayLike, reduction: Reduction = "mean", *, batch_mean: bool = False
) -> Array:
    """g = ∂L/∂y = 2c (y − t), shape (…, n). Parameters and errors as for `squared_error`."""
    return per_row(SquaredError(reduction).dL_dy(*at_outputs(y, t)), batch_mean)


def squared_error_dL_dz(
    z: Logits,
    t: ArrayLike,
    temperature: ArrayLike = 1.0,
    reduction: Reduction = "mean",
    *,
    batch_mean: bool = False,
) -> Array:
    """∂L/∂z = g J with g = 2c (y − t), shape (…, n): fades wherever the softmax saturates."""
    return per_row(SquaredError(reduction).dL_dz(*at_logits(z, t, temperature)), batch_mean)
