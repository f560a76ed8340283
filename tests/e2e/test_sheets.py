"""A worksheet and its key as a printer has them: opened from a disk, without a network."""

from pathlib import Path

import pytest

from core.practice import KINDS
from pages.sheet.choice import Choice
from pages.sheet.files import FILES
from tests.e2e.conftest import Tab

EVERY = Choice(tuple(KINDS), (1, 2), 20, 3)
MILLIMETRE = 96 / 25.4
PAPERS = {"A4": (210, 297), "Letter": (215.9, 279.4)}
LEFT_FOR = 34
"""Millimetres of the margins, above and below together; of the sides it is 32."""


@pytest.mark.parametrize("name", ["worksheet.html", "key.html"])
def test_it_is_black_on_white_fits_the_paper_and_no_exercise_has_to_be_broken(
    tab: Tab, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text(FILES[name](EVERY), encoding="utf-8")
    page = tab(viewport={"width": 390, "height": 844}, color_scheme="dark", offline=True)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.emulate_media(media="print", color_scheme="dark")
    for width, height in PAPERS.values():
        page.set_viewport_size({"width": int((width - 32) * MILLIMETRE), "height": 1000})
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(fits)
        tall = page.locator(".exercise").evaluate_all("all => all.map(e => e.offsetHeight)")
        assert all(0 < px <= (height - LEFT_FOR) * MILLIMETRE for px in tall)
    kept = page.locator(".exercise").evaluate_all(
        "all => all.map(e => getComputedStyle(e).breakInside)"
    )
    assert set(kept) <= {"avoid"}
    assert len(kept) >= 20 or name == "key.html"
    colors = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    assert page.locator("html").evaluate(colors) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.locator("math mfrac").count() > 20
    assert said == []
