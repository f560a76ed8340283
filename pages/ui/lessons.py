"""Lessons on the page: which one, which step, how to go on; and the projector."""

from collections.abc import Mapping
from functools import partial
from zlib import crc32

import streamlit as st

from pages import Page
from pages.board import scripts
from pages.handout import lesson as handout
from pages.lesson.lesson import Lesson
from pages.lesson.shelf import LESSON, STEP, opened, read, shelf
from pages.ui import export, own_lesson
from pages.ui import lesson as steps
from pages.ui.lesson import Seat
from pages.ui.own_lesson import OWN, TEXT
from pages.ui.plain import plain

_PROJECTOR = "projector"
_PICKED = "lesson_picked"
_GONE = "Your own lesson is not in this link. Open its text again, below."
_UNKNOWN = "The lesson that this link names is not here. This is the first one."
_going = st.components.v2.component(
    "lesson_going",
    css=scripts.style("projector.css"),
    js=scripts.script("going.js"),
    isolate_styles=False,
)


def show(page: Page) -> None:
    """The lesson and the step that the link says; what it does not say is the first."""
    wrong = own_lesson.take_from_link()
    there = shelf()
    texts = {name: opened(path) for name, path in there.items()}
    if own_lesson.text():
        texts[OWN] = own_lesson.text(), read(own_lesson.text())
    wanted = st.query_params.get(LESSON, "")
    there_is = not wanted or wanted in texts
    name = wanted if wanted in texts else next(iter(texts))
    text, lesson = texts[name]
    count = len(lesson.steps)
    at = _step(count) if there_is else 0
    with st.container(horizontal=True, vertical_alignment="center", key="lesson_head"):
        _choose({key: found.title for key, (_, found) in texts.items()}, name)
        _ways_on(at, count)
    if wrong or not there_is:
        st.warning(wrong or (_GONE if wanted == OWN else _UNKNOWN))
    _errors(lesson)
    if lesson.steps:
        st.title(lesson.steps[at].title, anchor=False)
        steps.show(page, lesson.steps[at], Seat(crc32(text.encode()), at))
    if lesson.author:
        st.markdown(f":small[{plain(lesson.title)}, by {plain(lesson.author)}]")
    if lesson.steps:
        export.hand_out(partial(handout.handout, lesson), _address(page, name), name)
    own_lesson.offer(page, text)
    _watch(at, count)


def _address(page: Page, name: str) -> str:
    """The link to a lesson; to one's own there is none if it is long."""
    if name != OWN:
        return export.link(page, **{LESSON: name})
    said = own_lesson.address()
    return export.link(page, **said) if TEXT in said else ""


def _step(count: int) -> int:
    """The step of the link, from 0; one that there is not is the nearest."""
    try:
        wanted = int(st.query_params.get(STEP, "1"))
    except ValueError:
        wanted = 1
    return min(max(wanted, 1), max(count, 1)) - 1


def _go(at: int, count: int) -> None:
    """To a step from 0, if there is one."""
    if 0 <= at < count:
        st.query_params[STEP] = str(at + 1)


def _choose(titles: Mapping[str, str], name: str) -> None:
    st.session_state[_PICKED] = name

    def chosen() -> None:
        picked = st.session_state[_PICKED]
        said = own_lesson.address() if picked == OWN else {LESSON: picked}
        st.query_params.from_dict({**said, **({_PROJECTOR: "true"} if _projects() else {})})

    st.selectbox(
        "Lesson",
        list(titles),
        key=_PICKED,
        format_func=titles.__getitem__,
        on_change=chosen,
        label_visibility="collapsed",
        width=360,
    )


def _errors(lesson: Lesson) -> None:
    if lesson.errors:
        st.warning("\n".join(f"- {plain(str(error))}" for error in lesson.errors))


def _ways_on(at: int, count: int) -> None:
    """Where the reader is, and the ways back and on."""
    with st.container(
        horizontal=True, vertical_alignment="center", key="lesson_ways", width="content"
    ):
        st.button(
            "Back",
            icon=":material/arrow_back:",
            disabled=at == 0,
            on_click=_go,
            args=(at - 1, count),
        )
        st.button(
            "Next",
            icon=":material/arrow_forward:",
            disabled=at + 1 >= count,
            on_click=_go,
            args=(at + 1, count),
        )
        st.markdown(f"Step {at + 1} of {count}", width="content")
        on = _projects()
        st.button(
            "Leave the projector" if on else "Projector",
            icon=":material/close_fullscreen:" if on else ":material/slideshow:",
            type="tertiary",
            key="lesson_projector",
            on_click=_project,
            args=(not on,),
            help="F does the same. Arrow keys, Page Up and Page Down, and swipes go through the "
            "steps; Esc lets go of a slider.",
        )


def _projects() -> bool:
    return st.query_params.get(_PROJECTOR) == "true"


def _project(on: bool) -> None:
    if on:
        st.query_params[_PROJECTOR] = "true"
    elif _PROJECTOR in st.query_params:
        del st.query_params[_PROJECTOR]


def _watch(at: int, count: int) -> None:
    """Keys and swipes."""

    def went() -> None:
        by = st.session_state["lesson_going"].go
        if by in (1, -1):  # the browser may send anything
            _go(at + by, count)

    def projected() -> None:
        _project(st.session_state["lesson_going"].projector is True)

    _going(
        key="lesson_going",
        data={"projector": _projects()},
        on_go_change=went,
        on_projector_change=projected,
    )
