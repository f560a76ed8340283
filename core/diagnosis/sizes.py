"""How large the terms are that a pass adds up: what round-off, and errors of the inputs, can do."""

from dataclasses import dataclass, replace

import numpy as np

from core.diagnosis.case import Case
from core.diagnosis.steps import STEPS, Pass, Rank1, Step, backward, jacobian, of_z_loss
from core.inputs import Array


def _with_signs_added(p: Pass) -> Rank1:
    J = jacobian(p)
    return Rank1(J.d, -J.u, J.v)


def _size_of_target(p: Pass, dy: Array | float) -> Array:
    """t, or what a focal loss makes of it: 1 − y has lost digits where y is near 1."""
    gamma = p.case.gamma
    if not gamma:
        return p.t
    rest = np.maximum(p.case.soft.complement, np.finfo(float).eps / 2)
    lost = (1 + gamma) * (1 + gamma / rest) * (1 + gamma * dy / rest)
    return np.asarray(p.t * rest**gamma * lost)


@dataclass(frozen=True)
class Off:
    """The most that each of what a pass is made of is off by: broadcasts with it."""

    y: Array | float = 0.0
    t: Array | float = 0.0
    h: Array | float = 0.0
    g: Array | float = 0.0
    lse: Array | float = 0.0
    """log Σ exp(z/τ)"""
    slope: Array | float = 0.0


_EXACT = Off()


def magnitude(case: Case, quantity: str, off: Off = _EXACT) -> Array:
    """The sum of |terms| that each entry is made of: round-off is a few units of it.

    The same pass, with every subtraction turned into an addition. It grows with each of its inputs,
    so that what errors can do is no more than what they add to it.
    """
    if off is not _EXACT:
        return _magnitude(case, quantity, off)
    if quantity not in case.sizes:
        case.sizes[quantity] = _magnitude(case, quantity, off)
    return case.sizes[quantity]


def added(case: Case, quantity: str, off: Off) -> Array:
    """The most that errors can do to a quantity."""
    return magnitude(case, quantity, off) - magnitude(case, quantity)


def _magnitude(case: Case, quantity: str, off: Off) -> Array:
    size = case  # with what it knows of itself, where it can
    if case.h is not None:
        size = replace(size, h=np.abs(case.h) + off.h)
    if case.g is not None:
        size = replace(size, g=np.abs(case.g) + off.g)
    larger: dict[str, Step] = {
        "slope": lambda p: 2 - p.case.slope + off.slope,
        "y": lambda p: STEPS["y"](p) + off.y,
        "J": _with_signs_added,
        "t": lambda p: np.abs(p.target) + off.t,
        "share": lambda p: abs(p.case.share),
        "by_row": lambda p: np.abs(p.case.by_row),
        "unscaled_dL_dy": lambda p: p.t if case.log else p.y + p.t,
    }
    if case.z_loss:  # log(1 + a little) has lost what 1 + a little has
        larger["extra"] = lambda p: np.abs(of_z_loss(p, np.abs(case.lse) + 1 + off.lse))
    if case.g is not None:
        del larger["t"], larger["unscaled_dL_dy"]
    if case.singular:  # y and 1/y cancel on the way to ∂L/∂z, and so do their errors
        larger["unscaled_dL_dy"] = lambda p: np.where(
            p.t == 0, 0.0, _size_of_target(p, off.y) / np.maximum(p.y - 2 * off.y, 0.0)
        )

        def fused(p: Pass) -> Array:
            s = _size_of_target(p, off.y)
            outputs = p.y * s.sum(axis=-1, keepdims=True)
            return np.asarray(p.share * p.by_row * p.rate * p.slope * (outputs + s) + p.extra)

        larger["dL_dz"] = fused
    if quantity == "y" and case.log:  # log y: −max z, and what the sum has added
        return np.asarray(np.abs(case.soft.log_y) + np.abs(case.z).max() + off.y / case.y)
    return backward(size, larger, quantity)
