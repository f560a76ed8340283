"""The lessons that there are: those of this project, and those in a folder of the server."""

import codecs
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pages.lesson.lesson import Lesson
from pages.lesson.parse import parse

OURS = Path(__file__).parents[2] / "lessons"
SETTING = "LESSONS"
"""The environment's name for a folder of the host's own."""
LESSON, STEP = "lesson", "step"
"""The names in the link."""
MOST_BYTES = 400_000
_ORDER = re.compile(r"\d+[-_. ]+(?=\w)")
"""In front of a file's name: no part of the lesson's."""


def shelf(environment: Mapping[str, str] = os.environ) -> dict[str, Path]:
    """The file of each lesson, by its name in the link, in the order of the files; ours first.

    A name that a folder of the host has as well is the host's.
    """
    folders = [OURS, *([Path(environment[SETTING])] if environment.get(SETTING) else [])]
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.md")) if folder.is_dir() else []:
            if path.is_file() and (name := _name(path.stem)):
                found[name] = path
    return found


def _name(stem: str) -> str:
    """As it stands in a link: 2-Große Zahlen is große-zahlen."""
    return re.sub(r"[\W_]+", "-", _ORDER.sub("", stem, count=1).lower()).strip("-")


def opened(path: Path) -> tuple[str, Lesson]:
    """A lesson's text and what it was read as."""
    with path.open("rb") as file:
        text = decoded(file.read(MOST_BYTES))
    return text, read(text)


def decoded(data: bytes) -> str:
    """The text of a file, as editors save it: UTF-8, UTF-16 that says so, or else Windows-1252.

    Of a file that was cut off, the last character may be half there: it is left out.
    """
    data = data[:MOST_BYTES]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = codecs.getincrementaldecoder("utf-8-sig")().decode(data)
        except UnicodeDecodeError:
            text = data.decode("windows-1252", "replace")
    return text.replace("\x00", "")


@lru_cache(64)
def read(text: str) -> Lesson:
    """A lesson; reading one asks core for the numbers of all its steps."""
    return parse(text)
