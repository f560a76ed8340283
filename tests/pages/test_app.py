"""Every page through the front door, without a browser."""

import random

import numpy as np
import pytest
from streamlit.errors import StreamlitInvalidLayoutContextError
from streamlit.testing.v1 import AppTest

from pages.board import blocks
from pages.board.blocks import Board
from pages.state.controls import CONTROLS
from pages.ui import boards as boards_on_the_page
from tests.pages.page_driver import (
    EVERY_PAGE,
    PAGES,
    all_frames,
    assert_shows_core,
    boards,
    frames_sent,
    numbers,
    of_type,
    open_page,
    opened,
    parts,
    pick,
    shown,
    texts,
    unpacked,
)
from tests.patience import SECONDS

DEFAULTS = {key: c.default for key, c in CONTROLS.items()}
"""What each control shows at first."""


def state_of(at):
    return DEFAULTS | shown(at)


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_page_opens_with_a_title_its_boards_and_its_defaults(page):
    at = open_page(page)
    assert not at.exception
    assert len(at.title) == 1
    assert_shows_core(at, page, state_of(at))


def test_the_landing_page_is_the_puzzle():
    at = AppTest.from_file("../../app.py", default_timeout=SECONDS).run()
    assert "zero" in at.title[0].value


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_page_shows_the_numbers_of_core_at_the_state_of_its_link(page, seed):
    at, state = opened(page, seed)
    assert not at.exception
    for key, value in shown(at).items():
        assert value == (state | {"epoch": 60} if page == "training" else state)[key], key
    assert_shows_core(at, page, state)


@pytest.mark.parametrize("page", PAGES)
def test_moving_a_slider_moves_every_number(page):
    at = open_page(page, answer="No", ask="CE")
    at.slider(key="z1").set_value(-3.3).run()
    at.slider(key="tau").set_value(0.4).run()
    assert_shows_core(at, page, state_of(at))
    assert state_of(at)["z1"] == -3.3


def test_the_check_of_the_numbers_can_fail():
    at = open_page("jacobian")
    with pytest.raises(AssertionError):
        assert_shows_core(at, "jacobian", state_of(at) | {"z1": 2.1})


def test_a_preset_sets_logits_target_and_number_of_classes():
    at = open_page("losses", n=5, z5=3.0, tau=2.0, eps=0.3)
    at.button_group(key="preset").set_value("Confident, wrong").run()
    state = state_of(at)
    assert (state["n"], state["t"], state["tau"], state["eps"]) == (3, "2", 1.0, 0.0)
    assert [state[f"z{k}"] for k in (1, 2, 3)] == [6.0, 0.0, 0.0]
    assert_shows_core(at, "losses", state)


def test_a_class_that_no_longer_exists_falls_back_and_leaves_the_link():
    at = open_page("losses", n=5, t=5, j=4)
    at.slider(key="n").set_value(3).run()
    assert (shown(at)["t"], shown(at)["j"]) == ("1", "2")
    assert "t" not in at.query_params
    assert_shows_core(at, "losses", state_of(at))


def test_picking_a_cell_sets_row_and_column():
    at = pick(open_page("jacobian"), "jacobian_board", ["J", 2, 0])
    assert (shown(at)["i"], shown(at)["j"]) == ("3", "1")
    assert not at.exception


def test_picking_a_column_sets_the_logit_only():
    at = pick(open_page("upstream", up="row", i=2), "upstream_board", ["J", 0, 2])
    assert (shown(at)["i"], shown(at)["j"]) == ("2", "3")
    assert_shows_core(at, "upstream", state_of(at))


def test_dragging_a_bar_sets_its_slider():
    at = pick(open_page("jacobian"), "jacobian_board", ["z2", -4.300000000000001], "drag")
    assert shown(at)["z2"] == -4.3
    assert_shows_core(at, "jacobian", state_of(at))


RUBBISH = [
    *("1,2", None, 7, [], [1], [1, 2, 3], [-1, 0], [0, 10], [0.5, 1], ["0", "1"], [[0], [1]]),
    *([True, False], {"0": 1}, [10**30, 0], [float("nan"), 0]),
]


CELLS = Board(
    (
        blocks.text("{J}{g}", J=blocks.number("J", 0, 0), g=blocks.number("dL_dz", 0)),
        blocks.heading('"quantity": "A"'),
    ),
    alt="",
)


@pytest.mark.parametrize("cell", [["J", 0, 0], ["dL_dz", 9, 2]], ids=str)
def test_a_cell_is_a_quantity_of_the_board_a_row_and_a_column(cell):
    assert boards_on_the_page._cell(cell, CELLS) == tuple(cell)


@pytest.mark.parametrize(
    "message",
    [
        *RUBBISH,
        *(["J", *m] for m in RUBBISH if isinstance(m, list)),
        *(["J"], ["J", 0, 0, 0], ["J", None, 0], ["J", 0, None], "J00", {"J": [0, 0]}),
        *([["J"], 0, 0], [None, 0, 0], [0, 0, 0], ["", 0, 0], ["j", 0, 0], ["A", 0, 0]),
        *(["__class__", 0, 0], ["J" * 5000, 0, 0], [{"J": 1}, 0, 0]),
    ],
    ids=lambda message: str(message)[:40],
)
def test_what_is_not_a_cell_picks_nothing(message):
    assert boards_on_the_page._cell(message, CELLS) is None


