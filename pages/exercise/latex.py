"""Numbers of an exercise as LaTeX: simple fractions as what they are."""

from collections.abc import Sequence
from fractions import Fraction

from core.inputs import Array

_LARGEST = 5000
"""Below the line: squared error's ∂L/∂z has y³ in it, with up to 10³ there."""


def fraction(value: float) -> str:
    """A number of an exercise, which is a fraction."""
    exact = Fraction(float(value)).limit_denominator(_LARGEST)
    sign = "-" if exact < 0 else ""
    if exact.denominator == 1:
        return f"{sign}{abs(exact.numerator)}"
    return rf"{sign}\tfrac{{{abs(exact.numerator)}}}{{{exact.denominator}}}"


def factor(value: float) -> str:
    """The same as a factor: in parentheses if negative."""
    text = fraction(value)
    return f"({text})" if text.startswith("-") else text


def row(values: Array | Sequence[float]) -> str:
    """(n,) as a row vector."""
    return matrix([values])


def matrix(values: Array | Sequence[Array | Sequence[float]]) -> str:
    """(m, n)"""
    lines = [" & ".join(fraction(v) for v in line) for line in values]
    return r"\begin{pmatrix}" + r" \\[3pt] ".join(lines) + r"\end{pmatrix}"
