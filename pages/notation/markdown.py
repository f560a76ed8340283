"""Markdown as HTML for a file that has no renderer: GitHub's tables, formulas as MathML, no HTML of its own."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from pages.notation.html import WEB, Html, joined, link, tag
from pages.notation.mathml import mathml

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Around the number of a fragment in the text; of the private use area, and taken out of texts."""
_FRAGMENT = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


def markdown(parts: Sequence[str], *, inline: bool = False) -> Html:
    """Markdown with fragments of HTML between its parts, as HTML.

    Parameters
    ----------
    parts : Markdown, and `Html` that is taken as it is, inside words
    inline : whether it is part of a line, and makes no paragraph
    """
    fragments = [part for part in parts if isinstance(part, Html)]
    numbers = iter(range(len(fragments)))
    text = "".join(
        f"{_OPEN}{next(numbers)}{_CLOSE}"
        if isinstance(part, Html)
        else re.sub(f"[{_OPEN}{_CLOSE}]", "", part)
        for part in parts
    )
    render = _renderer().renderInline if inline else _renderer().render
    return Html(render(text, {"fragments": fragments}))


@cache
def _renderer() -> MarkdownIt:
    found = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    found.disable("image")  # a browser would fetch it
    found.use(dollarmath_plugin, allow_labels=False, allow_digits=False, double_inline=True)
    found.validateLink = lambda url: url.startswith(WEB)  # type: ignore[method-assign]
    found.add_render_rule("text", _text)
    found.add_render_rule("link_open", _link)
    for cell in ("th_open", "td_open"):
        found.add_render_rule(cell, _cell)
    for name in ("math_inline", "math_inline_double", "math_block"):
        found.add_render_rule(name, _formula)
    return found


def _text(self: Any, tokens: Sequence[Token], k: int, options: Any, env: Mapping[str, Any]) -> str:
    """Words, with the fragments in their places."""
    parts = _FRAGMENT.split(tokens[k].content)
    return joined(*(env["fragments"][int(p)] if i % 2 else p for i, p in enumerate(parts)))


def _link(self: Any, tokens: Sequence[Token], k: int, options: Any, env: Any) -> str:
    return link(str(tokens[k].attrs["href"])).removesuffix("</a>")


def _cell(self: Any, tokens: Sequence[Token], k: int, options: Any, env: Any) -> str:
    """A cell; where its words stand is an attribute, as a style would need the policy's leave."""
    side = re.search(r"(left|center|right)$", str(tokens[k].attrs.get("style", "")))
    return f"<{tokens[k].tag}" + (f' align="{side[1]}">' if side else ">")


def _formula(self: Any, tokens: Sequence[Token], k: int, options: Any, env: Any) -> str:
    """A formula; what is none stands as it was written."""
    token = tokens[k]
    displayed = token.type != "math_inline"
    try:
        return mathml(token.content, displayed=displayed)
    except ValueError:
        return tag("code", token.content)
