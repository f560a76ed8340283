"""Divergence from a teacher's distribution: what distillation learns from."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.inputs import Array
from core.losses.base import LossFunction, Outputs, balanced
from core.softmax import SoftmaxRecord


@dataclass(frozen=True)
class TeacherKL(LossFunction):
    """KL divergence of the outputs from a teacher's distribution, L = T² Σᵢ pᵢ (log pᵢ − log yᵢ).

    The target is the teacher's distribution p = softmax(z_teacher/T), and T **is** the `temperature`
    τ of the student's own y = softmax(z/τ): there is no second one to set. At outputs that came
    without logits T is 1. No options.

    Domain: 0 < yᵢ ≤ 1 where pᵢ > 0. L ≥ T² Σp log Σp, where y = p/Σp (Gibbs' inequality): 0 for a
    distribution.

    Gradients: ∂L/∂yᵢ = −T² pᵢ/yᵢ and ∂L/∂z = T (y Σp − p). One factor T is lost to the 1/T in J;
    what is left of T² keeps the gradient's size: y − p shrinks as 1/T for large T.

    Source: Hinton, Vinyals & Dean 2015, arXiv:1503.02531, §2 and §2.1. Of their objective this is
    the part with soft targets; Σ p log p, which moves nothing, makes it 0 where the student agrees.
    """

    code: ClassVar[str] = "KL"
    singular: ClassVar[bool] = True

    def value(self, at: SoftmaxRecord | Outputs, t: Array) -> Array:
        with np.errstate(over="ignore"):
            apart = np.log(np.where(t == 0, 1.0, t)) - np.where(t == 0, 0.0, at.log_y)
            T = at.tau[..., 0]
            return np.asarray(T * (T * (t * apart).sum(axis=-1)))

    def dL_dy(self, at: SoftmaxRecord | Outputs, t: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.asarray(0 - at.tau * (at.tau * (t / at.y)))

    def dL_dz(self, soft: SoftmaxRecord, t: Array) -> Array:
        with np.errstate(over="ignore"):
            return np.asarray(soft.tau * balanced(soft, t))

    def least(self, t: Array, tau: Array) -> Array:
        total = t.sum(axis=-1)
        return np.asarray(tau[..., 0] ** 2 * total * np.log(total))
