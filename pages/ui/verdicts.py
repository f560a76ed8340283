"""Verdicts of `core.diagnose` on the page."""

import re
import unicodedata
from collections.abc import Mapping

import streamlit as st

import core
from core.diagnosis.case import Case
from core.diagnosis.verdict import NAMES
from core.reading import ReadingError
from pages import Page
from pages.instruments.base import Quantities
from pages.instruments.check import Judged, see
from pages.ui import boards, session


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


def how_read(found: core.Diagnosis) -> None:
    """How those texts were understood that could be understood otherwise."""
    told = [
        f"- {NAMES.get(name, name)}: {plain(note)}"
        for name, reading in found.readings.items()
        for note in reading.notes
    ]
    if told:
        st.caption("\n".join(told))


def show(page: Page, verdict: core.Verdict, case: Case) -> Quantities:
    """One quantity: the verdict, what explains it, and the numbers side by side, which are returned."""
    _headline(verdict)
    if verdict.where:
        st.markdown(plain(" ".join(verdict.where)))
    numbers = {} if verdict.right is True else _side_by_side(page, Judged(verdict))
    for k, explanation in enumerate(verdict.explanations):
        with st.container(border=True, key=f"{verdict.quantity}_{k}"):
            for i, mistake in enumerate(explanation.mistakes):
                if i:
                    st.markdown("*and at the same time*")
                _mistake(mistake, explanation.fixes[i], case)
    if verdict.hints:
        st.markdown("\n".join(f"- {plain(hint)}" for hint in verdict.hints))
    return numbers


def _headline(verdict: core.Verdict) -> None:
    name = NAMES[verdict.quantity]
    if verdict.right:
        st.success(f"{name} is right, to the digits given.", icon=":material/check_circle:")
    elif verdict.right is None:
        st.warning(f"{name} cannot be told from these digits.", icon=":material/help:")
    else:
        st.error(f"{name} is not right. {_found(verdict)}", icon=":material/cancel:")


def _found(verdict: core.Verdict) -> str:
    """How many explanations there are, in words."""
    count = len(verdict.explanations)
    if not count:
        return "No known mistake, alone or in a pair, gives these numbers."
    if count > 1:
        if len(verdict.explanations[0].mistakes) > 1:
            return (
                f"{count} pairs of mistakes below give exactly these numbers, the simplest first."
            )
        return f"{count} explanations below give exactly these numbers, the simplest first."
    if len(verdict.explanations[0].mistakes) == 1:
        return "One mistake gives exactly these numbers. It is named below."
    return "Two mistakes together give exactly these numbers. They are named below."


def _side_by_side(page: Page, judged: Judged) -> Quantities:
    for key, board in judged.blocks().items():
        boards.show(page, key, board)
    if not judged.whole:
        st.caption(
            "Of larger matrices the part around the worst entry is drawn; rows and columns are "
            "counted from 1."
        )
    return judged.numbers()


def _mistake(mistake: core.Mistake, fix: str, case: Case) -> None:
    word = re.match(r"[a-z]{2,}[ -]", mistake.title)  # y and exp(z) stay as they are
    title = mistake.title[:1].upper() + mistake.title[1:] if word else mistake.title
    st.markdown(f"**{plain(title)}**")
    st.markdown(plain(mistake.explanation))
    st.code(fix, language="python")
    sight = see(mistake, case)
    st.page_link(
        f"pages/{sight.page}.py",
        label="See it in the explorer, at your numbers"
        if sight.theirs
        else "See it in the explorer",
        icon=":material/visibility:",
        query_params=session.needed(sight.state),
    )
