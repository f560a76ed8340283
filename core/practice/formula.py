"""A formula tried at several states: which entries it gives right, and what the others come from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from core.diagnosis.verdict import Diagnosis
from core.inputs import Array
from core.practice.exercise import Exercise
from core.practice.grammar import FormulaError, read_formula

_WEIGHTS = ((3, 1, 2), (1, 3), (1, 4, 2, 3), (2, 5, 1, 3, 4))
"""Of the classes, at the states beside the exercise's own."""
_UPSTREAM = (-2, -1, 0, 1, 2, 3)
_CLOSE = 1e-9
_SHAPES = ("a number", "a vector, an entry for each class", "a matrix, an entry for each two")


@dataclass(frozen=True)
class Tried:
    """What a formula gives at a state."""

    state: Exercise
    got: Array
    """(n,), of J (n, n)"""

    @property
    def expected(self) -> Array:
        """What is right, shape as got."""
        return self.state.right(self.state.asked[0])

    @property
    def right(self) -> Array:
        """Which entries are, shape as got."""
        return np.asarray(np.abs(self.got - self.expected) <= _CLOSE)


def states(e: Exercise) -> tuple[Exercise, ...]:
    """Its own, and four others with two to five classes, at which its formula has to be right too."""
    rng = Random(f"{e.name} states")
    found = [e]
    for weights in _WEIGHTS:
        n = len(weights)
        g = tuple(rng.sample(_UPSTREAM, n)) if e.g else None
        mixed = tuple(rng.sample(weights, n))
        found.append(replace(e, weights=mixed, target=rng.randrange(n), g=g))
    return tuple(found)


def tried(e: Exercise, text: str) -> tuple[Tried, ...]:
    """A formula at all states of an exercise.

    Raises
    ------
    FormulaError : for one that cannot be read, or has parts or a result of another shape
    """
    assert e.question is not None
    formula = read_formula(text, e.question.names)
    found = []
    for state in states(e):
        values = {"z": state.z, "y": state.y, "n": np.array(float(len(state.weights)))}
        values["g" if state.g else "t"] = np.array(state.g, float) if state.g else state.t
        with np.errstate(all="ignore"):  # a formula may overflow, and make nan, where it likes
            got = formula(values)
        wanted = 2 if e.question.quantity == "J" else 1
        if got.ndim != wanted:
            raise FormulaError(f"expected {_SHAPES[wanted]}, got {_SHAPES[got.ndim]}")
        found.append(Tried(state, got))
    return tuple(found)


def missing(found: Sequence[Tried]) -> Diagnosis:
    """What the numbers come from, at the first state where they are wrong; as far as it holds at all."""
    wrong = [one for one in found if not one.right.all()] or list(found[:1])
    quantity = wrong[0].state.asked[0]
    told = [one.state.diagnosed({quantity: one.got}) for one in wrong]
    verdicts = [one.verdicts[quantity] for one in told]
    named = [{e.name for e in v.explanations} for v in verdicts]
    first = verdicts[0]
    if told_of := undefined(found):
        verdict = replace(first, explanations=(), hints=(told_of,), where=(), alone=False)
        return replace(told[0], verdicts={quantity: verdict})
    shared = replace(
        first,
        explanations=tuple(
            e for e in first.explanations if all(e.name in names for names in named)
        ),
        hints=tuple(text for text in first.hints if all(text in v.hints for v in verdicts)),
    )
    return replace(told[0], verdicts={quantity: shared})


def undefined(found: Sequence[Tried]) -> str:
    """That numbers are nan or inf, which look the same whatever made them; else nothing."""
    if all(np.isfinite(one.got).all() for one in found):
        return ""
    return "A cell is nan or inf: somewhere the formula divides by 0, or takes the log of 0."


def pattern(found: Sequence[Tried]) -> str:
    """Which entries are right at every state, if it is those of one kind; else nothing."""
    own = {"target": True, "others": True}
    for one in found:
        n = len(one.state.weights)
        mine = np.eye(n, dtype=bool) if one.right.ndim == 2 else np.arange(n) == one.state.target
        own["target"] &= bool(one.right[mine].all())
        own["others"] &= bool(one.right[~mine].all())
    if own["target"] == own["others"] or found[0].state.g:
        return ""
    matrix = found[0].right.ndim == 2
    if own["target"]:
        return (
            "The diagonal is right everywhere. What is wrong is beside it."
            if matrix
            else "The target’s entry is right everywhere. The others are wrong."
        )
    return (
        "What is beside the diagonal is right everywhere. The diagonal is wrong."
        if matrix
        else "All entries but the target’s are right everywhere."
    )
