"""A claim beside what is right, in the layout that it was given in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.diagnosis.case import Case, right
from core.diagnosis.given import Errors, drift, slack
from core.diagnosis.layout import Arrangement, Layout
from core.diagnosis.matrices import what_matrix
from core.diagnosis.search import PAIRS_LIMIT, Claim, within
from core.diagnosis.steps import magnitude
from core.inputs import Array
from core.reading import MAX_NUMBERS, Reading

_ROUNDINGS = 16
"""Units of round-off that a correct program may be off by, and two more for each |z|/τ."""


@dataclass(frozen=True)
class Start:
    """What a pass starts from, in one of the layouts that it may have been given in."""

    layout: Layout
    case: Case
    errors: Errors
    reason: str = ""
    """Why it was taken, where it is not the likeliest: the end of a sentence."""

    def because(self, reason: str) -> "Start":
        """The same, taken for a reason, unless its layout had one before."""
        return self if self.reason or self.layout.because else replace(self, reason=reason)

    @property
    def told(self) -> tuple[str, ...]:
        """How all was read where it could be read otherwise: sentences."""
        reason = f", {self.reason}" if self.reason else ""
        layout = self.layout.told("" if self.case.log else reason)
        said = [layout] if layout else []
        if self.case.g is not None:
            said.append(
                "Without a target, dL_dy is taken for the upstream gradient g: ∂L/∂z = g J."
            )
        if self.case.log:
            said.append(f"Read with log-softmax, whose J is δᵢⱼ − yⱼ{reason}.")
        return tuple(said)


@dataclass(frozen=True)
class Judged:
    """A claim beside what is right, both as the case has them: (m, n) and the like."""

    start: Start
    claim: Claim
    stands: Arrangement
    expected: Array
    tolerance: Array
    right: bool | None
    otherwise: "Judged | None" = None
    """In the other arrangement that it may have as well."""


def judged(start: Start, quantity: str, read: Reading) -> Judged:
    """A claim in the arrangement that it is right in, or else in the likeliest."""
    case, layout = start.case, start.layout
    n = layout.classes
    if quantity == "J" and case.z.size * n > MAX_NUMBERS:
        raise ValueError(f"J: expected at most {MAX_NUMBERS} entries, got {case.z.size * n}")
    expected = right(case, quantity)
    found = []
    for stands in layout.stands(quantity, read.values.shape, _width(case)):
        found.append(_compared(start, quantity, read, stands, expected))
        if found[-1].right is not False or quantity != "dL_dW":
            break
    if not found:
        raise ValueError(_shape_told(start, quantity, read))
    if found[-1].right is not False:
        return found[-1]
    return replace(found[0], otherwise=found[1] if len(found) > 1 else None)


def _shape_told(start: Start, quantity: str, read: Reading) -> str:
    """Which shapes are accepted; and of a matrix for ∂L/∂z, what it is."""
    shape, layout = read.values.shape, start.layout
    told = f"{quantity}: expected shape {usual(start, quantity).shape}, got shape {shape}"
    if quantity == "dL_dz" and (matrices := layout.stands("J", shape)):
        whole = (layout.rows, layout.classes, layout.classes)
        got, room = (matrices[0].taken(x).reshape(whole) for x in (read.values, read.tolerance))
        what = what_matrix(start.case, got, room)
        return f"{told}. {what}" if what else told
    if quantity in ("y", "dL_dy", "dL_dz") and layout.rows > 1:
        other = (layout.classes, layout.rows)
        told += f"; accepted is {other} too, and any shape with {layout.classes} classes last"
    return told


def promising(start: Start, claims: Mapping[str, Reading]) -> bool:
    """Whether a layout deserves a whole look: of many numbers, if some rows are about right in it."""
    case, layout = start.case, start.layout
    if case.z.size <= PAIRS_LIMIT:
        return True
    rows = np.array([0, layout.rows // 2, layout.rows - 1])
    few = case.cut(rows)
    for quantity in ("y", "dL_dy", "dL_dz"):
        if quantity in claims:
            values = claims[quantity].values
            stands = layout.stands(quantity, values.shape)
            got = stands[0].taken(values).reshape(case.z.shape)[rows] if stands else np.nan
            if np.allclose(got, right(few, quantity), rtol=0.01, atol=1e-9):
                return True
    return False


def usual(start: Start, quantity: str) -> Arrangement:
    """What a quantity is asked for in."""
    return start.layout.arrangements(quantity, _width(start.case))[0]


def _width(case: Case) -> int:
    """k, the length of a row of h."""
    return 0 if case.h is None else case.h.shape[1]


def _compared(
    start: Start, quantity: str, read: Reading, stands: Arrangement, expected: Array
) -> Judged:
    case, errors = start.case, start.errors
    fine = errors.fine()
    steepest = np.abs(case.z[np.isfinite(case.z)]).max() / case.temperature
    shape = expected.shape if expected.size == read.values.size else case.z.shape
    claim = Claim(
        quantity=quantity,
        got=stands.taken(read.values).reshape(shape),
        printed=stands.taken(read.tolerance).reshape(shape),
        roundoff=min(1.0, (_ROUNDINGS + 2 * steepest) * read.roundoff),
    )
    tolerance = claim.tolerance(expected, magnitude(case, quantity))
    tolerance = tolerance + slack(case, quantity, fine)
    is_right: bool | None = claim.fits(expected, tolerance)
    if not is_right and claim.got.shape == expected.shape and errors.coarse():
        rounded = tolerance + drift(case, quantity, errors)
        is_right = None if within(claim.got, expected, rounded).all() else False
    return Judged(start, claim, stands, expected, tolerance, is_right)
