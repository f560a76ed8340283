"""Small tables as Markdown."""

from pages.ui.tables import markdown


def test_each_row_has_its_cells_below_their_columns():
    rows = {"a": {"x": "1", "y": "2"}, "b": {"x": "3", "y": "4"}}
    assert markdown("at", rows) == "| at | x | y |\n|---|---|---|\n| a | 1 | 2 |\n| b | 3 | 4 |"


def test_what_is_markdown_in_a_cell_is_written_and_does_nothing():
    assert markdown("*at*", {"a|b": {"$x$": "`1`"}}) == (
        "| \\*at\\* | \\$x\\$ |\n|---|---|\n| a\\|b | \\`1\\` |"
    )
