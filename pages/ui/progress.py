"""What a learner has done: a table, a line to be sent, and a line that was sent."""

from urllib.parse import urlencode

import streamlit as st

from pages import Page
from pages.exercise import progress, told
from pages.state.kinds import MAX_TEXT_IN_LINK
from pages.ui import export, session, widgets
from pages.ui.memory import memory

Titles = dict[str, str]
"""Of the kinds, in their order."""


def show(page: Page, titles: Titles, levels: tuple[int, ...]) -> None:
    """The learner's own."""
    done = memory().done
    if not done:
        return
    st.header("What you have done", anchor=False)
    st.markdown(told.table(done, titles, levels))
    st.caption(
        "Right is who is right at the first lock. This is kept in your browser and nowhere else. "
        "To show it to your teacher, copy the line: each exercise by its kind, level and seed, with "
        "+ for right."
    )
    line = progress.line(done)
    st.code(line, language=None, wrap_lines=True)
    if len(line) <= MAX_TEXT_IN_LINK:
        with st.expander("The same as a link"):
            address = export.link(page).partition("?")[0]
            st.code(f"{address}?{urlencode({'done': line})}", language=None, wrap_lines=True)


def sent() -> bool:
    """Whether the visit began with a link that brought a line: what comes first on the page then."""
    return bool(st.session_state.setdefault("line_sent", "done" in st.query_params))


def look(titles: Titles, levels: tuple[int, ...]) -> None:
    """A line that was sent."""
    with st.expander("Look at a learner’s line", expanded=sent(), icon=":material/school:"):
        widgets.draw("done")
        text = session.state()["done"]
        if text.strip():
            _look_at(text, titles, levels)


def _look_at(text: str, titles: Titles, levels: tuple[int, ...]) -> None:
    try:
        found = progress.read(text)
    except ValueError as error:
        st.error("This line cannot be read.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    st.markdown(told.table(found, titles, levels))
    st.markdown(told.exercises(found, titles))
