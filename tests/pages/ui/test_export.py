import io
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from streamlit.testing.v1 import AppTest

from pages.instruments.table import INSTRUMENTS
from pages.state.controls import CONTROLS
from pages.state.kinds import MAX_TEXT_IN_LINK
from pages.ui import export
from tests.pages.page_driver import (
    EVERY_PAGE,
    PAGES,
    ROOT,
    boards,
    numbers,
    of_type,
    open_page,
    quantities,
    random_state,
    shown,
    states,
)
from tests.patience import SECONDS


def read(text):
    return pd.read_csv(io.StringIO(text))


def rebuilt(table, name, shape):
    """The array that the lines of one quantity describe."""
    rows = table[table.quantity == name]
    array = np.full(shape, np.nan)
    for i, j, value in zip(rows.i, rows.j, rows.value, strict=True):
        array[tuple(int(k) - 1 for k in (i, j) if not pd.isna(k))] = value
    assert len(rows) == array.size
    return array


@settings(max_examples=25)
@given(states())
def test_a_csv_read_back_is_the_same_numbers_to_the_last_bit(state):
    for page in ("jacobian", "upstream", "losses"):
        known = {k: v for k, v in quantities(page, state).items() if np.ndim(v) < 3}
        table = read(export.csv(known))
        assert list(table.columns) == ["quantity", "i", "j", "value"]
        assert len(table) == sum(np.size(v) for v in known.values())
        for name, value in known.items():
            np.testing.assert_array_equal(rebuilt(table, name, np.shape(value)), value)


def test_indices_count_from_one_and_stay_empty_where_there_is_none():
    text = export.csv({"L": 0.5, "y": [0.25, 0.75], "J": [[1.0, 2.0], [3.0, 4.0]]})
    assert text.split() == [
        "quantity,i,j,value",
        "L,,,0.5",
        "y,1,,0.25",
        "y,2,,0.75",
        "J,1,1,1.0",
        "J,1,2,2.0",
        "J,2,1,3.0",
        "J,2,2,4.0",
    ]


@pytest.mark.parametrize(
    "value", [1 / 3, 5e-324, 1.7976931348623157e308, -0.1 - 0.2, np.pi * 1e-87]
)
def test_a_float_keeps_all_of_its_digits(value):
    assert read(export.csv({"x": value})).value[0] == value


def test_numbers_that_are_not_finite_survive():
    table = read(export.csv({"x": [np.inf, -np.inf, np.nan]}))
    np.testing.assert_array_equal(table.value, [np.inf, -np.inf, np.nan])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("page", PAGES)
def test_a_page_offers_every_number_that_it_lists_and_no_cell_is_a_formula(page, seed, monkeypatch):
    taken = {}
    monkeypatch.setattr(export, "take_along", lambda _, page, q, code: taken.update(q))
    state = random_state(seed)
    at = open_page(page, **state)
    assert not at.exception
    known = quantities(page, state)
    on_boards = {k: v for board in boards(at).values() for k, v in numbers(board).items()}
    text = export.csv(taken)
    table = read(text)
    assert {"z", "y"} <= set(table.quantity)
    for name in taken:
        shape = np.shape(known[name])
        array = rebuilt(table, name, shape)
        np.testing.assert_allclose(array, known[name], rtol=1e-12, atol=1e-14)
        if name in on_boards:
            np.testing.assert_array_equal(array, on_boards[name])
    # A spreadsheet runs a cell that starts with = + @ or with a minus that is not a number's.
    for line in text.splitlines():
        for cell in line.split(","):
            assert re.fullmatch(r"[A-Za-z]\w*|-?\d[\d.e+-]*|-?inf|", cell), cell


HOST = "https://uni.example/softmax"
WITH_CHECK = (*EVERY_PAGE, "check")
HOSTILE = '"><script>alert(1)</script>'


class Tags(HTMLParser):
    """Every tag and text of a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def at_host(at, page, **context):
    """The page as a visitor of a host has it."""
    at.context = {"url": f"{HOST}/{page}", **context}
    return at.run()


def offered(at):
    """The HTML and the link that a page's foot offers."""
    *_, snippet, link = at.code
    assert snippet.language == "html"
    return snippet.value, link.value


def embedded(html):
    """The attributes of the one tag."""
    tags = Tags(html)
    ((tag, attributes),) = tags.found
    assert (tag, tags.text) == ("iframe", "")
    return attributes


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("page", EVERY_PAGE)
def test_the_offered_link_opens_the_same_state_and_the_html_embeds_it(page, seed):
    state = random_state(seed, page)
    at = at_host(open_page(page, **state), page)
    html, link = offered(at)
    assert embedded(html)["src"] == link
    address, query = link.split("?", 1)
    assert address == f"{HOST}/{page}"  # AppTest has a path for the landing page too
    query = parse_qs(query, keep_blank_values=True, strict_parsing=True)
    assert query.pop("embed") == ["true"]
    assert shown(open_page(page, **query)) == shown(at)
    assert all(CONTROLS[key].default != shown(at)[key] for key in query)


