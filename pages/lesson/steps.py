"""The lines of one step: prose, and those that are the explorer's own."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pages import PAGES
from pages.instruments import table
from pages.lesson.lesson import Error, Shown, Step
from pages.lesson.prose import prose
from pages.lesson.quantities import Claim, Numbers, Prose, claim, cut, reference
from pages.lesson.questions import (
    ChoiceQuestion,
    NumberQuestion,
    Option,
    Question,
    SignQuestion,
)
from pages.state import link
from pages.state.controls import defaults

WORDS = ("controls", "boards", "question", "then", "sign", "number")
"""What a line that says something to the explorer begins with, before a colon."""

MOST_LINES = 300
"""Of one piece of prose: a browser needs some milliseconds for each heading."""
_STEMS = {page.stem for page in PAGES}
_ADDRESS = re.compile(r"<?(https?://\S+?|(?:\S*/)?[a-z]+\?\S*?|/[a-z]+)>?")
_WORD = re.compile(r"([a-z]+)\s*:\s*(.*)")
_OPTION = re.compile(r"[-*+]\s+(.+)")


class Line(NamedTuple):
    """A line of the text, counted from 1."""

    number: int
    text: str


@dataclass
class _Asked:
    """A question as far as it has been read."""

    line: Line
    text: str
    kind: tuple[str, Line] | None = None
    then: Line | None = None
    options: list[tuple[Line, list[Line]]] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether answers may still come."""
        return self.kind is None


@dataclass
class _Read:
    """A step as far as it has been read."""

    before: list[Line] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)
    address: Line | None = None
    controls: Line | None = None
    boards: Line | None = None
    asked: _Asked | None = None
    errors: list[Error] = field(default_factory=list)

    def wrong(self, line: int, says: object) -> None:
        self.errors.append(Error(line, str(says)))


def read_step(title: str, lines: Sequence[Line], first: int) -> tuple[Step, list[Error]]:
    """A step of these lines, and what is wrong with them.

    Parameters
    ----------
    title : of the step
    lines : below its heading
    first : the number of the heading's line
    """
    read = _sorted(lines)
    shown, numbers = _shown(read)
    question = _question(read, shown, numbers)
    step = Step(
        title=title,
        line=first,
        prose=_prose(read.before, numbers, read),
        shown=shown,
        question=question,
        after=_prose(read.after, numbers, read),
    )
    return step, read.errors


def _sorted(lines: Sequence[Line]) -> _Read:
    """Which line is what."""
    read = _Read()
    fenced = False
    for line in lines:
        fence = line.text.lstrip().startswith(("```", "~~~"))
        fenced ^= fence
        if fenced or fence or not _own(line, read):
            (read.before if read.asked is None else read.after).append(line)
    return read


def _own(line: Line, read: _Read) -> bool:
    """Take a line that is no prose; returns whether it was one."""
    asked = read.asked
    if asked and asked.options and line.text[:1] in (" ", "\t") and not any(_said(read.after)):
        asked.options[-1][1].append(Line(line.number, line.text.strip()))
        return True
    option = _OPTION.fullmatch(line.text)
    if asked and asked.open and option and not any(_said(read.after)):
        asked.options.append((Line(line.number, option[1].strip()), []))
        return True
    if is_address(line.text):
        if read.address:
            read.wrong(line.number, "expected one link in a step, got a second; it is left out")
        else:
            read.address = line
        return True
    found = _WORD.fullmatch(line.text)
    if not found:
        return False
    word, rest = found.groups()
    if word not in WORDS:
        near = get_close_matches(word, WORDS, 1, 0.75)
        if near:
            read.wrong(line.number, f"expected {near[0]}: perhaps, got {word}:")
        return False
    _take(word, Line(line.number, rest), read)
    return True


def _said(lines: Sequence[Line]) -> list[str]:
    return [line.text for line in lines if line.text]


def _take(word: str, line: Line, read: _Read) -> None:
    """A line that begins with one of the words."""
    asked = read.asked
    if word == "controls":
        read.controls = line
    elif word == "boards":
        read.boards = line
    elif word == "question":
        if asked:
            read.wrong(line.number, "expected one question in a step, got a second; it is left out")
        else:
            read.asked = _Asked(line, line.text)
    elif asked is None:
        read.wrong(line.number, f"expected question: before {word}:")
    elif word == "then":
        asked.then = line
    elif asked.kind or asked.options:
        read.wrong(line.number, f"expected one kind of answer, got {word}: as well")
    else:
        asked.kind = (word, line)


def is_address(text: str) -> bool:
    """Whether a line is the address of a state, and no prose."""
    found = _ADDRESS.fullmatch(text.strip())
    if not found:
        return False
    path, _, query = found[1].partition("?")
    return path.startswith("http") or "=" in query or path.rpartition("/")[2] in _STEMS


def _shown(read: _Read) -> tuple[Shown | None, Numbers | None]:
    """The instrument that a step's link names, and its numbers there."""
    if read.address is None:
        for line in (read.controls, read.boards):
            if line:
                read.wrong(line.number, "expected a line with a link in this step as well")
        return None, None
    try:
        stem, said = linked(read.address.text.strip().strip("<>"))
        shown = Shown(stem, {**defaults(), **said})
        instrument = shown.at(shown.state)
        numbers = shown.numbers(shown.state)
    except ValueError as error:
        read.wrong(read.address.number, error)
        return None, None
    boards = {key.removesuffix("_board"): key for key in instrument.blocks()}
    controls = [*instrument.choices, *instrument.slider_keys()]
    return Shown(
        stem,
        shown.state,
        tuple(boards[name] for name in _listed(read.boards, list(boards), read)),
        tuple(_listed(read.controls, controls, read)),
    ), numbers


