"""Links: the address is the document."""

import random

import pytest
from playwright.sync_api import Browser, Page

import pages
from tests.e2e.conftest import Tab, open_page, read, serve, settle
from tests.e2e.states import PAGES, State, mismatches, random_state

_RNG = random.Random(20261123)
RANDOM_LINKS = [(PAGES[k % len(PAGES)], random_state(_RNG)) for k in (1, 3)]


@pytest.mark.parametrize(("name", "state"), RANDOM_LINKS)
def test_a_link_shows_the_numbers_of_core(
    page: Page, address: str, name: str, state: State
) -> None:
    open_page(page, f"{address}/{state.link(name)}")
    assert mismatches(read(page), state.expected(name)) == []


def test_the_comparison_with_core_notices_a_wrong_number() -> None:
    state = State()
    shown = {
        q: {"" if v.shape == () else ",".join(map(str, i)): float(v[i]) for i in _indices(v)}
        for q, v in state.expected("jacobian").items()
    }
    assert mismatches(shown, state.expected("jacobian")) == []
    shown["J"]["0,1"] *= 1 + 1e-5
    del shown["y"]["2"]
    assert len(mismatches(shown, state.expected("jacobian"))) == 2


def _indices(values):  # type: ignore[no-untyped-def]
    import numpy as np

    return np.ndindex(np.shape(values))


TITLES = [entry.title for entry in pages.PAGES]


def titles(page: Page) -> list[str]:
    return page.get_by_test_id("stTopNavLink").all_inner_texts()


def test_a_link_opened_first_on_a_fresh_server_has_frame_navigation_and_state(
    browser: Browser,
) -> None:
    state = State(n=4, z=[3.0, -1.0, 0.5, 1.5], tau=0.7, t=3, eps=0.1, mse="half", i=3, j=4)
    with serve() as address:
        page = browser.new_context().new_page()
        open_page(page, f"{address}/{state.link('losses')}")
        assert titles(page) == TITLES
        assert page.get_by_role("dialog").count() == 0, "no “page not found”"
        assert page.title() == "Softmax backpropagation explorer"
        assert mismatches(read(page), state.expected("losses")) == []
        page.context.close()


def test_a_link_to_a_race_may_be_the_first_a_server_sees(browser: Browser) -> None:
    with serve() as address:
        page = browser.new_context().new_page()
        page.goto(f"{address}/training?epochs=20&seed=9")
        page.locator(".st-key-seed input").wait_for()
        assert titles(page) == TITLES
        assert page.locator(".st-key-seed input").input_value() == "9"
        assert page.get_by_role("dialog").count() == 0
        assert page.url == f"{address}/training?epochs=20&seed=9"
        page.context.close()


def test_what_a_reader_set_by_hand_travels_in_the_link(page: Page, tab: Tab, address: str) -> None:
    open_page(page, f"{address}/jacobian")
    thumb = page.locator(".st-key-z1 input[type=range]")
    thumb.focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    settle(page)
    page.locator("[data-pick='J,2,0']").click()
    settle(page)
    sent = read(page)
    assert sent["J"]["0,0"] == pytest.approx(State(z=[2.7, 1, 0.1]).expected("jacobian")["J"][0, 0])

    other = tab()
    open_page(other, page.url)
    assert read(other) == sent
    assert other.locator(".picked").get_attribute("data-index") == "2,0"


def test_default_values_leave_no_trace_in_the_link(page: Page, address: str) -> None:
    open_page(page, f"{address}/losses")
    assert "?" not in page.url
    page.locator(".st-key-preset").get_by_text("Sign flip", exact=True).click()
    settle(page)
    assert set(page.url.split("?")[1].split("&")) == {"z2=0", "z3=0", "t=2"}
    page.locator(".st-key-preset").get_by_text("Textbook", exact=True).click()
    settle(page)
    assert "?" not in page.url


def test_the_back_button_restores_what_was_there(page: Page, address: str) -> None:
    open_page(page, f"{address}/upstream?z1=3")
    before = read(page)
    page.locator("[data-pick='dL_dz,0,0']").first.click()
    settle(page)
    assert read(page)["terms"] != before["terms"]
    page.go_back()
    settle(page)
    assert read(page) == before


def test_the_state_comes_along_to_the_next_page_and_its_link(page: Page, address: str) -> None:
    state = State(z=[3.0, 1.0, 0.1], tau=0.8, t=2)
    open_page(page, f"{address}/losses?z1=3&t=2&tau=0.8")
    for title, name in (("Jacobian", "jacobian"), ("Upstream product", "upstream")):
        page.get_by_role("link", name=title).click()
        page.wait_for_url(f"**/{name}?*")
        settle(page)
        assert mismatches(read(page), state.expected(name)) == []
        assert "z1=3" in page.url
        assert "tau=0.8" in page.url
    page.reload()
    settle(page)
    assert mismatches(read(page), state.expected("upstream")) == []


def test_a_class_that_is_gone_leaves_the_link_too(page: Page, address: str) -> None:
    open_page(page, f"{address}/losses?n=5&t=5")
    thumb = page.locator(".st-key-n input[type=range]")
    thumb.focus()
    for key in ("ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    settle(page)
    assert "t=" not in page.url
    assert mismatches(read(page), State(t=1).expected("losses")) == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("z1=abc&z2=&z3=NaN&n=99&t=17&tau=0&eps=-1&ask=<script>alert(1)</script>", "puzzle"),
        ("z1=1&z1=2&z2=1e400&i=0&j=-1&mse=%00&up=__import__('os')&unknown=1&z11=4", "upstream"),
    ],
)
def test_a_damaged_link_opens_a_working_page(
    page: Page, address: str, query: str, name: str
) -> None:
    open_page(page, f"{address}/{'' if name == 'puzzle' else name}?{query}")
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_role("dialog").count() == 0
    assert len(read(page)["y" if name != "upstream" else "g"]) >= 2
    assert "alert(1)" not in page.locator("body").inner_text()
