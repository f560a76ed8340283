"""Training race: the same network trained with either loss, from the same weights."""

from pages import ensure_frame

ensure_frame()

from collections.abc import Callable

import pandas as pd
import streamlit as st

import core
from core.training import EpochRecord
from pages.parts import board, chart, controls, export, figures, live, race
from pages.parts.numbers import fixed

NAMES = {"CE": "cross-entropy", "MSE": "squared error"}

st.title("The same start, two losses", anchor=False)

with controls.panel():
    settings = controls.race()

controls.presets(controls.RACE_PRESETS)

running = race.current()
racing = running is not None and running.running
button, progress = st.columns([1, 4], vertical_alignment="center")
button.button(
    "Stop" if racing else "Run the race",
    key="run",
    icon=":material/stop:" if racing else ":material/play_arrow:",
    type="secondary" if racing else "primary",
    on_click=race.stop if racing else race.start,
    args=() if racing else (settings,),
    width="stretch",
)
progress = progress.empty()
left, right = (column.empty() for column in st.columns(2))


def draw() -> None:
    """The curves up to now, and how far they are."""
    assert running is not None
    progress.progress(running.share, f"Epoch {running.done} of {running.settings.epochs}")
    history = running.columns()
    epochs = running.settings.epochs
    chart.show(
        figures.curves(
            history,
            [
                ("Accuracy, held-out part", "accuracy_held_out", "linear", (0, 1.03)),
                ("Cross-entropy, training part", "cross_entropy", "linear", None),
                ("Squared error, training part", "squared_error", "linear", None),
            ],
            epochs,
        ),
        place=left,
        alt="Accuracy and both losses of both networks over the epochs",
    )
    chart.show(
        figures.curves(
            history,
            [
                ("Mean length of ∂L/∂z, under its own loss", "dL_dz_norm", "log", (-6, 0.5)),
                ("Share of saturated rows", "saturated", "linear", (0, 1.03)),
                ("Share saturated at a wrong class", "saturated_wrong", "linear", (0, 1.03)),
            ],
            epochs,
        ),
        place=right,
        alt="Length of the gradient at the logits and the share of saturated rows over the epochs",
    )


def wait(place: int) -> None:
    """What stands in place of the progress while others race."""
    progress.info(
        f"{race.AT_ONCE} races are running; yours is number {place} in the line, and its turn "
        "comes by itself.",
        icon=":material/hourglass_empty:",
    )


def results() -> None:
    """Where both ended."""
    assert running is not None
    ends = {NAMES[loss]: records[-1] for loss, records in running.history.items()}
    reached = {NAMES[k]: core.epochs_to(records) for k, records in running.history.items()}
    measures: dict[str, Callable[[EpochRecord], str]] = {
        "accuracy, held-out part": lambda r: fixed(r.accuracy_held_out, 3),
        "accuracy, training part": lambda r: fixed(r.accuracy, 3),
        "cross-entropy": lambda r: fixed(r.cross_entropy, 4),
        f"squared error ({running.settings.reduction})": lambda r: fixed(r.squared_error, 4),
        "mean ‖∂L/∂z‖, under its own loss": lambda r: fixed(r.dL_dz_norm, 4),
        "share of rows saturated": lambda r: fixed(r.saturated, 3),
        "… at a wrong class": lambda r: fixed(r.saturated_wrong, 3),
    }
    rows = {name: {k: show(r) for k, r in ends.items()} for name, show in measures.items()}
    rows["epochs to 90 % accuracy, held-out part"] = {
        k: "never" if epoch is None else str(epoch) for k, epoch in reached.items()
    }
    st.subheader(f"After {running.done} epochs", anchor=False)
    st.table(pd.DataFrame(rows).T)
    st.caption(
        "The address of this page holds every setting and the seed: whoever opens it and runs the "
        "race gets these numbers."
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
    """Where the samples stood at an epoch."""
    assert running is not None
    data = core.dataset(running.settings.data)
    st.subheader("Replay", anchor=False)
    epoch = controls.epoch(running.done)
    names = list(data.classes)
    if len(names) == 3:
        pictures = [
            board.triangle(
                f"points_{loss}",
                data.label.tolist(),
                names,
                title=f"Every flower’s y: {name}",
            )
            for loss, name in NAMES.items()
        ]
    else:
        pictures = [
            board.matrix(
                f"confusion_{loss}",
                names,
                names,
                title=f"True digit (row) taken for (column): {name}",
                shape="",
                scale=40,
                decimals=0,
                signed=False,
            )
            for loss, name in NAMES.items()
        ]
    sweeps = live.sweeps(running.replay, epoch=epoch)
    board.show(
        "training",
        "replay_board",
        [
            board.text(
                "After epoch ",
                board.number("epoch", decimals=0),
                " accuracy on the held-out part is ",
                board.number("accuracy_CE", decimals=3),
                " with cross-entropy and ",
                board.number("accuracy_MSE", decimals=3),
                " with squared error. Confidently wrong: ",
                board.number("saturated_wrong_CE", decimals=3),
                " and ",
                board.number("saturated_wrong_MSE", decimals=3),
                " of the training rows.",
                tone="key",
            ),
            board.beside(*pictures),
        ],
        alt="Where the samples stand at the chosen epoch, for both losses",
        dense=len(names) > 3,
    )
    board.live("training", sweeps)


if running is None:
    progress.caption("Two networks, one seed: only the loss differs.")
else:
    draw()
    if racing:
        race.run(running, draw, wait)
        st.rerun()
    if running.settings != settings:
        st.info("The settings have changed since this race. Run it again to see what they do.")
    if running.lost:
        st.warning(
            f"This race lost its process after epoch {running.done}, perhaps because the server "
            "was short of memory. What was computed is kept. Run the race again."
        )
    for loss in running.diverged:
        st.warning(
            f"{NAMES[loss].capitalize()} went out of bounds after epoch "
            f"{running.history[loss][-1].epoch}: its numbers were no longer finite (nan). The "
            f"learning rate {running.settings.learning_rate:g} is too large for it. Its curves "
            "end there."
        )
    results()
    replay()

st.subheader("What others found", anchor=False)
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
export.take_along("training")
