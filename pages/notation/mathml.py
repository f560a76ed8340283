"""LaTeX as MathML, which browsers draw without a script and without a network."""

import re
from html import unescape
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element

MAX_LATEX = 2000
"""Characters of a formula."""
_KEPT = {
    *("display", "displaystyle", "scriptlevel", "mathvariant", "stretchy", "fence", "form"),
    *("minsize", "maxsize", "width", "height", "depth", "linethickness", "columnalign"),
    *("accent", "accentunder", "notation", "xmlns"),
}
"""Attributes that only say how a formula is drawn: no link, no style, no class."""
_SPACING = re.compile(r"\\\\\[[^]]*\]")
"""Of a line and the next, which the library would write out."""


def mathml(latex: str, *, displayed: bool = False) -> str:
    """A formula as a `math` element; whatever stands in it, it has no other markup and no link.

    The library's own text would let a tag in \\text{…} through: its tree is written here.

    Parameters
    ----------
    displayed : whether it stands in a line of its own

    Raises
    ------
    ValueError : for what is no formula
    """
    if len(latex) > MAX_LATEX:
        raise ValueError(f"expected a formula of {MAX_LATEX} characters at most, got {len(latex)}")
    try:
        found = convert_to_element(
            _SPACING.sub(r"\\\\", latex), display="block" if displayed else "inline"
        )
    except (Exception, RecursionError) as error:  # its errors have no common class
        raise ValueError(f"expected LaTeX, got {latex[:40]!r}") from error
    for element in found.iter():
        _clean(element)
    return tostring(found, encoding="unicode")


def _clean(element: Element) -> None:
    """Signs are written as references, which the library leaves to whoever reads its text."""
    element.text = unescape(element.text) if element.text else element.text
    element.tail = None
    for name in [name for name in element.attrib if name not in _KEPT]:
        del element.attrib[name]
