"""Drawing the controls, each bound to the link. What they are at, `session.state()` says."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.state import controls
from pages.state.kinds import (
    MAX_TEXT,
    MAX_TEXT_IN_LINK,
    Choice,
    Control,
    Number,
    Several,
    Slider,
    Text,
)
from pages.state.presets import PRESETS, Preset
from pages.ui import session


def panel() -> DeltaGenerator:
    """Where a page's controls go: in the sidebar; in an embed, too narrow for one, above the board."""
    return st.container(horizontal=True) if st.context.is_embedded else st.sidebar


def draw(*keys: str, **narrowed: Any) -> None:
    """Controls, one after the other.

    Parameters
    ----------
    keys : of the table; a class is one of the n that there are
    narrowed : what a control has otherwise than the table says: another end, fewer options
    """
    for key in keys:
        control = controls.narrowed(key, session.state(), **narrowed)
        session.drew(key, control, value_of(key, control))


def draw_logits() -> int:
    """The number of classes and a slider for each logit. Returns n."""
    draw("n")
    n = int(session.state()["n"])
    draw(*(f"z{k + 1}" for k in range(n)))
    return n


def draw_in_columns(keys: Sequence[str]) -> None:
    """Controls side by side, five in a row; below each other, and in order, on a telephone."""
    across = min(len(keys), 5)
    for start in range(0, len(keys), across):
        for key, column in zip(keys[start : start + across], st.columns(across), strict=False):
            with column:
                draw(key)


def draw_presets(table: Sequence[Preset] = PRESETS, label: str = "Start from") -> None:
    """States worth seeing, one click each. One widget: each element costs the server a message."""
    st.pills(
        label,
        [preset.label for preset in table],
        key="preset",
        on_change=session.apply,
        args=(table,),
        help="  \n".join(f"**{preset.label}**: {preset.help}" for preset in table),
    )


def value_of(key: str, control: Control) -> Any:
    """Draw a control as it is; returns where it stands."""
    match control:
        case Slider():
            return _slider(key, control)
        case Number():
            return _number(key, control)
        case Choice():
            return _choice(key, control)
        case Several():
            return _several(key, control)
        case Text():
            return _text(key, control)


def _slider(key: str, c: Slider) -> float:
    if st.session_state.get(key, c.default) > c.high:
        st.session_state[key] = c.high  # it has been narrowed
    return st.slider(
        c.label,
        c.low,
        c.high,
        min(c.default, c.high),
        c.step,
        key=key,
        help=c.help,
        format="%d" if isinstance(c.step, int) else "%.2f" if c.step < 0.1 else "%.1f",
        on_change=session.moved if c.live else None,
        args=(key,),
        bind=session.binding(),
    )


def _number(key: str, c: Number) -> float:
    whole = isinstance(c.default, int)
    if whole and _infinite(st.query_params.get(key, "")):
        del st.query_params[key]  # Streamlit would make an int of it, which raises
        st.rerun()
    return st.number_input(
        c.label,
        c.low,
        c.high,
        c.default,
        1 if whole else None,
        "%d" if whole else "%.6g",
        key=key,
        help=c.help,
        bind=session.binding(),
    )


def _infinite(text: str) -> bool:
    try:
        return bool(np.isinf(float(text)))
    except ValueError:
        return False


def _choice(key: str, c: Choice) -> str | None:
    allowed = c.options if c.default else (None, *c.options)
    if st.session_state.get(key, c.default) not in allowed:
        st.session_state[key] = c.default  # class 5 was picked and n is now 3: the link says so too
    if c.listed:
        return st.selectbox(c.label, c.options, key=key, help=c.help, bind=session.binding())
    value = st.segmented_control(
        c.label,
        c.options,
        default=c.default,
        required=c.default is not None,
        key=key,
        help=c.help,
        bind=session.binding(),
    )
    if value is None and c.default:
        st.rerun()  # a link with an empty `t=`: the next run puts the default in its place
    return value


def _several(key: str, c: Several) -> list[str]:
    return st.pills(
        c.label,
        c.options,
        selection_mode="multi",
        default=list(c.default),
        key=key,
        help=c.help,
        bind=session.binding(),
    )


def _text(key: str, c: Text) -> str:
    """A text area, in the link while it is short.

    Not bound as the others are: Streamlit would put a text of any length into the address.
    """
    if key not in st.session_state:  # Streamlit forgets what a run has not drawn
        st.session_state[key] = session.ahead(key)
    value = st.text_area(
        c.label,
        max_chars=MAX_TEXT,
        key=key,
        placeholder=c.placeholder,
        help=c.help,
        height=90,
        persist_state="page",  # it is sent until the browser has it: a second run may overtake the first
    )
    value = value or ""
    linked = value if len(value) <= MAX_TEXT_IN_LINK else ""
    if linked and st.query_params.get(key) != linked:
        st.query_params[key] = linked
    elif not linked and key in st.query_params:
        del st.query_params[key]
    return value
