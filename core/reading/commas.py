"""Commas in numbers: decimal commas, commas between thousands, and what may be either."""

import re

from core.reading.sheet import Sheet

_TIGHT = re.compile(r"[0-9],-?[0-9]")
_FIELD = re.compile(r"[^\s;|&\[\](){}]+")
_DECIMAL = re.compile(r"([+-]?[0-9]+),([0-9]+)((?:[eE][+-]?[0-9]+)?%?)")
_ENGLISH = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?%?")  # 1,234.5
_EUROPEAN = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+%?")  # 1.234,5
_APART = re.compile(r"[;|\n\[\](){}]")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}(?: [0-9]{3})+,[0-9]+")
_PADDED = re.compile(r"(?:(?<=,)|(?<=\s)|^)[+-]?(?:0[0-9]+|(?<=-)0(?=,))(?![0-9.])", re.MULTILINE)


class _Fields:
    """What stands between blanks, semicolons and brackets, by its form."""

    def __init__(self) -> None:
        self.decimal: list[re.Match[str]] = []
        self.english: list[re.Match[str]] = []
        self.european: list[re.Match[str]] = []
        self.count = 0
        self.pointed = False
        """Whether others have a decimal point."""
        self.boxed = False
        """Whether a bracket holds one field alone, as in [1,0], which is a list."""
        self.listed = False
        """Whether a comma follows some, as in 1,0, 2,5."""


def read_commas(sheet: Sheet) -> None:
    """Leave commas only between numbers; note, or ask, where two readings are possible."""
    text = sheet.text
    _refuse_blanks_between_thousands(sheet)
    if not _TIGHT.search(text):
        return
    fields = _fields(text)
    if fields is None or fields.boxed:
        _refuse_both_uses(sheet)
        return
    sure = any(map(_is_surely_decimal, fields.decimal)) or bool(fields.european)
    lines = sum(1 for line in text.split("\n") if line.strip())
    # Whether it is something else that stands between the fields; [1,2; 3,4] is MATLAB's.
    apart = fields.count > lines and (sure or not fields.listed)
    rows = ";" in text and any(mark in text for mark in "[({")
    if fields.english and not sure and _thousands(sheet, fields, apart and not rows):
        return
    if not fields.pointed:
        fields.decimal += fields.english
    first = (fields.decimal + fields.english + fields.european)[0]
    if fields.pointed or not (sure or (apart and not rows)):
        sheet.note(f"The comma in {first[0]} is taken to stand between two numbers.")
        _refuse_both_uses(sheet)
        return
    sheet.sub_spans(fields.decimal, lambda t: t.replace(",", "."))
    sheet.sub_spans(fields.european, lambda t: t.replace(".", "").replace(",", "."))
    otherwise = f"; if it stands between two numbers, write {first[0].replace(',', ', ')}"
    sheet.note(
        f"{first[0]} is read as {first[0].replace('.', '').replace(',', '.')}, with a decimal "
        f"comma{'' if sure else otherwise}."
    )


def _thousands(sheet: Sheet, fields: _Fields, apart: bool) -> bool:
    """Read 1,234.5 as 1234.5; ask of 1,234 which may be 1.234, too. Whether that was all to do."""
    first = fields.english[0]
    plain = first[0].replace(",", "")
    if any("." in m[0] or m[0].count(",") > 1 for m in fields.english):
        if not apart or fields.decimal:
            return False
        sheet.sub_spans(fields.english, lambda t: t.replace(",", ""))
        sheet.note(f"{first[0]} is read as {plain}: commas between thousands.")
        return True
    if apart and not fields.pointed and not fields.decimal:
        sheet.fail(
            f"expected numbers that can be read in one way, got {first[0]}: write "
            f"{first[0].replace(',', '.')} or {plain} or {first[0].replace(',', ', ')}",
            first.start(),
        )
    return False


def _is_surely_decimal(match: re.Match[str]) -> bool:
    """Whether 0,25 or −0,5 or 1,05 or 1,2345: no two whole numbers are written like this."""
    whole, decimals, rest = match.groups()
    zero = whole.lstrip("+-") == "0" and (len(decimals) > 1 or whole[0] == "-")
    return zero or (len(decimals) > 1 and decimals[0] == "0") or len(decimals) > 3 or bool(rest)


def _fields(text: str) -> _Fields | None:
    """The fields, or None as soon as one is a list of numbers."""
    found = _Fields()
    for match in _FIELD.finditer(text):
        start, end = match.span()
        while end > start and text[end - 1] == ",":
            end -= 1
        if "," not in text[start:end]:
            if text[start] in "+-.0123456789":
                found.count += 1
                found.pointed |= "." in text[start:end]
            continue
        found.count += 1
        found.boxed |= text[start - 1 : start] in ("[", "(", "{") and text[
            match.end() : match.end() + 1
        ] in ("]", ")", "}")
        found.listed |= end < match.end()
        for form, matches in (
            (_EUROPEAN, found.european),
            (_ENGLISH, found.english),
            (_DECIMAL, found.decimal),
        ):
            if number := form.fullmatch(text, start, end):
                matches.append(number)
                break
        else:
            return None
    return found if found.decimal or found.english or found.european else None


def _refuse_blanks_between_thousands(sheet: Sheet) -> None:
    """1 234,5 may be two numbers."""
    fields = [field for part in _APART.split(sheet.text) if (field := part.strip())]
    if fields and all(map(_SPACED.fullmatch, fields)):
        first = fields[0]
        sheet.fail(
            f"expected numbers that can be read in one way, got {first}: write "
            f"{first.replace(' ', '').replace(',', '.')} or {first.replace(',', '.')}",
            sheet.text.find(first),
        )


def _refuse_both_uses(sheet: Sheet) -> None:
    """0,25,-0,75 has commas in numbers and between them."""
    if "." not in sheet.text and (odd := _PADDED.search(sheet.text)):
        sheet.fail(
            f"expected a comma either in numbers or between them, got {odd[0]} beside one: "
            "write 0.25 for 0,25, or put blanks or semicolons between the numbers",
            odd.start(),
        )
