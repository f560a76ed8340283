"""What every instrument is: a board with its numbers, its sliders, its words and its code."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from core.inputs import Array
from pages.board import frames
from pages.board.blocks import Board
from pages.board.frames import Grids, Sweeps
from pages.notation.snippets import Code

State = Mapping[str, Any]
"""The values of a page's controls, by their keys in the link."""
Inputs = dict[str, Array]
"""The sliders' values: () for a slider of that name, (n,) for name1 … namen."""
Quantities = dict[str, Array]
"""What a board shows, by the names that its blocks use."""


class Instrument(ABC):
    """A frozen record of its choices. It knows no page: whoever has a state can show it."""

    drawn: ClassVar[frozenset[str]] = frozenset()
    """The names of those of its numbers that are places in a picture, and in no table."""

    @property
    def sliders(self) -> Mapping[str, int | None]:
        """The inputs that sliders move: how many of name1, name2 …, or None for one of that name."""
        return {}

    @abstractmethod
    def numbers(self, *args: Any, **inputs: Any) -> Quantities:
        """What its boards show; inputs may have a leading batch, which the numbers then have too."""

    @abstractmethod
    def blocks(self) -> Mapping[str, Board]:
        """Its boards, by their keys."""

    def code(self, inputs: Inputs, now: Quantities) -> Code | None:
        """The same state as code that runs anywhere, if there is any; now are its numbers there."""
        return None

    def sweeps(self, grids: Grids, inputs: Inputs) -> Sweeps:
        """Its numbers where the sliders stand, and wherever one of them can go."""
        return frames.sweeps(self.numbers, grids, **inputs)

    def listed(self, now: Quantities) -> Quantities:
        """Its numbers without those that are only drawn."""
        return {name: value for name, value in now.items() if name not in self.drawn}

    def backdrop(self, grids: Grids, inputs: Inputs) -> Sweeps | None:
        """Numbers of its pictures that choices decide and few sliders move, if there are any.

        They are sent when a choice has changed, and not when a slider has.
        """
        return None

    def slider_keys(self) -> list[str]:
        """In the link and the table of controls."""
        return [key for name, count in self.sliders.items() for key in _spread(name, count)]

    def inputs(self, state: State) -> Inputs:
        """Where its sliders stand."""
        return {
            name: np.array(
                state[name] if count is None else [state[key] for key in _spread(name, count)],
                dtype=np.float64,
            )
            for name, count in self.sliders.items()
        }


class LinkedInstrument(Instrument):
    """One whose whole state stands in a link."""

    choices: ClassVar[tuple[str, ...]] = ()
    """The keys of the controls that decide what stands where; those before others narrow them."""

    @classmethod
    @abstractmethod
    def at(cls, state: State) -> "LinkedInstrument":
        """The choices of a state."""

    @classmethod
    def narrowed(cls, key: str, state: State) -> dict[str, Any]:
        """What a choice has otherwise than the table says, at a state of those before it."""
        return {}

    @property
    def main_board(self) -> tuple[str, Board]:
        """The board that is shown where there is room for one, and its key."""
        return next(iter(self.blocks().items()))

    def picked(self, quantity: str, row: int, column: int) -> dict[str, str]:
        """What a cell that is picked sets: controls' values, by their keys."""
        return {}


def _spread(name: str, count: int | None) -> list[str]:
    return [name] if count is None else [f"{name}{k + 1}" for k in range(count)]
