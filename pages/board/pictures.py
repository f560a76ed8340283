"""Blocks that are pictures: charts and triangles, drawn as everything on a board is from its numbers.

What a number moves stands where it says in the same frame as the tables; the rest is fixed, axes
included, so that motion means change.
"""

from collections.abc import Sequence
from typing import Literal, TypedDict

import numpy as np

from core.inputs import Array


class Place(TypedDict):
    """One number among the board's quantities."""

    quantity: str
    index: list[int]


class Axis(TypedDict):
    low: float
    high: float
    label: str
    ticks: list[tuple[float, str]]


class Line(TypedDict):
    """Of a chart: its heights are the numbers of a quantity."""

    quantity: str
    x: list[float]
    name: str
    color: str
    dash: bool


class Mark(TypedDict):
    """A dot that stands where two numbers say."""

    x: Place
    y: Place
    color: str


class Chart(TypedDict):
    kind: Literal["chart"]
    title: str
    alt: str
    x: Axis
    y: Axis
    lines: list[Line]
    marks: list[Mark]
    shift: Place | None
    stretch: Place | None


class Triangle(TypedDict):
    kind: Literal["triangle"]
    quantity: str
    classes: list[int]
    corners: list[str]
    title: str


class Simplex(TypedDict):
    kind: Literal["simplex"]
    title: str
    alt: str
    corners: list[str]
    color: str
    arrows: str
    starts: list[list[float]]
    contours: str | None
    levels: list[int]
    circles: list[float]
    target: str
    targetClass: int
    point: str
    drag: str


Picture = Chart | Simplex | Triangle


def drawn(values: Array, parts: int = 256) -> Array:
    """Numbers that are only drawn, to so many parts of a picture's unit: small to send.

    For lines 1/256 is finer than can be seen; a dot that is dragged moves in smaller steps.
    """
    steps = np.asarray(values * parts)
    np.round(steps, out=steps)  # in place: these are many
    steps /= parts
    return steps


def place(quantity: str, *index: int) -> Place:
    """The number of a quantity at an index."""
    return {"quantity": quantity, "index": list(index)}


def axis(low: float, high: float, label: str, ticks: Sequence[tuple[float, str]]) -> Axis:
    """From low to high, whatever is drawn; ticks are where and what is written there."""
    return {"low": low, "high": high, "label": label, "ticks": list(ticks)}


def line(quantity: str, x: Array, *, name: str, color: str, dash: bool) -> Line:
    """A line of a chart through as many points as x (m,) has; the quantity is (m,) too."""
    return {"quantity": quantity, "x": x.tolist(), "name": name, "color": color, "dash": dash}


def mark(x: Place, y: Place, color: str) -> Mark:
    """A dot of a chart where two numbers say."""
    return {"x": x, "y": y, "color": color}


def chart(
    title: str,
    x: Axis,
    y: Axis,
    lines: Sequence[Line],
    marks: Sequence[Mark],
    *,
    alt: str,
    shift: Place | None = None,
    stretch: Place | None = None,
) -> Chart:
    """Lines over one axis, and dots that move.

    Parameters
    ----------
    alt : what is to be seen, for those who do not see it
    shift, stretch : numbers; a line's x then stands at shift + stretch · x
    """
    return {
        "kind": "chart",
        "title": title,
        "alt": alt,
        "x": x,
        "y": y,
        "lines": list(lines),
        "marks": list(marks),
        "shift": shift,
        "stretch": stretch,
    }


def triangle(
    quantity: str, classes: Sequence[int], corners: Sequence[str], *, title: str
) -> Triangle:
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


def simplex(
    title: str,
    corners: Sequence[str],
    *,
    alt: str,
    color: str,
    arrows: str,
    starts: Array,
    target: str,
    target_class: int,
    point: str,
    drag: str,
    contours: tuple[str, int, int] | None = None,
    circles: Sequence[float] = (),
) -> Simplex:
    """One loss over the simplex of three classes; all places as of `core.to_plane`.

    Parameters
    ----------
    color : of the arrows
    arrows : name of a (p, 2) array, where arrows end; `starts` (p, 2) is where they begin
    target, point : names of (2,) arrays: a star, and a dot that can be dragged
    drag : with "z" the dot is dragged along what slider z1, z2 or z3 can reach
    contours : name of an (l, m, 2) array of l polygons of m corners, l and m; and
    circles : radii of circles about the target, cut off by the triangle
    """
    name, count, size = contours or (None, 0, 0)
    return {
        "kind": "simplex",
        "title": title,
        "alt": alt,
        "corners": list(corners),
        "color": color,
        "arrows": arrows,
        "starts": np.round(starts, 4).tolist(),
        "contours": name,
        "levels": [count, size],
        "circles": np.round(circles, 4).tolist(),
        "target": target,
        "targetClass": target_class,
        "point": point,
        "drag": drag,
    }
