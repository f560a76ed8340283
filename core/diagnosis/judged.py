"""A claim beside what is right, in the layout that it was given in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.diagnosis.case import Case, right
from core.diagnosis.dtypes import NO_CHANCE, arithmetic, careful, least, recognised, stored, unit
from core.diagnosis.early import rounded_early
from core.diagnosis.given import Errors, drift, slack
from core.diagnosis.layout import Arrangement, Layout
from core.diagnosis.matrices import what_matrix
from core.diagnosis.quotient import quotient
from core.diagnosis.search import PAIRS_LIMIT, Claim, Combination, factor, single, within
from core.diagnosis.sizes import magnitude
from core.inputs import Array
from core.reading import FLOAT32, MAX_NUMBERS, Reading

_ROUNDINGS = 16
"""Units of round-off that a correct program may be off by,"""
_OF_LOGITS, _OF_CAPPED = 2, 9
"""and more for each |z|/τ; c tanh(z/c) has some of its own."""
_SOME_CHANCE = 0.1
"""Above it, that numbers of another dtype are all numbers of a half precision says nothing."""
_FACTOR = 5
"""Tolerances that a factor has to make a difference of."""
_EVIDENCE = 4
"""Digits that a mistake has to fit before it is taken for one, where the inputs' digits leave room."""


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
    told: tuple[str, ...] = ()
    """What is to be said of its precision: sentences."""
    depends: str = ""
    """What an open verdict depends on, if not on more digits."""
    otherwise: "Judged | None" = None
    """In the other arrangement that it may have as well."""

    @cached_property
    def mistakes(self) -> list[Combination]:
        """The known mistakes that give the numbers exactly, for the inputs as they stand."""
        return single(self.start.case, self.claim)


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
    return replace(found[0], otherwise=found[1]) if len(found) > 1 else found[0]


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
    each = _OF_LOGITS if case.raw is None else _OF_CAPPED
    shape = expected.shape if expected.size == read.values.size else case.z.shape
    half = unit(read.dtype)
    claim = Claim(
        quantity=quantity,
        got=stands.taken(read.values).reshape(shape),
        printed=stands.taken(read.tolerance).reshape(shape),
        roundoff=min(1.0, (_ROUNDINGS + each * steepest) * (FLOAT32 if half else read.roundoff)),
        half=half,
        least=least(arithmetic(read)),
    )
    tolerance = claim.tolerance(expected, magnitude(case, quantity))
    tolerance = tolerance + slack(case, quantity, fine)
    told: tuple[str, ...] = ()
    if half:
        tolerance = tolerance + careful(case, quantity, expected, read.dtype)
    if (beyond := _beyond(claim, expected, read.dtype)).any():
        tolerance = np.where(beyond, np.inf, tolerance)
        told = (f"{read.dtype} has inf where the right number is too large for it.",)
    one = Judged(start, claim, stands, expected, tolerance, claim.fits(expected, tolerance), told)
    if claim.got.shape != expected.shape:
        return one
    return _off(one) if one.right else _near(one, read)


def _beyond(claim: Claim, expected: Array, dtype: str) -> Array:
    """Where numbers are inf because their dtype has no larger ones, as float16 beyond 65 504."""
    if claim.got.shape != expected.shape or dtype in ("", "float64"):
        return np.zeros((), bool)
    near = stored(expected, dtype)
    return np.asarray(np.isinf(near) & np.isfinite(expected) & (claim.got == near))


def _off(one: Judged) -> Judged:
    """What fits by its digits and still cannot be: each row of ∂L/∂z sums to 0, whatever z is."""
    return replace(one, right=False) if _unbalanced(one) else one


def _near(one: Judged, read: Reading) -> Judged:
    """What does not fit, and may be right all the same: in a coarser dtype, measured, for rounded inputs."""
    start, claim, expected, tolerance = one.start, one.claim, one.expected, one.tolerance
    case, errors, quantity = start.case, start.errors, claim.quantity
    if _distilled(one):
        square = "right for τ² times the loss, by which a distillation keeps its gradient in size"
        return replace(one, right=True, told=(f"They are {square}.",))
    if _of_log_likelihood(one):
        plus = (
            "right for +Σ t log y, where t is no distribution; for −Σ t log y the sign is flipped"
        )
        return replace(one, right=True, told=(f"They are {plus}.",))
    dtypes = {} if claim.half else recognised(read)
    for dtype, chance in dtypes.items():
        if chance >= _SOME_CHANCE:
            continue
        room = tolerance + careful(case, quantity, expected, dtype)
        if within(claim.got, expected, room).all():
            sure = chance < NO_CHANCE
            return replace(
                one,
                right=True if sure else None,
                tolerance=room,
                told=(f"All are numbers of {dtype}, and right for it.",) if sure else (),
                depends="" if sure else f"right in {dtype}; for float32 too far off",
            )
    if measured := quotient(case, claim, expected, tolerance):
        return replace(one, right=True, told=(measured,))
    halves = tuple(d for d, chance in dtypes.items() if chance < NO_CHANCE)
    if claim.half:
        halves = (read.dtype,)
    if early := rounded_early(case, claim, expected, halves):
        depends = "" if early.spoilt else "the right formula, rounded too early"
        told = ("The formula is right, and was rounded too early.",) if early.spoilt else ()
        is_right = False if early.spoilt else None
        return replace(one, right=is_right, told=(*told, early.told), depends=depends)
    if digits(claim, expected) >= _EVIDENCE and _cut_off(claim, expected) and not _settled(one):
        return replace(
            one, right=None, depends="right but for the last digit, cut off and not rounded"
        )
    if not errors.coarse() or _unbalanced(one):
        return one
    most = tolerance + slack(case, quantity, errors)
    if not within(claim.got, expected, most).all() or _settled(one):
        return one
    rounded = tolerance + drift(case, quantity, errors)
    return replace(one, right=None) if within(claim.got, expected, rounded).all() else one


