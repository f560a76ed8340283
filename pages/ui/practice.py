"""Practice on the page: an exercise is shown, answered, locked, and what is to be said of it told."""

import re
from typing import Literal

import streamlit as st

from core.diagnosis.verdict import NAMES
from core.practice import LEVELS, MAX_FORMULA, FormulaError, Judgement, coarse, judge, tried
from core.reading import ReadingError
from core.reading.entry import MAX_ENTRY, read_entry
from pages import Page
from pages.exercise import progress
from pages.exercise.cells import FORMULA_HELP, cells, summary
from pages.exercise.memory import Work
from pages.exercise.progress import Done
from pages.exercise.screen import Box, Screen, next_seed
from pages.instruments.base import Quantities
from pages.notation import formulas
from pages.ui import session, verdicts
from pages.ui.marks import marked
from pages.ui.memory import memory
from pages.ui.plain import plain

COLUMN = 760
"""Of the page, in pixels: as wide as a line is read with ease."""
_WIDTHS: dict[str, int | Literal["stretch"]] = {
    "number": 106,  # three side by side on a telephone
    "taps": 136,  # each of three at least 44
    "formula": "stretch",
    "list": "stretch",
}
"""Of a box, in pixels."""
_OPEN, _LOCKED, _EXPLAINED = 0, 1, 2
"""How much has been revealed."""
_REFUSED = "practice_refused"
"""The exercise that could not be locked as it stood."""


def show(page: Page, screen: Screen) -> Quantities:
    """An exercise, from its question to what is told of the answer. Returns the boards' numbers."""
    work = memory().work(screen.name)
    st.header(screen.title, anchor=False)
    _given(screen)
    _boxes(screen, work)
    if work.stage == _OPEN:
        _lock(screen, work)
        return {}
    return _tell(page, screen, work)


def heard(screen: Screen) -> None:
    """The browser has told what it kept: its entries go into the boxes."""
    entries = memory().work(screen.name).entries
    for box in screen.boxes:
        if box.key in entries:
            st.session_state[_key(screen, box)] = entries[box.key]


def typed(screen: Screen, place: str, text: str) -> None:
    """What stood in a box on a reload, before Streamlit heard of it."""
    for box in screen.boxes:
        if place == f"st-key-{re.sub('[^a-zA-Z0-9_-]', '-', _key(screen, box))}":
            work = memory().work(screen.name)
            if box.form in ("number", "formula") and work.stage == _OPEN:
                work.entries[box.key] = st.session_state[_key(screen, box)] = text[:MAX_FORMULA]


def _given(screen: Screen) -> None:
    if screen.example is not None:
        with st.container(border=True):
            st.markdown("**A worked example.** " + screen.example.task)
            _formulas(screen.example)
    st.markdown(screen.task)
    _formulas(screen)
    if screen.left:
        st.markdown("The rest is yours.")


def _formulas(screen: Screen) -> None:
    """What is given, then the steps that are shown: one element, where each costs a message."""
    parts = [
        formulas.displayed(f"{k + 1}\\. {step.words}", step.formula)
        for k, step in enumerate(screen.steps)
    ]
    st.markdown("\n\n".join([formulas.displayed("", *screen.given), *parts]))


def _key(screen: Screen, box: Box) -> str:
    """Of a box's widget: each exercise has its own."""
    return f"box_{screen.name}_{box.key}".replace(".", "_")


def _boxes(screen: Screen, work: Work) -> None:
    """The entries in the shape of the answer; below a row stands what of it cannot be judged."""
    asked = st.session_state.get(_REFUSED) == screen.name
    for row in screen.rows:
        with st.container(horizontal=True, wrap=row[0].form != "number", gap="small"):
            for box in row:
                place = marked(f"place_{box.key}", box.color)
                with st.container(width=_WIDTHS[box.form], key=place):
                    _box(screen, work, box)
        with st.container():  # always there: what is below stays in place, and keeps the focus
            for box in row:
                if problem := _problem(screen, box, work, asked):
                    st.markdown(f":material/error: :small[{plain(problem)}]")
                elif box.form == "formula" and work.entries.get(box.key, "").strip():
                    found = tried(screen.exercise, work.entries[box.key])
                    st.markdown(f"{summary(found)}\n\n{cells(found)}")


