"""Focal loss: cross-entropy that turns away from what is classified well."""

from dataclasses import dataclass
from numbers import Real
from typing import ClassVar

import numpy as np

from core.inputs import Array
from core.losses.base import LossFunction, Outputs, balanced
from core.softmax import SoftmaxRecord


@dataclass(frozen=True)
class FocalLoss(LossFunction):
    """Focal loss, L = −Σᵢ tᵢ (1 − yᵢ)^γ log yᵢ.

    Domain: 0 < yᵢ ≤ 1 where tᵢ > 0; L ≥ 0. Option: `gamma`, a finite number ≥ 0. γ = 0 is
    cross-entropy; the larger γ, the less a class costs that is nearly right.

    Gradients: with sᵢ = tᵢ (1 − yᵢ)^γ (1 + γ rᵢ) and rᵢ = −yᵢ log yᵢ/(1 − yᵢ), which goes from 0 at
    y = 0 to 1 at y = 1, ∂L/∂yᵢ = −sᵢ/yᵢ and ∂L/∂z = (y Σs − s)/τ. Neither log y nor 1 − y is made
    from y, so that both keep their digits where y rounds to 0 or to 1.

    Source: Lin et al. 2017, arXiv:1708.02002, equation 4, without the class weights α; there t is
    one-hot, and γ = 2 was found to work best.
    """

    gamma: float = 2.0

    code: ClassVar[str] = "focal"
    singular: ClassVar[bool] = True

    def __post_init__(self) -> None:
        known = isinstance(self.gamma, Real) and not isinstance(self.gamma, bool)
        if not known or not 0 <= self.gamma < np.inf:
            raise ValueError(f"gamma: expected a finite number ≥ 0, got {self.gamma!r}")

    def value(self, at: SoftmaxRecord | Outputs, t: Array) -> Array:
        with np.errstate(invalid="ignore", over="ignore"):
            each = t * at.complement**self.gamma * np.where(t == 0, 0.0, at.log_y)
            return np.asarray(0 - each.sum(axis=-1))

    def _s(self, at: SoftmaxRecord | Outputs, t: Array) -> Array:
        y, rest = at.y, at.complement
        with np.errstate(divide="ignore", invalid="ignore"):
            r = np.where(y == 0, 0.0, -y * at.log_y / rest)
        r = np.where(rest == 0, 1.0, r)
        return np.asarray(t * rest**self.gamma * (1 + self.gamma * r))

    def dL_dy(self, at: SoftmaxRecord | Outputs, t: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.asarray(0 - self._s(at, t) / at.y)

    def dL_dz(self, soft: SoftmaxRecord, t: Array) -> Array:
        with np.errstate(over="ignore"):
            return np.asarray(balanced(soft, self._s(soft, t)) / soft.tau)
