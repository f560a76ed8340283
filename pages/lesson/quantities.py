"""A board's numbers as a lesson's text names them, and what can be claimed of them.

`dL_dz[2]` is a number, its index counted from 1; `J[1,2]` one of a matrix; `y` a whole vector.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.inputs import Array
from pages.notation.number_format import ROUND_OFF, fixed

Numbers = Mapping[str, Array]

_NAME = r"[A-Za-z]\w{0,40}"
_REFERENCE = re.compile(rf"({_NAME})(?:\[\s*(\d{{1,3}})\s*(?:,\s*(\d{{1,3}})\s*)?\])?")
_CLAIM = re.compile(r"([^!≠=<>]+)(!=|≠|=|<|>)(.+)")
_DIGITS = re.compile(r"[+−-]?\d{1,9}(\.\d{1,9})?")
_NEAR = 1e-9
"""Relative; what differs by less is equal to the reader."""
_HOLDS: dict[str, Callable[[Array, Array], Array]] = {
    "<": lambda a, b: (a < b) & ~_near(a, b),
    ">": lambda a, b: (a > b) & ~_near(a, b),
    "=": lambda a, b: _near(a, b),
    "≠": lambda a, b: ~_near(a, b),
}


def _near(a: Array, b: Array) -> Array:
    return np.isclose(a, b, rtol=_NEAR, atol=ROUND_OFF)


@dataclass(frozen=True)
class Reference:
    """A quantity of a board, or one number of it."""

    quantity: str
    index: tuple[int, ...] = ()
    """From zero; empty for the whole quantity."""

    def of(self, numbers: Numbers) -> Array:
        """What it is: () for one number.

        Raises ValueError if there is none such, and says what there is.
        """
        if self.quantity not in numbers:
            raise ValueError(
                f"expected a quantity of this board, one of {', '.join(numbers)}, "
                f"got {self.quantity}"
            )
        value = np.asarray(numbers[self.quantity])
        if not self.index:
            return value
        if len(self.index) != value.ndim:
            raise ValueError(
                f"expected {self.quantity} with {_indices(value.ndim)}, got {len(self.index)}"
            )
        if any(k >= size for k, size in zip(self.index, value.shape, strict=True)):
            sizes = " and ".join(f"1 to {size}" for size in value.shape)
            raise ValueError(f"expected an index of {self.quantity} from {sizes}, got {self}")
        return np.asarray(value[self.index])

    def __str__(self) -> str:
        inner = ",".join(str(k + 1) for k in self.index)
        return f"{self.quantity}[{inner}]" if inner else self.quantity


def _indices(count: int) -> str:
    return {0: "no index", 1: "one index"}.get(count, f"{count} indices")


@dataclass(frozen=True)
class Filled:
    """A number of the board inside the prose."""

    of: Reference
    decimals: int
    sign: bool = False

    def written(self, numbers: Numbers) -> str:
        """As it stands in the prose at these numbers of the board."""
        return fixed(float(self.of.of(numbers)), self.decimals, sign=self.sign)


Prose = tuple[str | Filled, ...]
"""Markdown, and between its parts the numbers that stay true while a slider moves."""


def filled(prose: Sequence[str | Filled], numbers: Numbers) -> str:
    """Words as Markdown with the numbers as they are now."""
    return "".join(p if isinstance(p, str) else p.written(numbers) for p in prose)


def reference(text: str) -> Reference:
    """Read `dL_dz[2]`.

    Raises ValueError if it is none.
    """
    found = _REFERENCE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"expected a quantity such as dL_dz[2] or J[1,2], got {cut(text)}")
    index = tuple(int(k) - 1 for k in found.groups()[1:] if k is not None)
    if -1 in index:
        raise ValueError(f"expected an index that counts from 1, got {cut(text)}")
    return Reference(found[1], index)


@dataclass(frozen=True)
class Side:
    """One side of a claim: a quantity, now or after a change, or its size; or a plain number."""

    of: Reference | float
    after: bool = False
    size: bool = False

    def value(self, now: Numbers, then: Numbers) -> Array:
        """What it is.

        Parameters
        ----------
        now, then : the board's numbers, and those after the question's change
        """
        if isinstance(self.of, float):
            return np.asarray(self.of)
        value = self.of.of(then if self.after else now)
        return np.abs(value) if self.size else value


@dataclass(frozen=True)
class Claim:
    """Two sides and how they compare; of vectors it has to hold for every entry."""

    left: Side
    sign: str
    right: Side

    def holds(self, now: Numbers, then: Numbers) -> bool:
        """Whether it is true of these numbers.

        Raises ValueError if one side is not there, or both are not of one shape.
        """
        left, right = self.left.value(now, then), self.right.value(now, then)
        if left.shape != right.shape and left.ndim and right.ndim:
            raise ValueError("expected two quantities of one shape, or one of them a single number")
        return bool(np.all(_HOLDS[self.sign](left, right)))


def claim(text: str) -> Claim:
    """Read `dL_dz[3] > 0`, `|g[1]| < |g[2]|`, `row_sums' = row_sums`.

    Raises ValueError if it is none.
    """
    found = _CLAIM.fullmatch(text)
    if not found:
        raise ValueError(
            f"expected a comparison such as dL_dz[3] > 0 or |y[1]| = |y[2]|, got {cut(text)}"
        )
    left, sign, right = found.groups()
    return Claim(_side(left.strip()), sign.replace("!=", "≠"), _side(right.strip()))


def _side(text: str) -> Side:
    if _DIGITS.fullmatch(text):
        return Side(float(text.replace("−", "-")))
    size = len(text) > 2 and text[0] == text[-1] == "|"
    text = text[1:-1].strip() if size else text
    after = text.endswith(("'", "’", "′"))
    return Side(reference(text[:-1] if after else text), after, size)


def cut(text: str) -> str:
    """As much of a text as a message has room for."""
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
