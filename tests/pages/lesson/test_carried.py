"""A text that anybody may hand in: out of a link, from a file; whatever it holds, it is read in bounds."""

import zlib
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.lesson.carried import FITS, packed, unpacked
from pages.lesson.parse import MOST_LETTERS, parse
from pages.lesson.shelf import MOST_BYTES, opened, shelf
from pages.ui.own_lesson import EXAMPLE
from tests.patience import cpu_at_most


@settings(max_examples=50)
@given(st.text(max_size=200))
def test_a_text_comes_out_of_a_link_as_it_went_in(text):
    assert unpacked(packed(text)) == text


def test_a_short_lesson_fits_in_a_link_and_each_that_ships_is_a_file():
    assert len(packed(EXAMPLE)) < FITS / 4
    for path in shelf({}).values():
        assert len(packed(opened(path)[0])) > FITS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "not base64 at all!",
        "AAAA",
        packed(EXAMPLE)[:-20],
        urlsafe_b64encode(zlib.compress(b"\xff\xfe")).decode(),
        urlsafe_b64encode(zlib.compress(b"0" * (MOST_BYTES + 1))).decode(),
        urlsafe_b64encode(zlib.compress(bytes(50_000_000), 9)).decode(),
        "A" * 10**6,
        "ä☃",
    ],
    ids=range(10),
)
def test_what_is_no_lesson_or_too_large_is_refused(text):
    with cpu_at_most(1), pytest.raises(ValueError, match="expected a lesson"):
        unpacked(text)


LINE = "## s\n\nlosses?\n"
HOSTILE = {
    "steps": "## s\n\nlosses?n=10\n{{y[1]}}\n" * 10_000,
    "places": LINE + "{{y[1]}}" * 40_000,
    "formulas": LINE + "$" * MOST_LETTERS,
    "half formulas": LINE + "$a" * MOST_LETTERS,
    "code": LINE + "`" * MOST_LETTERS,
    "half code": LINE + "`a``b```c" * 20_000,
    "pictures": "!" * MOST_LETTERS,
    "answers": LINE + "question: q\n" + "- a: y[1] > 0\n" * 20_000,
    "spaces in a claim": LINE + "question: q\n- a: y[1]" + " " * MOST_LETTERS + "x > 0\n",
    "colons": LINE + "question: q\n- " + ": " * MOST_LETTERS,
    "spaces in the head": "---\ntitle: a" + " " * MOST_LETTERS + "b\n---\n",
    "spaces in a heading": "## a" + " " * MOST_LETTERS + "b",
    "marks of a heading": "## a" + "#" * MOST_LETTERS + "b",
    "changes": LINE + "question: q\nthen: " + "z1=1&" * 20_000 + "\nsign: y[1]",
    "an address": "/" * MOST_LETTERS + "losses?",
    "an address of letters": "a" * MOST_LETTERS + "?z1=1",
    "controls": LINE + "controls: " + "q " * MOST_LETTERS,
    "almost words": LINE + "contrls: x\n" * 10_000,
    "a long word": "a" * MOST_LETTERS + ": b",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long(text):
    with cpu_at_most(4):
        parse(text[:MOST_LETTERS])
