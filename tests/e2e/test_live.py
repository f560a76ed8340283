"""The board follows the thumb, and never shows a number of another state."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Frame, Page, WebSocketRoute

from tests.e2e.conftest import Tab, Windows, open_page, read, settle
from tests.e2e.states import State, mismatches

_WHERE = """() => Object.fromEntries([...document.querySelectorAll('[class*=st-key-]')]
  .map(e => [[...e.classList].find(c => c.startsWith('st-key-')).slice(7), e])
  .map(([k, e]) => [k, e.querySelector('input[type=range]')?.value
                       ?? e.querySelector('[aria-checked=true]')?.textContent])
  .filter(([, v]) => v !== undefined))"""

_WAITING = """() => [...document.querySelectorAll('*')].flatMap(e =>
  [...(e.shadowRoot?.querySelectorAll('.board') ?? [])].map(b => b.classList.contains('waiting')))"""


def where(page: Page | Frame) -> State:
    """The state that the controls show."""
    at = page.evaluate(_WHERE)
    n = int(at["n"])
    return State(
        n=n,
        z=[float(at[f"z{k + 1}"]) for k in range(n)],
        tau=float(at["tau"]),
        t=int(at.get("t", 1)),
        eps=float(at.get("eps", 0)),
        mse=at.get("mse", "mean"),
        up=at.get("up", "CE"),
        g=[float(at[f"g{k + 1}"]) for k in range(n)] if "g1" in at else [],
        i=int(at.get("i", 1)),
        j=int(at.get("j", 2)),
        nudge=float(at.get("nudge", 0.5)),
        ask=at.get("ask", "ones"),
    )


def waiting(page: Page | Frame) -> bool:
    """Whether every board says that its numbers are of before."""
    states = set(page.evaluate(_WAITING))
    assert len(states) == 1, "boards of one page wait together"
    return states.pop()


def frames(page: Page | Frame) -> None:
    """What has happened is painted."""
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


@contextmanager
def thumb(page: Page | Frame, key: str) -> Iterator:  # type: ignore[type-arg]
    """Press a slider's thumb; yields a function that drags it to a share of the track."""
    slider = page.locator(f".st-key-{key}")
    slider.scroll_into_view_if_needed()
    track = slider.locator("[role=group] > div").first.bounding_box()
    assert track is not None
    low, high, now = (
        float(slider.locator("input[type=range]").evaluate(f"e => e.{a}"))
        for a in ("min", "max", "value")
    )
    y = track["y"] + track["height"] / 2
    mouse = (page.page if isinstance(page, Frame) else page).mouse

    def drag(share: float) -> None:
        mouse.move(track["x"] + track["width"] * share, y)
        frames(page)

    mouse.move(track["x"] + track["width"] * (now - low) / (high - low), y)
    mouse.down()
    yield drag
    mouse.up()


