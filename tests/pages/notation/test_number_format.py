import math
import re
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pages.notation.number_format import ROUND_OFF, digits, fixed, tex, tex_factor


def parsed(text):
    """The number a reader reads, and the unit of its last decimal."""
    mantissa, _, exponent = text.replace("−", "-").partition("e")
    unit = Decimal(1).scaleb(Decimal(mantissa).as_tuple().exponent + int(exponent or 0))
    return Decimal(mantissa).scaleb(int(exponent or 0)), unit


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.0, 4, "0"),
        (-0.0, 4, "0"),
        (0.0, 1, "0.0"),
        (0.0, 0, "0"),
        (2.0, 1, "2.0"),
        (3.0, 0, "3"),
        (0.65900114, 4, "0.6590"),
        (-0.65900114, 3, "−0.659"),
        (1e-13, 4, "0"),
        (-1e-13, 4, "0"),
        (3.2e-9, 4, "3.2e−9"),
        (-3.2e-9, 4, "−3.2e−9"),
        (4.999e-5, 4, "5.0e−5"),
        (5e-5, 4, "0.0001"),
        (99999.0, 3, "99999.000"),
        (1e5, 4, "1.0e5"),
        (-7.25e86, 4, "−7.2e86"),
        (math.inf, 4, "∞"),
        (-math.inf, 4, "−∞"),
        (math.nan, 4, "nan"),
    ],
)
def test_a_number_is_written_as_the_table_says(value, decimals, text):
    assert fixed(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.125, 2, "0.13"),
        (-0.125, 2, "−0.13"),
        (0.375, 2, "0.38"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (0.0625, 3, "0.063"),
        (0.03125, 4, "0.0313"),
        (1234.5, 0, "1235"),
    ],
)
def test_halves_go_away_from_zero(value, decimals, text):
    assert fixed(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"), [(125000.0, "1.3e5"), (-125000.0, "−1.3e5"), (4.65e6, "4.7e6")]
)
def test_halves_go_away_from_zero_in_large_numbers_too(value, text):
    assert fixed(value, 4) == text


def test_the_double_nearest_to_a_half_is_rounded_by_what_it_is_not_by_how_it_prints():
    # 1.005 is 1.00499999999999989… and 2.675 is 2.67499999999999982…
    assert fixed(1.005, 2) == "1.00"
    assert fixed(2.675, 2) == "2.67"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "+0.5000"), (-0.5, "−0.5000"), (0.0, "0"), (1e-13, "0"), (math.inf, "+∞")],
)
def test_a_sign_stands_before_everything_but_zero(value, text):
    assert fixed(value, 4, sign=True) == text


def test_few_classes_have_four_decimals_and_many_have_three():
    assert [digits(n) for n in range(2, 11)] == [4, 4, 4, 4, 3, 3, 3, 3, 3]


@settings(max_examples=300)
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(0, 6),
    st.booleans(),
)
@example(0.00005, 4, False)
@example(9.96e-6, 4, False)
@example(99999.99999, 4, True)
@example(9.99e99, 4, False)
def test_reading_a_number_back_is_within_half_a_unit_of_its_last_decimal(value, decimals, sign):
    text = fixed(value, decimals, sign=sign)
    read, unit = parsed(text)
    assert abs(read - Decimal(value)) <= unit / 2
    if text == "0" and decimals > 1:
        assert abs(value) < ROUND_OFF
    if abs(value) >= ROUND_OFF:
        assert (read < 0) == (value < 0)
        assert read != 0


@settings(max_examples=200)
@given(st.floats(-1e6, 1e6), st.integers(1, 4))
def test_a_number_of_ordinary_size_has_exactly_the_decimals_asked_for(value, decimals):
    text = fixed(value, decimals)
    if 0.5 * 10**-decimals <= abs(value) < 1e5:
        assert re.fullmatch(rf"−?\d+\.\d{{{decimals}}}", text)


@settings(max_examples=200)
@given(st.floats(allow_nan=False), st.integers(1, 4), st.booleans())
def test_latex_holds_the_same_number(value, decimals, sign):
    latex = tex(value, decimals, sign=sign)
    back = re.sub(r"\\cdot 10\^\{(-?\d+)\}", r"e\1", latex)
    back = back.replace(r"\infty", "∞").replace("-", "−")
    assert back == fixed(value, decimals, sign=sign)
    assert "−" not in latex
    assert latex.count("{") == latex.count("}")


@pytest.mark.parametrize(
    ("value", "latex"),
    [
        (3.2e-9, r"3.2\cdot 10^{-9}"),
        (-1.5e7, r"-1.5\cdot 10^{7}"),
        (-math.inf, r"-\infty"),
        (0.5, "0.5000"),
    ],
)
def test_powers_of_ten_and_infinity_are_proper_latex(value, latex):
    assert tex(value, 4) == latex


@pytest.mark.parametrize(
    ("value", "latex"),
    [
        (0.5, "0.5000"),
        (-0.5, "(-0.5000)"),
        (-3.2e-9, r"(-3.2\cdot 10^{-9})"),
        (-math.inf, r"(-\infty)"),
        (-1e-14, "0"),
        (0.0, "0"),
    ],
)
def test_a_factor_is_in_parentheses_if_and_only_if_it_is_negative(value, latex):
    assert tex_factor(value, 4) == latex
