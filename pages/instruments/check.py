"""Check my gradient: somebody's numbers beside the right ones, and where their mistake is to be seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any
from urllib.parse import parse_qsl

import numpy as np

import core
from core.diagnosis.case import Case
from core.diagnosis.verdict import NAMES, spelled_index
from core.inputs import Array
from core.reading import Reading, ReadingError
from pages.board import blocks as b
from pages.board.blocks import Block, Board
from pages.instruments.base import Instrument, Quantities, State
from pages.notation import snippets
from pages.state.controls import CONTROLS, MAX_CLASSES
from pages.state.kinds import Slider
from pages.state.link import spelled

_DEFAULTS = signature(core.diagnose).parameters
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
            alt=f"Your {NAMES[quantity]}, the right one, and the difference",
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
            and (verdict.quantity == "J" or not self.columns)
            and not window.columns.start,
        )


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


def see(mistake: core.Mistake, case: Case) -> Sight:
    """Where a mistake is to be seen: at their numbers, if the sliders can show them."""
    stem, _, query = mistake.see.partition("?")
    shown, theirs = dict(parse_qsl(query)), _state(case)
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


def pasted(state: State) -> dict[str, str]:
    """The texts that say something, by the quantity that each is."""
    known = {state["given"]: state["input"], "t": state["target"], "h": state.get("h", "")}
    claims = {name: state.get(f"got_{name}", "") for name in NAMES}
    return {name: text for name, text in {**known, **claims, **known}.items() if text.strip()}


def weights(state: State) -> dict[str, str]:
    """The texts of weights that say something, by the option that each is."""
    given = {"weight": state["weights"], "row_weight": state["rows"]}
    return {name: text for name, text in given.items() if text.strip()}


def greeting(example: State, state: State) -> dict[str, str]:
    """The texts of an example, to be diagnosed while nothing is pasted; none where other things are asked."""
    alike = all(state[key] == example[key] for key in ("given", "got"))
    return pasted(example) if alike else {}


def uploads(files: Iterable[tuple[str, bytes]]) -> dict[str, Reading]:
    """Arrays of uploaded files by the quantity that their name says.

    Raises ReadingError for a file that cannot be read or a name that says no quantity.
    """
    known = ("z", "y", "t", "h", *NAMES)
    found: dict[str, Reading] = {}
    for name, data in files:
        for called, read in core.read_file(name, data).items():
            quantity = "t" if called in ("target", "targets", "labels") else called
            if quantity not in known:
                raise ReadingError(
                    f"expected arrays named {', '.join(dict.fromkeys(known))}, got {quantity!r}. Name a "
                    "file after what it holds, for example dL_dz.csv",
                    source=name,
                )
            found[quantity] = read
    return found


def diagnose(given: Mapping[str, str | Reading], state: State) -> core.Diagnosis | None:
    """What is to be said of it; None where there is nothing to be checked. Raises as `core.diagnose`."""
    if not any(name in NAMES and (name != "y" or "z" in given) for name in given):
        return None
    return core.diagnose(**given, **_options(state))  # type: ignore[arg-type]


def code(texts: Mapping[str, str], state: State) -> str:
    """The same from a notebook; an option that says nothing is left out."""
    options = {
        name: value
        for name, value in _options(state).items()
        if name == "loss" or value != _DEFAULTS[name].default
    }
    return snippets.diagnosis(texts, options)


def _options(state: State) -> dict[str, Any]:
    return {
        "loss": state["loss"],
        "reduction": state["mse"],
        "batch_mean": state["over"] == "mean",
        "temperature": state["tau"],
        "axis": {"rows": -1, "columns": -2}.get(state["examples"]),
        "outputs": {"y": "softmax", "logy": "log_softmax"}.get(state.get("outputs", "auto")),
        "dtype": None if state["dtype"] == "auto" else state["dtype"],
        "ignore_index": state["ignore"],
        "label_smoothing": state["smooth"],
        "loss_weight": state["scale"],
        "gamma": state["focal"],
        "z_loss": state["zloss"],
        "softcap": state["cap"] or None,
        **weights(state),
    }
