"""How the check understood what it was given: a line below the verdicts, each part of which can be changed."""

from typing import Any

import streamlit as st

import core
from core.diagnosis.verdict import Report
from pages.state import link
from pages.state.controls import CONTROLS
from pages.state.kinds import Text
from pages.ui import session, widgets
from pages.ui.plain import plain

_EXAMPLES = ("examples",)
_DTYPE = ("dtype",)
_LOSS = ("loss", "mse", "smooth", "weights", "focal", "zloss", "cap")
_ROWS = ("over", "ignore", "rows", "scale")
_Labels = tuple[str, str, str, str]
_OF = {"CE": "cross-entropy", "MSE": "squared error"}
_OVER = {"sum": "sum over the rows", "mean": "mean over the rows"}


class Line:
    """What each part was taken for, and its controls when it is pressed.

    A part of the page that stays as it is while a slider moves: what is judged seldom reads
    otherwise for that, and then the page is drawn anew.

    Parameters
    ----------
    of_output : whether there is a choice between softmax and its logarithm
    """

    def __init__(self, of_output: bool) -> None:
        self._examples = (*_EXAMPLES, *(["outputs"] if of_output else []))
        keys = (*self._examples, *_DTYPE, *_LOSS, *_ROWS)
        self.state = {key: session.ahead(key) for key in keys}
        """What its controls will be at, which are drawn when all is judged."""
        self._drawn: _Labels | None = None

    def reads_otherwise(self, found: Report | None) -> bool:
        """Whether it says something else of what was found than the page does."""
        return self._drawn != self._labels(found)

    def draw(self, found: Report | None) -> None:
        """Draw it; None where nothing could be judged: it says what the controls do."""
        self._drawn = examples, dtype, loss, rows = self._labels(found)
        with st.container(horizontal=True, key="understood", vertical_alignment="center"):
            st.markdown("Understood as", width="content")
            _part("examples", examples, self._examples, self.state)
            _part("dtype", dtype, _DTYPE, self.state)
            _part("loss", loss, _LOSS, self.state)
            _part("rows", rows, _ROWS, self.state)
        drawn = session.state()
        if any(drawn[key] != value for key, value in self.state.items() if key in drawn):
            st.rerun()  # a damaged link: the controls have put their defaults in its place

    def _labels(self, found: Report | None) -> _Labels:
        taken = found.understood if isinstance(found, core.Diagnosis) else None
        return _labels(taken, {**self.state, **session.state()})


def _part(name: str, label: str, keys: tuple[str, ...], state: dict[str, Any]) -> None:
    """One part. It keeps its place, and stays open, whatever it says.

    So it is not asked whether it is open: what can be asked that is another one with another label.
    """
    changed = any(state[key] != CONTROLS[key].default for key in keys)
    icon = ":material/edit:" if changed else None
    with st.popover(plain(label), key=f"understood_{name}", icon=icon, wrap=True):
        widgets.draw(*keys)


def _changed(keys: tuple[str, ...], state: dict[str, Any]) -> list[str]:
    """What is set to something else than its default, a few words each."""
    return [_set(key, state[key]) for key in keys if state[key] != CONTROLS[key].default]


def _set(key: str, value: Any) -> str:
    label = CONTROLS[key].label.partition(",")[0]
    return label if isinstance(CONTROLS[key], Text) else f"{label}: {link.spelled(value)}"


def _labels(taken: core.Understood | None, state: dict[str, Any]) -> _Labels:
    if taken is None:
        return (
            ", ".join(["examples and classes", *_changed(_EXAMPLES, state)]),
            "their dtype" if state["dtype"] == "auto" else state["dtype"],
            ", ".join([f"loss: {_OF[state['loss']]}", *_changed(_LOSS[1:], state)]),
            ", ".join([_OVER[state["over"]], *_changed(_ROWS[1:], state)]),
        )
    return (
        taken.examples,
        taken.dtype or "no dtype named",
        taken.loss or "no loss",
        taken.rows or "one row",
    )
