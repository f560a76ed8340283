"""The numbers side by side: yours, right, the difference, around the worst entry."""

from functools import cache

import numpy as np
import pytest

import core
from core.diagnosis.verdict import spelled_index
from tests.pages.check.bench import ROW_SUMS, check, numpy_text, paste, press
from tests.pages.page_driver import boards, frames_sent, numbers, of_type, parts, unpacked


def assert_numbers(at, **diagnosed):
    """Each board has the part of yours, right and difference around the worst entry."""
    verdicts_ = core.diagnose(**diagnosed).verdicts
    wrong = {name: v for name, v in verdicts_.items() if v.right is not True}
    assert boards(at).keys() == {f"{name}_board" for name in wrong}
    cut = False
    for name, verdict in wrong.items():
        board = boards(at)[f"{name}_board"]
        blocks = {b["quantity"]: b for b in parts(board) if b.get("kind") == "matrix"}
        tables = {
            "yours": verdict.got,
            "right": verdict.expected,
            "yours − right": verdict.difference,
        }
        tables = {title: table for title, table in tables.items() if table is not None}
        assert list(blocks)[::-1] == [
            f"{name}: {title}" for title in tables
        ]  # the last is popped first
        if verdict.worst is None:
            assert all(b["kind"] != "text" for b in board["blocks"])
        else:
            assert spelled_index(verdict.worst, verdict.expected.ndim) in sentence(board)
            told = {"yours": verdict.got, "right": verdict.expected}
            told = {word: table[verdict.worst] for word, table in told.items()}
            told |= {} if verdict.numeric is None else {"measured": verdict.numeric}
            said = {"measured": "measured from the loss alone"}
            for word, value in told.items():
                assert f"{said.get(word, word)} #" in sentence(board)
                np.testing.assert_array_equal(numbers(board)[f"{name}: worst, {word}"], value)
        for title, table in tables.items():
            block, sent = blocks[f"{name}: {title}"], numbers(board)[f"{name}: {title}"]
            assert block["shape"] == "×".join(map(str, table.shape))
            worst = verdict.worst
            if table.ndim == 3:
                table, worst = table[worst[0]], worst[1:]
            if table.ndim == 1:
                table, worst = table[None], None if worst is None else (0, *worst)
            rows = [int(label) - 1 for label in block["rows"]]
            columns = [int(label) - 1 for label in block["columns"]]
            assert rows == list(range(rows[0], rows[0] + min(8, table.shape[0])))
            assert columns == list(range(columns[0], columns[0] + min(10, table.shape[1])))
            assert block["title"] == title
            cut = cut or (len(rows), len(columns)) != table.shape
            np.testing.assert_array_equal(
                sent.reshape(len(rows), len(columns)), table[np.ix_(rows, columns)]
            )
            assert sent.ndim == (1 if 1 in (len(rows), len(columns)) else 2)
            if worst is None:
                assert block["row"] is None
                assert block["column"] is None
            else:
                assert (rows[block["row"]], columns[block["column"]]) == worst
    return cut


def sentence(board):
    """The words above the matrices, with a # for each number."""
    (block,) = [b for b in board["blocks"] if b["kind"] == "text"]
    return "".join(part if isinstance(part, str) else "#" for part in block["parts"])


def larger(shape, seed=0):
    return np.round(np.random.default_rng(seed).normal(size=shape), 3)


def matrix_text(x):
    return "\n".join(" ".join(map(str, row)) for row in x.tolist())


SMALL = {
    "a row": ("2 1 0.1", "0", {"dL_dz": "0.1 0.2 -0.35"}),
    "two classes": ("2 1", "0", {"dL_dz": "0.1 0.2"}),
    "ten classes": ("2 1 0 0 0 0 0 0 0 1", "0", {"dL_dz": "0 0 0 0 0 0 0 0 5 0"}),
    "eleven classes, the last is worst": ("1 " * 11, "0", {"dL_dz": "0 " * 10 + "5"}),
    "nan and inf": ("2 1 0.1", "0", {"dL_dz": "nan inf -inf"}),
    "a Jacobian": ("2 1 0.1", "0", {"J": "0.5 0 0\n0 0.6 0\n0 0 0.9"}),
    "two quantities": ("2 1 0.1", "0", {"y": "0.2 0.3 0.5", "dL_dz": "1 2 3"}),
}


@pytest.mark.parametrize("name", SMALL)
def test_the_boards_show_yours_right_and_the_difference_with_the_worst_framed(name):
    z, t, got = SMALL[name]
    at = check(input=z, target=t, got=list(got), **{f"got_{k}": v for k, v in got.items()})
    assert_numbers(at, z=z, t=t, **got)


