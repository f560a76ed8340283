"""The prose of a step: Markdown with `{{dL_dz[2]}}` in it, made safe to be shown."""

import re
from collections.abc import Iterator

import numpy as np

from pages.lesson.quantities import Filled, Numbers, Prose, Reference, cut, reference

MARK = "\N{INVISIBLE SEPARATOR}"
"""Around a number that is to be found again on the page; a text's own are taken out."""
DECIMALS = 4
_MOST_ENTRIES = 10

_APART = re.compile(r"(?<!`)(`{1,9})(?!`).+?(?<!`)\1(?!`)|(\$\$).+?\$\$|(\$)[^$\n]+\$", re.S)
"""Code and formulas, in which braces are their own."""
_BRACES = re.compile(r"\{\{([^{}\n]{0,80})\}\}")
_FORMAT = re.compile(r"\s*(\+?)\s*(.+?)\s*(?::\s*([0-9]))?\s*")
_PICTURE = re.compile(r"(?<!!)!+(?=\[)")


def without_pictures(text: str) -> tuple[str, int]:
    """Markdown whose pictures have become links, and the line of the first, from 1; 0 without any.

    A browser would fetch them by itself, from wherever the text says.
    """
    found = _PICTURE.search(text)
    return _PICTURE.sub("", text), text.count("\n", 0, found.start()) + 1 if found else 0


def prose(text: str, numbers: Numbers | None) -> tuple[Prose, list[tuple[int, str]]]:
    """Prose in its parts, and what is wrong with it: (line from 0, what).

    Parameters
    ----------
    text : Markdown
    numbers : the board's; None where there is no board
    """
    parts: list[str | Filled] = []
    wrong: list[tuple[int, str]] = []
    start = 0
    for line, begin, end, inner, apart in _braces(text):
        if apart and not _names(inner, numbers):
            continue
        try:
            if apart:
                raise ValueError("expected a number beside a formula or code, got it inside")
            found = filled(inner, numbers)
        except ValueError as error:
            wrong.append((line, str(error)))
            continue
        parts += [text[start:begin], *found]
        start = end
    parts.append(text[start:])
    return tuple(part for part in parts if part != ""), wrong


def _braces(text: str) -> Iterator[tuple[int, int, int, str, bool]]:
    """Each `{{…}}`: its line, where it begins and ends, what it holds, whether it is in a formula."""
    apart = [found.span() for found in _APART.finditer(text)]
    for found in _BRACES.finditer(text):
        inside = any(a <= found.start() < b for a, b in apart)
        yield text.count("\n", 0, found.start()), *found.span(), found[1], inside


def _names(inner: str, numbers: Numbers | None) -> bool:
    """Whether it is a number of the board: in LaTeX braces are braces."""
    try:
        filled(inner, numbers)
    except ValueError:
        return False
    return "[" in inner


def filled(inner: str, numbers: Numbers | None) -> list[str | Filled]:
    """What stands in place of `{{+dL_dz[2]:3}}`, or of `{{y}}`: a vector in parentheses.

    Raises ValueError if there is no such number.
    """
    found = _FORMAT.fullmatch(inner)
    if numbers is None:
        raise ValueError(
            "expected a line with a link in this step before a number can be filled in"
        )
    if not found:
        raise ValueError(f"expected a quantity such as dL_dz[2] in the braces, got {cut(inner)}")
    sign, name, decimals = found.groups()
    of = reference(name)
    value = of.of(numbers)
    if value.dtype.kind not in "fiub":
        raise ValueError(f"expected a number, and {of} is none")
    if value.ndim > 1 or value.size > _MOST_ENTRIES:
        raise ValueError(f"expected {of} with row and column, as in {of.quantity}[1,2]")
    one = [Filled(r, int(decimals or DECIMALS), bool(sign)) for r in _entries(of, value)]
    if not value.ndim:
        return [one[0]]
    return ["(", *(part for k, f in enumerate(one) for part in (", " if k else "", f)), ")"]


def _entries(of: Reference, value: np.ndarray) -> list[Reference]:
    return [Reference(of.quantity, (*of.index, *k)) for k in np.ndindex(value.shape)]
