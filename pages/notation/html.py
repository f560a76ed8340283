"""HTML that is made of elements: a text in it is a text, whatever stands in it."""

import re
from html import escape


class Html(str):
    """Markup that was made here. Any other string is a text, and is escaped."""

    __slots__ = ()


NOTHING = Html()

Part = str | None
"""Markup, a text, or nothing."""

WEB = ("https://", "http://")
"""What an address that leads out begins with."""
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""A language's tag, such as en or pt-BR."""
_VOID = ("input", "br", "hr", "meta")


def tag(name: str, /, *inner: Part, **attributes: str | bool) -> Html:
    """An element.

    Parameters
    ----------
    inner : markup and texts, one after the other
    attributes : by their names, _ for - and a last _ for nothing (class_); False leaves one out
    """
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not False
    )
    close = "" if name in _VOID else f"</{name}>"
    return Html(f"<{name}{said}>{joined(*inner)}{close}")


def joined(*parts: Part) -> Html:
    """Markup and texts, one after the other."""
    return Html("".join(part if isinstance(part, Html) else escape(part or "") for part in parts))


def link(address: str, *inner: Part) -> Html:
    """A link to the web; to anything else, such as a script, only the words."""
    if not address.startswith(WEB):
        return joined(*inner)
    return tag("a", *inner, href=address, rel="noopener noreferrer", target="_blank")
