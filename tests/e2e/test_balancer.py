"""Two replicas behind HAProxy as hosting/haproxy.cfg sets it up, in a real browser.

HAProxy is the host's program and not the project's: where it is not installed, this is skipped.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import _free_port, read, serve_process, settle
from tests.e2e.states import State, mismatches
from tests.e2e.wire import healthy
from tests.patience import SECONDS, until

CONFIG = Path(__file__).parents[2] / "hosting/haproxy.cfg"
HAPROXY = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")

pytestmark = pytest.mark.skipif(
    HAPROXY is None, reason="HAProxy is not installed (Debian, Ubuntu: apt-get install haproxy)"
)


@dataclass
class Balanced:
    """The balancer's address and the process of each replica by its name in the cookie."""

    address: str
    replicas: dict[str, subprocess.Popen[bytes]]


@contextmanager
def balance() -> Iterator[Balanced]:
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serve_process()) for name in ("one", "two")}
        places = {name.upper(): url.removeprefix("http://") for name, (url, _) in servers.items()}
        listen = f"127.0.0.1:{_free_port()}"
        assert HAPROXY
        balancer = subprocess.Popen(
            [HAPROXY, "-q", "-f", str(CONFIG)], env={**os.environ, **places, "LISTEN": listen}
        )
        try:
            until(lambda: healthy(f"http://{listen}") or balancer.poll() is not None)
            assert balancer.poll() is None, "the balancer ended while starting"
            yield Balanced(f"http://{listen}", {name: p for name, (_, p) in servers.items()})
        finally:
            balancer.terminate()
            balancer.wait(SECONDS)


@pytest.fixture(scope="module")
def balanced() -> Iterator[Balanced]:
    with balance() as both:
        yield both


def replica(page: Page) -> str:
    """The name that the balancer's cookie gives to the replica in charge."""
    (name,) = (c["value"] for c in page.context.cookies() if c["name"] == "replica")
    return name


def wait_for_replica(page: Page, name: str) -> None:
    """Until the page is connected to it."""
    until(
        lambda: replica(page) == name and slider(page, "z1").is_enabled(),
        f"not connected to {name}",
    )


def slider(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} input[type=range]")


@contextmanager
def visitors(browser: Browser, links: list[str]) -> Iterator[list[Page]]:
    """People in browsers of their own, each at a link; between them they are on both replicas."""
    pages = []
    try:
        for link in links:
            pages.append(browser.new_context(viewport={"width": 1280, "height": 720}).new_page())
            pages[-1].goto(link)
            pages[-1].locator("h1").wait_for()
        assert {replica(page) for page in pages} == {"one", "two"}
        yield pages
    finally:
        for page in pages:
            page.context.close()


def test_the_configuration_is_valid() -> None:
    assert HAPROXY
    places = {"ONE": "127.0.0.1:8501", "TWO": "127.0.0.1:8502"}
    checked = subprocess.run(
        [HAPROXY, "-c", "-f", str(CONFIG)], env={**os.environ, **places}, capture_output=True
    )
    assert checked.returncode == 0
    assert b"WARNING" not in checked.stderr


def test_downloads_come_from_the_replica_that_made_them(
    browser: Browser, balanced: Balanced
) -> None:
    states = [State(z=[3.0 + k, 1.0, 0.1]) for k in range(4)]
    links = [f"{balanced.address}/{state.link('jacobian')}" for state in states]
    with visitors(browser, links) as pages:
        for page in pages:
            page.get_by_text("Take it along").click()
            page.get_by_role("button", name="Numbers as CSV").wait_for()
        for page, state in zip(pages, states, strict=True):
            with page.expect_download() as download:
                page.get_by_role("button", name="Numbers as CSV").click()
            rows = download.value.path().read_text(encoding="utf-8").splitlines()
            (value,) = (row.split(",")[3] for row in rows if row.startswith("J,1,2,"))
            assert float(value) == pytest.approx(state.expected("jacobian")["J"][0, 1], abs=1e-9)


def test_uploads_reach_the_replica_that_asked_for_them(
    browser: Browser, balanced: Balanced
) -> None:
    text = {"z": "2,1,0.1", "t": "1,0,0", "dL_dz": "0,0,0"}
    files = [
        {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": numbers.encode()}
        for name, numbers in text.items()
    ]
    with visitors(browser, [f"{balanced.address}/check"] * 4) as pages:
        for page in pages:
            page.locator("input[type=file]").set_input_files(files)
        for page in pages:
            expect(page.get_by_text("rows of J are summed").first).to_be_visible()


def test_people_of_a_killed_replica_go_on_at_the_other_with_every_slider_where_it_was(
    browser: Browser,
) -> None:
    states = [State(z=[z1, 1.5, 0.1], t=2, tau=0.7) for z1 in (-3.0, 0.0, 4.0, 8.0)]

    def everyone_moves_a_slider(pages: list[Page]) -> None:
        for page, state in zip(pages, states, strict=True):
            slider(page, "z1").press("ArrowRight")
            state.z[0] = round(state.z[0] + 0.1, 1)

    with balance() as balanced:
        links = [f"{balanced.address}/{state.link('jacobian')}" for state in states]
        with visitors(browser, links) as pages:
            for _ in range(5):
                everyone_moves_a_slider(pages)
            balanced.replicas["one"].kill()  # while their changes are under way
            for page in pages:
                wait_for_replica(page, "two")
            for page, state in zip(pages, states, strict=True):
                sliders = {"z1": state.z[0], "z2": state.z[1], "z3": state.z[2], "tau": state.tau}
                assert {k: float(slider(page, k).input_value()) for k in sliders} == sliders

            everyone_moves_a_slider(pages)
            for page, state in zip(pages, states, strict=True):
                settle(page)
                assert mismatches(read(page), state.expected("jacobian")) == []
                assert f"z1={state.z[0]}" in page.url
