"""Each way a link can be damaged, on each page, in every control that the page draws."""

from functools import cache

import numpy as np
import pytest

from pages.state.controls import CONTROLS
from tests.pages import page_driver
from tests.pages.page_driver import PAGES, assert_shows_core, boards, numbers, open_page, texts

DEFAULTS = {key: control.default for key, control in CONTROLS.items()} | {"epoch": 60}
"""Of a race the replay stands at the end."""


def shown(at):
    """The controls of the link; the presets are none of them."""
    return {key: value for key, value in page_driver.shown(at).items() if key in CONTROLS}


VIEWS = {
    "puzzle": ("puzzle", {}),
    "puzzle answered": ("puzzle", {"answer": "No"}),
    "jacobian": ("jacobian", {}),
    "upstream": ("upstream", {}),
    "upstream row": ("upstream", {"up": "row"}),
    "upstream custom": ("upstream", {"up": "custom"}),
    "losses": ("losses", {}),
    "network": ("network", {}),
    "training": ("training", {}),
}
"""A page and what has to be in the link for all of its controls to be drawn."""

SOFTMAX = {name: view for name, view in VIEWS.items() if view[0] in PAGES}

DAMAGE = {
    "nothing": "",
    "nothing, twice": ["", ""],
    "nan": "nan",
    "inf": "-inf",
    "more than an integer": "9" * 40,
    "out of every bound": "-99",
    "out of bounds, twice": ["-99", "99999999"],
    "a word": "none",
    "a list": "[1,2]",
    "another decimal sign": "1,5",
    "an emoji": "🙂",
    "a control character": "\x00",
    "a path": "../../etc/passwd",
    "an expression": "__import__('os').getcwd()",
    "a very long word": "a" * 5000,
}


@pytest.mark.parametrize("value", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize(("page", "whole"), VIEWS.values(), ids=VIEWS)
def test_a_damaged_control_shows_its_default_and_the_board_agrees(page, whole, value):
    damaged = {key: value for key in CONTROLS if key not in whole}
    at = open_page(page, **damaged, **whole)
    assert not at.exception, [e.message for e in at.exception]
    state = shown(at)
    assert state == {key: (DEFAULTS | whole)[key] for key in state}
    assert_shows_core(at, page, DEFAULTS | state)
    for key, board in boards(at).items():
        for name, numbers_ in numbers(board).items():
            assert np.isfinite(numbers_).all(), (key, name)


CHOICES = [key for key, c in CONTROLS.items() if not hasattr(c, "step")]


@cache
def drawn(view):
    """The keys of the controls that a view draws."""
    page, whole = VIEWS[view]
    return shown(open_page(page, **whole)).keys()


@pytest.mark.parametrize("key", CHOICES)
def test_a_link_with_one_empty_choice_is_as_good_as_one_without(key):
    """Chat programs cut links off after the equals sign."""
    for view, (page, whole) in VIEWS.items():
        if key in whole or key not in drawn(view):
            continue
        at = open_page(page, **whole, **{key: ""})
        assert not at.exception, (page, [e.message for e in at.exception])
        assert shown(at).get(key, DEFAULTS[key]) == DEFAULTS[key], page
        assert_shows_core(at, page, DEFAULTS | shown(at))


@pytest.mark.parametrize(("page", "whole"), VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize(
    "hostile",
    [
        '"><img src=qWx7Kz onerror=x>',
        "**qWx7Kz**",
        "../qWx7Kz/passwd",
    ],
)
def test_no_text_of_a_link_is_shown(page, whole, hostile):
    known = {key: hostile for key in CONTROLS if key not in whole}
    unknown = {"page": hostile, "embed_options": hostile, "z11": hostile, hostile: hostile}
    at = open_page(page, **known, **unknown, **whole)
    assert not at.exception
    assert not [text for text in texts(at) if "qWx7Kz" in text]


def test_the_search_for_text_of_a_link_would_find_it():
    at = open_page("jacobian")
    assert [text for text in texts(at) if "table of questions" in text]
    assert [text for text in texts(at) if "The Jacobian as a heatmap" in text]
    assert [text for text in texts(at) if "Temperature" in text]


@pytest.mark.parametrize(("page", "whole"), SOFTMAX.values(), ids=SOFTMAX)
def test_a_value_between_two_steps_is_taken_as_it_is(page, whole):
    at = open_page(page, z1=3.14159, tau=0.777, eps=0.123, nudge=-0.05, **whole)
    assert not at.exception
    state = shown(at)
    assert (state["z1"], state["tau"]) == (3.14159, 0.777)
    assert_shows_core(at, page, DEFAULTS | state)


@pytest.mark.parametrize(("page", "whole"), SOFTMAX.values(), ids=SOFTMAX)
def test_a_class_beyond_the_last_shows_its_default_and_leaves_the_link(page, whole):
    at = open_page(page, n=3, t=4, i=10, j=5, **whole)
    assert not at.exception
    state = shown(at)
    for key in {"t", "i", "j"} & state.keys():
        assert state[key] == DEFAULTS[key]
        assert key not in at.query_params
    assert_shows_core(at, page, DEFAULTS | state)


@pytest.mark.parametrize(("page", "whole"), SOFTMAX.values(), ids=SOFTMAX)
def test_the_corners_of_the_sliders_are_computed_without_an_exception(page, whole):
    """One-hot to 1 part in e²⁰⁰: g = −t/y is 10⁸⁷ there, and still a number."""
    for n, tau, eps in ((2, 0.1, 0.0), (10, 0.1, 0.5), (10, 5.0, 0.0)):
        z = {f"z{k + 1}": 10.0 if k == 0 else -10.0 for k in range(n)}
        state = {"n": n, **z, "tau": tau, "t": "2", "eps": eps, "nudge": 3.0, "mse": "sum"}
        if page == "puzzle" and whole:
            state["ask"] = "CE"
        at = open_page(page, **state, **whole)
        assert not at.exception
        assert_shows_core(at, page, DEFAULTS | shown(at))
        for board in boards(at).values():
            assert all(np.isfinite(values).all() for values in numbers(board).values())
