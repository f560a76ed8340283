"""What rows, classes or entries that are wrong have in common: sentences, each with where it holds."""

from collections.abc import Iterable, Iterator

import numpy as np

from core.diagnosis.case import Case
from core.diagnosis.search import within
from core.diagnosis.verdict import spelled_index
from core.inputs import Array

Trait = tuple[str, Array]
"""What is shared, and where it holds."""
_LISTED = 8
"""As many rows are named one by one."""
_MANY = 8
"""Among fewer, where the wrong ones lie says nothing."""
_FLOAT32_EXP = 88.7
"""exp of more than this is inf in float32."""


def same(trait: Array, bad: Array, good: Array) -> bool:
    """Whether a trait holds wherever something is wrong, and nowhere where it is surely right."""
    return bool((trait | ~bad).all() and not (trait & good).any())


def which(name: str, bad: Array, good: Array) -> str:
    """Which of the rows, columns or entries are wrong, counted from 1."""
    at, total = np.flatnonzero(bad), len(bad)
    plural = f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
    if len(at) == 1:
        return f"Of {total} {plural}, only {name} {at[0] + 1} is wrong."
    if len(at) == total - 1 and good.sum() == 1:
        return f"Of {total} {plural}, only {name} {int(good.argmax()) + 1} is right."
    return f"Of {total} {plural}, {len(at)} are wrong: {_listed(at)}."


def _listed(at: Array) -> str:
    if len(at) > 2 and at[-1] - at[0] == len(at) - 1:
        return f"{at[0] + 1} to {at[-1] + 1}"
    if len(at) > _LISTED:
        return ", ".join(str(k + 1) for k in at[: _LISTED - 1]) + f", …, {at[-1] + 1}"
    return ", ".join(str(k + 1) for k in at)


def one_by_one(case: Case, wrong: Array, words: tuple[str, ...] = ()) -> list[str]:
    """Which entries are wrong, if they are few: rows and columns counted from 1."""
    at = np.argwhere(wrong)
    if sum(size > 1 for size in wrong.shape) < 2 or len(at) > _LISTED:
        return []
    if len(wrong) == 1 and wrong.ndim == 3:
        at, words = at[:, 1:], ()
    listed = "; ".join(spelled_index(tuple(index), at.shape[1], words) for index in at)
    if len(at) == 1:
        said = f"Of {wrong.size} entries, only that in {listed} is wrong."
        target = case.t is not None and case.t.shape == wrong.shape and case.t[wrong].all()
        return [said, "That is where the target is."] if target else [said]
    return [f"Of {wrong.size} entries, {len(at)} are wrong: {listed}."]


