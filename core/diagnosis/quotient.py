"""Numbers that were measured: a difference quotient of the loss, as right as one can be."""

import numpy as np

from core.diagnosis.case import Case, loss_values
from core.diagnosis.search import Claim, factor
from core.inputs import Array

_STEPS = 10.0 ** -np.arange(1, 11)
_REFERENCE = 1e-3
"""A step whose truncation can be measured: round-off is far below it."""
_LARGE = 1e4
"""A loss whose round-off leaves nothing of a quotient."""
_MOST = 400
"""Numbers of z, each of which takes some values of the loss."""
_LEAST_DIGITS = 1e-9
"""Relative: a quotient is told by its last digits, and those that people round are not there."""


def quotient(case: Case, claim: Claim, expected: Array, tolerance: Array) -> str:
    """Which difference quotient of the right loss the numbers are, as a sentence; "" if none.

    (L(z + h) − L(z − h))/2h is off by h²/6 L‴ and by round-off, some 2⁻⁵³ |L|/h; one-sided it is off
    by h/2 L″. The errors have to be those of one h, in size and in kind.
    """
    if claim.quantity != "dL_dz" or claim.got.shape != expected.shape or case.t is None:
        return ""
    error, largest = claim.got - expected, np.abs(expected).max()
    fine = claim.printed <= _LEAST_DIGITS * largest
    if case.z.size > _MOST or not fine.all() or not np.isfinite(claim.got).all():
        return ""
    if np.abs(error).max() > 0.2 * largest or _proportional(claim.got, expected):
        return ""
    central, forward = _truncations(case, expected)
    size = max(abs(case.share), float(np.abs(_loss(case, case.logits))))
    if not size < _LARGE:
        return ""
    for h in _STEPS:
        noise = 4 * 2.0**-53 * size / h
        for name, truncation in (
            ("central", central * (h / _REFERENCE) ** 2),
            ("forward", forward * h / _REFERENCE),
            ("backward", -forward * h / _REFERENCE),
        ):
            left = np.abs(error - truncation)
            room = noise + 0.05 * np.abs(truncation) + claim.printed + tolerance
            if (left <= room).all() and _alike(error, truncation, noise):
                return (
                    f"They are right as a {name} difference with a step near {h:.0e} is, to "
                    f"{np.abs(error).max():.1e}: round-off and the curve account for the rest."
                )
    return ""


def _alike(error: Array, truncation: Array, noise: float) -> bool:
    """Whether the errors are those of a quotient: its curve, or noise in most of the entries."""
    largest = np.abs(error).max()
    noisy = np.median(np.abs(error)) > 0.01 * largest and largest > noise / 400
    return bool(np.abs(truncation).max() > 4 * noise or noisy)


def _proportional(got: Array, expected: Array) -> bool:
    """Whether all are one factor off, which no quotient is."""
    ratio = factor(got, expected)
    off = np.abs(got - ratio * expected).max()
    return abs(ratio - 1) > 1e-13 and bool(off < 1e-3 * np.abs(got - expected).max())


def _truncations(case: Case, expected: Array) -> tuple[Array, Array]:
    """What a central and a one-sided quotient are off by at the step of reference."""
    central, forward = np.zeros(case.z.shape), np.zeros(case.z.shape)
    here = _loss(case, case.logits)
    for index in np.ndindex(case.z.shape):
        moved = case.logits.copy()
        moved[index] += _REFERENCE
        above = _loss(case, moved)
        moved[index] -= 2 * _REFERENCE
        below = _loss(case, moved)
        central[index] = (above - below) / (2 * _REFERENCE)
        forward[index] = (above - here) / _REFERENCE
    return central - expected, forward - expected


def _loss(case: Case, z: Array) -> float:
    """L at other logits."""
    return float(loss_values(case, z).sum()) * case.share
