"""The charts and formulas that the pages draw, at the state that they show."""

import numpy as np
import plotly.graph_objects as go
import pytest

import core
from pages.board import frames
from pages.notation import formulas
from pages.notation.losses import written
from pages.notation.number_format import digits
from pages.notation.palette import subscript
from pages.state.controls import CONTROLS
from pages.ui import charts
from tests.pages.board.test_frames import decode
from tests.pages.page_driver import (
    PAGES,
    frames_sent,
    logits,
    of_type,
    open_page,
    quantities,
    random_state,
    target,
    unpacked,
)

LOSSES = {"cross-entropy": "CE", "squared error": "MSE"}


def drawn_charts(monkeypatch, state):
    drawn = []
    monkeypatch.setattr(charts, "show", lambda figure, **_: drawn.append(go.Figure(figure)))
    at = open_page("losses", **state)
    assert not at.exception
    return drawn


@pytest.mark.parametrize("seed", range(4))
def test_each_curve_of_the_sweep_is_that_of_the_loss_it_names(monkeypatch, seed):
    state = random_state(seed)
    figure, *rest = drawn_charts(monkeypatch, state)
    assert (len(rest) == 1) == (state["n"] == 3)
    j, z, t, tau = int(state["j"]) - 1, logits(state), target(state), state["tau"]
    known = quantities("losses", state)
    marks = figure.data[2]
    for k, line in enumerate(figure.data[:2]):
        loss = LOSSES[line.name]
        assert line.line.color == written(loss).color == marks.marker.color[k]
        for x, y in zip(line.x[::20], line.y[::20], strict=True):
            at_x = np.where(np.arange(state["n"]) == j, x, z)
            dL_dz = (
                core.cross_entropy_dL_dz(at_x, t, tau)
                if loss == "CE"
                else core.squared_error_dL_dz(at_x, t, tau, state["mse"])
            )
            assert y == pytest.approx(dL_dz[j], rel=1e-9, abs=1e-12)
        assert marks.x[k] == z[j]
        assert marks.y[k] == known[f"dL_dz_{loss.lower()}"][j]
        # Nothing that a slider can reach leaves the axes.
        low, high = figure.layout.yaxis.range
        assert low <= line.y.min() <= line.y.max() <= high
    assert {line.name for line in figure.data[:2]} == set(LOSSES)
    assert subscript("z", j) in figure.layout.xaxis.title.text
    assert f"∂L/∂{subscript('z', j)}" in figure.layout.yaxis.title.text


@pytest.mark.parametrize("seed", range(3))
def test_both_triangles_show_the_losses_and_the_descent_of_the_state(monkeypatch, seed):
    state = {**random_state(seed), "n": 3, "t": "3", "j": "1", "z1": 1.5, "z2": -0.5, "z3": 0.2}
    _, figure = drawn_charts(monkeypatch, state)
    z, t, tau = logits(state), target(state), state["tau"]
    contours = [d for d in figure.data if d.type == "contour"]
    arrows = [d for d in figure.data if d.type == "scatter" and d.mode == "lines+markers"]
    assert len(contours) == len(arrows) == 2
    for loss, sheet, field in zip(LOSSES.values(), contours, arrows, strict=True):
        shift = sheet.x[0]
        assert field.line.color == written(loss).color
        inside = np.argwhere(np.isfinite(sheet.z))[::97]
        for row, column in inside:
            y = core.from_plane([sheet.x[column] - shift, sheet.y[row]])
            expected = -t @ np.log(y) if loss == "CE" else core.squared_error(y, t, state["mse"])
            assert sheet.z[row, column] == pytest.approx(expected, rel=1e-6)  # sent as float32
        x, y = (axis[~np.isnan(axis)] for axis in (field.x, field.y))
        starts = core.from_plane(np.stack([x[::2] - shift, y[::2]], axis=-1))
        steps = np.diff(np.stack([x, y], axis=-1).reshape(-1, 2, 2), axis=1)[:, 0]
        truth = []
        for start in starts:
            at = tau * np.log(start)
            gradient = (
                core.cross_entropy_dL_dz(at, t, tau)
                if loss == "CE"
                else core.squared_error_dL_dz(at, t, tau, state["mse"])
            )
            truth.append(core.to_plane(-core.softmax_jacobian(at, tau) @ gradient))
        # All arrows of a triangle are drawn to one scale, along −J ∂L/∂z.
        scale = 0.09 / np.linalg.norm(truth, axis=1).max()
        np.testing.assert_allclose(steps, scale * np.array(truth), atol=1e-9)
        captions = [text for d in figure.data for text in d.text or () if "arrow" in text]
        (longest,) = [text for text in captions if {v: k for k, v in LOSSES.items()}[loss] in text]
        assert float(longest.split()[-1]) == pytest.approx(0.09 / scale, abs=5e-5)
    marks = figure.data[-1]
    here = core.to_plane([t, core.softmax(z, tau)])
    np.testing.assert_allclose(np.stack([marks.x, marks.y], axis=-1)[:2], here, atol=1e-12)


