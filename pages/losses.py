"""MSE vs cross-entropy: the same logits and target under both losses."""

from pages.ui import shell

page = shell.enter(__file__)

import streamlit as st

from pages.instruments.losses import Losses
from pages.instruments.predictions import of_losses
from pages.ui import boards, export, predict, session, widgets

st.title("Same state, two losses", anchor=False)

with widgets.panel():
    n = widgets.draw_logits()
    widgets.draw("eps", "tau", "j")

widgets.draw_presets()
with st.container(horizontal=True):
    widgets.draw("t", "mse")

losses = Losses.at(session.state())
board = losses.blocks()

boards.show(page, "losses_board", board["losses_board"], on_pick=losses.picked)
boards.show(page, "pictures_board", board["pictures_board"])
boards.backdrop(page, losses)
settle = predict.ask(of_losses(losses))

st.header("Where the difference comes from", anchor=False)
ce, mse = st.columns(2, gap="medium")
steps = st.expander("Step by step, from g = ∂L/∂y to ∂L/∂z", key="steps", on_change="rerun")
if steps.open:  # so much notation takes a browser longer than all else on the page
    for column, derivation in zip(steps.columns(2), losses.derivations(), strict=True):
        column.markdown(derivation)

foot = export.foot()


def following() -> None:
    """The numbers, and what is made of them."""
    inputs = losses.inputs(session.state())
    sweeps = boards.live(page, losses, inputs)
    for column, entry in zip((ce, mse), losses.entries(inputs, sweeps.now), strict=True):
        with column:
            st.markdown(entry)
    settle()
    export.take_along(foot, page, losses.listed(sweeps.now), losses.code(inputs, sweeps.now))


session.follow(following)
