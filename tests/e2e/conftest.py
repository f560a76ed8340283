"""A running server and a real browser."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect, sync_playwright

from tests.e2e.chromium import FLAGS, executable
from tests.e2e.wire import healthy
from tests.patience import MILLISECONDS, SECONDS, until

ROOT = Path(__file__).parents[2]

# What a session has asked of its server, and whether there has been an answer: between the two the
# page looks as if it rested. 0x5A is the tag of the message that asks for a run.
_ASKED = """(() => {
  const Real = WebSocket;
  window.WebSocket = class extends Real {
    constructor(...args) {
      super(...args);
      window.unanswered = false;
      this.addEventListener("message", () => { window.unanswered = false; });
    }
    send(data) {
      const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
      if (bytes[0] === 0x5a) window.unanswered = true;
      super.send(data);
    }
  };
})();"""

# A slider says where it is 100 ms after it was moved. Timers of one page ring in their order, however
# slow the machine is: whoever waits longer in the page itself finds that the question has been asked.
_REST = """async ([moved, patience]) => {
  const pause = ms => new Promise(ring => setTimeout(ring, ms));
  const rests = () => !window.unanswered
    && document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
  const end = performance.now() + patience;
  if (moved) await pause(150);
  for (let rested = 0; rested < 2; rested = rests() ? rested + 1 : 0) {
    if (performance.now() > end) throw new Error("a run does not end");
    await pause(25);
  }
}"""

_READ = """() => {
  const seen = {};
  for (const host of document.querySelectorAll('*'))
    for (const e of host.shadowRoot?.querySelectorAll('[data-quantity]') ?? [])
      (seen[e.dataset.quantity] ??= {})[e.dataset.index] = [e.dataset.value, e.textContent];
  return seen;
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
    # First, as they come by the file: the many that come one by one fill what is left of every worker.
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def serve(**environment: str) -> Iterator[str]:
    """A server of its own; yields its address."""
    with serve_process(**environment) as (address, _):
        yield address


@contextmanager
def serve_process(
    *, port: int | None = None, log: Path | None = None, folder: Path = ROOT, **environment: str
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server of its own; yields its address and its process.

    A port says where, as for one that takes the place of another; all that it prints goes to `log`;
    another folder has another app.
    """
    port = port or _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    command += ["--server.fileWatcherType=none"]
    with open(log or os.devnull, "ab") as printed:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: healthy(address) or process.poll() is not None, "the server does not start")
        assert process.poll() is None, "the server ended while starting"
        yield address, process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


Server = tuple[str, "subprocess.Popen[bytes]"]


@pytest.fixture(scope="session")
def served() -> Iterator[Server]:
    with serve_process() as (address, process):
        yield address, process


@pytest.fixture(scope="session")
def address(served: Server) -> str:
    return served[0]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = executable()
    assert path, "no Chromium: run `python -m tests.e2e.chromium`, which says what to do"
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=FLAGS)
        new_context = browser.new_context

        def patient_context(**options: Any) -> BrowserContext:
            context = new_context(**options)
            context.set_default_timeout(MILLISECONDS)
            context.add_init_script(_ASKED)
            return context

        browser.new_context = patient_context  # type: ignore[method-assign]
        yield browser
        browser.close()


_CHANGES = ("add_init_script", "on", "route", "route_web_socket")
"""What stays with a tab from page to page, and cannot be taken back."""


class Window:
    """A window, whose tabs are kept.

    A page opens in a tab that has had one in half the time that it takes in a new one. It is a new
    session all the same.
    """

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self._scheme = options.get("color_scheme", "light")
        self._kept: list[Page] = []
        self._changed: set[Page] = set()
        self._screens: dict[Page, Any] = {}

    def open(self) -> Page:
        if self._kept:
            return self._kept.pop()
        page = self.context.new_page()
        self._screens[page] = page.viewport_size
        for name in _CHANGES:
            setattr(page, name, self._noticed(page, getattr(page, name)))
        return page

    def _noticed(self, page: Page, change: Callable[..., Any]) -> Callable[..., Any]:
        def noticed(*args: Any, **kwargs: Any) -> Any:
            self._changed.add(page)
            return change(*args, **kwargs)

        return noticed

    def give_back(self, page: Page, address: str) -> None:
        """It is kept as if it were new, or closed."""
        if page in self._changed:
            page.close()
            return
        page.goto(f"{address}/_stcore/health")
        page.evaluate("sessionStorage.clear()")
        page.emulate_media(media="null", color_scheme=self._scheme)
        page.set_viewport_size(self._screens[page])
        page.mouse.move(0, 0)
        self._kept.append(page)


Windows = Callable[..., Window]


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Iterator[Windows]:
    """A window for each kind of screen and reader; it stays, and with it Streamlit's own scripts."""
    kept: dict[str, Window] = {}

    def window(**options: Any) -> Window:
        kind = repr(sorted(options.items()))
        if kind not in kept:
            kept[kind] = Window(browser, **options)
        return kept[kind]

    yield window
    for kept_window in kept.values():
        kept_window.context.close()


Tab = Callable[..., Page]


@pytest.fixture
def tab(windows: Windows, address: str) -> Iterator[Tab]:
    """Opens a tab, so a new session, on a screen of these options; given back at the end of the test."""
    opened: list[tuple[Window, Page]] = []

    def open_tab(**options: Any) -> Page:
        window = windows(**options)
        opened.append((window, window.open()))
        return opened[-1][1]

    yield open_tab
    for window, page in opened:
        window.give_back(page, address)


@pytest.fixture
def page(tab: Tab) -> Page:
    """A tab of the window that most tests share."""
    return tab(viewport={"width": 1280, "height": 720})


def read(page: Page | Frame) -> dict[str, dict[str, float]]:
    """Every number on the page's boards: quantity → index → value."""
    return {
        quantity: {
            index: float(value.replace("Infinity", "inf")) for index, (value, _) in d.items()
        }
        for quantity, d in page.evaluate(_READ).items()
    }


def read_text(page: Page) -> dict[str, dict[str, str]]:
    """The same numbers as people see them."""
    return {q: {k: text for k, (_, text) in d.items()} for q, d in page.evaluate(_READ).items()}


def rest(page: Page | Frame, moved: bool = True) -> None:
    """Wait until no run is under way, nor one asked for; what was `moved` may have to ask first."""
    page.get_by_test_id("stApp").wait_for()
    page.evaluate(_REST, [moved, MILLISECONDS])


def settle(page: Page | Frame, moved: bool = True) -> None:
    """Wait until no run is under way and all boards have the numbers of the last.

    These are decoded beside what the page shows, so a run may have ended before they are there.
    """
    page.locator("[data-quantity][data-value]").first.wait_for(state="attached")
    rest(page, moved)
    expect(page.locator(".board.waiting, .board:empty")).to_have_count(0)


def open_page(page: Page, url: str) -> None:
    page.goto(url)
    settle(page, moved=False)


WHITE = "rgb(255, 255, 255)"


def background(page: Page | Frame) -> str:
    return str(page.get_by_test_id("stApp").evaluate("e => getComputedStyle(e).backgroundColor"))


def shadow(page: Page, selector: str) -> str:
    """The text of the first match, through shadow roots."""
    return re.sub(r"\s+", " ", page.locator(selector).first.inner_text())
