"""A formula in vectors and matrices, as a learner types it: read by this grammar, and by nothing else.

    sum    := product (("+" | "-") product)*
    product:= sign (("*" | "/" | "@") sign)*
    sign   := "-" sign | "+" sign | power
    power  := atom ("^" digit)?
    atom   := number | name | function "(" sum ("," sum)* ")" | "(" sum ")"

+ − * / work entry by entry, a number with anything; @ is the product of matrices, as `dot` is.
"""

import re
from collections.abc import Callable, Mapping
from typing import NoReturn

import numpy as np

from core.inputs import Array
from core.softmax import softmax

MAX_FORMULA = 200
"""Characters of it."""
FORMULA_FUNCTIONS = {
    "sum": 1,
    "rowsum": 1,
    "colsum": 1,
    "dot": 2,
    "outer": 2,
    "diag": 1,
    "transpose": 1,
    "exp": 1,
    "log": 1,
    "softmax": 1,
}
"""How many arguments each takes."""
Formula = Callable[[Mapping[str, Array]], Array]
"""What it gives where its names have these values."""

_MOST_NESTED = 30
_SAME = str.maketrans("−–—·×∘⊙⋅÷∕Σ{}[]", "---" + "*" * 5 + "//" + "∑()()")
_PACKAGE = re.compile(r"\b(?:np|numpy|torch|jnp)\.")
_TOKEN = re.compile(r"\s*(?:([0-9]+\.?[0-9]*|\.[0-9]+)|(∑|[A-Za-z]\w*)|(\*\*|[-+*/@^(),]))")
_WHOLE = "whole vectors, {0} for all of its entries at once, without an index"
_SHAPES = ("a number", "a vector", "a matrix")


class FormulaError(ValueError):
    """A formula that cannot be read, or whose parts do not go together."""


def read_formula(text: str, names: tuple[str, ...]) -> Formula:
    """A formula of these names.

    >>> values = {"y": np.array([0.75, 0.25]), "t": np.array([1.0, 0.0])}
    >>> read_formula("2 * (y − t)", ("y", "t"))(values).tolist()
    [-0.5, 0.5]

    Parameters
    ----------
    names : what may stand in it; their values are (), (n,) or (n, n)

    Raises
    ------
    FormulaError : here for what cannot be read, saying where and what was expected; in the formula
        that is returned for parts whose shapes do not go together
    """
    return _Reader(text, names).whole()


class _Reader:
    """Descends the grammar, a method each rule."""

    def __init__(self, text: str, names: tuple[str, ...]) -> None:
        if len(text) > MAX_FORMULA:
            raise FormulaError(
                f"expected at most {MAX_FORMULA} characters, got {len(text)} of them"
            )
        self.text = _PACKAGE.sub("", text.translate(_SAME)).rstrip()
        self.names = names
        self.place = self.nested = 0
        self.number = self.word = self.sign = ""
        self._next()

    def _next(self) -> None:
        self.start = self.place
        found = _TOKEN.match(self.text, self.place)
        self.number, self.word, self.sign = found.groups(default="") if found else ("", "", "")
        if found:
            self.start = found.start(found.lastindex or 0)
            self.place = found.end()
        elif self.place < len(self.text):
            rest = self.text[self.place :].lstrip()
            raise FormulaError(
                f"expected numbers, names, + − * / @ ^ and parentheses, got {rest[0]!r}"
            )

    def _expected(self, what: str) -> NoReturn:
        got = self.number or self.word or self.sign
        where = f"{got!r} at character {self.start + 1}" if got else "the end"
        raise FormulaError(f"expected {what}, got {where}")

    def whole(self) -> Formula:
        found = self._sum()
        if self.number or self.word or self.sign:
            self._expected("+ − * / or @ between two parts")
        return found

    def _sum(self) -> Formula:
        self.nested += 1
        if self.nested > _MOST_NESTED:
            raise FormulaError(f"expected at most {_MOST_NESTED} parentheses in each other")
        found = self._product()
        while self.sign in ("+", "-"):
            found = self._joined(self.sign, found, self._product)
        self.nested -= 1
        return found

    def _product(self) -> Formula:
        found = self._signed()
        while self.sign in ("*", "/", "@"):
            found = self._joined(self.sign, found, self._signed)
        return found

    def _joined(self, sign: str, left: Formula, rule: Callable[[], Formula]) -> Formula:
        self._next()
        right = rule()
        return lambda values: _OPERATIONS[sign](left(values), right(values))

    def _signed(self) -> Formula:
        negative = False
        while self.sign in ("+", "-"):
            negative ^= self.sign == "-"
            self._next()
        found = self._power()
        return (lambda values: -found(values)) if negative else found

    def _power(self) -> Formula:
        found = self._atom()
        if self.sign not in ("^", "**"):
            return found
        self._next()
        if not re.fullmatch("[0-9]", self.number):
            self._expected("a whole number from 0 to 9 as a power")
        power = int(self.number)
        self._next()
        return lambda values: np.asarray(found(values) ** power)

    def _atom(self) -> Formula:
        if self.number:
            number = np.array(float(self.number))
            self._next()
            return lambda values: number
        if self.sign == "(":
            (found,) = self._arguments(1)
            return found
        if not self.word:
            self._expected("a number, a name or (")
        word = "sum" if self.word == "∑" else self.word
        if word in self.names:
            return self._name(word)
        count = FORMULA_FUNCTIONS.get(word)
        if count is None:
            if word[0] in self.names:
                self._expected(_WHOLE.format(word[0]))
            known = ", ".join([*self.names, *(f"{name}()" for name in FORMULA_FUNCTIONS)])
            self._expected(f"one of {known}")
        self._next()
        if self.sign != "(":
            self._expected(f"( after {word}")
        arguments = self._arguments(count)
        return lambda values: _CALLS[word](*(a(values) for a in arguments))

    def _name(self, name: str) -> Formula:
        self._next()
        if self.sign == "(":
            self._expected(f"a sign after {name}; or {_WHOLE.format(name)}")
        return lambda values: values[name]

    def _arguments(self, count: int) -> list[Formula]:
        """In parentheses, and as many as there should be."""
        self._next()
        found = [self._sum()]
        while self.sign == "," and len(found) < count:
            self._next()
            found.append(self._sum())
        if len(found) < count:
            self._expected(f"a comma, and {_counted(count)}")
        if self.sign != ")":
            self._expected(")")
        self._next()
        return found


