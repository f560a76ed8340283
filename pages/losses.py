"""MSE vs cross-entropy: the same logits and target under both losses."""

from pages.ui import shell

page = shell.enter(__file__)

import streamlit as st

from pages.instruments.losses import Losses
from pages.notation.palette import subscript
from pages.ui import boards, charts, export, session, widgets

st.title("Same state, two losses", anchor=False)

with widgets.panel():
    n = widgets.draw_logits()
    widgets.draw("eps", "tau", "j")

widgets.draw_presets()
with st.container(horizontal=True):
    widgets.draw("t", "mse")

losses = Losses.at(session.state())
zj = subscript("z", losses.j)
boards.show(page, "losses_board", losses.blocks()["losses_board"], on_pick=losses.picked)

left, right = st.columns([3, 4], gap="medium") if n == 3 else (st.container(), st.container())
left.markdown(f"**Sweep of {zj}**, the other logits held")
if n == 3:
    right.markdown("**Where descent takes y**, on the simplex of all outputs")
st.caption(
    "Squared error’s gradient dies at both ends of the sweep, also where the answer is confidently "
    "wrong; cross-entropy’s stays. "
    + (
        "In each triangle the arrows are drawn to that triangle’s own longest, which is written "
        "above it: near a wrong corner squared error’s vanish first."
        if n == 3
        else "With n = 3 the simplex of all outputs is drawn here as well."
    )
)

st.subheader("Where the difference comes from", anchor=False)
ce, mse = st.columns(2, gap="medium")


def following() -> None:
    """The numbers, and what is made of them."""
    inputs = losses.inputs(session.state())
    sweeps = boards.live(page, losses, inputs)
    with left:
        charts.show(
            losses.curve(inputs, sweeps),
            alt=f"The gradient at {zj} under both losses as {zj} goes from −10 to 10: that of squared "
            "error fades at both ends, that of cross-entropy stays large where the output is wrong",
            key="sweep",
        )
    if n == 3:
        with right:
            charts.show(
                losses.simplex(inputs, sweeps.now),
                alt="Two triangles of all three-class outputs with contours of each loss, the target, "
                "the current output, and arrows along which gradient descent moves it",
                key="simplex",
            )
    for column, derivation in zip((ce, mse), losses.derivations(inputs, sweeps.now), strict=True):
        with column:
            st.markdown(derivation)
    export.take_along(page, sweeps.now, losses.code(inputs, sweeps.now))


session.follow(following)
