"""Mistakes with what a loss is told beside its target: rows that do not count, weights, smoothing."""

import numpy as np

from core.diagnosis.case import Case
from core.diagnosis.settings import Target
from core.diagnosis.steps import Mistake, Pass
from core.inputs import Array


def _uneven(case: Case) -> bool:
    return case.t is not None and case.batch_mean and case.counted != case.rows


def _weighted(case: Case) -> bool:
    return case.told is not None and bool((case.told.weights != 1).any())


def _weighted_outside(case: Case) -> bool:
    return case.loss == "MSE" and case.told is not None and case.told.by_row


def _smoothed(case: Case) -> bool:
    return case.told is not None and case.told.smoothing > 0


def _scaled(case: Case) -> bool:
    return case.t is not None and case.loss_weight != 1


def _no_sum_of_1(case: Case) -> bool:
    return case.loss == "CE" and case.t is not None and not case.sums_to_1


def _y_minus_t(p: Pass) -> Array:
    return np.asarray((p.y - p.t) * p.rate * p.share)


def _told(p: Pass) -> Target:
    assert p.case.told is not None
    return p.case.told


def _unweighted(p: Pass) -> Array:
    return _told(p).smoothed()


def _rows_alike(p: Pass) -> Array:
    return np.asarray((_told(p).counting != 0).astype(float))


def _unsmoothed(p: Pass) -> Array:
    return np.asarray(_told(p).plain * _told(p).weights)


def _others_only(p: Pass) -> Array:
    return np.asarray(_told(p).smoothed(others_only=True) * _told(p).weights)


MISTAKES = (
    Mistake(
        "target-sum-forgotten",
        "dL_dz",
        _y_minus_t,
        "y − t is used, though the target does not sum to 1",
        "Cross-entropy's ∂L/∂z is y Σt − t. Where weights, an advantage or an ignored row have made the "
        "sum of t something else than 1, y has to be multiplied by it; of an ignored row nothing is left.",
        "dL_dz = y * t.sum(axis=-1, keepdims=True) - t",
        "losses",
        _no_sum_of_1,
        needs_t=True,
    ),
    Mistake(
        "mean-over-all-rows",
        "share",
        lambda p: p.case.loss_weight / p.case.rows,
        "the mean divides by all rows, also by those that do not count",
        "A mean over the rows that count divides by their number, or by the sum of their weights. "
        "Dividing by all of them makes the gradient smaller the more rows are ignored.",
        "dL_dz = (y - t) * keep[:, None] / keep.sum()",
        "network",
        _uneven,
        needs_t=True,
    ),
    Mistake(
        "weights-forgotten",
        "t",
        _unweighted,
        "the weights of the classes or rows are left out",
        "A weight multiplies its row's loss, or its class's term, and so the gradient.",
        "t = t * weight  # then dL_dz = y * t.sum(axis=-1, keepdims=True) - t",
        "losses",
        _weighted,
        needs_t=True,
    ),
    Mistake(
        "row-weights-forgotten",
        "by_row",
        _rows_alike,
        "the weights of the rows are left out of squared error",
        "A weight multiplies its row's loss, and so the gradient. It cannot be put into t, as "
        "cross-entropy allows: squared error is not linear in the target.",
        "dL_dy = dL_dy * row_weight[:, None]",
        "losses",
        _weighted_outside,
        needs_t=True,
    ),
    Mistake(
        "smoothing-forgotten",
        "t",
        _unsmoothed,
        "the label smoothing is left out",
        "With label smoothing ε the target is (1 − ε) t + ε/n, and it is this that y is compared with.",
        "t = (1 - eps) * t + eps / n",
        "losses?eps=0.1",
        _smoothed,
        needs_t=True,
    ),
    Mistake(
        "smoothing-over-the-others",
        "t",
        _others_only,
        "label smoothing spreads ε over the other classes only",
        "Two conventions are in use: ε/n for every class, as torch.nn.functional.cross_entropy has it, or "
        "ε/(n − 1) for all but the target. They differ by a factor in ε.",
        "t = (1 - eps) * t + eps / n",
        "losses?eps=0.1",
        _smoothed,
        needs_t=True,
    ),
    Mistake(
        "loss-weight-forgotten",
        "share",
        lambda p: p.case.share / p.case.loss_weight,
        "the weight of the whole loss is left out",
        "A factor in front of the loss, as the τ² of a distillation, is in front of every gradient.",
        "dL_dz = loss_weight * (y - t)",
        "losses",
        _scaled,
        needs_t=True,
    ),
)
