"""What people write around numbers: words, bullets, a numbering, a sign of transposition."""

import re

from core.reading.sheet import Sheet
from core.reading.tables import counts

_SIGNED = r"[+-]?(?:[0-9]|\.[0-9])"
_AND = re.compile(rf"(?<=[0-9.,%])[ ]and(?=[ ]{_SIGNED})")
_ABOUT = re.compile(rf"[≈≃~](?=[ ]?{_SIGNED})")
_FULL_STOP = re.compile(r"(\.[0-9]+|[\])}%])\.(?=\s*\Z)")
_ANGLES = re.compile(rf"\A(\s*)<(?=[ ]?{_SIGNED})([^<>]*)>(?=\s*\Z)")
_CORNERS = re.compile(rf"^[ ]*[┌└╭╰][ ]+(?={_SIGNED})|(?<=[0-9.])[ ]+[┐┘╮╯](?=[ ]*$)", re.MULTILINE)
_T = r"(?:T|t|⊤|\\top|\\intercal)"
_TRANSPOSED = re.compile(
    rf"(?<=[\])}}])[ ]?(?:\^[ ]?(?:{_T}|\\[a-z]{{2,8}}\{{T\}}|\{{[ ]?(?:{_T}|\\[a-z]{{2,8}}\{{T\}})[ ]?\}})"
    r"|ᵀ|\.m?T\b|\.t\(\)|')(?=[\s;.$`]*\Z)"
)
_SHAPE = re.compile(
    r"^(?:[\w.]{1,40}\.shape|shape)?[ ]?[=:]?[ ]*\(([0-9]{1,7}(?:, ?[0-9]{1,7})*),?\)[ ]*$",
    re.MULTILINE,
)
_REMARK = re.compile(
    r"(?<=[0-9.%\])])[ ]+\((?![^()\n]*\b(?:nan|inf|array|tensor|float)\b)[^()\n\[\]]*[^\W\d_]{3,}[^()\n\[\]]*\)"
)
_TERM = r"[^\n\[\]{}=0-9]*[\w)'’][ ][-−+*/@⊙·×][ ][\w(][^\n\[\]{}=0-9]*"
_EXPRESSION = re.compile(  # dz = y - t = before the numbers, or in a line of its own
    rf"^(?:[^\n\[\]{{}}=0-9]*=)?{_TERM}(?:=(?=[ ]*[\[({{+0-9.-])|$)|^[ ]*=(?=[ ])", re.MULTILINE
)
_CODE = re.compile(
    r"^[ ]*(?:(?:print|disp|display|println|show)\([^()\n]*\);?|(?:import|from|using) [^\n]*)$",
    re.MULTILINE,
)
_BULLET = re.compile(r"[ ]*([-*•‣·])[ ]+(?=\S)")
_NUMBERED = re.compile(rf"[ ]*\(?([0-9]{{1,6}})[.)][ ]+(?={_SIGNED})")
_COUNTED = re.compile(
    r"[ ]*[^\W\d]\w{0,20}[ ]?[=:]?[ ]?([0-9]{1,6})[ ]?[,;:]?[ ]+(?=[^\W\d][\w./∂]{0,30}[ ]?[=:])"
)


def read_prose(sheet: Sheet) -> None:
    """Leave the numbers and what separates them."""
    text = sheet.text
    if "and" in text:
        sheet.sub(_AND)
    if any(mark in text for mark in "≈≃~"):
        sheet.sub(_ABOUT)
    if "=" in text:
        sheet.sub(_EXPRESSION)
    sheet.sub(_FULL_STOP, lambda m: m[1])
    if "<" in text:
        sheet.sub(_ANGLES, lambda m: f"{m[1]}({m[2]})")
    if any(mark in text for mark in "┌└╭╰"):
        sheet.sub(_CORNERS)
    sheet.transposed = bool(sheet.sub(_TRANSPOSED))
    if "(" in text:
        sheet.sub(_REMARK)
    if "[" in text and len(found := _SHAPE.findall(sheet.text)) == 1:  # what x.shape printed
        sheet.shapes.append(tuple(map(int, found[0].split(","))))
        sheet.sub(_SHAPE)
    if "(" in text or "import" in text or "using" in text:
        sheet.sub(_CODE)
    _bullets(sheet)
    for pattern in (_NUMBERED, _COUNTED):
        _numbering(sheet, pattern)


def _with_numbers(lines: list[str]) -> list[int]:
    return [k for k, line in enumerate(lines) if any(map(str.isdigit, line))]


def _bullets(sheet: Sheet) -> None:
    """- before each line, which may be meant as a minus."""
    lines = sheet.lines()
    at = _with_numbers(lines)
    found = [_BULLET.match(lines[k]) for k in at]
    if not at or not all(found):
        return
    marks = {match[1] for match in found if match}
    behind = [lines[k][match.end()] for k, match in zip(at, found, strict=True) if match]
    if marks == {"-"} and len(at) > 1 and not any(mark in "-[({" for mark in behind):
        first = lines[at[0]].strip()[:20]
        sheet.fail(
            f"expected numbers that can be read in one way, got {first!r}: write it without the "
            "blank if - is a minus, and without - if it is a bullet",
            sum(len(line) + 1 for line in lines[: at[0]]),
        )
    if marks == {"-"} and len(at) == 1:
        return
    for k, match in zip(at, found, strict=True):
        if match:
            lines[k] = " " * match.end() + lines[k][match.end() :]
    sheet.rewrite(lines)


def _numbering(sheet: Sheet, pattern: re.Pattern[str]) -> None:
    """1. before the first line, 2. before the second; i = 0, and i = 1."""
    lines = sheet.lines()
    at = _with_numbers(lines)
    found = [match for k in at if (match := pattern.match(lines[k]))]
    if len(at) < 2 or len(found) < len(at) or not counts([match[1] for match in found]):
        return
    for k, match in zip(at, found, strict=True):
        lines[k] = " " * match.end() + lines[k][match.end() :]
    sheet.rewrite(lines)
    sheet.note(f"{found[0][0].strip()} and what counts on below is taken for a numbering.")
