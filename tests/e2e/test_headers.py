"""The headers that SECURITY.md asks a host to add: every page works under them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Route, expect

from tests.e2e.conftest import ROOT, open_page, read, rest, settle
from tests.e2e.states import State, mismatches

_LISTEN = """
window.violations = [];
document.addEventListener('securitypolicyviolation',
  e => violations.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}`));
"""


def headers() -> dict[str, str]:
    """Those of the block in SECURITY.md."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```http\n(.*?)```", text, flags=re.S)
    return dict(line.split(": ", 1) for line in block.splitlines())


@pytest.fixture(scope="module")
def screen(browser: Browser, address: str) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    # A document that the test hands over comes from no address, and would have to ask for ours.
    context.grant_permissions(["local-network-access"], origin=address)
    yield context
    context.close()


@pytest.fixture
def guarded(screen: BrowserContext, address: str) -> Iterator[Page]:
    """A tab behind a balancer that adds the headers."""
    page = screen.new_page()

    def add(route: Route) -> None:
        if route.request.resource_type != "document":
            return route.continue_()
        answer = route.fetch()
        return route.fulfill(response=answer, headers={**answer.headers, **headers()})

    page.route(re.compile(rf"^{re.escape(address)}/\w*(\?[^/]*)?$"), add)
    page.add_init_script(_LISTEN)
    yield page
    page.close()


def violations(page: Page | Frame) -> list[str]:
    return list(page.evaluate("() => window.violations"))


@pytest.mark.parametrize("name", ["", "network"])
def test_every_live_page_works_under_the_policy(guarded: Page, address: str, name: str) -> None:
    open_page(guarded, f"{address}/{name}?z1=3&embed_options=light_theme")
    before = read(guarded)
    slider = guarded.locator(".st-key-z1 input[type=range], .st-key-sample input[type=range]").first
    slider.focus()
    slider.press("ArrowRight")
    settle(guarded)
    assert read(guarded) != before
    guarded.get_by_text("Take it along").click() if name else None
    rest(guarded)
    assert violations(guarded) == []


def test_the_race_its_charts_and_its_download_work_under_the_policy(
    guarded: Page, address: str
) -> None:
    guarded.goto(f"{address}/training?epochs=10&hidden=4")
    guarded.get_by_role("button", name="Run the race").click()
    expect(
        guarded.get_by_text("Epoch 10 of 10")
    ).to_be_visible()  # and not the race of the greeting
    settle(guarded)
    with guarded.expect_download() as download:
        guarded.get_by_role("button", name="Histories as CSV").click()
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("loss,epoch")
    guarded.get_by_text("The curves, to be explored").click()
    expect(guarded.locator(".js-plotly-plot .scatterlayer path").first).to_be_attached()
    assert violations(guarded) == []


def test_a_pasted_and_an_uploaded_gradient_are_judged_under_the_policy(
    guarded: Page, address: str
) -> None:
    guarded.goto(f"{address}/check?input=2+1+0.1&target=0&got_dL_dz=0+0+0")
    expect(guarded.get_by_text("∂L/∂z is not right.")).to_be_visible()
    guarded.locator("input[type=file]").set_input_files(
        {"name": "dL_dz.csv", "mimeType": "text/csv", "buffer": b"-0.3410,0.2424,0.0986\n"}
    )
    expect(guarded.get_by_text("∂L/∂z is right")).to_be_visible()
    rest(guarded)
    assert violations(guarded) == []


def frame_it(page: Page, site: str, address: str) -> None:
    """Open a course page at a site, which frames the app."""
    html = f'<iframe src="{address}/jacobian?embed=true" width=700 height=800></iframe>'
    page.route(f"{site}/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{site}/")


def test_the_hosts_policy_lets_course_pages_frame_the_app_by_https(
    guarded: Page, address: str
) -> None:
    site = "https://course.example"
    guarded.context.grant_permissions(["local-network-access"], origin=site)
    frame_it(guarded, site, address)
    frame = guarded.frames[1]
    frame.locator("h1").wait_for()
    settle(frame)
    assert mismatches(read(frame), State().expected("jacobian")) == []
    assert violations(guarded) == []
    assert violations(frame) == []


def test_the_hosts_policy_keeps_it_out_of_frames_by_http(guarded: Page, address: str) -> None:
    with guarded.expect_console_message(lambda message: "frame-ancestors" in message.text):
        frame_it(guarded, "http://localhost:9", address)
    guarded.frames[1].wait_for_url(re.compile("^chrome-error:"), wait_until="commit")


def test_the_policy_stops_a_script_that_is_not_the_apps(guarded: Page, address: str) -> None:
    open_page(guarded, address)
    guarded.evaluate(
        """() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';
                  document.body.append(s); document.body.insertAdjacentHTML('beforeend',
                  '<img src=x onerror="window.ran = 2">'); }"""
    )
    guarded.wait_for_function("() => window.violations.length >= 2")
    assert guarded.evaluate("() => window.ran") is None
