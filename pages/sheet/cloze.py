"""Moodle's embedded answers: fields in the text of a question, written `{1:KIND:=right#told~%0%wrong#told}`.

Format: docs.moodle.org, "Embedded Answers (Cloze) question type".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

_REFERENCES = {ord(sign): f"&#{ord(sign)};" for sign in "}~#\\"}
"""Of what would end a part of a field. A backslash before it is undone for some of them only."""
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Alternative:
    """An answer that Moodle knows."""

    answer: str
    """A number, `*` for all others, or one of what is to be chosen from."""
    percent: int
    """Of the points."""
    feedback: str = ""
    """A text."""
    tolerance: str = ""
    """Of a number, to either side."""


def numerical(alternatives: Iterable[Alternative]) -> str:
    """A box for a number.

    Raises
    ------
    ValueError : for an answer that is no plain number and not `*`
    """
    written = []
    for one in alternatives:
        if one.answer != "*" and not _NUMBER.fullmatch(one.answer):
            raise ValueError(f"expected a number or *, got {one.answer!r}")
        span = f":{one.tolerance}" if one.tolerance else ""
        written.append(_written(one, f"{one.answer}{span}"))
    return f"{{1:NUMERICAL:{'~'.join(written)}}}"


def choice(alternatives: Iterable[Alternative]) -> str:
    """Buttons side by side."""
    return (
        f"{{1:MULTICHOICE_H:{'~'.join(_written(one, _safe(one.answer)) for one in alternatives)}}}"
    )


def _written(one: Alternative, answer: str) -> str:
    told = f"#{_safe(one.feedback)}" if one.feedback else ""
    return f"{'=' if one.percent == 100 else f'%{one.percent}%'}{answer}{told}"


def _safe(text: str) -> str:
    """Moodle undoes references once when it reads a field, and shows what it then has as HTML."""
    text = " ".join(text.split())
    return escape(escape(text, quote=False), quote=False).translate(_REFERENCES)
