"""Cross-entropy and squared error: value, ∂L/∂y and ∂L/∂z, side by side."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array
from core.softmax import Logits, SoftmaxRecord, log_softmax, softmax_record, softmax_vjp

Loss = Literal["CE", "MSE"]
LOSSES: tuple[Loss, ...] = ("CE", "MSE")
"""CE: cross-entropy. MSE: squared error of the softmax outputs, with a reduction."""

Reduction = Literal["mean", "sum", "half"]
REDUCTIONS: tuple[Reduction, ...] = ("mean", "sum", "half")
"""Squared error: mean 1/n Σ(y−t)², sum Σ(y−t)², half ½Σ(y−t)²."""


def one_hot(label: ArrayLike, n: int) -> Array:
    """t with a 1 at each label; label (…) of integers 0 … n−1, result (…, n).

    Raises ValueError for a label that is not an integer from 0 to n − 1.
    """
    try:
        labels = np.asarray(label)
    except ValueError:  # ragged
        labels = np.asarray(None)
    if labels.dtype.kind not in "iu" or (labels < 0).any() or (labels >= n).any():
        raise ValueError(f"label: expected integers from 0 to {n - 1}, got {label!r}")
    t = np.zeros((*labels.shape, n))
    np.put_along_axis(t, labels[..., None], 1.0, axis=-1)
    return t


def smooth(t: ArrayLike, epsilon: ArrayLike) -> Array:
    """Label smoothing, shape (…, n): (1 − ε) t + ε Σt / n (Szegedy et al. 2016, arXiv:1512.00567).

    ε is one number or one a row. Raises ValueError unless 0 ≤ ε ≤ 1.
    """
    t = inputs.array("target", t)
    t = inputs.target(t, t.shape[-1] if t.ndim else 0)
    try:
        eps = inputs.array("epsilon", epsilon)[..., None]
    except ValueError:
        eps = np.array(np.nan)
    if eps.dtype.kind == "c" or not ((eps >= 0) & (eps <= 1)).all():
        raise ValueError(f"epsilon: expected numbers from 0 to 1, got {epsilon!r}")
    return np.asarray((1 - eps) * t + eps * t.mean(axis=-1, keepdims=True))


def _reduced(L: Array, batch_mean: bool) -> Array:
    return np.asarray(L.mean() if batch_mean else L)


def _per_row(gradient: Array, batch_mean: bool) -> Array:
    """The gradient of the batch mean is each row's own over the number of rows."""
    rows = max(1, gradient[..., 0].size)
    return np.asarray(gradient / rows if batch_mean else gradient)


def cross_entropy(
    z: Logits, t: ArrayLike, temperature: ArrayLike = 1.0, *, batch_mean: bool = False
) -> Array:
    """L = −Σᵢ tᵢ log yᵢ with y = softmax(z/τ), through log-softmax.

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
    log_y = log_softmax(z, temperature)
    t = inputs.target(t, log_y.shape[-1])
    inputs.matching("z", log_y, "target", t)
    # 0 · log 0 is 0 here: a class that is not the target costs nothing.
    with np.errstate(over="ignore"):
        L = 0 - (t * np.where(t == 0, 0.0, log_y)).sum(axis=-1)  # not −0 where it costs nothing
    return _reduced(L, batch_mean)


def cross_entropy_dL_dy(y: ArrayLike, t: ArrayLike, *, batch_mean: bool = False) -> Array:
    """g = ∂L/∂yᵢ = −tᵢ/yᵢ, shape (…, n): the naive first step of the two-step route.

    It is −inf or nan where y underflows to 0. It stands here to be looked at; to compute,
    use `cross_entropy_dL_dz`, which stays finite.
    """
    y = inputs.outputs(y)
    t = inputs.target(t, y.shape[-1])
    inputs.matching("y", y, "target", t)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return _per_row(0 - t / y, batch_mean)  # 0 − 0 is 0, where −0 would print as −0


def cross_entropy_dL_dz(
    z: Logits, t: ArrayLike, temperature: ArrayLike = 1.0, *, batch_mean: bool = False
) -> Array:
    """∂L/∂z = (y Σt − t)/τ, shape (…, n): both steps fused, finite for every z.

    It is y − t for a target that sums to 1 at τ = 1. Parameters and errors as for `cross_entropy`.
    """
    soft = softmax_record(z, temperature)
    t = inputs.target(t, soft.y.shape[-1])
    inputs.matching("z", soft.y, "target", t)
    return _per_row(unchecked_dL_dz(soft, t, "CE"), batch_mean)


def _factor(reduction: Reduction, n: int) -> float:
    """c in L = c Σ(y − t)²."""
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction: expected one of {REDUCTIONS}, got {reduction!r}")
    return {"mean": 1 / n, "sum": 1.0, "half": 0.5}[reduction]


def squared_error(
    y: ArrayLike, t: ArrayLike, reduction: Reduction = "mean", *, batch_mean: bool = False
) -> Array:
    """L = c Σᵢ(yᵢ − tᵢ)² with c = 1/n (mean), 1 (sum) or ½ (half).

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
    y = inputs.outputs(y)
    t = inputs.target(t, y.shape[-1])
    inputs.matching("y", y, "target", t)
    return _reduced(_factor(reduction, y.shape[-1]) * ((y - t) ** 2).sum(axis=-1), batch_mean)


def squared_error_dL_dy(
    y: ArrayLike, t: ArrayLike, reduction: Reduction = "mean", *, batch_mean: bool = False
) -> Array:
    """g = ∂L/∂y = 2c (y − t), shape (…, n). Parameters and errors as for `squared_error`."""
    y = inputs.outputs(y)
    t = inputs.target(t, y.shape[-1])
    inputs.matching("y", y, "target", t)
    return _per_row(2 * _factor(reduction, y.shape[-1]) * (y - t), batch_mean)


def squared_error_dL_dz(
    z: Logits,
    t: ArrayLike,
    temperature: ArrayLike = 1.0,
    reduction: Reduction = "mean",
    *,
    batch_mean: bool = False,
) -> Array:
    """∂L/∂z = g J with g = 2c (y − t), shape (…, n): fades wherever the softmax saturates."""
    soft = softmax_record(z, temperature)
    t = inputs.target(t, soft.y.shape[-1])
    inputs.matching("z", soft.y, "target", t)
    return _per_row(unchecked_dL_dz(soft, t, "MSE", reduction), batch_mean)


def unchecked_dL_dz(
    soft: SoftmaxRecord, t: Array, loss: Loss, reduction: Reduction = "mean"
) -> Array:
    """∂L/∂z (…, n) of either loss, for a target that is known to be right."""
    if loss == "CE":
        # yᵢΣt − tᵢ, arranged so that nothing cancels where yᵢ ≈ 1.
        others = t.sum(axis=-1, keepdims=True) - t
        with np.errstate(over="ignore"):
            return np.asarray((soft.y * others - t * soft.complement) / soft.tau)
    y = soft.y
    # y − t, from 1 − y where y ≈ 1: a saturated softmax has its whole gradient in those digits.
    residual = np.where(y.real > 0.5, (1 - t) - soft.complement, y - t)
    return softmax_vjp(soft, 2 * _factor(reduction, y.shape[-1]) * residual)
