"""Mistakes in the upstream gradient ∂L/∂y: its sign, its factors, its formula."""

from collections.abc import Callable
from math import isclose

import numpy as np

from core.diagnosis.case import Case
from core.diagnosis.steps import UNSCALED, Mistake, always, factor_of


def _ce(case: Case) -> bool:
    return case.loss == "CE"


def _mse(case: Case) -> bool:
    return case.loss == "MSE"


def _mean_of_rows(case: Case) -> bool:
    return case.batch_mean and case.rows > 1


def _mean_of_tokens(case: Case) -> bool:
    return case.batch_mean and len(case.lead) > 1 and 1 < case.lead[0] < case.rows


def _sum_of_rows(case: Case) -> bool:
    return not case.batch_mean and case.rows > 1


def _factor(
    name: str, size: Callable[[Case], float], words: str, applies: Callable[[Case], bool]
) -> Mistake:
    """The factor in front of (y − t), or of −t/y, taken to be another one."""

    def differs(case: Case) -> bool:
        return applies(case) and not isclose(size(case), factor_of(case))

    return Mistake(
        f"factor-{name}",
        "factor",
        lambda p: size(p.case),
        f"the factor of the loss is taken to be {words}",
        "The derivative of c Σ(y − t)² is 2c (y − t): 2/n for the mean over the classes, 2 for the "
        "sum, 1 for ½Σ(y − t)². Cross-entropy has the factor 1. A wrong factor leaves the direction "
        "right and changes the size of every step.",
        "dL_dy = 2 * c * (y - t)  # c = 1/n, 1 or 1/2, as in the loss",
        "losses?mse=mean",
        differs,
        needs_t=True,
        fix_cross_entropy="dL_dy = -t / y  # cross-entropy has no factor",
    )


