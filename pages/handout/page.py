"""The handout of a page: its instrument at a state, with the sliders live and the choices held."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from pages import PAGES, Page
from pages.board.blocks import Board
from pages.handout import views
from pages.handout.document import Made, Step, document, paragraph
from pages.handout.views import View
from pages.instruments import table
from pages.instruments.base import LinkedInstrument, State
from pages.lesson.boards import trimmed
from pages.notation.html import NOTHING, Html, joined, tag
from pages.notation.snippets import Code
from pages.state import controls, link
from pages.state.controls import CONTROLS, defaults
from pages.state.kinds import Slider


def handout(stem: str, said: Mapping[str, Any], made: Made) -> str:
    """A page's instrument as one HTML file.

    Parameters
    ----------
    stem : of a page with an instrument
    said : what a link says of the controls; the others stand at their defaults

    Raises
    ------
    ValueError : if the page has no instrument, or the state is none of it: class 5 of 3
    """
    if stem not in table.INSTRUMENTS:
        raise ValueError(
            f"expected a page with a board, one of {', '.join(table.INSTRUMENTS)}, got {stem}"
        )
    state = {**defaults(), **said}
    instrument = table.at(stem, state)
    page = next(page for page in PAGES if page.stem == stem)
    inputs = instrument.inputs(state)
    step = Step(
        page.title,
        joined(paragraph(page.help), _held(instrument, state)),
        views.packed(
            view(instrument, list(instrument.blocks().values()), state, instrument.slider_keys())
        ),
        moved=True,
        below=_code(instrument.code(inputs, instrument.numbers(**inputs))),
    )
    return document(page.title, [step], made)


def view(
    instrument: LinkedInstrument,
    boards: Sequence[Board],
    state: State,
    offered: Collection[str],
    *,
    swept: bool = True,
) -> View:
    """Boards of an instrument at a state, with the live sliders among these keys.

    Parameters
    ----------
    swept : whether there are numbers for all steps of the sliders; else they only stand there
    """
    keys = instrument.slider_keys()
    sliders = {
        key: control
        for key in keys
        if key in offered
        and isinstance(control := controls.narrowed(key, state), Slider)
        and control.live
    }
    moving = sliders if swept else {}
    grids, inputs = views.grids(keys, state, moving), instrument.inputs(state)
    beneath = instrument.backdrop(grids, inputs)
    return View(
        [trimmed(board, instrument, moving) for board in boards],
        [instrument.sweeps(grids, inputs), *([beneath] if beneath else [])],
        {key: (slider, float(state[key])) for key, slider in sliders.items()},
    )


def address(page: Page, state: State, host: str = "") -> str:
    """The link to a state; without a host the part after it."""
    linked = link.linked({key: CONTROLS[key] for key in state}, state)
    return f"{host}{page.stem}?{urlencode(linked, doseq=True)}".removesuffix("?")


def _held(instrument: LinkedInstrument, state: State) -> Html:
    """What stays as it is in the file."""
    keys = [key for key in instrument.choices if state[key] is not None]
    said = [f"{controls.CONTROLS[key].label}: {link.spelled(state[key])}" for key in keys]
    return paragraph("Held in this file: ", "; ".join(said), ".")


def _code(code: Code | None) -> Html:
    if code is None:
        return NOTHING
    texts = {"NumPy": code.numpy, "PyTorch": code.torch}
    return joined(
        *(
            tag("details", tag("summary", f"The same in {name}"), tag("pre", tag("code", text)))
            for name, text in texts.items()
        )
    )
