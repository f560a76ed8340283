"""Half precision: which numbers it has, and how far a careful computation in it may be off."""

from collections.abc import Callable, Mapping

import numpy as np

from core.diagnosis.case import Case
from core.diagnosis.sizes import magnitude
from core.inputs import Array
from core.reading import FLOAT32, ROUNDOFF, Reading

_TELLING_BITS = 6
"""A number of fewer significant bits, as 0.25, may be there for other reasons,"""
_TINY = 2.0**-6
"""unless it is no larger than this;"""
_NOISE = 2.0**-40
"""a smaller one is what float64 leaves of a 0, as 2⁻⁵³ is, and tells nothing;"""
_PLAIN = 0.2
"""it is one of any dtype with this chance at least."""
NO_CHANCE = 1e-3
"""That numbers of another dtype are all numbers of this one as well: less is no chance."""


def _bfloat16(x: Array) -> Array:
    bits = np.asarray(x, np.float32).view(np.uint32)
    up = np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))  # half to even
    cut = ((bits + up) & np.uint32(0xFFFF0000)).view(np.float32)
    return np.where(np.isfinite(x), cut, x).astype(float)


def arithmetic(read: Reading) -> str:
    """What numbers say that they were computed in, or float32 if they may have been; else ""."""
    return read.dtype or ("float32" if read.roundoff >= FLOAT32 else "")


def stored(x: Array, dtype: str) -> Array:
    """Numbers as a dtype coarser than float64 has them."""
    with np.errstate(over="ignore"):
        return HALF[dtype](x) if dtype in HALF else np.asarray(x, np.float32).astype(float)


HALF: Mapping[str, Callable[[Array], Array]] = {
    "float16": lambda x: np.asarray(x).astype(np.float16).astype(float),
    "bfloat16": _bfloat16,
}
"""Each rounds to the nearest number of its dtype."""


def unit(dtype: str) -> float:
    """Unit round-off of a half precision by its name, half the distance of 1 to the next; 0 for others."""
    return ROUNDOFF.get(dtype, 0.0)


def recognised(read: Reading) -> dict[str, float]:
    """The half precisions that all the numbers can be of, and how likely that is by chance.

    A number in digits can be of a dtype if one of its numbers is that near; of those to 4 digits every
    twentieth is by chance, so that a few of them are evidence. An array has to hold them exactly.
    """
    values, found = read.values[np.isfinite(read.values)], {}
    room = read.tolerance[np.isfinite(read.values)] * (1 + 1e-6)
    for name, nearest in HALF.items():
        with np.errstate(all="ignore"):
            held = nearest(values)
        if not values.size or not (np.abs(values - held) <= room).all():
            continue
        _, exponent = np.frexp(held)
        step = np.maximum(np.ldexp(2 * unit(name), exponent - 1), least(name))
        chances = np.where(room > 0, np.minimum(1.0, 2 * room / step), 2.0**-29)
        plain = (_bits(held) < _TELLING_BITS) & (np.abs(held) > _TINY)
        chances = np.where(plain, np.maximum(chances, _PLAIN), chances)
        nothing = (held == 0) | ((_bits(held) < _TELLING_BITS) & (np.abs(held) < _NOISE))
        found[name] = float(np.where(nothing, 1.0, chances).prod())
    return found


def _bits(x: Array) -> Array:
    """Significant bits of numbers with no more than 11."""
    whole = np.abs(np.frexp(x)[0] * 2**12).astype(int)
    return np.asarray(12 - np.log2(np.maximum(whole & -whole, 1)))


def least(dtype: str) -> float:
    """The distance of its smallest numbers, or the smallest that is not flushed to 0; 0 for float64."""
    return {"float16": 2.0**-24, **dict.fromkeys(("float32", "bfloat16"), 2.0**-126)}.get(
        dtype, 0.0
    )


def careful(case: Case, quantity: str, expected: Array, dtype: str) -> Array:
    """How far numbers of a half precision may be off if they were made as libraries make them.

    log y is computed in float32 and rounded; so is the result of each step, once. For cross-entropy
    ∂L/∂z is then off by u (y |log y| Σt + |∂L/∂z|), however near y is to t.
    """
    u, value = unit(dtype), np.where(np.isfinite(expected), np.abs(expected), 0.0)
    return least(dtype) + _relative(case, quantity, value, u)


def _relative(case: Case, quantity: str, value: Array, u: float) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.nan_to_num(case.y * (np.abs(case.soft.log_y)), nan=0.0, posinf=0.0)
    if quantity == "y":
        return np.asarray(1.1 * u * (spread + value))
    if quantity == "dL_dz" and case.loss == "CE" and case.t is not None:
        terms = spread * np.abs(case.t.sum(axis=-1, keepdims=True) * case.share) / case.temperature
        return np.asarray(1.1 * u * (terms + value))
    return np.asarray(u * (2 * magnitude(case, quantity) + value))
