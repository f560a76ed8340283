"""A lesson's text, read: docs/lessons.md says what can stand in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from pages.lesson.lesson import Error, Lesson
from pages.lesson.prose import MARK, without_pictures
from pages.lesson.steps import Line, read_step
from pages.notation.html import LANGUAGE

MOST_LETTERS = 100_000
MOST_STEPS = 60
MOST_ERRORS = 30
HEAD = ("title", "language", "author")
"""What the lines at the top of a lesson say."""

_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_HEADING = re.compile(r"##\s+([^\s#].*)")
_SAID = re.compile(r"(\w+)\s*:\s*(.*)")


@dataclass
class _Errors:
    """What is wrong so far; of very many the first are told."""

    found: list[Error] = field(default_factory=list)

    def add(self, line: int, says: str) -> None:
        self.found.append(Error(line, says))

    def told(self) -> tuple[Error, ...]:
        ordered = sorted(self.found, key=lambda error: error.line)
        return tuple(ordered[:MOST_ERRORS])


def parse(text: str) -> Lesson:
    """Read a lesson. What cannot be read is told in its `errors`; all the rest is there.

    Parameters
    ----------
    text : Markdown, as docs/lessons.md describes it; anything may be handed in
    """
    errors = _Errors()
    if len(text) > MOST_LETTERS:
        errors.add(1, f"expected at most {MOST_LETTERS} letters; the rest is left out")
    text, picture = without_pictures(text[:MOST_LETTERS].replace(MARK, "").removeprefix("\ufeff"))
    lines = [Line(k + 1, line.rstrip()) for k, line in enumerate(text.splitlines())]
    if picture:
        errors.add(picture, "expected no pictures, got ![…]: a link to each is shown in its place")
    lesson, body = _head(lines, errors)
    parts = list(_split(body))
    if len(parts) > MOST_STEPS:
        errors.add(parts[MOST_STEPS][1][0].number, f"expected at most {MOST_STEPS} steps")
    steps = []
    for title, inside in parts[:MOST_STEPS]:
        first = inside[0].number
        step, wrong = read_step(
            title or lesson.title, inside if title is None else inside[1:], first
        )
        steps.append(step)
        errors.found += wrong
    if not steps:
        errors.add(
            len(lines) or 1, "expected a step: a heading such as ## What a row says, then prose"
        )
    return replace(lesson, steps=tuple(steps), errors=errors.told())


def _head(lines: list[Line], errors: _Errors) -> tuple[Lesson, list[Line]]:
    """What is said at the top between two lines of ---, and the lines below."""
    start = next((k for k, line in enumerate(lines) if line.text), len(lines))
    end = next((k for k in range(start + 1, len(lines)) if lines[k].text == "---"), None)
    if start == len(lines) or lines[start].text != "---" or end is None:
        errors.add(
            1, "expected a line of --- first, then title: …, language: …, author: …, then ---"
        )
        return Lesson(), lines
    said: dict[str, str] = {}
    for line in lines[start + 1 : end]:
        found = _SAID.fullmatch(line.text)
        if found and found[1] == "language" and not LANGUAGE.fullmatch(found[2]):
            errors.add(line.number, "expected a language such as en or pt-BR; it is taken as en")
        elif found and found[1] in HEAD:
            said[found[1]] = found[2]
        elif line.text:
            near = get_close_matches(found[1], HEAD, 1) if found else []
            meant = f"; did you mean {near[0]}?" if near else ""
            errors.add(line.number, f"expected one of {', '.join(HEAD)}, then a colon{meant}")
    if not said.get("title"):
        errors.add(lines[start].number, "expected title: and what the lesson is called")
    lesson = Lesson(
        title=said.get("title") or Lesson.title,
        language=said.get("language") or Lesson.language,
        author=said.get("author", ""),
    )
    return lesson, lines[end + 1 :]


def _split(lines: list[Line]) -> Iterator[tuple[str | None, list[Line]]]:
    """Each step's title and its lines with the heading; what stands before the first has no title."""
    title: str | None = None
    inside: list[Line] = []
    fenced = False
    for line in lines:
        fenced ^= bool(_FENCE.match(line.text))
        heading = None if fenced else _HEADING.fullmatch(line.text)
        if heading:
            if title is not None or any(part.text for part in inside):
                yield title, inside
            title, inside = heading[1].rstrip().rstrip("#").rstrip(), []
        inside.append(line)
    if title is not None or any(part.text for part in inside):
        yield title, inside