def test_no_axis_of_a_chart_moves_with_the_state(monkeypatch):
    axes = set()
    for z1, t, eps in ((-9.0, "1", 0.0), (2.0, "3", 0.4)):
        state = {**random_state(0), "n": 3, "z1": z1, "z2": 0.3, "z3": -1.0, "j": "1", "tau": 0.5}
        found = drawn_charts(monkeypatch, state | {"t": t, "eps": eps})
        axes.add(str([(f.layout.xaxis.range, f.layout.yaxis.range) for f in found]))
        assert all(f.layout.xaxis.fixedrange and f.layout.yaxis.fixedrange for f in found)
    assert len(axes) == 1


@pytest.mark.parametrize("seed", range(4))
def test_the_formulas_on_a_page_are_those_of_its_state(seed):
    state = random_state(seed)
    i, j, d, tau = int(state["i"]) - 1, int(state["j"]) - 1, digits(state["n"]), state["tau"]
    known = {page: quantities(page, state) for page in ("jacobian", "upstream", "losses")}
    shown = {
        page: [e.value for e in of_type(open_page(page, **state), "latex")]
        for page in ("jacobian", "upstream")
    }

    q = known["jacobian"]
    expected = formulas.jacobian_entry(i, j, q["y"], q["J"], tau, d)
    assert [expected.strip()] == [latex.strip("$ \n") for latex in shown["jacobian"]]

    q = known["upstream"]
    expected = formulas.product_entry(j, q["g"], q["J"], q["dL_dz"], d)
    assert [expected] == [latex.strip("$ \n") for latex in shown["upstream"]]

    q = known["losses"]
    inner = float(q["g_mse"] @ q["y"])
    below = [e.value.split("$$") for e in of_type(open_page("losses", **state), "markdown")]
    found = [latex.strip() for parts in below for latex in parts[1::2]]
    assert formulas.cross_entropy_entry(j, q["y"], q["t"], q["dL_dz_ce"], tau, d) in found
    for entry in (
        *formulas.CROSS_ENTROPY_DERIVATION,
        *formulas.squared_error_derivation(state["mse"]),
        formulas.squared_error_entry(j, q["y"], q["g_mse"], inner, q["dL_dz_mse"], tau, d),
    ):
        assert entry in found


def test_numbers_that_are_not_finite_reach_the_browser_as_javascript_reads_them():
    """JSON has no word for them, and the numbers are in none."""
    sent = frames.still({"a": np.array([[1.5, np.inf], [-np.inf, np.nan]]), "b": True, "c": 2.5})
    now = unpacked(frames.frames("p", {}, sent))[2]
    np.testing.assert_array_equal(now["a"], [[1.5, np.inf], [-np.inf, np.nan]])
    assert (now["b"].item(), now["c"].item()) == (1.0, 2.5)


@pytest.mark.parametrize("up", ["CE", "custom"])
@pytest.mark.parametrize("page", PAGES)
def test_a_slider_sweeps_the_logit_of_its_name_and_holds_the_others(page, up):
    state = {**random_state(3), "n": 3, "z1": 1.2, "z2": -0.7, "z3": 0.4, "t": "2", "j": "3"}
    state |= {"i": "1", "g1": 2.5, "g2": -1.5, "g3": 0.7, "up": up, "ask": "CE", "nudge": 0.7}
    at = open_page(page, **state)
    swept, head = decode(frames_sent(at).proto.bytes)
    z, *_ = head["quantities"]["z"]
    for k in range(3):
        expected = np.tile(logits(state), (201, 1))
        expected[:, k] = np.linspace(-10, 10, 201)
        np.testing.assert_allclose(swept[f"z{k + 1}"][:, z : z + 3], expected, atol=1e-5)
    assert head["page"] == page
    live_ = {w.key for w in at.slider if CONTROLS[w.key].live}
    assert {s["key"] for s in head["sliders"]} == live_ == {w.key for w in at.slider} - {"n"}