def _counted(count: int) -> str:
    return "one argument" if count == 1 else f"{count} arguments"


def _of(dimensions: tuple[int, ...], name: str, x: Array) -> None:
    if x.ndim not in dimensions:
        wanted = " or ".join(_SHAPES[k] for k in dimensions)
        raise FormulaError(f"expected {wanted} in {name}, got {_SHAPES[x.ndim]}")


def _elementwise(name: str, operation: Callable[[Array, Array], Array]) -> Callable[..., Array]:
    """Entry by entry; a vector with a matrix is refused, as it could be meant by rows or by columns."""

    def joined(a: Array, b: Array) -> Array:
        if a.ndim and b.ndim and a.ndim != b.ndim:
            raise FormulaError(
                f"expected two of one shape on both sides of {name}, got {_SHAPES[a.ndim]} and "
                f"{_SHAPES[b.ndim]}; the product of matrices is dot(a, b) or a @ b"
            )
        return np.asarray(operation(a, b))

    return joined


def _dot(a: Array, b: Array) -> Array:
    for x in (a, b):
        _of((1, 2), "dot or @", x)
    return np.asarray(a @ b)


def _outer(a: Array, b: Array) -> Array:
    for x in (a, b):
        _of((1,), "outer", x)
    return np.outer(a, b)


def _diag(x: Array) -> Array:
    _of((1, 2), "diag", x)
    return np.diag(x)


def _sum(x: Array) -> Array:
    if x.ndim == 2:
        raise FormulaError(
            "expected a vector in sum, got a matrix: rowsum sums each of its rows, colsum each column"
        )
    _of((1,), "sum", x)
    return np.asarray(x.sum())


def _along(name: str, axis: int) -> Callable[[Array], Array]:
    def summed(x: Array) -> Array:
        _of((2,), name, x)
        return np.asarray(x.sum(axis=axis))

    return summed


def _transpose(x: Array) -> Array:
    _of((2,), "transpose", x)
    return x.T


def _softmax(x: Array) -> Array:
    _of((1,), "softmax", x)
    if not np.isfinite(x).all():
        return np.full(x.shape, np.nan)
    return np.asarray(softmax(x))


_OPERATIONS = {
    "+": _elementwise("+", np.add),
    "-": _elementwise("−", np.subtract),
    "*": _elementwise("*", np.multiply),
    "/": _elementwise("/", np.divide),
    "@": _dot,
}
_CALLS: dict[str, Callable[..., Array]] = {
    "sum": _sum,
    "rowsum": _along("rowsum", 1),
    "colsum": _along("colsum", 0),
    "dot": _dot,
    "outer": _outer,
    "diag": _diag,
    "transpose": _transpose,
    "exp": lambda x: np.asarray(np.exp(x)),
    "log": lambda x: np.asarray(np.log(x)),
    "softmax": _softmax,
}
