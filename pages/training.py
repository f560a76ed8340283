"""Training race: the same network trained with either loss, from the same weights."""

from pages.ui import shell

page = shell.enter(__file__)

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.handout import race as race_of_handout
from pages.instruments.predictions import of_race
from pages.instruments.race import curves, results, seen, settings
from pages.notation.losses import written
from pages.state.presets import RACE_PRESETS
from pages.ui import boards, charts, export, predict, race, session, tables, widgets

st.title("The same start, two losses", anchor=False)

with widgets.panel():
    widgets.draw("data", "confidence", "lr", "epochs", "hidden", "batch", "momentum")
    widgets.draw("act", "mse", "seed")
wanted = settings(session.state())

widgets.draw_presets(RACE_PRESETS)

running = race.current() or race.greeting()
racing = running.running
if racing or running.settings != wanted:
    predict.ask_before(wanted, disabled=racing)
button, progress = st.columns([1, 4], vertical_alignment="center")
button.button(
    "Stop" if racing else "Run the race",
    key="run",
    icon=":material/stop:" if racing else ":material/play_arrow:",
    on_click=race.stop if racing else race.start,
    args=() if racing else (wanted,),
    width="stretch",
)
progress = progress.empty()
sentence = st.empty()


def draw(hosts: Sequence[DeltaGenerator], epoch: int | None = None) -> None:
    """The curves up to now with an epoch marked, in two columns."""
    left, right = hosts
    success, gradients = curves(running.history, running.settings.epochs, epoch)
    charts.show(success, host=left, alt="Accuracy and both losses of both networks over the epochs")
    charts.show(
        gradients,
        host=right,
        alt="Length of the gradient at the logits and the share of saturated rows over the epochs",
    )


def wait(position: int) -> None:
    """What stands in place of the progress while others race."""
    progress.info(
        f"{race.AT_ONCE} races are running; yours is number {position} in the queue, and its turn "
        "comes by itself.",
        icon=":material/hourglass_empty:",
    )


def show_results() -> None:
    """Where both ended."""
    st.header(f"After {running.done} epochs", anchor=False)
    rows = results(running.history, running.settings.reduction, stopped=running.stopped)
    st.markdown(tables.markdown("at the end", rows))
    if running.settings == wanted and not running.stopped:
        st.caption(
            "The address of this page holds every setting and the seed: whoever opens it and runs "
            "the race gets these numbers."
        )
    st.download_button(
        "Histories as CSV",
        running.csv,
        file_name=f"softmax-race-{running.settings.data}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def replay() -> None:
    """The curves, and where the samples stood at an epoch."""
    if running.done:
        widgets.draw("epoch", high=running.done)
    boards.show(page, "replay_board", running.replay.blocks()["replay_board"])


def following() -> None:
    """What follows the epoch."""
    if running.done:
        boards.live_alike(page, running.replay, {"epoch": running.done})
    else:
        boards.at_rest(page, running.replay.numbers(0))
    if explored.open:  # the library that draws them is half of what this page would take to load
        draw(explored.columns(2), session.state().get("epoch"))
    export.take_along(
        foot,
        page,
        handout=partial(
            race_of_handout.handout, running.settings, running.history, stopped=running.stopped
        ),
    )


if racing:
    live = [column.empty() for column in st.columns(2)]

    def draw_progress() -> None:
        """The curves, and how far they are."""
        progress.progress(running.share, f"Epoch {running.done} of {running.settings.epochs}")
        draw(live)

    draw_progress()
    race.run(running, draw_progress, wait)
    st.rerun()
progress.progress(running.share, f"Epoch {running.done} of {running.settings.epochs}")
if running.settings != wanted:
    st.info("This race had other settings than those that stand now. Run it to see what these do.")
if running.stopped and not running.lost:
    st.info(f"This race was stopped after epoch {running.done} of {running.settings.epochs}.")
if running.lost:
    st.warning(
        f"This race lost its process after epoch {running.done}, perhaps because the server "
        "was short of memory. What was computed is kept. Run the race again."
    )
for loss in running.diverged:
    st.warning(
        f"{written(loss).name.capitalize()}’s network diverged after epoch "
        f"{running.history[loss][-1].epoch}: its numbers were no longer finite (nan). The "
        f"learning rate {running.settings.learning_rate:g} is too large for it. Its curves "
        "end there."
    )
sentence.markdown(
    f"Two networks, one seed: only the loss differs. {seen(running.history, stopped=running.stopped)}"
)
predict.settle_race(running.settings, lambda: of_race(running.history))
replay()
show_results()

st.header("What others found", anchor=False)
st.markdown(
    """
- [Glorot & Bengio 2010](https://proceedings.mlr.press/v9/glorot10a.html) saw plateaus in training
  that are severe with the quadratic cost on softmax outputs, and fewer with cross-entropy.
- [Golik, Doetsch & Ney 2013](https://www.isca-archive.org/interspeech_2013/golik13_interspeech.html)
  found that from random weights squared error reached no good optimum; after pre-training, a few
  more iterations with it made the network better still. The start decides.
- [Hui & Belkin 2021](https://arxiv.org/abs/2006.07322) found square loss as good as cross-entropy
  on many tasks. Theirs acts on the logits themselves and does *not* pass through a softmax: no
  factor yⱼ stands in front of its gradient. It does not contradict this page.
"""
)
explored = st.expander(
    "The curves, to be explored: hover, zoom, hide one of the two",
    icon=":material/query_stats:",
    key="curves",
    on_change="rerun",
)
foot = export.foot(numbers=False)
session.follow(following)
