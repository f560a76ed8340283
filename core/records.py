"""What a page shows, computed in one call: frozen records over a leading batch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array
from core.losses import LossFunction, Reduction, at_logits, loss_function, one_hot
from core.norms import norm
from core.softmax import (
    Logits,
    SoftmaxRecord,
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
        disagreement = np.ptp(routes, axis=0).max(axis=-1)
    return ProductRecord(
        g=g,
        terms=terms,
        running=running,
        by_matrix=by_matrix,
        by_terms=running[..., -1, :],
        dL_dz=by_formula,
        inner=soft.inner(g),
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


def loss_record(
    loss: str | LossFunction, z: Logits, t: ArrayLike, temperature: ArrayLike = 1.0
) -> LossRecord:
    """Value, upstream gradient and gradient at the logits of any loss.

    Parameters
    ----------
    loss : a code of `LOSS_FUNCTIONS`, or one of those losses with its options
    z, t : (…, n)
        Logits; target.
    temperature : () or (…), > 0

    Returns
    -------
    LossRecord

    Raises
    ------
    ValueError
        As `cross_entropy`, and for an unknown loss.

    >>> loss_record("KL", [2, 1, 0.1], softmax([1, 1, 0])).dL_dz.round(4)
    array([ 0.2367, -0.1799, -0.0568])
    """
    return _loss_record(loss_function(loss), *at_logits(z, t, temperature))


def _loss_record(loss: LossFunction, soft: SoftmaxRecord, t: Array) -> LossRecord:
    dL_dz = loss.dL_dz(soft, t)
    return LossRecord(
        loss=loss.value(soft, t), g=loss.dL_dy(soft, t), dL_dz=dL_dz, norm=norm(dL_dz)
    )


def compare_losses(
    z: Logits, t: ArrayLike, temperature: ArrayLike = 1.0, reduction: Reduction = "mean"
) -> ComparisonRecord:
    """Cross-entropy and squared error for logits z and target t, both (…, n).

    A push is opposite if both gradients are more than 1e−12 of their own norm and of different sign.
    Errors as `cross_entropy`, and for an unknown reduction.
    """
    soft, t = at_logits(z, t, temperature)
    ce = _loss_record(loss_function("CE"), soft, t)
    mse = _loss_record(loss_function("MSE", reduction=reduction), soft, t)
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
