"""The check page by the front door."""

import pytest
from streamlit.testing.v1 import AppTest

import pages
from pages.ui import shell
from tests.pages.page_driver import CHECK_PARTS, ROOT
from tests.patience import SECONDS


@pytest.fixture
def front_door(monkeypatch):
    """Opens the check page by app.py, as a browser does. AppTest's own switch_page never runs it."""
    check = next(page for page in pages.PAGES if page.stem == "check")

    def enter(session=(), first=check, **link):
        others = [page for page in pages.PAGES if page is not first]
        monkeypatch.setattr(shell, "PAGES", (first, *others))
        at = AppTest.from_file(ROOT / "app.py", default_timeout=SECONDS)
        for key, value in dict(session).items():
            at.session_state[key] = value
        for part in CHECK_PARTS:
            at.session_state[part] = True
        at.query_params.update(link)
        return at.run()

    return enter
