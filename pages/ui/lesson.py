"""A step of a lesson on the page: prose whose numbers stay true, its board, controls, question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages import Page
from pages.board import blocks as b
from pages.instruments.base import LinkedInstrument
from pages.lesson.boards import moved_by_bars, trimmed
from pages.lesson.lesson import Shown, Step
from pages.lesson.prose import MARK
from pages.lesson.quantities import Filled, Prose
from pages.state import controls, link
from pages.state.controls import CONTROLS
from pages.state.kinds import Choice
from pages.ui import boards, question, session, widgets

_SEAT = "lesson_step"
"""Which step the controls stand for."""
_BEFORE, _AFTER = "prose", "prose_after"
"""The keys of the containers of prose."""


@dataclass(frozen=True)
class Seat:
    """Where a reader is: in which text, at which step from 0."""

    text: int
    """A checksum of it."""
    step: int


def show(page: Page, step: Step, seat: Seat) -> None:
    """A step, below each other on a telephone, else side by side."""
    anew = st.session_state.get(_SEAT) != seat
    st.session_state[_SEAT] = seat
    if step.shown is None:
        _Words({})(_BEFORE, step.prose)
        return
    words, board = st.columns([2, 3], gap="medium")
    with board:
        above, middle, below = st.container(), st.container(), st.container()
    now = _controls(step.shown, anew, above, below)
    instrument = step.shown.at(now)
    numbers = instrument.numbers(**instrument.inputs(now))
    say = _Words(numbers)
    with words:
        say(_BEFORE, step.prose)
        if step.question and question.ask(step.question, step.shown, seat, say):
            say(_AFTER, step.after)
    with middle:
        _boards(page, step.shown, instrument, say.followed)
        boards.backdrop(page, instrument, instrument.inputs(now))
    _follow(page, step.shown, instrument, now, below)


class _Words:
    """Draws prose, and remembers which numbers the browser has to keep true in it."""

    def __init__(self, numbers: Mapping[str, Any]) -> None:
        self._numbers = numbers
        self.followed: list[b.Prose] = []

    def __call__(self, host: str, prose: Prose) -> None:
        """Markdown in a container of this key, its numbers between marks."""
        with st.container(key=host):
            st.markdown(
                "".join(
                    part if isinstance(part, str) else f"{MARK}{part.written(self._numbers)}{MARK}"
                    for part in prose
                )
            )
        numbers = [
            b.number(p.of.quantity, *p.of.index, sign=p.sign, decimals=p.decimals)
            for p in prose
            if isinstance(p, Filled)
        ]
        if numbers:
            self.followed.append(b.prose(host, MARK, numbers))


def _controls(
    shown: Shown, anew: bool, above: DeltaGenerator, below: DeltaGenerator
) -> dict[str, Any]:
    """Those that the step offers, at its own values when it begins; returns the state.

    Sliders that a bar of the board moves as well stand below it, the others above.
    """
    start = shown.at(shown.state)
    kind, state = type(start), dict(shown.state)
    barred = moved_by_bars(shown.blocks(start).values())
    with above:
        for key in shown.controls:
            if isinstance(CONTROLS[key], Choice):
                _control(key, kind, state, anew)
        _beside([key for key in shown.controls if key not in barred], kind, state, anew)
    with below:
        _beside([key for key in shown.controls if key in barred], kind, state, anew)
    return state


def _beside(
    keys: Sequence[str], kind: type[LinkedInstrument], state: dict[str, Any], anew: bool
) -> None:
    """Sliders side by side; z₄ is not there while there are three classes."""
    there = (*kind.choices, *kind.at(state).slider_keys())
    sliders = [key for key in keys if key in there and not isinstance(CONTROLS[key], Choice)]
    if sliders:
        for key, column in zip(sliders, st.columns(max(len(sliders), 2)), strict=False):
            with column:
                _control(key, kind, state, anew)


def _control(key: str, kind: type[LinkedInstrument], state: dict[str, Any], anew: bool) -> None:
    start = state[key]
    control = controls.narrowed(key, state, **kind.narrowed(key, state), default=start)
    if anew or key not in st.session_state:
        st.session_state[key] = start
    state[key] = widgets.value_of(key, control)
    session.drew(key, control, state[key])


def _boards(
    page: Page,
    shown: Shown,
    instrument: LinkedInstrument,
    followed: Sequence[b.Prose],
) -> None:
    """The boards of a step; the first has the numbers of the prose as well."""

    def picked(*cell: Any) -> dict[str, str]:
        return {k: v for k, v in instrument.picked(*cell).items() if k in shown.controls}

    for key, board in shown.blocks(instrument).items():
        plain = trimmed(board, instrument, shown.controls)
        boards.show(page, key, replace(plain, blocks=(*plain.blocks, *followed)), on_pick=picked)
        followed = ()


def _follow(
    page: Page,
    shown: Shown,
    instrument: LinkedInstrument,
    start: Mapping[str, Any],
    host: DeltaGenerator,
) -> None:
    def following() -> None:
        """The numbers, and the way to the full page."""
        now = {**start, **session.state()}
        boards.live(page, instrument, instrument.inputs(now))
        with host, st.container(key="lesson_explore"):
            _explore(shown, instrument, now)

    session.follow(following)


def _explore(shown: Shown, instrument: LinkedInstrument, now: Mapping[str, Any]) -> None:
    keys = (*instrument.choices, *instrument.slider_keys())
    st.page_link(
        f"pages/{shown.stem}.py",
        label="Explore from here",
        icon=":material/open_in_full:",
        query_params=session.needed(
            {key: link.spelled(now[key]) for key in keys if now[key] is not None}
        ),
    )
