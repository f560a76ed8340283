"""An exercise: its state, what is asked, and the right answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from random import Random

import numpy as np

from core.diagnosis.case import Case, right
from core.diagnosis.check import diagnose
from core.diagnosis.mistakes import MISTAKES
from core.diagnosis.steps import Mistake, backward
from core.diagnosis.verdict import Diagnosis
from core.inputs import Array
from core.losses import Loss, one_hot
from core.practice.choices import apart
from core.practice.questions import QUESTIONS, Question

KINDS = {
    "entry": "One entry of J",
    "row": "A row of J",
    "dLdy": "The upstream gradient ∂L/∂y",
    "product": "∂L/∂z from g and J",
    "CE": "∂L/∂z of cross-entropy",
    "MSE": "∂L/∂z of squared error",
    "signs": "Only the signs of ∂L/∂z",
    "layer": "∂L/∂W and ∂L/∂b of a layer",
    "find": "Find the mistake",
    "formula": "Write the formula",
}
"""By their names in a link."""
LEVELS = (1, 2, 3, 4)
"""1: a worked example like it stands above. 2: all steps but the last. 3: the first step. 4: none."""
SIGNS = {"−": -1, "0": 0, "+": 1}
_ASKED = {"entry": ("J",), "row": ("J",), "dLdy": ("dL_dy",), "layer": ("dL_dW", "dL_db")}
"""The quantities of a kind; ∂L/∂z of the others."""
_WEIGHTS = ((1, 1, 2), (1, 2, 3), (1, 1, 3), (1, 3, 4), (1, 4, 5), (2, 3, 5), (1, 2, 2), (1, 1, 4))
"""Of the classes: y is a weight by their sum, z its logarithm."""


@dataclass(frozen=True)
class Exercise:
    """One exercise, of three classes.

    z = log w, so y = w/Σw: simple fractions. Squared error is ½Σ(y−t)², so that ∂L/∂y = y − t.
    """

    kind: str
    level: int
    seed: int
    weights: tuple[int, ...]
    target: int
    """The class, from 0."""
    loss: Loss
    g: tuple[int, ...] | None
    """(3,) an upstream gradient that is given; there is no loss then."""
    h: tuple[int, ...] | None
    """(2,) input of the layer z = h W + b."""
    i: int
    j: int
    """The row of J that is asked for, and the column, from 0."""
    question: Question | None = None
    """The formula that is asked for."""

    @property
    def name(self) -> str:
        return f"{self.kind}.{self.level}.{self.seed}"

    @property
    def z(self) -> Array:
        """(3,) log w"""
        return np.asarray(np.log(np.array(self.weights, dtype=float)))

    @property
    def y(self) -> Array:
        """(3,)"""
        return np.asarray(self.case.y[0])

    @property
    def t(self) -> Array:
        """(3,) one-hot"""
        return one_hot(self.target, len(self.weights))

    @property
    def inner(self) -> float:
        """⟨∂L/∂y, y⟩"""
        return float(self.right("dL_dy") @ self.y)

    @property
    def asked(self) -> tuple[str, ...]:
        """The quantities that are asked for."""
        if self.question:
            return (self.question.quantity,)
        return _ASKED.get(self.kind, ("dL_dz",))

    @cached_property
    def case(self) -> Case:
        return self.diagnosed({q: np.zeros(shape) for q, shape in self.shapes.items()}).case

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of the quantities that are asked for."""
        n = len(self.weights)
        of = {"J": (n, n), "dL_dy": (n,), "dL_dz": (n,), "dL_db": (n,)}
        return {q: of.get(q, (len(self.h or ()), n)) for q in self.asked}

    def diagnosed(self, claims: Mapping[str, object]) -> Diagnosis:
        """What `core.diagnose` says of these quantities here."""
        known: dict[str, object] = {"dL_dy": np.array(self.g, float)} if self.g else {"t": self.t}
        known |= {"h": np.array([self.h], float)} if self.h else {}
        return diagnose(z=self.z, loss=self.loss, reduction="half", **known, **claims)  # type: ignore[arg-type]

    def right(self, quantity: str) -> Array:
        """A quantity as it is right: J (3, 3), ∂L/∂y, ∂L/∂z and ∂L/∂b (3,), ∂L/∂W (2, 3)."""
        found = right(self.case, quantity)
        return np.asarray(found[0] if quantity in ("J", "dL_dy", "dL_dz") else found)

    def wrong(self, mistake: Mistake, quantity: str) -> Array:
        """The same with a mistake made."""
        found = backward(self.case, {mistake.step: mistake.wrong}, quantity)
        return np.asarray(found[0] if quantity in ("J", "dL_dy", "dL_dz") else found)

    def part(self, values: Array) -> Array:
        """Of J what is asked: an entry as (1,), a row as (3,); of others all. Of ∂L/∂z maybe its signs."""
        if self.kind == "entry":
            return np.asarray(values[self.i, self.j : self.j + 1])
        if self.kind == "row":
            return np.asarray(values[self.i])
        return np.asarray(np.sign(np.round(values, 12))) if self.kind == "signs" else values

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the entries of the answer: quantity and index, `dL_dW:1,2`, as people count."""
        if self.kind in ("find", "formula"):
            return ("mistake" if self.kind == "find" else "formula",)
        shapes = {q: self.part(self.right(q)).shape for q in self.asked}
        return tuple(
            f"{q}:{','.join(str(k + 1) for k in index)}"
            for q, shape in shapes.items()
            for index in np.ndindex(shape)
        )

    @cached_property
    def choices(self) -> tuple[Mistake, ...]:
        """Of "find the mistake": four that give different numbers here, none of them the right ones."""
        rng = Random(f"{self.name} choices")
        known = [m for m in MISTAKES if "dL_dz" in m.quantities and m.possible(self.case)]
        rng.shuffle(known)
        return apart([(m, self.wrong(m, "dL_dz")) for m in known], self.right("dL_dz"))

    @property
    def made(self) -> Mistake:
        """The one of the choices whose numbers are shown."""
        return self.choices[Random(f"{self.name} made").randrange(len(self.choices))]


@lru_cache(maxsize=256)
def exercise(kind: str, level: int, seed: int) -> Exercise:
    """The exercise of a kind, a level and a seed: the same on every machine.

    Raises
    ------
    ValueError : for a kind or a level that there is not
    """
    if kind not in KINDS:
        raise ValueError(f"expected kind as one of {', '.join(KINDS)}, got {kind!r}")
    if level not in LEVELS:
        raise ValueError(f"expected level as one of {LEVELS}, got {level!r}")
    rng = Random(f"{kind} {level} {seed}")
    weights = rng.sample(rng.choice(_WEIGHTS), 3)
    target, i, j = (rng.randrange(3) for _ in range(3))
    loss: Loss = rng.choice(("CE", "MSE")) if kind in ("signs", "find", "dLdy") else "CE"
    g = tuple(rng.sample((-2, -1, 0, 1, 2, 3), 3)) if kind == "product" else None
    h = tuple(rng.sample((-2, -1, 1, 2, 3), 2)) if kind == "layer" else None
    question = QUESTIONS[rng.randrange(len(QUESTIONS))] if kind == "formula" else None
    if kind == "MSE":
        loss = "MSE"
    if question:
        loss = question.loss
        g = tuple(rng.sample((-2, -1, 0, 1, 2, 3), 3)) if question.own_upstream else None
    return Exercise(kind, level, seed, tuple(weights), target, loss, g, h, i, j, question)
