"""Whole network: a flower goes forward, its gradient comes back, step by step."""

from pages.ui import shell

page = shell.enter(__file__)

import streamlit as st

from pages.instruments.network import WholeNetwork, weights
from pages.instruments.predictions import of_network
from pages.ui import boards, export, predict, session, widgets

heading, steps = st.columns([3, 4], vertical_alignment="bottom")
with heading:
    st.title("A whole network", anchor=False)
with steps, st.container(horizontal=True, vertical_alignment="bottom"):
    st.button("Back", icon=":material/arrow_back:", on_click=session.step, args=("stage", -1))
    st.button("Next", icon=":material/arrow_forward:", on_click=session.step, args=("stage", 1))
    widgets.draw("stage")
with widgets.panel():
    widgets.draw("sample", "act", "width", "seed", "taken", "eta")

overview = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    widgets.draw("loss", "mse")
    st.button(
        "Take a gradient step",
        icon=":material/trending_down:",
        on_click=session.step,
        args=("taken", 1),
    )
questions = st.container()
st.header("One weight’s gradient is a sum of products", anchor=False)
widgets.draw("weight", options=tuple(weights(session.state()["width"])))

network = WholeNetwork.at(session.state())
board = network.blocks()
with overview:
    boards.show(page, "network_board", board["network_board"], on_pick=network.picked)
with questions:
    settle = predict.ask(of_network(network))
boards.show(page, "path_board", board["path_board"])

foot = export.foot()


def following() -> None:
    """The numbers, and what is made of them."""
    inputs = network.inputs(session.state())
    sweeps = boards.live(page, network, inputs)
    settle()
    export.take_along(foot, page, sweeps.now, network.code(inputs, sweeps.now))


session.follow(following)
