"""LaTeX as MathML: what is drawn, and that nothing else comes through."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.notation.mathml import MAX_LATEX, mathml

NAMES = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msub", "msup", "msubsup", "mfrac"),
    *("munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "msqrt", "mroot"),
    *("mphantom", "mpadded", "menclose", "mmultiscripts", "mprescripts", "none", "mlabeledtr"),
}
"""MathML’s own, that the library makes."""


def test_a_formula_is_a_tree_of_its_parts():
    tree = ElementTree.fromstring(mathml(r"\frac{\partial L}{\partial z} = y - t", displayed=True))
    assert tree.get("display") == "block"
    assert re.sub(r"\s", "", "".join(tree.itertext())) == "∂L∂z=y−t"
    assert tree.find(".//{*}mfrac") is not None


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\text{&lt;img src=x onerror=alert(1)&gt;}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(https://example.com)}{x}",
        r"\class{a}{x} \id{b}{x} a < b & c",
        r"\mathrm{</math><script>}",
    ],
)
def test_no_markup_and_no_link_comes_out_of_a_formula(latex):
    text = mathml(latex)
    tree = ElementTree.fromstring(text)
    assert {e.tag.rpartition("}")[2] for e in tree.iter()} <= NAMES
    assert not {name for e in tree.iter() for name in e.attrib} & {"href", "style", "class", "id"}


@pytest.mark.parametrize("latex", ["", "{", "x^", r"\left(", "{" * 1500, "x" * (MAX_LATEX + 1)])
def test_what_is_no_formula_is_refused(latex):
    with pytest.raises(ValueError, match="expected"):
        mathml(latex)


PIECES = st.one_of(
    st.sampled_from(r"{}[]()<>&_^$%#~'\"xyz01 "),
    st.sampled_from(
        [r"\frac", r"\text{", r"\left(", r"\right)", r"\\", r"\href", r"\sqrt", r"\sum"]
    ),
    st.sampled_from([r"\begin{pmatrix}", r"\end{pmatrix}", r"\mathrm", "<script>", "&lt;"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=20).map("".join))
def test_any_text_is_a_formula_of_known_elements_or_a_refusal(latex):
    try:
        text = mathml(latex)
    except ValueError:
        return
    assert {e.tag.rpartition("}")[2] for e in ElementTree.fromstring(text).iter()} <= NAMES
