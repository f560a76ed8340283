"""Verdicts of `core.diagnose` on the page."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import streamlit as st

import core
from core.diagnosis.verdict import NAMES, spelled_index
from core.inputs import Array
from core.reading import Reading, ReadingError
from pages.parts import board
from pages.parts.controls import CONTROLS, MAX_CLASSES, MAX_TEXT_IN_LINK, Slider

_ROWS, _COLUMNS = 8, MAX_CLASSES
"""The most of a matrix that is drawn: the part around its worst entry."""


def plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|$~:])", r"\\\1", text)


def _narrow(c: str) -> bool:
    """Whether a character takes one column: a tab would move the caret below it."""
    wide = unicodedata.east_asian_width(c) in "WF"
    return c.isprintable() and not wide and not unicodedata.combining(c)


def refusal(error: ValueError, texts: Mapping[str, object]) -> None:
    """Why nothing was judged, and where in the text."""
    st.error("This cannot be judged yet.", icon=":material/error:")
    st.code(str(error), language=None, wrap_lines=True)
    if isinstance(error, ReadingError) and error.line is not None and error.column is not None:
        text = texts.get("t" if error.source == "target" else error.source)
        if isinstance(text, str):
            line = "".join(c if _narrow(c) else " " for c in text.split("\n")[error.line - 1])
            start = max(0, error.column - 30)
            st.code(
                line[start : start + 60] + "\n" + " " * (error.column - 1 - start) + "^",
                language=None,
            )


def show(
    verdict: core.Verdict, given: Mapping[str, object], reduction: str, tau: float
) -> dict[str, Array]:
    """One quantity: the verdict, what explains it, and the numbers side by side, which are returned."""
    name = NAMES[verdict.quantity]
    if verdict.right:
        st.success(f"{name} is right, to the digits given.", icon=":material/check_circle:")
    elif verdict.right is None:
        st.warning(f"{name} cannot be told from these digits.", icon=":material/help:")
    else:
        count = len(verdict.explanations)
        st.error(
            f"{name} is not right. "
            + (
                "No known mistake, alone or in a pair, gives these numbers."
                if not count
                else "One mistake gives exactly these numbers. It is named below."
                if count == 1 and len(verdict.explanations[0].mistakes) == 1
                else "Two mistakes together give exactly these numbers. They are named below."
                if count == 1
                else f"{count} explanations below give exactly these numbers, the simplest first."
            ),
            icon=":material/cancel:",
        )
    shown = {} if verdict.right is True else _numbers(verdict)
    for k, explanation in enumerate(verdict.explanations):
        with st.container(border=True, key=f"{verdict.quantity}_{k}"):
            for mistake in explanation.mistakes:
                _mistake(mistake, given, reduction, tau)
    if verdict.hints:
        st.markdown("\n".join(f"- {plain(hint)}" for hint in verdict.hints))
    return shown


def _mistake(
    mistake: core.Mistake, given: Mapping[str, object], reduction: str, tau: float
) -> None:
    word = re.match(r"[a-z]{2,}[ -]", mistake.title)  # y and exp(z) stay as they are
    title = mistake.title[:1].upper() + mistake.title[1:] if word else mistake.title
    st.markdown(f"**{plain(title)}**")
    st.markdown(plain(mistake.explanation))
    st.code(mistake.fix, language="python")
    stem, _, query = mistake.see.partition("?")
    shown, state = dict(parse_qsl(query)), _state(given, tau)
    if "z1" in shown:  # a mistake that is seen at logits of its own
        state = {"n": str(sum(key[0] == "z" for key in shown))}
    elif state:
        theirs = {**state, "mse": reduction}
        shown |= {key: theirs[key] for key in shown.keys() & theirs.keys()}
    st.page_link(
        f"pages/{stem}.py",
        label="See it in the explorer, at your numbers"
        if "z1" in state
        else "See it in the explorer",
        icon=":material/visibility:",
        query_params={
            **state,
            **({"mse": reduction, "eps": "0"} if stem in ("upstream", "losses") else {}),
            **shown,
        },
    )


def _state(given: Mapping[str, object], tau: float) -> dict[str, str]:
    """One row of logits and its class as the sliders' state; empty where they do not fit them."""
    z, t = given.get("z"), given.get("t", "0")
    if not (isinstance(z, str) and isinstance(t, str) and len(z) + len(t) <= MAX_TEXT_IN_LINK):
        return {}
    try:
        logits, target = core.read_numbers(z).values, core.read_numbers(t).values
    except ReadingError:
        return {}
    logits = logits[0] if logits.ndim == 2 and len(logits) == 1 else logits
    slider = CONTROLS["z1"]
    assert isinstance(slider, Slider)
    if (
        logits.ndim != 1
        or not 2 <= len(logits) <= MAX_CLASSES
        or np.abs(logits).max() > slider.high
    ):
        return {}
    label = int(target.ravel()[0]) if target.size == 1 else int(target.ravel().argmax())
    return {
        "n": str(len(logits)),
        **{f"z{k + 1}": f"{v:.12g}" for k, v in enumerate(logits)},
        "tau": f"{tau:.12g}",
        **({"t": str(label + 1)} if "t" in given else {}),
    }


