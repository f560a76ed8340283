"""Where a quantity is wrong while the rest of it is right."""

from dataclasses import dataclass, replace

import numpy as np

from core.diagnosis import shares
from core.diagnosis.case import Case
from core.diagnosis.search import Claim, Combination, explain, within
from core.diagnosis.verdict import AXES
from core.inputs import Array

_OF_ROWS = ("y", "J", "dL_dy", "dL_dz")
"""Quantities whose first axis is that of the batch."""
_ENOUGH = 6.0
"""Digits of evidence for each mistake that is named for a part: the part was chosen, too."""
_FEW = 3
"""As many right entries in wrong rows may be so by chance; one among wrong ones may anywhere."""


@dataclass(frozen=True)
class Part:
    """The wrong part of a quantity."""

    inside: Array
    """Of the quantity's shape, bool."""
    sentences: tuple[str, ...]
    """Which part it is, and what it shares."""
    values: tuple[str, ...]
    """What its numbers are."""
    rows: Array | None
    """(m,) bool: the rows of the batch that it lies in, where it does not lie in all."""


@dataclass(frozen=True)
class _Judged:
    """A claim, entry by entry: each of the quantity's shape."""

    case: Case
    quantity: str
    got: Array
    expected: Array
    tolerance: Array
    wrong: Array
    words: tuple[str, ...]
    """What its axes are called, where not as `AXES` has it."""
    sure: Array
    """Surely right: right, and not 0 to the digits given, as zeros come out of much."""


def locate(
    case: Case, claim: Claim, expected: Array, tolerance: Array, words: tuple[str, ...] = ()
) -> Part | None:
    """The wrong part of a claim, or None where nothing is surely right, or nothing wrong.

    Single entries that share something go before rows and columns.

    Parameters
    ----------
    expected, tolerance : claim.got's shape
    words : what people call its axes, where examples do not stand in rows
    """
    tolerance = np.broadcast_to(tolerance, expected.shape)
    wrong = ~within(claim.got, expected, tolerance)
    sure = ~wrong & (np.abs(expected) > tolerance)
    off = np.abs(claim.got - expected)
    if not wrong.any() or not sure.any() or off[sure].max() >= off[wrong].max():
        return None  # as where a large entry is less exactly known than a small one is wrong
    judged = _Judged(case, claim.quantity, claim.got, expected, tolerance, wrong, words, sure)
    for sentence, inside in shares.of_entries(case, claim.quantity, claim.got, expected):
        if shares.same(inside, wrong, sure):
            return _part(judged, inside, [sentence])
    return _of_targets(judged) or _by_axes(judged)


def _part(at: _Judged, inside: Array, sentences: list[str]) -> Part:
    rows = np.asarray(inside.reshape(len(inside), -1).any(axis=-1))
    values = shares.values(at.case, at.got, at.expected, at.tolerance, inside)
    some = at.quantity in _OF_ROWS and not rows.all()
    return Part(inside, tuple(sentences), tuple(values), rows if some else None)


def _of_targets(at: _Judged) -> Part | None:
    """Entries at the target: in some of the rows, or where it is one of the classes of a shard."""
    if at.case.t is None or at.got.shape != at.case.z.shape:
        return None
    targets = at.case.t == at.case.t.max(axis=-1, keepdims=True)
    wrong, sure = at.wrong & targets, at.sure & targets
    if (at.wrong & ~targets).any() or at.wrong.sum() < 2 or not sure.any():
        return None
    rows, good_rows = wrong.any(axis=-1), sure.any(axis=-1)
    classes, good_classes = wrong.any(axis=0), sure.any(axis=0)
    by_class = shares.of_target_classes(classes, good_classes)
    name = (at.words or AXES[2])[0]
    share = shares.shared(rows, good_rows, shares.of_rows(at.case))
    if by_class and not (share and len(by_class) == 1):
        return _part(at, at.wrong, by_class)
    by_row = [
        shares.which(name, rows, good_rows),
        *share,
        "There, only the target’s entry is wrong.",
    ]
    return _part(at, at.wrong, by_row)


def _by_axes(at: _Judged) -> Part | None:
    """Rows that are wrong, and columns in these."""
    inside, sentences = np.ones(at.wrong.shape, bool), list[str]()
    batch = at.quantity in _OF_ROWS
    names = at.words or AXES[at.wrong.ndim]
    if batch and len(at.wrong) == 1:
        names = ("", *AXES[at.wrong.ndim - 1])
    for axis, name in enumerate(names):
        others = tuple(k for k in range(at.wrong.ndim) if k != axis)
        bad = np.asarray((at.wrong & inside).any(axis=others))
        good = np.asarray(~bad & (at.sure & inside).any(axis=others))
        right = (at.sure & inside).sum(axis=others)[good].sum()
        if not good.any() or right <= (_FEW if sentences else 1):
            continue
        inside = inside & np.expand_dims(bad, others)
        traits = shares.of_rows(at.case) if batch and axis == 0 else ()
        traits = shares.of_classes(at.case) if axis == at.wrong.ndim - 1 else traits
        sentences += [shares.which(name, bad, good), *shares.shared(bad, good, traits)]
    if not sentences:
        return None
    scattered = (at.sure & inside).sum() > _FEW or at.wrong.sum() == 1
    few = shares.one_by_one(at.case, at.wrong, at.words) if scattered else []
    return _part(at, inside & at.wrong if few else inside, few or sentences)


def explain_part(
    case: Case, claim: Claim, near: list[Case], part: Part, expected: Array, tolerance: Array
) -> list[Combination]:
    """The mistakes that reproduce the wrong part alone: its rows, or else what of them is wrong.

    What is outside of it may be anything; fewer numbers have to tell more, and so a mistake is
    named only where they have digits enough.

    Parameters
    ----------
    expected, tolerance : claim.got's shape
    """
    inside, room = part.inside, np.broadcast_to(tolerance, part.inside.shape)
    if part.rows is not None:
        case, claim, inside = case.cut(part.rows), claim.cut(part.rows), inside[part.rows]
        near = [other.cut(part.rows) for other in near]
        expected, room = expected[part.rows], room[part.rows]
        if found := _enough(explain(case, claim, near), claim, expected, room, inside | True):
            return found
    if inside.all():
        return []
    of_part = replace(claim, printed=np.where(inside, claim.printed, np.inf))
    return _enough(explain(case, of_part, near), claim, expected, room, inside)


def _enough(
    found: list[Combination], claim: Claim, expected: Array, tolerance: Array, inside: Array
) -> list[Combination]:
    """Those for which a part of a claim has digits enough."""
    size = np.fmax(np.abs(claim.got), np.abs(expected))[inside]
    known = size[np.isfinite(size)].max(initial=0) / max(1e-12, tolerance[inside].mean())
    digits = inside.sum() * np.log10(max(1.0, known)) if inside.sum() > 1 else 0
    return [some for some in found if digits >= _ENOUGH * len(some)]
