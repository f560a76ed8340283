"""Which mistakes, alone or two together, reproduce somebody's numbers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from core.diagnosis.case import Case, right
from core.diagnosis.mistakes import MISTAKES
from core.diagnosis.sizes import magnitude
from core.diagnosis.steps import Mistake, Rerun, Step
from core.inputs import Array

MAX_EXPLANATIONS = 12
"""As many are confirmed on the whole batch, and shown."""
PAIRS_LIMIT = 20_000
"""Numbers beyond which pairs are not tried: of z for ∂L/∂W and ∂L/∂b, where each try takes every row,
and of J."""
_AT_ONCE = 1 << 16
"""As many numbers of wrong values are compared at once."""
_SUMS = ("dL_dW", "dL_db")
_TRANSPOSED = next(m for m in MISTAKES if m.name == "transposed")

Combination = tuple[Mistake, ...]


@dataclass(frozen=True)
class Claim:
    """Numbers that somebody has for a quantity, and how exactly they are known."""

    quantity: str
    got: Array
    printed: Array
    """got's shape: half a unit in the last place."""
    roundoff: float | Array
    """Relative: some units of the arithmetic that made them; of each entry, or of all."""
    half: float = 0.0
    """Unit round-off of the half precision that they were rounded to at the end; 0 for none."""
    least: float = 0.0
    """The distance of its smallest numbers."""

    def tolerance(self, value: Array, size: Array) -> Array:
        """How far they may be from a value, or each of many, made of terms of the given size."""
        large = np.where(np.isfinite(value), np.abs(value), 0.0)  # inf is known to be inf
        made = np.fmax(large, size) if _ends_in(value.shape, size.shape) else large
        printed = self.printed if _ends_in(value.shape, self.got.shape) else 0.0
        rounded = 2 * self.half * large + self.least
        return np.asarray(printed * (1 + 1e-6) + self.roundoff * made + rounded)

    def fits(self, value: Array, tolerance: Array) -> bool:
        """Whether they are a value, entry by entry."""
        return value.shape == self.got.shape and bool(within(self.got, value, tolerance).all())

    def cut(self, rows: Array) -> "Claim":
        return replace(self, got=self.got[rows], printed=self.printed[rows])

    def transposed(self) -> "Claim":
        got, printed = self.got.swapaxes(-1, -2), self.printed.swapaxes(-1, -2)
        return replace(self, got=got, printed=printed)


def _ends_in(shape: tuple[int, ...], end: tuple[int, ...]) -> bool:
    return shape[max(0, len(shape) - len(end)) :] == end


def within(got: Array, value: Array, tolerance: Array) -> Array:
    """Where two arrays agree; nan agrees with nan, and inf with inf."""
    near = np.abs(got - value) <= tolerance
    return np.asarray(near | (got == value) | (np.isnan(got) & np.isnan(value)))


def factor(got: Array, expected: Array) -> float:
    """The multiple of what is expected that is nearest to some numbers, by least squares; nan for zeros."""
    return float((got * expected).sum() / (expected * expected).sum())


def explain(case: Case, claim: Claim, near: Sequence[Case] = ()) -> list[Combination]:
    """The mistakes that reproduce a claim: single ones, or else pairs, the simplest first.

    Right answers are not looked for: ask only about a claim that the right one does not fit. Cases
    nearby, with the inputs rounded otherwise, tell how far a wrong value is known.
    """
    return single(case, claim, near) or pairs(case, claim, near)


def single(case: Case, claim: Claim, near: Sequence[Case] = ()) -> list[Combination]:
    """The mistakes each of which reproduces a claim."""
    found = list(_fitting(case, near, claim, [(m,) for m in _usable(case, claim)]))
    if flipped := _flipped(claim):
        found += [(_TRANSPOSED, *rest) for rest in _fitting(case, near, flipped, [()])]
    return found[:MAX_EXPLANATIONS]


def pairs(case: Case, claim: Claim, near: Sequence[Case] = ()) -> list[Combination]:
    """The pairs of mistakes that reproduce a claim.

    nan looks the same whatever made it: with a second mistake to choose, many a pair would fit.
    """
    cut, few = _cut(case, claim)
    tried = few.got if claim.quantity == "J" else cut(case).z
    if tried.size > PAIRS_LIMIT or not np.isfinite(claim.got).all():
        return []
    usable = _usable(case, claim)
    ranked = [
        (i + j, (a, b)) for (i, a), (j, b) in combinations(enumerate(usable), 2) if a.step != b.step
    ]
    ranked.sort(key=lambda pair: pair[0])
    found = list(_fitting(case, near, claim, [pair for _, pair in ranked]))
    if flipped := _flipped(claim):
        alone: list[Combination] = [(m,) for m in usable]
        found += [(_TRANSPOSED, *rest) for rest in _fitting(case, near, flipped, alone)]
    return found[:MAX_EXPLANATIONS]


