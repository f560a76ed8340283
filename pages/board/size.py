"""How high a board is in a narrow embed: so that the HTML for a course page can state it.

Widths and heights are those of board.css at its own sizes, in pixels; a test in a browser compares.
"""

from collections.abc import Iterable
from math import ceil
from typing import NamedTuple

from pages.board.blocks import Block, Board

WIDTH = 668
"""Of the board in an embed of 700."""
AROUND = 150
"""Above and below a board that stands alone on its page."""
_LINE, _LETTER = 22, 7


class _Measures(NamedTuple):
    """Of a table: a row's height, what is above its rows, a column's width, what is beside it."""

    row: float
    title: float
    column: float
    label: float
    name: float
    """In place of `label`, where the rows are vectors."""


_MEASURES = _Measures(35.3, 61, 65, 31, 161)
_DENSE = _Measures(23.4, 50, 47, 34, 55)


def height(board: Board, width: int = WIDTH) -> int:
    """Of an embed that shows the board alone."""
    at = _DENSE if board.dense else _MEASURES
    cards = [block for block in board.blocks if block["kind"] == "card"]
    others = [block for block in board.blocks if block["kind"] != "card"]
    shown = [max(_size(card, width, at)[1] for card in cards)] if cards else []
    shown += [_size(block, width, at)[1] for block in others]
    return AROUND + ceil(sum(shown) + 11 * (len(shown) - 1))


def _size(block: Block, width: float, at: _Measures) -> tuple[float, float]:
    """Width and height of one block, in a column of this width."""
    kind = block["kind"]
    if block["kind"] == "matrix":
        rows = len(block["rows"]) + (block["columnSums"] is not None)
        columns = len(block["columns"]) + (block["rowSums"] is not None)
        return min(width, at.label + at.column * columns), at.title + at.row * rows
    if block["kind"] == "vectors":
        columns = len(block["columns"])
        return min(width, at.name + at.column * columns), at.title + at.row * len(block["rows"])
    if block["kind"] == "bars":
        return 283, 25 + 26.6 * len(block["labels"])
    if block["kind"] == "text":
        letters = sum(len(part) if isinstance(part, str) else 9 for part in block["parts"])
        return min(width, letters * _LETTER), _LINE * ceil(letters * _LETTER / width)
    if block["kind"] == "prose":
        return 0, 0
    if block["kind"] == "beside":
        return width, _flowed((_size(inner, width, at) for inner in block["blocks"]), width)
    if block["kind"] == "stack" or block["kind"] == "card":
        sizes = [_size(inner, width, at) for inner in block["blocks"]]
        return max(w for w, _ in sizes), sum(h for _, h in sizes) + 10 * (len(sizes) - 1)
    return (15, 38) if kind == "symbol" else (min(width, 320), 320)


def _flowed(sizes: Iterable[tuple[float, float]], width: float) -> float:
    """The height of blocks side by side that go on below where there is no room."""
    lines: list[float] = [0]
    used = 0.0
    for w, h in sizes:
        if used and used + 11 + w > width:
            lines.append(0)
            used = 0
        lines[-1] = max(lines[-1], h)
        used += w + (11 if used else 0)
    return sum(lines) + 8 * (len(lines) - 1)
