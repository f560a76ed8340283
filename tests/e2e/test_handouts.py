"""A handout is opened from a disk with the network off: its sliders are live and its numbers core's."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from pages.board.grid import Grid
from pages.handout.__main__ import handout
from pages.instruments.table import INSTRUMENTS
from pages.state.controls import CONTROLS, defaults
from pages.state.kinds import Slider
from pages.state.link import read as read_link
from tests.e2e.conftest import open_page, read
from tests.e2e.test_accessibility import violations
from tests.e2e.test_in_the_hand import by_finger, by_mouse
from tests.pages.handout.test_handouts import LINKS, TODAY
from tests.pages.page_driver import quantities, tolerances

Opened = Callable[..., Page]

# A slider is put to each of its steps; of each number that is written on a board, what it is then.
_SWEEP = """key => {
  const hosts = [...document.querySelectorAll(".step .host")].map(e => e.shadowRoot);
  const cells = hosts.flatMap(e => [...e.querySelectorAll("[data-quantity]")]);
  const input = document.querySelector(`.step input[data-key="${key}"]`);
  const rows = [], values = [];
  for (let at = Number(input.min), k = 0; at <= Number(input.max) + 1e-9; k++) {
    input.value = at;
    input.dispatchEvent(new Event("input"));
    values.push(input.value);
    rows.push(cells.map(e => e.dataset.value));
    at = Number(input.min) + (k + 1) * Number(input.step);
  }
  return {names: cells.map(e => [e.dataset.quantity, e.dataset.index]), values, rows};
}"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("handouts")

    def file(link: str) -> Path:
        path = folder / f"{abs(hash(link))}.html"
        if not path.exists():
            path.write_text(handout(link, TODAY), encoding="utf-8")
        return path

    return file


@pytest.fixture
def opened(browser: Browser, files: Callable[[str], Path]) -> Iterator[Opened]:
    """Opens a handout from the disk without a network; nothing may be complained of."""
    complaints: list[str] = []
    contexts = []

    def open_file(link: str | Path, **options: Any) -> Page:
        contexts.append(browser.new_context(**options))
        contexts[-1].set_offline(True)
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((link if isinstance(link, Path) else files(link)).as_uri())
        page.locator("html.ready").wait_for()
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert complaints == []


def slider(page: Page, key: str) -> Any:
    return page.locator(f".step input[data-key={key}]")


def state_of(link: str) -> tuple[str, dict[str, Any]]:
    stem, said = read_link(link)
    return stem, {**defaults(), **said}


Cells = list[tuple[str, tuple[int, ...]]]


def cells_of(names: list[list[str]]) -> Cells:
    return [(name, tuple(int(k) for k in index.split(",") if k)) for name, index in names]


def assert_core_says(
    stem: str, state: dict[str, Any], cells: Cells, values: list[float], said: str = ""
) -> None:
    known = quantities(stem, state)
    want = np.array([np.asarray(known[name])[at] for name, at in cells], dtype=float)
    within = {name: tolerances(stem, name, known, 6e-7) for name in known}
    rtol, atol = np.array([within[name] for name, _ in cells]).T
    off = np.abs(np.array(values) - want)
    bad = ~((off <= np.maximum(rtol, 6e-7) * np.abs(want) + np.maximum(atol, 1e-12)) | (off == 0))
    bad &= ~(np.array(values) == want)  # infinite, both
    assert not bad.any(), (said, [cells[k] for k in np.flatnonzero(bad)])


def assert_shows_core(page: Page, stem: str, state: dict[str, Any]) -> None:
    seen = [(n, index, value) for n, d in read(page).items() for index, value in d.items()]
    assert seen
    cells = cells_of([[name, index] for name, index, _ in seen])
    assert_core_says(stem, state, cells, [value for *_, value in seen])


@pytest.mark.parametrize("link", LINKS)
def test_every_number_is_cores_at_every_step_of_every_slider(opened: Opened, link: str) -> None:
    page = opened(link, reduced_motion="reduce")
    stem, home = state_of(link)
    assert_shows_core(page, stem, home)
    for key in INSTRUMENTS[stem].at(home).slider_keys():
        control = CONTROLS[key]
        assert isinstance(control, Slider)
        found = page.evaluate(_SWEEP, key)
        grid: Grid = control.grid
        np.testing.assert_allclose([float(v) for v in found["values"]], grid.values, atol=1e-9)
        cells = cells_of(found["names"])
        for value, row in zip(grid.values, found["rows"], strict=True):
            state = {**home, key: type(control.default)(value)}
            numbers = [float(text.replace("Infinity", "inf")) for text in row]
            assert_core_says(stem, state, cells, numbers, f"{key}={value}")


