"""What is drawn again when a slider is released, told by what a real server sends."""

from collections.abc import Callable
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Page, WebSocket, WebSocketRoute, expect

from pages.state.controls import CONTROLS
from pages.state.kinds import Slider
from tests.e2e.conftest import open_page, read, rest, settle
from tests.e2e.states import State, mismatches
from tests.e2e.wire import Run, Tab
from tests.pages.board.test_frames import opened

STATES = {
    "puzzle": "answer=No&ask=CE",
    "jacobian": "i=2&j=3",
    "upstream": "up=custom",
    "losses": "j=2",
    "network": "loss=MSE&weight=W2%281%2C2%29",
}
DRAWN = {"plotly_chart", "markdown", "bidi_component"}


def frames(run: Run) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    """The state and the numbers of the last frames of a run."""
    sent = [e for e in run.of("bidi_component") if e.component_name == "board_frames"]
    head, _, now, _ = opened(sent[-1].bytes)
    return head["state"], now


def has_engine(message: str | bytes) -> bool:
    """Whether it brings the engine's text."""
    return isinstance(message, bytes) and b"class Engine" in message


def live_sliders(run: Run) -> dict[str, float]:
    """The live sliders that a run drew, and another value of each."""
    found = {e.id.rpartition("-")[2]: e for e in run.of("slider")}
    return {
        key: e.min + 3 * e.step
        for key, e in found.items()
        if isinstance(control := CONTROLS[key], Slider) and control.live
    }


@pytest.mark.parametrize("page", STATES)
def test_a_released_slider_draws_what_follows_it_alone_as_a_fresh_page_would(
    address: str, page: str
) -> None:
    with Tab(address, page, STATES[page]) as tab:
        sliders = live_sliders(tab.run())
        assert sliders
        for key, value in sliders.items():
            tab.slide(key, value)
            run = tab.finish()
            assert {kind for kind, _ in run.elements()} <= DRAWN
            assert {e.component_name for e in run.of("bidi_component")} == {"board_frames"}
            assert sum(map(len, run.frames)) < 100_000
            assert not any(map(has_engine, run.frames))
            state, now = frames(run)
            assert state[key] == pytest.approx(value)
    link = "&".join([STATES[page], *(f"{key}={value:.12g}" for key, value in sliders.items())])
    with Tab(address, page, link) as fresh:
        again, known = frames(fresh.run())
    assert state == again
    assert now.keys() == known.keys()
    for name, values in known.items():
        np.testing.assert_array_equal(now[name], values, err_msg=name)


def test_a_slider_that_moves_no_numbers_alone_draws_the_page_whole(address: str) -> None:
    with Tab(address, "losses") as tab:
        tab.run()
        tab.slide("n", 4)
        run = tab.finish()
    assert len(run.of("slider")) == 7
    assert {e.component_name for e in run.of("bidi_component")} == {
        "board",
        "board_frames",
        "board_engine",
        "pages_strip",
    }


def test_a_slider_released_while_the_page_is_drawn_does_not_take_the_rest_of_it_away(
    address: str,
) -> None:
    with Tab(address, "losses") as tab:
        tab.run()
        for n in (4, 3, 5, 4):
            tab.slide("n", n)
            tab.slide("z1", n / 2)
            drawn, state = Run(), {}
            while (state.get("n"), state.get("z1")) != (n, n / 2):
                part = tab.finish()
                drawn.messages += part.messages
                if part.of("bidi_component"):
                    state, now = frames(drawn)
            keys = {e.id.rpartition("-")[2] for e in drawn.of("slider")}
            assert {f"z{k + 1}" for k in range(n)} <= keys
            assert now["z"].shape == (n,)


def popovers(run: Run) -> list[str]:
    """The labels of those that a run drew."""
    deltas = [m.delta for m in run.messages if m.WhichOneof("type") == "delta"]
    added = [d.add_block for d in deltas if d.WhichOneof("type") == "add_block"]
    return [block.popover.label for block in added if block.WhichOneof("type") == "popover"]


def test_a_temperature_that_moves_draws_the_verdicts_alone(address: str) -> None:
    with Tab(address, "check", "input=2+1+0.1&target=0&got_dL_dz=0.1+0.2+-0.3") as tab:
        whole = tab.run()
        assert len(popovers(whole)) == 4
        assert {"slider", "text_area", "file_uploader"} <= {kind for kind, _ in whole.elements()}
        tab.slide("tau", 2.0)
        run = tab.finish()
    assert {kind for kind, _ in run.elements()} <= {"alert", "markdown", "bidi_component"}
    assert not popovers(run)
    assert "∂L/∂z at τ = 2 is not right." in run.of("alert")[0].body


