"""A question of a lesson: answered at the state that stands, and what is said to the answer."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, cast
from zlib import crc32

import streamlit as st

from pages.lesson.lesson import Shown
from pages.lesson.quantities import Prose
from pages.lesson.questions import ChoiceQuestion, NumberQuestion, Question, Verdict
from pages.ui.plain import plain

Words = Callable[[str, Prose], None]
"""Draws prose in a container of this key."""

_ANSWERED = "lesson_answers"
_KEY = "lesson_answer"
_SKIP = "Go on without an answer"
_Answers = dict[Hashable, tuple[str, Verdict | None]]


def ask(
    question: Question, shown: Shown, now: Mapping[str, Any], place: Hashable, words: Words
) -> bool:
    """Draw a question; returns whether it has been answered, or passed over.

    An answer is judged when it is given: a slider that moves later makes it no other.

    Parameters
    ----------
    now : the state that the reader sees
    place : of the step, by which an answer is kept during the visit
    words : draws prose whose numbers follow the board
    """
    answers = cast(_Answers, st.session_state.setdefault(_ANSWERED, {}))
    before, verdict = answers.get(place, ("", None))
    with st.container(border=True):
        words("prose_asked", question.text)
        key = f"{_KEY}_{crc32(repr(place).encode())}"
        answer = _widget(question, key, before)
        if answer and answer != before:
            try:
                verdict = question.judge(
                    answer, shown.numbers(now), shown.numbers({**now, **question.then})
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


def _widget(question: Question, key: str, before: str) -> str | None:
    if isinstance(question, NumberQuestion):
        if before and key not in st.session_state:
            st.session_state[key] = before
        return st.text_input("Your number", key=key, max_chars=40, placeholder="−0.34", width=160)
    choices = question.answers()
    index = choices.index(before) if before in choices else None
    return st.radio(
        "Your answer",
        choices,
        index,
        key=key,
        horizontal=not isinstance(question, ChoiceQuestion),
        label_visibility="collapsed",
    )
