"""An exercise: its state, what is asked, the right answer, and what a wrong one tells."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from random import Random

import numpy as np

from core.diagnosis.case import Case, right
from core.diagnosis.check import diagnose
from core.diagnosis.mistakes import MISTAKES
from core.diagnosis.steps import Mistake, backward
from core.diagnosis.verdict import Diagnosis, Explanation, Verdict
from core.inputs import Array
from core.losses import Loss, one_hot
from core.practice.choices import apart
from core.practice.hints import hint
from core.reading import read_numbers
from core.reading.entry import read_entry

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
}
"""By their names in a link."""
LEVELS = (1, 2, 3, 4)
"""1: a worked example like it stands above. 2: all steps but the last. 3: the first step. 4: none."""
SIGNS = {"−": -1, "0": 0, "+": 1}
_ASKED = {"entry": ("J",), "row": ("J",), "dLdy": ("dL_dy",), "layer": ("dL_dW", "dL_db")}
_WEIGHTS = ((1, 1, 2), (1, 2, 3), (1, 1, 3), (1, 3, 4), (1, 4, 5), (2, 3, 5), (1, 2, 2), (1, 1, 4))
"""Of the classes: y is a weight by their sum, z its logarithm."""
_MOST_NAMED = 3


@dataclass(frozen=True)
class Judgement:
    """What a locked answer was found to be."""

    right: bool
    hint: str
    """Where to look, without the name of the mistake; empty where the answer is right."""
    found: Diagnosis
    """Which mistakes give these numbers, beside the right ones."""


@dataclass(frozen=True)
class Exercise:
    """One exercise of three classes.

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
        return _ASKED.get(self.kind, ("dL_dz",))

    @cached_property
    def case(self) -> Case:
        return self._diagnose({q: np.zeros(shape) for q, shape in self._shapes.items()}).case

    @property
    def _shapes(self) -> dict[str, tuple[int, ...]]:
        n = len(self.weights)
        of = {"J": (n, n), "dL_dy": (n,), "dL_dz": (n,), "dL_db": (n,)}
        return {q: of.get(q, (len(self.h or ()), n)) for q in self.asked}

    def _diagnose(self, claims: Mapping[str, object]) -> Diagnosis:
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
        if self.kind == "find":
            return ("mistake",)
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

    def judge(self, entries: Mapping[str, str]) -> Judgement:
        """What answers, by their keys, are.

        Raises
        ------
        ReadingError : for an entry that is no number
        """
        if self.kind == "find":
            found = self._diagnose({"dL_dz": self.wrong(self.made, "dL_dz")})
            return self._judged(found, entries["mistake"] == self.made.title)
        if self.kind == "signs":
            got = np.array([SIGNS[entries[key]] for key in self.keys], dtype=float)
            return self._partial("dL_dz", got, np.full(got.shape, 0.5))
        texts = {key: read_entry(entries[key]) for key in self.keys}
        if self.kind in ("entry", "row"):
            read = read_numbers(f"[{' '.join(texts.values())}]")
            return self._partial("J", read.values, read.tolerance + 1e-9)
        claims = {}
        for q, shape in self._shapes.items():
            cells = [text for key, text in texts.items() if key.startswith(f"{q}:")]
            across = shape[-1]
            claims[q] = "\n".join(
                " ".join(cells[k : k + across]) for k in range(0, len(cells), across)
            )
        found = self._diagnose(claims)
        return self._judged(found, all(v.right is True for v in found.verdicts.values()))

    def _judged(self, found: Diagnosis, is_right: bool) -> Judgement:
        return Judgement(is_right, "" if is_right else hint(self.kind, found), found)

    def _partial(self, quantity: str, got: Array, tolerance: Array) -> Judgement:
        """Where a part of a quantity is asked: the mistakes that give it, none where it is right."""
        expected = self.part(self.right(quantity))
        is_right = bool((np.abs(got - expected) <= tolerance).all())
        explanations: list[Explanation] = []
        for m in () if is_right else MISTAKES:
            if quantity not in m.quantities or not m.possible(self.case):
                continue
            values = self.wrong(m, quantity)
            if values.shape != self.right(quantity).shape:
                continue
            values = self.part(values)
            if (np.abs(got - values) <= tolerance).all():
                explanations.append(Explanation((m,), values, (m.mended(self.case),)))
        difference = np.abs(got - expected)
        verdict = Verdict(
            quantity,
            is_right,
            got,
            expected,
            tolerance,
            (int(difference.argmax()),),
            None,
            tuple(explanations[:_MOST_NAMED]),
            (),
        )
        whole = self._diagnose({quantity: self.right(quantity)})
        return self._judged(replace(whole, verdicts={quantity: verdict}), is_right)


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
    if kind == "MSE":
        loss = "MSE"
    return Exercise(kind, level, seed, tuple(weights), target, loss, g, h, i, j)
