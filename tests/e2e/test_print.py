"""Every page on paper: whole, black on white, with its link and the date at its foot."""

from datetime import date

from playwright.sync_api import Page, expect

from pages import PAGES
from tests.e2e.conftest import Tab, open_page, rest

A4 = 794 - 2 * 45
"""The width of a page without its margins of 12 mm, in pixels of CSS."""
STATES = {
    "lessons": "?step=6",
    "losses": "?n=10&t=2",
    "network": "?stage=5",
    "check": "?input=2+1+0.1&target=0&got_dL_dz=0+0+0",
}


def sheet(page: Page) -> None:
    """As the printer sees it."""
    page.set_viewport_size({"width": A4, "height": 1123})
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")


def colors(page: Page) -> set[str]:
    found: list[str] = page.evaluate(
        """() => [document.body, ...document.querySelectorAll(".stApp, .stMain, h1")]
           .map(e => getComputedStyle(e)).flatMap(s => [s.color, s.backgroundColor])"""
    )
    return set(found)


def test_every_page_is_whole_on_paper_with_its_link_and_the_date(tab: Tab, address: str) -> None:
    page = tab(viewport={"width": 1280, "height": 844}, color_scheme="dark")
    for name in (page.stem for page in PAGES):
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1280, "height": 844})
        link = f"{address}/{'' if name == 'puzzle' else name}{STATES.get(name, '')}"
        if name == "practice":  # there is no board before something was locked
            page.goto(link)
            page.locator(".st-key-lock").wait_for()
            rest(page)
        else:
            open_page(page, link)
        assert page.locator("footer.paper").is_hidden(), name
        sheet(page)
        foot = page.locator("footer.paper")
        expect(foot).to_contain_text(page.url)
        today = date.today()
        expect(foot).to_contain_text(f"{today.day} {today:%B %Y}")
        for gone in (".stSidebar", ".stButton", ".grip", ".st-key-along"):
            assert not any(e.is_visible() for e in page.locator(gone).all()), (name, gone)
        assert colors(page) == {"rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"}, name
        assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth <= e.clientWidth"), name
