"""The grammar of formulas: reads what it says, and nothing else whatever is typed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.practice.grammar import (
    FORMULA_FUNCTIONS,
    MAX_FORMULA,
    FormulaError,
    read_formula,
)

NAMES = ("z", "y", "t", "n")
Y, T = np.array([0.5, 0.3, 0.2]), np.array([0.0, 1.0, 0.0])
VALUES = {"z": np.log(Y), "y": Y, "t": T, "n": np.array(3.0)}
J = np.diag(Y) - np.outer(Y, Y)


def value(text):
    with np.errstate(all="ignore"):
        return read_formula(text, NAMES)(VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y - t", Y - T),
        ("y − t", Y - T),
        ("-t + y", Y - T),
        ("- - y", Y),
        ("2*y - y", Y),
        ("2*y/n", 2 * Y / 3),
        ("y^2 * y**1", Y**3),
        ("-y^2", -(Y**2)),
        ("1 - y * 2 - y", 1 - Y * 2 - Y),
        ("1/y/2", 1 / Y / 2),
        ("diag(y) - outer(y, y)", J),
        ("np.diag(y) - np.outer(y,y)", J),
        ("t @ (diag(y) - outer(y, y))", T @ J),
        ("dot(diag(y) - outer(y, y), t)", J @ T),
        ("y · (t − ∑(y·t))", Y * (T - Y @ T)),
        ("rowsum(diag(y) - outer(y, t))", Y - Y),
        ("colsum(outer(y, t))", T),
        ("transpose(outer(y, t))", np.outer(T, Y)),
        ("diag(outer(y, y))", Y**2),
        ("exp(z)/sum(exp(z))", Y),
        ("softmax{z}", Y),
        ("log[y]", np.log(Y)),
        (".5", np.array(0.5)),
    ],
)
def test_a_formula_means_what_numpy_would_make_of_it(text, expected):
    np.testing.assert_allclose(value(text), expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a number, a name or \\(, got the end"),
        ("y -", "got the end"),
        ("(y", "expected \\), got the end"),
        ("y)", "between two parts, got '\\)' at character 2"),
        ("outer(y)", "expected a comma, and 2 arguments"),
        ("sum(y, t)", "expected \\), got ','"),
        ("sum y", "expected \\( after sum"),
        ("w - t", "expected one of z, y, t, n, sum\\(\\)"),
        ("y_i - t_i", "without an index"),
        ("y[i] - t", "without an index"),
        ("y^t", "as a power"),
        ("y^12", "as a power"),
        ("9^9^9", "between two parts"),
        ("2y", "between two parts, got 'y'"),
        ("y = 2", "got '='"),
        ("__import__('os')", "expected numbers, names"),
        ("y.__class__", "got '.'"),
        ("y if t else z", "between two parts, got 'if'"),
        ("diag(y) - y", "one shape on both sides of −, got a matrix and a vector"),
        ("sum(outer(y, y))", "got a matrix: rowsum"),
        ("dot(2, y)", "a vector or a matrix in dot or @, got a number"),
        ("outer(diag(y), y)", "expected a vector in outer, got a matrix"),
        ("rowsum(y)", "expected a matrix in rowsum, got a vector"),
        ("softmax(diag(y))", "expected a vector in softmax"),
        ("y" * (MAX_FORMULA + 1), f"at most {MAX_FORMULA} characters"),
        ("(" * 40 + "y" + ")" * 40, "at most 30 parentheses"),
        ("９", "expected numbers, names"),
        ("<b>y</b>", "got '<'"),
    ],
)
def test_what_is_no_formula_is_refused_by_what_is_wrong_in_it(text, message):
    with pytest.raises(FormulaError, match=message):
        value(text)


PIECES = st.sampled_from(
    [*NAMES, *FORMULA_FUNCTIONS, *"+-*/@^(),. 0123456789_[]{}·−∑", "**", "np."]
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_a_formula_or_a_refusal(text):
    try:
        found = value(text)
    except FormulaError:
        return
    assert found.shape in ((), (3,), (3, 3))


@pytest.mark.parametrize("text", ["exp(exp(exp(9*n)))", "1/(y-y)", "log(-y)", "softmax(1/(t-t))"])
def test_what_overflows_is_a_value_and_never_an_exception(text):
    assert not np.isfinite(value(text)).all()
