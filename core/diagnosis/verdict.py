"""What `diagnose` finds: records that print as a report."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.diagnosis.case import Case
from core.diagnosis.steps import Mistake
from core.inputs import Array
from core.reading import Reading


@dataclass(frozen=True)
class Explanation:
    """Mistakes that, made together, reproduce the numbers."""

    mistakes: tuple[Mistake, ...]
    values: Array
    """What they give."""
    fixes: tuple[str, ...]
    """Of each mistake, the line of code that is right in this case."""

    @property
    def name(self) -> str:
        return " + ".join(m.name for m in self.mistakes)


@dataclass(frozen=True)
class Verdict:
    """What `diagnose` found for one quantity; prints as a paragraph."""

    quantity: str
    right: bool | None
    """None where the digits cannot tell."""
    got: Array
    expected: Array
    tolerance: Array
    """expected's shape: how far from it a right answer may be, given its digits and the inputs'."""
    worst: tuple[int, ...] | None
    """Where got is furthest from expected; None where their shapes differ."""
    numeric: float | None
    """The derivative there, measured from the loss alone by a complex step; None for y."""
    explanations: tuple[Explanation, ...]
    """Single mistakes, or else pairs, the simplest first; all reproduce the numbers."""
    hints: tuple[str, ...]
    where: tuple[str, ...] = ()
    """Which part is wrong, where the rest is right, and what it shares: sentences."""
    alone: bool = False
    """Whether the explanations are of that part alone: made in it, the mistakes reproduce the numbers."""

    @property
    def difference(self) -> Array | None:
        """got − expected."""
        if self.got.shape != self.expected.shape:
            return None
        with np.errstate(invalid="ignore"):
            return np.asarray(self.got - self.expected)

    def __str__(self) -> str:
        name = NAMES[self.quantity]
        opening = {
            True: "right to the digits given",
            False: "not right",
            None: "not to be told from these digits",
        }[self.right]
        lines = [f"{name}: {opening}."]
        if self.worst is not None and self.right is not True:
            measured = "" if self.numeric is None else f", measured {self.numeric:.6g}"
            lines.append(
                f"  Worst entry, {spelled_index(self.worst, self.expected.ndim)}: yours "
                f"{self.got[self.worst]:.6g}, right {self.expected[self.worst]:.6g}{measured}."
            )
        lines += [f"  {sentence}" for sentence in self.where]
        opening = f"Your numbers {'there ' if self.alone else ''}are what comes out when"
        for k, explanation in enumerate(self.explanations):
            lines.append(f"  {'Or' if k else opening}:")
            for mistake, fix in zip(explanation.mistakes, explanation.fixes, strict=True):
                lines += [
                    f"  - {mistake.title} ({mistake.name})",
                    f"      {mistake.explanation}",
                    f"      Fix: {fix}",
                    f"      See: {mistake.see}",
                ]
        if self.right is False and not self.explanations:
            lines.append("  No known mistake, alone or in a pair, gives these numbers.")
        return "\n".join([*lines, *(f"  {hint}" for hint in self.hints)])


NAMES = {
    "y": "y",
    "J": "J",
    "dL_dy": "∂L/∂y",
    "dL_dz": "∂L/∂z",
    "dL_dW": "∂L/∂W",
    "dL_db": "∂L/∂b",
}
"""As the quantities are written for people."""


def spelled_index(index: tuple[int, ...], ndim: int) -> str:
    """An index for people, counted from 1."""
    words = {1: ("entry",), 2: ("row", "column")}.get(ndim, ("example", "row", "column"))
    return ", ".join(f"{word} {i + 1}" for word, i in zip(words, index, strict=True))


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found; prints as a report."""

    verdicts: Mapping[str, Verdict]
    """By quantity, in the order of a backward pass."""
    case: Case
    """What the pass starts from, as it was read: logits, target and input of the layer, with a row for
    each example, and the options."""
    readings: Mapping[str, Reading]
    """Everything that was given, by its name: z, y, t, h, and what was to be checked."""

    @property
    def right(self) -> bool:
        """Whether everything given is right."""
        return all(verdict.right is True for verdict in self.verdicts.values())

    def __str__(self) -> str:
        return "\n".join(str(verdict) for verdict in self.verdicts.values())
