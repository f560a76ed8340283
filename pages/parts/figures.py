"""Plotly figures from numbers. Plain dictionaries: st.plotly_chart builds the figure itself."""

from collections.abc import Sequence
from typing import Any

import numpy as np

import core
from core.inputs import Array
from core.simplex import SimplexRecord
from pages.parts.palette import CLASS_COLORS, LOSS_COLORS, subscript

Figure = dict[str, Any]

CONFIG = {"displayModeBar": False, "scrollZoom": False}
_NEUTRAL = "rgba(128,128,128,0.55)"
_LOSS_NAMES = {"CE": "cross-entropy", "MSE": "squared error"}


def sweep(
    values: Array,
    dL_dz: dict[str, Array],
    current: float,
    here: dict[str, float],
    *,
    j: int,
    end: float,
) -> Figure:
    """∂L/∂zⱼ of both losses while logit j moves, the current point marked.

    Parameters
    ----------
    values : (m,) where logit j stands
    dL_dz : for "CE" and "MSE", (m,) ∂L/∂zⱼ there
    current, here : the current zⱼ, and ∂L/∂zⱼ of both losses at it
    end : the fixed end of the vertical axis
    """
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": _LOSS_NAMES[loss],
            "x": values,
            "y": line,
            "line": {"color": LOSS_COLORS[loss], "width": 2.5, "dash": dash},
            "hovertemplate": f"%{{x:.1f}}: %{{y:.4f}}<extra>{_LOSS_NAMES[loss]}</extra>",
        }
        for (loss, line), dash in zip(dL_dz.items(), ("solid", "dash"), strict=True)
    ]
    marks = {
        "type": "scatter",
        "mode": "markers",
        "name": "you are here",
        "x": [current] * len(here),
        "y": list(here.values()),
        "marker": {
            "size": 11,
            "color": [LOSS_COLORS[loss] for loss in here],
            "line": {"width": 2, "color": "white"},
        },
        "hovertemplate": "%{x:.1f}: %{y:.4f}<extra>you are here</extra>",
        "showlegend": False,
    }
    z = subscript("z", j)
    return {
        "data": [*lines, marks],
        "layout": {
            "height": 330,
            "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {"title": {"text": f"logit {z}"}, "range": [-10.3, 10.3], "fixedrange": True},
            "yaxis": {
                "title": {"text": f"∂L/∂{z}"},
                "range": [-1.08 * end, 1.08 * end],
                "zeroline": True,
                "zerolinecolor": _NEUTRAL,
                "fixedrange": True,
            },
            "shapes": [
                {
                    "type": "line",
                    "x0": current,
                    "x1": current,
                    "yref": "paper",
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": _NEUTRAL, "width": 1, "dash": "dot"},
                }
            ],
        },
    }


_GAP = 1.3
"""The second triangle stands this far to the right of the first; each has side 1."""


def contour_grid() -> tuple[Array, Array, Array, Array]:
    """Where contours are sampled: x (c,), y (r,), inside (r, c), and the points inside (p, 3)."""
    x, y = np.linspace(0, 1, 61), np.linspace(0, np.sqrt(3) / 2, 53)
    points = core.from_plane(np.stack(np.meshgrid(x, y), axis=-1))
    inside = points.min(axis=-1) > 1e-9
    return x, y, inside, points[inside]


def arrow_points() -> Array:
    """Where arrows start, (p, 3): an even triangular lattice in the interior."""
    k = 9
    return (
        np.array([(a, b, k - a - b) for a in range(1, k) for b in range(1, k - a)], dtype=float) / k
    )


def _over_the_triangle(losses: Array, inside: Array) -> Array:
    sheet = np.full(inside.shape, np.nan)
    sheet[inside] = losses
    return sheet


