"""A question of a lesson: answered at the state that stands, and what is said to the answer."""

from collections.abc import Hashable, Mapping
from typing import Any, cast

import streamlit as st

from pages.lesson.lesson import Shown
from pages.lesson.questions import ChoiceQuestion, NumberQuestion, Question, Verdict

_ANSWERED = "lesson_answers"
_KEY = "lesson_answer"


def ask(question: Question, shown: Shown, now: Mapping[str, Any], place: Hashable) -> bool:
    """Draw a question; returns whether it has been answered, or passed over.

    An answer is judged when it is given: a slider that moves later makes it no other.

    Parameters
    ----------
    now : the state that the reader sees
    place : of the step, by which an answer is kept during the visit
    """
    answers = cast(dict[Hashable, tuple[str, Verdict]], st.session_state.setdefault(_ANSWERED, {}))
    before, verdict = answers.get(place, (None, None))
    with st.container(border=True):
        answer = _widget(question, f"{_KEY}_{abs(hash((place, question.text)))}", before)
        if answer and answer != before:
            try:
                verdict = question.judge(
                    answer, shown.numbers(now), shown.numbers({**now, **question.then})
                )
            except ValueError as error:
                st.warning(f"{str(error).capitalize()}.")
            else:
                answers[place] = answer, verdict
        if verdict is None:
            return st.button("Go on without an answer", type="tertiary", key=f"{_KEY}_skip")
        st.markdown(":material/check: **Right.**" if verdict.right else ":material/close: **No.**")
        if verdict.says:
            st.markdown(verdict.says)
    return True


def _widget(question: Question, key: str, before: str | None) -> str | None:
    if isinstance(question, NumberQuestion):
        if before and key not in st.session_state:
            st.session_state[key] = before
        return st.text_input(question.text, key=key, max_chars=40, placeholder="−0.34")
    choices = question.answers()
    index = choices.index(before) if before in choices else None
    return st.radio(
        question.text, choices, index, key=key, horizontal=not isinstance(question, ChoiceQuestion)
    )
