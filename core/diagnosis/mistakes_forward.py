"""Mistakes on the way to y, J and t."""

import numpy as np

from core.diagnosis.case import Case
from core.diagnosis.steps import Mistake, Pass, Rank1, soft
from core.inputs import Array
from core.losses import one_hot


def _soft(case: Case) -> bool:
    return case.t is not None and not np.array_equal(case.t, _argmax(case.t))


def _argmax(t: Array) -> Array:
    return one_hot(t.argmax(axis=-1), t.shape[-1])


def _plain(case: Case) -> bool:
    return not case.log


def _heated(case: Case) -> bool:
    return case.temperature != 1


def _batch(case: Case) -> bool:
    return case.rows > 1


def _tokens(case: Case) -> bool:
    return len(case.lead) > 1 and case.lead[-1] > 1


def _naive(p: Pass, dtype: type[np.floating]) -> Array:
    """Softmax without the shift by the maximum, which overflows and underflows early."""
    e = np.exp(p.case.z.astype(dtype) / dtype(p.tau))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _shifted_by_batch(p: Pass) -> Array:
    whole = p.case.origin or p.case
    e = np.exp((p.case.z.astype(np.float32) - np.float32(whole.z.max())) / np.float32(p.tau))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _far_apart(case: Case) -> bool:
    """Whether a row lies so far below the largest logit that float32 has not all of it."""
    whole = case.origin or case
    tops = whole.z.max(axis=-1) / case.temperature
    return bool(len(tops) > 1 and np.ptp(tops) > 87)


