"""One number, as a person types it into a box."""

import re
from unicodedata import normalize

from core.reading.record import ReadingError

MAX_ENTRY = 40
"""Characters of it."""
_MINUS = str.maketrans(
    dict.fromkeys("−–—‒‐‑﹣－⁻˗", "-") | {"＋": "+", "⁄": "/", "∕": "/", "÷": "/"}
)
_VULGAR = re.compile(r"([+-]? *)([¼-¾⅐-⅞])")
_ENTRY = re.compile(
    r"(?P<sign>[+-]?) *(?:(?P<above>[0-9]{1,9}) */ *(?P<below>[0-9]{1,9})"
    r"|(?P<whole>[0-9]{0,20})(?:[.,](?P<decimals>[0-9]{0,20}))?(?P<exponent>[eE][+-]?[0-9]{1,2})?)",
    re.ASCII,
)


def read_entry(text: str) -> str:
    """A number as people type it, in the form in which `read_numbers` reads it.

    Whole numbers, decimals with a comma or a point and an exponent, and fractions of whole numbers;
    a minus sign of any kind. There is one number only, so a comma is a decimal one.

    >>> read_entry("−0,25"), read_entry(" – 1 / 6 "), read_entry(".5"), read_entry("½"), read_entry("2e-1")
    ('-0.25', '-1/6', '0.5', '1/2', '2e-1')

    Raises
    ------
    ReadingError : for what is none, saying what was expected and what was got
    """
    plain = text.translate(_MINUS).strip()
    if vulgar := _VULGAR.fullmatch(plain):
        plain = vulgar[1] + normalize("NFKC", vulgar[2]).translate(_MINUS)
    found = _ENTRY.fullmatch(plain) if len(plain) <= MAX_ENTRY else None
    if found is None or not re.match("[^eE]*[0-9]", plain):
        got = text if len(text) <= MAX_ENTRY else f"{text[:MAX_ENTRY]}…"
        raise ReadingError(
            f"expected a number such as −0.25, −0,25 or −1/4, got {got!r}"
            if text.strip()
            else "expected a number such as −0.25, −0,25 or −1/4; there is none yet"
        )
    sign = found["sign"].replace("+", "")
    if found["below"] is None:
        decimals = "" if found["decimals"] is None else f".{found['decimals']}"
        return f"{sign}{found['whole'] or '0'}{decimals}{(found['exponent'] or '').lower()}"
    if not int(found["below"]):
        raise ReadingError(f"expected a number above 0 below the line of {text.strip()}, got 0")
    return f"{sign}{found['above']}/{found['below']}"
