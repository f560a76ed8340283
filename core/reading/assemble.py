"""Tokens become numbers with a shape."""

import re
from itertools import chain
from math import prod
from typing import NoReturn

import numpy as np

from core.inputs import Array
from core.reading.parts import Part, indexed, joined, stated
from core.reading.precision import precision
from core.reading.record import FLOAT64, MAX_DIMENSIONS, MAX_NUMBERS, ROUNDOFF, Reading
from core.reading.sheet import FIRST_AXIS, Sheet, dtype_name
from core.reading.tokens import TOKEN, WORDS

ACCEPTED = (
    "accepted are numbers such as 0.21, −1e-05, nan or inf, separated by commas, spaces, "
    "semicolons or lines; [ ], ( ) and { }; tables; JSON; LaTeX matrices; what Python's libraries, "
    "R, Julia, MATLAB, Mathematica, C and C++ print"
)
_DTYPES = ("float16", "float32", "float64", "bfloat16")
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
        self.keys = 0
        self.made = False  # whether the last of them was a call, tensor(…)

    def shape(self) -> tuple[int, ...]:
        if not self.rows:
            return (self.numbers,)
        wrapped = self.kind in ("text", "call") or self.keys or (self.kind == "(" and self.made)
        if self.rows == 1 and (wrapped or not self.nested):
            return self.inner
        # One number a line is one row of numbers; [[1], [2]] says itself that it is a column.
        return (self.rows,) if self.inner == (1,) and not self.nested else (self.rows, *self.inner)


