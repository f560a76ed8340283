"""The two triangles of all three-class outputs, as a Plotly figure."""

from functools import cache, lru_cache

import numpy as np

import core
from core.inputs import Array
from core.losses import Loss, Reduction
from core.simplex import SimplexRecord
from pages.notation.figures import NEUTRAL, Figure
from pages.notation.losses import written
from pages.notation.palette import CLASS_COLORS, subscript

_GAP = 1.3
"""The second triangle stands this far to the right of the first; each has side 1."""
_SHIFTS = (0.0, _GAP)


@cache
def contour_grid() -> tuple[Array, Array, Array, Array]:
    """Where contours are sampled: x (c,), y (r,), inside (r, c), and the points inside (p, 3)."""
    x, y = np.linspace(0, 1, 49), np.linspace(0, np.sqrt(3) / 2, 43)
    points = core.from_plane(np.stack(np.meshgrid(x, y), axis=-1))
    inside = points.min(axis=-1) > 1e-9
    return x, y, inside, points[inside]


@cache
def arrow_points() -> Array:
    """Where arrows start, (p, 3): an even triangular lattice in the interior."""
    k = 9
    return (
        np.array([(a, b, k - a - b) for a in range(1, k) for b in range(1, k - a)], dtype=float) / k
    )


def _over_the_triangle(losses: Array, inside: Array) -> Array:
    sheet = np.full(inside.shape, np.nan, dtype=np.float32)
    sheet[inside] = losses
    return sheet


def _contours(x: Array, y: Array, sheet: Array, shift: float, top: float) -> Figure:
    return {
        "type": "contour",
        "x": x + shift,
        "y": y,
        "z": sheet,
        "contours": {"coloring": "lines", "start": top / 12, "end": top, "size": top / 12},
        "colorscale": [[0, NEUTRAL], [1, NEUTRAL]],
        "line": {"width": 1},
        "showscale": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _arrows(record: SimplexRecord, step: Array, loss: Loss, shift: float) -> tuple[Figure, float]:
    """Arrows along a step, the longest 0.09 of a side; and how long that one is in truth."""
    start, vector = core.to_plane(record.y), core.to_plane(step)
    longest = float(np.linalg.norm(vector, axis=-1).max())
    tip = start + vector * (0.09 / longest if longest > 0 else 0.0)
    gap = np.full(len(start), np.nan)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": np.stack([start[:, 0] + shift, tip[:, 0] + shift, gap], axis=1).ravel(),
        "y": np.stack([start[:, 1], tip[:, 1], gap], axis=1).ravel(),
        "line": {"color": written(loss).color, "width": 1.6},
        "marker": {
            "symbol": "arrow",
            "angleref": "previous",
            "color": written(loss).color,
            "size": [0, 7, 0] * len(start),
            "line": {"width": 0},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }, longest


@lru_cache(maxsize=32)
def _landscape(t: tuple[float, ...], reduction: Reduction) -> list[Figure]:
    """Contours of both losses over y. Neither logits nor τ change them, so most changes find them here."""
    x, height, inside, points = contour_grid()
    ce = core.cross_entropy(np.log(points), t)
    mse = core.squared_error(points, t, reduction)
    return [
        _contours(x, height, _over_the_triangle(ce, inside), 0.0, 5.0),
        _contours(x, height, _over_the_triangle(mse, inside), _GAP, float(mse.max())),
    ]


@lru_cache(maxsize=32)
def _directions(
    t: tuple[float, ...], tau: float, reduction: Reduction
) -> list[tuple[Figure, float]]:
    """Arrows of both losses, and how long the longest is. No logit changes them."""
    field = core.simplex_record(arrow_points(), t, tau, reduction)
    return [_arrows(field, field.step_ce, "CE", 0.0), _arrows(field, field.step_mse, "MSE", _GAP)]


_QUIET = {"hoverinfo": "skip", "showlegend": False}


def _outline() -> Figure:
    """Both triangles."""
    around = core.to_plane(np.eye(3))[[0, 1, 2, 0]]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [v for shift in _SHIFTS for v in (*(around[:, 0] + shift), None)],
        "y": [*around[:, 1], None] * 2,
        "line": {"color": NEUTRAL, "width": 1.5},
        **_QUIET,
    }


def _captions(longest_ce: float, longest_mse: float) -> Figure:
    """Above each triangle its loss and how long its longest arrow is in truth; at the corners y."""
    corners = core.to_plane(np.eye(3))
    words = {
        (0.5, 1.09): (
            f"cross-entropy<br>longest arrow {longest_ce:.4f}",
            f"squared error<br>longest arrow {longest_mse:.4f}",
        ),
        **{
            (corners[k, 0], corners[k, 1] + (0.06 if k == 2 else -0.07)): (
                f"{subscript('y', k)} = 1",
            )
            * 2
            for k in range(3)
        },
    }
    return {
        "type": "scatter",
        "mode": "text",
        "x": [px + shift for px, _ in words for shift in _SHIFTS],
        "y": [py for _, py in words for _ in _SHIFTS],
        "text": [text for both in words.values() for text in both],
        **_QUIET,
    }


def _marks(target: Array, here: Array) -> Figure:
    """A star and a circle in each triangle."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [point[0] + shift for shift in _SHIFTS for point in (target, here)],
        "y": [target[1], here[1]] * 2,
        "marker": {
            "symbol": ["star", "circle"] * 2,
            "size": 13,
            "color": [CLASS_COLORS[2], "#111111"] * 2,
            "line": {"width": 2, "color": "white"},
        },
        "text": ["target", "you are here"] * 2,
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": False,
    }


def simplex(y: Array, t: Array, tau: float, reduction: Reduction) -> Figure:
    """Two triangles: the losses' contours, and where descent on the logits takes y.

    Parameters
    ----------
    y, t : (3,) the current output and the target
    tau, reduction : of the softmax and of the squared error
    """
    of = tuple(t.tolist())
    (arrows_ce, longest_ce), (arrows_mse, longest_mse) = _directions(of, tau, reduction)
    return {
        "data": [
            *_landscape(of, reduction),
            arrows_ce,
            arrows_mse,
            _outline(),
            _captions(longest_ce, longest_mse),
            _marks(core.to_plane(t), core.to_plane(y)),
        ],
        "layout": {
            "template": {},
            "height": 330,
            "margin": {"l": 5, "r": 5, "t": 5, "b": 5},
            "showlegend": False,
            "xaxis": {"visible": False, "fixedrange": True, "range": [-0.1, 1.1 + _GAP]},
            "yaxis": {
                "visible": False,
                "fixedrange": True,
                "range": [-0.12, 1.18],
                "scaleanchor": "x",
                "scaleratio": 1,
            },
        },
    }
