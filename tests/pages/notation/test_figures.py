import json

import numpy as np
import plotly.graph_objects as go
import plotly.io
import pytest
import streamlit as st

import core
from pages.notation import figures, simplex_figure
from pages.ui import charts


def swept(z, t, j, tau=1.0):
    values = np.linspace(-10, 10, 201)
    both = core.compare_losses(np.where(np.arange(3) == j, values[:, None], z), t, tau)
    here = core.compare_losses(z, t, tau)
    return figures.gradient_curve(
        values,
        {"CE": both.ce.dL_dz[:, j], "MSE": both.mse.dL_dz[:, j]},
        float(z[j]),
        {"CE": float(here.ce.dL_dz[j]), "MSE": float(here.mse.dL_dz[j])},
        j=j,
        end=1 / tau,
    )


def simplex(y, t, tau=1.0, reduction="mean"):
    field = core.simplex_record(simplex_figure.arrow_points(), t, tau, reduction)
    return simplex_figure.simplex(np.array(y), t, tau, reduction), field


def test_the_marks_of_the_sweep_lie_on_their_curves():
    z = np.array([2.0, 1.0, 0.1])
    ce, mse, marks = swept(z, core.one_hot(0, 3), 1)["data"]
    for line, x, y in zip((ce, mse), marks["x"], marks["y"], strict=True):
        assert y == pytest.approx(np.interp(x, line["x"], line["y"]), abs=1e-9)


def test_squared_error_dies_at_both_ends_of_the_sweep_of_the_target_and_cross_entropy_does_not():
    ce, mse, _ = swept(np.zeros(3), core.one_hot(1, 3), 1)["data"]
    assert abs(mse["y"][0]) < 1e-3 > abs(mse["y"][-1])
    assert ce["y"][0] == pytest.approx(-1, abs=1e-3)
    assert np.abs(mse["y"]).max() > 0.1


@pytest.mark.parametrize("tau", [0.5, 1.0, 2.0])
def test_the_axes_of_the_sweep_do_not_move_with_the_logits(tau):
    ranges = {
        str(
            [swept(z, core.one_hot(0, 3), 2, tau)["layout"][a]["range"] for a in ("xaxis", "yaxis")]
        )
        for z in (np.zeros(3), np.array([9.0, -9.0, 3.0]))
    }
    assert len(ranges) == 1


@pytest.mark.parametrize("reduction", core.REDUCTIONS)
def test_both_figures_are_valid_plotly(reduction):
    for figure in (
        swept(np.array([2.0, 1.0, 0.1]), core.one_hot(0, 3), 0),
        simplex([0.2, 0.3, 0.5], core.one_hot(0, 3), reduction=reduction)[0],
    ):
        go.Figure(figure)
        go.Figure(charts._packed(figure))
        with pytest.raises(ValueError, match="no_such"):
            go.Figure({**figure, "data": [{"type": "scatter", "no_such": 1}]})


def test_a_figure_is_drawn_as_plotly_itself_would_send_it(monkeypatch):
    figure = simplex([0.2, 0.3, 0.5], core.one_hot(0, 3))[0]
    sent = []
    monkeypatch.setattr(st, "plotly_chart", lambda drawn, **_: sent.append(drawn))
    charts.show(figure, alt="")
    drawn = json.loads(plotly.io.to_json(sent[0], validate=False))
    own = json.loads(plotly.io.to_json(go.Figure(figure), validate=False))
    assert drawn["layout"].pop("template") == {}  # Plotly fills in the names of the traces
    own["layout"].pop("template")
    assert drawn == own


@pytest.mark.parametrize("panel", [0, 1])
@pytest.mark.parametrize("target", [core.one_hot(1, 3), core.smooth([1, 0, 0], 0.2)])
def test_every_arrow_stays_in_its_triangle_and_goes_downhill(panel, target):
    figure, field = simplex([0.2, 0.3, 0.5], target)
    arrows = [d for d in figure["data"] if d.get("marker", {}).get("symbol") == "arrow"][panel]
    x = (arrows["x"][~np.isnan(arrows["x"])]).reshape(-1, 2) - panel * simplex_figure._GAP
    y = (arrows["y"][~np.isnan(arrows["y"])]).reshape(-1, 2)
    start, tip = (core.from_plane(np.stack([x[:, k], y[:, k]], axis=-1)) for k in (0, 1))
    np.testing.assert_allclose(start, field.y, atol=1e-12)
    assert tip.min() > 0
    gradient = -target / start if panel == 0 else start - target
    step = ((tip - start) * gradient).sum(axis=1)
    assert (step < 0).all()
    longest = np.linalg.norm(core.to_plane(tip) - core.to_plane(start), axis=1).max()
    assert longest == pytest.approx(0.09)


def test_the_star_is_the_target_and_the_circle_is_the_output_in_both_triangles():
    y, t = [0.2, 0.3, 0.5], core.one_hot(2, 3)
    marks = next(d for d in simplex(y, t)[0]["data"] if d.get("mode") == "markers")
    assert marks["marker"]["symbol"] == ["star", "circle"] * 2
    assert marks["text"] == ["target", "you are here"] * 2
    at = np.array([marks["x"], marks["y"]]).T - np.array(
        [0, 0, simplex_figure._GAP, simplex_figure._GAP]
    )[:, None] * np.array([1, 0])
    np.testing.assert_allclose(at, core.to_plane([t, y, t, y]), atol=1e-12)


def test_contours_are_drawn_over_the_inside_only():
    x, y, inside, points = simplex_figure.contour_grid()
    assert points.min() > 0
    sheet = simplex([0.2, 0.3, 0.5], core.one_hot(0, 3))[0]["data"][0]["z"]
    assert sheet.shape == inside.shape == (len(y), len(x))
    assert np.isfinite(sheet[inside]).all()
    assert np.isnan(sheet[~inside]).all()


@pytest.mark.parametrize("reduction", core.REDUCTIONS)
@pytest.mark.parametrize("tau", [0.3, 1.0, 4.0])
def test_the_contours_are_the_losses_at_their_points_whatever_the_temperature(tau, reduction):
    t = core.smooth([0, 1, 0], 0.1)
    _, _, inside, points = simplex_figure.contour_grid()
    known = core.simplex_record(points, t, tau, reduction)
    ce, mse = simplex([0.2, 0.3, 0.5], t, tau, reduction)[0]["data"][:2]
    np.testing.assert_allclose(ce["z"][inside], known.loss_ce, rtol=1e-6)
    np.testing.assert_allclose(mse["z"][inside], known.loss_mse, rtol=1e-6)
