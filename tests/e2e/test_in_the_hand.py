"""Every page is moved by a mouse, by a finger and by keys, and shows the same wherever it was moved to."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.e2e.conftest import Tab, open_page, read, settle
from tests.e2e.states import PAGES, State, mismatches
from tests.e2e.test_live import frames, where

OTHERS = {
    "network": ("sample", ""),
    "training": ("epoch", ""),
    "check": ("tau", "input=2+1+0.1&target=0&got_dL_dz=0+0+0"),
}
"""The pages without logits: the slider that moves each."""

Move = Callable[[float], None]


@pytest.fixture
def device(tab: Tab) -> Page:
    """A laptop whose screen can be touched."""
    return tab(has_touch=True, viewport={"width": 1280, "height": 900})


def middle(track: Locator) -> tuple[float, float, float]:
    """The left end of a track, its width, and its height on the screen."""
    track.scroll_into_view_if_needed()
    box = track.bounding_box()
    assert box is not None
    return box["x"], box["width"], box["y"] + box["height"] / 2


def by_mouse(page: Page, track: Locator, start: float, ends: list[float]) -> None:
    left, width, y = middle(track)
    page.mouse.move(left + start * width, y)
    page.mouse.down()
    for share in ends:
        page.mouse.move(left + share * width, y)
        frames(page)
    page.mouse.up()


def by_finger(page: Page, track: Locator, start: float, ends: list[float]) -> None:
    left, width, y = middle(track)
    finger: CDPSession = page.context.new_cdp_session(page)
    for kind, share in [("touchStart", start), *(("touchMove", share) for share in ends)]:
        points = [{"x": left + share * width, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        frames(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def shares(values: Locator) -> float:
    """Where on its track a slider stands, from 0 to 1."""
    share: float = values.evaluate("e => (e.value - e.min) / (e.max - e.min)")
    return share


@pytest.mark.parametrize("name", PAGES)
def test_a_bar_is_moved_by_mouse_finger_and_keys(device: Page, address: str, name: str) -> None:
    open_page(device, f"{address}/{State(z=[0, 1, 0.1]).link(name)}")
    bar = device.locator("[data-drag=z1]").first
    for k, move in enumerate((by_mouse, by_finger)):
        share = 0.7 + 0.1 * k
        move(device, bar, 0.5 + 0.2 * k, [0.6, 0.65, share])
        settle(device)
        assert where(device).z[0] == pytest.approx(20 * share - 10, abs=0.3)
        assert mismatches(read(device), where(device).expected(name)) == []
    bar.focus()
    for key, value in (("Home", -10), ("ArrowRight", -9.9), ("PageUp", -7.9), ("End", 10)):
        device.keyboard.press(key)
        expect(bar).to_have_attribute("aria-valuenow", re.compile(rf"^{value}"))
        settle(device)
        assert bar.evaluate("e => e.getRootNode().activeElement === e"), "the keys stay with it"
    settle(device)
    assert "z1=10" in device.url
    assert where(device).z[0] == 10
    assert mismatches(read(device), where(device).expected(name)) == []


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_without_logits_is_moved_by_mouse_finger_and_keys(
    device: Page, address: str, name: str
) -> None:
    key, query = OTHERS[name]
    open_page(device, f"{address}/{name}?{query}")
    slider = device.locator(f".st-key-{key} input[type=range]")
    track = device.locator(f".st-key-{key} [role=group] > div").first
    seen = [read(device)]
    for k, move in enumerate((by_mouse, by_finger)):
        end = 0.3 + 0.3 * k
        move(device, track, shares(slider), [0.4, 0.45, end])
        settle(device)
        assert shares(slider) == pytest.approx(end, abs=0.03)
        seen.append(read(device))
        assert seen[-1] != seen[-2]
    before = shares(slider)
    slider.focus()
    for _ in range(3):
        device.keyboard.press("ArrowRight")
    settle(device)
    assert shares(slider) > before
    seen.append(read(device))
    assert seen[-1] != seen[-2]
    open_page(device, device.url)
    for quantity, values in read(device).items():
        assert values == pytest.approx(seen[-1][quantity], rel=1e-6, abs=1e-12), quantity


def test_keys_in_quick_succession_on_two_bars_all_count(page: Page, address: str) -> None:
    """Each is let go before the server has answered for the one before."""
    open_page(page, f"{address}/losses")
    first, second = (page.locator(f"[data-drag={key}][role=slider]").first for key in ("z1", "z2"))
    first.focus()
    for key in (
        "ArrowRight",
        "ArrowRight",
        "PageUp",
        "End",
        "Home",
        "ArrowUp",
        "ArrowLeft",
        "PageUp",
    ):
        page.keyboard.press(key)
    second.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    for key, value in (("z1", "-8"), ("z2", "0.2")):
        expect(page.locator(f".st-key-{key} input")).to_have_value(value)
    settle(page)
    assert mismatches(read(page), State(z=[-8.0, 0.2, 0.1]).expected("losses")) == []
    assert re.search(r"z1=-8(&|$)", page.url)
    assert re.search(r"z2=0\.2(&|$)", page.url)