MISTAKES = (
    Mistake(
        "diagonal-only",
        "J",
        lambda p: Rank1(p.y * (1 - p.y), 0 * p.y, p.y) * p.rate,
        "only the diagonal part A of J is used",
        "yᵢ(1 − yᵢ) is how an output follows its own logit. Softmax's outputs share one sum, so "
        "each logit moves all of them: the off-diagonal −yᵢyⱼ belongs to J.",
        "J = np.diag(y) - np.outer(y, y)",
        "jacobian?i=1&j=2",
        _plain,
    ),
    Mistake(
        "off-diagonal-only",
        "J",
        lambda p: Rank1(p.y * p.y, p.y, p.y) * p.rate,
        "only the off-diagonal part B of J is used",
        "−yᵢyⱼ holds for i ≠ j only. On the diagonal stands yᵢ(1 − yᵢ): an output rises with its "
        "own logit.",
        "J = np.diag(y) - np.outer(y, y)",
        "jacobian?i=1&j=1",
        _plain,
    ),
    Mistake(
        "logits-in-jacobian",
        "J",
        lambda p: Rank1(p.case.z, p.case.z, p.case.z) * p.rate,
        "J is filled with the logits z in place of the outputs y",
        "J = diag(y) − yyᵀ is written in terms of softmax's outputs. With z in it the entries have "
        "no bound, and the rows no longer sum to zero.",
        "y = softmax(z); J = np.diag(y) - np.outer(y, y)",
        "jacobian?i=1&j=1",
        _plain,
        needs_z=True,
    ),
    Mistake(
        "off-diagonal-sign",
        "J",
        lambda p: Rank1(p.y - 2 * p.y * p.y, -p.y, p.y) * p.rate,
        "J's off-diagonal has the sign +",
        "When one logit rises the other outputs fall, as they share one sum: −yᵢyⱼ.",
        "J = np.diag(y) - np.outer(y, y)",
        "jacobian?i=1&j=2",
        _plain,
    ),
    Mistake(
        "no-delta",
        "J",
        lambda p: Rank1(0 * p.y, p.y, p.y - 1) * p.rate,
        "yᵢ(1 − yⱼ) is used for every entry of J",
        "It is yᵢ(δᵢⱼ − yⱼ), where δᵢⱼ is 1 on the diagonal and 0 off it. With a 1 everywhere the "
        "off-diagonal entries are positive.",
        "J = y[:, None] * (np.eye(n) - y)",
        "jacobian?i=1&j=2",
        _plain,
    ),
    Mistake(
        "log-softmax-jacobian",
        "J",
        lambda p: Rank1(np.ones_like(p.y), np.ones_like(p.y), p.y) * p.rate,
        "δᵢⱼ − yⱼ is used for J: the Jacobian of log y",
        "∂log yᵢ/∂zⱼ = δᵢⱼ − yⱼ. For y itself the factor yᵢ stands in front.",
        "J = y[:, None] * (np.eye(n) - y)",
        "jacobian?i=1&j=1",
        _plain,
    ),
    Mistake(
        "softmax-twice",
        "y",
        lambda p: soft(soft(p.case.z, p.tau).y).y,
        "softmax is applied twice",
        "What went in were probabilities already. A second softmax sees numbers between 0 and 1 only, "
        "and its outputs are never far from equal.",
        "y = softmax(z)  # once",
        "puzzle?z1=0.7&z2=0.2&z3=0.1",
    ),
    Mistake(
        "softmax-across-batch",
        "y",
        lambda p: p.case.across,
        "softmax runs down the batch rather than along the classes",
        "Each row is one example, and its n outputs must sum to 1. With axis=0 the columns do.",
        "y = softmax(z, axis=-1)",
        "puzzle",
        _batch,
        needs_z=True,
    ),
    Mistake(
        "softmax-across-tokens",
        "y",
        lambda p: p.case.inner,
        "softmax runs along the axis before the classes",
        "Of batch × tokens × classes it is the last axis whose outputs must sum to 1. axis=1, or axis=-2, "
        "lets the tokens of a sequence compete for each class.",
        "y = softmax(z, axis=-1)",
        "puzzle",
        _tokens,
        needs_z=True,
    ),
    Mistake(
        "softmax-over-everything",
        "y",
        lambda p: p.case.whole,
        "the exponentials are divided by the sum over the whole batch",
        "Without an axis np.sum adds up all rows. Each row has to be divided by its own sum.",
        "y = e / e.sum(axis=-1, keepdims=True)",
        "puzzle",
        _batch,
        needs_z=True,
    ),
    Mistake(
        "not-normalised",
        "y",
        lambda p: np.exp(p.case.z / p.tau),
        "the exponentials are not divided by their sum",
        "exp(z) is only softmax's numerator. Divided by its sum it becomes probabilities.",
        "y = e / e.sum(axis=-1, keepdims=True)",
        "puzzle",
        needs_z=True,
    ),
    Mistake(
        "no-exponential",
        "y",
        lambda p: p.case.z / p.case.z.sum(axis=-1, keepdims=True),
        "the logits are divided by their sum, without exponentials",
        "Logits may be negative and sum to anything; their exponentials are positive.",
        "e = np.exp(z - z.max()); y = e / e.sum()",
        "puzzle",
        needs_z=True,
    ),
    Mistake(
        "sigmoid",
        "y",
        lambda p: 1 / (1 + np.exp(-p.case.z / p.tau)),
        "the sigmoid is used in place of softmax",
        "The sigmoid looks at one logit alone. Softmax's outputs compete and sum to 1.",
        "e = np.exp(z - z.max()); y = e / e.sum()",
        "puzzle",
        needs_z=True,
    ),
    Mistake(
        "log-softmax",
        "y",
        lambda p: np.log(soft(p.case.z, p.tau).y),
        "log-softmax is used in place of softmax",
        "log y goes into the loss; the Jacobian, and y − t, need y itself.",
        "y = np.exp(log_softmax(z))",
        "puzzle",
    ),
    Mistake(
        "float32-underflow",
        "y",
        lambda p: _naive(p, np.float32),
        "exp(z) and −t/y are computed in float32 as they stand",
        "exp overflows float32 beyond 88 and vanishes below −103; then t/y is infinite, and inf · 0 is nan. "
        "Shifting z by its maximum and fusing the two steps into y − t avoids both.",
        "dL_dz = softmax(z - z.max()) - t",
        "losses?z1=10&z2=-10&z3=-10&t=2",
        needs_z=True,
    ),
    Mistake(
        "shift-by-batch-maximum",
        "y",
        _shifted_by_batch,
        "the maximum of the whole batch is subtracted, in float32, not that of each row",
        "Any shift is right on paper. But a row that lies more than some hundred below the largest logit of "
        "the batch has an exp of 0 everywhere, and 0/0 is nan; a little less far down it loses its digits.",
        "e = np.exp(z - z.max(axis=-1, keepdims=True))",
        "losses?z1=10&z2=-10&z3=-10&t=2",
        _far_apart,
        needs_z=True,
    ),
    Mistake(
        "float64-overflow",
        "y",
        lambda p: _naive(p, np.float64),
        "exp(z) and −t/y are computed as they stand, without shifting z",
        "exp overflows beyond 709: inf/inf is nan. Where it vanishes, t/y is infinite. Softmax does not change "
        "when its largest logit is moved to 0, so do that first, and fuse the two steps into y − t.",
        "e = np.exp(z - z.max(axis=-1, keepdims=True))",
        "losses?z1=10&z2=-10&z3=-10&t=2",
        needs_z=True,
    ),
    Mistake(
        "target-one-too-high",
        "t",
        lambda p: np.roll(p.target, 1, axis=-1),
        "the target is one class too high",
        "A class counted from 1 has been used as an index that counts from 0.",
        "t = np.eye(n)[label - 1]  # labels 1 … n",
        "losses?t=2",
        needs_t=True,
    ),
    Mistake(
        "target-one-too-low",
        "t",
        lambda p: np.roll(p.target, -1, axis=-1),
        "the target is one class too low",
        "1 has been taken off a class that was counted from 0 already.",
        "t = np.eye(n)[label]  # labels 0 … n − 1",
        "losses?t=1",
        needs_t=True,
    ),
    Mistake(
        "argmax-of-target",
        "t",
        lambda p: _argmax(p.target),
        "only the largest entry of the soft target is used",
        "A smoothed target puts some weight on every class. Its argmax throws that away, and the "
        "gradient no longer vanishes at y = t.",
        "dL_dz = y - t  # not y - one_hot(t.argmax())",
        "losses?eps=0.2",
        _soft,
        needs_t=True,
    ),
    Mistake(
        "temperature-factor-missing",
        "rate",
        lambda p: 1.0,
        "the factor 1/τ is missing in J",
        "y is a function of z/τ, so the chain rule leaves a factor 1/τ in ∂y/∂z, and in ∂L/∂z.",
        "dL_dz = (y - t) / temperature",
        "jacobian?tau=2",
        _heated,
    ),
    Mistake(
        "temperature-factor-squared",
        "rate",
        lambda p: 1 / p.tau**2,
        "the factor 1/τ enters twice",
        "1/τ belongs to J once. It is easily put into both J and the last line.",
        "dL_dz = (y - t) / temperature",
        "jacobian?tau=2",
        _heated,
    ),
    Mistake(
        "temperature-forgotten",
        "tau",
        lambda p: 1.0,
        "the temperature is left out altogether",
        "y = softmax(z/τ): z is divided before the exponential. The temperature then shows in y, in J "
        "and once more as the factor 1/τ of the gradient.",
        "y = softmax(z / temperature)",
        "puzzle?tau=2",
        _heated,
    ),
    Mistake(
        "temperature-multiplied",
        "tau",
        lambda p: 1 / p.case.temperature,
        "z is multiplied by the temperature, not divided",
        "A high temperature flattens the output: y = softmax(z/τ). Multiplied by τ the logits grow, and "
        "the output gets sharper instead.",
        "y = softmax(z / temperature)",
        "puzzle?tau=2",
        _heated,
    ),
)
"""Everyday ones first."""