MISTAKES = (
    Mistake(
        "sign-flipped",
        "sign",
        lambda p: -1.0,
        "the sign is flipped",
        "The numbers are right and point the wrong way: t − y in place of y − t, or a minus lost "
        "from −log y. Descent subtracts the gradient; with this sign the loss grows. Of +log y, a likelihood "
        "that is to grow, this is the gradient.",
        "dL_dz = y - t  # not t - y",
        "losses?j=1",
        fix_upstream="dL_dz = y * (dL_dy - (dL_dy * y).sum(-1, keepdims=True))",
    ),
    Mistake(
        "batch-mean-forgotten",
        "share",
        lambda p: 1.0,
        "the mean over the batch is forgotten",
        "The loss is a mean over m rows, so each row's gradient carries 1/m. Without it the step "
        "grows with the size of the batch.",
        "dL_dz = (y - t) / len(y)",
        "network",
        _mean_of_rows,
        needs_t=True,
    ),
    Mistake(
        "batch-mean-twice",
        "share",
        lambda p: 1 / p.case.rows**2,
        "the mean over the batch is taken twice",
        "1/m enters once: in the loss, or again at the weights, but not in both places.",
        "dL_dW = h.T @ dL_dz  # dL_dz has the 1/m already",
        "network",
        _mean_of_rows,
        needs_t=True,
    ),
    Mistake(
        "mean-over-batch-only",
        "share",
        lambda p: 1 / p.case.lead[0],
        "the mean is taken over the first axis of the batch only",
        "The loss is a mean over every token of every sequence, as with cross_entropy's reduction='mean'. Its "
        "1/m counts them all, not the sequences.",
        "dL_dz = (y - t) / t[..., 0].size",
        "network",
        _mean_of_tokens,
        needs_t=True,
    ),
    Mistake(
        "mean-over-tokens-only",
        "share",
        lambda p: p.case.lead[0] / p.case.rows,
        "the mean is taken over the tokens of a sequence only",
        "The loss is a mean over every token of every sequence, as with cross_entropy's reduction='mean'. Its "
        "1/m counts them all, not those of one sequence.",
        "dL_dz = (y - t) / t[..., 0].size",
        "network",
        _mean_of_tokens,
        needs_t=True,
    ),
    Mistake(
        "batch-mean-unasked",
        "share",
        lambda p: 1 / p.case.rows,
        "the gradient is divided by the number of rows",
        "The loss stated is a sum over the batch, not a mean, and its gradient has no 1/m.",
        "dL_dz = y - t  # sum over the batch: no / len(y)",
        "network",
        _sum_of_rows,
        fix_upstream="dL_dz = dL_dy @ J  # what L averages, dL_dy has in it",
    ),
    _factor("one", lambda c: 1.0, "1", _mse),
    _factor("two", lambda c: 2.0, "2", always),
    _factor("half", lambda c: 0.5, "½", always),
    _factor("one-nth", lambda c: 1 / c.z.shape[-1], "1/n", always),
    _factor("two-nths", lambda c: 2 / c.z.shape[-1], "2/n", always),
    Mistake(
        "log-base-10",
        "factor",
        lambda p: 1 / np.log(10),
        "the log is to base 10",
        "log₁₀ y is ln y / ln 10, so that the loss and its gradient are 2.303 times too small.",
        "L = -(t * np.log(y)).sum()  # not np.log10",
        "losses",
        _ce,
        needs_t=True,
    ),
    Mistake(
        "log-base-2",
        "factor",
        lambda p: 1 / np.log(2),
        "the log is to base 2",
        "log₂ y is ln y / ln 2, so that the loss (now in bits) and its gradient are 1.443 times too "
        "large.",
        "L = -(t * np.log(y)).sum()  # not np.log2",
        "losses",
        _ce,
        needs_t=True,
    ),
    Mistake(
        "fused-as-upstream",
        "unscaled_dL_dy",
        lambda p: p.y - p.t,
        "y − t is taken for ∂L/∂y of cross-entropy",
        "y − t is ∂L/∂z: softmax's Jacobian is in it already. ∂L/∂y of cross-entropy is −t/y. "
        "Pushed through J again, y − t becomes far too small.",
        "dL_dy = -t / y  # or directly: dL_dz = y - t",
        "upstream?up=CE",
        _ce,
        needs_t=True,
    ),
    Mistake(
        "upstream-ones",
        "unscaled_dL_dy",
        lambda p: np.ones_like(p.y),
        "the upstream gradient is taken to be 1 for every output",
        "g = (1, …, 1) is the gradient of L = Σyᵢ, which is always 1. So the gradient at the logits "
        "is zero: the right answer to the wrong question.",
        "dL_dy = -t / y",
        "puzzle?answer=No&ask=ones",
        fix_upstream="dL_dz = dL_dy @ J  # with the dL_dy that came from above",
    ),
    Mistake(
        "cross-entropy-upstream",
        "unscaled_dL_dy",
        lambda p: UNSCALED["CE"](p) / p.factor,
        "∂L/∂y is that of cross-entropy",
        "−t/y belongs to −Σ t log y. The loss stated is squared error, whose gradient is 2c (y − t).",
        "dL_dy = 2 * c * (y - t)",
        "losses?mse=mean",
        _mse,
        needs_t=True,
    ),
    Mistake(
        "target-missing-in-upstream",
        "unscaled_dL_dy",
        lambda p: -1 / p.y,
        "−1/y is used for every class, without the target",
        "Cross-entropy −Σ t log y has one term a class, weighted by t. A class with t = 0 costs "
        "nothing, and its ∂L/∂y is 0.",
        "dL_dy = -t / y",
        "upstream?up=CE",
        _ce,
        needs_t=True,
    ),
    Mistake(
        "log-not-differentiated",
        "unscaled_dL_dy",
        lambda p: -p.t,
        "−t is used for ∂L/∂y: the log has not been differentiated",
        "The derivative of −t log y is −t/y. The 1/y is what makes a confident mistake costly, and "
        "what cancels the y in softmax's Jacobian.",
        "dL_dy = -t / y",
        "upstream?up=CE",
        _ce,
        needs_t=True,
    ),
    Mistake(
        "loss-for-gradient",
        "unscaled_dL_dy",
        lambda p: -p.t * np.log(p.y),
        "the loss −t log y itself is sent back",
        "Backpropagation sends derivatives, not values. The derivative of −t log y by y is −t/y.",
        "dL_dy = -t / y",
        "upstream?up=CE",
        _ce,
        needs_t=True,
    ),
    Mistake(
        "binary-cross-entropy",
        "unscaled_dL_dy",
        lambda p: (p.y - p.t) / (p.y * (1 - p.y)),
        "∂L/∂y is that of binary cross-entropy, −t/y + (1 − t)/(1 − y)",
        "That loss treats each output as its own yes or no, and goes with the sigmoid. With softmax "
        "the outputs share one probability, and the loss is −Σ t log y.",
        "dL_dy = -t / y",
        "upstream?up=CE",
        _ce,
        needs_t=True,
    ),
    Mistake(
        "absolute-error",
        "unscaled_dL_dy",
        lambda p: np.sign(p.y - p.t) / 2,
        "the sign of y − t is used, as for the absolute error",
        "Σ|y − t| has the derivative ±1 everywhere. That of squared error is in proportion to the error.",
        "dL_dy = 2 * c * (y - t)",
        "losses?mse=mean",
        _mse,
        needs_t=True,
    ),
)
"""Everyday ones first."""