def _contours(
    x: Array, y: Array, sheet: Array, shift: float, levels: tuple[float, float, float]
) -> Figure:
    start, end, size = levels
    return {
        "type": "contour",
        "x": x + shift,
        "y": y,
        "z": sheet,
        "contours": {"coloring": "lines", "start": start, "end": end, "size": size},
        "colorscale": [[0, _NEUTRAL], [1, _NEUTRAL]],
        "line": {"width": 1},
        "showscale": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _arrows(record: SimplexRecord, step: Array, loss: str, shift: float) -> tuple[Figure, float]:
    """Arrows along a step, the longest 0.09 of a side; and how long that one is in truth."""
    start, vector = core.to_plane(record.y), core.to_plane(step)
    longest = float(np.linalg.norm(vector, axis=-1).max())
    tip = start + vector * (0.09 / longest if longest > 0 else 0.0)
    gap = np.full(len(start), None)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": np.stack([start[:, 0] + shift, tip[:, 0] + shift, gap], axis=1).ravel().tolist(),
        "y": np.stack([start[:, 1], tip[:, 1], gap], axis=1).ravel().tolist(),
        "line": {"color": LOSS_COLORS[loss], "width": 1.6},
        "marker": {
            "symbol": "arrow",
            "angleref": "previous",
            "color": LOSS_COLORS[loss],
            "size": [0, 7, 0] * len(start),
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }, longest


def simplex(
    grid: SimplexRecord,
    field: SimplexRecord,
    y: Array,
    t: Array,
) -> Figure:
    """Two triangles: the losses' contours, and where descent on the logits takes y.

    Parameters
    ----------
    grid : both losses at the points of `contour_grid`
    field : both steps at the points of `arrow_points`
    y, t : (3,) the current output and the target
    """
    gx, gy, inside, _ = contour_grid()
    corners = core.to_plane(np.eye(3))
    data: list[Figure] = []
    notes: list[Figure] = []
    panels: Sequence[tuple[str, Array, Array, float]] = (
        ("CE", grid.loss_ce, field.step_ce, 0.0),
        ("MSE", grid.loss_mse, field.step_mse, _GAP),
    )
    for loss, values, step, shift in panels:
        top = 5.0 if loss == "CE" else float(values.max())
        sheet = _over_the_triangle(values, inside)
        data.append(_contours(gx, gy, sheet, shift, (top / 12, top, top / 12)))
        arrows, longest = _arrows(field, step, loss, shift)
        data.append(arrows)
        outline = np.vstack([corners, corners[:1]])
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": outline[:, 0] + shift,
                "y": outline[:, 1],
                "line": {"color": _NEUTRAL, "width": 1.5},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
        for name, point, mark in (("target", t, "star"), ("you are here", y, "circle")):
            at = core.to_plane(point)
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": name,
                    "x": [at[0] + shift],
                    "y": [at[1]],
                    "marker": {
                        "symbol": mark,
                        "size": 13,
                        "color": CLASS_COLORS[2] if name == "target" else "#111111",
                        "line": {"width": 2, "color": "white"},
                    },
                    "hovertemplate": f"{name}<extra>{_LOSS_NAMES[loss]}</extra>",
                    "showlegend": False,
                }
            )
        notes.append(
            {
                "text": f"{_LOSS_NAMES[loss]}<br>longest arrow {longest:.4f}",
                "x": 0.5 + shift,
                "y": 1.09,
                "showarrow": False,
                "font": {"size": 12},
            }
        )
        for k, (dx, dy) in enumerate(((-0.02, -0.07), (0.02, -0.07), (0.0, 0.06))):
            notes.append(
                {
                    "text": f"{subscript('y', k)} = 1",
                    "x": corners[k, 0] + shift + dx,
                    "y": corners[k, 1] + dy,
                    "showarrow": False,
                }
            )
    hidden = {"visible": False, "fixedrange": True}
    return {
        "data": data,
        "layout": {
            "height": 330,
            "margin": {"l": 5, "r": 5, "t": 5, "b": 5},
            "showlegend": False,
            "annotations": notes,
            "xaxis": {**hidden, "range": [-0.06, 1.06 + _GAP]},
            "yaxis": {**hidden, "range": [-0.12, 1.18], "scaleanchor": "x", "scaleratio": 1},
        },
    }
