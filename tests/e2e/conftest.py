"""A running server and a real browser."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect, sync_playwright

from tests.e2e.chromium import FLAGS, executable

ROOT = Path(__file__).parents[2]

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
            # Those that watch the clock run one by one, beside all others.
            item.add_marker(pytest.mark.xdist_group("browser"))


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
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=3)
                break
            except OSError:
                assert process.poll() is None, "the server ended while starting"
                time.sleep(0.1)
        yield address, process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with serve() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = executable()
    assert path, "no Chromium: run `python -m tests.e2e.chromium`, which says what to do"
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One window for most tests: Streamlit's own scripts are fetched once."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A new tab, so a new session."""
    page = window.new_page()
    yield page
    page.close()


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


def settle(page: Page | Frame) -> None:
    """Wait until the board has its numbers and no run is under way."""
    page.locator("[data-quantity][data-value]").first.wait_for(state="attached")
    for _ in range(2):  # a change may need a moment to start its run
        page.wait_for_timeout(120)
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def open_page(page: Page, url: str) -> None:
    page.goto(url)
    settle(page)
    expect(page.locator(".board.waiting")).to_have_count(0)


def shadow(page: Page, selector: str) -> str:
    """The text of the first match, through shadow roots."""
    return re.sub(r"\s+", " ", page.locator(selector).first.inner_text())
