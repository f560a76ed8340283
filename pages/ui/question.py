"""A question of a lesson: asked of the board as the step begins, and what is said to the answer."""

from collections.abc import Callable, Hashable
from functools import partial
from typing import cast
from zlib import crc32

import streamlit as st

from pages.lesson.lesson import Shown
from pages.lesson.quantities import Prose
from pages.lesson.questions import (
    AT_HOME,
    ChoiceQuestion,
    NumberQuestion,
    Question,
    Verdict,
)
from pages.ui import session
from pages.ui.plain import plain

Words = Callable[[str, Prose], None]
"""Draws prose in a container of this key."""

_ANSWERED = "lesson_answers"
_KEY = "lesson_answer"
_SKIP = "Go on without an answer"
_Answers = dict[Hashable, tuple[str, Verdict | None]]


def ask(question: Question, shown: Shown, place: Hashable, words: Words) -> bool:
    """Draw a question; returns whether it has been answered, or passed over.

    An answer brings the board back to where the step begins, and is judged there: the author's words
    are about that, and whoever has tried out what the question asks has moved the board.

    Parameters
    ----------
    place : of the step, by which an answer is kept during the visit
    words : draws prose whose numbers follow the board
    """
    answers = cast(_Answers, st.session_state.setdefault(_ANSWERED, {}))
    before, verdict = answers.get(place, ("", None))
    with st.container(border=True):
        words("prose_asked", question.text)
        key = f"{_KEY}_{crc32(repr(place).encode())}"
        answer = _widget(question, key, before, partial(_bring_back, shown))
        if shown.controls:
            st.markdown(f":small[{AT_HOME}]")
        if answer and answer != before:
            home = shown.state
            try:
                verdict = question.judge(
                    answer, shown.numbers(home), shown.numbers({**home, **question.then})
                )
            except ValueError as error:
                st.warning(plain(f"{str(error)[:1].upper()}{str(error)[1:]}."))
            else:
                answers[place] = answer, verdict
        if place not in answers and st.button(_SKIP, type="tertiary", key=f"{_KEY}_skip"):
            answers[place] = "", None
        if verdict is None:
            return place in answers
        st.markdown(":material/check: **Right.**" if verdict.right else ":material/close: **No.**")
        if verdict.says:
            words("prose_says", verdict.says)
    return True


def _bring_back(shown: Shown) -> None:
    session.set_state({key: shown.state[key] for key in shown.controls})


def _widget(question: Question, key: str, before: str, answered: Callable[[], None]) -> str | None:
    if isinstance(question, NumberQuestion):
        if before and key not in st.session_state:
            st.session_state[key] = before
        return st.text_input(
            "Your number",
            key=key,
            max_chars=40,
            placeholder="−0.34",
            width=160,
            on_change=answered,
        )
    choices = question.answers()
    index = choices.index(before) if before in choices else None
    return st.radio(
        "Your answer",
        choices,
        index,
        key=key,
        horizontal=not isinstance(question, ChoiceQuestion),
        label_visibility="collapsed",
        on_change=answered,
    )
