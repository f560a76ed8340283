"""How the state of a page is written in its link."""

from collections.abc import Mapping
from typing import Any

from pages.state.kinds import MAX_TEXT_IN_LINK, Control, Several, Text

ALONE = "board"
"""The option of a link that shows a page's board alone, with its bars."""


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