def test_one_slider_is_away_and_the_one_before_is_seen_to_go_home(opened: Opened) -> None:
    page = opened("losses?z1=6&t=2")
    page.clock.install()
    slider(page, "z1").focus()
    page.keyboard.press("ArrowLeft")
    assert slider(page, "z1").input_value() == "5.9"
    stem, home = state_of("losses?z1=6&t=2")
    assert_shows_core(page, stem, {**home, "z1": 5.9})
    page.keyboard.press("Home")
    slider(page, "tau").focus()
    page.keyboard.press("ArrowRight")
    assert_shows_core(page, stem, {**home, "tau": 1.1})
    page.clock.run_for(100)
    assert -10 < float(slider(page, "z1").input_value()) < 6
    expect(page.locator(".going")).to_have_count(1)
    page.clock.run_for(400)
    assert slider(page, "z1").input_value() == "6"
    expect(page.locator(".going")).to_have_count(0)
    assert_shows_core(page, stem, {**home, "tau": 1.1})
    expect(page.locator(".rule")).to_contain_text("held, which is what ∂ means")


def test_a_bar_is_moved_by_mouse_finger_and_keys(opened: Opened) -> None:
    page = opened("upstream?t=2", has_touch=True, reduced_motion="reduce")
    stem, home = state_of("upstream?t=2")
    bar = page.locator("[data-drag=z1]").first
    for k, move in enumerate((by_mouse, by_finger)):
        share = 0.7 + 0.1 * k
        move(page, bar, 0.6, [0.6, 0.65, share])
        at = float(slider(page, "z1").input_value())
        assert at == pytest.approx(20 * share - 10, abs=0.3)
        assert_shows_core(page, stem, {**home, "z1": at})
    bar.focus()
    for key, value in (("Home", -10), ("ArrowRight", -9.9), ("End", 10)):
        page.keyboard.press(key)
        expect(bar).to_have_attribute("aria-valuenow", re.compile(rf"^{value}"))
        assert_shows_core(page, stem, {**home, "z1": value})
    for k, move in enumerate((by_mouse, by_finger)):
        move(page, slider(page, "tau"), 0.2 + 0.3 * k, [0.25, 0.5, 0.6 + 0.2 * k])
        at = float(slider(page, "tau").input_value())
        assert at == pytest.approx(0.1 + 4.9 * (0.6 + 0.2 * k), abs=0.3)
        assert_shows_core(page, stem, {**home, "tau": at})
        assert slider(page, "z1").input_value() == "2"


@pytest.mark.parametrize(
    ("link", "shows"),
    [
        ("losses?z1=6&t=2", "push on the logit"),
        ("training", "Every flower’s y: cross-entropy"),
        ("check?input=2+1+0.1&target=0&got_dL_dz=0+0+0", "yours − right"),
    ],
)
def test_a_page_hands_out_what_it_shows(
    page: Page, address: str, opened: Opened, tmp_path: Path, link: str, shows: str
) -> None:
    open_page(page, f"{address}/{link}")
    page.locator(".st-key-along summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Handout").click()
    path = tmp_path / download.value.suggested_filename
    assert path.name == f"softmax-{link.partition('?')[0]}.html"
    download.value.save_as(path)
    file = opened(path)
    assert read(file)
    expect(file.get_by_text(shows).first).to_be_visible()
    there, here = (
        urlsplit(url) for url in (file.locator("footer a").get_attribute("href"), page.url)
    )
    assert (there.netloc, there.path) == (here.netloc, here.path)
    assert parse_qs(there.query).items() >= parse_qs(here.query).items()
    shared = read(page)
    for name, values in read(file).items():
        for index, value in values.items():
            if index in shared.get(name, {}):
                assert value == pytest.approx(shared[name][index], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(opened: Opened, files: Any, scheme: str, width: int) -> None:
    page = opened("losses?eps=0.1", color_scheme=scheme, viewport={"width": width, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