def linked(address: str) -> tuple[str, dict[str, Any]]:
    """A link's page and what it says of controls.

    Raises ValueError if it is none of the explorer, or of a page without a board.
    """
    parts = urlsplit(address)
    last = parts.path.rpartition("/")[2]
    if parts.netloc and last and last not in _STEMS and not parts.query:
        raise ValueError(
            "expected the address of a page of the explorer; for another write [words](address)"
        )
    stem, said = link.read(address)
    if stem not in table.INSTRUMENTS:
        raise ValueError(
            f"expected a page with a board, one of {', '.join(table.INSTRUMENTS)}, got {stem}"
        )
    return stem, said


def _listed(line: Line | None, among: Sequence[str], read: _Read) -> list[str]:
    """The names on a line that are among those that there are, each once."""
    names = [name for name in re.split(r"[\s,]+", line.text) if name] if line else []
    for name in dict.fromkeys(names):
        if line and name not in among:
            read.wrong(line.number, f"expected some of {', '.join(among)}, got {cut(name)}")
    return [name for name in dict.fromkeys(names) if name in among]


def _prose(lines: Sequence[Line], numbers: Numbers | None, read: _Read) -> Prose:
    lines = list(lines)
    while lines and not lines[0].text:
        lines.pop(0)
    if len(lines) > MOST_LINES:
        read.wrong(
            lines[MOST_LINES].number,
            f"expected at most {MOST_LINES} lines of prose at a time; the rest is left out",
        )
        lines = lines[:MOST_LINES]
    parts, wrong = prose("\n".join(line.text for line in lines).rstrip(), numbers)
    if numbers is not None or read.address is None:  # of a link that is wrong no more is told
        for line, says in wrong:
            read.wrong(lines[line].number, says)
    return parts


def _question(read: _Read, shown: Shown | None, numbers: Numbers | None) -> Question | None:
    """The question, if every line of it can be read."""
    asked = read.asked
    if asked is None:
        return None
    if shown is None or numbers is None:
        if read.address is None:
            read.wrong(
                asked.line.number, "expected a line with a link, from which the answer comes"
            )
        return None
    before = len(read.errors)
    then, after = _then(asked, shown, numbers, read)
    question = _of_kind(asked, then, numbers, read)
    if question is None or len(read.errors) > before:
        return None
    try:
        right = question.right(numbers, after)
    except ValueError as error:
        read.wrong((asked.kind[1] if asked.kind else asked.line).number, error)
        return None
    if len(right) != 1:
        read.wrong(
            asked.line.number,
            f"expected one answer that is right at this state, got {len(right)}: "
            f"{', '.join(right) or 'none is'}",
        )
        return None
    return question


def _then(
    asked: _Asked, shown: Shown, numbers: Numbers, read: _Read
) -> tuple[dict[str, Any], Numbers]:
    """What the question changes, and the numbers after it."""
    if asked.then is None:
        return {}, numbers
    try:
        _, then = link.read(f"{shown.stem}?{asked.then.text.strip()}")
        if not then:
            raise ValueError(f"expected a change such as tau=2, got {cut(asked.then.text)}")
        return then, shown.numbers({**shown.state, **then})
    except ValueError as error:
        read.wrong(asked.then.number, error)
        return {}, numbers


def _of_kind(asked: _Asked, then: dict[str, Any], numbers: Numbers, read: _Read) -> Question | None:
    if not asked.text:
        read.wrong(asked.line.number, "expected what is asked after question:")
        return None
    text = _prose([asked.line], numbers, read)
    if asked.kind:
        word, line = asked.kind
        kinds: dict[str, Callable[..., Question]] = {"sign": SignQuestion, "number": NumberQuestion}
        try:
            return kinds[word](text, then, reference(line.text))
        except ValueError as error:
            read.wrong(line.number, error)
            return None
    before = len(read.errors)
    options = [_option(line, says, numbers, read) for line, says in asked.options]
    if len(read.errors) > before:
        return None
    texts = [option.text for option in options]
    if len(options) < 2 or len(set(texts)) < len(texts):
        read.wrong(
            asked.line.number,
            "expected sign: or number: with a quantity below the question, or two or more "
            "different answers, each on a line that begins with -",
        )
        return None
    if sum(option.claim is None for option in options) > 1:
        read.wrong(asked.line.number, "expected at most one answer without a comparison")
        return None
    return ChoiceQuestion(text, then, tuple(options))


def _option(line: Line, says: Sequence[Line], numbers: Numbers, read: _Read) -> Option:
    """`It grows: norm_ce' > norm_ce`; without a comparison, what is right when no other is."""
    text, colon, rest = line.text.rpartition(": ")
    found: Claim | None = None
    if colon:
        try:
            found = claim(rest)
        except ValueError as error:
            if re.search(r"[<>=≠]", rest):
                read.wrong(line.number, error)
            text = line.text
    return Option(text.strip() or line.text, found, _prose(says, numbers, read))
