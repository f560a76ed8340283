"""Predict before you look: questions beside a board, which can be passed over."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.training import RaceSettings
from pages.instruments.predictions import WINNERS, Prediction, Settled
from pages.ui import session

_INVITATION = "**Predict before you look.** Or pass over it, and drag."
_RACE = "race_guess"
"""What was guessed, and of which race: the widget is gone while the page shows something else."""


def ask(predictions: Sequence[Prediction]) -> Callable[[], None]:
    """Draw the questions. What is returned tells, in what follows the sliders, how guesses did.

    A guess is in no link: whoever opens one makes their own.
    """
    if st.context.is_embedded:
        return lambda: None
    told = []
    with st.container(border=True, key="predict"):
        st.markdown(_INVITATION)
        for prediction in predictions:
            guess = st.segmented_control(
                prediction.question, prediction.options, key=prediction.key
            )
            told.append((prediction, guess, st.container()))

    def settle() -> None:
        for prediction, guess, host in told:
            if guess is not None:
                with host:
                    _tell(guess, prediction.settle(session.state()))

    return settle


def ask_before(settings: RaceSettings, disabled: bool) -> None:
    """Draw the question of a race that has not been run."""
    st.segmented_control(
        "Predict before you run it: whose accuracy on the held-out part will be the higher at the end?",
        WINNERS,
        key="guess_race",
        on_change=_remember,
        args=(settings,),
        disabled=disabled,
    )


def settle_race(settings: RaceSettings, settled: Callable[[], Settled]) -> None:
    """Tell how the guess of a race that is over did, if there was one."""
    of, guess = st.session_state.get(_RACE, (None, None))
    if guess is not None and of == settings:
        _tell(guess, settled())


def _remember(settings: RaceSettings) -> None:
    st.session_state[_RACE] = settings, st.session_state["guess_race"]


def _tell(guess: str, settled: Settled) -> None:
    answer, why = settled
    if guess == answer:
        st.markdown(f":material/check: **Right: {answer}.** {why}")
    else:
        st.markdown(f":material/close: **Not {guess}: {answer}.** {why}")
