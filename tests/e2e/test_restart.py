"""The server is killed and comes back: the page goes on by itself with the state in its link."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import open_page, read, serve_process, settle
from tests.e2e.states import mismatches
from tests.e2e.test_live import thumb, where
from tests.e2e.wire import Tab, alive, racing
from tests.patience import until

LONG = "data=digits&epochs=200&hidden=64&batch=2"
"""A race that takes longer than any test waits."""


class Host:
    """A server that can be killed, and started again at the same address."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.address, self.process = stack.enter_context(serve_process())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def start(self) -> None:
        port = urlsplit(self.address).port
        self.address, self.process = self._stack.enter_context(serve_process(port=port))


@pytest.fixture
def host() -> Iterator[Host]:
    with ExitStack() as stack:
        yield Host(stack)


def reconnected(page: Page) -> None:
    """The browser tries again at growing intervals."""
    expect(
        page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]")
    ).to_be_visible()


def test_a_drag_goes_on_while_the_server_is_gone_and_counts_when_it_is_back(
    browser: Browser, host: Host
) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    open_page(page, f"{host.address}/losses?z2=-1.5&t=2&tau=0.8")
    with thumb(page, "z1") as drag:
        drag(0.3)
        host.kill()
        drag(0.6)
        held = where(page)
        assert held.z[1:] == [-1.5, 0.1]
        shown = read(page)
        assert shown["y"]["0"] == pytest.approx(held.expected("losses")["y"][0], rel=1e-5)
        drag(0.9)
        last = where(page)
        host.start()
        reconnected(page)
    settle(page)
    assert where(page).z == last.z
    # The frames made before the kill have six digits: these numbers are the new server's own.
    until(lambda: mismatches(read(page), last.expected("losses"), rtol=1e-11) == [])
    for part in (f"z1={last.z[0]:g}", "z2=-1.5", "t=2", "tau=0.8"):
        assert part in page.url
    page.context.close()


def test_a_race_that_the_server_took_with_it_can_be_run_again_from_its_link(
    browser: Browser, host: Host
) -> None:
    page = browser.new_context().new_page()
    link = f"training?{LONG}&seed=7"
    page.goto(f"{host.address}/{link}")
    page.get_by_role("button", name="Run the race").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    host.kill()
    host.start()
    reconnected(page)
    expect(page.get_by_role("button", name="Run the race")).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0
    assert set(page.url.split("?")[1].split("&")) == set(link.split("?")[1].split("&"))
    assert page.locator(".st-key-seed input").input_value() == "7"
    assert page.locator(".st-key-epochs input[type=range]").input_value() == "200"
    page.get_by_role("button", name="Run the race").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.context.close()


def test_a_server_that_is_killed_leaves_no_process_of_a_race_behind(host: Host) -> None:
    tabs = [Tab(host.address, "training", LONG) for _ in range(2)]
    for tab in tabs:
        tab.run()
        tab.press("run")
    until(lambda: len(racing(host.process)) == 2, "no race has begun")
    pids = racing(host.process)
    assert all(map(alive, pids))
    host.kill()
    until(lambda: not any(map(alive, pids)), "they go on without their server")
