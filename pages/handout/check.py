"""The handout of a check: the report, and the numbers side by side, as they stand."""

import core
from pages import PAGES
from pages.board.frames import still
from pages.handout import views
from pages.handout.document import Made, Step, document
from pages.handout.views import View
from pages.instruments.base import Quantities
from pages.instruments.check import Judged
from pages.notation.html import NOTHING, tag


def handout(found: core.Diagnosis, made: Made) -> str:
    """A diagnosis as one HTML file."""
    page = next(page for page in PAGES if page.stem == "check")
    judged = [
        Judged(verdict, found.layout.columns)
        for verdict in found.verdicts.values()
        if verdict.right is not True
    ]
    numbers: Quantities = {}
    for one in judged:
        numbers |= one.numbers()
    boards = [board for one in judged for board in one.blocks().values()]
    step = Step(
        page.title,
        tag("pre", str(found), class_="report"),
        views.packed(View(boards, [still(numbers)])) if boards else b"",
        below=NOTHING,
    )
    return document(page.title, [step], made)
