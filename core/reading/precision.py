"""How exactly printed numbers are known."""

import numpy as np

from core.inputs import Array
from core.reading.record import FLOAT32, FLOAT64


def precision(tokens: list[str]) -> tuple[Array, Array, float]:
    """Values, half a unit in the last place of each, and the round-off that the digits leave open.

    A number is known to its own last place, except where printers and people leave digits out:
    - Whole numbers among decimals, 0 or 1. or 12.0, have as many decimals as the number with the
      fewest; but 12 and 12. not if that makes more significant digits than any other has: 12 beside
      0.34 is ±0.5.
    - Whole numbers alone: 0, and all with a point, are taken for two decimals. NumPy prints [1. 0.]
      for (0.999, 0.001) when told to, and who writes 0 does not mean 0.4. 1 is ±0.05, others ±0.5.
    - 1.e-04 has the decimals of the others, or two: NumPy leaves zeros out, but not the point.
    - 0.000e+00 beside 1.234e-05 is as exact as the most exact of the others.
    """
    count = len(tokens)
    values = np.fromiter(map(float, tokens), float, count)
    points = np.fromiter((t.find(".") for t in tokens), int, count)
    marks = np.fromiter((t.lower().find("e") for t in tokens), int, count)
    lengths = np.fromiter(map(len, tokens), int, count)
    number, scientific = np.isfinite(values), marks >= 0
    plain = ~scientific & number
    decimals = np.where(points < 0, 0, np.where(scientific, marks, lengths) - points - 1)
    exponents = np.zeros(count)
    for k in np.flatnonzero(scientific):
        exponents[k] = float(tokens[k][marks[k] + 1 :])
    size = np.full(count, -400.0)  # exponent of the first significant digit; 0 has none
    known = number & (values != 0)
    size[known] = np.floor(np.log10(np.abs(values[known])))

    last = exponents - decimals
    whole = plain & (decimals <= 1) & (values == np.round(values))
    fractional, mantissas = plain & ~whole, decimals[scientific]
    if fractional.any():
        significant = (size - last)[fractional & known].max(initial=0)
        shown = -decimals[fractional].min()
        short = np.maximum(shown, size[whole] - significant)
        last[whole] = np.where(decimals[whole] < 1, short, shown)
    elif mantissas.any():
        last[whole] = size[whole] - mantissas.max()
    else:
        typed = whole & (decimals == 0)
        last[typed] = np.select(
            [(values[typed] == 0) | (points[typed] > 0), np.abs(values[typed]) < 2], [-2, -1], 0
        )
    trimmed = scientific & (decimals == 0) & (points > 0)
    last[trimmed] -= mantissas[mantissas > 0].min() if mantissas.any() else 2
    zero = values == 0
    zero &= scientific | (mantissas.any() & ~fractional.any())
    last[zero] = last[known].min() if known.any() else -2

    with np.errstate(over="ignore", under="ignore"):
        tolerance = 0.5 * 10.0**last
    # A number written in digits that is not finite is beyond the largest float.
    tolerance[~number] = [
        np.inf if tokens[k][-1] in "0123456789." else 0 for k in np.flatnonzero(~number)
    ]
    with np.errstate(over="ignore", invalid="ignore"):
        held = values.astype(np.float32)
        could_be = (np.abs(values - held) <= 1.001 * tolerance) | ~number
    digits = int((size - last)[known].max(initial=0)) + 1
    if digits <= 9 or (digits <= 12 and could_be.all()):
        return values, tolerance, FLOAT32
    if not could_be.all():
        return values, tolerance, FLOAT64
    # float32 as a Python list: 0.9900000095367432 was 0.99, and knows no more digits than that.
    shorter = [str(v) for v in held]
    return values, tolerance if shorter == tokens else precision(shorter)[1], FLOAT32
