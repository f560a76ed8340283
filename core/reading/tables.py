"""Tables without brackets: rules, headings, an index or names before the rows."""

import re
from dataclasses import dataclass
from itertools import pairwise

from core.reading.sheet import COLUMNS, Sheet

NUMBER = re.compile(
    r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?:%|/[0-9]+)?|nan|inf(?:inity)?)",
    re.IGNORECASE,
)
_WORDS = frozenset(["na", "n/a", "null", "none", "true", "false", "indeterminate", "nat", "<na>"])
_WHOLE = re.compile(r"[0-9]{1,9}")
_FINE = re.compile(r"[+-]?[0-9]*\.[0-9]{3,}(?:[eE][+-]?[0-9]+)?|[+-]?[0-9.]+[eE][+-]?[0-9]+")
_POINTED = re.compile(r"[^.]*\.[^.]*|[+-]?[0-9.]+[eE][+-]?[0-9]+")
_RULE = re.compile(r"[ ]*[|+:=\-─-╿][ |+:=\-─-╿]*")
_BARS = re.compile(r"[|│┆║┃]")
_LETTER = re.compile(r"[^\W\d_]")
_INDEX_NAMES = (
    *("", "index", "idx", "id", "i", "j", "k", "row", "#", "no", "no.", "unnamed: 0", "class"),
    *("label", "logit", "unit", "neuron", "output", "sample", "example", "step", "iteration"),
)
_CELL = re.compile(r"[^ ]+")
_NO_HEADING = "The heading of the table is left out."
_BRACKET = re.compile(r"[\[({<\\]")


@dataclass(frozen=True)
class _Line:
    """A line that is no rule and not empty."""

    at: int
    cells: tuple[tuple[int, int, str], ...]
    """(start, end, text) of each."""

    @property
    def words(self) -> list[str]:
        return [text for _, _, text in self.cells]

    def is_heading(self) -> bool:
        """Whether it has names and no numbers."""
        return not any(map(_numeric, self.words)) and any(map(_LETTER.search, self.words))


def _numeric(word: str) -> bool:
    return bool(NUMBER.fullmatch(word)) or word.lower() in _WORDS


def counts(words: list[str]) -> bool:
    """Whether they are 0, 1, 2, … or 1, 2, 3, …"""
    if not words or not all(map(_WHOLE.fullmatch, words)) or words[0] not in ("0", "1"):
        return False
    first = int(words[0])
    return all(int(word) == first + k for k, word in enumerate(words))


def read_table(sheet: Sheet) -> None:
    """Leave the numbers of a table, each line a row of them."""
    if _BRACKET.search(sheet.text):
        return
    lines = sheet.lines()
    rules = [k for k, line in enumerate(lines) if len(line.strip()) > 2 and _RULE.fullmatch(line)]
    ruled = set(rules)
    if any("=" in line for k, line in enumerate(lines) if k not in ruled):
        return  # names before numbers
    barred = bool(_BARS.search(sheet.text))
    body = [
        _Line(k, _cells(line, barred))
        for k, line in enumerate(lines)
        if k not in ruled and _BARS.sub("", line).strip()
    ]
    for k in rules:
        lines[k] = " " * len(lines[k])
    body = _headed_by_rule(sheet, lines, body, rules)
    rows = _headings(sheet, lines, body)
    _index(sheet, lines, rows, sure=_FINE if rows == body else _POINTED)
    if barred:
        lines = [_BARS.sub(" ", line) for line in lines]
    sheet.rewrite(lines)


def _cells(line: str, barred: bool) -> tuple[tuple[int, int, str], ...]:
    if barred or "," in line or ";" in line:
        mark = _BARS if barred else re.compile(";" if ";" in line else ",")
        ends = [m.start() for m in mark.finditer(line)] + [len(line)]
        starts = [0, *(end + 1 for end in ends[:-1])]
        spans = list(zip(starts, ends, strict=True))
        if barred:  # the bars at the ends of a line are no separators
            spans = [
                s for k, s in enumerate(spans) if 0 < k < len(spans) - 1 or line[slice(*s)].strip()
            ]
        return tuple((a, b, line[a:b].strip(" \"'*`$")) for a, b in spans)
    return tuple((m.start(), m.end(), m[0].strip("\"'")) for m in _CELL.finditer(line))


def _blank(lines: list[str], at: int, mark: str = "") -> None:
    lines[at] = mark.ljust(len(lines[at]))


def _cut(lines: list[str], line: _Line) -> None:
    """Blank the first cell and the separator behind it."""
    end = line.cells[0][1]
    old = lines[line.at]
    lines[line.at] = " " * min(end + 1, len(old)) + old[end + 1 :]


