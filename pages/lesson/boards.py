"""A board as a lesson shows it: only what its step offers can be moved or picked."""

import copy
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from pages.board.blocks import Board
from pages.instruments.base import LinkedInstrument


def trimmed(board: Board, instrument: LinkedInstrument, offered: Collection[str]) -> Board:
    """A board whose bars and cells move nothing but the controls that are offered.

    Parameters
    ----------
    offered : the keys of these
    """
    blocks = copy.deepcopy(board.blocks)
    for block in _all(blocks):
        handles = block.get("handles", [])
        if any(handle["key"] not in offered for handle in handles):
            block["handles"] = []
        if block.get("drag") and not any(key.startswith(block["drag"]) for key in offered):
            block["drag"] = None
        if block.get("pick"):
            block["pick"] = not instrument.picked(_quantity(block), 0, 0).keys().isdisjoint(offered)
    return replace(board, blocks=blocks)


def moved_by_bars(boards: Iterable[Board]) -> set[str]:
    """The keys of the sliders that bars of these boards move."""
    return {
        handle["key"]
        for board in boards
        for block in _all(board.blocks)
        for handle in block.get("handles", [])
    }


def _all(part: Any) -> Any:
    """Every dictionary in blocks, however deep."""
    if isinstance(part, dict):
        yield part
        part = part.values()
    elif not isinstance(part, list | tuple):
        return
    for inner in part:
        yield from _all(inner)


def _quantity(block: Any) -> str:
    return str(block.get("quantity") or block["rows"][0]["quantity"])
