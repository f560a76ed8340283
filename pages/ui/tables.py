"""Small tables of words and numbers, as Markdown: what draws a data frame weighs more than a page."""

from collections.abc import Mapping

from pages.ui.plain import plain


def markdown(corner: str, rows: Mapping[str, Mapping[str, str]]) -> str:
    """A table of cells by row and column, all rows with the same columns.

    Parameters
    ----------
    corner : what stands above the names of the rows
    """
    lines = [
        [corner, *next(iter(rows.values()))],
        *([name, *row.values()] for name, row in rows.items()),
    ]
    head, *rest = (f"| {' | '.join(map(plain, line))} |" for line in lines)
    return "\n".join([head, "|---" * len(lines[0]) + "|", *rest])
