"""Would my test notice? Its controls, and which known mistakes it would let pass."""

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from pages.instruments.base import State
from pages.instruments.noticing import CHOICES, NUMBERS, code, noticed
from pages.ui import session, widgets
from pages.ui.plain import plain

_OPENED, _LINKED = "noticing_opened", "noticing_linked"


def folded() -> ExpanderContainer:
    """Where `show` is to draw: folded until it is opened, or a link says something of it.

    Drawn before what follows the sliders, so that a change of these does not draw it again.
    """
    if _LINKED not in st.session_state:  # a change of it would fold it anew
        said = st.query_params.keys()
        st.session_state[_LINKED] = not said.isdisjoint((*CHOICES, *NUMBERS))
    linked = st.session_state[_LINKED]
    return st.expander("Would my test notice?", linked, key="noticing", on_change="rerun")


def show(host: ExpanderContainer, state: State) -> None:
    """Nothing until it is opened for the first time; folded again it stays, and so does the link."""
    if host.open or _OPENED in st.session_state:
        st.session_state[_OPENED] = True
        with host:
            _opened(state)


def _opened(state: State) -> None:
    """A test of ∂L/∂z as it is set up, with the temperature and the sum or mean of the page."""
    st.caption(
        "A test of ∂L/∂z, at the temperature of this page and with its loss over the rows. Each known "
        "mistake is made, and the test runs on it."
    )
    with st.container(horizontal=True):
        widgets.draw(*CHOICES)
    widgets.draw_in_columns(NUMBERS)
    state = {**state, **session.state()}
    found = noticed(state)
    st.markdown(f"**{plain(found.headline)}**")
    if found.missed:
        st.markdown("It would notice all with:")
        st.markdown("\n".join(f"- {plain(change)}" for change in found.changes))
        st.markdown("These pass:")
        st.markdown("\n".join(f"- {plain(mistake.title)}" for mistake in found.missed))
    st.markdown("  \n".join(map(plain, found.notes)))
    st.code(code(state), wrap_lines=True)
