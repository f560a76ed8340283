"""How numbers are spelled: each way of writing a minus, an exponent or a fraction becomes one."""

import re

from core.reading.sheet import Sheet

_CHARACTERS = str.maketrans(
    {
        **dict.fromkeys("−‐‑﹣－", "-"),
        **dict.fromkeys("\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a", " "),
        **dict.fromkeys("\u00a0\u202f\u205f\u3000\u200b\u2060\ufeff\t\r\f\v", " "),
        **dict.fromkeys("⎡⎢⎣⎤⎥⎦⎛⎜⎝⎞⎟⎠", " "),
        **dict(zip("，；．“”", ',;.""', strict=True)),
    }
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")

_POWER = (
    r"10(?:(?:\^|\*\*)[ ]?[{(]?[ ]?(?P<power>[+-]?[0-9]{1,5})[ ]?[)}]?"
    r"|(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,5}))(?![\w.])"
)
_TIMES_POWER = re.compile(rf"(?<=[0-9.])[ ]{{0,2}}(?:[×x*·⋅∙]|\\times|\\cdot)[ ]{{0,2}}{_POWER}")
_BARE_POWER = re.compile(rf"(?<![\w.^]){_POWER}")
_MATHEMATICA = re.compile(  # 1.2*^-5, 0.5`, 0.5`15.95*^-3
    r"(?<=[0-9.])(?:`{1,2}[0-9]{0,5}(?:\.[0-9]{0,20})?(?:\*\^([+-]?[0-9]{1,5}))?"
    r"|\*\^([+-]?[0-9]{1,5}))"
)
_DASH = re.compile(r"[–—‒](?=[ ]?[0-9.])")  # it may be a sign, a range or a bullet
_EXPONENT = re.compile(r"(?<=[0-9.])[dDf](?=[+-]?[0-9])")  # Fortran 1.2D-04, Julia 1.2f-5
_SUFFIX = re.compile(r"(?<=[0-9.])(?:_?f(?:32|64)|[fFlL])(?![\w.])")  # C, Rust; 2L of R
_FRACTION = re.compile(
    r"\\[dt]?frac\{ ?([+-]?[0-9]{1,20}) ?\}\{ ?([0-9]{1,20}) ?\}"
    r"|\b(?:Fraction|Rational)\( ?([+-]?[0-9]{1,20}), ?([0-9]{1,20})\)"
)
_RATIONAL = re.compile(r"(?<=[0-9])//([0-9]{1,20})(?![\w.])")  # Julia
_WINDOWS = re.compile(r"\b1\.#(?:QNAN|SNAN|IND|(INF))[0-9]{0,4}")
_BRACED_COMMA = re.compile(r"(?<=[0-9])\{,\}([0-9]{1,40})")  # LaTeX
_GROUPED = re.compile(
    r"(?<![\w.,])[0-9]{1,3}(?:['’\u2009\u202f][0-9]{3}){1,5}(?:[.,][0-9]{1,20})?(?![\w'’])"
)
_GROUP_MARK = re.compile(r"['’\u2009\u202f]")
_NUMBER_IN_QUOTES = re.compile(
    r"\"( {0,9}[+-]?[0-9.][0-9.,eE+%-]{0,40})\"|'( {0,9}[+-]?[0-9.][0-9.,eE+%-]{0,40})'"
)


def spell(sheet: Sheet) -> None:
    """Leave every number as Python writes it, or as a fraction a/b, or with a percent sign."""
    text = sheet.source
    if _GROUP_MARK.search(text) and sheet.sub(_GROUPED, lambda m: _GROUP_MARK.sub("", m[0])):
        sheet.note("Groups of three digits are read as one number: 1'234 as 1234.")
    if not text.isascii() or any(blank in text for blank in "\t\r\f\v"):
        sheet.text = sheet.text.translate(_CHARACTERS)
    if dash := _DASH.search(text):
        sheet.fail(f"expected a minus sign, got a dash ({dash[0]}): write -", dash.start())
    if "#" in text:
        sheet.sub(_WINDOWS, lambda m: "inf" if m[1] else "nan")
    if any(mark in text for mark in "^*⁰¹²³⁴⁵⁶⁷⁸⁹"):
        sheet.sub(_TIMES_POWER, lambda m: "e" + _power(m))
        sheet.sub(_BARE_POWER, lambda m: "1e" + _power(m))
    if "`" in text or "*^" in text:
        sheet.sub(_MATHEMATICA, lambda m: "e" + (m[1] or m[2]) if m[1] or m[2] else "")
    if any(letter in text for letter in "dDf"):
        sheet.sub(_EXPONENT, "e")
    if any(letter in text for letter in "fFlL"):
        sheet.sub(_SUFFIX)
    if "frac" in text or "Fraction" in text or "Rational" in text:
        sheet.sub(_FRACTION, lambda m: f"{m[1] or m[3]}/{m[2] or m[4]}")
    if "//" in text:
        sheet.sub(_RATIONAL, lambda m: "/" + m[1])
    if "\\%" in text:
        sheet.text = sheet.text.replace("\\%", "% ")
    if "{,}" in text:
        sheet.sub(_BRACED_COMMA, lambda m: "." + m[1])
    if '"' in text or "'" in text:
        sheet.sub(_NUMBER_IN_QUOTES, lambda m: " " + (m[1] or m[2]))


def _power(match: re.Match[str]) -> str:
    return match["power"] or match["raised"].translate(_SUPERSCRIPTS)
