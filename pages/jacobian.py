"""Jacobian: every entry of ∂y/∂z, its formula, and what it predicts."""

from pages.ui import shell

page = shell.enter(__file__)

import streamlit as st

from pages.instruments.jacobian import Jacobian
from pages.instruments.predictions import of_jacobian
from pages.notation.palette import subscript
from pages.ui import boards, export, predict, session, widgets

st.title("The Jacobian is a table of questions", anchor=False)
st.markdown(
    "Entry (i, j) asks: *how does output yᵢ answer to logit zⱼ?* Pick a cell to see its formula."
)

with widgets.panel():
    widgets.draw_logits()
    widgets.draw("tau", "i", "j", "nudge")

widgets.draw_presets()

jacobian = Jacobian.at(session.state())
board = jacobian.blocks()

boards.show(page, "jacobian_board", board["jacobian_board"], on_pick=jacobian.picked)
formula = st.container()
settle = predict.ask(of_jacobian(jacobian))

st.header(
    f"Nudge {subscript('z', jacobian.j)} by δ: what J predicts, and what happens", anchor=False
)
boards.show(page, "nudge_board", board["nudge_board"])

st.header("What is true of this J", anchor=False)
boards.show(page, "facts_board", board["facts_board"])

foot = export.foot()


def following() -> None:
    """The numbers, and what is made of them."""
    inputs = jacobian.inputs(session.state())
    sweeps = boards.live(page, jacobian, inputs)
    with formula:
        st.latex(jacobian.formula(inputs, sweeps.now))
    settle()
    export.take_along(foot, page, sweeps.now, jacobian.code(inputs, sweeps.now))


session.follow(following)
