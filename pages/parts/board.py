"""The live board: bars, matrices, products and captions, drawn from plain numbers.

A board is a list of blocks, which say where each number stands. The numbers of all boards of a page,
now and at every step of its sliders, arrive apart from them (live.py); the browser (board/js/) fills
them in and has no formula of its own. So a slider that moves changes no board, and none is
sent again; nor is the browser's engine, which is the same for all pages and travels once.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.board import scripts
from pages.parts import controls
from pages.parts.live import Sweeps, frames
from pages.parts.palette import CLASS_COLORS, NEGATIVE, POSITIVE, labels

Block = dict[str, Any]

_board = st.components.v2.component(
    "board",
    html='<div class="board"></div>\n',
    css=scripts.style(),
    js=scripts.script("mount.js"),
)
_frames = st.components.v2.component("board_frames", js=scripts.script("mount.js"))
_engine = st.components.v2.component("board_engine", js=scripts.script("streamlit.js"))


def layout(*blocks: Block) -> str:
    """A board's blocks, one below the other, as JSON."""
    return json.dumps(blocks, ensure_ascii=False)


def number(quantity: str, *index: int, sign: bool = False, decimals: int | None = None) -> Block:
    """A number inside a sentence; without decimals it is written as 3.2e−9."""
    return {
        "quantity": quantity,
        "index": ",".join(map(str, index)),
        "sign": sign,
        "decimals": decimals,
    }


def wording(quantity: str, words: Sequence[str]) -> Block:
    """The word that a whole number 0, 1, … stands for, inside a sentence."""
    return {"quantity": quantity, "index": "", "words": list(words)}


def text(*parts: str | Block, tone: str = "plain", stage: int | None = None) -> Block:
    """A sentence of words and numbers; tone is "plain", "quiet" or "key"."""
    return {"kind": "text", "parts": list(parts), "tone": tone, "stage": stage}


def heading(words: str) -> Block:
    """What stands above a board's second part, as large as a page's subheader."""
    return {"kind": "heading", "text": words}


def symbol(sign: str) -> Block:
    """An operator that stands between blocks."""
    return {"kind": "symbol", "text": sign}


def beside(*blocks: Block) -> Block:
    """Blocks side by side, wrapped where the window is narrow."""
    return {"kind": "beside", "blocks": list(blocks)}


def stack(*blocks: Block) -> Block:
    """Blocks one below the other, among blocks side by side."""
    return {"kind": "stack", "blocks": list(blocks)}


def card(stage: int, *blocks: Block) -> Block:
    """Blocks that are there only while the quantity `stage` has this value."""
    return {"kind": "card", "stage": stage, "blocks": list(blocks)}


def bars(
    quantity: str,
    symbol: str,
    n: int,
    *,
    title: str,
    scale: float,
    signed: bool,
    decimals: int,
    drag: str | None = None,
) -> Block:
    """One bar a class in the class's colour, from a fixed zero to ±scale.

    With drag="z" a bar can be dragged, which moves slider z1 … zn of its class.
    """
    return {
        "kind": "bars",
        "quantity": quantity,
        "labels": labels(symbol, n),
        "title": title,
        "scale": scale,
        "signed": signed,
        "decimals": decimals,
        "drag": drag,
    }


def matrix(
    quantity: str,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    title: str,
    shape: str,
    scale: float,
    decimals: int,
    row_sums: str | None = None,
    column_sums: str | None = None,
    row: int | None = None,
    column: int | None = None,
    pick: bool = False,
    class_rows: bool = True,
    class_columns: bool = True,
    signed: bool = True,
    stage: int | None = None,
) -> Block:
    """A matrix as a table with coloured, signed numbers.

    Parameters
    ----------
    quantity : name of an (r, c) array among the board's quantities; or (c,) if r = 1, (r,) if c = 1
    rows, columns : the labels
    shape : the shape as text, for the title
    scale : the value at which the colour reaches its end; fixed, so that a change means change
    row_sums, column_sums : names of the quantities in the margins
    row, column : what is outlined; both together outline one cell
    pick : whether a cell can be picked
    class_rows, class_columns : whether these are classes, and wear their colours
    signed : whether a plus stands before what is positive
    stage : outlined while the quantity `stage` has this value, faint while it is below
    """
    return {
        "kind": "matrix",
        "quantity": quantity,
        "rows": list(rows),
        "columns": list(columns),
        "title": title,
        "shape": shape,
        "scale": scale,
        "decimals": decimals,
        "rowSums": row_sums,
        "columnSums": column_sums,
        "row": row,
        "column": column,
        "pick": pick,
        "sign": signed,
        "classRows": class_rows and len(rows) > 1,
        "classColumns": class_columns and len(columns) > 1,
        "stage": stage,
    }


