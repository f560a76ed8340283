"""What a visitor's session knows of the controls: which stand on the page, and at what.

A control is looked up once, when it is drawn; whoever asks later for the state, the link or a
slider's steps is told what stands here.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, cast

import streamlit as st
from streamlit.errors import StreamlitAPIException, StreamlitInvalidLayoutContextError

from pages.state import link
from pages.state.controls import CONTROLS
from pages.state.kinds import Choice, Control, Several, Slider, Text
from pages.state.presets import Preset
from pages.ui import queue

_LINKED = "linked"
_FOLLOWED = "followed"
"""The part of a page that is drawn alone, and whether the rest of it stands."""


@dataclass
class Drawn:
    """A control that stands on the page, and its value."""

    control: Control
    value: Any


def drawn() -> dict[str, Drawn]:
    """The controls that stand on the page so far."""
    return cast(dict[str, Drawn], st.session_state.setdefault("drawn", {}))


def carried() -> dict[str, Any]:
    """What every control was at when it last stood on a page."""
    return cast(dict[str, Any], st.session_state.setdefault("carried", {}))


def state() -> dict[str, Any]:
    """The values of the controls that stand on the page so far."""
    return {key: d.value for key, d in drawn().items()}


def shown_state() -> dict[str, Any]:
    """The same without texts, which may be long."""
    return {key: d.value for key, d in drawn().items() if not isinstance(d.control, Text)}


def choices() -> dict[str, Any]:
    """Those that decide what a board has where: all but the sliders that it follows."""
    return {
        k: v for k, v in shown_state().items() if not getattr(drawn()[k].control, "live", False)
    }


def linked() -> dict[str, str | list[str]]:
    """What a link to this view says."""
    return link.linked({key: d.control for key, d in drawn().items()}, state())


def left_out() -> list[str]:
    """The texts on the page that are too long for its link."""
    return [key for key, d in drawn().items() if link.too_long(d.control, d.value)]


def begin(linked: bool = True) -> None:
    """At the start of a page no control is drawn yet; they may stand in its link, or not."""
    drawn().clear()
    st.session_state[_LINKED] = linked
    st.session_state[_FOLLOWED] = False


def drew(key: str, control: Control, value: Any) -> None:
    """A control stands on the page now."""
    drawn()[key] = Drawn(control, value)
    _keep(key, drawn()[key])


def binding() -> Literal["query-params"] | None:
    """What a widget of this page is bound to."""
    return "query-params" if st.session_state[_LINKED] else None


def _keep(key: str, at: Drawn) -> None:
    if not st.session_state[_LINKED]:
        return
    carried()[key] = CONTROLS[key].default if _narrowed(key, at) else at.value


def _narrowed(key: str, at: Drawn) -> bool:
    """Whether it stands by itself where it does: at the end of less than all, as a race's last epoch."""
    whole, here = CONTROLS[key], at.control
    if not isinstance(whole, Slider) or not isinstance(here, Slider):
        return False
    return bool(at.value == here.high < whole.default)


def carry() -> None:
    """On arriving from another page bring the controls' values along, in the link too.

    Streamlit clears a page's controls, and what the link says of them, with the page.
    """
    brought = {
        key: text
        for key, text in link.linked(CONTROLS, carried()).items()
        if key not in st.query_params  # a link has the say
        and not isinstance(CONTROLS[key], Text)  # which its area brings, if it is on the page
    }
    if not brought:
        return
    for key in brought:
        st.session_state[key] = carried()[key]
    said = {k: text for k, text in brought.items() if not isinstance(CONTROLS[k], Several)}
    if said:  # each message of it is an entry of the browser's history
        st.query_params.from_dict({**st.query_params.to_dict(), **said})
    st.rerun()  # a value is taken up by controls drawn in a later run than the one that set it


def needed(spelled: Mapping[str, str]) -> dict[str, str]:
    """What a link inside this visit has to say: a default only where the visit has something else.

    The browser takes a default out of the address again, each with an entry of its own in the
    history: Back would go through all of them.
    """
    default = {key: link.spelled(CONTROLS[key].default) for key in spelled}
    return {
        key: value
        for key, value in spelled.items()
        if value != default[key] or link.spelled(carried().get(key, value)) != value
    }


def follow(draw: Callable[[], None]) -> None:
    """What a page draws of its live sliders' values; when one moves, this alone is drawn again.

    Called last. The rest of the page stands as it is: all that it shows of these values is on boards.
    """

    own = set[str]()  # it draws these itself, after its boards

    def following() -> None:
        with queue.turn():  # alone it does not come by app.py
            for key in own & drawn().keys():
                del drawn()[key]
            for key, d in drawn().items():
                if isinstance(d.control, Slider):
                    d.value = st.session_state[key]
                    _keep(key, d)
            page = set(drawn())
            try:
                draw()
            except StreamlitInvalidLayoutContextError:
                st.rerun()  # a run of the whole page was broken off before it came to its parts
            own.update(drawn().keys() - page)

    st.fragment(key=_FOLLOWED)(following)()
    st.session_state[_FOLLOWED] = True  # when the page has been drawn to its end


def moved(key: str) -> None:
    """A live slider: the page stands, if it was drawn to its end and nothing else has moved since."""
    others = (st.session_state.get(k) == v for k, v in shown_state().items() if k != key)
    if st.session_state.get(_FOLLOWED) and all(others):
        with suppress(StreamlitAPIException):
            st.rerun(_FOLLOWED)  # unknown while the page is drawn anew: then all of it is


def ahead(key: str) -> Any:
    """What a control that is not drawn yet will be at, if its link is not damaged."""
    control = CONTROLS[key]
    if key in st.session_state:
        value = st.session_state[key]
        known = not isinstance(control, Choice) or value in control.options
        return value if known else control.default
    if key not in st.query_params:
        return carried().get(key, control.default) if isinstance(control, Text) else control.default
    try:
        return link.accepted(key, control, st.query_params[key])
    except ValueError:
        return control.default


def set_state(state: Mapping[str, Any]) -> None:
    """Set controls; this and what follows is for callbacks, before the controls are drawn."""
    for key, value in state.items():
        st.session_state[key] = value


def drag(message: object) -> None:
    """Set a slider to [key, value] as the board's bars send it; anything else is left alone."""
    if not (isinstance(message, list) and len(message) == 2 and isinstance(message[0], str)):
        return
    key, value = message
    control = drawn()[key].control if key in drawn() else None
    if (
        isinstance(control, Slider)
        and type(value) in (int, float)
        and control.low <= value <= control.high
    ):
        st.session_state[key] = type(control.default)(round(value, 2))


def step(key: str, by: int) -> None:
    """Move a slider some steps on, as far as it goes."""
    control = cast(Slider, CONTROLS[key])
    value = st.session_state.get(key, control.default) + by
    st.session_state[key] = min(max(value, control.low), control.high)


def apply(table: Sequence[Preset]) -> None:
    """Set the state of the preset that was clicked."""
    label = st.session_state["preset"]
    preset = next(p for p in table if p.label == label)
    for key, value in {**preset.state, "preset": None}.items():
        st.session_state[key] = value
    carried().update(preset.state)  # for a control of another page, when it is next drawn there,
    for key in preset.state.keys() & st.query_params.keys():
        with suppress(StreamlitAPIException):  # bound to a control, which will see to it
            del st.query_params[key]  # and its old value leaves the link
