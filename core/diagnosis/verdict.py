"""What `diagnose` finds: records that print as a report."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.attention import AttentionRecord
from core.diagnosis import markdown
from core.diagnosis.case import Case
from core.diagnosis.layout import Layout
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
    depends: str = ""
    """Where right is None, and not for want of digits: what it depends on. The explanations are then
    of the case in which it is wrong."""

    @property
    def difference(self) -> Array | None:
        """got − expected."""
        if self.got.shape != self.expected.shape:
            return None
        with np.errstate(invalid="ignore"):
            return np.asarray(self.got - self.expected)

    def __str__(self) -> str:
        opening, *more = self._opening()
        lines = [opening, *(f"  {sentence}" for sentence in more)]
        for lead, explanation in zip(self._leads(), self.explanations, strict=True):
            lines.append(f"  {lead}:")
            for mistake, fix in zip(explanation.mistakes, explanation.fixes, strict=True):
                lines += [
                    f"  - {mistake.title} ({mistake.name})",
                    f"      {mistake.explanation}",
                    f"      Fix: {fix}",
                    f"      See: {mistake.see}",
                ]
        return "\n".join([*lines, *(f"  {sentence}" for sentence in self._closing())])

    def markdown(self) -> str:
        """The same with its numbers in tables."""
        opening, *more = map(markdown.plain, self._opening())
        parts = [f"### {opening}", *more]
        if self.right is not True and self.worst is not None and self.difference is not None:
            numbers = {"yours": self.got, "right": self.expected, "yours − right": self.difference}
            parts.append(markdown.table(numbers, self.worst))
        for lead, explanation in zip(self._leads(), self.explanations, strict=True):
            items = [
                f"- **{markdown.plain(mistake.title)}** (`{mistake.name}`). "
                f"{markdown.plain(mistake.explanation)}  \n  Fix: `{fix}`"
                for mistake, fix in zip(explanation.mistakes, explanation.fixes, strict=True)
            ]
            parts += [f"{lead}:", "\n".join(items)]
        return "\n\n".join([*parts, *map(markdown.plain, self._closing())])

    def _opening(self) -> list[str]:
        """The verdict, the worst entry, and which part is wrong."""
        opening = {
            True: "right to the digits given",
            False: "not right",
            None: "not to be told from these digits",
        }[self.right]
        said = [f"{NAMES.get(self.quantity, self.quantity)}: {self.depends or opening}."]
        if self.worst is not None and self.right is not True:
            measured = "" if self.numeric is None else f", measured {self.numeric:.6g}"
            said.append(
                f"Worst entry, {spelled_index(self.worst, self.expected.ndim)}: yours "
                f"{self.got[self.worst]:.6g}, right {self.expected[self.worst]:.6g}{measured}."
            )
        return [*said, *self.where]

    def _leads(self) -> list[str]:
        """What stands before each explanation."""
        first = f"Your numbers {'there ' if self.alone else ''}are what comes out when"
        return [first, *("Or" for _ in self.explanations)][: len(self.explanations)]

    def _closing(self) -> list[str]:
        if self.right is False and not self.explanations:
            return ["No known mistake, alone or in a pair, gives these numbers.", *self.hints]
        return list(self.hints)


NAMES = {
    "y": "y",
    "J": "J",
    "dL_dy": "∂L/∂y",
    "dL_dz": "∂L/∂z",
    "dL_dW": "∂L/∂W",
    "dL_db": "∂L/∂b",
}
"""As the quantities are written for people."""


AXES = {1: ("entry",), 2: ("row", "column"), 3: ("example", "row", "column")}
"""The axes of a quantity, as people call them."""


def spelled_index(index: tuple[int, ...], ndim: int, words: tuple[str, ...] = ()) -> str:
    """An index for people, counted from 1."""
    words = words or AXES.get(ndim) or tuple(f"axis {k}:" for k in range(ndim))
    return ", ".join(f"{word} {i + 1}" for word, i in zip(words, index, strict=True))


@dataclass(frozen=True)
class Report:
    """Verdicts, which print as a report."""

    verdicts: Mapping[str, Verdict]
    """By quantity, in the order of a backward pass."""
    readings: Mapping[str, Reading]
    """Everything that was given, by its name, and what was to be checked."""
    told: tuple[str, ...]
    """How all was read where it could be read otherwise: sentences."""

    @property
    def right(self) -> bool:
        """Whether everything given is right."""
        return all(verdict.right is True for verdict in self.verdicts.values())

    @property
    def notes(self) -> tuple[str, ...]:
        """How texts were read that could be read otherwise, a sentence each."""
        return tuple(
            f"Reading {NAMES.get(name, name)}: {note}"
            for name, reading in self.readings.items()
            for note in reading.notes
        )

    def __str__(self) -> str:
        verdicts = (str(verdict) for verdict in self.verdicts.values())
        return "\n".join([*self.told, *verdicts, *self.notes])

    def markdown(self) -> str:
        """The report with its numbers in tables, to be pasted in an issue."""
        verdicts = (verdict.markdown() for verdict in self.verdicts.values())
        told, notes = (map(markdown.plain, said) for said in (self.told, self.notes))
        parts = [*told, *verdicts, *notes]
        return "\n\n".join(parts) + "\n"


@dataclass(frozen=True)
class Diagnosis(Report):
    """What `diagnose` found; prints as a report."""

    case: Case
    """What the pass starts from, as it was read: logits, target and input of the layer, with a row for
    each example, and the options."""
    layout: Layout
    """Where z has its examples and classes."""

    @property
    def understood(self) -> "Understood":
        """What all was taken for."""
        examples, classes = self.case.z.shape
        many = "" if examples == 1 else "s"
        size = f"{examples} example{many} of {classes} class{'' if classes == 1 else 'es'}"
        dtypes = dict.fromkeys(filter(None, (self.readings[name].dtype for name in self.verdicts)))
        return Understood(
            size + (", each in a column" if self.layout.columns else ""),
            ", ".join(dtypes),
            "" if self.case.temperature == 1 else f"τ = {self.case.temperature:g}",
            ", ".join(self._loss()),
            ", ".join(self._rows()),
        )

    def _loss(self) -> list[str]:
        case, told = self.case, self.case.told
        parts = [] if case.raw is None else [f"logits capped at {case.cap:g}"]
        if case.g is not None:
            of = "log-softmax" if case.log else "softmax"
            return [*parts, f"with an upstream gradient of your own at the output of {of}"]
        if case.t is None:
            return parts
        loss = {
            "CE": "cross-entropy",
            "MSE": f"squared error ({case.reduction})",
            "focal": f"focal (γ = {case.gamma:g})",
        }[case.loss]
        parts.append(f"loss: {loss}")
        if case.z_loss:
            parts.append(f"z-loss {case.z_loss:g}")
        if told is not None and told.smoothing:
            parts.append(f"label smoothing {told.smoothing:g}")
        if told is not None and told.by_class:
            parts.append("classes weighted")
        return parts

    def _rows(self) -> list[str]:
        case, told = self.case, self.case.told
        if case.t is None:
            return ["each row by itself"] if case.rows > 1 else []
        parts = []
        counting = case.rows if told is None else int(told.counting.sum().round())
        rows = f"{counting} row{'' if counting == 1 else 's'}"
        if counting != case.rows:
            rows += f" that count{'s' if counting == 1 else ''}"
        if case.batch_mean and case.counted != counting:
            parts.append(f"mean by weights that add up to {case.counted:.6g}")
        elif case.batch_mean:
            parts.append(f"mean over {rows}")
        elif case.rows > 1:
            parts.append(f"sum over the {'rows' if counting == case.rows else rows}")
        if told is not None and told.by_row:
            parts.append("rows weighted")
        if case.loss_weight != 1:
            parts.append(f"times {case.loss_weight:g}")
        return parts

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.understood}"

    def markdown(self) -> str:
        """The report with its numbers in tables, to be pasted in an issue."""
        return f"{super().markdown()}\n{markdown.plain(str(self.understood))}\n"


@dataclass(frozen=True)
class Understood:
    """What was given, as it was taken; prints as a sentence. What there is nothing to say of is empty."""

    examples: str
    """How many of how many classes, and where they are."""
    dtype: str
    """What the numbers name themselves, or were said to be computed in."""
    temperature: str
    """Where it is not 1."""
    loss: str
    """With smoothing and weights of the classes; or that there is an upstream gradient."""
    rows: str
    """How the loss goes over them, and what they weigh."""

    def __str__(self) -> str:
        parts = filter(None, (self.examples, self.dtype, self.temperature, self.loss, self.rows))
        return f"Understood as {', '.join(parts)}."


@dataclass(frozen=True)
class AttentionDiagnosis(Report):
    """What `diagnose_attention` found; prints as a report."""

    attention: AttentionRecord
    """The right forward pass."""
