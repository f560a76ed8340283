"""What the visitor's browser keeps of their practice: heard once a session, sent when it changes."""

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


def keep(heard: Callable[[], None]) -> None:
    """Send it to the browser; called last, once.

    Parameters
    ----------
    heard : called before the run that follows, when the browser has told what it kept
    """

    def told() -> None:
        text = st.session_state["remember"].kept
        if isinstance(text, str):  # the browser may send anything
            st.session_state[_HEARD] = True
            memory().add(text)
            heard()

    _remember(
        key="remember",
        data={"text": memory().text, "heard": _HEARD in st.session_state},
        on_kept_change=told,
    )
