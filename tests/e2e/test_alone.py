"""A board alone in an embed: as high as its HTML says, and moved by its bars."""

import pytest

from pages.board.size import height
from pages.instruments.table import INSTRUMENTS
from pages.state.controls import CONTROLS
from tests.e2e.conftest import Tab, open_page, read, settle

DEFAULTS = {key: control.default for key, control in CONTROLS.items()}


def stated(page: str, **state: object) -> int:
    """The height in the HTML that the page offers at a state."""
    return height(INSTRUMENTS[page].at(DEFAULTS | state).main_board[1])


@pytest.mark.parametrize("page", INSTRUMENTS)
def test_a_board_alone_fits_the_height_that_its_html_states(
    tab: Tab, address: str, page: str
) -> None:
    view = tab(viewport={"width": 700, "height": 300})
    path = "" if page == "puzzle" else page
    sizes = [{"width": 6}] if page == "network" else [{"n": 10}]
    for size in [{"n": 2}, *sizes] if page == "puzzle" else sizes:
        query = "&".join(f"{key}={value}" for key, value in size.items())
        open_page(view, f"{address}/{path}?embed=true&board=true&{query}")
        needed = view.get_by_test_id("stMain").evaluate("e => e.scrollHeight")
        assert needed <= stated(page, **size) <= max(1.25 * needed, 450), size
        assert view.locator("h1").count() == 0


def test_a_bar_of_a_board_alone_moves_it_and_the_view_opens_in_its_own_window(
    tab: Tab, address: str
) -> None:
    view = tab(viewport={"width": 700, "height": 700})
    open_page(view, f"{address}/?embed=true&board=true&z1=1")
    before = read(view)
    bar = view.locator("[data-drag=z1]").first
    box = bar.bounding_box()
    assert box is not None
    view.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)
    view.mouse.down()
    view.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2, steps=4)
    assert read(view)["J"] != before["J"]
    view.mouse.up()
    settle(view)
    assert read(view)["z"]["0"] == pytest.approx(6, abs=0.3)
    assert "z1=6" in view.url or "z1=5." in view.url
