"""Controls, presets and picks through the front door."""

import ast

import pytest
from streamlit.testing.v1 import AppTest

from pages.state.controls import CONTROLS
from pages.state.presets import PRESETS
from tests.pages import page_driver
from tests.pages.page_driver import (
    EVERY_PAGE,
    PAGES,
    ROOT,
    assert_shows_core,
    boards,
    numbers,
    open_page,
    parts,
    pick,
    random_state,
)
from tests.patience import SECONDS

DEFAULTS = {key: control.default for key, control in CONTROLS.items()}


def shown(at):
    """The controls of the link; the presets are none of them."""
    return {key: value for key, value in page_driver.shown(at).items() if key in CONTROLS}


def press(at, label):
    return at.button_group(key="preset").set_value(label).run()


def z(n):
    return [f"z{k + 1}" for k in range(n)]


DRAWN = {
    "puzzle": ["n", *z(4), "tau", "answer", "ask", "t"],
    "jacobian": ["n", *z(4), "tau", "i", "j", "nudge"],
    "upstream": ["n", *z(4), "t", "eps", "tau", "mse", "j", "up"],
    "losses": ["n", *z(4), "t", "eps", "tau", "mse", "j"],
    "network": [
        *("sample", "loss", "mse", "act", "width", "seed", "taken", "eta", "stage", "weight"),
    ],
    "training": [
        *("data", "confidence", "lr", "epochs", "hidden", "batch", "momentum", "act", "mse"),
        *("seed", "epoch"),
    ],
}


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_page_draws_these_controls_each_with_the_value_of_the_link(page):
    state = {**random_state(1), "n": 4, "z4": -0.7, "t": "3", "i": "4", "j": "3", "up": "CE"}
    state |= random_state(1, page) if page not in PAGES else {}
    state |= {"epoch": 7}
    at = open_page(page, **state)
    assert shown(at) == {key: state[key] for key in DRAWN[page]}


@pytest.mark.parametrize("n", [2, 3, 10])
def test_a_custom_upstream_gradient_has_a_slider_for_each_class(n):
    state = {**random_state(5), "n": n, **{f"g{k + 1}": k / 2 - 2 for k in range(n)}}
    state |= dict.fromkeys(z(n), 0.5) | {"t": "1", "j": "1", "up": "custom"}
    at = open_page("upstream", **state)
    drawn = {key: value for key, value in shown(at).items() if key.startswith("g")}
    assert drawn == {f"g{k + 1}": k / 2 - 2 for k in range(n)}
    assert_shows_core(at, "upstream", state)


def test_the_row_is_asked_for_only_where_a_row_is_the_upstream_gradient():
    for kind in ("CE", "MSE", "ones", "row", "custom"):
        assert ("i" in shown(open_page("upstream", up=kind))) == (kind == "row")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.label)
def test_a_preset_sets_the_state_on_every_page_and_its_link(page, preset):
    away = {"n": 6, "z1": -4.0, "z6": 9.0, "tau": 2.5, "eps": 0.3, "t": "6", "i": "6", "j": "5"}
    at = open_page(page, answer="Yes", ask="CE", mse="sum", **away)
    press(at, preset.label)
    assert not at.exception
    state = shown(at)
    expected = {"n": 3, "tau": 1.0, "t": preset.state["t"], "eps": 0.0, "i": "1", "j": "2"}
    expected |= {"mse": "sum"} | {key: preset.state[key] for key in z(3)}
    assert state == {key: expected.get(key, state[key]) for key in state}
    assert_shows_core(at, page, DEFAULTS | state)
    for key in expected.keys() & state.keys():
        link = at.query_params.get(key, DEFAULTS[key])
        assert type(DEFAULTS[key])(link) == state[key], key


def test_a_preset_that_promises_opposite_pushes_has_them():
    at = open_page("losses")
    press(at, "Sign flip")
    assert numbers(boards(at)["losses_board"])["opposite"].tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("page", "whole", "keys"),
    [
        ("puzzle", {"answer": "No"}, "t"),
        ("jacobian", {}, "ij"),
        ("upstream", {"up": "row"}, "tij"),
        ("losses", {}, "tj"),
    ],
)
def test_fewer_classes_than_the_chosen_one_bring_its_default_back(page, whole, keys):
    chosen = dict.fromkeys(keys, "6")
    at = open_page(page, n=6, **chosen, **whole)
    assert {key: shown(at)[key] for key in keys} == chosen
    at.slider(key="n").set_value(4).run()
    assert not at.exception
    assert {key: shown(at)[key] for key in keys} == {key: DEFAULTS[key] for key in keys}
    assert not at.query_params.keys() & set(keys)
    assert_shows_core(at, page, DEFAULTS | shown(at))
    # And it stays away when the classes come back.
    at.slider(key="n").set_value(6).run()
    assert {key: shown(at)[key] for key in keys} == {key: DEFAULTS[key] for key in keys}


def test_a_chosen_class_that_still_exists_stays():
    at = open_page("losses", n=6, t=3, j=4)
    at.slider(key="n").set_value(4).run()
    assert (shown(at)["t"], shown(at)["j"]) == ("3", "4")


