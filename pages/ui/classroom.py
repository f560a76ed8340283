"""Exercises for a class, on the page Practice: a worksheet, its key, questions for Moodle."""

from functools import partial

import streamlit as st

from core.practice import KINDS, LEVELS
from pages import Page
from pages.sheet.choice import MOST, Choice
from pages.sheet.files import FILES
from pages.state.controls import CONTROLS
from pages.state.kinds import Number
from pages.ui import export

_TITLES = {
    "worksheet.html": "Worksheet",
    "key.html": "Key",
    "moodle.xml": "Moodle XML",
}
_MIME = {"html": "text/html", "xml": "application/xml"}


def offer(page: Page) -> None:
    """Its expander; what is in it is made when somebody opens it, and a file when it is asked for."""
    foot = st.expander(
        "For a class: worksheet, key, Moodle",
        icon=":material/groups:",
        key="class",
        on_change="rerun",
    )
    if foot.open:
        with foot:
            _choose(page)


def _choose(page: Page) -> None:
    seed = CONTROLS["seed"]
    assert isinstance(seed, Number)
    kinds = st.pills(
        "Kinds",
        list(KINDS),
        selection_mode="multi",
        default=[kind for kind in KINDS if kind != "formula"],
        format_func=KINDS.__getitem__,
        key="class_kinds",
        help="Moodle does not judge a formula: its question is one that the teacher marks.",
    )
    levels = st.pills(
        "Levels",
        LEVELS,
        selection_mode="multi",
        default=[2],
        key="class_levels",
        help="1 has a worked example, 2 all steps but the last, 3 the first step, 4 none.",
    )
    with st.container(horizontal=True):
        count = st.number_input("Exercises", 1, MOST, 10, key="class_count", width=170)
        start = st.number_input(
            "Seed of the sheet",
            int(seed.low),
            int(seed.high),
            0,
            key="class_seed",
            width=170,
            help="The same seed gives the same sheet, another one other numbers.",
        )
    address = f"{export.link(page).partition('?')[0].rpartition('/')[0]}/"
    try:
        choice = Choice(tuple(kinds), tuple(levels), int(count), int(start), address)
    except ValueError:
        st.markdown(":material/info: Choose one kind and one level at least.")
        return
    with st.container(horizontal=True):
        for name, make in FILES.items():
            st.download_button(
                _TITLES[name],
                partial(make, choice),
                file_name=f"softmax-{name}",
                mime=_MIME[name.rpartition(".")[2]],
                icon=":material/download:",
                on_click="ignore",
            )
    st.markdown(
        "Worksheet and key are pages to print: open them and print, on A4 or Letter. From a shell, the same:"
    )
    st.code(f"{choice.command} --address {address}", language="bash", wrap_lines=True)
