"""Verdicts of `core.diagnose` and `core.diagnose_attention` on the page."""

import re
import unicodedata
from collections.abc import Callable, Mapping

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

import core
from core.diagnosis.verdict import NAMES, Report
from core.reading import ReadingError
from pages import Page
from pages.instruments.base import Quantities
from pages.instruments.check import Judged, judged, see
from pages.ui import boards, session
from pages.ui.plain import plain


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


def headlines(found: Report) -> None:
    """Of each quantity whether it is right."""
    told = found.understood.temperature if isinstance(found, core.Diagnosis) else ""
    for verdict in found.verdicts.values():
        _headline(verdict, f"{_named(verdict)} at {told}" if told else _named(verdict))


def show(page: Page, found: Report) -> Quantities:
    """How the texts were read, then what is wrong; returns the numbers that are shown."""
    numbers = Quantities()
    if told := [*found.told, *found.notes]:
        st.markdown("  \n".join(map(plain, told)))
    wrong = [verdict for verdict in found.verdicts.values() if _more(verdict)]
    for verdict in wrong:
        if len(found.verdicts) > 1:
            st.subheader(_named(verdict), anchor=False)
        numbers |= details(page, verdict, found)
    return numbers


def _more(verdict: core.Verdict) -> bool:
    return verdict.right is not True or bool(verdict.hints)


def details(page: Page, verdict: core.Verdict, found: Report) -> Quantities:
    """One quantity: which part is wrong, the numbers side by side, and what explains them."""
    if verdict.where:
        st.markdown(plain(" ".join(verdict.where)))
    numbers = {} if verdict.right is True else _side_by_side(page, judged(found)[verdict.quantity])
    for k, explanation in enumerate(verdict.explanations):
        titles = ", and ".join(plain(mistake.title) for mistake in explanation.mistakes)
        key = f"{verdict.quantity}_{k}"
        if not k:
            part = st.container(border=True, key=key)
        elif not (part := st.expander(f"Or: {titles}", key=key, on_change="rerun")).open:
            continue  # what nobody looks at is not sent with every change
        with part:
            for i, mistake in enumerate(explanation.mistakes):
                if i:
                    st.markdown("*and at the same time*")
                _mistake(mistake, explanation.fixes[i], found)
    if verdict.hints:
        st.markdown("\n".join(f"- {plain(hint)}" for hint in verdict.hints))
    return numbers


def report() -> ExpanderContainer:
    """Where `take_along` is to draw, folded; a slider that moves does not draw it again."""
    return st.expander("The report, to be copied", key="report", on_change="rerun")


def take_along(host: ExpanderContainer, found: Report, code: Callable[[], str] | None) -> None:
    """The report as text, as Markdown and, where it can be, from code: each with a button to copy it."""
    if not host.open:
        return
    with host:
        text, table, source = st.tabs(["Text", "Markdown", "From code"])
        text.code(str(found), language=None, wrap_lines=True)
        table.code(found.markdown(), language="markdown", wrap_lines=True)
        if code is None:
            source.caption(
                "What was uploaded is not in the code: read the files with `core.read_file`."
            )
        else:
            source.code(code())


def _named(verdict: core.Verdict) -> str:
    return NAMES.get(verdict.quantity, verdict.quantity)


def _headline(verdict: core.Verdict, name: str) -> None:
    if verdict.right:
        st.success(f"{name} is right, to the digits given.", icon=":material/check_circle:")
    elif verdict.depends:
        st.warning(f"{name}: {verdict.depends}.", icon=":material/help:")
    elif verdict.right is None:
        st.warning(f"{name} cannot be told from these digits.", icon=":material/help:")
    else:
        st.error(f"{name} is not right. {explained(verdict)}", icon=":material/cancel:")


def explained(verdict: core.Verdict) -> str:
    """How many explanations there are, in words."""
    count = len(verdict.explanations)
    if not count:
        return "No known mistake, alone or in a pair, gives these numbers."
    if verdict.alone:
        return "Made in the wrong part alone, the mistake named below gives exactly these numbers."
    if count > 1:
        if len(verdict.explanations[0].mistakes) > 1:
            return (
                f"{count} pairs of mistakes below give exactly these numbers, the simplest first."
            )
        return f"{count} explanations below give exactly these numbers, the simplest first."
    if len(verdict.explanations[0].mistakes) == 1:
        return "One mistake gives exactly these numbers. It is named below."
    return "Two mistakes together give exactly these numbers. They are named below."


def _side_by_side(page: Page, one: Judged) -> Quantities:
    for key, board in one.blocks().items():
        boards.show(page, key, board)
    if not one.whole:
        st.caption(
            "Of larger matrices the part around the worst entry is drawn; rows and columns are "
            "counted from 1."
        )
    return one.numbers()


def _mistake(mistake: core.Mistake, fix: str, found: Report) -> None:
    word = re.match(r"[a-z]{2,}[ -]", mistake.title)  # y and exp(z) stay as they are
    title = mistake.title[:1].upper() + mistake.title[1:] if word else mistake.title
    # Not as a block of code: what colours it weighs more than all else that the page loads.
    st.markdown(f"**{plain(title)}**\n\n{plain(mistake.explanation)}\n\n`{fix}`")
    sight = see(mistake, found)
    st.page_link(
        f"pages/{sight.page}.py",
        label="See it in the explorer, at your numbers"
        if sight.theirs
        else "See it in the explorer",
        icon=":material/visibility:",
        query_params=session.needed(sight.state),
    )