@pytest.mark.parametrize(
    "message",
    [*RUBBISH, ["z2", 99], ["z2", "1"], ["z9", 1.0], ["t", 1], ["up", "CE"], ["z2", True], [1, 1]],
    ids=str,
)
def test_what_is_not_a_bar_drags_nothing(message):
    before = open_page("jacobian")
    at = pick(before, "jacobian_board", message, "drag")
    assert not at.exception
    assert_shows_core(at, "jacobian", DEFAULTS | {"z2": shown(at)["z2"]})
    assert shown(at)["z2"] == 1.0


def damaged(rng):
    """A link as it may arrive after a chat program, a bad copy or a bad guest."""
    values = [
        *("", " ", "nan", "inf", "-inf", "1e400", "-1e999", "abc", "1,5", "1;2", "NaN", "None"),
        *("true", "0x10", "99999999999999999999", "-99", "1e-400", "२", "∞", "\u202e1", "\x00"),
        *("<script>alert(1)</script>", "'\"><img src=x>", "${7*7}", "{{7*7}}", "__import__('os')"),
        *("../../etc/passwd", "%00", "a" * 5000, "🙂", "1 OR 1=1", "[1,2]", '{"a":1}', "0", "11"),
    ]
    keys = [
        *CONTROLS,
        "z0",
        "z11",
        "g99",
        "page",
        "embed",
        "shell",
        "carried",
        "drawn",
        "race",
        "Z1",
    ]
    return {
        rng.choice(keys): rng.choices(values, k=rng.choice([1, 1, 1, 2, 5]))
        for _ in range(rng.randint(1, 8))
    }


@pytest.mark.parametrize("block", range(10))
def test_a_damaged_link_opens_a_working_page(block):
    rng = random.Random(block)
    for _ in range(10):
        page, query = rng.choice(EVERY_PAGE), damaged(rng)
        at = open_page(page, **query)
        assert not at.exception, query
        assert_shows_core(at, page, state_of(at))
        for values in (numbers(b) for b in boards(at).values()):
            # The ratio of two vanished gradients is no number; nothing else may be none.
            assert all(
                np.isfinite(v).all() for name, v in values.items() if name != "norm_ratio"
            ), query
        assert not any(
            bad in text
            for text in texts(at)
            for bad in ("alert(1)", "src=x", "etc/passwd", "a" * 40)  # longer than a random id
        )


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_every_board_and_chart_has_a_name_for_screen_readers(page):
    at = open_page(page, answer="No")
    assert all(len(shown_["alt"]) > 10 for shown_ in boards(at).values())
    pictures = [block for board in boards(at).values() for block in parts(board) if "alt" in block]
    assert [block["kind"] for block in pictures] == (
        {"losses": ["simplex", "simplex", "chart"], "training": ["chart"] * 6}.get(page, [])
    )
    assert all(len(block["alt"]) > 20 for block in pictures)


def test_no_page_about_one_softmax_has_a_chart_that_waits_for_the_server():
    for page in PAGES:
        assert of_type(open_page(page, answer="No"), "plotly_chart") == []


def test_nothing_is_revealed_before_the_reader_has_answered():
    at = open_page("puzzle")
    assert b"dL_dz" not in frames_sent(at).proto.bytes
    assert "answer" not in " ".join(m.value for m in at.markdown)
    for answer in ("Yes", "No"):
        assert "already the answer" in " ".join(
            m.value for m in open_page("puzzle", answer=answer).markdown
        )


@pytest.mark.parametrize("page", [*PAGES, "network"])
def test_frames_are_mounted_after_all_boards_with_the_numbers_that_they_show_then_the_engine(page):
    at = open_page(page, answer="No")
    mounted = [e.proto.component_name for e in of_type(at, "bidi_component")]
    parts_sent = [unpacked(e.proto.bytes)[0]["part"] for e in all_frames(at)]
    assert parts_sent == (["backdrop"] if page == "losses" else []) + ["followed"]
    last = len(parts_sent) + 2
    assert set(mounted[:-last]) == {"board"}
    assert mounted[-last:] == ["board_frames"] * len(parts_sent) + ["pages_strip", "board_engine"]
    shown = set().union(*(board["numbers"] for board in boards(at).values()))
    known = {k: v for e in all_frames(at) for k, v in unpacked(e.proto.bytes)[2].items()}
    assert shown <= known.keys()
    assert len(known.keys() - shown) < 5, "nothing travels that nobody sees"


def test_a_part_that_has_no_place_as_its_page_was_broken_off_has_the_page_drawn_again(monkeypatch):
    at = open_page("losses", foot=False)
    real, broken = boards_on_the_page.live, []

    def live(*given):
        if not broken:
            broken.append(True)
            raise StreamlitInvalidLayoutContextError("the run before ended before it came here")
        return real(*given)

    monkeypatch.setattr(boards_on_the_page, "live", live)
    at.slider(key="z1").set_value(5.0).run()
    assert broken
    assert not at.exception
    assert numbers(boards(at)["losses_board"])["z"][0] == 5.0
