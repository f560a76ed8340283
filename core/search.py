"""Which mistakes, alone or two together, reproduce somebody's numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from core.backward import Mistake, backward, magnitude
from core.case import Case, right
from core.inputs import Array
from core.mistakes import MISTAKES

MAX_EXPLANATIONS = 12
"""As many are confirmed on the whole batch, and shown."""
PAIRS_LIMIT = 20_000
"""Numbers beyond which pairs are not tried: of z for ∂L/∂W and ∂L/∂b, where each try takes every row,
and of J."""
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
    roundoff: float
    """Relative: some units of the arithmetic that made them."""
    slack: Array
    """Broadcasts to got: what rounding of the inputs does to the right value."""
    input_error: float
    """The same, relative, for wrong values."""

    def fits(self, value: Array, size: Array) -> bool:
        """Whether they are `value`, a number made of terms of the given size."""
        return value.shape == self.got.shape and bool(
            within(self.got, value, self.tolerance(value, size)).all()
        )

    def tolerance(self, value: Array, size: Array) -> Array:
        """How far from `value` they may be."""
        large = np.where(np.isfinite(value), np.abs(value), 0.0)  # inf is known to be inf
        made = np.fmax(large, size) if size.shape == value.shape else large
        slack = self.slack if np.shape(self.slack) in ((), value.shape) else 0.0
        known = self.printed * (1 + 1e-6) + self.roundoff * made
        return np.asarray(known + slack + self.input_error * large)

    def allowed(self, expected: Array, size: Array) -> Array:
        """How far a right answer may be from `expected`: its inputs' errors are slack already."""
        printed = self.printed if self.got.shape == expected.shape else np.zeros(expected.shape)
        return replace(self, printed=printed, input_error=0.0).tolerance(expected, size)

    def cut(self, rows: Array) -> "Claim":
        slack = self.slack if np.ndim(self.slack) == 0 else self.slack[rows]
        return replace(self, got=self.got[rows], printed=self.printed[rows], slack=slack)

    def transposed(self) -> "Claim":
        return replace(
            self,
            got=self.got.swapaxes(-1, -2),
            printed=self.printed.swapaxes(-1, -2),
            slack=np.zeros(()),
        )


def within(got: Array, value: Array, tolerance: Array) -> Array:
    """Where two arrays agree; nan agrees with nan, and inf with inf."""
    near = np.abs(got - value) <= tolerance
    return np.asarray(near | (got == value) | (np.isnan(got) & np.isnan(value)))


def explain(case: Case, claim: Claim) -> list[Combination]:
    """The mistakes that reproduce a claim: single ones, or else pairs, the simplest first.

    Right answers are not looked for: ask only about a claim that the right one does not fit.
    """
    usable = [
        m
        for m in MISTAKES
        if claim.quantity in m.quantities
        and m is not _TRANSPOSED
        and m.applies(case)
        and (case.z_known or not m.needs_z)
    ]
    singles: list[Combination] = [(m,) for m in usable]
    flipped = claim.transposed() if claim.got.ndim > 1 else None
    found = [*_fitting(case, claim, singles)]
    if flipped:
        found += [(_TRANSPOSED, *rest) for rest in _fitting(case, flipped, [()])]
    few, few_claim = _cut(case, claim)
    if not found and (few_claim.got if claim.quantity == "J" else few.z).size <= PAIRS_LIMIT:
        ranked = [
            (i + j, (a, b))
            for (i, a), (j, b) in combinations(enumerate(usable), 2)
            if a.step != b.step
        ]
        ranked.sort(key=lambda pair: pair[0])
        found += _fitting(case, claim, [pair for _, pair in ranked])
        if flipped:
            found += [(_TRANSPOSED, *rest) for rest in _fitting(case, flipped, singles)]
    return found[:MAX_EXPLANATIONS]


def _fitting(case: Case, claim: Claim, candidates: Iterable[Combination]) -> Iterator[Combination]:
    """Those candidates that a claim fits: tried on a few rows first, confirmed on all."""
    few, few_claim = _cut(case, claim)
    few_size, size = magnitude(few, claim.quantity), None
    confirmed = 0
    for candidate in candidates:
        wrong = {m.step: m.wrong for m in candidate}
        if not few_claim.fits(backward(few, wrong, claim.quantity), few_size):
            continue
        if few is not case:
            size = magnitude(case, claim.quantity) if size is None else size
            if not claim.fits(backward(case, wrong, claim.quantity), size):
                continue
        yield candidate
        confirmed += 1
        if confirmed == MAX_EXPLANATIONS:
            return


def _cut(case: Case, claim: Claim) -> tuple[Case, Claim]:
    """A few telling rows: the first, the last, and the one that is furthest off.

    ∂L/∂W and ∂L/∂b sum over all rows; of W the row with the largest entry is enough.
    """
    if claim.quantity in _SUMS:
        if case.h is None or claim.quantity == "dL_db" or len(claim.got) != case.h.shape[1]:
            return case, claim
        largest = _finite(claim.got).max(axis=1).argmax(keepdims=True)
        return replace(case, h=case.h[:, largest]), claim.cut(largest)
    if len(claim.got) != len(case.z) or len(case.z) <= 3:
        return case, claim
    off = _finite(claim.got - right(case, claim.quantity)).reshape(len(case.z), -1)
    rows = np.unique([0, len(case.z) - 1, int(off.max(axis=1).argmax())])
    return case.cut(rows), claim.cut(rows)


def _finite(x: Array) -> Array:
    return np.nan_to_num(np.abs(x), nan=np.inf)
