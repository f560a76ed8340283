"""What a board is made of, before it has numbers."""

import re

import pytest

from pages.parts import board, walk

FILES = ("board.js", "board.css", "slot.js")


def code(name):
    """A file's words outside of comments; none of these files has a comment mark in a string."""
    text = (board._HERE / name).read_text(encoding="utf-8")
    return re.sub(
        r"(?m)(^|\s)//.*$|/\*.*?\*/", " ", text, flags=re.S if name.endswith("css") else 0
    )


@pytest.mark.parametrize("name", FILES)
def test_what_travels_has_every_word_of_the_code_and_no_line_of_comment(name):
    sent = board._file(name)
    assert re.sub(r"(?m)\s//.*$", " ", sent).split() == code(name).split()
    assert not re.search(r"(?m)^\s|^//|/\*|\*/", sent)


def test_a_layout_is_made_once_for_its_choices():
    of = (("length",), ("a", "b"), 2, "tanh", "CE", "mean", (0, 0, 0))
    assert walk.overview(*of) is walk.overview(*of)
    assert walk.overview(*of) != walk.overview(*of[:-1], (1, 0, 0))
    assert walk.paths(1, 2, 2, (1, None, 0)) is walk.paths(1, 2, 2, (1, None, 0))
