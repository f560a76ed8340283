"""What all tests of pages without a browser share."""

import pytest

from pages.instruments import race as instrument
from pages.state.controls import CONTROLS
from pages.ui import race, session

GREETING = instrument.settings({key: control.default for key, control in CONTROLS.items()})


@pytest.fixture(autouse=True)
def whole_pages(monkeypatch):
    """A slider that moves draws the page whole: of a part AppTest would forget all the rest.

    That the part says the same is seen at a real server, in tests/e2e/test_following.py.
    """
    monkeypatch.setattr(session, "moved", lambda key: None)


@pytest.fixture(autouse=True)
def no_race_was_run_before():
    """Each test runs its own; only the greeting's, which is the same for all, is run once."""
    for settings in set(race._ended) - {GREETING}:
        del race._ended[settings]
