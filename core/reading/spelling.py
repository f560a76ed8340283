"""How numbers are spelled: each way of writing a minus, an exponent or a fraction becomes one."""

import re

from core.reading.sheet import Sheet

_CHARACTERS = str.maketrans(
    {
        **dict.fromkeys("−‐‑﹣－", "-"),
        **dict.fromkeys("\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a", " "),
        **dict.fromkeys("\u00a0\u202f\u205f\u3000\u200b\u2060\ufeff\t\r\f\v", " "),
        **dict.fromkeys("⎡⎢⎣⎤⎥⎦⎛⎜⎝⎞⎟⎠", " "),
        **dict(zip("，；．“”⟨⟩⁄", ',;.""()/', strict=True)),
    }
)
_VULGAR = str.maketrans(
    {
        **dict(
            zip(
                "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞",
                [
                    "1/2",
                    "1/3",
                    "2/3",
                    "1/4",
                    "3/4",
                    "1/5",
                    "2/5",
                    "3/5",
                    "4/5",
                    "1/6",
                    "5/6",
                    "1/8",
                    "3/8",
                    "5/8",
                    "7/8",
                ],
                strict=True,
            )
        ),
    }
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")

_POWER = (
    r"10(?:(?:\^|\*\*)[ ]?(?:(?P<power>[+-]?[0-9]{1,5})|[{(][ ]?(?P<inner>[+-]?[0-9]{1,5})[ ]?[)}])"
    r"|(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,5}))(?![\w.])"
)
_TIMES_POWER = re.compile(
    rf"(?<=[0-9.])[ ]{{0,2}}(?:[×x*·⋅∙]|\\times|\\cdot|\\\[Times\])[ ]{{0,2}}{_POWER}"
)
_SPACED_POWER = re.compile(rf"(?<=[0-9.])[ ]{_POWER}")
_BARE_POWER = re.compile(rf"(?<![\w.^]){_POWER}")
_MATHEMATICA = re.compile(  # 1.2*^-5, 0.5`, 0.5`15.95*^-3
    r"(?<=[0-9.])(?:`{1,2}[0-9]{0,5}(?:\.[0-9]{0,20})?(?:\*\^([+-]?[0-9]{1,5}))?"
    r"|\*\^([+-]?[0-9]{1,5}))"
)
_DASH = re.compile(r"[–—‒](?=[ ]?[0-9.])")  # it may be a sign, a range or a bullet
_EXPONENT = re.compile(r"(?<=[0-9.])[dDf](?=[+-]?[0-9])")  # Fortran 1.2D-04, Julia 1.2f-5
_SUFFIX = re.compile(r"(?<=[0-9.])(?:_?f(?:32|64)|[fFlLdD])(?![\w.])")  # C, Rust, Java; 2L of R
_FRACTION = re.compile(
    r"\\[dt]?frac\{ ?([+-]?[0-9]{1,20}) ?\}\{ ?([0-9]{1,20}) ?\}"
    r"|\\[dt]?frac ?([0-9]) ?([0-9])(?![0-9.])"
    r"|\b(?:Fraction|Rational)\( ?([+-]?[0-9]{1,20}), ?([0-9]{1,20})\)"
)
_RATIONAL = re.compile(r"(?<=[0-9])//([0-9]{1,20})(?![\w.])")  # Julia
_WINDOWS = re.compile(r"\b1\.#(?:QNAN|SNAN|IND|(INF))[0-9]{0,4}")
_BOLD = re.compile(r"\*\*([+-]?[0-9.][0-9.,eE+%-]{0,40})\*\*(?=[ |\n]|$)")
_SPACED_FRACTION = re.compile(r"(?<![0-9./])(?<!/ )([0-9]{1,9}) / ([0-9]{1,9})(?![0-9.]|[ ]?/)")
_CELL_ERROR = re.compile(r"#(?:NUM!|N/A|DIV/0!|VALUE!|REF!)")
_BRACED_COMMA = re.compile(r"(?<=[0-9])\{,\}([0-9]{1,40})")  # LaTeX
_GROUPED = re.compile(
    r"(?<![\w.,])[0-9]{1,3}(?:['’\u2009\u202f][0-9]{3}){1,5}(?:[.,][0-9]{1,20})?(?![\w'’])"
)
_GROUP_MARK = re.compile(r"['’\u2009\u202f]")
_NUMBER_IN_QUOTES = re.compile(
    r"\"( {0,9}[+-]?[0-9.][0-9.,eE+%-]{0,40})\"|'( {0,9}[+-]?[0-9.][0-9.,eE+%-]{0,40})'"
)


def spelled_out(text: str) -> str:
    """½ as 1/2: the only signs that take more room than they had."""
    return text if text.isascii() else text.translate(_VULGAR)


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
        if sheet.sub(_CELL_ERROR, "nan"):
            sheet.note("Errors of cells, as #NUM!, are read as nan.")
        sheet.sub(_WINDOWS, lambda m: "inf" if m[1] else "nan")
    if "**" in text:
        sheet.sub(_BOLD, lambda m: m[1])
    if any(mark in text for mark in "^*⁰¹²³⁴⁵⁶⁷⁸⁹"):
        sheet.sub(_TIMES_POWER, lambda m: "e" + _power(m))
        _spaced_powers(sheet)
        sheet.sub(_BARE_POWER, lambda m: "1e" + _power(m))
    if "`" in text or "*^" in text:
        sheet.sub(_MATHEMATICA, lambda m: "e" + (m[1] or m[2]) if m[1] or m[2] else "")
    if any(letter in text for letter in "dDf"):
        sheet.sub(_EXPONENT, "e")
    if any(letter in text for letter in "fFlLdD"):
        sheet.sub(_SUFFIX)
    if "frac" in text or "Fraction" in text or "Rational" in text:
        sheet.sub(_FRACTION, lambda m: f"{m[1] or m[3] or m[5]}/{m[2] or m[4] or m[6]}")
    if "//" in text:
        sheet.sub(_RATIONAL, lambda m: "/" + m[1])
    if " / " in text:
        sheet.sub(_SPACED_FRACTION, lambda m: f"{m[1]}/{m[2]}")
    if "\\%" in text:
        sheet.text = sheet.text.replace("\\%", "% ")
    if "{,}" in text:
        sheet.sub(_BRACED_COMMA, lambda m: "." + m[1])
    if '"' in text or "'" in text:
        sheet.sub(_NUMBER_IN_QUOTES, lambda m: " " + (m[1] or m[2]))


def _spaced_powers(sheet: Sheet) -> None:
    """2.5 10^-3 in Mathematica and by hand, if no power stands alone."""
    found = list(_SPACED_POWER.finditer(sheet.text))
    if found and len(found) == len(_BARE_POWER.findall(sheet.text)):
        sheet.sub(_SPACED_POWER, lambda m: "e" + _power(m))
        sheet.note(
            f"{found[0][0].strip()} is read as a power that the number before it is multiplied by."
        )


def _power(match: re.Match[str]) -> str:
    return match["power"] or match["inner"] or match["raised"].translate(_SUPERSCRIPTS)