def _numbers(verdict: core.Verdict) -> dict[str, Array]:
    """Theirs, the right ones, and the difference, around the worst entry."""
    tables = {"yours": verdict.got, "right": verdict.expected, "yours − right": verdict.difference}
    blocks: list[board.Block] = []
    quantities: dict[str, Array] = {}
    whole = True
    for title, values in tables.items():
        if values is None:
            continue
        cut, rows, columns, at = _window(values, verdict.worst)
        name = f"{verdict.quantity}: {title}"
        whole = whole and cut.size == values.size
        quantities[name] = cut[0] if len(cut) == 1 else cut[:, 0] if cut.shape[1] == 1 else cut
        blocks.append(
            board.matrix(
                name,
                [str(i + 1) for i in rows],
                [str(j + 1) for j in columns],
                title=title,
                shape="×".join(map(str, values.shape)),
                scale=1,
                decimals=4,
                row=at[0] if verdict.worst else None,
                column=at[1] if verdict.worst else None,
                # Colours are counted from the first class.
                class_rows=verdict.quantity == "J" and not rows.start,
                class_columns=verdict.difference is not None and not columns.start,
            )
        )
    worst: list[Any] = []
    if verdict.worst is not None:
        found = {"yours": verdict.got[verdict.worst], "right": verdict.expected[verdict.worst]}
        if verdict.numeric is not None:
            found["measured from the loss alone"] = np.asarray(verdict.numeric)
        worst = [f"Worst entry, {spelled_index(verdict.worst, verdict.expected.ndim)}: "]
        for k, (word, value) in enumerate(found.items()):
            name = f"{verdict.quantity}: worst, {word}"
            quantities[name] = value
            worst += [f"{', ' if k else ''}{word} ", board.number(name, sign=True, decimals=6)]
        worst = [board.text(*worst, ".")]
    board.show(
        "check",
        f"{verdict.quantity}_board",
        [*worst, board.beside(*blocks)],
        alt=f"Your {NAMES[verdict.quantity]}, the right one, and the difference",
        dense=True,
    )
    if not whole:
        st.caption(
            "Of larger matrices the part around the worst entry is drawn; rows and columns are counted from 1."
        )
    return quantities


def _window(
    values: Array, worst: tuple[int, ...] | None
) -> tuple[Array, range, range, tuple[int, int]]:
    """A matrix (r, c) of at most 8×10 entries, which rows and columns it has, and where the worst is."""
    worst = worst if worst and len(worst) == values.ndim else (0,) * values.ndim
    while values.ndim > 2:  # of a batch of Jacobians, the worst one
        values, worst = values[worst[0]], worst[1:]
    place = (0,) * (2 - len(worst)) + worst
    table = values.reshape((1,) * (2 - values.ndim) + values.shape)
    rows, columns = (
        range(start, min(size, start + most))
        for start, size, most in (
            (max(0, min(at - most // 2, size - most)), size, most)
            for at, size, most in zip(place, table.shape, (_ROWS, _COLUMNS), strict=True)
        )
    )
    cut = table[rows.start : rows.stop, columns.start : columns.stop]
    return cut, rows, columns, (place[0] - rows.start, place[1] - columns.start)


def uploads(files: list[tuple[str, bytes]]) -> dict[str, Reading]:
    """Arrays of uploaded files by the quantity that their name says.

    Raises ReadingError for a file that cannot be read or a name that says no quantity.
    """
    known = ("z", "y", "t", "h", *NAMES)
    found: dict[str, Reading] = {}
    for name, data in files:
        for quantity, read in core.read_file(name, data).items():
            if quantity not in known:
                raise ReadingError(
                    f"expected arrays named {', '.join(dict.fromkeys(known))}, got {quantity!r}",
                    source=name,
                )
            found[quantity] = read
    return found
