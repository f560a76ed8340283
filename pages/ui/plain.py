"""Text that Markdown leaves as it is."""

import re


def plain(text: str) -> str:
    """What somebody has written, or a library, for a place that takes Markdown."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|$~:])", r"\\\1", text)
