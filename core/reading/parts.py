"""Arrays that are printed in parts: columns beside columns, slices, one number at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod

import numpy as np

from core.inputs import Array


@dataclass(frozen=True)
class Part:
    """Numbers between two headings."""

    start: int
    """Of its numbers among all."""
    end: int
    shape: tuple[int, ...]
    slice: tuple[int, ...] = ()
    """The indices that its heading gives."""


def joined(parts: Sequence[Part], first_axes: bool) -> tuple[Array, tuple[int, ...]]:
    """The order of the numbers in one array, and its shape.

    Parts of one slice stand side by side; slices lie along the last axes, or the first.
    Raises ValueError for parts that do not fit together.
    """
    tables = [(at, _beside(list(some))) for at, some in groupby(parts, lambda part: part.slice)]
    if len(tables) == 1:
        table = tables[0][1]
        return table.ravel(), table.shape
    shapes = {table.shape for _, table in tables}
    indices = (
        np.array([at for at, _ in tables]) if len({len(at) for at, _ in tables}) == 1 else None
    )
    if indices is None or indices.size == 0 or len(shapes) > 1:
        raise ValueError("expected slices of one shape, each with its index, got others")
    size, at = _grid(indices)
    shape = shapes.pop()
    array = np.empty(size + shape, dtype=np.intp)
    for k, (_, table) in zip(at, tables, strict=True):
        array[tuple(k)] = table
    if not first_axes:
        array = np.moveaxis(array, range(len(size)), range(-len(size), 0))
    return array.ravel(), array.shape


def _beside(parts: list[Part]) -> Array:
    tables: list[Array] = [np.arange(part.start, part.end).reshape(part.shape) for part in parts]
    if len(tables) == 1:
        return tables[0]
    if any(table.ndim > 1 for table in tables):
        tables = [table if table.ndim > 1 else table[:, None] for table in tables]
    if len({table.shape[:-1] for table in tables}) > 1:
        sizes = " and ".join(str(len(table)) for table in tables[:3])
        raise ValueError(f"expected as many rows under each heading of columns, got {sizes}")
    return np.concatenate(tables, axis=-1)


def _grid(indices: Array) -> tuple[tuple[int, ...], Array]:
    """The shape that indices from 0 or 1 on fill, and the indices from 0."""
    at = indices - indices.min(axis=0)
    size = tuple(int(n) for n in at.max(axis=0) + 1)
    if (
        indices.min(axis=0).max() > 1
        or prod(size) != len(at)
        or len(np.unique(at, axis=0)) != len(at)
    ):
        raise ValueError("expected every index once, from 0 or 1 on, got some missing or repeated")
    return size, at


def indexed(indices: Sequence[tuple[int, ...]]) -> tuple[Array, tuple[int, ...]]:
    """The order and shape of numbers that are printed each with its index.

    Indices that begin anew, as with every pass of a loop, give another row.
    """
    if len({len(at) for at in indices}) > 1:
        raise ValueError("expected as many indices with every number, got fewer with some")
    again = [k for k, at in enumerate(indices) if at == indices[0]]
    length = len(indices) // len(again)
    if len(indices) % len(again) or again != list(range(0, len(indices), length)):
        raise ValueError("expected every index once, from 0 or 1 on, got some missing or repeated")
    orders = []
    for start in again:
        size, at = _grid(np.array(indices[start : start + length]))
        order = np.empty(length, dtype=np.intp)
        order[np.ravel_multi_index(tuple(at.T), size)] = np.arange(start, start + length)
        orders.append(order)
    shape = size if len(again) == 1 else (len(again), *size)
    return np.concatenate(orders), shape


def stated(shape: tuple[int, ...], told: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that a printout states of itself; raises ValueError if its numbers are not so many."""
    if prod(told) != prod(shape):
        raise ValueError(
            f"expected the {prod(told)} numbers of shape {told}, which the text states, got {prod(shape)}"
        )
    same = [n for n in told if n > 1] == [n for n in shape if n > 1]
    if not same and len(shape) > 1:
        raise ValueError(f"expected shape {told}, which the text states, got shape {shape}")
    return told or shape
