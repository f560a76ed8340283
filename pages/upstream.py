"""Upstream product: g (1×n) times J (n×n) is ∂L/∂z (1×n), term by term."""

from pages.ui import shell

page = shell.enter(__file__)

import streamlit as st

from pages.instruments.predictions import of_upstream
from pages.instruments.upstream import UpstreamProduct
from pages.ui import boards, export, predict, session, widgets

st.title("Upstream gradient times Jacobian", anchor=False)

with widgets.panel():
    n = widgets.draw_logits()
    widgets.draw("eps", "tau", "j")

widgets.draw_presets()
with st.container(horizontal=True):
    widgets.draw("up", "t", "mse")
kind = session.state()["up"]
if kind == "row":
    widgets.draw("i")
if kind == "custom":
    widgets.draw_in_columns([f"g{k + 1}" for k in range(n)])

product = UpstreamProduct.at(session.state())
board = product.blocks()

boards.show(page, "upstream_board", board["upstream_board"], on_pick=product.picked)
formula = st.container()
settle = predict.ask(of_upstream(product))

st.header("Three routes to the same row", anchor=False)
boards.show(page, "routes_board", board["routes_board"])

st.header("Row or column?", anchor=False)
boards.show(page, "layout_board", board["layout_board"])

foot = export.foot()


def following() -> None:
    """The numbers, and what is made of them."""
    inputs = product.inputs(session.state())
    sweeps = boards.live(page, product, inputs)
    with formula:
        st.latex(product.formula(sweeps.now))
    settle()
    export.take_along(foot, page, sweeps.now, product.code(inputs, sweeps.now))


session.follow(following)