def _usable(case: Case, claim: Claim) -> list[Mistake]:
    return [
        m
        for m in MISTAKES
        if claim.quantity in m.quantities and m is not _TRANSPOSED and m.possible(case)
    ]


def _flipped(claim: Claim) -> Claim | None:
    """A square claim the other way round."""
    square = claim.got.ndim > 1 and claim.got.shape[-1] == claim.got.shape[-2]
    return claim.transposed() if square and claim.quantity in _TRANSPOSED.quantities else None


def _fitting(
    case: Case, near: Sequence[Case], claim: Claim, candidates: Sequence[Combination]
) -> Iterator[Combination]:
    """Those candidates that a claim fits: tried on a few rows first, confirmed on all."""
    cut, few_claim = _cut(case, claim)
    few = [Rerun(cut(each), claim.quantity) for each in (case, *near)]
    size = magnitude(few[0].case, claim.quantity)
    whole: list[Rerun] = []
    confirmed = 0
    at_once = max(1, _AT_ONCE // few_claim.got.size)
    for start in range(0, len(candidates), at_once):
        for candidate in _giving(candidates[start : start + at_once], few, few_claim, size):
            if few_claim is not claim:
                whole = whole or [Rerun(each, claim.quantity) for each in (case, *near)]
                if not _giving([candidate], whole, claim, magnitude(case, claim.quantity)):
                    continue
            yield candidate
            confirmed += 1
            if confirmed == MAX_EXPLANATIONS:
                return


def _giving(
    candidates: Sequence[Combination], passes: Sequence[Rerun], claim: Claim, size: Array
) -> list[Combination]:
    """Those mistakes that give what is claimed, where what is right would not pass as well."""
    own, *near = passes
    tried = [(c, own(_wrong(c))) for c in candidates]
    tried = [(c, value) for c, value in tried if value.shape == claim.got.shape]
    if not tried:
        return []
    values = np.stack([value for _, value in tried])
    least = claim.tolerance(values, size)
    if near and own.case.z_known:  # printed outputs may be known to a digit, and that is far
        kept = ~far(claim, values, least)
        tried = [one for one, keep in zip(tried, kept, strict=True) if keep]
        values, least = values[kept], least[kept]
        if not tried:
            return []
    tolerance = least
    for other in near:
        spread = 3 * np.abs(np.stack([other(_wrong(c)) for c, _ in tried]) - values)
        tolerance = np.fmax(tolerance, least + spread)
    fit = _all_within(claim, values, tolerance)
    if near:
        expected = right(own.case, claim.quantity)
        fit &= ~_all_within(claim, expected, tolerance) | [not c for c, _ in tried]
    return [c for (c, _), fits in zip(tried, fit, strict=True) if fits]


def _all_within(claim: Claim, values: Array, tolerances: Array) -> Array:
    """(k,) whether a claim is each of k values, or one value by each of k tolerances."""
    agree = within(claim.got, values, tolerances)
    return np.asarray(agree.reshape(len(agree), -1).all(axis=1))


def far(claim: Claim, values: Array, tolerances: Array) -> Array:
    """(k,) which of k values are so far off that no rounding of printed logits need be tried."""
    known = np.isfinite(tolerances)  # elsewhere it may be anything

    def size(x: Array) -> Array:
        return np.asarray(np.linalg.norm(np.where(known, x, 0.0).reshape(len(values), -1), axis=1))

    far = size(claim.got - values) > np.maximum(size(claim.got), size(values)) / 2
    return np.asarray(far & ~_all_within(claim, values, tolerances))


def _wrong(candidate: Combination) -> dict[str, Step]:
    return {m.step: m.wrong for m in candidate}


def _cut(case: Case, claim: Claim) -> tuple[Callable[[Case], Case], Claim]:
    """Down to a few telling rows: the first, the last, and the one that is furthest off.

    ∂L/∂W and ∂L/∂b sum over all rows; of W the row with the largest entry is enough.
    """
    if claim.quantity in _SUMS:
        if case.h is None or claim.quantity == "dL_db" or len(claim.got) != case.h.shape[1]:
            return lambda c: c, claim
        largest = _finite(claim.got).max(axis=1).argmax(keepdims=True)
        return lambda c: replace(c, h=np.asarray(c.h)[:, largest]), claim.cut(largest)
    if len(claim.got) != len(case.z) or len(case.z) <= 3:
        return lambda c: c, claim
    expected = right(case, claim.quantity)
    got = claim.got - expected if claim.got.shape == expected.shape else claim.got
    off = _finite(got).reshape(len(case.z), -1)
    rows = np.unique([0, len(case.z) - 1, int(off.max(axis=1).argmax())])
    return lambda c: c.cut(rows), claim.cut(rows)


def _finite(x: Array) -> Array:
    return np.nan_to_num(np.abs(x), nan=np.inf)
