"""The live board: bars, matrices, products and captions, drawn from plain numbers.

A board is a list of blocks and a dictionary of quantities. The blocks say where each number
stands; the browser (board.js) fills the numbers in and has no formula of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike

from pages.parts.palette import CLASS_COLORS, NEGATIVE, POSITIVE, labels

Block = dict[str, Any]

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "board",
    html='<div class="board"></div>\n',
    css=(_HERE / "board.css").read_text(encoding="utf-8"),
    js=(_HERE / "board.js").read_text(encoding="utf-8"),
)


def number(quantity: str, *index: int, sign: bool = False, decimals: int | None = None) -> Block:
    """A number inside a sentence; without decimals it is written as 3.2e−9."""
    return {
        "quantity": quantity,
        "index": ",".join(map(str, index)),
        "sign": sign,
        "decimals": decimals,
    }


def text(*parts: str | Block, tone: str = "plain") -> Block:
    """A sentence of words and numbers; tone is "plain", "quiet" or "key"."""
    return {"kind": "text", "parts": list(parts), "tone": tone}


def symbol(sign: str) -> Block:
    """An operator that stands between blocks."""
    return {"kind": "symbol", "text": sign}


def line(*blocks: Block) -> Block:
    """Blocks side by side, wrapped where the window is narrow."""
    return {"kind": "line", "blocks": list(blocks)}


def stack(*blocks: Block) -> Block:
    """Blocks one below the other, inside a line."""
    return {"kind": "stack", "blocks": list(blocks)}


def bars(
    quantity: str, symbol: str, n: int, *, title: str, scale: float, signed: bool, decimals: int
) -> Block:
    """One bar a class in the class's colour, from a fixed zero to ±scale."""
    return {
        "kind": "bars",
        "quantity": quantity,
        "labels": labels(symbol, n),
        "title": title,
        "scale": scale,
        "signed": signed,
        "decimals": decimals,
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
) -> Block:
    """A matrix as a table with coloured, signed numbers.

    Parameters
    ----------
    quantity : name of an (r, c) array among the board's quantities; or (c,) if r = 1, (r,) if c = 1
    rows, columns : the labels
    shape : the shape as text, for the title
    scale : the value at which the colour reaches its end; fixed, so that a change means change
    row_sums, column_sums : names of the quantities in the margins
    row, column : what is framed; both together frame one cell
    pick : whether a cell can be picked
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
    }


def vectors(
    rows: Sequence[tuple[str, str, float]],
    columns: Sequence[str],
    *,
    title: str,
    decimals: int,
    column: int | None = None,
    pick: bool = False,
) -> Block:
    """Several vectors over the same classes, one a row: (label, quantity, scale).

    A scale of 0 leaves the row uncoloured and unsigned. Truth values are shown as a word.
    """
    return {
        "kind": "vectors",
        "rows": [{"label": a, "quantity": q, "scale": s} for a, q, s in rows],
        "columns": list(columns),
        "title": title,
        "decimals": decimals,
        "column": column,
        "pick": pick,
    }


def _plain(values: ArrayLike) -> dict[str, Any]:
    """Numbers as JSON takes them: what is not finite goes as text."""
    array = np.asarray(values)
    flat = array.astype(np.float64).ravel().tolist()
    finite = bool(np.isfinite(array).all())
    return {
        "shape": list(array.shape),
        "flags": array.dtype == np.bool_,
        "data": flat
        if finite
        else [v if np.isfinite(v) else str(v).replace("inf", "Infinity") for v in flat],
    }


def show(
    key: str,
    blocks: Sequence[Block],
    quantities: Mapping[str, ArrayLike],
    *,
    alt: str,
    on_pick: Callable[[int, int], None] | None = None,
) -> None:
    """Draw a board.

    Parameters
    ----------
    key : the board's identity on its page
    blocks : what stands where
    quantities : each name's numbers
    alt : what a screen reader calls the board
    on_pick : called with row and column, from zero, when a cell is picked
    """

    def picked() -> None:
        row, column = _index(st.session_state[key].pick)
        if on_pick is not None and row is not None and column is not None:
            on_pick(row, column)

    _component(
        key=key,
        data={
            "blocks": list(blocks),
            "values": {name: _plain(values) for name, values in quantities.items()},
            "colors": {"classes": CLASS_COLORS, "positive": POSITIVE, "negative": NEGATIVE},
            "alt": alt,
        },
        on_pick_change=picked,
    )


def _index(message: object) -> tuple[int | None, int | None]:
    """Row and column from the browser, which may send anything."""
    if (
        isinstance(message, list)
        and len(message) == 2
        and all(isinstance(k, int) and 0 <= k < len(CLASS_COLORS) for k in message)
    ):
        return message[0], message[1]
    return None, None