@pytest.mark.parametrize(
    ("page", "board", "cell", "expected"),
    [
        ("jacobian", "jacobian_board", ["J", 2, 0], {"i": "3", "j": "1"}),
        ("upstream", "upstream_board", ["dL_dz", 1, 2], {"j": "3"}),
        ("losses", "losses_board", ["dL_dz_ce", 6, 2], {"j": "3"}),
    ],
)
def test_a_pick_is_seen_in_the_controls_the_link_and_the_board(page, board, cell, expected):
    before = open_page(page)
    unpicked = {key: value for key, value in shown(before).items() if key not in expected}
    at = pick(before, board, cell)
    assert not at.exception
    assert shown(at) == unpicked | expected
    assert {key: at.query_params[key] for key in expected} == expected
    assert_shows_core(at, page, DEFAULTS | shown(at))


@pytest.mark.parametrize("cell", [["y", 9, 9], ["z", 3, 3], ["y", 0, 5], ["W1", 2, 0]], ids=str)
@pytest.mark.parametrize(
    ("page", "board"),
    [("jacobian", "jacobian_board"), ("upstream", "upstream_board"), ("losses", "losses_board")],
)
def test_a_pick_of_a_class_that_is_not_there_does_no_harm(page, board, cell):
    at = pick(open_page(page), board, cell)
    assert not at.exception
    assert all(int(shown(at).get(key, "1")) <= 3 for key in "ij")
    assert_shows_core(at, page, DEFAULTS | shown(at))


def arriving(carried, link=()):
    """The puzzle, come to from another page. AppTest's own switch_page never runs app.py."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=SECONDS)
    at.session_state["shell"], at.session_state["carried"] = "elsewhere", dict(carried)
    at.query_params.update(link)
    return at.run()


def test_a_state_made_on_one_page_is_there_on_the_next_and_in_its_link():
    state = {"n": 4, "z1": -2.0, "z4": 1.5, "tau": 0.7, "t": "4", "answer": "No", "ask": "CE"}
    at = arriving({**state, "z2": DEFAULTS["z2"], "i": DEFAULTS["i"], "j": None, "mse": "half"})
    assert not at.exception
    assert shown(at) == {key: (DEFAULTS | state)[key] for key in DRAWN["puzzle"]}
    assert_shows_core(at, "puzzle", DEFAULTS | state)
    link = {key: type(value)(at.query_params[key]) for key, value in state.items()}
    assert link == state
    # What another page may need stays in the link; what is a default never enters it.
    assert at.query_params.keys() - state.keys() == {"mse"}


@pytest.mark.parametrize(("label", "t"), [("Confident, wrong", "2"), ("Confident, right", "1")])
def test_a_preset_holds_on_the_next_page_too_where_this_one_draws_no_target(label, t):
    at = arriving({"t": "3", "eps": 0.3})
    press(at, label)
    assert "t" not in shown(at)
    # Streamlit leaves in the link what no control of this page was bound to.
    link = {key: value for key, value in at.query_params.items() if key not in shown(at)}
    assert not link.keys() & {"t", "eps"}
    next_page = arriving({**at.session_state["carried"], "answer": "No"}, link)
    assert shown(next_page)["t"] == t
    assert next_page.query_params.get("t", DEFAULTS["t"]) == t
    assert "eps" not in next_page.query_params


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_board_and_a_chart_say_what_they_show(page):
    at = open_page(page, answer="Yes")
    found = boards(at).values()
    alts = [board["alt"] for board in found]
    alts += [block["alt"] for board in found for block in parts(board) if "alt" in block]
    assert all(len(alt.split()) >= 3 for alt in alts)
    assert len(set(alts)) == len(alts)


def test_every_chart_and_board_in_the_source_is_given_an_alt():
    calls = [
        node
        for path in sorted((ROOT / "pages").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("charts.show", "Board", "st.image")
    ]
    assert len(calls) >= 8
    for call in calls:
        assert "alt" in {keyword.arg for keyword in call.keywords}, ast.unparse(call)[:80]


def test_the_chart_of_the_sweep_names_the_logit_that_is_swept():
    at = open_page("losses", n=4, j="4")
    (chart,) = [
        block
        for block in boards(at)["pictures_board"]["blocks"][0]["blocks"]
        if block["kind"] == "chart"
    ]
    assert chart["alt"].count("z₄") == 2
    assert "z₄" in chart["title"]
    assert "z₄" in chart["x"]["label"]


def test_a_preset_that_breaks_off_a_run_before_its_controls_are_drawn_sets_them_all_the_same():
    """They are still bound to the link, which no one else may change then, from the run before."""
    at = open_page("losses", z1=3.0, z2=4.0, t=3)
    at.session_state["drawn"] = {}
    press(at, "Confident, wrong")
    assert not at.exception
    assert [at.slider(key=f"z{k}").value for k in (1, 2, 3)] == [6.0, 0.0, 0.0]
    assert at.query_params["z1"] == "6"
