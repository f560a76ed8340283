"""One number in a box."""

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core
from core.reading import ReadingError
from core.reading.entry import read_entry

MINUS = "-−–—‒‐‑﹣－"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(("0.25", "0.25"), ("0,25", "0.25"), (",5", "0.5"), ("1.", "1."), ("+3", "3")),
        *(("1/6", "1/6"), (" 1 / 6 ", "1/6"), ("1⁄6", "1/6"), ("½", "1/2"), ("−¾", "-3/4")),
        *(("⅖", "2/5"), ("- ⅞", "-7/8"), ("1e-1", "1e-1"), ("−2,22E-1", "-2.22e-1")),
        *((f"{minus}0,1667", "-0.1667") for minus in MINUS),
        *((f"{minus} 5/36", "-5/36") for minus in MINUS),
        ("0", "0"),
    ],
)
def test_a_number_is_read_however_it_is_typed(text, read):
    assert read_entry(text) == read
    assert core.read_numbers(f"[{read}]").values.shape == (1,)


@settings(max_examples=50)
@given(st.integers(-999, 999), st.integers(1, 999))
def test_a_fraction_and_its_decimals_are_the_number_that_they_are(above, below):
    value = Fraction(above, below)
    for text in (f"{above}/{below}".replace("-", "−"), f"{float(value):.12f}".replace(".", ",")):
        (read,) = core.read_numbers(f"[{read_entry(text)}]").values
        assert read == pytest.approx(float(value), abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", ",", ".", "/", "1/", "/6", "1/0", "0,2,5", "1.2.3", "1 2", "--1", "1-"),
        *(
            "abc",
            "x",
            "1/6/2",
            "1,5/3",
            "nan",
            "inf",
            "0x10",
            "२",
            "1e",
            "e5",
            "1e999",
            "1½",
            "<b>1</b>",
            "9" * 50,
        ),
        *("__import__('os')", "1+1", "(1)", "½½"),
    ],
)
def test_what_is_no_number_is_refused_and_what_is_accepted_is_said(text):
    with pytest.raises(ReadingError, match="expected a number") as told:
        read_entry(text)
    assert len(str(told.value)) < 120
    assert not text.strip() or "got" in str(told.value)


def test_an_entry_keeps_its_digits():
    """They say how exactly the answer is known."""
    assert core.read_numbers(f"[{read_entry('0,2500')} {read_entry('0.3')}]").tolerance == (
        pytest.approx([0.00005, 0.05])
    )


def test_it_is_read_in_one_pass():
    assert re.fullmatch(r"-0\.3{20}", read_entry("−0," + "3" * 20))
