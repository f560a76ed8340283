"""A sentence stands in one piece where it is said: another language may put its parts in another order."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.board import blocks as b

INSTRUMENTS = sorted((Path(__file__).parents[3] / "pages/instruments").glob("*.py"))


def test_numbers_and_words_stand_at_their_places() -> None:
    number = b.number("J", 0, 1)
    block = b.text("{zj} at {i}: {J}, {{so}}", zj="z₂", i=2, J=number)
    assert block["parts"] == ["z₂ at 2: ", number, ", {so}"]


def test_a_list_stands_at_one_place() -> None:
    one, two = b.number("e", 0), b.number("e", 1)
    assert b.text("All: {e}.", e=[one, two])["parts"] == ["All: ", one, ", ", two, "."]


def test_a_place_without_a_part_and_a_part_without_a_place_are_told() -> None:
    with pytest.raises(KeyError, match="J"):
        b.text("{J}")
    with pytest.raises(ValueError, match="tau"):
        b.text("nothing", tau=1)


def glued(source: str) -> Iterator[int]:
    """The lines where a board is told a sentence that was put together."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "b.text"):
            continue
        first = node.args[0]
        whole = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
        if len(node.args) > 1 or not all(isinstance(part, ast.Constant) for part in whole):
            yield node.lineno


@pytest.mark.parametrize("file", INSTRUMENTS, ids=lambda file: file.stem)
def test_no_sentence_of_a_board_is_glued_together(file: Path) -> None:
    assert list(glued(file.read_text(encoding="utf-8"))) == []


def test_glue_is_seen() -> None:
    wrong = 'b.text("L = " + loss)\nb.text(f"{a} b")\nb.text("a", n)\nb.text("a {n}", n=n)'
    assert list(glued(wrong)) == [1, 2, 3]
