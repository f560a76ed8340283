"""Each lesson is gone through by keys alone; on a projector each step's board is wholly in view."""

import pytest
from playwright.sync_api import Page, expect

from pages.lesson.shelf import opened, shelf
from tests.e2e.conftest import Tab, settle
from tests.patience import until

LESSONS = {name: opened(path)[1] for name, path in shelf({}).items()}


def at_step(page: Page, title: str, number: int, count: int) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_text(f"Step {number} of {count}")).to_be_visible()
    settle(page)


# Of the first board of a step: whether all is in view, beside its words and below the ways on.
_WHOLE = """() => {
  const board = document.querySelector(".stColumn .stBidiComponent").getBoundingClientRect();
  const words = document.querySelector(".st-key-prose").getBoundingClientRect();
  const ways = document.querySelector(".st-key-lesson_ways").getBoundingClientRect();
  return board.height > 100 && board.left >= words.right && board.top >= ways.bottom
    && board.right <= innerWidth && board.bottom <= innerHeight;
}"""


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_gone_through_by_keys_alone_on_a_projector(
    tab: Tab, address: str, name: str
) -> None:
    errors: list[str] = []
    page = tab(viewport={"width": 1280, "height": 720})
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto(f"{address}/lessons?lesson={name}")
    steps = LESSONS[name].steps
    at_step(page, steps[0].title, 1, len(steps))
    page.keyboard.press("f")
    for number, step in enumerate(steps, 1):
        at_step(page, step.title, number, len(steps))
        until(lambda: page.evaluate(_WHOLE), f"the board of step {number} is cut")
        assert page.get_by_test_id("stException").count() == 0
        assert page.locator("[data-quantity]").count() > 0, "the board is beside it"
        if number < len(steps):
            page.keyboard.press("ArrowRight")
    assert f"step={len(steps)}" in page.url
    page.keyboard.press("ArrowRight")  # there is none after it
    settle(page)
    page.keyboard.press("ArrowLeft")
    at_step(page, steps[-2].title, len(steps) - 1, len(steps))
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Projector", exact=True)).to_be_visible()
    until(lambda: page.evaluate("document.documentElement.style.getPropertyValue('--zoom') == 1"))
    assert errors == []


def test_a_question_is_answered_and_a_slider_moved_by_keys(page: Page, address: str) -> None:
    page.goto(f"{address}/lessons?lesson=row-sums&step=2")
    title = LESSONS["row-sums"].steps[1].title
    at_step(page, title, 2, 7)
    radio = page.get_by_role("radio").nth(1)
    radio.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Right.", exact=True)).to_be_visible()
    expect(page.get_by_text("has a reason, and the reason is not a bug")).to_be_visible()
    slider = page.locator(".st-key-z1 input[type=range]")
    before = slider.input_value()
    slider.focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert slider.input_value() != before
    at_step(page, title, 2, 7)