LARGE = {
    "200×30": ((200, 30), lambda z, h: {"dL_dz": larger((200, 30), 1)}),
    "the last cell": ((50, 20), lambda z, h: {"y": core.softmax(z) + 9 * one(z, -1, -1)}),
    "the first cell": ((50, 20), lambda z, h: {"y": core.softmax(z) + 9 * one(z, 0, 0)}),
    "in the middle": ((50, 20), lambda z, h: {"y": core.softmax(z) + 9 * one(z, 25, 9)}),
    "9 rows": ((9, 3), lambda z, h: {"dL_dz": larger((9, 3), 1)}),
    "8 rows": ((8, 3), lambda z, h: {"dL_dz": larger((8, 3), 1)}),
    "∂L/∂W 40×50": ((3, 50), lambda z, h: {"dL_dW": larger((40, 50), 2)}),
    "∂L/∂W on its side": ((3, 50), lambda z, h: {"dL_dW": larger((50, 40), 2)}),
    "∂L/∂b not summed": ((3, 12), lambda z, h: {"dL_db": larger((3, 12), 2)}),
    "a column": ((3, 2), lambda z, h: {"dL_dW": larger((40, 2), 2)}),
    "J of a batch": ((5, 12), lambda z, h: {"J": larger((5, 12, 12), 2)}),
}


def one(like, i, j):
    out = np.zeros_like(like)
    out[i, j] = 1
    return out


@cache
def large(name):
    (m, n), make = LARGE[name]
    z, h = larger((m, n)), larger((m, 40), 7)
    got = make(z, h)
    base = {"z": matrix_text(z), "t": "0 " * m, "h": matrix_text(h)}
    claims = {k: str(v.tolist()) for k, v in got.items()}
    at = check(got=list(claims))
    filled = {"input": base["z"], "target": base["t"]}
    filled |= {"h": base["h"]} if "dL_dW" in claims else {}
    return paste(at, **filled, **{f"got_{k}": v for k, v in claims.items()}), base | claims


@pytest.mark.parametrize("name", LARGE)
def test_of_a_larger_matrix_the_part_with_the_worst_entry_is_drawn(name):
    at, diagnosed = large(name)
    cut = assert_numbers(at, **diagnosed)
    assert cut == (name not in ("8 rows",))
    said = any("the part around the worst entry" in c.value for c in at.caption)
    assert said == cut


@pytest.mark.parametrize("name", ["two classes", "ten classes"])
def test_what_is_drawn_whole_is_not_called_a_part(name):
    z, t, got = SMALL[name]
    at = check(input=z, target=t, **{f"got_{k}": v for k, v in got.items()})
    assert not [c for c in at.caption if "the part around" in c.value]


def test_of_a_batch_of_jacobians_it_is_said_which_one_is_drawn():
    z = [[2.0, 1.0, 0.1], [0.0, 1.0, 3.0]]
    wrong = core.softmax_jacobian(z) + np.array([[[0]], [[0.5]]])
    at = check(input=numpy_text(z), got="J", got_J=str(wrong.tolist()))
    assert "Worst entry, example 2, row" in sentence(boards(at)["J_board"])


@pytest.mark.parametrize("name", LARGE)
def test_colours_of_classes_stand_at_the_classes_they_are_of(name):
    at, _ = large(name)
    for board in boards(at).values():
        for block in parts(board):
            for coloured, labels in (("classColumns", "columns"), ("classRows", "rows")):
                if block.get(coloured):
                    assert block[labels][0] == "1"


def test_a_board_has_a_name_and_the_frames_are_mounted_once_and_after_all_boards():
    at = press(check(), "A whole layer")
    assert "∂L/∂W" in boards(at)["dL_dW_board"]["alt"]
    for page in (at, check()):
        mounted = [e.proto.component_name for e in of_type(page, "bidi_component")]
        assert "board" not in mounted[mounted.index("board_frames") :]
        head, *_ = unpacked(frames_sent(page).proto.bytes)
        assert (head["page"], head["sliders"]) == ("check", [])
        assert head["state"]["tau"] == 1.0


def test_a_pasted_text_is_not_sent_again_with_every_board():
    at = paste(check(), **(ROW_SUMS | {"input": "2.0 1.0 0.1" + " " * 50_000}))
    assert boards(at)
    for element in of_type(at, "bidi_component"):
        assert len(element.proto.SerializeToString()) < 20_000
