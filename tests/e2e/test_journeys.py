"""What a person does with the explorer, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from pages.notation.number_format import fixed
from tests.e2e.conftest import WHITE, Tab, background, open_page, read, read_text, rest, settle
from tests.e2e.states import PAGES, State, mismatches
from tests.patience import until


def _url(address: str, name: str, query: str = "") -> str:
    return f"{address}/{'' if name == 'puzzle' else name}{query}"


def test_the_puzzle_tells_its_story(page: Page, address: str) -> None:
    open_page(page, address)
    shown = read(page)
    assert all(abs(v) < 1e-15 for v in shown["row_sums"].values())
    assert "dL_dz" not in shown, "nothing is revealed before the reader has answered"
    assert page.get_by_text("already the answer").count() == 0

    page.get_by_role("radio", name="Yes").or_(page.get_by_role("button", name="Yes")).first.click()
    settle(page)
    assert page.get_by_text("already the answer").count() == 1
    assert all(abs(v) < 1e-15 for v in read(page)["dL_dz"].values())

    page.get_by_role("radio", name="CE", exact=True).or_(
        page.get_by_role("button", name="CE", exact=True)
    ).first.click()
    settle(page)
    assert mismatches(read(page), State(ask="CE").expected("puzzle")) == []
    assert read(page)["dL_dz"]["0"] == pytest.approx(-0.340999, abs=1e-6)


def test_a_cell_is_picked_with_the_keyboard_alone(page: Page, address: str) -> None:
    open_page(page, _url(address, "jacobian"))
    assert page.locator("[data-pick][tabindex='0']").count() == 1, "one can be tabbed to in a grid"
    page.locator("[data-pick='J,0,1']").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    settle(page)
    assert page.locator(".picked").get_attribute("data-pick") == "J,2,0"
    assert "i=3" in page.url
    assert "j=1" in page.url
    focused = "[...document.querySelectorAll('*')].find(e => e.shadowRoot?.activeElement)"
    assert page.evaluate(f"{focused}?.shadowRoot.activeElement.dataset.pick") == "J,2,0"


def test_the_text_of_a_cell_is_its_value(page: Page, address: str) -> None:
    open_page(page, _url(address, "losses", "?z1=6&t=2"))
    values, texts = read(page), read_text(page)
    assert texts["dL_dz_ce"] == {k: fixed(v, 4, sign=True) for k, v in values["dL_dz_ce"].items()}
    assert texts["opposite"] == {"0": "same", "1": "same", "2": "opposite"}


CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const page = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor;
  const pixel = (...layers) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const c of layers) { canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = rgb => rgb.map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  let worst = 99;
  for (const host of document.querySelectorAll('*'))
    for (const e of host.shadowRoot?.querySelectorAll('td.number, p.text, th.label') ?? []) {
      const style = getComputedStyle(e);
      const [a, b] = [light(pixel(page, style.backgroundColor)),
                      light(pixel(page, style.backgroundColor, style.color))].sort((x, y) => y - x);
      worst = Math.min(worst, (a + 0.05) / (b + 0.05));
    }
  return worst;
}"""


def assert_readable(page: Page) -> None:
    """Every number against its colour, light and dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        until(lambda is_light=scheme == "light": (background(page) == WHITE) == is_light)
        assert page.evaluate(CONTRAST) >= 4.5, scheme


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_clean_and_every_number_can_be_read_against_its_colour(
    tab: Tab, address: str, name: str
) -> None:
    """No error in the console, nothing fetched from elsewhere, Plotly nowhere before a race."""
    page = tab()
    errors: list[str] = []
    urls: list[str] = []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("request", lambda r: urls.append(r.url))
    open_page(page, _url(address, name, "?z1=6&t=2&tau=0.3&answer=No&ask=CE"))
    page.wait_for_load_state("networkidle")
    assert errors == []
    assert [u for u in urls if not u.startswith((address, "data:", "blob:"))] == []
    assert [u for u in urls if "plotly" in u.lower()] == []
    assert_readable(page)


def test_a_hovered_number_lights_up_wherever_it_stands(page: Page, address: str) -> None:
    open_page(page, _url(address, "jacobian"))
    page.locator("td[data-quantity=J][data-index='0,1']").first.hover()
    lit = page.locator(".lit")
    assert lit.count() == 2, "in the matrix and in the sentence below"
    assert {e.get_attribute("data-index") for e in lit.all()} == {"0,1"}


def test_boards_have_names_and_the_csv_has_their_numbers(page: Page, address: str) -> None:
    open_page(page, _url(address, "upstream"))
    for board in page.locator(".board").all():
        assert board.get_attribute("role") == "group"
        assert len(board.get_attribute("aria-label") or "") > 10
    page.get_by_text("Take it along").click()
    rest(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers as CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "quantity,i,j,value"
    shown = read(page)
    values = {tuple(line.split(",")[:3]): float(line.split(",")[3]) for line in lines[1:]}
    assert values["J", "1", "2"] == shown["J"]["0,1"]
    assert values["dL_dz", "3", ""] == shown["dL_dz"]["2"]
