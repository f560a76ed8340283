"""What a board shows, and where: blocks, as plain data.

A board is a list of blocks. The numbers of all boards of a page, now and at every step of its
sliders, arrive apart from them (frames.py); the browser (js/) fills them in and has no formula of its
own. So a slider that moves changes no board, and none is sent again; nor is the browser's engine,
which is the same for all pages and travels once.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypedDict

from pages.board.pictures import Picture
from pages.board.sentences import Number, Text
from pages.board.sentences import number as number
from pages.board.sentences import text as text
from pages.board.sentences import wording as wording
from pages.notation.palette import labels, subscript


class Words(TypedDict):
    kind: Literal["heading", "symbol"]
    text: str


class Group(TypedDict):
    kind: Literal["beside", "stack"]
    blocks: list["Block"]


class Card(TypedDict):
    kind: Literal["card"]
    stage: int
    blocks: list["Block"]


class Handle(TypedDict):
    """A slider that a bar moves, by its key, and what the bar is called then."""

    key: str
    name: str


class Bars(TypedDict):
    kind: Literal["bars"]
    quantity: str
    labels: list[str]
    title: str
    scale: float
    signed: bool
    decimals: int
    handles: list[Handle]


class Matrix(TypedDict):
    kind: Literal["matrix"]
    quantity: str
    rows: list[str]
    columns: list[str]
    title: str
    shape: str
    scale: float
    decimals: int
    rowSums: str | None
    columnSums: str | None
    row: int | None
    column: int | None
    pick: bool
    sign: bool
    classRows: bool
    classColumns: bool
    stage: int | None


class _Vector(TypedDict):
    label: str
    quantity: str
    scale: float
    stage: int | None


class Vector(_Vector, total=False):
    """One row of several."""

    words: tuple[str, str]


class Vectors(TypedDict):
    kind: Literal["vectors"]
    rows: list[Vector]
    classes: bool
    columns: list[str]
    title: str
    shape: str
    decimals: int
    column: int | None
    pick: bool


class Prose(TypedDict):
    kind: Literal["prose"]
    host: str
    mark: str
    numbers: list[Number]


Block = Text | Words | Group | Card | Bars | Matrix | Vectors | Prose | Picture


@dataclass(frozen=True)
class Board:
    """Blocks, one below the other."""

    blocks: tuple[Block, ...]
    alt: str
    """What a screen reader calls the board."""
    dense: bool = False
    """Small type, for many matrices on one screen."""

    @cached_property
    def layout(self) -> str:
        """The blocks as JSON."""
        return json.dumps(self.blocks, ensure_ascii=False)

    @cached_property
    def quantities(self) -> frozenset[str]:
        """The names of those that it shows."""
        return frozenset(quantities(self.blocks))


def quantities(part: object) -> Iterator[str]:
    """The names of those that a block shows, or several."""
    if isinstance(part, dict):
        if "quantity" in part:
            yield part["quantity"]
        part = part.values()
    elif not isinstance(part, list | tuple):
        return
    for inner in part:
        yield from quantities(inner)


def heading(words: str) -> Words:
    """What stands above a board's second part, as large as a page's subheader."""
    return {"kind": "heading", "text": words}


def prose(host: str, mark: str, numbers: Sequence[Number]) -> Prose:
    """Numbers in the words of the container with the key `host`, each there between two marks."""
    return {"kind": "prose", "host": host, "mark": mark, "numbers": list(numbers)}


def symbol(sign: str) -> Words:
    """An operator that stands between blocks."""
    return {"kind": "symbol", "text": sign}


def beside(*blocks: Block) -> Group:
    """Blocks side by side, wrapped where the window is narrow."""
    return {"kind": "beside", "blocks": list(blocks)}


def stack(*blocks: Block) -> Group:
    """Blocks one below the other, among blocks side by side."""
    return {"kind": "stack", "blocks": list(blocks)}


def card(stage: int, *blocks: Block) -> Card:
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
) -> Bars:
    """One bar a class in the class's colour, from a fixed zero to ±scale.

    With drag="z" a bar is a slider itself, which moves z1 … zn of its class.
    """
    names = labels(symbol, n)
    return {
        "kind": "bars",
        "quantity": quantity,
        "labels": names,
        "title": title,
        "scale": scale,
        "signed": signed,
        "decimals": decimals,
        "handles": [_handle(drag, k, name, quantity) for k, name in enumerate(names)]
        if drag
        else [],
    }


def _handle(drag: str, k: int, name: str, quantity: str) -> Handle:
    own = quantity == drag
    return {"key": f"{drag}{k + 1}", "name": name if own else f"{name}, by {subscript(drag, k)}"}


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
) -> Matrix:
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
    class_rows, class_columns : whether these are classes, and wear their colours
    signed : whether a plus stands before what is positive
    stage : framed while the quantity `stage` has this value, faint while it is below
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
) -> Vectors:
    """Several vectors over the same classes, one a row: (label, quantity, scale).

    A scale of 0 leaves the row uncoloured and unsigned. In place of a scale a row may have the
    two words for false and true. A fourth entry is the row's stage, as for a matrix. Without
    `classes` the columns are something else and wear no colours.
    """
    return {
        "kind": "vectors",
        "rows": [_vector(*row) for row in rows],
        "classes": classes,
        "columns": list(columns),
        "title": title,
        "shape": shape,
        "decimals": decimals,
        "column": column,
        "pick": pick,
    }


def _vector(
    label: str, quantity: str, scale: float | tuple[str, str], stage: int | None = None
) -> Vector:
    row: Vector = {
        "label": label,
        "quantity": quantity,
        "scale": 0 if isinstance(scale, tuple) else scale,
        "stage": stage,
    }
    return {**row, "words": scale} if isinstance(scale, tuple) else row
