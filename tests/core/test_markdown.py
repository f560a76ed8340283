"""The report as Markdown: what the text says, with the numbers in tables."""

import re

import numpy as np
import pytest

import core
from core.diagnosis import markdown
from tests.core.diagnoses import BATCH, LABELS

REPORTS = {
    "a row": core.diagnose([2, 1, 0.1], 0, dL_dz="0 0 0", y="0.659 0.2424 0.0986"),
    "rows": core.diagnose(BATCH, LABELS, dL_dz="[[1 2 3] [4 5 6] [7 8 9]]"),
    "part": core.diagnose(BATCH, LABELS, dL_dz="[[-0.34 0.24 0.1] [4 5 6] [7 8 9]]"),
    "a pair": core.diagnose(
        BATCH,
        LABELS,
        dL_dz=-3 * core.cross_entropy_dL_dz(BATCH, core.one_hot(LABELS, 3), batch_mean=True),
        batch_mean=True,
    ),
    "Jacobians": core.diagnose(BATCH, J=2 * core.softmax_jacobian(BATCH)),
    "open": core.diagnose("2.3 1.4 0.1", 0, dL_dz="-0.353 0.279 0.073"),
}


def tables(text):
    """Each table's cells, without the line of dashes."""
    found = re.findall(r"(?:^\|.*\|\n?)+", text, re.M)
    return [
        [[c.strip() for c in line.strip("|").split("|")] for line in table.strip().split("\n")]
        for table in found
    ]


@pytest.mark.parametrize("name", REPORTS)
def test_it_says_what_the_text_says(name):
    found = REPORTS[name]
    plain = re.sub(r"\\(.)", r"\1", found.markdown())
    for verdict in found.verdicts.values():
        for sentence in (*verdict.where, *verdict.hints):
            assert sentence in plain
        for explanation in verdict.explanations:
            for mistake, fix in zip(explanation.mistakes, explanation.fixes, strict=True):
                assert f"**{mistake.title}** (`{mistake.name}`). {mistake.explanation}" in plain
                assert f"Fix: `{fix}`" in plain
    headings = re.findall(r"^### (.+)$", plain, re.M)
    *said, understood = [line for line in str(found).split("\n") if line[0] != " "]
    assert headings == said
    assert plain.rstrip().endswith(understood)


def test_a_row_is_one_table_and_of_a_batch_each_matrix_has_its_own():
    (table,) = tables(REPORTS["a row"].markdown())
    assert [row[0] for row in table] == ["", "---", "yours", "right", "yours − right"]
    assert [row[1] for row in table[2:]] == ["0", "-0.340999", "0.340999"]
    assert [table[0][0] for table in tables(REPORTS["rows"].markdown())] == [
        "yours",
        "right",
        "yours − right",
    ]
    assert all(len(table) == 2 + 3 for table in tables(REPORTS["Jacobians"].markdown()))


@pytest.mark.parametrize("shape", [(25,), (20, 3), (3, 25), (20, 25), (4, 20, 25)])
def test_of_much_the_part_around_the_worst_entry_is_written(shape):
    values = np.arange(np.prod(shape), dtype=float).reshape(shape)
    for worst in ((0,) * len(shape), tuple(k - 1 for k in shape)):
        (table,) = tables(markdown.table({"yours": values}, worst))
        assert len(table) - 2 <= markdown.ROWS
        assert len(table[0]) - 1 <= markdown.COLUMNS
        row = worst[-2] if len(shape) > 1 else None
        at = [line[0] for line in table].index("yours" if row is None else str(row + 1))
        assert table[at][table[0].index(str(worst[-1] + 1))] == f"{values[worst]:.6g}"


def test_no_text_of_a_report_is_taken_for_markdown():
    hostile = "a * b * c, [x](http://evil) <img> `code` _d_ # 1 | 2 $x$ ~~e~~"
    assert re.sub(r"\\(.)", "", markdown.plain(hostile)).count("*") == 0
    assert not re.search(r"(?<!\\)[`*_<>|\[\]#$~]", markdown.plain(hostile))


def test_no_fix_has_a_mark_that_would_end_its_code():
    for mistake in core.MISTAKES:
        assert "`" not in mistake.fix + mistake.fix_cross_entropy
