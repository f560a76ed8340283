"""Plotly figures from numbers, as plain dictionaries; `ui.charts` draws them."""

from collections.abc import Sequence
from typing import Any

from core.losses import Loss
from pages.notation.losses import written

Figure = dict[str, Any]

NEUTRAL = "rgba(128,128,128,0.55)"


def curves(
    history: dict[Loss, dict[str, list[float]]],
    panels: Sequence[tuple[str, str, str, tuple[float, float] | None]],
    epochs: int,
    *,
    epoch: int | None = None,
) -> Figure:
    """Panels one below the other, over one axis of epochs, both losses in each.

    Parameters
    ----------
    history : for "CE" and "MSE" a list a measure, and their "epoch"
    panels : (title, measure, "linear" or "log", ends of the axis or None to fit)
    epochs : where the axis ends
    epoch : one to mark with a line through all panels
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
            "shapes": [] if epoch is None else [_through(epoch)],
            **axes,
        },
    }


def _through(epoch: int) -> Figure:
    line = {"color": NEUTRAL, "width": 1.5, "dash": "dot"}
    return {
        "type": "line",
        "x0": epoch,
        "x1": epoch,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": line,
    }
