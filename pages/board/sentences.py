"""Sentences with numbers in them, as blocks of a board."""

from collections.abc import Sequence
from string import Formatter
from typing import Literal, NotRequired, TypedDict, cast

Tone = Literal["plain", "quiet", "key"]


class Number(TypedDict):
    """A number inside a sentence."""

    quantity: str
    index: str
    sign: bool
    decimals: int | None
    exact: NotRequired[bool]


class Wording(TypedDict):
    """A word inside a sentence, one of several."""

    quantity: str
    index: str
    words: list[str]


class Text(TypedDict):
    kind: Literal["text"]
    parts: list[str | Number | Wording]
    tone: Tone
    stage: int | None


def number(
    quantity: str,
    *index: int,
    sign: bool = False,
    decimals: int | None = None,
    exact: bool = False,
) -> Number:
    """A number inside a sentence; without decimals it is written as 3.2e−9.

    An exact one is no round-off however small it is, and is never written as 0.
    """
    found: Number = {
        "quantity": quantity,
        "index": ",".join(map(str, index)),
        "sign": sign,
        "decimals": decimals,
    }
    return {**found, "exact": True} if exact else found


def wording(quantity: str, words: Sequence[str]) -> Wording:
    """The word that a whole number 0, 1, … stands for, inside a sentence."""
    return {"quantity": quantity, "index": "", "words": list(words)}


def text(
    sentence: str,
    *,
    tone: Tone = "plain",
    stage: int | None = None,
    **places: object,
) -> Text:
    """A sentence, whole, as a translator needs it; tone is "plain", "quiet" or "key".

    In it {name} is the place of the number, the words or the list of them of that name.
    Raises KeyError for a place that nothing is given for, ValueError for what has no place.
    """
    parts: list[str | Number | Wording] = []
    named = set()
    for words, name, _, _ in Formatter().parse(sentence):
        parts.append(words)
        if name is not None:
            named.add(name)
            listed = part if isinstance(part := places[name], list) else [part]
            for k, one in enumerate(listed):
                parts.append(", " if k else "")
                parts.append(cast(Number | Wording, one) if isinstance(one, dict) else str(one))
    if left := places.keys() - named:
        raise ValueError(f"expected places for {sorted(left)} in {sentence!r}")
    return {"kind": "text", "parts": _joined(parts), "tone": tone, "stage": stage}


def _joined(parts: Sequence[str | Number | Wording]) -> list[str | Number | Wording]:
    """Words that stand side by side as one."""
    joined: list[str | Number | Wording] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return joined