def _distilled(one: Judged) -> bool:
    """Whether numbers are τ² times the right ones, as they are in a distillation, and of no mistake."""
    claim, case, square = one.claim, one.start.case, one.start.case.temperature**2
    if case.loss != "CE" or case.t is None or square == 1 or case.loss_weight != 1:
        return False
    if claim.quantity == "y" or claim.quantity == "J" or digits(claim, one.expected) < _EVIDENCE:
        return False
    room = one.tolerance * max(1.0, square)
    fits = within(claim.got, square * one.expected, room).all()
    return bool(fits) and not one.mistakes


def _of_log_likelihood(one: Judged) -> bool:
    """Whether numbers are those of Σ log y, times a constant, as t is the same for every class."""
    claim, case = one.claim, one.start.case
    if case.loss != "CE" or case.t is None or case.g is not None or case.z.shape[-1] < 2:
        return False
    t = case.t if case.told is None else case.told.plain
    alike = (t == t[:, :1]).all() and not np.isclose(t.sum(axis=-1), 1, atol=1e-3).any()
    if not alike or not case.balanced or claim.quantity not in ("dL_dy", "dL_dz"):
        return False
    return bool(within(claim.got, -one.expected, one.tolerance).all() and one.expected.any())


def _cut_off(claim: Claim, expected: Array) -> bool:
    """Whether the digits that are not there were left out, and not rounded."""
    off = np.abs(claim.got - expected)
    cut = (off < 2 * claim.printed) & (np.abs(claim.got) <= np.abs(expected))
    return bool(cut.all() and (off > claim.printed).sum() > 1)


def _unbalanced(one: Judged) -> bool:
    """Whether a row of ∂L/∂z or of J sums to something else than 0, or J is not symmetric, as for no z."""
    claim, case = one.claim, one.start.case
    quantity = claim.quantity
    if quantity not in ("J", "dL_dz") or case.z.shape[-1] < 2 or claim.half or not case.balanced:
        return False
    size = magnitude(case, quantity)
    room = claim.printed * (1 + 1e-6) + claim.roundoff * size
    if quantity == "J" and not case.log:
        off = np.abs(claim.got - claim.got.swapaxes(-1, -2))
        if (off > room + room.swapaxes(-1, -2)).any():
            return True
    total = room.sum(axis=-1)
    if one.start.errors.y is not None:  # y as given may not sum to 1, and is subtracted as given
        total = total + one.start.errors.unsummed * size.sum(axis=-1)
    return bool((np.abs(claim.got.sum(axis=-1)) > total).any())


def _settled(one: Judged) -> bool:
    """Whether a known mistake, or a factor, gives the numbers for the inputs as they stand.

    Then it is no matter of their digits: right numbers for rounded inputs would fit none so closely.
    """
    claim, expected = one.claim, one.expected
    if digits(claim, expected) < _EVIDENCE:
        return False
    ratio = factor(claim.got, expected)
    plain = abs(ratio - 1) * np.abs(expected).max() > _FACTOR * one.tolerance.max()
    multiple = within(claim.got, ratio * expected, one.tolerance * max(1, abs(ratio)))
    proportional = plain and multiple.all() and _digits_of_a_factor(claim, expected) >= _EVIDENCE
    return bool(proportional) or bool(one.mistakes)


def _digits_of_a_factor(claim: Claim, expected: Array) -> float:
    """How many digits of evidence numbers hold for being a multiple of the right ones.

    The largest of a row follows from the others, and that of what is left has made the factor: where
    two classes have nearly all of y, or there are only two, every wrong row is a multiple.
    """
    room = np.broadcast_to(claim.printed + 2 * claim.half * np.abs(claim.got), expected.shape)
    known = np.log10(np.maximum(1.0, np.abs(expected) / np.maximum(room, 1e-9)))
    free = np.sort(known, axis=-1)[..., :-1]
    return float(free.sum() - free.max(initial=0))


def digits(claim: Claim, expected: Array) -> float:
    """How many digits of evidence a claim holds; one entry a row follows from the others.

    Among some 60 mistakes, and 1 500 pairs, one may fit 2, and 4, by chance.
    """
    room = claim.printed + 2 * claim.half * np.abs(claim.got)
    known = np.abs(expected).max() / np.maximum(room, 1e-9).mean()
    free = claim.got.size * (1 - 1 / claim.got.shape[-1])
    return float(free * np.log10(max(1.0, known)))
