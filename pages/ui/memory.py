"""What the visitor's browser keeps of their practice: heard once a session, sent when it changes."""

import json
from collections.abc import Callable
from typing import cast

import streamlit as st

from pages.board import scripts
from pages.exercise.memory import Memory

_MEMORY, _HEARD = "practice_memory", "practice_heard"
_remember = st.components.v2.component("practice_memory", js=scripts.script("memory.js"))


def memory() -> Memory:
    """The visitor's."""
    return cast(Memory, st.session_state.setdefault(_MEMORY, Memory()))


def keep(heard: Callable[[], None], typed: Callable[[str, str], None]) -> None:
    """Send it to the browser; called last, once.

    Parameters
    ----------
    heard : called before the run that follows, when the browser has told what it kept
    typed : called so with a box's class and what stood in it, with the cursor there, on a reload
    """

    def told() -> None:
        text = st.session_state["remember"].kept
        if isinstance(text, str):  # the browser may send anything
            st.session_state[_HEARD] = True
            memory().add(text)
            heard()

    def stood() -> None:
        if found := _pair(st.session_state["remember"].typed):
            typed(*found)

    _remember(
        key="remember",
        data={"text": memory().text, "heard": _HEARD in st.session_state},
        on_kept_change=told,
        on_typed_change=stood,
    )


def _pair(message: object) -> tuple[str, str] | None:
    """Two texts as JSON, from the browser, which may send anything."""
    try:
        found = json.loads(message) if isinstance(message, str) else None
    except (ValueError, RecursionError):
        return None
    if isinstance(found, list) and [type(text) for text in found] == [str, str]:
        return found[0], found[1]
    return None
