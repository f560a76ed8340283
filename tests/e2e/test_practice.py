"""A round of every kind, by keys alone and by touch alone, right and wrong; and a reload in between."""

from playwright.sync_api import Page, expect

from core.practice import KINDS, Exercise, exercise
from tests.core.practice.test_exercises import by_hand
from tests.e2e.conftest import Tab, rest, settle
from tests.e2e.test_accessibility import violations

LEVEL, SEED = 2, 5


def visit(page: Page, address: str) -> None:
    page.goto(f"{address}/practice?level={LEVEL}&seed={SEED}")
    page.locator(".st-key-lock").wait_for()
    rest(page)


def choose(page: Page, kind: str) -> Exercise:
    page.locator(".st-key-kind").get_by_text(kind, exact=True).click()
    rest(page)
    return exercise(kind, LEVEL, SEED)


def right(e: Exercise) -> list[str]:
    if e.question:
        return [e.question.answer]
    if e.kind == "find":
        return [e.made.title]
    if e.kind == "signs":
        return ["+" if v > 0 else "−" if v < 0 else "0" for v in by_hand(e)]
    return [str(v).replace("-", "−") for v in by_hand(e)]


def wrong(e: Exercise) -> list[str]:
    if e.question:
        return ["outer(y, y)" if e.question.quantity == "J" else "2*y"]
    if e.kind == "find":
        return [next(m.title for m in e.choices if m is not e.made)]
    if e.kind == "signs":
        return ["0" if v == "+" else "+" for v in right(e)]
    return ["7,77" for _ in e.keys]


BOX = f"[class*='st-key-box_{{}}_{LEVEL}_{SEED}_']"
"""The boxes of a kind's exercise, as Streamlit names their containers."""


def by_keys(page: Page, e: Exercise, answer: list[str]) -> None:
    """From the first box to the lock, without the mouse."""
    boxes, keys = page.locator(BOX.format(e.kind)), page.keyboard
    boxes.locator("input, [role=radio]").first.focus()
    for k, text in enumerate(answer):
        if e.kind == "find":
            boxes.locator("input[type=radio]").first.focus()
            titles = [m.title for m in e.choices]
            for _ in range(titles.index(text)):
                keys.press("ArrowDown")
            keys.press("Space")
        elif e.kind == "signs":
            boxes.nth(k).get_by_role("radio", name=text, exact=True).press("Space")
        else:
            keys.type(text)
            keys.press("Tab")
    rest(page)
    page.get_by_role("button", name="Lock").press("Enter")
    rest(page)


def by_touch(page: Page, e: Exercise, answer: list[str]) -> None:
    boxes = page.locator(BOX.format(e.kind))
    for k, text in enumerate(answer):
        if e.kind == "find":
            boxes.get_by_text(text, exact=True).tap()
        elif e.kind == "signs":
            boxes.nth(k).get_by_text(text, exact=True).tap()
        else:
            boxes.nth(k).locator("input").tap()
            page.keyboard.insert_text(text)
        rest(page)
    page.get_by_role("button", name="Lock").tap()
    rest(page)


def shown(page: Page, e: Exercise) -> list[str]:
    """What stands in the boxes that are typed into."""
    return [b.input_value() for b in page.locator(f"{BOX.format(e.kind)} input[type=text]").all()]


def told(page: Page, text: str) -> None:
    expect(page.get_by_test_id("stAlert").get_by_text(text, exact=True)).to_be_visible()


def test_a_round_of_every_kind_by_keys_alone_right(tab: Tab, address: str) -> None:
    page = tab(viewport={"width": 1280, "height": 900})
    visit(page, address)
    for kind in KINDS:
        e = choose(page, kind)
        by_keys(page, e, right(e))
        told(page, "Right.")
    for kind in KINDS:
        assert page.get_by_text(f"{kind}.{LEVEL}.{SEED}+").first.is_visible()


def test_a_round_of_every_kind_by_touch_alone_wrong_and_a_reload_loses_nothing(
    tab: Tab, address: str
) -> None:
    page = tab(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    visit(page, address)
    for kind in KINDS:
        e = choose(page, kind)
        by_touch(page, e, wrong(e))
        told(page, "Not right.")
        assert shown(page, e) in ([], wrong(e)), "the last of them was typed when it was locked"
        page.get_by_role("button", name="Which mistake is it?").tap()
        settle(page)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("e => e.scrollWidth <= e.clientWidth"), kind
        if kind in ("signs", "find", "formula"):
            # Locked boxes are inactive: of their labels WCAG (1.4.3) asks no contrast.
            locked = f"{BOX.format(kind)} [data-testid=stWidgetLabel]"
            assert violations(page, but=locked) == [], kind
    e = choose(page, "CE")
    line = page.get_by_text(f"entry.{LEVEL}.{SEED}-").first.inner_text()
    page.reload()
    page.locator(".st-key-another").wait_for()
    told(page, "Not right.")
    assert shown(page, e) == wrong(e)
    assert page.get_by_text(f"entry.{LEVEL}.{SEED}-").first.inner_text() == line


def test_what_is_typed_and_not_yet_locked_is_there_after_a_reload(page: Page, address: str) -> None:
    visit(page, address)
    e = choose(page, "MSE")
    boxes = page.locator(BOX.format(e.kind)).locator("input")
    boxes.first.fill("1/6 ?")
    boxes.first.press("Tab")
    rest(page)
    boxes.nth(1).press_sequentially("-1/", delay=0)
    page.reload()
    page.locator(".st-key-lock").wait_for()
    expect(boxes.first).to_have_value("1/6 ?")
    expect(boxes.nth(1)).to_have_value("-1/")
