"""The lessons that there are: those of this project, and those in a folder of the server."""

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
_FILE = re.compile(r"(?:\d+-)?([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
"""A number in front says the order and is no part of the name."""


def shelf(environment: Mapping[str, str] = os.environ) -> dict[str, Path]:
    """The file of each lesson, by its name in the link, in the order of the files; ours first.

    A name that a folder of the host has as well is the host's.
    """
    folders = [OURS, *([Path(environment[SETTING])] if environment.get(SETTING) else [])]
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.md")) if folder.is_dir() else []:
            name = _FILE.fullmatch(path.name)
            if name:
                found[name[1]] = path
    return found


def opened(path: Path) -> tuple[str, Lesson]:
    """A lesson's text and what it was read as."""
    text = path.read_bytes()[:MOST_BYTES].decode("utf-8", "replace")
    return text, read(text)


@lru_cache(64)
def read(text: str) -> Lesson:
    """A lesson; reading one asks core for the numbers of all its steps."""
    return parse(text)
