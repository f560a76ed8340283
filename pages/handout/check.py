"""The handout of a check: the report, and the numbers side by side, as they stand."""

from core.diagnosis.verdict import Report
from pages import PAGES
from pages.board.frames import still
from pages.handout import views
from pages.handout.document import Made, Step, document
from pages.handout.views import View
from pages.instruments.base import Quantities
from pages.instruments.check import judged
from pages.notation.html import NOTHING, tag


def handout(found: Report, made: Made) -> str:
    """A diagnosis as one HTML file."""
    page = next(page for page in PAGES if page.stem == "check")
    wrong = [one for one in judged(found).values() if one.verdict.right is not True]
    numbers: Quantities = {}
    for one in wrong:
        numbers |= one.numbers()
    boards = [board for one in wrong for board in one.blocks().values()]
    step = Step(
        page.title,
        tag("pre", str(found), class_="report"),
        views.packed(View(boards, [still(numbers)])) if boards else b"",
        below=NOTHING,
    )
    return document(page.title, [step], made)
