"""The kinds of controls. A control's key is its name in the link."""

from dataclasses import dataclass

from pages.board.grid import Grid

MAX_TEXT_IN_LINK = 1500
"""Characters of one text; a longer one would make the link too long for some servers."""
MAX_TEXT = 2**19
"""Characters of one text; what is longer comes as a file. All of a page's texts are one message."""


@dataclass(frozen=True)
class Slider:
    """A number between bounds."""

    label: str
    low: float
    high: float
    step: float
    default: float
    help: str | None = None
    live: bool = True
    """Whether it moves numbers only, which the board follows; not what stands on the page, and where."""
    color: str | None = None
    """Of its class, if it is one's."""

    @property
    def grid(self) -> Grid:
        """Every value that it can take."""
        return Grid(self.low, self.step, round((self.high - self.low) / self.step) + 1)


@dataclass(frozen=True)
class Number:
    """A number between bounds that is typed."""

    label: str
    low: float
    high: float
    default: float
    help: str | None = None


@dataclass(frozen=True)
class Choice:
    """One of a few short words; the word itself stands in the link."""

    label: str
    options: tuple[str, ...]
    """None where they follow from other controls."""
    default: str | None
    help: str | None = None
    listed: bool = False
    """Whether they are too many to stand side by side."""


@dataclass(frozen=True)
class Text:
    """Numbers that are pasted or typed."""

    label: str
    placeholder: str
    help: str | None = None
    default: str = ""


@dataclass(frozen=True)
class Several:
    """Any number of a few short words."""

    label: str
    options: tuple[str, ...]
    default: tuple[str, ...]
    help: str | None = None


Control = Slider | Number | Choice | Text | Several
