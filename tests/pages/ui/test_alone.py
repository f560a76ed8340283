"""A board alone: the page's first board at the state of its link, and nothing else in sight."""

import pytest
from streamlit.testing.v1 import AppTest

import pages
from pages.instruments.table import INSTRUMENTS
from pages.state.controls import CONTROLS
from pages.ui import shell
from tests.pages.page_driver import (
    EVERY_PAGE,
    ROOT,
    assert_shows_core,
    boards,
    pick,
    random_state,
    shown,
)
from tests.patience import SECONDS

DEFAULTS = {key: control.default for key, control in CONTROLS.items()}


@pytest.fixture
def alone(monkeypatch):
    """Opens a page by app.py, as a browser does: AppTest's own switch_page never runs it."""

    def enter(stem, **link):
        first = [page for page in pages.PAGES if page.stem == stem]
        others = [page for page in pages.PAGES if page.stem != stem]
        monkeypatch.setattr(shell, "PAGES", (*first, *others))
        at = AppTest.from_file(ROOT / "app.py", default_timeout=SECONDS)
        at.query_params.update({"board": "true", **{k: str(v) for k, v in link.items()}})
        at.run()
        assert not at.exception
        return at

    return enter


def words(at):
    return [e.value for kind in (at.title, at.markdown, at.caption, at.header) for e in kind]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("page", INSTRUMENTS)
def test_a_board_alone_shows_the_numbers_of_its_link_and_no_words(alone, page, seed):
    state = random_state(seed, page)
    at = alone(page, **state)
    assert len(boards(at)) == 1
    assert_shows_core(at, page, DEFAULTS | shown(at))
    assert {k: v for k, v in shown(at).items() if k in state} == {
        k: state[k] for k in shown(at) if k in state
    }
    assert words(at) == []


@pytest.mark.parametrize("page", INSTRUMENTS)
def test_the_controls_of_a_board_alone_stand_in_the_panel(alone, page):
    at = alone(page)
    assert [e for e in at.main if getattr(e, "key", None) in CONTROLS] == []
    assert len([e for e in at.sidebar if getattr(e, "key", None) in CONTROLS]) >= 5


def test_a_cell_of_a_board_alone_can_be_picked_and_a_bar_dragged(alone):
    at = pick(alone("jacobian"), "jacobian_board", ["J", 2, 0])
    assert (shown(at)["i"], shown(at)["j"]) == ("3", "1")
    at = pick(at, "jacobian_board", ["z2", -4.3], "drag")
    assert shown(at)["z2"] == -4.3
    assert_shows_core(at, "jacobian", DEFAULTS | shown(at))


@pytest.mark.parametrize("page", [p for p in (*EVERY_PAGE, "check") if p not in INSTRUMENTS])
def test_a_page_without_an_instrument_of_its_own_is_shown_whole(alone, page):
    assert len(alone(page).title) == 1


def test_what_the_option_says_is_not_looked_at(alone):
    assert words(alone("jacobian", n="<script>alert(1)</script>", z1="1e999")) == []
