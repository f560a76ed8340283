"""What a page shows, computed in one call: frozen records over a leading batch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array
from core.losses import (
    Reduction,
    cross_entropy,
    cross_entropy_dL_dy,
    cross_entropy_dL_dz,
    one_hot,
    squared_error,
    squared_error_dL_dy,
    squared_error_dL_dz,
)
from core.softmax import (
    Logits,
    softmax,
    softmax_jvp,
    softmax_record,
    softmax_vjp,
    vjp_by_matrix,
    vjp_terms,
)


@dataclass(frozen=True)
class ProductRecord:
    """g J by three routes."""

    g: Array
    """(…, n)"""
    terms: Array
    """(…, n, n) gᵢJᵢⱼ"""
    running: Array
    """(…, n, n) the terms of each column summed up to row i; the last row is ∂L/∂z."""
    by_matrix: Array
    by_terms: Array
    dL_dz: Array
    """(…, n) matrix product; sum of the terms; y ⊙ (g − ⟨g, y⟩)/τ."""
    inner: Array
    """(…) ⟨g, y⟩"""
    disagreement: Array
    """(…) the largest difference between any two routes: round-off."""


def product_record(z: Logits, g: ArrayLike, temperature: ArrayLike = 1.0) -> ProductRecord:
    """∂L/∂z = g J for logits z and upstream gradient g, both (…, n). Errors as `softmax_vjp`."""
    soft = softmax_record(z, temperature)
    terms = vjp_terms(soft, g)
    by_matrix, by_formula = vjp_by_matrix(soft, g), softmax_vjp(soft, g)
    g = np.broadcast_to(inputs.array("g", g), by_formula.shape)
    with np.errstate(invalid="ignore", over="ignore"):  # a naive g may be ±inf or nan
        running = np.cumsum(terms, axis=-2)
        routes = np.stack([by_matrix, running[..., -1, :], by_formula])
        inner = (g * soft.y).sum(axis=-1)
        disagreement = np.ptp(routes, axis=0).max(axis=-1)
    return ProductRecord(
        g=g,
        terms=terms,
        running=running,
        by_matrix=by_matrix,
        by_terms=running[..., -1, :],
        dL_dz=by_formula,
        inner=inner,
        disagreement=disagreement,
    )


@dataclass(frozen=True)
class NudgeRecord:
    """What J predicts for a nudge of one logit, beside what happens."""

    predicted: Array
    """(…, n) J[:, j] δ"""
    actual: Array
    """(…, n) softmax(z + δeⱼ) − softmax(z)"""
    difference: Array
    """(…, n) actual − predicted, of order δ²."""


def nudge_record(
    z: ArrayLike, j: int, delta: ArrayLike, temperature: ArrayLike = 1.0
) -> NudgeRecord:
    """Move logit j by δ (a number, or one a row); z (…, n). Errors as `softmax`."""
    z = inputs.logits(z)
    n = z.shape[-1]
    step = inputs.array("delta", delta)[..., None] * one_hot(inputs.index("j", j, n), n)
    soft = softmax_record(z, temperature)
    predicted = softmax_jvp(soft, step)
    actual = softmax(z + step, temperature) - soft.y
    return NudgeRecord(predicted=predicted, actual=actual, difference=actual - predicted)


@dataclass(frozen=True)
class LossRecord:
    """One loss at given logits."""

    loss: Array
    """(…)"""
    g: Array
    dL_dz: Array
    """(…, n)"""
    norm: Array
    """(…) ‖∂L/∂z‖₂"""


@dataclass(frozen=True)
class ComparisonRecord:
    """Cross-entropy and squared error at the same logits and target."""

    ce: LossRecord
    mse: LossRecord
    norm_ratio: Array
    """(…) ‖∂L/∂z‖ of cross-entropy over that of squared error; nan if both vanish."""
    opposite: Array
    """(…, n) True where the two push a logit in opposite directions."""


def norm(x: Array) -> Array:
    """‖x‖₂ of the last axis, scaled: the squares of a saturated gradient would underflow."""
    largest = np.abs(x).max(axis=-1, keepdims=True)
    scaled = np.divide(x, largest, out=np.zeros_like(x), where=(largest > 0) & np.isfinite(largest))
    return np.asarray(largest[..., 0] * np.sqrt((scaled**2).sum(axis=-1)))


def compare_losses(
    z: Logits, t: ArrayLike, temperature: ArrayLike = 1.0, reduction: Reduction = "mean"
) -> ComparisonRecord:
    """Both losses for logits z and target t, both (…, n). Errors as `cross_entropy`."""
    soft = softmax_record(z, temperature)
    y = soft.y
    ce_dL_dz = cross_entropy_dL_dz(soft, t)
    mse_dL_dz = squared_error_dL_dz(soft, t, reduction=reduction)
    ce = LossRecord(
        loss=cross_entropy(soft, t),
        g=cross_entropy_dL_dy(y, t),
        dL_dz=ce_dL_dz,
        norm=norm(ce_dL_dz),
    )
    mse = LossRecord(
        loss=squared_error(y, t, reduction),
        g=squared_error_dL_dy(y, t, reduction),
        dL_dz=mse_dL_dz,
        norm=norm(mse_dL_dz),
    )
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = ce.norm / mse.norm
    # Signs of round-off mean nothing: a push counts from 1e-12 of its own norm on.
    real = (np.abs(ce.dL_dz) > 1e-12 * ce.norm[..., None]) & (
        np.abs(mse.dL_dz) > 1e-12 * mse.norm[..., None]
    )
    return ComparisonRecord(
        ce=ce,
        mse=mse,
        norm_ratio=np.asarray(ratio),
        opposite=real & (np.sign(ce.dL_dz) == -np.sign(mse.dL_dz)),
    )
