"""axe-core finds nothing on any page, light and dark, wide and on a telephone."""

import re
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page

from pages import PAGES
from tests.e2e.conftest import WHITE, Tab, background, open_page, rest
from tests.patience import until

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
STATES = {
    "puzzle": "?answer=Yes",
    "network": "?stage=5",
    "losses": "?eps=0.1",
    "lessons": "?step=6",
    "practice": "?kind=layer&level=1&done=row.1.0%2B",
    "check": "?input=2+1+0.1&target=0&got_dL_dz=0+0+0",
}


THEIRS = (
    # Streamlit's: its place for files has a name and the role of a mere picture,
    ("presentation-role-conflict", "stFileUploaderDropzone"),
    # and a formula wider than its column scrolls, and cannot be focused.
    ("scrollable-region-focusable", "katex-display"),
)
"""What is not this project's to mend: a rule, and what is in the element."""


def violations(page: Page, *, but: str = "") -> list[str]:
    """What axe-core finds, a line each with the first elements that it is found at; not within `but`."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        """but => axe.run(but ? {exclude: [but]} : document,
                          {resultTypes: ["violations"], selectors: false})""",
        but,
    )
    for rule in found["violations"]:
        rule["nodes"] = [
            node
            for node in rule["nodes"]
            if not any(rule["id"] == name and part in node["html"] for name, part in THEIRS)
        ]
    return [
        f"{rule['id']}: {rule['help']}: {[n['html'][:160] for n in rule['nodes'][:3]]}"
        for rule in found["violations"]
        if rule["nodes"]
    ]


def markup_in_names(page: Page) -> list[str]:
    """Names that are read aloud with the signs of Markdown in them: Streamlit names a widget so."""
    names = page.locator("[aria-label]").evaluate_all(
        "all => all.map(e => e.getAttribute('aria-label'))"
    )
    return [name for name in names if re.search(r":\w+\[|\*\*|\$|`|\]\(", name)]


LOOKS = [(scheme, width) for width in (1280, 390) for scheme in ("light", "dark")]


@pytest.mark.parametrize(("name", "k"), [(page.stem, k) for k, page in enumerate(PAGES)])
def test_axe_finds_nothing(tab: Tab, address: str, name: str, k: int) -> None:
    """The first page in all looks, each other in light and dark, wide and narrow, crosswise."""
    looks = LOOKS if not k else [LOOKS[k % 2], LOOKS[3 - k % 2]]
    page = tab(viewport={"width": 1280, "height": 844}, reduced_motion="reduce")
    link = f"{address}/{'' if name == 'puzzle' else name}{STATES.get(name, '')}"
    if name == "practice":  # there is no board before something was locked
        page.goto(link)
        page.locator(".st-key-class summary").click()
        page.get_by_role("button", name="Moodle XML").wait_for()
        rest(page)
    else:
        open_page(page, link)
    for scheme, width in looks:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        until(
            lambda light=scheme == "light": (background(page) == WHITE) == light, "the theme stays"
        )
        rest(page)
        assert violations(page) == [], (scheme, width)
    assert markup_in_names(page) == []


def test_axe_finds_what_is_there(tab: Tab, address: str) -> None:
    page = tab()
    open_page(page, address)
    page.evaluate(
        "document.querySelector('h1').outerHTML = '<img src=x><h1 aria-label=**a**></h1>'"
    )
    assert any(line.startswith("image-alt") for line in violations(page))
    assert markup_in_names(page) == ["**a**"]
