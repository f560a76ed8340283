"""Practice: answer, lock, and be told which mistake it was."""

from pages.ui import shell

page = shell.enter(__file__)

import streamlit as st

from core.practice import KINDS, LEVELS
from pages.exercise.screen import screen
from pages.ui import boards, classroom, export, memory, practice, progress, session, widgets

st.title("Try it, lock it, and learn which mistake it was", anchor=False)

with st.container(width=practice.COLUMN):
    if progress.sent():
        progress.look(KINDS, LEVELS)
    widgets.draw("kind")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        widgets.draw("level")
        with st.container(width=170):
            widgets.draw("seed")
    state = session.state()
    shown = screen(state["kind"], int(state["level"]), state["seed"])
    numbers = practice.show(page, shown)
    progress.show(page, KINDS, LEVELS)
    if not progress.sent():
        progress.look(KINDS, LEVELS)
    classroom.offer(page)
    export.take_along(export.foot(numbers=False), page)

boards.at_rest(page, numbers)
memory.keep(lambda: practice.heard(shown), lambda *found: practice.typed(shown, *found))
