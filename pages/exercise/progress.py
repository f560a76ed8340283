"""What a learner has done, as a line that people can read, copy and send: `row.1.0+ row.1.1-`.

Each word is an exercise, by its kind, its level and its seed, and whether the first answer that was
locked is right.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"([A-Za-z]{1,12})\.([1-9])\.([0-9]{1,4})([+-])", re.ASCII)
MOST = 400
"""Exercises that are remembered, the last ones; their line then has some 5 000 characters."""


@dataclass(frozen=True)
class Done:
    """An exercise that was answered and locked."""

    kind: str
    level: int
    seed: int
    right: bool
    """Whether the first answer was."""

    @property
    def name(self) -> str:
        """Of the exercise."""
        return f"{self.kind}.{self.level}.{self.seed}"

    def __str__(self) -> str:
        return f"{self.name}{'+' if self.right else '-'}"


Progress = tuple[Done, ...]
"""In the order in which they were done, each exercise once."""


def line(progress: Progress) -> str:
    """To be copied, sent, and read again."""
    return " ".join(map(str, progress))


def read(text: str) -> Progress:
    """A line that was copied.

    Raises
    ------
    ValueError : naming the first word that is no exercise
    """
    words = text.replace("−", "-").replace("–", "-").split()
    for word in words:
        if not _WORD.fullmatch(word):
            got = repr(word if len(word) <= 40 else f"{word[:40]}…")
            raise ValueError(
                "expected exercises as kind.level.seed, each with + for right or - for wrong, such "
                f"as row.1.0+, got {got}"
            )
    return joined(kept(words))


def kept(words: Iterable[str]) -> Progress:
    """What can be read of what a browser kept; the rest is left out."""
    found = (_WORD.fullmatch(word) for word in words)
    return joined(
        Done(kind, int(level), int(seed), sign == "+")
        for kind, level, seed, sign in (match.groups() for match in found if match)
    )


def joined(done: Iterable[Done]) -> Progress:
    """Each exercise once, as it was answered first; the last ones, if there are too many."""
    first: dict[str, Done] = {}
    for d in done:
        first.setdefault(d.name, d)
    return tuple(first.values())[-MOST:]


def step(progress: Progress) -> int:
    """By how much the level moves after the last exercise: two right in a row 1, two wrong −1, else 0.

    Two in a row are of one kind and level, and none of them has moved it before.
    """
    run = 0
    for done in reversed(progress):
        last = progress[-1]
        if (done.kind, done.level, done.right) != (last.kind, last.level, last.right):
            break
        run += 1
    if not run or run % 2:
        return 0
    return 1 if progress[-1].right else -1


def counts(progress: Progress) -> dict[tuple[str, int], tuple[int, int]]:
    """How many are right, and how many were done, of each kind and level that was tried."""
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for done in progress:
        right, all_ = found.get((done.kind, done.level), (0, 0))
        found[done.kind, done.level] = (right + done.right, all_ + 1)
    return found
