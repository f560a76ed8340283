"""What every instrument is: a board with its numbers, its sliders, its words and its code."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from core.inputs import Array
from pages.board.blocks import Board
from pages.notation.snippets import Code

State = Mapping[str, Any]
"""The values of a page's controls, by their keys in the link."""
Inputs = dict[str, Array]
"""The sliders' values: () for a slider of that name, (n,) for name1 … namen."""
Quantities = dict[str, Array]
"""What a board shows, by the names that its blocks use."""


class Instrument(Protocol):
    """A frozen record of its choices. It knows no page: whoever has a state can show it."""

    @property
    def sliders(self) -> Mapping[str, int | None]:
        """The inputs that sliders move: how many of name1, name2 …, or None for one of that name."""

    def numbers(self, **inputs: Array) -> Quantities:
        """What its boards show; inputs may have a leading batch, which the numbers then have too."""

    def blocks(self) -> Mapping[str, Board]:
        """Its boards, by their keys."""

    def code(self, inputs: Inputs, now: Quantities) -> Code:
        """The same state as code that runs anywhere; now are its numbers there."""


def inputs(instrument: Instrument, state: State) -> Inputs:
    """Where the sliders of an instrument stand."""
    return {
        name: np.array(
            state[name] if count is None else [state[f"{name}{k + 1}"] for k in range(count)],
            dtype=np.float64,
        )
        for name, count in instrument.sliders.items()
    }


def keys(instrument: Instrument) -> list[str]:
    """The keys of its sliders."""
    return [
        key
        for name, count in instrument.sliders.items()
        for key in ([name] if count is None else [f"{name}{k + 1}" for k in range(count)])
    ]
