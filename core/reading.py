"""Numbers as people paste them: read, never evaluated, with the precision that they were printed to."""

import re
from dataclasses import dataclass
from itertools import chain
from math import prod
from typing import Any, NoReturn, cast

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array

MAX_TEXT = 32 * 2**20
"""Characters that `read_numbers` takes."""
MAX_NUMBERS = 1_000_000
"""Numbers in one array."""
MAX_DIMENSIONS = 4
"""Brackets inside brackets."""

FLOAT32, FLOAT64 = 2.0**-24, 2.0**-53
_DTYPES = {"float16": 2.0**-11, "half": 2.0**-11, "bfloat16": 2.0**-8}


class ReadingError(ValueError):
    """Text or a file that cannot be read as numbers; says where, what is wrong, what is accepted."""

    def __init__(
        self, message: str, line: int | None = None, column: int | None = None, source: str = ""
    ):
        super().__init__(message)
        self.message, self.source = message, source
        self.line, self.column = line, column
        """Counted from 1; None where no place in a text is to blame."""

    def __str__(self) -> str:
        where = "" if self.line is None else f"line {self.line}, column {self.column}: "
        return (f"{self.source}: " if self.source else "") + where + self.message

    def of(self, source: str) -> "ReadingError":
        """The same error, with the name of what was read."""
        return ReadingError(self.message, self.line, self.column, source)


@dataclass(frozen=True)
class Reading:
    """Numbers with what is known of their precision; see `read_numbers`."""

    values: Array
    """(…) as written: brackets give the axes, plain lines give rows."""
    tolerance: Array
    """(…) half a unit in the last printed place; 0 for numbers that never were text."""
    roundoff: float
    """Unit round-off of the arithmetic that may have made them: 2⁻⁵³, or 2⁻²⁴ for float32."""


def reading(name: str, value: "Reading | ArrayLike") -> Reading:
    """Pasted text, an array or a reading, as a reading; `name` opens the message of an error.

    An array whose every value float32 can hold may have been computed in float32, and is taken so.
    """
    if isinstance(value, Reading):
        return value
    if isinstance(value, str):
        try:
            return read_numbers(value)
        except ReadingError as error:
            raise error.of(name) from None
    dtype = str(getattr(value, "dtype", "")).removeprefix("torch.")
    tensor: Any = value
    if hasattr(value, "detach"):  # of PyTorch, which is not imported for it
        value = tensor.detach().cpu().double().numpy()
    array = inputs.array(name, cast(ArrayLike, value))
    if array.dtype.kind == "c":
        raise ValueError(f"{name}: expected real numbers, got complex ones")
    return Reading(array, np.zeros(array.shape), max(_roundoff(array), _DTYPES.get(dtype, 0.0)))


def _roundoff(values: Array) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        held = values.astype(np.float32)
    return FLOAT32 if np.array_equal(held, values, equal_nan=True) else FLOAT64


# Possessive digits, so that a long number that turns out to be none takes linear time. Not possessive
# groups: before Python 3.11.4 these matched what they should not.
_NUMBER = (
    r"[+-]?(?:(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?"
    r"|nan|NaN|NAN|[iI]nf(?:inity)?)(?![\w.+-])"
)
_TOKEN = re.compile(
    rf"""
      (?P<scale>  {_NUMBER} [ \t]* \* [ \t]* (?=\n))           # MATLAB: 1.0e-03 *
    | (?P<numbers>{_NUMBER} (?:(?:[ \t]*,[ \t]*|[ \t]+){_NUMBER})*)
    | (?P<line>   \n)
    | (?P<blank>  [ \t\r\f\v\u00a0$]+ | \\(?:left|right)[\[\]().|]? | \\[,;:!\ ] | \\quad | \\hline)
    | (?P<gap>    ,(?=\s*[,;]))
    | (?P<comma>  [,&])
    | (?P<row>    ; | \\\\(?:\[[^\]\n]*\])?)
    | (?P<option> (?:dtype|device|requires_grad|grad_fn|size|shape|layout)\s*=\s*
                  (?: <[^<>\n]*> | '[^'\n]*' | torch\.Size\(\[[^\]\n]*\]\) | \([^()\n]*\) | [\w.]+ ))
    | (?P<call>   (?:np|numpy|torch|jnp|tf)?\.?(?:tensor|Tensor|array|Array|asarray|matrix|Parameter)[ \t]*\()
    | (?P<name>   (?:Out|In)[ ]*\[[0-9]*\]: | Parameter[ ]containing: | >>> | [^\W\d][\w./∂]*[ \t]*=(?!=))
    | (?P<begin>  \\begin\{{(?P<matrix>[pbvBV]?matrix\*?|smallmatrix|array)\}}(?:\{{[clr|\s]*\}})?)
    | (?P<end>    \\end\{{(?P<matrix_end>[pbvBV]?matrix\*?|smallmatrix|array)\}})
    | (?P<open>   [\[(])
    | (?P<close>  [\])])
    | (?P<elided> \.\.\. | … | \\[cldv]?dots)
    """,
    re.VERBOSE,
)
_ACCEPTED = (
    "accepted are numbers such as 0.21, −1e-05, nan or inf, separated by commas, spaces, "
    "semicolons or lines; [ ] and ( ); NumPy and PyTorch printouts; JSON; LaTeX matrices"
)
_WORD = re.compile(r"\S{1,20}")