def of_target_classes(bad: Array, good: Array) -> list[str]:
    """Classes (n,) whose entry is wrong, or surely right, in rows that have it as the target.

    Nothing of one class, which rows are told by, nor of classes whose entry is both.
    """
    n = len(bad)
    if bad.sum() < 2 or (bad & good).any():
        return []
    said = [
        "Only the target’s entries are wrong, and these only where the target is class "
        f"{_listed(np.flatnonzero(bad))} of {n}."
    ]
    for shards in (k for k in range(2, min(n // 2, 64) + 1) if n % k == 0):
        shard = int(bad.argmax()) // (n // shards)
        inside = np.arange(n) // (n // shards) == shard
        if same(inside, bad, good):
            return [*said, f"These lie in shard {shard + 1} of {shards}, of {n // shards} each."]
    return said


def shared(bad: Array, good: Array, traits: Iterable[Trait]) -> list[str]:
    """What the wrong ones along an axis share: a trait of theirs, or else where they lie."""
    for sentence, trait in traits:
        if same(trait, bad, good):
            return [f"That is where {sentence}."]
    if min(bad.sum(), good.sum()) > 1:
        for sentence, trait in traits:
            if same(~trait, bad, good):
                return [f"That is everywhere but where {sentence}."]
    return _position(bad)


def of_rows(case: Case) -> list[Trait]:
    """Of the rows of the batch: masks (m,)."""
    z, t = case.z, case.t
    found: list[Trait] = [
        ("a class is masked, with a logit of −∞", np.asarray(np.isneginf(z).any(axis=-1))),
        ("all logits are the same, as in rows of padding", np.ptp(z, axis=-1) == 0),
        (
            f"a logit is above {_FLOAT32_EXP}, whose exp overflows in float32",
            z.max(axis=-1) / case.temperature > _FLOAT32_EXP,
        ),
    ]
    if t is None:
        return found
    total, top = t.sum(axis=-1), t.argmax(axis=-1)
    ignored = (t == 0).all(axis=-1)
    rows = np.arange(len(t))
    found = [
        ("the target is all zeros: the gradient of an ignored row is 0", ignored),
        *found,
        ("the target is not one-hot", (t > 0).sum(axis=-1) > 1),
        ("the target does not sum to 1", np.abs(total - 1) > 1e-6),
        *(
            (f"the target is class {k + 1} of {t.shape[1]}", top == k)
            for k in np.unique(top)
            if (top == k).sum() > 1
        ),
        ("the target’s output is not the largest", case.y[rows, top] < case.y.max(axis=-1)),
    ]
    return [(sentence, trait) for sentence, trait in found if 0 < trait.sum() < len(trait)]


def of_classes(case: Case) -> list[Trait]:
    """Of the classes: masks (n,)."""
    masked = np.asarray(np.isneginf(case.z).all(axis=0))
    found: list[Trait] = [("a class is masked in every row", masked)]
    if case.t is not None and len(case.t) > 1:
        found.append(("a class is the target of some row", np.asarray((case.t > 0).any(axis=0))))
    return [(sentence, trait) for sentence, trait in found if 0 < trait.sum() < len(trait)]


def of_entries(case: Case, quantity: str, got: Array, expected: Array) -> Iterator[Trait]:
    """Of single entries: masks of the quantity's shape."""
    shape, masked = got.shape, np.isneginf(case.z)
    kinds: list[tuple[str, Array]] = []
    if quantity == "J":
        i, j = np.indices(shape[-2:])
        kinds = [
            ("entries on the diagonal", np.broadcast_to(i == j, shape)),
            ("entries above the diagonal", np.broadcast_to(i < j, shape)),
            ("entries below the diagonal", np.broadcast_to(i > j, shape)),
        ]
    elif shape == case.z.shape:
        kinds = [("entries of masked classes, whose logit is −∞,", masked)]
        if case.t is not None:
            top = case.t == case.t.max(axis=-1, keepdims=True)
            kinds.insert(0, ("target’s entries", top & (case.t > 0)))
    for name, trait in kinds:
        yield f"Only the {name} are wrong.", trait
        yield f"Only the {name} are right.", ~trait
    limit = np.abs(got).max()
    beyond = np.abs(expected) > limit
    if beyond.sum() > 1 and (np.abs(got[beyond]) == limit).all():
        yield f"Only what is beyond ±{limit:.6g} is wrong, and is ±{limit:.6g}: clipped.", beyond


def _position(bad: Array) -> list[str]:
    """Tiles, shards, and every k-th: indices from 0, as in the code that made them."""
    at, total = np.flatnonzero(bad), len(bad)
    start, end, size = int(at[0]), int(at[-1]) + 1, len(at)
    if size == total or total < _MANY:
        return []
    if end - start == size:
        return _block(start, end, total)
    steps = np.unique(np.diff(at))
    if size > 2 and len(steps) == 1 and start < steps[0] and end - 1 + steps[0] >= total:
        step = int(steps[0])
        nth = {2: "2nd", 3: "3rd"}.get(step, f"{step}th")
        return [f"That is every {nth}, from index {start} on (counted from 0)."]
    for period in range(2, total // 3 + 1):
        if (bad[period:] == bad[:-period]).all():
            return [f"The pattern repeats every {period}."]
    return []


def _block(start: int, end: int, total: int) -> list[str]:
    size, two = end - start, start & -start
    if end == total and two >= 4 and size < two:
        return [
            f"They begin at index {start} (counted from 0), a multiple of {two}: a last tile that "
            "is not full, and is not masked or not reached?"
        ]
    if size > 1 and total % size == 0 and start % size == 0:
        return [f"That is shard {start // size + 1} of {total // size}, of {size} each."]
    if start and end == total and two >= 4:
        return [f"They begin at index {start} (counted from 0), a multiple of {two}: a tile?"]
    if not start and size & -size >= 4:
        return [
            f"They end before index {end} (counted from 0), a multiple of {size & -size}: a tile?"
        ]
    if start and size >= 4 and size & (size - 1) == 0 and start % size == 0:
        return [f"That is tile {start // size + 1}, of {size} each."]
    return []


def values(case: Case, got: Array, expected: Array, tolerance: Array, inside: Array) -> list[str]:
    """What the numbers of a wrong part are, in a sentence or none."""
    theirs, right, room = (
        got[inside],
        expected[inside],
        np.broadcast_to(tolerance, got.shape)[inside],
    )
    if np.isnan(theirs).all():
        return ["There, your numbers are nan."]
    if (np.abs(theirs) <= room).all():
        return ["There, your numbers are 0: were they never written?"]
    if not np.isfinite(theirs).all() or not np.isfinite(right).all():
        return []
    ratio = float((theirs * right).sum() / (right * right).sum())
    if (
        ratio
        and (len(right) > 1 or ratio == -1)
        and within(theirs, ratio * right, room * max(1, abs(ratio))).all()
    ):
        return [f"There, your numbers are {ratio:.4g} times the right ones."]
    if got.shape == case.z.shape and within(theirs, case.z[inside], room).all():
        return ["There, your numbers are the logits z: were they never overwritten?"]
    rows = np.flatnonzero(inside.reshape(len(inside), -1).all(axis=-1))
    if got.ndim > 1 and len(rows) and inside.sum() == rows.size * got[0].size:
        return _of_other_rows(got, expected, tolerance, rows)
    return []


def _of_other_rows(got: Array, expected: Array, tolerance: Array, rows: Array) -> list[str]:
    """Whether wrong rows are the right ones of other rows, or each a multiple of its own."""
    axes = tuple(range(1, got.ndim))
    alike = within(expected, got[rows[0]], tolerance).all(axis=axes)
    for first in np.flatnonzero(alike):
        others = rows + (first - rows[0])
        there = others.max() < len(got) and others.min() >= 0
        if there and within(got[rows], expected[others], tolerance[others]).all():
            return [f"There, your numbers are the right ones of other rows: {_listed(others)}."]
    with np.errstate(all="ignore"):
        ratios = (got * expected).sum(axis=axes)[rows] / (expected**2).sum(axis=axes)[rows]
    along = ratios.reshape(-1, *[1] * len(axes))
    room = tolerance[rows] * np.maximum(1, np.abs(along))
    if len(rows) > 1 and got[0].size > 2 and within(got[rows], along * expected[rows], room).all():
        some = ", ".join(f"{ratio:.4g}" for ratio in ratios[:_LISTED])
        return [f"There, each row is the right one times a factor of its own: {some}."]
    return []
