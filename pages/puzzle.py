"""The puzzle: the row sums of the Jacobian are zero. So is the gradient zero?"""

from pages.ui import shell

page = shell.enter(__file__)

import streamlit as st

from pages.instruments.puzzle import Puzzle
from pages.notation import formulas
from pages.ui import boards, export, session, widgets

st.title("Every row sums to zero. So is the gradient zero?", anchor=False)
st.markdown(
    "*“I wrote softmax’s derivative as a diagonal matrix A plus an off-diagonal matrix B, added "
    "them, and summed each row to get each unit’s derivative. I get 0 for every unit. "
    "What am I doing wrong?”*"
)

with widgets.panel():
    n = widgets.draw_logits()
    widgets.draw("tau")

widgets.draw_presets()

boards.show(page, "puzzle_board", Puzzle(n).blocks()["puzzle_board"])

widgets.draw("answer")
answer = session.state()["answer"]
if answer is None:
    st.caption("Move the logits as you like: the sums stay zero. Answer, and the page goes on.")
else:
    st.markdown(
        "**Tempting, but no.** The zeros are right; they answer another question."
        if answer == "Yes"
        else "**Right, it is not.** The zeros are correct, but they answer another question."
    )
    st.markdown(
        "A + B is **already the answer**: it is the Jacobian J, with Jᵢⱼ = ∂yᵢ/∂zⱼ. "
        "Backpropagation wants the gradient of one number, the loss L: the upstream gradient g = ∂L/∂y **times** "
        "J. Adding up entries with equal weights *is* such a product, with g = (1, …, 1), and so "
        "the gradient of L = Σyᵢ. But Σyᵢ is always 1, and the gradient of a constant is zero:"
    )
    st.latex(formulas.sums_of_the_rows(n))
    st.caption(
        "These are the column sums. J is symmetric, so its row sums are the same numbers: what yᵢ "
        "does when *all* logits rise together. Nothing: softmax sees only differences."
    )

    st.header("Now give it a loss", anchor=False)
    choice, target = st.columns([2, 3], vertical_alignment="bottom")
    with choice:
        widgets.draw("ask")
    with target:
        widgets.draw("t")

    boards.show(page, "product_board", Puzzle.at(session.state()).blocks()["product_board"])
    st.caption(
        "∂L/∂z is where softmax’s part ends and ordinary backpropagation goes on: "
        "∂L/∂W = hᵀ ∂L/∂z, ∂L/∂b = ∂L/∂z, ∂L/∂h = ∂L/∂z Wᵀ for z = h W + b. Continue "
        "on the page Whole network."
    )

foot = export.foot()


def following() -> None:
    """The numbers, and what is made of them."""
    puzzle = Puzzle.at(session.state())
    inputs = puzzle.inputs(session.state())
    sweeps = boards.live(page, puzzle, inputs)
    export.take_along(foot, page, sweeps.now, puzzle.code(inputs, sweeps.now))


session.follow(following)
