"""A telephone: nothing that is needed is behind a button, and nothing is wider than the screen."""

import pytest
from playwright.sync_api import Page, expect

import pages
from tests.e2e.conftest import Tab, open_page, read, settle
from tests.e2e.states import State, mismatches

UPRIGHT = {"width": 390, "height": 844}
LYING = {"width": 844, "height": 390}
BROWSER = (
    "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/146.0 Mobile Safari/537.36"
)


IN_REACH = {
    "puzzle": ("preset", "answer"),
    "upstream": ("preset", "up", "t", "mse"),
    "losses": ("preset", "t", "mse"),
    "network": ("loss", "mse", "stage"),
    "check": ("preset", "understood"),
    "practice": ("kind", "level", "seed", "lock"),
}
"""Presets, target and loss: what is reached without the panel."""


def go(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Go to").get_by_role("link", name=name, exact=True).tap()


def telephone(tab: Tab, screen: dict[str, int] = UPRIGHT) -> Page:
    return tab(viewport=screen, has_touch=True, is_mobile=True, user_agent=BROWSER)


def test_every_page_is_one_tap_away_with_all_in_reach_and_the_state_comes_along(
    tab: Tab, address: str
) -> None:
    phone = telephone(tab)
    open_page(phone, f"{address}/?z1=4&n=10&answer=No")
    for page in (*pages.PAGES[1:], pages.PAGES[0]):
        go(phone, page.title)
        here = phone.get_by_role("navigation", name="Go to").locator("[aria-current=page]")
        expect(here).to_contain_text(page.title)
        if page.stem not in ("training", "check", "practice"):
            settle(phone)
        assert ("z1=4" in phone.url) == page.linked
        if page.stem in ("jacobian", "losses"):
            state = State(n=10, z=[4, 1, 0.1, *[0] * 7])
            assert mismatches(read(phone), state.expected(page.stem)) == []
        for key in IN_REACH.get(page.stem, ()):
            expect(phone.get_by_test_id("stMain").locator(f".st-key-{key}")).to_be_visible()
        assert_fits(phone)
        assert_pages_are_in_reach_of_one_that_lies(phone)
        if page.stem == "lessons":
            assert_nothing_lies_over_a_step_on_a_projector(phone)


def assert_pages_are_in_reach_of_one_that_lies(phone: Page) -> None:
    phone.set_viewport_size(LYING)  # type: ignore[arg-type]
    expect(phone.get_by_role("navigation", name="Go to")).to_be_visible()
    expect(phone.get_by_test_id("stSidebar")).not_to_be_in_viewport()
    phone.set_viewport_size(UPRIGHT)  # type: ignore[arg-type]


def assert_nothing_lies_over_a_step_on_a_projector(phone: Page) -> None:
    phone.get_by_role("button", name="Projector").tap()
    leave = phone.get_by_role("button", name="Leave the projector")
    expect(leave).to_be_visible()
    assert_fits(phone)
    foot, head = leave.bounding_box(), phone.get_by_role("heading", level=1).bounding_box()
    assert foot
    assert head
    assert foot["y"] + foot["height"] <= head["y"]
    phone.get_by_test_id("stMain").evaluate("e => { e.scrollTop = e.scrollHeight }")
    expect(leave).not_to_be_in_viewport()
    leave.tap()
    expect(phone.get_by_role("button", name="Projector", exact=True)).to_be_visible()


def assert_fits(phone: Page) -> None:
    """Nothing is wider than the screen, upright or lying."""
    for screen in (LYING, UPRIGHT):
        phone.set_viewport_size(screen)  # type: ignore[arg-type]
        main = phone.get_by_test_id("stMain")
        assert main.evaluate("e => e.scrollWidth <= e.clientWidth"), screen
        right = "e => Math.max(...[...e.children].map(c => c.getBoundingClientRect().right))"
        assert main.evaluate(right) <= screen["width"], screen


def test_the_strip_is_not_there_on_a_wide_window(page: Page, address: str) -> None:
    open_page(page, f"{address}/jacobian")
    assert page.locator("nav[aria-label='Go to']").is_hidden()
    assert page.get_by_test_id("stTopNavLink").first.is_visible()


@pytest.mark.parametrize(
    "link", ["upstream?n=10&up=custom", "network?width=6", "?n=10&answer=No&ask=CE"]
)
def test_nothing_is_wider_than_the_screen_where_there_is_most_of_it(
    tab: Tab, address: str, link: str
) -> None:
    phone = telephone(tab)
    open_page(phone, f"{address}/{link}")
    assert_fits(phone)