def _box(screen: Screen, work: Work, box: Box) -> None:
    """An entry, kept as soon as it is there."""
    key, disabled, label = _key(screen, box), work.stage > _OPEN, box.label

    def changed() -> None:
        work.entries[box.key] = st.session_state[key] or ""

    # Streamlit forgets what a run has not drawn; and the browser what was typed last, if the same
    # click locks it.
    if key not in st.session_state or disabled:
        text = work.entries.get(box.key, "")
        typed = box.form in ("number", "formula")
        st.session_state[key] = text if typed or text in box.options else None
    match box.form:
        case "taps":
            st.segmented_control(label, box.options, key=key, on_change=changed, disabled=disabled)
        case "formula":
            st.text_input(
                label,
                key=key,
                max_chars=MAX_FORMULA,
                autocomplete="off",
                help=FORMULA_HELP,
                on_change=changed,
                disabled=disabled,
            )
        case "list":
            st.radio(label, box.options, key=key, on_change=changed, disabled=disabled)
        case _:
            st.text_input(
                label,
                key=key,
                max_chars=MAX_ENTRY,
                autocomplete="off",
                on_change=changed,
                disabled=disabled,
            )


def _problem(screen: Screen, box: Box, work: Work, asked: bool) -> str:
    """Why an entry cannot be judged; of one that is not there, or too coarse, only when it was asked for."""
    text = work.entries.get(box.key, "")
    if not text.strip():
        return f"{box.label} is still open." if asked else ""
    try:
        if box.form == "number":
            read_entry(text)
            if asked and coarse(screen.exercise, box.key, text):
                return f"{box.label}: expected a fraction or two decimals at least, got {text.strip()!r}"
        if box.form == "formula":
            tried(screen.exercise, text)
    except (ReadingError, FormulaError) as error:
        return f"{box.label}: {error}"
    return ""


def _lock(screen: Screen, work: Work) -> None:
    def lock() -> None:
        e = screen.exercise
        if any(_problem(screen, box, work, asked=True) for box in screen.boxes):
            st.session_state[_REFUSED] = screen.name
            return
        st.session_state.pop(_REFUSED, None)
        work.stage = _LOCKED
        told = judge(e, work.entries)
        memory().lock(Done(e.kind, e.level, e.seed, told.right))

    with st.container(horizontal=True):
        st.button("Lock", icon=":material/lock:", key="lock", on_click=lock)
        st.button("Another", key="another", on_click=_another, args=(0,))
    if st.session_state.get(_REFUSED) == screen.name:
        st.markdown("Nothing has been judged yet.")


def _tell(page: Page, screen: Screen, work: Work) -> Quantities:
    told = judge(screen.exercise, work.entries)
    numbers: Quantities = {}
    if told.right:
        st.success("Right.", icon=":material/check_circle:")
    else:
        st.error("Not right.", icon=":material/cancel:")
        st.markdown(f":material/lightbulb: {plain(told.hint)}")
        if work.stage >= _EXPLAINED:
            numbers = _explain(page, told)
    _after(told, work)
    return numbers


def _explain(page: Page, told: Judgement) -> Quantities:
    numbers: Quantities = {}
    for verdict in told.found.verdicts.values():
        if verdict.right is not True:
            st.markdown(f"{NAMES[verdict.quantity]}: {verdicts.explained(verdict)}")
        numbers |= verdicts.details(page, verdict, told.found)
    return numbers


def _after(told: Judgement, work: Work) -> None:
    """What can be done now; and where the next exercise is, if the level moves."""

    def reveal(stage: int) -> None:
        work.stage = stage

    by = progress.step(memory().done)
    low, high = LEVELS[0], LEVELS[-1]
    level = min(max(int(session.state()["level"]) + by, low), high)
    moves = level != int(session.state()["level"])
    if moves:
        st.markdown(
            f"Two right in a row: the next one is of level {level}."
            if by > 0
            else f"Two wrong in a row: the next one is of level {level}, with more of its steps shown."
        )
    with st.container(horizontal=True):
        if not told.right and work.stage < _EXPLAINED:
            st.button("Try again", key="again", on_click=reveal, args=(_OPEN,))
            st.button("Which mistake is it?", key="explain", on_click=reveal, args=(_EXPLAINED,))
        st.button(
            "Another",
            icon=":material/arrow_forward:",
            key="another",
            on_click=_another,
            args=(level,),
        )


def _another(level: int) -> None:
    """The next seed, at a level if one is given."""
    session.set_state({"seed": next_seed(session.state()["seed"])})
    if level:
        session.set_state({"level": str(level)})
