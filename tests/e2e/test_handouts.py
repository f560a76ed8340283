"""A handout is opened from a disk with the network off: its sliders are live and its numbers core's."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import core
from pages.board.grid import Grid
from pages.handout.__main__ import handout
from pages.instruments.table import INSTRUMENTS
from pages.lesson.lesson import Step as LessonStep
from pages.lesson.shelf import opened as shelf_opened
from pages.lesson.shelf import shelf
from pages.state.controls import CONTROLS, defaults
from pages.state.kinds import Slider
from pages.state.link import read as read_link
from tests.e2e.conftest import open_page, read, rest
from tests.e2e.test_accessibility import violations
from tests.e2e.test_in_the_hand import by_finger, by_mouse
from tests.pages.handout.test_handouts import LINKS, TODAY
from tests.pages.page_driver import quantities, tolerances
from tests.patience import until

Opened = Callable[..., Page]

# A slider is put to each of its steps; of each number that is written on a board, what it is then.
_SWEEP = """key => {
  const step = document.querySelector(".step.here") ?? document.querySelector(".step");
  const hosts = [...step.querySelectorAll(".host")].map(e => e.shadowRoot);
  const cells = hosts.flatMap(e => [...e.querySelectorAll("[data-quantity]")]);
  const input = step.querySelector(`input[type=range][data-key="${key}"]`);
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
        assert_follows(page, stem, home, key)


def assert_follows(page: Page, stem: str, home: dict[str, Any], key: str) -> None:
    """The numbers at every step of a slider."""
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


_HERE = """() => [...document.querySelectorAll(".step.here .host")].flatMap(e =>
  [...e.shadowRoot.querySelectorAll("[data-quantity]")]
    .map(e => [e.dataset.quantity, e.dataset.index, e.dataset.value]))"""


Shown = list[tuple[str, str, float]]


def shown(page: Page) -> Shown:
    """The numbers of the step that is in view: quantity, index, value."""
    return [(n, k, float(v.replace("Infinity", "inf"))) for n, k, v in page.evaluate(_HERE)]


def cells_and_values(seen: Shown) -> tuple[Cells, list[float]]:
    return cells_of([[name, index] for name, index, _ in seen]), [value for *_, value in seen]


@pytest.mark.parametrize("name", shelf())
def test_a_lesson_is_gone_through_by_keys_alone_and_its_numbers_are_cores(
    opened: Opened, name: str
) -> None:
    page = opened(f"lessons?lesson={name}", reduced_motion="reduce")
    _, lesson = shelf_opened(shelf()[name])
    for k, step in enumerate(lesson.steps):
        expect(page.locator(".step.here > h2")).to_have_text(step.title)
        expect(page.locator("nav.ways span")).to_have_text(f"Step {k + 1} of {len(lesson.steps)}")
        if step.shown is not None:
            stem, home = step.shown.stem, dict(step.shown.state)
            assert_core_says(stem, home, *cells_and_values(shown(page)))
            live = [key for key in step.shown.controls if getattr(CONTROLS[key], "live", False)]
            if live:  # each of a step's in its turn, from step to step
                assert_follows(page, stem, home, live[k % len(live)])
        if step.question is not None:
            answered_by_keys(page, step)
        page.keyboard.press("Escape")
        page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    expect(page.locator("nav.ways span")).to_contain_text(f"Step {len(lesson.steps) - 1} of")


def answered_by_keys(page: Page, step: LessonStep) -> None:
    """The last of the answers, or a number that is far off; what is said to it is then there."""
    here = page.locator(".step.here")
    after = here.locator(".after")
    assert not after.count() or after.is_hidden()
    at, question = step.shown, step.question
    assert at is not None
    assert question is not None
    now, then = at.numbers(at.state), at.numbers({**at.state, **question.then})
    if answers := question.answers():
        answer = answers[-1]
        here.locator("form input[type=radio]").last.press("Space")
        right = question.judge(answer, now, then).right
    else:
        answer = question.right(now, then)[0]
        box = here.locator("form input[type=text]")
        box.fill("none")
        box.press("Enter")
        expect(here.locator(".verdict")).to_contain_text("Expected a number")
        box.fill(answer)
        box.press("Enter")
        right = True
    expect(here.locator(".verdict")).to_have_text("Right." if right else "No.")
    assert not after.count() or after.is_visible()
    assert here.locator(".answer:not(.given) .says:visible").count() == 0


def test_an_answer_is_asked_of_the_board_as_it_stood_and_brings_it_back(opened: Opened) -> None:
    page = opened("lessons?lesson=row-sums", reduced_motion="reduce")
    page.get_by_role("button", name="Next").click()
    here = page.locator(".step.here")
    slider = here.locator("input[type=range][data-key=z1]")
    slider.press("End")
    assert slider.input_value() == "10"
    here.get_by_text("It stays zero").click()
    expect(here.locator(".verdict")).to_have_text("Right.")
    expect(slider).to_have_value("2")


def test_a_choice_of_a_step_shows_what_core_says_and_goes_home_when_another_moves(
    opened: Opened,
) -> None:
    page = opened("lessons?lesson=row-sums", reduced_motion="reduce")
    page.evaluate("location.hash = '#step-6'")
    here = page.locator(".step.here")
    expect(here.locator("> h2")).to_have_text("The zeros are gone")
    home = {**defaults(), "answer": "Yes", "ask": "CE", "t": "1"}
    for target in ("2", "3", "1"):
        here.locator(f"input[type=radio][data-key=t][value='{target}']").check()
        y_minus_t = core.softmax([2, 1, 0.1]) - core.one_hot(int(target) - 1, 3)
        until(
            lambda y=y_minus_t: (
                [v for n, _, v in shown(page) if n == "dL_dz"][:3] == pytest.approx(y)
            )
        )
        assert_core_says("puzzle", {**home, "t": target}, *cells_and_values(shown(page)))


def test_a_finger_swipes_to_the_next_step_and_a_bar_keeps_its_own(opened: Opened) -> None:
    page = opened("lessons?lesson=row-sums", has_touch=True, viewport={"width": 390, "height": 844})
    where = page.locator("nav.ways span")
    swipe(page, page.locator(".step.here > h2"), -150)
    expect(where).to_contain_text("Step 2 of")
    swipe(page, page.locator(".step.here [data-drag=z1]").first, -60)
    expect(where).to_contain_text("Step 2 of")
    swipe(page, page.locator(".step.here > h2"), 150)
    expect(where).to_contain_text("Step 1 of")


def test_page_down_scrolls_a_tall_step_to_its_end_before_it_goes_on(opened: Opened) -> None:
    page = opened("lessons?lesson=row-sums", viewport={"width": 390, "height": 600})
    where = page.locator("nav.ways span")
    page.keyboard.press("PageDown")
    until(lambda: page.evaluate("scrollY > 100"))
    expect(where).to_contain_text("Step 1 of")
    page.keyboard.press("End")
    end = "scrollY + innerHeight >= document.documentElement.scrollHeight - 2"
    until(lambda: page.evaluate(end))
    page.keyboard.press("PageDown")
    expect(where).to_contain_text("Step 2 of")
    until(lambda: page.evaluate("scrollY < 2"), "the next step begins at its top")


def test_a_step_that_there_is_not_leaves_the_address_at_the_one_in_view(opened: Opened) -> None:
    page = opened("lessons?lesson=row-sums")
    page.evaluate("location.hash = '#step-3'")
    expect(page.locator("nav.ways span")).to_contain_text("Step 3 of")
    page.evaluate("location.hash = '#step-99'")
    until(lambda: page.evaluate("location.hash === '#step-3'"))


def swipe(page: Page, over: Locator, across: float) -> None:
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0.0), ("touchMove", 0.5), ("touchMove", 1.0)):
        points = [{"x": x + share * across, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_without_javascript_the_words_are_there_and_what_cannot_be_used_is_not(
    browser: Browser, files: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(files("lessons?lesson=row-sums").as_uri())
    expect(page.locator("header .off")).to_contain_text("JavaScript, which is off here")
    expect(page.locator(".step > h2:visible")).to_have_count(7)
    for gone in (".view > *", ".rule", "button", "input"):
        expect(page.locator(f"{gone}:visible")).to_have_count(0)
    told = """e => [e.textContent, getComputedStyle(e, "::after").content.includes("✓")]"""
    spans = page.locator("#step-2 .answer label > span").all()
    assert [span.evaluate(told) for span in spans] == [
        ["It halves, since J carries 1/τ", False],
        ["It stays zero", True],
        ["It grows", False],
    ]
    page.goto(files("losses?z1=6&t=2").as_uri())
    expect(page.locator("header .off")).to_contain_text("JavaScript, which is off here")
    expect(page.locator(".rule")).to_be_hidden()
    context.close()


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
    rest(page)  # a file is made for whoever asks when no run is under way
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
    for link in ("losses?eps=0.1", "lessons?lesson=row-sums"):
        page = opened(link, color_scheme=scheme, viewport={"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page) == []
        page.emulate_media(media="print")
        # Black on white, whatever the screen has; what is quiet on a board is a grey of it.
        assert colors_of_words(page) <= {"rgb(0, 0, 0)", "oklab(0 0 0 / 0.68)"}


def colors_of_words(page: Page) -> set[str]:
    words = "body, h1, h2, p, a, time, .words, .step .title, footer"
    return set(page.locator(words).evaluate_all("all => all.map(e => getComputedStyle(e).color)"))


@pytest.mark.parametrize(
    "link",
    [
        "jacobian?n=10&z1=10&z2=-10&tau=0.1",
        "network?width=6&stage=9",
        "puzzle?n=10&answer=Yes&ask=CE",
        "upstream?n=10&up=custom",
        "losses?n=10&eps=0.3",
    ],
)
def test_no_handout_is_wider_than_a_telephone(opened: Opened, link: str) -> None:
    page = opened(link, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_slider_of_a_large_step_brings_a_choice_home(opened: Opened, tmp_path: Path) -> None:
    """All choices of ten classes, each with all its sliders, would be too much for one step."""
    keys = ", ".join(f"z{k}" for k in range(1, 11))
    lesson = tmp_path / "large.md"
    lesson.write_text(
        "---\ntitle: T\n---\n\n## S\n\nlosses?n=10\nboards: losses, pictures\n"
        f"controls: n, t, mse, j, {keys}\n"
    )
    page = opened(str(lesson))
    page.locator("input[data-key=t][value='5']").check(force=True)
    until(lambda: read(page)["t"]["4"] == 1, "the choice is taken")
    page.locator(".sliders input[type=range]").first.press("ArrowRight")
    until(lambda: read(page)["t"]["0"] == 1, "the choice has come home")
    until(lambda: read(page)["z"]["0"] == pytest.approx(2.1, abs=1e-5), "the slider has moved")
