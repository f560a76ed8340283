"""Plotly figures as functions of numbers."""

import json

import numpy as np
import plotly.graph_objects as go
import plotly.io
import pytest
import streamlit as st

from pages.notation import figures
from pages.notation.losses import written
from pages.ui import charts

HISTORY = {
    "CE": {"epoch": [0, 1, 2], "accuracy": [0.3, 0.6, 0.9], "length": [1e-1, 1e-2, 1e-3]},
    "MSE": {"epoch": [0, 1], "accuracy": [0.3, 0.4], "length": [1e-2, 1e-4]},
}
PANELS = [("Accuracy", "accuracy", "linear", (0, 1.03)), ("Length", "length", "log", None)]


def curves(**more):
    return figures.curves(HISTORY, PANELS, 10, **more)


def test_each_panel_has_a_line_a_loss_in_its_colour_and_dash():
    lines = curves()["data"]
    assert [(d["name"], d["yaxis"]) for d in lines] == [
        (written(loss).name, axis) for axis in ("y", "y2") for loss in HISTORY
    ]
    for d, loss in zip(lines, [*HISTORY] * 2, strict=True):
        measure = "accuracy" if d["yaxis"] == "y" else "length"
        assert (d["x"], d["y"]) == (HISTORY[loss]["epoch"], HISTORY[loss][measure])
        assert d["line"]["color"] == written(loss).color
        assert d["line"]["dash"] == written(loss).dash


def test_a_marked_epoch_is_a_line_through_all_panels_and_none_is_none():
    (mark,) = curves(epoch=7)["layout"]["shapes"]
    assert (mark["x0"], mark["x1"], mark["yref"], mark["y0"], mark["y1"]) == (7, 7, "paper", 0, 1)
    assert curves()["layout"]["shapes"] == []


def test_the_figure_is_valid_plotly():
    go.Figure(curves(epoch=3))
    go.Figure(charts._packed(curves(epoch=3)))
    with pytest.raises(ValueError, match="no_such"):
        go.Figure({**curves(), "data": [{"type": "scatter", "no_such": 1}]})


def test_a_figure_is_drawn_as_plotly_itself_would_send_it(monkeypatch):
    figure = curves(epoch=3)
    figure["data"][0]["y"] = np.array(figure["data"][0]["y"])
    sent = []
    monkeypatch.setattr(st, "plotly_chart", lambda drawn, **_: sent.append(drawn))
    charts.show(figure, alt="")
    drawn = json.loads(plotly.io.to_json(sent[0], validate=False))
    own = json.loads(plotly.io.to_json(go.Figure(figure), validate=False))
    assert drawn["layout"].pop("template") == {}  # Plotly fills in the names of the traces
    own["layout"].pop("template")
    assert drawn == own
