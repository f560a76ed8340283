"""Mistakes with a focal loss, a z-loss, and a soft cap of the logits."""

import numpy as np

from core.diagnosis.case import Case
from core.diagnosis.steps import STEPS, Mistake, Pass
from core.inputs import Array


def _focal(case: Case) -> bool:
    return case.loss == "focal"


def _with_z_loss(case: Case) -> bool:
    return case.z_loss > 0 and case.t is not None


def _capped(case: Case) -> bool:
    return case.raw is not None


def _weight_held(p: Pass) -> Array:
    return np.asarray(-p.t * (1 - p.y) ** p.case.gamma / p.y)


MISTAKES = (
    Mistake(
        "focal-weight-held",
        "unscaled_dL_dy",
        _weight_held,
        "the focal weight (1 − y)^γ is taken for a constant",
        "(1 − y)^γ depends on y as the logarithm does, and the product rule has a term for each. Held "
        "fixed, as by a detach(), it leaves the term γ (1 − y)^(γ−1) log y out.",
        "dL_dy = t * (gamma * (1 - y) ** (gamma - 1) * np.log(y) - (1 - y) ** gamma / y)",
        "losses",
        _focal,
        needs_t=True,
    ),
    Mistake(
        "focal-weight-forgotten",
        "unscaled_dL_dy",
        lambda p: -p.t / p.y,
        "the focal weight (1 − y)^γ is left out",
        "Without it the loss is plain cross-entropy, whose gradient is y − t.",
        "dL_dy = t * (gamma * (1 - y) ** (gamma - 1) * np.log(y) - (1 - y) ** gamma / y)",
        "losses",
        _focal,
        needs_t=True,
    ),
    Mistake(
        "z-loss-forgotten",
        "extra",
        lambda p: np.zeros(()),
        "the z-loss is left out",
        "λ (log Σ exp z)² has a gradient of its own at the logits: 2 λ log Σ exp z times y. With it a row "
        "of ∂L/∂z no longer sums to 0.",
        "dL_dz = y - t + 2 * lam * logsumexp(z) * y",
        "losses",
        _with_z_loss,
        needs_t=True,
    ),
    Mistake(
        "z-loss-factor-forgotten",
        "extra",
        lambda p: STEPS["extra"](p) / 2,
        "the 2 of the z-loss' square is left out",
        "The derivative of a square has a 2 in front: 2 λ log Σ exp z times y.",
        "dL_dz = y - t + 2 * lam * logsumexp(z) * y",
        "losses",
        _with_z_loss,
        needs_t=True,
    ),
    Mistake(
        "z-loss-softmax-forgotten",
        "extra",
        lambda p: STEPS["extra"](p) / p.y,
        "the z-loss' gradient is added without its softmax",
        "log Σ exp z has the softmax for its derivative, so that 2 λ log Σ exp z is shared out by y, and "
        "not added to every logit.",
        "dL_dz = y - t + 2 * lam * logsumexp(z) * y",
        "losses",
        _with_z_loss,
        needs_t=True,
    ),
    Mistake(
        "cap-slope-forgotten",
        "slope",
        lambda p: np.ones(()),
        "the slope of the soft cap is left out",
        "The logits go through c tanh(z/c) before the softmax, and the gradient comes back through it: "
        "times 1 − tanh²(z/c), which is nearly 0 where a logit is far beyond the cap.",
        "dL_dz = (y - t) * (1 - np.tanh(z / c) ** 2)",
        "losses",
        _capped,
    ),
    Mistake(
        "cap-forgotten",
        "capped",
        lambda p: False,
        "the soft cap of the logits is left out",
        "Softmax is taken of c tanh(z/c), not of z: y is another, and so is its gradient.",
        "y = softmax(c * np.tanh(z / c))",
        "losses",
        _capped,
    ),
)
