"""The handout of a race: its curves as they were recorded, and the replay with its slider."""

from dataclasses import replace
from typing import cast

import numpy as np

import core
from core.losses import LOSSES
from core.training import RaceSettings
from pages import PAGES
from pages.handout import views
from pages.handout.document import Made, Step, document, paragraph
from pages.handout.views import View
from pages.instruments.race import Replay, is_drawn, results, seen
from pages.instruments.race_curves import History
from pages.notation.html import Html, joined, tag
from pages.state.controls import CONTROLS
from pages.state.kinds import Slider


def run(settings: RaceSettings) -> History:
    """A whole race, here and now."""
    drawn = is_drawn(core.dataset(settings.data))
    return {
        loss: [
            point.record if drawn else point.record.bare()
            for point in core.checkpoints(settings, loss)
        ]
        for loss in LOSSES
    }


def handout(settings: RaceSettings, history: History, made: Made, *, stopped: bool = False) -> str:
    """A race that is over, or was stopped, as one HTML file."""
    page = next(page for page in PAGES if page.stem == "training")
    replay = Replay(core.dataset(settings.data), history)
    last = max(len(records) for records in history.values()) - 1
    moved = last > 0
    sliders = {"epoch": replace(cast(Slider, CONTROLS["epoch"]), high=last)} if moved else {}
    grids = views.grids(["epoch"], {"epoch": last}, sliders)
    view = View(
        list(replay.blocks().values()),
        [replay.sweeps(grids, {"epoch": np.asarray(float(last))})],
        {key: (slider, float(last)) for key, slider in sliders.items()},
    )
    words = joined(
        paragraph(
            "Two networks, one seed: only the loss differs. ", seen(history, stopped=stopped)
        ),
        _table(results(history, settings.reduction, stopped=stopped)),
    )
    step = Step(page.title, words, views.packed(view))
    return document(page.title, [step], made)


def _table(rows: dict[str, dict[str, str]]) -> Html:
    """Where both ended."""
    heads = list(next(iter(rows.values())))
    return tag(
        "table",
        tag("thead", tag("tr", tag("td"), *(tag("th", head, scope="col") for head in heads))),
        tag(
            "tbody",
            *(
                tag("tr", tag("th", name, scope="row"), *(tag("td", row[head]) for head in heads))
                for name, row in rows.items()
            ),
        ),
    )
