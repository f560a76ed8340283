"""What a learner has done, in Markdown: a table, and a list with a link to each exercise."""

from collections.abc import Sequence
from urllib.parse import urlencode

from pages.exercise.progress import Done, Progress, counts


def table(progress: Progress, titles: dict[str, str], levels: Sequence[int]) -> str:
    """How many were right, of how many: a kind in each row, a level in each column.

    Parameters
    ----------
    titles : of the kinds, in the order of the rows; a kind that was not tried has none
    """
    found = counts(progress)
    head = ["Kind", *(f"Level {level}" for level in levels)]
    rows = [
        [title, *(_count(found.get((kind, level))) for level in levels)]
        for kind, title in titles.items()
        if any((kind, level) in found for level in levels)
    ]
    return "\n".join(_row(cells) for cells in (head, ["---"] * len(head), *rows))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _count(count: tuple[int, int] | None) -> str:
    return "·" if count is None else f"{count[0]} of {count[1]}"


def exercises(progress: Progress, titles: dict[str, str]) -> str:
    """Every exercise of a line by its seed, with its link; a kind and level in each line."""
    groups: dict[tuple[str, int], list[Done]] = {}
    for done in progress:
        if done.kind in titles:
            groups.setdefault((done.kind, done.level), []).append(done)
    return "\n".join(
        f"- {titles[kind]}, level {level}: {', '.join(map(_linked, found))}"
        for (kind, level), found in groups.items()
    )


def _linked(done: Done) -> str:
    query = urlencode({"kind": done.kind, "level": done.level, "seed": done.seed})
    return f"[seed {done.seed}](practice?{query}) {'right' if done.right else 'wrong'}"
