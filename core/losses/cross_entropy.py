"""Cross-entropy."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from core.inputs import Array
from core.losses.base import (
    LossFunction,
    Outputs,
    at_logits,
    at_outputs,
    balanced,
    per_row,
    reduced,
)
from core.softmax import Logits, SoftmaxRecord


@dataclass(frozen=True)
class CrossEntropy(LossFunction):
    """Cross-entropy, L = −Σᵢ tᵢ log yᵢ.

    Domain: 0 < yᵢ ≤ 1 where tᵢ > 0. L ≥ −Σ t log(t/Σt), where y = t/Σt (Gibbs' inequality): 0 for a
    one-hot target. No options.

    Gradients: ∂L/∂yᵢ = −tᵢ/yᵢ and ∂L/∂z = (y Σt − t)/τ, which is y − t for a target that sums to 1 at
    τ = 1: the y of softmax's Jacobian cancels the 1/y of the logarithm.

    Sources: Bridle 1990, doi:10.1007/978-3-642-76153-9_28, for the softmax with this loss and its
    y − t; Bishop 2006, "Pattern Recognition and Machine Learning", §4.3.4, equations 4.108 and
    4.109; Goodfellow, Bengio & Courville 2016, "Deep Learning", §6.2.2.3.
    """

    code: ClassVar[str] = "CE"
    singular: ClassVar[bool] = True

    def value(self, at: SoftmaxRecord | Outputs, t: Array) -> Array:
        # 0 · log 0 is 0 here: a class that is not the target costs nothing. And not −0.
        with np.errstate(over="ignore"):
            return np.asarray(0 - (t * np.where(t == 0, 0.0, at.log_y)).sum(axis=-1))

    def dL_dy(self, at: SoftmaxRecord | Outputs, t: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.asarray(0 - t / at.y)  # 0 − 0 is 0, where −0 would print as −0

    def dL_dz(self, soft: SoftmaxRecord, t: Array) -> Array:
        with np.errstate(over="ignore"):
            return np.asarray(balanced(soft, t) / soft.tau)

    def least(self, t: Array, tau: Array) -> Array:
        share = t / t.sum(axis=-1, keepdims=True)
        L = 0 - (t * np.log(np.where(t == 0, 1.0, share))).sum(axis=-1)
        return np.broadcast_to(L, np.broadcast_shapes(t.shape, tau.shape)[:-1])


def cross_entropy(
    z: Logits, t: ArrayLike, temperature: ArrayLike = 1.0, *, batch_mean: bool = False
) -> Array:
    """L = −Σᵢ tᵢ log yᵢ with y = softmax(z/τ), through log-softmax; sources at `CrossEntropy`.

    Parameters
    ----------
    z, t : (…, n)
        Logits; target, non-negative, one-hot or not.
    temperature : () or (…), > 0
    batch_mean : bool
        The mean over all rows in place of a value a row.

    Returns
    -------
    (…) or ()
        ≥ 0 for a target that sums to 1; inf if a masked class (z = −inf) has t > 0.

    Raises
    ------
    ValueError
        As `softmax`, and for a target that is negative, all zero, or of another n.
    """
    return reduced(CrossEntropy().value(*at_logits(z, t, temperature)), batch_mean)


def cross_entropy_dL_dy(y: ArrayLike, t: ArrayLike, *, batch_mean: bool = False) -> Array:
    """g = ∂L/∂yᵢ = −tᵢ/yᵢ, shape (…, n): the naive first step of the two-step route.

    It is −inf or nan where y underflows to 0. It stands here to be looked at; to compute,
    use `cross_entropy_dL_dz`, which stays finite.
    """
    return per_row(CrossEntropy().dL_dy(*at_outputs(y, t)), batch_mean)


def cross_entropy_dL_dz(
    z: Logits, t: ArrayLike, temperature: ArrayLike = 1.0, *, batch_mean: bool = False
) -> Array:
    """∂L/∂z = (y Σt − t)/τ, shape (…, n): both steps fused, finite for every z.

    It is y − t for a target that sums to 1 at τ = 1 (Bridle 1990; Bishop 2006, equation 4.109; see
    `CrossEntropy`). Parameters and errors as for `cross_entropy`.
    """
    return per_row(CrossEntropy().dL_dz(*at_logits(z, t, temperature)), batch_mean)
