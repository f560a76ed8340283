"""What the page *Check my gradient* asks for: the texts and settings of a state, and what is to be said of them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from inspect import signature
from typing import Any, ClassVar

import core
from core.diagnosis.verdict import Report
from core.reading import Reading, ReadingError, reading
from pages.instruments.base import State
from pages.notation import snippets
from pages.state.presets import EXAMPLES, Preset

_SHORT = 20_000
"""Characters of a text that is kept when it has been read."""


def said(texts: Mapping[str, str]) -> dict[str, str]:
    """Those texts that say something."""
    return {name: text for name, text in texts.items() if text.strip()}


class Form(ABC):
    """Texts that all is computed from, and texts of what somebody got."""

    known: ClassVar[tuple[str, ...]]
    """Names of what all is computed from, as `judge` has them."""
    asked: ClassVar[tuple[str, ...]]
    """The quantities that can be checked."""
    usual: ClassVar[str]
    """The one that most people ask for."""
    got: ClassVar[str]
    """The control that says which of them were got."""
    alike: ClassVar[tuple[str, ...]]
    """The controls without which the greeting's numbers mean nothing."""
    example: ClassVar[str]
    """The label of the example that is judged while nothing is pasted."""
    told: ClassVar[str]
    """What its grey numbers are."""
    judge: ClassVar[Callable[..., Report]]

    @abstractmethod
    def pasted(self, state: State) -> dict[str, str]:
        """The texts that say something, by the name that each has for `judge`."""

    @abstractmethod
    def options(self, state: State) -> dict[str, Any]:
        """What else `judge` is told."""

    @abstractmethod
    def diagnose(self, given: Mapping[str, str | Reading], state: State) -> Report | None:
        """What is to be said of it; None where there is nothing to be checked. Raises as `judge`."""

    def claims(self, state: State) -> dict[str, str]:
        """The texts of what was got."""
        return {name: state.get(f"got_{name}", "") for name in self.asked}

    def greeting(self, state: State) -> dict[str, str]:
        """The example's texts, to be diagnosed while nothing is pasted; none where other things are asked."""
        example: Preset = next(e for e in EXAMPLES if e.label == self.example)
        alike = all(state[key] == example.state[key] for key in self.alike)
        return self.pasted(example.state) if alike else {}

    def uploads(self, files: Iterable[tuple[str, bytes]]) -> dict[str, Reading]:
        """Arrays of uploaded files by the quantity that their name says.

        Raises ReadingError for a file that cannot be read or a name that says no quantity.
        """
        names = tuple(dict.fromkeys((*self.known, *self.asked)))
        found: dict[str, Reading] = {}
        for name, data in files:
            for called, read in core.read_file(name, data).items():
                quantity = "t" if called in ("target", "targets", "labels") else called
                if quantity not in names:
                    raise ReadingError(
                        f"expected arrays named {', '.join(names)}, got {quantity!r}. Name a file "
                        f"after what it holds, for example {self.usual}.csv",
                        source=name,
                    )
                found[quantity] = read
        return found

    @staticmethod
    def read(given: Mapping[str, str | Reading]) -> dict[str, Reading]:
        """Texts as readings. Short ones are read once: a slider that moves leaves them as they are."""
        return {name: _reading("target" if name == "t" else name, x) for name, x in given.items()}

    def code(self, texts: Mapping[str, str], state: State) -> str:
        """The same from a notebook; an option that says nothing is left out."""
        defaults = signature(self.judge).parameters
        options = {
            name: value
            for name, value in self.options(state).items()
            if name == "loss" or value != defaults[name].default
        }
        return snippets.diagnosis(self.judge.__name__, texts, options)


def _reading(name: str, given: str | Reading) -> Reading:
    short = isinstance(given, str) and len(given) <= _SHORT
    return _kept(name, given) if short else reading(name, given)


@lru_cache(maxsize=256)
def _kept(name: str, text: str) -> Reading:
    found = reading(name, text)
    for kept in (found.values, found.tolerance):
        kept.flags.writeable = False  # all sessions share it
    return found