def vectors(
    rows: Sequence[
        tuple[str, str, float | tuple[str, str]] | tuple[str, str, float | tuple[str, str], int]
    ],
    columns: Sequence[str],
    *,
    title: str,
    decimals: int,
    shape: str = "",
    column: int | None = None,
    pick: bool = False,
    classes: bool = True,
) -> Block:
    """Several vectors over the same classes, one a row: (label, quantity, scale).

    A scale of 0 leaves the row uncoloured and unsigned. In place of a scale a row may have the
    two words for false and true. A fourth entry is the row's stage, as for a matrix. Without
    `classes` the columns are something else and wear no colours.
    """
    return {
        "kind": "vectors",
        "rows": [
            {
                "label": a,
                "quantity": q,
                **({"scale": 0, "words": s} if isinstance(s, tuple) else {"scale": s}),
                "stage": stage[0] if stage else None,
            }
            for a, q, s, *stage in rows
        ],
        "classes": classes,
        "columns": list(columns),
        "title": title,
        "shape": shape,
        "decimals": decimals,
        "column": column,
        "pick": pick,
    }


def triangle(quantity: str, classes: Sequence[int], corners: Sequence[str], *, title: str) -> Block:
    """Points on the simplex of three classes, each in the colour of its class.

    Parameters
    ----------
    quantity : name of an (m, 2) array, see `core.to_plane`
    classes : (m,) from 0
    corners : what the corners of classes 1, 2, 3 are called
    """
    return {
        "kind": "triangle",
        "quantity": quantity,
        "classes": list(classes),
        "corners": list(corners),
        "title": title,
    }


def show(
    page: str,
    key: str,
    blocks: Sequence[Block] | str,
    *,
    alt: str,
    dense: bool = False,
    on_pick: Callable[[str, int, int], None] | None = None,
) -> None:
    """Draw a board.

    Parameters
    ----------
    page, key : whose board, and its identity there
    blocks : what stands where; as a sequence, or as `layout` made it
    alt : what a screen reader calls the board
    dense : small type, for many matrices on one screen
    on_pick : called with a cell's quantity, row and column, from zero, when it is picked
    """
    laid = blocks if isinstance(blocks, str) else layout(*blocks)

    def picked() -> None:
        cell = _cell(st.session_state[key].pick, laid)
        if on_pick is not None and cell is not None:
            on_pick(*cell)

    def dragged() -> None:
        controls.drag(st.session_state[key].drag)

    rest = {
        "colors": {"classes": CLASS_COLORS, "positive": POSITIVE, "negative": NEGATIVE},
        "alt": alt,
        "dense": dense,
        "page": page,
        "choices": controls.choices(),
    }
    _board(
        key=key,
        # As text: of a dictionary Streamlit would make JSON twice, once for its identity.
        data=f'{{"blocks": {laid}, {json.dumps(rest, ensure_ascii=False)[1:]}'.encode(),
        on_pick_change=picked,
        on_drag_change=dragged,
    )


def live(page: str, sweeps: Sweeps) -> None:
    """The numbers of the page's boards; called last, once, when all controls are drawn."""
    _frames(key=f"{page}_frames", data=frames(page, controls.drawn(), sweeps))


def engine() -> None:
    """What draws and paints all boards in the browser; called once a run, by no part of one.

    It is the same at every run, so Streamlit sends it once and then says that it has not changed.
    """
    _engine(key="board_engine")


def _cell(message: object, laid: str) -> tuple[str, int, int] | None:
    """Quantity, row and column from the browser, which may send anything; `laid` names quantities."""
    if (
        isinstance(message, list)
        and len(message) == 3
        and isinstance(message[0], str)
        and f'"quantity": {json.dumps(message[0], ensure_ascii=False)}' in laid
        and all(type(k) is int and 0 <= k < len(CLASS_COLORS) for k in message[1:])
    ):
        return message[0], message[1], message[2]
    return None
