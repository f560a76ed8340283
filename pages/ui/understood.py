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

_DRAWN = "understood_drawn"
_EXAMPLES = ("examples",)
_DTYPE = ("dtype",)
_LOSS = ("loss", "mse", "smooth", "weights", "focal", "zloss", "cap")
_ROWS = ("over", "ignore", "rows", "scale")
_OF = {"CE": "cross-entropy", "MSE": "squared error"}
_OVER = {"sum": "sum over the rows", "mean": "mean over the rows"}


def ahead(of_output: bool) -> dict[str, Any]:
    """What the controls of the line will be at, which is drawn when all is judged; as for `show`."""
    keys = (*_EXAMPLES, *_DTYPE, *_LOSS, *_ROWS, *(["outputs"] if of_output else []))
    return {key: session.ahead(key) for key in keys}


def show(found: Report | None, state: dict[str, Any], of_output: bool) -> None:
    """Draw the line: what each part was taken for, and its controls when it is pressed.

    Parameters
    ----------
    found : None where nothing could be judged: what the controls say
    state : as `ahead` said it; empty where there is nothing to be said, as of attention
    of_output : whether there is a choice between softmax and its logarithm
    """
    if not state:
        return
    taken = found.understood if isinstance(found, core.Diagnosis) else None
    labels = _labels(taken, state)
    with st.container(horizontal=True, key="understood", vertical_alignment="center"):
        st.markdown("Understood as", width="content")
        _part("examples", labels[0], (*_EXAMPLES, *(["outputs"] if of_output else [])), state)
        _part("dtype", labels[1], _DTYPE, state)
        _part("loss", labels[2], _LOSS, state)
        _part("rows", labels[3], _ROWS, state)
    drawn = session.state()
    if any(drawn[key] != value for key, value in state.items() if key in drawn):
        st.rerun()  # a damaged link: the controls have put their defaults in its place


def _part(name: str, label: str, keys: tuple[str, ...], state: dict[str, Any]) -> None:
    """One part. It keeps its place, and stays open, whatever it says.

    Its controls are drawn when it is first opened, or says something: each costs time at every change.
    """
    changed = any(state[key] != CONTROLS[key].default for key in keys)
    part = st.popover(
        plain(label),
        key=f"understood_{name}",
        icon=":material/edit:" if changed else None,
        wrap=True,
        on_change="rerun",
    )
    drawn = st.session_state.setdefault(_DRAWN, set())
    if part.open or changed or name in drawn:
        drawn.add(name)
        with part:
            widgets.draw(*keys)


def _changed(keys: tuple[str, ...], state: dict[str, Any]) -> list[str]:
    """What is set to something else than its default, a few words each."""
    return [_set(key, state[key]) for key in keys if state[key] != CONTROLS[key].default]


def _set(key: str, value: Any) -> str:
    label = CONTROLS[key].label.partition(",")[0]
    return label if isinstance(CONTROLS[key], Text) else f"{label}: {link.spelled(value)}"


def _labels(taken: core.Understood | None, state: dict[str, Any]) -> tuple[str, str, str, str]:
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