class Assembler:
    """One pass over the text; it keeps the shape as it goes and leaves the numbers to NumPy."""

    def __init__(self, sheet: Sheet):
        self.sheet, self.text, self.at = sheet, sheet.text, 0
        self.tokens: list[list[str]] = []
        self.count = 0
        self.scales: list[tuple[int, float]] = []  # from which number on
        self.groups = [_Group("text", 0)]
        self.lines = "\n" in self.text.strip()
        self.parts: list[Part] = []
        self.slice: tuple[int, ...] = ()  # that is being read
        self.first_axes = False
        self.named = 0

    def fail(self, message: str, at: int | None = None) -> NoReturn:
        self.sheet.fail(message, self.at if at is None else at)

    def add(self, inner: tuple[int, ...], nested: bool, at: int) -> None:
        """A complete row or bracket joins the group it stands in."""
        group = self.groups[-1]
        if group.rows and (inner != group.inner or nested != group.nested):
            self.fail(
                f"expected a row of {_size(group.inner)} like those before, got {_size(inner)}", at
            )
        group.rows, group.inner, group.nested = group.rows + 1, inner, nested
        if group.keys > 1 and group.rows > 1 and nested:
            self.fail("expected one array, got several, each with its name: give one of them", at)

    def end_row(self) -> None:
        group = self.groups[-1]
        if group.numbers:
            self.add((group.numbers,), False, group.start)
            group.numbers = 0

    def open(self, kind: str) -> None:
        if self.groups[-1].numbers and kind not in ("call", "{"):
            self.fail("expected a number, got a bracket among numbers")
        if len(self.groups) > 2 * MAX_DIMENSIONS:
            self.fail(f"expected at most {MAX_DIMENSIONS} brackets inside one another, got more")
        self.groups.append(_Group(kind, self.at))

    def close(self, *kinds: str) -> None:
        group = self.groups[-1]
        if group.kind not in kinds:
            where = "nothing is open" if group.kind == "text" else f"{group.kind!r} is open"
            self.fail(f"unexpected end of a bracket: {where}")
        self.groups.pop()
        alone = group.kind == "call" or (group.kind == "{" and group.keys == 1)
        if alone and not group.rows and group.numbers == 1:
            self.join(1, group.at)  # np.float64(0.5) and {"a": 0.5} are numbers among numbers
            return
        if group.rows:
            self.groups.append(group)
            self.end_row()
            self.groups.pop()
        shape = group.shape()
        if not prod(shape):
            self.fail("expected numbers between the brackets, got none", group.at)
        if self.groups[-1].numbers:
            self.fail("expected a number, got a bracket among numbers", group.at)
        self.add(shape, True, group.at)
        self.groups[-1].made = group.kind == "call"

    def join(self, count: int, at: int) -> None:
        """So many numbers more in the row that is being read."""
        group = self.groups[-1]
        if group.nested:
            self.fail("expected a bracket like those before, got a number outside of them", at)
        if not group.numbers:
            group.start = at
        group.numbers += count

    def numbers(self, found: str) -> None:
        tokens = found.replace(" %", "%").replace(",", " ").split()
        self.tokens.append(tokens)
        self.join(len(tokens), self.at)
        self.count += len(tokens)
        if self.count > MAX_NUMBERS:
            self.fail(f"expected at most {MAX_NUMBERS} numbers, got more")

    def word(self, found: str) -> None:
        name = found.lstrip("+-")
        self.numbers(found[: -len(name)] + WORDS[name])
        self.sheet.note(f"{name} is read as {WORDS[name]}.")

    def end_part(self) -> None:
        """A heading: further columns of the same rows begin, or another slice."""
        if len(self.groups) > 1:
            self.fail("expected the end of a bracket, got a heading")
        start = self.parts[-1].end if self.parts else 0
        if self.count > start:
            if self.groups[0].rows:
                self.end_row()
            self.parts.append(Part(start, self.count, self.groups[0].shape(), self.slice))
        self.groups = [_Group("text", self.at)]

    def token(self, kind: str, found: re.Match[str]) -> None:
        group = self.groups[-1]
        top = group.kind == "text"
        match kind:
            case "numbers":
                self.numbers(found[0])
            case "word":
                self.word(found[0])
            case "row" if not (top and self.lines and found[0] == ";"):
                self.end_row()  # 1 2; 3 4: elsewhere ; stands between numbers, as in a CSV
            case "line" if top:
                self.end_row()
            case "open":
                self.open(found[0])
            case "call":
                self.open("call")
                maker = found[0].rstrip("( ").removesuffix("Tensor")
                maker = dtype_name(maker.rpartition(".")[2])
                if maker in _DTYPES:
                    self.sheet.dtype = maker
            case "dtype":
                self.sheet.dtype = dtype_name(found[0].removeprefix("dtype"))
            case "begin":
                self.open(found["matrix"])
            case "close":
                self.close(*{"]": "[", "}": "{", ")": ("(", "call")}[found[0]])
            case "end":
                self.close(found["matrix_end"])
            case "option":
                self.option(found["key"], found["setting"])
            case "scale":
                self.scales.append((self.count, float(found[0].rstrip(" *"))))
            case "gap":
                self.fail("expected a number between two separators, got none")
            case "columns":
                self.end_part()
            case "slice":
                self.end_part()
                self.scales.append((self.count, 1.0))
                self.first_axes = found[0][0] == FIRST_AXIS
                self.slice = tuple(map(int, found[0][1:].split()))
            case "keyed":
                group.keys += 1
            case "name" | "word_before":
                self.name(kind, top)
            case _:
                pass

    def option(self, key: str, setting: str) -> None:
        """dtype=float32, shape=(2, 3) and the like; what says nothing of the numbers is passed over."""
        if key == "dtype":
            self.sheet.dtype = dtype_name(setting)
        elif key == "shape" and (shape := re.findall(r"[0-9]{1,9}", setting)):
            self.sheet.shapes.append(tuple(map(int, shape)))

    def name(self, kind: str, top: bool) -> None:
        if kind == "word_before" and self.groups[-1].numbers:
            self.fail(f"expected a number, got {self.word_here()!r}; {ACCEPTED}")
        self.named += top and self.groups[-1].nested

    def word_here(self) -> str:
        word = _WORD.match(self.text, self.at)
        return word[0] if word else " "

    def read(self) -> Reading:
        while self.at < len(self.text):
            found = TOKEN.match(self.text, self.at)
            if not found:
                self.fail(f"expected a number, got {self.word_here()!r}; {ACCEPTED}")
            self.token(found.lastgroup or "", found)
            self.at = found.end()
        if len(self.groups) > 1:
            self.fail(
                "expected the end of this bracket, got the end of the text", self.groups[-1].at
            )
        self.end_part()
        if not self.count:
            self.fail(f"expected numbers, got none; {ACCEPTED}", 0)
        if self.named:
            self.sheet.note("Arrays that have names of their own are read as rows of one array.")
        order, shape = self.arrange()
        if len(shape) > MAX_DIMENSIONS:
            self.fail(f"expected at most {MAX_DIMENSIONS} dimensions, got {len(shape)}", 0)
        values, tolerance, roundoff = self.measure()
        dtype = self.sheet.dtype
        return Reading(
            values[order].reshape(shape),
            tolerance[order].reshape(shape),
            max(roundoff, ROUNDOFF.get(dtype, 0.0)),
            dtype,
            tuple(self.sheet.notes),
        )

    def arrange(self) -> tuple[Array, tuple[int, ...]]:
        """Which number stands where, and the shape of all."""
        sheet = self.sheet
        try:
            order, shape = joined(self.parts, self.first_axes)
            if sheet.indices and len(sheet.indices) == self.count:
                order, shape = indexed(sheet.indices)
            if len(sheet.shapes) == 1:
                shape = stated(shape, sheet.shapes[0])
            if sheet.columns_first and len(shape) > 1:
                order = order.reshape(shape[::-1]).T.ravel()
            if sheet.transposed and len(shape) == 2 and min(shape) > 1:
                order, shape = order.reshape(shape).T.ravel(), shape[::-1]
                sheet.note("Read transposed, as the sign behind the numbers says.")
        except ValueError as error:
            self.fail(str(error), 0)
        return order, shape

    def measure(self) -> tuple[Array, Array, float]:
        """Values, tolerances and round-off, of numbers, fractions and percentages."""
        tokens = list(chain.from_iterable(self.tokens))
        exact = {}
        for k, token in enumerate(tokens):
            if token[-1] == "%":
                mantissa, _, exponent = token[:-1].lower().partition("e")
                tokens[k] = f"{mantissa}e{int(exponent or 0) - 2}"
            elif "/" in token:
                above, _, below = token.partition("/")
                if not float(below) or not np.isfinite(float(above)):
                    self.fail(f"expected a fraction of finite value, got {token[:20]}", 0)
                exact[k], tokens[k] = float(above) / float(below), "nan"
        values, tolerance, roundoff = precision(tokens)
        for k, value in exact.items():
            values[k], tolerance[k] = value, 0.0
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            for start, scale in self.scales:
                end = next((s for s, _ in self.scales if s > start), self.count)
                values[start:end] *= scale
                tolerance[start:end] *= scale
        huge = np.isposinf(tolerance) | (np.isinf(values) & (tolerance > 0))
        if huge.any():
            number = tokens[int(huge.argmax())]
            self.fail(
                f"expected numbers below 1.8e308, got {number[:20]}",
                max(self.text.find(number), 0),
            )
        return values, tolerance, FLOAT64 if len(exact) == len(tokens) else roundoff


def _size(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) + (" number" if shape == (1,) else " numbers")
