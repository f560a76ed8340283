"""Boards on the page: what mounts them, their numbers, and the engine that paints both."""

import json
from collections.abc import Callable, Mapping

import streamlit as st

from pages import Page
from pages.board import scripts
from pages.board.blocks import Board
from pages.board.frames import Grids, Sweeps, frames, still
from pages.board.grid import Grid
from pages.instruments.base import Inputs, Instrument, Quantities, State
from pages.notation.palette import CLASS_COLORS, NEGATIVE, POSITIVE
from pages.state.kinds import Slider
from pages.ui import marks, session

_board = st.components.v2.component(
    "board",
    html='<div class="board"></div>\n',
    css=scripts.style(),
    js=scripts.script("mount.js"),
)
_frames = st.components.v2.component("board_frames", js=scripts.script("mount.js"))
_engine = st.components.v2.component(
    "board_engine",
    css=f"{scripts.style('paper.css')}\n{marks.style()}",
    js=scripts.script("streamlit.js"),
    isolate_styles=False,
)

Picked = Callable[[str, int, int], Mapping[str, str]]
"""From a cell's quantity, row and column, from zero, what it sets when it is picked."""


def show(page: Page, key: str, board: Board, on_pick: Picked | None = None) -> None:
    """Draw a board; its key is its identity on the page."""

    def picked() -> None:
        cell = _cell(st.session_state[key].pick, board)
        if on_pick is not None and cell is not None:
            session.set_state(on_pick(*cell))

    def dragged() -> None:
        session.drag(st.session_state[key].drag)

    rest = {
        "colors": {"classes": CLASS_COLORS, "positive": POSITIVE, "negative": NEGATIVE},
        "alt": board.alt,
        "dense": board.dense,
        "page": page.stem,
        "choices": session.choices(),
    }
    _board(
        key=key,
        # As text: of a dictionary Streamlit would make JSON twice, once for its identity.
        data=f'{{"blocks": {board.layout}, {json.dumps(rest, ensure_ascii=False)[1:]}'.encode(),
        on_pick_change=picked,
        on_drag_change=dragged,
    )


def _cell(message: object, board: Board) -> tuple[str, int, int] | None:
    """Quantity, row and column from the browser, which may send anything."""
    if (
        isinstance(message, list)
        and len(message) == 3
        and isinstance(message[0], str)
        and message[0] in board.quantities
        and all(type(k) is int and 0 <= k < len(CLASS_COLORS) for k in message[1:])
    ):
        return message[0], message[1], message[2]
    return None


def live(page: Page, instrument: Instrument, inputs: Inputs) -> Sweeps:
    """The numbers of an instrument's boards; called last, once, when all controls are drawn."""
    sweeps = instrument.sweeps(_grids(instrument, inputs), inputs)
    _send(page, "followed", session.shown_state(), sweeps)
    return sweeps


def live_alike(page: Page, instrument: Instrument, start: State) -> None:
    """The same for an instrument of one slider, wherever that stands.

    The frames are those about `start`, which reach every other place of it: Streamlit sends once
    what does not change.
    """
    inputs = instrument.inputs(start)
    sweeps = instrument.sweeps(_grids(instrument, inputs), inputs)
    _send(page, "followed", {**session.shown_state(), **start}, sweeps)


def backdrop(page: Page, instrument: Instrument, inputs: Inputs | None = None) -> None:
    """Those of its pictures that no logit moves, if it has any; not called when a slider moves."""
    inputs = inputs or instrument.inputs(session.state())
    sweeps = instrument.backdrop(_grids(instrument, inputs), inputs)
    if sweeps is not None:
        keys = {*session.choices(), *sweeps.sliders}
        state = {key: value for key, value in session.shown_state().items() if key in keys}
        _send(page, "backdrop", state, sweeps)


def at_rest(page: Page, numbers: Quantities) -> None:
    """The numbers of boards that no slider moves; called last, once."""
    _send(page, "followed", session.shown_state(), still(numbers))


def _grids(instrument: Instrument, inputs: Inputs) -> Grids:
    """The steps of each of its sliders; one that does not stand on the page stays where it is."""
    values = [float(value) for part in inputs.values() for value in part.ravel()]
    held = dict(zip(instrument.slider_keys(), values, strict=True))
    controls = {key: session.drawn()[key].control for key in held if key in session.drawn()}
    drawn = {key: c.grid for key, c in controls.items() if isinstance(c, Slider)}
    return {key: Grid(value, 1.0, 1) for key, value in held.items()} | drawn


def _send(page: Page, part: str, state: Mapping[str, object], sweeps: Sweeps) -> None:
    key = f"{page.stem}_frames" if part == "followed" else f"{page.stem}_{part}"
    _frames(key=key, data=frames(page.stem, state, sweeps, part))


def engine() -> None:
    """What draws and paints all boards in the browser, and prints; called once a run, by no part of one.

    It is the same at every run, so Streamlit sends it once and then says that it has not changed.
    """
    _engine(key="board_engine")
