"""The handout of a race: its curves as they were recorded, and the replay with its slider."""

from dataclasses import replace
from itertools import chain
from typing import cast

import numpy as np

import core
from core.inputs import Array
from core.losses import LOSSES, Loss
from core.training import RaceSettings
from pages import PAGES
from pages.board import blocks as b
from pages.board import frames
from pages.board import pictures as p
from pages.board.blocks import Board
from pages.handout import views
from pages.handout.document import Made, Step, document, paragraph
from pages.handout.views import View
from pages.instruments.base import Quantities
from pages.instruments.race import History, Replay, columns, is_drawn, results, seen
from pages.notation.html import Html, joined, tag
from pages.notation.losses import written
from pages.state.controls import CONTROLS
from pages.state.kinds import Slider

_SHARE = (0.0, 1.04), [(0.0, "0"), (0.5, "0.5"), (1.0, "1")]
_POWERS = (-6.2, 0.5), [(-6.0, "10⁻⁶"), (-4.0, "10⁻⁴"), (-2.0, "10⁻²"), (0.0, "1")]


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


def handout(settings: RaceSettings, history: History, made: Made) -> str:
    """A race that is over as one HTML file."""
    page = next(page for page in PAGES if page.stem == "training")
    replay = Replay(core.dataset(settings.data), history)
    last = max(len(records) for records in history.values()) - 1
    moved = last > 0
    sliders = {"epoch": replace(cast(Slider, CONTROLS["epoch"]), high=last)} if moved else {}
    curves, numbers = _curves(history, last) if moved else ([], {})
    grids = views.grids(["epoch"], {"epoch": last}, sliders)
    view = View(
        [*replay.blocks().values(), *curves],
        [replay.sweeps(grids, {"epoch": np.asarray(float(last))}), frames.still(numbers)],
        {key: (slider, float(last)) for key, slider in sliders.items()},
    )
    words = joined(
        paragraph("Two networks, one seed: only the loss differs. ", seen(history)),
        _table(results(history, settings.reduction)),
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


def _curves(history: History, last: int) -> tuple[list[Board], Quantities]:
    """What else was measured, each over the epochs; and the heights of the curves."""
    measured = columns(history)
    most = {
        name: float(np.max(list(chain(*(measured[loss][name] for loss in history)))))
        for name in ("cross_entropy", "squared_error")
    }
    whole = {
        name: ((0.0, 1.04 * top), [(0.0, "0"), (top, f"{top:.2g}")]) for name, top in most.items()
    }
    asked: list[tuple[str, str, _Scale]] = [
        ("Cross-entropy, training part", "cross_entropy", whole["cross_entropy"]),
        ("Squared error, training part", "squared_error", whole["squared_error"]),
        ("Mean length of ∂L/∂z, under its own loss", "dL_dz_norm", _POWERS),
        ("Share saturated at a wrong class", "saturated_wrong", _SHARE),
    ]
    numbers: Quantities = {}
    charts = []
    for title, name, scale in asked:
        for loss in history:
            heights = np.array(measured[loss][name])
            numbers[f"{name}_{loss}_drawn"] = _powers(heights) if scale is _POWERS else heights
        charts.append(_chart(title, name, scale, history, last))
    rows = b.beside(*charts[:2]), b.beside(*charts[2:])
    return [Board(rows, alt="Both losses and gradients over the epochs")], numbers


_Scale = tuple[tuple[float, float], list[tuple[float, str]]]


def _powers(heights: Array) -> Array:
    """Of ten, as far down as they are drawn."""
    low, high = _POWERS[0]
    with np.errstate(divide="ignore"):
        return np.clip(np.log10(heights), low, high)


def _chart(title: str, name: str, scale: _Scale, history: History, last: int) -> p.Chart:
    (low, high), ticks = scale
    return p.chart(
        title,
        p.axis(0, last, "epoch", [(0, "0"), (last, str(last))]),
        p.axis(low, high, title, ticks),
        [_line(name, loss, len(records)) for loss, records in history.items()],
        [],
        alt=f"{title}, of both networks over the epochs",
    )


def _line(name: str, loss: Loss, count: int) -> p.Line:
    how = written(loss)
    return p.line(
        f"{name}_{loss}_drawn",
        np.arange(count),
        name=how.name,
        color=how.color,
        dash=how.dash != "solid",
    )
