import io
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from page_driver import PAGES, boards, numbers, open_page, quantities, random_state, states

from pages.parts import export


def read(text):
    return pd.read_csv(io.StringIO(text))


def rebuilt(table, name, shape):
    """The array that the lines of one quantity describe."""
    rows = table[table.quantity == name]
    array = np.full(shape, np.nan)
    for i, j, value in zip(rows.i, rows.j, rows.value, strict=True):
        array[tuple(int(k) - 1 for k in (i, j) if not pd.isna(k))] = value
    assert len(rows) == array.size
    return array


@settings(deadline=None, max_examples=25)
@given(states())
def test_a_csv_read_back_is_the_same_numbers_to_the_last_bit(state):
    for page in ("jacobian", "upstream", "losses"):
        known = quantities(page, state)
        table = read(export.csv(known))
        assert list(table.columns) == ["quantity", "i", "j", "value"]
        assert len(table) == sum(np.size(v) for v in known.values())
        for name, value in known.items():
            np.testing.assert_array_equal(rebuilt(table, name, np.shape(value)), value)


def test_indices_count_from_one_and_stay_empty_where_there_is_none():
    text = export.csv({"L": 0.5, "y": [0.25, 0.75], "J": [[1.0, 2.0], [3.0, 4.0]]})
    assert text.split() == [
        "quantity,i,j,value",
        "L,,,0.5",
        "y,1,,0.25",
        "y,2,,0.75",
        "J,1,1,1.0",
        "J,1,2,2.0",
        "J,2,1,3.0",
        "J,2,2,4.0",
    ]


@pytest.mark.parametrize(
    "value", [1 / 3, 5e-324, 1.7976931348623157e308, -0.1 - 0.2, np.pi * 1e-87]
)
def test_a_float_keeps_all_of_its_digits(value):
    assert read(export.csv({"x": value})).value[0] == value


def test_numbers_that_are_not_finite_survive():
    table = read(export.csv({"x": [np.inf, -np.inf, np.nan]}))
    np.testing.assert_array_equal(table.value, [np.inf, -np.inf, np.nan])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("page", PAGES)
def test_a_page_offers_every_number_that_it_lists_and_no_cell_is_a_formula(page, seed, monkeypatch):
    taken = {}
    monkeypatch.setattr(export, "take_along", lambda _, q, **code: taken.update(q))
    state = random_state(seed)
    at = open_page(page, **state)
    assert not at.exception
    known = quantities(page, state)
    on_boards = {k: v for board in boards(at).values() for k, v in numbers(board).items()}
    text = export.csv(taken)
    table = read(text)
    assert {"z", "y"} <= set(table.quantity)
    for name in taken:
        shape = np.shape(known[name])
        array = rebuilt(table, name, shape)
        np.testing.assert_allclose(array, known[name], rtol=1e-12, atol=1e-14)
        if name in on_boards:
            np.testing.assert_array_equal(array, on_boards[name])
    # A spreadsheet runs a cell that starts with = + @ or with a minus that is not a number's.
    for line in text.splitlines():
        for cell in line.split(","):
            assert re.fullmatch(r"[A-Za-z]\w*|-?\d[\d.e+-]*|-?inf|", cell), cell
