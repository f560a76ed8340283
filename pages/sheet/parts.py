"""What a worksheet, its key and a course's questions say of an exercise, in the same words."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.diagnosis.steps import Mistake
from core.practice import Exercise
from core.practice.wrong import answer, wrong_answers
from pages.exercise.screen import Screen
from pages.notation.html import Html, joined, tag
from pages.notation.mathml import mathml
from pages.notation.number_format import fixed

DECIMALS = 3
_SIGNS = {-1: "−", 0: "0", 1: "+"}


@dataclass(frozen=True)
class Row:
    """A wrong answer, explained."""

    numbers: str
    mistakes: tuple[Mistake, ...]

    @property
    def title(self) -> str:
        """What comes out so, of all that give these numbers."""
        return "; or ".join(m.title for m in self.mistakes)

    @property
    def explanation(self) -> str:
        """Of the first: the everyday one."""
        return self.mistakes[0].explanation


def rows(screen: Screen) -> tuple[Row, ...]:
    """Of a key: one for each answer that known mistakes give, and that can be told apart from the others."""
    e = screen.exercise
    if e.question:
        return ()
    if e.kind == "find":
        others = [m for m in e.choices if m is not e.made]
        return tuple(Row(_numbers(e.wrong(m, "dL_dz").tolist()), (m,)) for m in others)
    return tuple(Row(_shaped(screen, w.values.tolist()), w.mistakes) for w in wrong_answers(e))


def right(screen: Screen) -> str:
    """The answer: numbers, signs, the mistake or a formula."""
    e = screen.exercise
    if e.question:
        return e.question.answer
    return e.made.title if e.kind == "find" else _shaped(screen, answer(e).tolist())


def _shaped(screen: Screen, values: Sequence[float]) -> str:
    """In the rows of the boxes."""
    left = list(values)
    lines = []
    for line in screen.rows:
        taken, left = left[: len(line)], left[len(line) :]
        signs = screen.exercise.kind == "signs"
        lines.append(" ".join(_SIGNS[int(v)] for v in taken) if signs else _numbers(taken))
    return "; ".join(lines)


def _numbers(values: Sequence[float]) -> str:
    return ", ".join(fixed(round(v, DECIMALS), DECIMALS) for v in values)


def words(text: str) -> Html:
    """A sentence with formulas between dollar signs."""
    parts = text.split("$")
    return joined(*(Html(mathml(p)) if k % 2 else p for k, p in enumerate(parts)))


def displayed(*formulas: str) -> Html:
    """Each in a line of its own."""
    return joined(
        *(tag("div", Html(mathml(f, displayed=True)), class_="formula") for f in formulas)
    )


def steps(screen: Screen) -> Html:
    """Those that are shown."""
    items = [tag("li", step.words, displayed(step.formula)) for step in screen.steps]
    return tag("ol", *items) if items else Html()


def heading(screen: Screen, number: int) -> str:
    return f"{number}. {screen.title}"


def source(e: Exercise) -> str:
    """By which an exercise is found again."""
    return f"{e.kind} · level {e.level} · seed {e.seed}"
