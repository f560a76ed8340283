"""Numbers that do not go together: what was expected is said."""

import pytest

from tests.pages.check.bench import ROW_SUMS, alerts, check, paste, refusal, title_of, titles
from tests.pages.page_driver import boards


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ({"got_dL_dz": "0 0"}, "dL_dz: expected shape (3,), got shape (2,)"),
        ({"got_dL_dz": "0 0 0\n0 0 0"}, "dL_dz: expected shape (3,), got shape (2, 3)"),
        ({"target": ""}, "t: expected a target, as dL_dz is to be checked"),
        (
            {"target": "3"},
            "target: expected classes from 0 to 2, or -100 for a row that is ignored",
        ),
        (
            {"target": "-1"},
            "target: expected classes from 0 to 2, or -100 for a row that is ignored",
        ),
        (
            {"target": "0.5"},
            "target: expected classes from 0 to 2, or -100 for a row that is ignored",
        ),
        ({"target": "0 1"}, "target: expected a class for each of 1 rows"),
        ({"input": ""}, "expected logits z, or outputs y, got neither"),
        ({"input": "nan 1 2"}, "z"),
        ({"input": "[[[1, 2], [3, 4]]]"}, "dL_dz: expected shape (1, 2, 2)"),
        ({"given": "y", "input": "0.5 0.2 0.1"}, "y: expected outputs of softmax"),
        ({"given": "y", "input": "-0.5 1.2 0.3"}, "y: expected outputs of softmax"),
        ({"got": "dL_dW", "got_dL_dW": "1 2 3"}, "h: expected the layer's input"),
        ({"got": "dL_dW", "got_dL_dW": "1 2 3", "h": "1\n2\n[3"}, "h: line 3, column 1"),
        ({"got": "dL_dW", "got_dL_dW": "1 2 3", "h": "1 nan"}, "h: expected finite numbers"),
        ({"got": "J", "got_J": "1 2 3 4"}, "J: expected shape (3, 3), got shape (4,)"),
    ],
    ids=str,
)
def test_numbers_that_do_not_go_together_are_told_what_was_expected(link, message):
    at = check(**(ROW_SUMS | link))
    assert refusal(at)[0].startswith(message)
    assert not boards(at)
    assert not at.get("page_link")


def test_what_was_wrong_is_gone_once_it_is_mended():
    at = check(**(ROW_SUMS | {"target": "x"}))
    assert at.error[0].value == "This cannot be judged yet."
    paste(at, target="0")
    assert title_of("row-sums") in titles(at)
    assert "This cannot be judged yet." not in alerts(at)