class _Group:
    """An open bracket, a matrix, or the whole text."""

    def __init__(self, kind: str, at: int):
        self.kind, self.at = kind, at
        self.numbers = 0  # in the row that is being read
        self.start = at  # of that row
        self.rows = 0  # rows or brackets inside that are complete
        self.inner: tuple[int, ...] = ()  # their shape
        self.nested = False  # whether they are brackets

    def shape(self) -> tuple[int, ...]:
        if not self.rows:
            return (self.numbers,)
        if self.rows == 1 and (not self.nested or self.kind in ("text", "call")):
            return self.inner
        # One number a line is one row of numbers; [[1], [2]] says itself that it is a column.
        return (self.rows,) if self.inner == (1,) and not self.nested else (self.rows, *self.inner)


class _Reader:
    """One walk over the text; it keeps the shape as it goes and leaves the numbers to NumPy."""

    def __init__(self, text: str):
        self.text, self.at = text.replace("−", "-"), 0
        self.tokens: list[list[str]] = []
        self.count, self.scale, self.dtype = 0, 1.0, ""
        self.groups = [_Group("text", 0)]
        self.lines = "\n" in text.strip()

    def fail(self, message: str, at: int | None = None) -> NoReturn:
        at = self.at if at is None else at
        line = self.text.count("\n", 0, at) + 1
        raise ReadingError(message, line, at - self.text.rfind("\n", 0, at))

    def add(self, inner: tuple[int, ...], nested: bool, at: int) -> None:
        """A complete row or bracket joins the group it stands in."""
        group = self.groups[-1]
        if group.rows and (inner != group.inner or nested != group.nested):
            self.fail(
                f"expected a row of {_size(group.inner)} like those before, got {_size(inner)}", at
            )
        group.rows, group.inner, group.nested = group.rows + 1, inner, nested

    def end_row(self) -> None:
        group = self.groups[-1]
        if group.numbers:
            self.add((group.numbers,), False, group.start)
            group.numbers = 0

    def open(self, kind: str) -> None:
        if self.groups[-1].numbers:
            self.fail("expected a number, got a bracket among numbers")
        if len(self.groups) > 2 * MAX_DIMENSIONS:
            self.fail(f"expected at most {MAX_DIMENSIONS} brackets inside one another, got more")
        self.groups.append(_Group(kind, self.at))

    def close(self, *kinds: str) -> None:
        group = self.groups[-1]
        if group.kind not in kinds:
            where = "nothing is open" if group.kind == "text" else f"{group.kind!r} is open"
            self.fail(f"unexpected end of a bracket: {where}")
        if group.rows:
            self.end_row()
        self.groups.pop()
        shape = group.shape()
        if not prod(shape):
            self.fail("expected numbers between the brackets, got none", group.at)
        self.add(shape, True, group.at)

    def numbers(self, found: str) -> None:
        group = self.groups[-1]
        if group.nested:
            self.fail("expected a bracket like those before, got a number outside of them")
        if not group.numbers:
            group.start = self.at
        tokens = found.replace(",", " ").split()
        self.tokens.append(tokens)
        group.numbers += len(tokens)
        self.count += len(tokens)
        if self.count > MAX_NUMBERS:
            self.fail(f"expected at most {MAX_NUMBERS} numbers, got more")

    def token(self, kind: str, found: re.Match[str]) -> None:
        top = self.groups[-1].kind == "text"
        match kind:
            case "numbers":
                self.numbers(found[0])
            case "row" if not (top and self.lines and found[0] == ";"):
                self.end_row()  # 1 2; 3 4: elsewhere ; stands between numbers, as in a CSV
            case "line" if top:
                self.end_row()
            case "open":
                self.open(found[0])
            case "call":
                self.open("call")
            case "begin":
                self.open(found["matrix"])
            case "close":
                self.close(*(("[",) if found[0] == "]" else ("(", "call")))
            case "end":
                self.close(found["matrix_end"])
            case "option" if found[0].startswith("dtype"):
                self.dtype = found[0].split("=")[1].strip(" '").removeprefix("torch.")
            case "scale" if not self.count:
                self.scale = float(found[0].rstrip(" \t*"))
            case "gap":
                self.fail("expected a number between two separators, got none")
            case "elided":
                self.fail(
                    "the printout leaves numbers out (…): print all of them, with "
                    "np.set_printoptions(threshold=np.inf) or torch.set_printoptions(profile='full')"
                )
            case _:
                pass

    def read(self) -> Reading:
        while self.at < len(self.text):
            found = _TOKEN.match(self.text, self.at)
            if not found:
                word = _WORD.match(self.text, self.at)
                self.fail(f"expected a number, got {word[0] if word else ' '!r}; {_ACCEPTED}")
            self.token(found.lastgroup or "", found)
            self.at = found.end()
        if len(self.groups) > 1:
            self.fail(
                "expected the end of this bracket, got the end of the text", self.groups[-1].at
            )
        if self.groups[0].rows:
            self.end_row()
        shape = self.groups[0].shape()
        if not self.count:
            self.fail(f"expected numbers, got none; {_ACCEPTED}", 0)
        if len(shape) > MAX_DIMENSIONS:
            self.fail(f"expected at most {MAX_DIMENSIONS} dimensions, got {len(shape)}", 0)
        tokens = list(chain.from_iterable(self.tokens))
        values, tolerance, roundoff = _precision(tokens)
        if np.isposinf(tolerance).any():
            huge = tokens[int(tolerance.argmax())]
            self.fail(f"expected numbers below 1.8e308, got {huge[:20]}", self.text.find(huge))
        roundoff = max(roundoff, _DTYPES.get(self.dtype, 0.0))
        return Reading(
            (self.scale * values).reshape(shape),
            (abs(self.scale) * tolerance).reshape(shape),
            roundoff,
        )


