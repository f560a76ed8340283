"""Markdown, as it is pasted in an issue: tables of numbers, and text that stays as it is."""

import re
from collections.abc import Iterable, Mapping

import numpy as np

from core.inputs import Array

ROWS, COLUMNS = 8, 10
"""The most of a matrix that is written: the part around its worst entry."""


def plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return re.sub(r"([\\`*_<>|\[\]#$~])", r"\\\1", text)


def table(arrays: Mapping[str, Array], worst: tuple[int, ...]) -> str:
    """Arrays of one shape, the numbers of each counted from 1.

    Vectors are lines of one table; of matrices each has its own. Of more axes, the worst entry's
    matrix is written.

    Parameters
    ----------
    arrays : (…, n), by what they are
    worst : the entry that must be seen
    """
    some = next(iter(arrays.values()))
    while some.ndim > 2:
        arrays = {name: values[worst[0]] for name, values in arrays.items()}
        some, worst = some[worst[0]], worst[1:]
    columns = _around(worst[-1], some.shape[-1], COLUMNS)
    if some.ndim == 1:
        return _lines("", columns, ((name, values[columns]) for name, values in arrays.items()))
    rows = _around(worst[0], len(some), ROWS)
    return "\n\n".join(
        _lines(name, columns, ((str(i + 1), values[i][columns]) for i in rows))
        for name, values in arrays.items()
    )


def _around(middle: int, size: int, most: int) -> Array:
    start = max(0, min(middle - most // 2, size - most))
    return np.arange(start, min(size, start + most))


def _lines(title: str, columns: Array, rows: Iterable[tuple[str, Array]]) -> str:
    head = [title, *(str(j + 1) for j in columns)]
    return "\n".join(
        [
            _line(head),
            _line(["---", *("---:" for _ in columns)]),
            *(_line([name, *(f"{value:.6g}" for value in values)]) for name, values in rows),
        ]
    )


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
