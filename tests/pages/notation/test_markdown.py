"""Markdown as HTML: what a handout shows of a text, and that no text becomes an element of its own."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.notation.html import Html, tag
from pages.notation.markdown import markdown

ALLOWED = {
    *("p", "em", "strong", "s", "code", "pre", "blockquote", "hr", "br", "a", "ul", "ol", "li"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
MATH = {"math", "semantics", "annotation"}
ATTRIBUTES = {"href", "rel", "target", "align", "start", "class"}


class Elements(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)
        self.close()

    def handle_starttag(self, name, attributes):
        self.found.append((name, dict(attributes)))


def elements(text):
    return Elements(text).found


def test_a_paragraph_a_list_and_a_table():
    made = markdown(["A **b** `c`\n\n- one\n- two\n\n| a | b |\n|--:|:-:|\n| 1 | 2 |\n"])
    assert "<p>A <strong>b</strong> <code>c</code></p>" in made
    assert made.count("<li>") == 2
    assert '<td align="right">1</td>' in made
    assert '<td align="center">2</td>' in made
    assert "style=" not in made


def test_formulas_are_mathml_in_a_line_and_in_one_of_their_own():
    made = markdown(["The share $y_1$ is\n\n$$\\frac{a}{b}$$\n"])
    assert made.count("<math") == 2
    assert made.count('display="block"') == 1
    assert "<mfrac>" in made


def test_what_is_no_formula_stands_as_it_was_written():
    assert "<code>\\frac{</code>" in markdown(["$\\frac{$"])
    assert "costs $2 or $3" in markdown(["costs $2 or $3"])


def test_a_fragment_stands_in_the_words_and_nowhere_else():
    number = tag("span", "0.5", data_quantity="y")
    made = markdown(["y is ", number, ", **", number, "**"])
    assert made == f"<p>y is {number}, <strong>{number}</strong></p>\n"
    hostile = markdown(['[x](https://a.b "', number, '")'])
    assert "<span" not in hostile


def test_a_text_cannot_name_a_fragment():
    assert "<span" not in markdown(["\ue0000\ue001 and ", "x"])
    assert markdown(["\ue0005\ue001"]) == "<p>5</p>\n"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hi)",
        "![x](https://evil.example/p.png)",
        "<https://a.b/'onclick='alert(1)>",
        '[x](https://a.b "t" onclick=alert(1)")',
        "[x][y]\n\n[y]: javascript:alert(1)",
        "$\\text{<script>alert(1)</script>}$",
        "$\\href{javascript:alert(1)}{x}$",
        "```html\n</code></pre><script>alert(1)</script>\n```",
        "| <b>a</b> |\n|---|\n| <i>b</i> |",
    ],
)
def test_hostile_text_makes_no_element_and_no_attribute_of_its_own(text):
    for name, attributes in elements(markdown([text])):
        assert name in ALLOWED or name.startswith("m") or name in MATH, name
        assert not any(key.startswith("on") or key in ("src", "style", "id") for key in attributes)
        assert attributes.get("href", "https://").startswith(("https://", "http://"))


@given(st.text(alphabet=st.sampled_from("ab *_`[]()<>!#|-:\"'$\\\n&1.\ue000\ue001"), max_size=80))
def test_whatever_is_written_only_known_elements_come_out(text):
    for name, attributes in elements(markdown([text, Html("<span>1</span>"), text])):
        assert name in ALLOWED | {"span"} or name.startswith("m") or name in MATH
        if not name.startswith("m"):
            assert attributes.keys() <= ATTRIBUTES