def _headed_by_rule(
    sheet: Sheet, lines: list[str], body: list[_Line], rules: list[int]
) -> list[_Line]:
    """In Markdown, and wherever a double rule stands, what is above the rule is a heading."""
    above = [k for k in rules if body and k > body[0].at]
    if not above or (above[0] == rules[-1] and above[0] > body[-1].at):
        return body
    ruled = sheet.lines()
    double = [k for k in above if "=" in ruled[k] or "═" in ruled[k]]
    end = double[0] if double else above[0]
    if not double and rules[0] < body[0].at and all(map(_numeric, body[0].words)):
        return body  # a grid around every row
    heads = [line for line in body if line.at < end]
    rows = [line for line in body if line.at > end]
    words = heads[0].words
    if all(map(_numeric, filter(None, words))) and not _counts_on(list(filter(None, words))):
        return body  # numbers above the rule, which Markdown asks for
    for line in heads:
        _blank(lines, line.at)
    sheet.note(_NO_HEADING)
    if words[0].lower() in _INDEX_NAMES and all(len(line.cells) == len(words) for line in rows):
        _drop_index(sheet, lines, rows)
        return []
    return rows


def _headings(sheet: Sheet, lines: list[str], body: list[_Line]) -> list[_Line]:
    """Blank lines of names, or of column numbers; what follows the second heads further columns."""
    rows: list[_Line] = []
    narrower = False  # than the rows: there is no name for their index
    first: list[str] = []
    starts = [0]  # of the rows under each heading
    wraps = not any("," in lines[line.at] or ";" in lines[line.at] for line in body[:1])
    for k, line in enumerate(body):
        if rows and not (first and wraps):  # no heading is to come
            rows += body[k:]
            break
        words = line.words
        following = len(body[k + 1].cells) if k + 1 < len(body) else 0
        numbers = _counts_on(words) and following == len(words) + 1
        numbers |= (
            words[0].lower() in _INDEX_NAMES and _counts_on(words[1:]) and following == len(words)
        )
        again = not rows or len(words) in (following, following - 1)
        if not (line.is_heading() or numbers) or not following or not again:
            rows.append(line)
            continue
        if words[-1][-1:] == ":" and len(words) < following:  # Example 1:
            _blank(lines, line.at)
            continue
        if rows and words != first:
            starts.append(len(rows))
        _blank(lines, line.at, COLUMNS if rows and words != first else "")
        first = first or words
        named = words[0].lower() in _INDEX_NAMES and following == len(words)
        narrower |= named or (following == len(words) + 1 and words[-1][-1:] not in (":", "="))
    if first:
        sheet.note(_NO_HEADING)
    parts = [rows[a:b] for a, b in pairwise([*starts, len(rows)])]
    if narrower and all(map(_may_be_index, parts)):
        _drop_index(sheet, lines, rows)
        return []
    return rows


def _may_be_index(rows: list[_Line]) -> bool:
    """Whether the first cells are names, or count, or are whole numbers beside others that are not."""
    first = [line.cells[0][2] for line in rows]
    if not any(map(_numeric, first)) or counts(first):
        return True
    others = [word for line in rows for word in line.words[1:]]
    return all(map(_WHOLE.fullmatch, first)) and not any(
        _WHOLE.fullmatch(word.lstrip("+-")) for word in others
    )


def _counts_on(words: list[str]) -> bool:
    """Whether they are whole numbers, each one more than the one before."""
    if not words or not all(map(_WHOLE.fullmatch, words)):
        return False
    return all(int(b) == int(a) + 1 for a, b in pairwise(words))


def _drop_index(
    sheet: Sheet,
    lines: list[str],
    rows: list[_Line],
    note: str = "The first column is taken for an index, and left out.",
) -> None:
    for line in rows:
        if len(line.cells) > 1:
            _cut(lines, line)
    sheet.note(note)


def _wide(rows: list[_Line], least: int) -> bool:
    return min(len(line.cells) for line in rows) >= least


def _without_first(line: _Line) -> _Line:
    return _Line(line.at, line.cells[1:])


def _index(sheet: Sheet, lines: list[str], rows: list[_Line], sure: re.Pattern[str]) -> None:
    """Names before the rows, or numbers that count them, if all others are surely no such."""
    if not rows or not _wide(rows, 2):
        return
    first = [line.cells[0][2] for line in rows]
    if len(rows) == 1 and len(rows[0].cells) == 2:
        return  # x 0.1 may be anything
    if all(_LETTER.search(w) and not _numeric(w) and w[-1] not in ":=" for w in first):
        if all(map(_numeric, (line.cells[1][2] for line in rows))) and all(
            len(w) > 1 and not re.search(r"\.[0-9]", w) for w in first
        ):
            _drop_index(sheet, lines, rows, "The names before the rows are left out.")
            if len(rows) > 1 and counts([line.cells[1][2] for line in rows]) and _wide(rows, 3):
                _drop_index(sheet, lines, [_without_first(line) for line in rows])
        return
    if len(rows) > 1 and counts(first):
        if all(sure.fullmatch(w) for line in rows for w in line.words[1:] if w):
            _drop_index(sheet, lines, rows)
        else:
            sheet.note(
                f"The first column counts {first[0]}, {first[1]}, …: if it is an index, leave it out."
            )
