"""The pictures and formulas that the pages draw, at the state that they show."""

import numpy as np
import pytest

import core
from pages.board import frames
from pages.notation import formulas
from pages.notation.losses import written
from pages.notation.number_format import digits
from pages.notation.palette import CLASS_COLORS, subscript
from pages.state.controls import CONTROLS
from tests.pages.board.test_frames import decode
from tests.pages.page_driver import (
    PAGES,
    boards,
    frames_sent,
    logits,
    numbers,
    of_type,
    open_page,
    parts,
    quantities,
    random_state,
    unpacked,
)


def pictures(state):
    """The page's chart, its triangles, and the numbers of both."""
    at = open_page("losses", **state)
    assert not at.exception
    board = boards(at)["pictures_board"]
    found = list(parts(board))
    (chart,) = [block for block in found if block.get("kind") == "chart"]
    return chart, [block for block in found if block.get("kind") == "simplex"][::-1], numbers(board)


def sweeps(state, part="followed"):
    swept, head = decode(frames_sent(open_page("losses", **state), part).proto.bytes)

    def along(key, quantity):
        start, *shape = head["quantities"][quantity]
        size = int(np.prod(shape))
        return swept[key][:, start : start + size].reshape(-1, *shape)

    return along


@pytest.mark.parametrize("seed", range(4))
def test_each_curve_of_the_sweep_is_that_of_the_loss_it_names(seed):
    state = random_state(seed)
    chart, triangles, q = pictures(state)
    assert bool(triangles) == (state["n"] == 3)
    j, tau = int(state["j"]) - 1, state["tau"]
    assert f"∂L/∂{subscript('z', j)}" in chart["y"]["label"]
    assert subscript("z", j) in chart["x"]["label"]
    for line, mark, loss in zip(chart["lines"], chart["marks"], core.LOSSES, strict=True):
        row = written(loss)
        assert (line["name"], line["color"], mark["color"]) == (row.name, row.color, row.color)
        assert line["quantity"] == f"curve_{loss.lower()}"
        assert mark["x"] == {"quantity": "z", "index": [j]}
        # The dot lies on its curve, to less than is seen.
        x = q["center"] + tau * np.array(line["x"])
        here = np.interp(logits(state)[j], x, q[line["quantity"]])
        assert q[mark["y"]["quantity"]] == pytest.approx(here, abs=0.02)
        assert x[0] < chart["x"]["low"] < chart["x"]["high"] < x[-1], "it has no end in sight"


@pytest.mark.parametrize("reduction", core.REDUCTIONS)
def test_nothing_that_a_slider_can_reach_leaves_the_axes(reduction):
    state = {**random_state(1), "n": 3, "z1": 1.5, "z2": 0.3, "z3": -9.0, "t": "2", "j": "2"}
    along = sweeps({**state, "mse": reduction, "eps": 0.1})
    for key in ("z1", "z2", "z3", "tau", "eps"):
        for name in ("curve_ce", "curve_mse", "mark_ce", "mark_mse"):
            assert np.abs(along(key, name)).max() <= 1


def test_a_dot_is_on_its_curve_wherever_any_slider_takes_it():
    state = {**random_state(1), "n": 3, "z1": 1.5, "z2": 0.3, "z3": -1.0, "t": "2", "j": "2"}
    along = sweeps({**state, "mse": "sum", "eps": 0.1, "tau": 0.4})
    chart, *_ = pictures(state)
    u = np.array(chart["lines"][0]["x"])
    for key in ("z1", "z2", "z3", "tau", "eps"):
        x = along(key, "center")[:, None] + along(key, "tau")[:, None] * u
        for loss in ("ce", "mse"):
            drawn = [
                np.interp(z, *line)
                for z, *line in zip(
                    along(key, "z")[:, 1], x, along(key, f"curve_{loss}"), strict=True
                )
            ]
            np.testing.assert_allclose(along(key, f"mark_{loss}"), drawn, atol=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_both_triangles_show_the_losses_and_the_descent_of_the_state(seed):
    state = {**random_state(seed), "n": 3, "t": "3", "j": "1", "z1": 1.5, "z2": -0.5, "z3": 0.2}
    _, triangles, q = pictures(state)
    known = quantities("losses", state)
    for block, loss in zip(triangles, core.LOSSES, strict=True):
        assert written(loss).name in block["title"].lower()
        assert block["color"] == written(loss).color
        assert block["arrows"] == f"arrows_{loss.lower()}"
        assert (block["point"], block["target"]) == ("y_in_plane", "t_in_plane")
        assert CLASS_COLORS[block["targetClass"]] == CLASS_COLORS[2]
        starts = np.array(block["starts"])
        steps = known[block["arrows"]] - starts
        assert np.linalg.norm(steps, axis=1).max() == pytest.approx(0.09, abs=1e-4)
        np.testing.assert_allclose(q[block["arrows"]] - starts, steps, atol=0.003)
        tips = core.from_plane(q[block["arrows"]])
        assert tips.min() > 0, "no arrow leaves its triangle"
    contours, circles = triangles
    assert (contours["contours"], contours["circles"]) == ("contours_ce", [])
    assert q["contours_ce"].shape == (*contours["levels"], 2)
    assert circles["contours"] is None
    # The last circle is where squared error is greatest for a target in a corner: at the other two.
    assert circles["circles"][-1] == 1
    np.testing.assert_allclose(np.diff(np.square(circles["circles"])), 1 / 8, atol=1e-3)


def test_no_logit_and_no_temperature_moves_what_is_sent_once_a_target():
    state = {**random_state(0), "n": 3, "t": "2", "j": "1", "z1": 1.0, "z2": 0.0, "z3": -1.0}
    sent = {
        frames_sent(open_page("losses", **state | more), "backdrop").proto.bytes
        for more in ({}, {"z1": 7.0}, {"tau": 0.3}, {"mse": state["mse"]})
    }
    assert len(sent) == 1
    other = frames_sent(open_page("losses", **state | {"t": "1"}), "backdrop").proto.bytes
    assert other not in sent
    head, *_ = unpacked(other)
    assert [slider["key"] for slider in head["sliders"]] == ["eps"]


@pytest.mark.parametrize("reduction", core.REDUCTIONS)
def test_the_dots_of_both_triangles_are_the_output_and_go_straight_to_a_corner_with_one_logit(
    reduction,
):
    state = {**random_state(2), "n": 3, "z1": 1.5, "z2": 0.3, "z3": -1.0, "t": "2", "j": "1"}
    along = sweeps({**state, "mse": reduction})
    for k in range(3):
        corner = core.to_plane(np.eye(3)[k])
        way = along(f"z{k + 1}", "y_in_plane") - corner
        far = way[np.linalg.norm(way, axis=1) > 0.05]
        directions = far / np.linalg.norm(far, axis=1, keepdims=True)
        np.testing.assert_allclose(directions - directions[0], 0, atol=0.02)


def test_no_axis_of_a_chart_moves_with_the_state():
    axes = set()
    for z1, t, eps in ((-9.0, "1", 0.0), (2.0, "3", 0.4)):
        state = {**random_state(0), "n": 3, "z1": z1, "z2": 0.3, "z3": -1.0, "j": "1", "tau": 0.5}
        chart, *_ = pictures(state | {"t": t, "eps": eps})
        axes.add(str((chart["x"], chart["y"])))
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
        formulas.CROSS_ENTROPY_GRADIENT,
        *formulas.squared_error_derivation(state["mse"]),
        formulas.squared_error_gradient(),
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
