"""A lesson of the reader's own: from a file, written on the page, or out of a link."""

from urllib.parse import urlencode

import streamlit as st

from pages import Page
from pages.lesson.carried import FITS, packed, unpacked
from pages.lesson.shelf import LESSON, MOST_BYTES, STEP, decoded
from pages.ui import export

OWN, TEXT = "own", "text"
"""The name of such a lesson, and of its text, in the link."""
_KEPT = "lesson_own_text"
_TYPED, _FILE = "lesson_typed", "lesson_file"
_HELP = """A title after `##` begins a step. Below it: prose; a link of the explorer on a line of its
own; `controls: z1, tau` for what may be moved; `question:` with answers on lines such as
`- It grows: y[1] > 0.5`, or with `number: dL_dz[2]` or `sign: g[1]` below it. A number of the board
stands in the prose as `{{dL_dz[2]}}`."""
EXAMPLE = """---
title: My lesson
author: Me
---

## The first step

Here y₁ is {{y[1]}}. Move a logit.

losses?z1=2&z2=1&z3=0&t=2
controls: z1, z2, z3

question: Which sign has ∂L/∂z₁ of cross-entropy?
sign: dL_dz_ce[1]

It is {{+dL_dz_ce[1]}}.
"""


def text() -> str:
    """The reader's own text; empty if there is none."""
    return str(st.session_state.get(_KEPT, ""))


def take_from_link() -> str:
    """Keep the text that the link carries, if any; returns what is wrong with it."""
    carried = st.query_params.get(TEXT)
    if carried is None:
        return ""
    try:
        _keep(unpacked(carried))
    except ValueError as error:
        return f"The lesson in this link cannot be read: {error}."
    return ""


def offer(page: Page, shown: str) -> None:
    """The foot: open a file, write, give away."""
    foot = st.expander(
        "A lesson of your own: open, write, give away",
        icon=":material/edit_note:",
        key="lesson_own",
        on_change="rerun",
    )
    if not foot.open:
        return
    with foot:
        st.file_uploader(
            "Open a text",
            type=["md", "txt"],
            key=_FILE,
            on_change=_opened,
            max_upload_size=1,
            help=f"Markdown, at most {MOST_BYTES // 1000} kB. It stays in this visit.",
        )
        st.session_state.setdefault(_TYPED, text())
        st.text_area(
            "Or write it",
            key=_TYPED,
            height=320,
            max_chars=MOST_BYTES // 4,
            placeholder=EXAMPLE,
            help=_HELP,
            on_change=_written,
        )
        begin, leave = st.columns(2)
        begin.button(
            "Begin with the lesson above" if not text() else "Take the lesson above",
            icon=":material/content_copy:",
            on_click=_take,
            args=(shown,),
            help="Its text, to be changed.",
            width="stretch",
        )
        leave.button(
            "Begin with an example",
            icon=":material/note_add:",
            on_click=_take,
            args=(EXAMPLE,),
            width="stretch",
        )
        if text():
            _give_away(page)


def _give_away(page: Page) -> None:
    said = address()
    if TEXT in said:
        st.markdown("This lesson is short: the whole of it fits in a link.")
        st.code(
            f"{export.link(page).partition('?')[0]}?{urlencode(said)}",
            language=None,
            wrap_lines=True,
        )
    else:
        st.markdown(
            f"This lesson is too long for a link: {len(packed(text()))} characters where {FITS} are "
            "safe. It is gone when the page is loaded anew: keep it as a file, or put it into the "
            "folder that your own server’s setting `LESSONS` names."
        )
    st.download_button(
        "The lesson as a file",
        text(),
        file_name="lesson.md",
        mime="text/markdown",
        icon=":material/download:",
        on_click="ignore",
    )


def _keep(new: str) -> None:
    st.session_state[_KEPT] = new


def address() -> dict[str, str]:
    """What a link to the lesson says: with its text, if that fits; a reload then finds it again."""
    inside = packed(text())
    return {LESSON: OWN, **({TEXT: inside} if len(inside) <= FITS else {})}


def _show(**more: str) -> None:
    """What is kept is what the page shows."""
    st.query_params.from_dict({**address(), **more})


def _take(new: str) -> None:
    _keep(new)
    st.session_state[_TYPED] = new
    _show()


def _opened() -> None:
    file = st.session_state[_FILE]
    if file is not None:
        _take(decoded(file.getvalue()))


def _written() -> None:
    _keep(st.session_state[_TYPED])
    if not text():
        st.query_params.from_dict({})
    elif st.query_params.get(LESSON) == OWN and STEP in st.query_params:
        _show(**{STEP: st.query_params[STEP]})
    else:
        _show()
