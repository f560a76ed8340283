"""Whole network: a flower goes forward, its gradient comes back, step by step."""

from pages import ensure_frame

ensure_frame()

import streamlit as st

import core
from pages.parts import board, controls, export, snippets, walk

iris = core.dataset("Iris")
d, n = len(iris.features), len(iris.classes)

heading, steps = st.columns([3, 4], vertical_alignment="bottom")
with heading:
    st.title("A whole network", anchor=False)
with steps:
    controls.stage()
with controls.panel():
    controls.sample()
    loss = controls.loss()
    reduction = controls.reduction()
    activation = controls.activation()
    width = controls.width()
    seed = controls.seed()
    controls.steps()

overview = st.container()
st.subheader("One weight’s gradient is a sum of products", anchor=False)
weight = controls.weight([(d, width), (width, n)])

with overview:
    board.show(
        "network",
        "network_board",
        walk.overview(iris.features, iris.classes, width, activation, loss, reduction, weight),
        alt="Every quantity of the network, forward and back",
        dense=True,
        on_pick=controls.pick_weight,
    )
    st.button("Take a gradient step", icon=":material/trending_down:", on_click=controls.step)

board.show(
    "network",
    "path_board",
    walk.paths(d, width, n, weight),
    alt=f"The paths that make up the gradient of {walk.spelled(weight)}, and the "
    "lengths of all gradients under both losses",
)


def following() -> None:
    """The numbers, and what is made of them."""
    network = walk.Setting(width, activation, seed, loss, reduction, weight)
    sweeps = walk.sweeps(network, controls.sample(), *controls.steps(), controls.stage())
    board.live("network", sweeps)
    export.take_along(
        "network",
        sweeps.now,
        numpy_code=snippets.numpy_network(sweeps.now, activation, loss, reduction),
        torch_code=snippets.torch_network(sweeps.now, activation, loss, reduction),
    )


controls.follow(following)
