"""What all tests of pages without a browser share."""

import pytest

from pages.ui import race, session


@pytest.fixture(autouse=True)
def whole_pages(monkeypatch):
    """A slider that moves draws the page whole: of a part AppTest would forget all the rest.

    That the part says the same is seen at a real server, in tests/e2e/test_following.py.
    """
    monkeypatch.setattr(session, "moved", lambda key: None)


@pytest.fixture(autouse=True)
def no_race_was_run_before():
    """Each test runs its own."""
    race._ended.clear()