class Line:
    """The connection to the server: counts what is sent, and can hold back the answers."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent = 0
        self._held: list[str | bytes] | None = None
        page.route_web_socket("**/_stcore/stream**", self._route)

    def _route(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        self._to_page = route.send

        def answer(message: str | bytes) -> None:
            if self._held is None:
                route.send(message)
            else:
                self._held.append(message)

        def ask(message: str | bytes) -> None:
            self.sent += 1
            server.send(message)

        route.on_message(ask)
        server.on_message(answer)

    def hold(self) -> None:
        self._held = []

    def release(self) -> None:
        held, self._held = self._held or [], None
        for message in held:
            self._to_page(message)


@pytest.fixture(scope="module")
def line(windows: Windows) -> Iterator[Line]:
    """That of one tab, in which one page follows the other."""
    line = Line(windows(viewport={"width": 1280, "height": 720}).open())
    yield line
    line.page.close()


_SLIDERS = [
    ("puzzle", "?answer=No&ask=CE", ("z1", "tau")),
    ("jacobian", "?n=4&i=3&j=1", ("z2", "tau", "nudge")),
    ("upstream", "?up=MSE&mse=half&t=2", ("z3", "eps")),
    ("upstream", "?up=custom&n=6", ("g2",)),
    ("losses", "?n=10&t=3&eps=0.1&mse=sum", ("z10", "eps", "z1", "tau")),
]


@pytest.mark.parametrize(("name", "query", "keys"), _SLIDERS)
def test_while_a_thumb_is_held_the_board_shows_what_core_says(
    line: Line, address: str, name: str, query: str, keys: tuple[str, ...]
) -> None:
    page = line.page
    open_page(page, f"{address}/{'' if name == 'puzzle' else name}{query}")
    for key in keys:
        rng, sent, seen = random.Random(f"{name}{key}"), line.sent, set()
        with thumb(page, key) as drag:
            for _ in range(16):
                drag(rng.random())
                state = where(page)
                assert not waiting(page)
                assert mismatches(read(page), state.expected(name)) == []
                seen.add(str(state))
            assert line.sent == sent, "nothing is sent until the thumb is let go"
        assert len(seen) > 10, "the thumb really moved"
        settle(page)
        assert line.sent > sent
        assert mismatches(read(page), where(page).expected(name)) == []


def test_a_held_arrow_key_paints_before_the_server_has_answered(line: Line, address: str) -> None:
    page = line.page
    open_page(page, f"{address}/jacobian")
    line.hold()
    page.locator(".st-key-z3 input[type=range]").focus()
    for step in range(1, 6):
        page.keyboard.press("ArrowRight")
        frames(page)
        assert where(page).z[2] == pytest.approx(0.1 + 0.1 * step)
        assert mismatches(read(page), where(page).expected("jacobian")) == []
    line.release()
    settle(page)
    assert mismatches(read(page), where(page).expected("jacobian")) == []


def test_with_a_slow_server_no_wrong_number_is_ever_painted(line: Line, address: str) -> None:
    page = line.page
    open_page(page, f"{address}/losses?t=2")
    before = read(page)
    line.hold()
    with thumb(page, "z1") as drag:
        drag(0.9)
    after_first = read(page)
    assert mismatches(after_first, where(page).expected("losses")) == []
    assert after_first != before
    with thumb(page, "z2") as drag:
        for share in (0.2, 0.4, 0.7, 0.8):
            drag(share)
            assert waiting(page), "no frames for two moved sliders: the board says that it waits"
            assert read(page) == after_first, "and paints nothing"
        line.release()
        settle(page)
        drag(0.3)
        assert not waiting(page), "fresh frames have come while the thumb is still held"
        assert mismatches(read(page), where(page).expected("losses")) == []
    settle(page)
    assert not waiting(page)
    assert mismatches(read(page), where(page).expected("losses")) == []


def test_a_choice_that_the_server_has_not_seen_holds_the_board_too(
    line: Line, address: str
) -> None:
    page = line.page
    open_page(page, f"{address}/upstream?up=MSE")
    before = read(page)
    line.hold()
    page.locator(".st-key-mse").get_by_text("sum").click()
    frames(page)
    with thumb(page, "z1") as drag:
        drag(0.8)
        assert waiting(page)
        assert read(page) == before
    line.release()
    settle(page)
    assert mismatches(read(page), where(page).expected("upstream")) == []


_DEAF = """const Real = MutationObserver;
window.MutationObserver = class extends Real {
  observe(target, options) {
    if (!options.attributeFilter?.includes("aria-valuetext")) super.observe(target, options);
  }
};"""


_BLIND = """for (const kind of [Document, Element]) {
  const real = kind.prototype.querySelector;
  kind.prototype.querySelector = function (selector) {
    return selector.startsWith(".st-key-") ? null : real.call(this, selector);
  };
}"""
_OTHER_MARKUP = """new MutationObserver(() => {
  for (const e of document.querySelectorAll("[aria-checked], input[type=range]")) {
    e.removeAttribute("aria-checked");
    if (e.type === "range") e.type = "text";
  }
}).observe(document, {subtree: true, childList: true, attributes: true});"""


@pytest.mark.parametrize("change", [_BLIND, _OTHER_MARKUP], ids=["blind", "other markup"])
def test_a_board_that_cannot_read_the_controls_follows_the_server(
    tab: Tab, address: str, change: str
) -> None:
    page = tab()
    page.add_init_script(change)
    open_page(page, f"{address}/losses?t=2")
    assert not waiting(page)
    assert mismatches(read(page), State(t=2).expected("losses")) == []
    page.locator(".st-key-preset").get_by_text("Confident, wrong", exact=True).click()
    settle(page)
    assert not waiting(page)
    assert mismatches(read(page), State(z=[6, 0, 0], t=2).expected("losses")) == []


def test_a_deaf_board_still_follows_on_release(tab: Tab, address: str) -> None:
    page = tab()
    page.add_init_script(_DEAF)
    open_page(page, f"{address}/jacobian")
    before = read(page)
    with thumb(page, "z1") as drag:
        drag(0.8)
        assert read(page) == before, "it does not hear the thumb"
    settle(page)
    assert where(page).z[0] > 5
    assert mismatches(read(page), where(page).expected("jacobian")) == []


def test_a_finger_moves_the_board_too(tab: Tab, address: str) -> None:
    page = tab(has_touch=True, viewport={"width": 1000, "height": 800})
    open_page(page, f"{address}/jacobian")
    before = read(page)
    track = page.locator(".st-key-z1 [role=group] > div").first.bounding_box()
    assert track is not None
    y = track["y"] + track["height"] / 2
    finger = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0.6), ("touchMove", 0.7), ("touchMove", 0.85)):
        points = [{"x": track["x"] + share * track["width"], "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        frames(page)
    assert read(page) != before
    assert mismatches(read(page), where(page).expected("jacobian")) == []
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settle(page)
    assert mismatches(read(page), where(page).expected("jacobian")) == []


def test_nothing_jumps_when_fresh_frames_arrive(page: Page, address: str) -> None:
    open_page(page, f"{address}/losses?t=2")
    boxes = "() => [...document.querySelectorAll('[data-testid=stMain] [class*=st-key-]')].map(e => e.offsetTop)"
    with thumb(page, "z1") as drag:
        drag(0.75)
        held, at = read(page), page.evaluate(boxes)
        assert len(at) > 2
    settle(page)
    shown = read(page)
    assert page.evaluate(boxes) == at
    for quantity, values in shown.items():
        for index, value in values.items():
            assert held[quantity][index] == pytest.approx(value, rel=1e-6, abs=1e-15)


def test_a_bar_of_y_can_be_dragged_and_moves_its_slider(line: Line, address: str) -> None:
    quantity = "y"
    page = line.page
    open_page(page, f"{address}/jacobian?n=4")
    bar = page.locator(f".bar:has([data-quantity={quantity}][data-index='1']) .track")
    box = bar.bounding_box()
    assert box is not None
    y, sent = box["y"] + box["height"] / 2, line.sent
    status = page.locator(".status").first
    said = status.text_content()
    page.mouse.move(box["x"] + 0.5 * box["width"], y)
    page.mouse.down()
    for share in (0.6, 0.7, 0.62, 0.8):
        page.mouse.move(box["x"] + share * box["width"], y)
        shown = read(page)
        wanted = share if quantity == "y" else 10 * (2 * share - 1)
        assert shown[quantity]["1"] == pytest.approx(wanted, abs=0.03 if quantity == "y" else 0.15)
        state = State(n=4, z=[round(shown["z"][str(k)], 3) for k in range(4)])
        assert mismatches(shown, state.expected("jacobian")) == []
    assert line.sent == sent
    assert status.text_content() == said, "nothing is announced at every frame"
    page.mouse.up()
    settle(page)
    assert status.text_content() != said
    assert status.get_attribute("role") == "status"
    assert where(page).z[1] == pytest.approx(read(page)["z"]["1"], abs=1e-9)
    assert read(page)["z"]["1"] == pytest.approx(state.z[1], abs=1e-6)
    assert f"z2={where(page).z[1]:g}" in page.url
    assert not waiting(page)
    assert mismatches(read(page), where(page).expected("jacobian")) == []
