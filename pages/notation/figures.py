"""Plotly figures from numbers, as plain dictionaries; `ui.charts` draws them."""

from collections.abc import Sequence
from typing import Any

from core.inputs import Array
from core.losses import Loss
from pages.notation.losses import written
from pages.notation.palette import subscript

Figure = dict[str, Any]

NEUTRAL = "rgba(128,128,128,0.55)"


def gradient_curve(
    values: Array,
    dL_dz: dict[Loss, Array],
    current: float,
    here: dict[Loss, float],
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
            "name": written(loss).name,
            "x": values,
            "y": line,
            "line": {"color": written(loss).color, "width": 2.5, "dash": written(loss).dash},
            "hovertemplate": f"%{{x:.1f}}: %{{y:.4f}}<extra>{written(loss).name}</extra>",
        }
        for loss, line in dL_dz.items()
    ]
    marks = {
        "type": "scatter",
        "mode": "markers",
        "name": "you are here",
        "x": [current] * len(here),
        "y": list(here.values()),
        "marker": {
            "size": 11,
            "color": [written(loss).color for loss in here],
            "line": {"width": 2, "color": "white"},
        },
        "hovertemplate": "%{x:.1f}: %{y:.4f}<extra>you are here</extra>",
        "showlegend": False,
    }
    z = subscript("z", j)
    return {
        "data": [*lines, marks],
        "layout": {
            "template": {},
            "height": 330,
            "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {"title": {"text": f"logit {z}"}, "range": [-10.3, 10.3], "fixedrange": True},
            "yaxis": {
                "title": {"text": f"∂L/∂{z}"},
                "range": [-1.08 * end, 1.08 * end],
                "zeroline": True,
                "zerolinecolor": NEUTRAL,
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
                    "line": {"color": NEUTRAL, "width": 1, "dash": "dot"},
                }
            ],
        },
    }


def curves(
    history: dict[Loss, dict[str, list[float]]],
    panels: Sequence[tuple[str, str, str, tuple[float, float] | None]],
    epochs: int,
) -> Figure:
    """Panels one below the other, over one axis of epochs, both losses in each.

    Parameters
    ----------
    history : for "CE" and "MSE" a list a measure, and their "epoch"
    panels : (title, measure, "linear" or "log", ends of the axis or None to fit)
    epochs : where the axis ends
    """
    height = 1 / len(panels)
    data, axes, titles = [], {}, []
    for k, (title, measure, kind, ends) in enumerate(panels):
        axis = "" if k == 0 else str(k + 1)
        top = 1 - k * height
        axes[f"yaxis{axis}"] = {
            "domain": [top - 0.74 * height, top - 0.1 * height],
            "type": kind,
            "fixedrange": True,
            "zeroline": False,
            "exponentformat": "power",
            **({"dtick": 2, "tickfont": {"size": 9}} if kind == "log" else {"rangemode": "tozero"}),
            **({"range": list(ends)} if ends else {}),
        }
        titles.append(
            {
                "text": title,
                "showarrow": False,
                "xref": "paper",
                "yref": "paper",
                "x": 0,
                "y": top - 0.1 * height,
                "xanchor": "left",
                "yanchor": "bottom",
            }
        )
        data += [
            {
                "type": "scatter",
                "mode": "lines",
                "name": written(loss).name,
                "x": columns["epoch"],
                "y": columns[measure],
                "yaxis": f"y{axis}",
                "line": {"color": written(loss).color, "width": 2.2, "dash": written(loss).dash},
                "hovertemplate": f"epoch %{{x}}: %{{y:.4g}}<extra>{written(loss).name}</extra>",
                "showlegend": k == 0,
            }
            for loss, columns in history.items()
        ]
    return {
        "data": data,
        "layout": {
            "template": {},
            "height": 60 + 165 * len(panels),
            "margin": {"l": 48, "r": 10, "t": 24, "b": 36},
            "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
            "xaxis": {
                "title": {"text": "epoch"},
                "range": [0, epochs],
                "fixedrange": True,
                "anchor": f"y{len(panels)}",
            },
            "annotations": titles,
            **axes,
        },
    }
