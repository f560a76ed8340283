"""What can be said of wrong numbers that no mistake explains."""

from collections.abc import Mapping
from functools import partial

import numpy as np

from core.diagnosis.case import Case, right
from core.diagnosis.nonfinite import reason
from core.diagnosis.search import factor, within
from core.diagnosis.steps import Pass, backward
from core.inputs import Array

_ROWS_SUM_TO = {"y": (1, "y"), "J": (0, "J"), "dL_dz": (0, "a true ∂L/∂z")}


def hints(
    case: Case,
    quantity: str,
    got: Array,
    expected: Array,
    tolerance: Array,
    line: str = "row",
) -> tuple[str, ...]:
    """Sentences on what wrong numbers have in common with the right ones.

    got and expected are (m, n), (m, n, n), (k, n) or (n,), and may differ in shape. `line` is what an
    example is where it was given: a row, or a column.
    """
    said = []
    if why := reason(case, quantity, got):
        said.append(why)
    if got.shape != expected.shape:
        return tuple(said)
    if not np.isfinite(got).all():
        return tuple(said)
    ratio = factor(got, expected)
    if (
        np.isfinite(ratio)
        and ratio
        and within(got, ratio * expected, tolerance * (1 + abs(ratio))).all()
    ):
        said.append(f"Your numbers are {ratio:.4g} times the right ones.")
    off = float(np.abs(got - expected).max() / np.abs(expected).max())
    if off < 0.01:
        said.append(
            f"No entry is further off than {off:.1%} of the largest: were rounded numbers used on the way?"
        )
    shift = (got - expected).mean(axis=-1, keepdims=True)
    if got.shape[-1] > 2 and within(got, expected + shift, tolerance).all():
        said.append(f"Your numbers differ from the right ones by the same amount in a {line}.")
    if within(np.sort(got), np.sort(expected), tolerance).all():
        said.append(f"Your numbers are the right ones in another order within a {line}.")
    if (
        len(got) > 1
        and got.ndim > 1
        and within(np.sort(got, 0), np.sort(expected, 0), tolerance).all()
    ):
        said.append(f"Your numbers are the right ones with the {line}s in another order.")
    if quantity in _ROWS_SUM_TO and (quantity == "y" or case.balanced):
        total, name = _ROWS_SUM_TO[quantity]
        sums, slack = got.sum(axis=-1), tolerance.sum(axis=-1)
        worst = int(np.abs(sums - total).argmax())
        if (np.abs(sums - total) > slack).any():
            said.append(
                f"Each {line} of {name} sums to {total}; one of yours sums to {sums.flat[worst]:.4g}."
            )
    said += [
        f"Your numbers are {name}."
        for name, other in _others(case, quantity)
        if other.shape == got.shape and within(got, other, tolerance).all()
    ]
    return tuple(said)


def _others(case: Case, quantity: str) -> list[tuple[str, Array]]:
    """What else stands nearby and may have been taken by mistake."""
    others = [("the logits z", case.z), ("y", case.y)]
    if case.g is not None:
        others += [("the upstream gradient g", case.g)]
    if case.t is not None:
        others += [("the target t", case.t)]
        others += [
            (name, right(case, other))
            for other, name in (("dL_dy", "∂L/∂y"), ("dL_dz", "∂L/∂z"))
            if other != quantity
        ]
    return [(name, value) for name, value in others if name != quantity]


def _constant(value: Array, p: Pass) -> Array:
    return value


def carried(
    case: Case, quantity: str, wrong: Mapping[str, Array], tolerance: Array
) -> tuple[str, ...]:
    """Whether a wrong quantity follows correctly from an earlier one that was wrong already."""
    if quantity not in ("dL_dz", "dL_dW", "dL_db"):
        return ()
    got, said = wrong[quantity], []
    for earlier, name in (("dL_dy", "∂L/∂y"), ("dL_dz", "∂L/∂z"), ("J", "J")):
        if earlier == quantity or earlier not in wrong or (earlier == "J" and quantity != "dL_dz"):
            continue
        theirs = wrong[earlier]
        if earlier == "J":
            follows = np.einsum(
                "...i,...ij->...j", backward(case, {}, "dL_dy").reshape(theirs.shape[:-1]), theirs
            )
        elif theirs.size == case.z.size:
            start = theirs.reshape(case.z.shape)
            follows = backward(case, {earlier: partial(_constant, start)}, quantity)
        else:
            continue
        if follows.size == got.size:
            follows = follows.reshape(got.shape)
            room = 2 * tolerance + 1e-3 * np.abs(follows).max()
            if within(got, follows, room.reshape(got.shape)).all():
                said.append(f"It follows from your {name}: that is where the mistake was made.")
    return tuple(said)
