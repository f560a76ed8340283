"""The right formula, rounded too early: which step's rounding gives somebody's numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from core.diagnosis.case import Case, right
from core.diagnosis.dtypes import HALF, unit
from core.diagnosis.search import Claim, within
from core.diagnosis.sizes import Off, added
from core.diagnosis.steps import STEPS, Pass, Step, backward
from core.inputs import Array

_DECIMALS = (1, 2, 3, 4)
_MANY = 16
"""Units in the last place from which on an early rounding has spoilt a number."""


@dataclass(frozen=True)
class Early:
    """A step that was rounded before its time."""

    told: str
    """A sentence."""
    spoilt: bool
    """Whether a number is off by so much that it is no use."""


def rounded_early(
    case: Case, claim: Claim, expected: Array, dtypes: tuple[str, ...]
) -> Early | None:
    """The step whose rounding gives these numbers: to a few decimals, or to a half precision."""
    if claim.got.shape != expected.shape or not np.isfinite(claim.got).all():
        return None
    for decimals in _DECIMALS if _may_be_rounded(case, claim, expected) else ():
        value = backward(case, {"y": partial(_rounded_y, decimals)}, claim.quantity)
        room = claim.printed * (1 + 1e-6) + 1e-12
        if _telling(value, expected, room) and within(claim.got, value, room).all():
            plural = "" if decimals == 1 else "s"
            return Early(
                f"They follow from y rounded to {decimals} decimal{plural}: keep more digits on the way.",
                False,
            )
    for dtype in dtypes:
        for step, value in _in_half(case, claim.quantity, dtype):
            room = claim.printed * (1 + 1e-6) + 1.01 * unit(dtype) * np.abs(value)
            if within(claim.got, value, room).all():
                off = _units(claim.got - expected, expected, dtype)
                return Early(
                    f"They follow from {step} in {dtype}: the largest error is {off:.0f} units in the "
                    "last place. Compute it in float32, and round the result.",
                    off > _MANY,
                )
    return None


def _may_be_rounded(case: Case, claim: Claim, expected: Array) -> bool:
    """Whether numbers are as near to the right ones as they are with y rounded at all."""
    most = Off(y=0.5 * 10.0 ** -min(_DECIMALS))
    room = added(case, claim.quantity, most)
    near = np.abs(claim.got - expected) <= 2 * room + claim.printed
    return bool((near | np.isnan(room)).all())


def _rounded_y(decimals: int, p: Pass) -> Array:
    return np.asarray(np.round(STEPS["y"](p), decimals))


def _telling(value: Array, expected: Array, room: Array) -> bool:
    """Whether the rounded step shows in most of the numbers."""
    return bool((np.abs(value - expected) > room).mean() > 0.5)


def _in_half(case: Case, quantity: str, dtype: str) -> Iterator[tuple[str, Array]]:
    """What comes of each step that may have been computed in a half precision."""
    r = HALF[dtype]

    def powers(p: Pass) -> Array:
        z = r(case.z / p.tau)
        e = r(np.exp(r(z - z.max(axis=-1, keepdims=True))))
        return r(e / r(e.sum(axis=-1, keepdims=True)))

    def outputs(p: Pass) -> Array:
        return r(STEPS["y"](p))

    softmaxes: tuple[Step, ...] = (powers, outputs)  # each of its steps rounded, or y alone
    for y in softmaxes:
        yield "softmax", backward(case, {"y": y}, quantity)
        if case.t is None or quantity not in ("dL_dz", "dL_dW", "dL_db") or case.loss != "CE":
            continue

        def z_gradient(p: Pass, y: Step = y) -> Array:
            return np.asarray(r(y(p) - p.t) * p.rate * p.share)

        yield (
            "softmax and the subtraction of the target",
            backward(case, {"dL_dz": z_gradient}, quantity),
        )
    if case.batch_mean and case.t is not None and case.loss == "CE" and quantity == "dL_dz":
        yield (
            "the mean over the rows",
            r(r(case.rows * right(case, quantity)) * r(np.array(1 / case.rows))),
        )


def _units(off: Array, expected: Array, dtype: str) -> float:
    """The largest error in units in the last place of what is right."""
    size = np.maximum(np.abs(expected), 2.0**-24)
    return float((np.abs(off) / np.ldexp(2 * unit(dtype), np.frexp(size)[1] - 1)).max())
