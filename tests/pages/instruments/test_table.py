"""An instrument at a state that was not drawn."""

import pytest

from pages.instruments import table
from pages.state.controls import defaults
from pages.state.link import read
from tests.pages.page_driver import random_state


@pytest.mark.parametrize("stem", table.INSTRUMENTS)
def test_it_is_that_of_its_page(stem):
    state = defaults() | random_state(3, stem if stem == "network" else "puzzle")
    assert table.at(stem, state) == table.INSTRUMENTS[stem].at(state)


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("losses?n=3&t=5", r"expected t as one of 1, 2, 3, got '5'"),
        ("network?width=2&weight=W1(1,3)", r"expected weight as one of W1\(1,1\), .*'W1\(1,3\)'"),
    ],
)
def test_a_choice_that_there_is_not_beside_the_others_is_refused(link, told):
    stem, said = read(link)
    with pytest.raises(ValueError, match=told):
        table.at(stem, defaults() | said)
