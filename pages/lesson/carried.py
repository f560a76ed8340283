"""A lesson's text inside a link: deflated, in the letters of URLs; and back, within bounds."""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from pages.lesson.shelf import MOST_BYTES

FITS = 2000
"""Characters of a packed text that any mail or chat program hands on whole."""
_MOST_PACKED = 60_000
"""What is longer is not even unpacked; no server takes an address of that length."""


@lru_cache(maxsize=8)
def packed(text: str) -> str:
    """The text as a link carries it; kept, as whoever writes one asks for it at every run."""
    return urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpacked(text: str) -> str:
    """The text that a link carries.

    Raises ValueError if it carries none, or more than a lesson may hold.
    """
    stream = zlib.decompressobj()
    try:
        if len(text) > _MOST_PACKED:
            raise ValueError
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        plain = stream.decompress(data, MOST_BYTES + 1)
        if len(plain) > MOST_BYTES or not stream.eof:
            raise ValueError
        return plain.decode()
    except (ValueError, zlib.error):
        raise ValueError(
            f"expected a lesson of at most {MOST_BYTES // 1000} kB, deflated and whole: chat "
            "programs cut long links off"
        ) from None