def test_what_reads_otherwise_at_another_temperature_is_said_in_the_whole_page(
    address: str,
) -> None:
    """Columns of log-softmax give right numbers at one temperature, and mistaken ones at another."""
    z, g = np.array([[0.5, -1.0], [1.2, 0.3]]), np.array([[1.0, 2.0], [-1.0, 0.5]])
    dL_dz = g - np.exp(z) / np.exp(z).sum(axis=0) * g.sum(axis=0)
    texts = {
        name: "\n".join(" ".join(f"{v:.10f}" for v in row) for row in rows)
        for name, rows in (("input", z), ("got_dL_dy", g), ("got_dL_dz", dL_dz))
    }
    query = urlencode([("got", "dL_dy"), ("got", "dL_dz"), *texts.items()])
    with Tab(address, "check", query) as tab:
        assert any("log" in label for label in popovers(tab.run()))
        tab.slide("tau", 2.0)
        run = tab.finish()
        while "slider" not in {kind for kind, _ in run.elements()}:
            run = tab.finish()  # the part first, which asks for the whole
    assert len(popovers(run)) == 4
    assert not any("log" in label for label in popovers(run))
    assert "∂L/∂z at τ = 2 is not right." in run.of("alert")[0].body


def test_without_the_part_alone_the_tests_above_would_fail(address: str) -> None:
    with Tab(address, "losses") as tab:
        run = tab.run()
    assert "slider" in {kind for kind, _ in run.elements()}
    assert {e.component_name for e in run.of("bidi_component")} != {"board_frames"}


def test_the_engines_text_is_sent_once_however_much_is_changed(page: Page, address: str) -> None:
    told: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda message: told.append(message))

    page.on("websocket", listen)
    open_page(page, f"{address}/jacobian")
    assert sum(map(has_engine, told)) == 1
    for key in ("z1", "tau", "z2", "z3"):
        page.locator(f".st-key-{key} input").press("ArrowRight")
        settle(page)
    page.locator(".st-key-i").get_by_text("3", exact=True).click()
    settle(page)
    page.get_by_role("link", name="Upstream product").click()
    page.wait_for_url("**/upstream**")
    settle(page)
    assert len(told) > 20
    assert sum(map(has_engine, told)) == 1


def test_the_browser_is_told_to_keep_large_messages_for_many_runs(address: str) -> None:
    """It ends the session if it is referred to one that it has forgotten while quick hands went on."""
    with Tab(address, "losses") as tab:
        sessions = [
            m.new_session for m in tab.run().messages if m.WhichOneof("type") == "new_session"
        ]
    assert sessions[0].config.max_cached_message_age >= 100


def test_boards_and_frames_that_come_before_the_engine_are_shown_when_it_comes(
    page: Page, address: str
) -> None:
    late: list[Callable[[], None]] = []

    def route(socket: WebSocketRoute) -> None:
        def answer(message: str | bytes) -> None:
            if has_engine(message):
                late.append(lambda: socket.send(message))
            else:
                socket.send(message)

        socket.connect_to_server().on_message(answer)

    page.route_web_socket("**/_stcore/stream**", route)
    page.goto(f"{address}/jacobian?z1=3")
    page.locator(".st-key-nudge input").wait_for()
    rest(page, moved=False)
    assert page.locator("[data-quantity]").count() == 0
    (come,) = late
    come()
    settle(page)
    assert mismatches(read(page), State(z=[3.0, 1.0, 0.1]).expected("jacobian")) == []


def test_all_that_is_made_of_the_numbers_follows_a_slider_and_what_is_chosen_stays(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/losses?j=2&t=3")
    page.get_by_text("Take it along").click()
    code = page.get_by_role("tabpanel").locator("code").first
    expect(code).to_contain_text("z = np.array([2.0, 1.0, 0.1])")
    formula = page.locator(".katex-display").last

    def here() -> State:
        z = [float(page.locator(f".st-key-z{k} input").input_value()) for k in (1, 2, 3)]
        chosen = page.locator(".st-key-t [aria-checked=true]").inner_text()
        return State(z=z, t=int(chosen), j=2)

    for key, presses in (("z2", 7), ("z1", 4), ("z2", 3)):
        before = formula.inner_text()
        page.locator(f".st-key-{key} input").focus()
        for _ in range(presses):
            page.keyboard.press("ArrowRight")
        settle(page)
        z = ", ".join(map(str, here().z))
        expect(code).to_contain_text(f"z = np.array([{z}])")
        assert formula.inner_text() != before
        assert mismatches(read(page), here().expected("losses")) == []
        assert page.locator(".board svg[role=img]").count() == 3
    assert here().z == [2.4, 2.0, 0.1]
    assert "z1=2.4" in page.url
    assert "z2=2" in page.url

    page.get_by_text("Confident, wrong").click()  # a preset, then at once a slider
    page.locator(".st-key-z3 input").press("ArrowLeft")
    settle(page)
    assert (here().z[:2], here().t) == ([6.0, 0.0], 2)
    assert mismatches(read(page), here().expected("losses")) == []
    assert page.get_by_test_id("stException").count() == 0
