"""How a number is written, the same in formulas and tables as on the board (board/js/number_format.js)."""

import math
from decimal import ROUND_HALF_UP, Decimal

ROUND_OFF = 1e-12
"""Below this a number is round-off to the reader, and is written as zero."""


def digits(n: int) -> int:
    """Decimals in use for n classes: fewer where the matrices get wide."""
    return 4 if n <= 5 else 3


def fixed(value: float, decimals: int, *, sign: bool = False) -> str:
    """A number with fixed decimals; very small and very large ones as 3.2e−9; a plain 0 for zero.

    Halves are rounded away from zero, as JavaScript's toFixed does.
    """
    if math.isnan(value):
        return "nan"
    size = abs(value)
    if size < ROUND_OFF:
        return "0" if decimals > 1 else f"{0:.{decimals}f}"
    if math.isinf(value):
        text = "∞"
    elif size < 0.5 * 10**-decimals or size >= 1e5:
        tenth = Decimal(1).scaleb(Decimal(size).adjusted() - 1)  # of the leading digit
        mantissa, exponent = f"{Decimal(size).quantize(tenth, ROUND_HALF_UP):.1e}".split("e")
        text = f"{mantissa}e{int(exponent)}".replace("-", "−")
    else:
        text = str(Decimal(size).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    return ("−" if value < 0 else "+" if sign else "") + text


def tex(value: float, decimals: int, *, sign: bool = False) -> str:
    """The same number as LaTeX."""
    text = fixed(value, decimals, sign=sign).replace("−", "-").replace("∞", r"\infty")
    mantissa, e, exponent = text.partition("e")
    return rf"{mantissa}\cdot 10^{{{exponent}}}" if e else mantissa


def tex_factor(value: float, decimals: int) -> str:
    """The same number as a factor: in parentheses if negative."""
    text = tex(value, decimals)
    return rf"({text})" if text.startswith("-") else text
