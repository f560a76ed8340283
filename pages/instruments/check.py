"""Check my gradient: somebody's numbers beside the right ones, and where their mistake is to be seen."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import numpy as np

import core
from core.diagnosis.case import Case
from core.diagnosis.verdict import NAMES, Report, spelled_index
from core.inputs import Array
from pages.board import blocks as b
from pages.board.blocks import Block, Board
from pages.instruments.base import Instrument, Quantities
from pages.instruments.check_attention import ATTENTION
from pages.instruments.check_form import Form
from pages.instruments.check_softmax import SOFTMAX
from pages.state.controls import CONTROLS, MAX_CLASSES
from pages.state.kinds import Slider
from pages.state.link import spelled

FORMS: dict[str, Form] = {"z": SOFTMAX, "y": SOFTMAX, "QKV": ATTENTION}
"""What is asked for, by what is known."""
_ROWS, _COLUMNS = 8, MAX_CLASSES
"""The most of a matrix that is drawn: the part around its worst entry."""


@dataclass(frozen=True)
class _Window:
    """The part of a matrix that is drawn."""

    values: Array
    """(r, c), at most 8×10"""
    rows: range
    columns: range
    worst: tuple[int, int]
    """Where in it the worst entry is."""


@dataclass(frozen=True, eq=False)
class Judged(Instrument):
    """One quantity: theirs, the right one, and the difference, around the worst entry."""

    verdict: core.Verdict
    columns: bool = False
    """Whether each example is a column."""

    @cached_property
    def _windows(self) -> dict[str, _Window]:
        verdict = self.verdict
        tables = {
            "yours": verdict.got,
            "right": verdict.expected,
            "yours − right": verdict.difference,
        }
        return {
            title: _window(values, verdict.worst)
            for title, values in tables.items()
            if values is not None
        }

    @property
    def whole(self) -> bool:
        """Whether all of it is drawn."""
        sizes = {"yours": self.verdict.got.size, "right": self.verdict.expected.size}
        return all(self._windows[title].values.size == size for title, size in sizes.items())

    @property
    def _worst(self) -> dict[str, Array]:
        """The worst entry, from each side."""
        verdict = self.verdict
        if verdict.worst is None:
            return {}
        found = {"yours": verdict.got[verdict.worst], "right": verdict.expected[verdict.worst]}
        if verdict.numeric is not None:
            found["measured"] = np.asarray(verdict.numeric)
        return found

    def _name(self, what: str) -> str:
        return f"{self.verdict.quantity}: {what}"

    def numbers(self) -> Quantities:
        shown = {}
        for title, window in self._windows.items():
            cut = window.values
            shown[self._name(title)] = (
                cut[0] if len(cut) == 1 else cut[:, 0] if cut.shape[1] == 1 else cut
            )
        return shown | {self._name(f"worst, {word}"): v for word, v in self._worst.items()}

    def blocks(self) -> dict[str, Board]:
        quantity = self.verdict.quantity
        board = Board(
            (*self._sentence(), b.beside(*(self._matrix(title) for title in self._windows))),
            alt=f"Your {NAMES.get(quantity, quantity)}, the right one, and the difference",
            dense=True,
        )
        return {f"{quantity}_board": board}

    def _sentence(self) -> list[Block]:
        verdict = self.verdict
        if verdict.worst is None:
            return []
        numbers: dict[str, Any] = {
            side: b.number(self._name(f"worst, {side}"), sign=True, decimals=6)
            for side in self._worst
        }
        return [
            b.text(
                "Worst entry, {place}: yours {yours}, right {right}."
                if verdict.numeric is None
                else "Worst entry, {place}: yours {yours}, right {right}, measured from the loss "
                "alone {measured}.",
                place=spelled_index(verdict.worst, verdict.expected.ndim),
                **numbers,
            )
        ]

    def _matrix(self, title: str) -> Block:
        verdict, window = self.verdict, self._windows[title]
        whole = {"yours": verdict.got}.get(title, verdict.expected)
        return b.matrix(
            self._name(title),
            [str(i + 1) for i in window.rows],
            [str(j + 1) for j in window.columns],
            title=title,
            shape="×".join(map(str, whole.shape)),
            scale=1,
            decimals=4,
            row=window.worst[0] if verdict.worst else None,
            column=window.worst[1] if verdict.worst else None,
            # Colours are counted from the first class.
            class_rows=(verdict.quantity == "J" or self.columns) and not window.rows.start,
            class_columns=verdict.difference is not None
            and verdict.quantity in NAMES  # attention has no classes
            and (verdict.quantity == "J" or not self.columns)
            and not window.columns.start,
        )


def judged(found: Report) -> dict[str, Judged]:
    """Each quantity of a report."""
    columns = isinstance(found, core.Diagnosis) and found.layout.columns
    return {name: Judged(verdict, columns) for name, verdict in found.verdicts.items()}


def _window(values: Array, worst: tuple[int, ...] | None) -> _Window:
    worst = worst if worst and len(worst) == values.ndim else (0,) * values.ndim
    while values.ndim > 2:  # of a batch of Jacobians, the worst one
        values, worst = values[worst[0]], worst[1:]
    at = (0,) * (2 - len(worst)) + worst
    table = values.reshape((1,) * (2 - values.ndim) + values.shape)
    rows, columns = (
        range(start, min(size, start + most))
        for start, size, most in (
            (max(0, min(middle - most // 2, size - most)), size, most)
            for middle, size, most in zip(at, table.shape, (_ROWS, _COLUMNS), strict=True)
        )
    )
    cut = table[rows.start : rows.stop, columns.start : columns.stop]
    return _Window(cut, rows, columns, (at[0] - rows.start, at[1] - columns.start))


@dataclass(frozen=True)
class Sight:
    """Where a mistake is to be seen."""

    page: str
    """Its stem."""
    state: dict[str, str]
    theirs: bool
    """Whether it is seen at their own logits."""


def see(mistake: core.Mistake, found: Report) -> Sight:
    """Where a mistake is to be seen: at their numbers, if the sliders can show them."""
    stem, _, query = mistake.see.partition("?")
    shown = dict(parse_qsl(query))
    if not isinstance(found, core.Diagnosis):
        return Sight(stem, shown, theirs=False)  # no page has queries, keys and values
    case = found.case
    theirs = _state(case)
    elsewhere = "z1" in shown  # a mistake that is seen at logits of its own
    if elsewhere:
        theirs = {"n": str(sum(key[0] == "z" for key in shown))}
    elif theirs:
        own = {**theirs, "mse": case.reduction}
        if shown.get("up") == "row" and "t" in theirs:
            own["i"] = theirs["t"]  # the row that was taken
        if stem == "upstream" and case.g is not None:
            theirs |= {f"g{k + 1}": spelled(float(v)) for k, v in enumerate(case.g[0])}
            own["up"] = "custom"
        shown |= {key: own[key] for key in shown.keys() & own.keys()}
    plain = {"mse": case.reduction, "eps": "0"} if stem in ("upstream", "losses") else {}
    return Sight(stem, {**theirs, **plain, **shown}, theirs=bool(theirs) and not elsewhere)


def _state(case: Case) -> dict[str, str]:
    """One row of logits and its class as the sliders' state; empty where they do not fit them."""
    slider, gradient = CONTROLS["z1"], CONTROLS["g1"]
    assert isinstance(slider, Slider)
    assert isinstance(gradient, Slider)
    rows, n = case.z.shape
    if not case.balanced or case.loss == "focal":
        return {}  # of these the explorer has no page
    if not case.z_known or rows != 1 or not 2 <= n <= MAX_CLASSES:
        return {}
    if np.abs(case.z).max() > slider.high:
        return {}
    if case.g is not None and np.abs(case.g).max() > gradient.high:
        return {}
    return {
        "n": str(n),
        **{f"z{k + 1}": spelled(float(v)) for k, v in enumerate(case.z[0])},
        "tau": spelled(case.temperature),
        **({} if case.t is None else {"t": str(int(case.t[0].argmax()) + 1)}),
    }