def _size(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) + (" number" if shape == (1,) else " numbers")


def _precision(tokens: list[str]) -> tuple[Array, Array, float]:
    """Values, half a unit in the last place of each, and the round-off that the digits leave open.

    A number is known to its own last place, except where printers and people leave digits out:
    - Whole numbers among decimals, 0 or 1. or 12.0, have as many decimals as the number with the
      fewest, unless that makes more significant digits than any other has: 12 beside 0.34 is ±0.5.
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
        last[whole] = np.maximum(-decimals[fractional].min(), size[whole] - significant)
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
    return values, _precision([str(v) for v in held])[1], FLOAT32


def read_numbers(text: str) -> Reading:
    """Numbers pasted as text, in any of the forms that people have them in.

    Parameters
    ----------
    text : str
        Numbers separated by commas, spaces, tabs, semicolons or lines; Python, JSON and MATLAB
        brackets; what NumPy and PyTorch print; LaTeX matrices. At most `MAX_TEXT` characters.

    Returns
    -------
    Reading
        Brackets give its axes; without them lines are rows. One row is (n,), and so is one column
        of plain lines.

    Raises
    ------
    ReadingError
        With line and column, for anything else.

    Notes
    -----
    Nine digits at most, or numbers that float32 can hold, leave open that float32 made them: its
    round-off is then part of what the print justifies.

    >>> read_numbers("tensor([0.6590, 0.2424, 0.0986], grad_fn=<SoftmaxBackward0>)").values
    array([0.659 , 0.2424, 0.0986])
    >>> read_numbers("0.66 0.24 0.1o")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    core.reading.ReadingError: line 1, column 11: expected a number, got '0.1o'; accepted are ...
    """
    if len(text) > MAX_TEXT:
        raise ReadingError(f"expected at most {MAX_TEXT} characters, got {len(text)}")
    return _Reader(text).read()
