"""How the state of a page is written in its link, and read from one that stands in a text."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pages import PAGES
from pages.state.controls import CONTROLS
from pages.state.kinds import MAX_TEXT_IN_LINK, Choice, Control, Number, Several, Slider, Text

ALONE = "board"
"""The option of a link that shows a page's board alone, with its bars."""


_LOOKS = ("embed", "embed_options", ALONE)
"""What else a link says: how the page is shown, and not what."""


def spelled(value: Any) -> str:
    """A control's value as it stands in a link."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def too_long(control: Control, value: Any) -> bool:
    """Whether a text is left out of the link."""
    return isinstance(control, Text) and len(value) > MAX_TEXT_IN_LINK


def linked(controls: Mapping[str, Control], state: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """What a link says of a state: the values that are not the controls' defaults.

    Not all that the address says: anyone can put anything there.
    """
    link: dict[str, str | list[str]] = {}
    for key, value in state.items():
        control = controls[key]
        if isinstance(control, Several):
            if tuple(value) != control.default:
                link[key] = value or [""]
        elif value not in (None, control.default) and not too_long(control, value):
            link[key] = spelled(value)
    return link


def read(link: str) -> tuple[str, dict[str, Any]]:
    """A link as people copy it from the address bar: its page's stem, and what it says of controls.

    Where the app itself shows the default in place of what is damaged, whoever wrote a link into a
    text or a command is told.

    Parameters
    ----------
    link : "losses?z1=6&t=2"; whatever stands before the last / is left alone

    Raises
    ------
    ValueError : if it names no page, or a control that there is not, or a value that it cannot have
    """
    address = urlsplit(link.strip())
    stem = address.path.rpartition("/")[2]
    stems = [page.stem for page in PAGES]
    if stem not in stems:
        if stem and not address.netloc:
            raise ValueError(f"expected a page, one of {', '.join(stems)}, got {_cut(stem)}")
        stem = PAGES[0].stem  # the landing page has the address of the app itself
    said = parse_qs(address.query, keep_blank_values=True)
    return stem, {key: _read(key, texts) for key, texts in said.items() if key not in _LOOKS}


def _read(key: str, texts: Sequence[str]) -> Any:
    control = CONTROLS.get(key)
    if control is None:
        raise ValueError(f"expected the name of a control, got {_cut(key)}")
    if isinstance(control, Several):
        return [accepted(key, control, text) for text in texts if text]
    return accepted(key, control, texts[-1])


def accepted(key: str, control: Control, text: str) -> Any:
    """The value that a text means to a control.

    Raises ValueError if it has no such value, and says what it can have.
    """
    if isinstance(control, Slider | Number):
        whole = isinstance(control.default, int)
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            value = float("nan")
        if not control.low <= value <= control.high:
            kind = "a whole number" if whole else "a number"
            raise ValueError(
                f"expected {key} as {kind} from {control.low:g} to {control.high:g}, got {_cut(text)}"
            )
        return value
    if isinstance(control, Choice | Several) and control.options and text not in control.options:
        raise ValueError(f"expected {key} as one of {', '.join(control.options)}, got {_cut(text)}")
    return text


def _cut(text: str) -> str:
    """As much of a text as a message has room for."""
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
