"""What stands around a printout: prompts, the code behind them, comments."""

import re

from core.reading.sheet import Sheet

_PROMPT = re.compile(
    r"^[ ]*(?:>>>|In[ ]?\[[0-9 ]*\]:=?|julia>|octave(?::[0-9]+)?>|sage:|ghci>|scala>|\(gdb\)|>>|>|\$(?=[ ]))"
    r"(?=[ ]|$)",
    re.MULTILINE,
)
_RESULT = re.compile(r"^[ ]*(?:Out[ ]?\[[0-9]*\](?:(?://\w+)?=|:)|\$[0-9]+ =|=>)", re.MULTILINE)
_PREFIX = re.compile(r"^[ ]*(?:##|#>|#|//|%)(?=[ ])", re.MULTILINE)  # of what knitr shows
_TYPED = re.compile(r"^[ ]*\(\w[\w:<> ]{0,40}(?:\[[0-9]+\])*\)[ ]\$?\w+[ ]?=")  # of lldb
_GOES_ON = re.compile(r"(?<=[0-9.\]][;,])[ ]*\.\.\.[ ]*$", re.MULTILINE)  # of MATLAB
_FENCE = re.compile(r"^[ ]*(?:```|~~~)[\w ]{0,20}$", re.MULTILINE)  # of Markdown
_CONTINUED = re.compile(r"^\.\.\.(?: .*)?$")
_BLOCKS = (("/*", "*/"), ("(*", "*)"))
_COMMENT = re.compile(
    r"#.*"
    r"|(?:^|(?<=[\s;,\])}]))--[ ](?=[A-Za-z]).*"
    r"|(?:^|(?<=[\s;,\])}]))//.*"
    r"|(?:^|(?<=[\s;,\])}]))%(?!\s*(?:[,;&|)\]}\n]|[+-]?[0-9.]|$)).*",
    re.MULTILINE,
)
_NUMBER = re.compile(r"[0-9]|\b(?:nan|inf)", re.IGNORECASE)


def strip_session(sheet: Sheet) -> None:
    """Blank prompts and comments, and code where other lines hold what it printed."""
    sheet.sub(_FENCE)
    _prompts(sheet)
    sheet.sub(_RESULT)
    sheet.sub(_TYPED)
    if "..." in sheet.text:
        sheet.sub(_GOES_ON)
    if all(_PREFIX.match(line) or not line.strip() for line in sheet.lines()):
        sheet.sub(_PREFIX)
    for start, end in _BLOCKS:
        _block_comments(sheet, start, end)
    if any(mark in sheet.text for mark in ("#", "//", "%", "--")):
        sheet.sub(_COMMENT)


def _prompts(sheet: Sheet) -> None:
    if not _PROMPT.search(sheet.text):
        return
    lines = sheet.lines()
    code, inside = [], False
    for line in lines:
        inside = bool(_PROMPT.match(line)) or (inside and bool(_CONTINUED.match(line)))
        code.append(inside)
    printed = any(
        _NUMBER.search(line) for line, is_code in zip(lines, code, strict=True) if not is_code
    )
    if printed:
        sheet.note("Lines that begin with a prompt are taken for code, and left out.")
        sheet.rewrite(
            [
                " " * len(line) if is_code else line
                for line, is_code in zip(lines, code, strict=True)
            ]
        )
    else:
        sheet.sub(_PROMPT)


def _block_comments(sheet: Sheet, start: str, end: str) -> None:
    text, parts, at = sheet.text, [], 0
    while (begin := text.find(start, at)) >= 0 and (close := text.find(end, begin + 2)) >= 0:
        close += len(end)
        blank = re.sub(r"[^\n]", " ", text[begin:close])
        parts += [text[at:begin], blank]
        at = close
    if parts:
        sheet.text = "".join(parts) + text[at:]