def test_the_landing_pages_link_is_the_hosts_folder():
    at = AppTest.from_file(ROOT / "app.py", default_timeout=SECONDS)
    at.session_state["along"] = True
    at.context = {"url": f"{HOST}/"}
    assert offered(at.run())[1] == f"{HOST}/?embed=true"


@pytest.mark.parametrize("page", PAGES)
def test_the_offered_link_follows_a_slider(page):
    at = at_host(open_page(page), page)
    assert urlsplit(offered(at)[1]).query == "embed=true"
    at.slider("z1").set_value(-3.5).run()
    assert offered(at)[1].endswith("?embed=true&z1=-3.5")
    assert embedded(offered(at)[0])["src"].endswith("?embed=true&z1=-3.5")


@pytest.mark.parametrize("page", WITH_CHECK)
def test_nothing_that_is_no_control_gets_into_the_offered_html(page):
    hostile = dict.fromkeys(CONTROLS, HOSTILE) | {HOSTILE: HOSTILE, "unknown": HOSTILE}
    texts = {k for k, c in CONTROLS.items() if type(c).__name__ == "Text"}
    at = at_host(open_page(page, **hostile), page)
    html, link = offered(at)
    assert embedded(html)["src"] == link
    query = parse_qs(urlsplit(link).query)
    assert {key for key, value in query.items() if HOSTILE in value} <= texts
    assert "<" not in link
    assert '"' not in link
    assert "<script" not in html


def test_an_address_with_markup_in_it_stays_inside_the_attribute():
    at = open_page("jacobian")
    at.context = {"url": f"https://uni.example/{HOSTILE}&lt;/jacobian"}
    html, link = offered(at.run())
    assert embedded(html)["src"] == link == f"https://uni.example/{HOSTILE}&lt;/jacobian?embed=true"


def test_the_embed_is_700_wide_has_a_name_and_gives_way_on_a_telephone():
    embed = embedded(export.embed("https://uni.example/?embed=true&z1=3"))
    assert embed["src"] == "https://uni.example/?embed=true&z1=3"
    assert (embed["width"], embed["title"]) == ("700", "Softmax backpropagation explorer")
    assert "max-width: 100%" in embed["style"]


def test_texts_are_in_the_offered_link_while_they_are_short():
    texts = {"input": "2 1 0.1\n0 1 3", "target": "0 & 1"}
    at = at_host(open_page("check", **texts, got=["dL_dz", "y"], got_dL_dz="0 0 0"), "check")
    query = parse_qs(urlsplit(offered(at)[1]).query)
    assert query == {
        "embed": ["true"],
        "input": [texts["input"]],
        "target": [texts["target"]],
        "got": ["dL_dz", "y"],
        "got_dL_dz": ["0 0 0"],
    }
    at.text_area("input").set_value("1 " * MAX_TEXT_IN_LINK).run()
    assert "input" not in parse_qs(urlsplit(offered(at)[1]).query)
    assert "too long for the link" in " ".join(c.value for c in at.caption)


@pytest.mark.parametrize("page", WITH_CHECK)
def test_a_closed_foot_makes_no_link(page, monkeypatch):
    made = []
    monkeypatch.setattr(export, "embed", lambda source, *_: made.append(source) or "")
    at = open_page(page)
    before = len(made)
    assert before == (2 if page in INSTRUMENTS else 1)
    at.session_state["along"] = False
    at.run()
    assert len(made) == before
    assert not at.exception


@pytest.mark.parametrize("page", WITH_CHECK)
def test_in_an_embed_the_same_controls_stand_above_the_board(page):
    def controls(part):
        return [e.key for e in part if getattr(e, "key", None) in CONTROLS]

    window, embed = open_page(page), at_host(open_page(page), page, is_embedded=True)
    assert not embed.exception
    assert controls(window.sidebar)
    assert controls(embed.sidebar) == []
    assert sorted(controls(embed.main)) == sorted(
        [*controls(window.sidebar), *controls(window.main)]
    )
    assert shown(embed) == shown(window)


def test_from_an_embed_the_view_opens_in_its_own_window():
    at = at_host(open_page("jacobian", z1=3), "jacobian", is_embedded=True)
    (button,) = of_type(at, "link_button")
    assert button.proto.url == f"{HOST}/jacobian?z1=3"
    assert not of_type(at_host(open_page("jacobian"), "jacobian"), "link_button")
