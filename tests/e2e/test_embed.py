"""A course page of another site shows a view in a frame of 700 pixels, by the HTML that the foot offers."""

import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Frame, Page, expect

import pages
from tests.e2e.conftest import Tab, background, open_page, read, rest, settle
from tests.e2e.states import State, mismatches
from tests.e2e.test_live import Line, thumb, waiting, where

STATE = State(
    n=4,
    z=[3.0, -1.0, 0.5, 1.5],
    tau=0.7,
    t=3,
    eps=0.1,
    mse="half",
    up="custom",
    g=[1.0, -2.0, 0.5, 0.0],
    i=3,
    j=4,
    nudge=1.0,
    ask="CE",
)
BACKGROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 28)"}


class Course:
    """A site whose page holds what it is given; `localhost` is another site than the app's 127.0.0.1."""

    def __init__(self) -> None:
        self._html = ""
        course = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(course._html.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://localhost:{self.server.server_port}/"

    def show(self, page: Page, snippet: str) -> Frame:
        """The frame on the course page."""
        self._html = f"<!doctype html><title>Lesson 5</title>{snippet}"
        page.goto(self.address)
        frame = page.locator("iframe").element_handle().content_frame()
        assert frame is not None
        frame.locator("h1").wait_for()
        return frame


@pytest.fixture(scope="module")
def course() -> Iterator[Course]:
    course = Course()
    thread = threading.Thread(target=course.server.serve_forever, daemon=True)
    thread.start()
    yield course
    course.server.shutdown()
    course.server.server_close()
    thread.join()


@pytest.fixture
def reader(tab: Tab, scheme: str) -> Page:
    """A reader's tab, where the system is light or dark."""
    return tab(viewport={"width": 760, "height": 860}, color_scheme=scheme)


SHOWN = "[data-testid=stCode] code:visible"


def offered(page: Page) -> tuple[str, str]:
    """The HTML and the link that the page's foot offers."""
    page.get_by_text("Take it along").click()
    page.get_by_role("tab", name="Course page").click()
    code = page.get_by_role("tabpanel").locator(SHOWN)
    expect(code.last).to_be_visible()
    *_, snippet, link = code.all_text_contents()
    return snippet, link


def assert_fits(frame: Frame) -> None:
    """700 pixels wide, nothing beyond them, and no error."""
    assert frame.evaluate("innerWidth") == 700
    for part in ("html", "[data-testid=stMain]"):
        assert frame.locator(part).evaluate("e => e.scrollWidth <= e.clientWidth"), part
    assert frame.get_by_test_id("stException").count() == 0
    assert frame.get_by_role("dialog").count() == 0


@pytest.mark.parametrize(("name", "scheme"), [("puzzle", "light"), ("losses", "dark")])
def test_the_frame_shows_the_state_of_its_link_and_its_board_follows_the_thumb(
    page: Page, reader: Page, course: Course, address: str, name: str, scheme: str
) -> None:
    open_page(page, f"{address}/{STATE.link(name)}")
    snippet, _ = offered(page)
    line = Line(reader)
    frame = course.show(reader, snippet)
    settle(frame)
    assert mismatches(read(frame), STATE.expected(name)) == []
    assert background(frame) == BACKGROUND[scheme]
    assert_fits(frame)

    rng, sent, seen = random.Random(name), line.sent, set()
    with thumb(frame, "z1") as drag:
        for _ in range(8):
            drag(rng.random())
            assert not waiting(frame)
            moved = State(**{**vars(STATE), "z": where(frame).z})
            assert mismatches(read(frame), moved.expected(name)) == []
            seen.add(moved.z[0])
        assert line.sent == sent, "nothing is sent until the thumb is let go"
    assert len(seen) > 4, "the thumb really moved"
    settle(frame)
    assert line.sent > sent
    assert mismatches(read(frame), moved.expected(name)) == []
    assert_fits(frame)


@pytest.mark.parametrize(
    ("name", "key", "scheme"),
    [("network", "sample", "light"), ("check", "tau", "dark")],
)
def test_the_other_pages_fit_a_frame_with_their_controls(
    page: Page, reader: Page, course: Course, address: str, name: str, key: str, scheme: str
) -> None:
    page.goto(f"{address}/{name}?width=6&data=digits&input=2+1+0.1&target=0&got_dL_dz=0+0+0")
    snippet, _ = offered(page)
    frame = course.show(reader, snippet)
    slider = frame.locator(f".st-key-{key} input[type=range]")
    before = slider.input_value()
    slider.press("ArrowRight")
    rest(frame)
    assert slider.input_value() != before
    assert background(frame) == BACKGROUND[scheme]
    assert_fits(frame)


def test_the_link_follows_a_slider_and_shows_its_state_on_another_machine(
    page: Page, tab: Tab, address: str
) -> None:
    open_page(page, f"{address}/{STATE.link('losses')}")
    before = offered(page)
    page.locator(".st-key-z1 input[type=range]").press("ArrowRight")
    code = page.get_by_role("tabpanel").locator(SHOWN)
    expect(code.last).to_contain_text("z1=3.1")
    *_, snippet, link = code.all_text_contents()
    assert (snippet, link) != before
    assert link.replace("&", "&amp;") in snippet
    moved = State(**{**vars(STATE), "z": [3.1, *STATE.z[1:]]})
    other = tab()
    for cold, embedded in ((link, True), (link.replace("embed=true&", ""), False)):
        open_page(other, cold)
        assert mismatches(read(other), moved.expected("losses")) == []
        assert (other.get_by_test_id("stTopNavLink").count() == 0) == embedded


def test_a_theme_in_the_link_has_the_last_word(
    page: Page, tab: Tab, course: Course, address: str
) -> None:
    open_page(page, f"{address}/jacobian?z1=3")
    snippet, _ = offered(page)
    reader = tab(viewport={"width": 760, "height": 860})
    for scheme, fixed in (("light", "dark"), ("dark", "light")):
        reader.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        advice = page.get_by_role("tabpanel").locator(f"code:has-text('{fixed}_theme')")
        frame = course.show(reader, snippet.replace('" title', f'{advice.inner_text()}" title'))
        assert background(frame) == BACKGROUND[fixed]


def test_from_a_frame_the_view_can_be_opened_in_its_own_window_and_its_numbers_downloaded(
    page: Page, course: Course, address: str
) -> None:
    snippet = f'<iframe src="{address}/jacobian?embed=true&amp;z1=3" width=700 height=700></iframe>'
    frame = course.show(page, snippet)
    settle(frame, moved=False)  # a run of the page takes back what the one before it offered
    frame.get_by_text("Take it along").click()
    rest(frame)
    with page.expect_download() as download:
        frame.get_by_role("button", name="Numbers as CSV").click()
    assert "z,1,,3.0" in download.value.path().read_text(encoding="utf-8")
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="in its own window").click()
    settle(opened.value)
    assert opened.value.url == f"{address}/jacobian?z1=3"
    assert opened.value.get_by_test_id("stTopNavLink").count() == len(pages.PAGES)
    assert mismatches(read(opened.value), State(z=[3, 1, 0.1]).expected("jacobian")) == []
    opened.value.close()


def test_a_frame_of_another_site_takes_a_pasted_gradient_and_says_what_becomes_of_a_file(
    page: Page, course: Course, address: str
) -> None:
    """The cookie that an upload has to show is not sent from there."""
    query = "embed=true&amp;input=2+1+0.1&amp;target=0&amp;got_dL_dz=0+0+0"
    snippet = f'<iframe src="{address}/check?{query}" width=700 height=700></iframe>'
    frame = course.show(page, snippet)
    expect(frame.get_by_text("∂L/∂z is not right.")).to_be_visible()
    expect(frame.get_by_text("does not allow uploads")).to_be_visible()
    frame.locator("input[type=file]").set_input_files(
        {"name": "dL_dz.csv", "mimeType": "text/csv", "buffer": b"-0.3410,0.2424,0.0986"}
    )
    expect(frame.get_by_text("status code 403")).to_be_visible()
    expect(frame.get_by_text("∂L/∂z is not right.")).to_be_visible()
