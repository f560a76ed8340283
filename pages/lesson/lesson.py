"""What a lesson is once it has been read: steps, and what could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pages.board.blocks import Board
from pages.instruments import table
from pages.instruments.base import LinkedInstrument, Quantities
from pages.lesson.quantities import Prose
from pages.lesson.questions import Question


@dataclass(frozen=True)
class Error:
    """What is wrong with a line, and what would be accepted there."""

    line: int
    """From 1."""
    says: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.says}"


@dataclass(frozen=True)
class Shown:
    """The instrument of a step: whose page, at which state, which boards, which controls."""

    stem: str
    state: Mapping[str, Any]
    """Of all controls, those that the link does not name at their defaults."""
    boards: tuple[str, ...] = ()
    """Their keys; empty for the main one."""
    controls: tuple[str, ...] = ()
    """The keys of those that the reader may move."""

    def at(self, state: Mapping[str, Any]) -> LinkedInstrument:
        """The instrument at this state, or one that the reader's controls have made of it."""
        return table.at(self.stem, state)

    def numbers(self, state: Mapping[str, Any]) -> Quantities:
        """Its numbers there.

        Raises ValueError if the state is none of it: class 5 of 3.
        """
        instrument = self.at(state)
        return instrument.numbers(**instrument.inputs(state))

    def blocks(self, instrument: LinkedInstrument) -> dict[str, Board]:
        """The boards that the step shows, by their keys; those of them that are there."""
        all_boards = dict(instrument.blocks())
        chosen = {key: all_boards[key] for key in self.boards if key in all_boards}
        return chosen or dict([instrument.main_board])


@dataclass(frozen=True)
class Step:
    """One idea: a title, prose, an instrument in a state, perhaps a question."""

    title: str
    line: int
    prose: Prose = ()
    shown: Shown | None = None
    question: Question | None = None
    after: Prose = ()
    """What is said once the question has been answered."""


@dataclass(frozen=True)
class Lesson:
    """A text that has been read; what was wrong with it is told, and the rest is there."""

    title: str = "Untitled lesson"
    language: str = "en"
    author: str = ""
    steps: tuple[Step, ...] = ()
    errors: tuple[Error, ...] = field(default=())
