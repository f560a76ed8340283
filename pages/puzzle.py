"""The puzzle: the row sums of the Jacobian are zero. So is the gradient zero?"""

from pages import ensure_frame

ensure_frame()

import streamlit as st

import core
from core.inputs import Array
from pages.parts import board, controls, export, formulas, live, snippets
from pages.parts.numbers import digits
from pages.parts.palette import labels

st.title("Every row sums to zero. So is the gradient zero?", anchor=False)
st.markdown(
    "> *I wrote softmax’s derivative as a diagonal matrix A plus an off-diagonal matrix B, added "
    "them, and summed each row to get each unit’s derivative. I get 0 for every unit. "
    "What am I doing wrong?*"
)

with controls.panel():
    n = len(controls.logits())
    controls.temperature()

controls.presets()

d, rows, columns = digits(n), labels("y", n), labels("z", n)
shape = f"{n}×{n}"
board.show(
    "puzzle",
    "puzzle_board",
    [
        board.beside(
            board.bars("z", "z", n, title="Logits z", scale=10, signed=True, decimals=1, drag="z"),
            board.symbol("→"),
            board.bars(
                "y", "y", n, title="y = softmax(z/τ)", scale=1, signed=False, decimals=d, drag="z"
            ),
        ),
        board.beside(
            board.matrix(
                "A", rows, columns, title="A: yᵢ(1 − yᵢ)", shape=shape, scale=0.25, decimals=d
            ),
            board.symbol("+"),
            board.matrix("B", rows, columns, title="B: −yᵢyⱼ", shape=shape, scale=0.25, decimals=d),
            board.symbol("="),
            board.matrix(
                "J",
                rows,
                columns,
                title="A + B",
                shape=shape,
                scale=0.25,
                decimals=d,
                row_sums="row_sums",
            ),
        ),
    ],
    alt="Logits, softmax outputs, and the matrices A, B and A + B with its row sums",
)

answer = controls.answer()
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

    st.subheader("Now give it a loss", anchor=False)
    choice, target = st.columns([2, 3], vertical_alignment="bottom")
    with choice:
        kind = controls.ask()
    with target:
        t = controls.target_class(n)

    ends = {"ones": "L = Σyᵢ", "CE": "L = −Σ tᵢ log yᵢ", "MSE": "L = 1/n Σ(yᵢ − tᵢ)²"}
    board.show(
        "puzzle",
        "product_board",
        [
            board.beside(
                board.matrix(
                    "g", ["g"], rows, title="g = ∂L/∂y", shape=f"1×{n}", scale=5, decimals=d
                ),
                board.symbol("·"),
                board.matrix("J", rows, columns, title="J", shape=shape, scale=0.25, decimals=d),
                board.symbol("="),
                board.matrix(
                    "dL_dz",
                    ["∂L"],
                    columns,
                    title="∂L/∂z = g J",
                    shape=f"1×{n}",
                    scale=1,
                    decimals=d,
                ),
            ),
            board.text(
                f"{ends[kind]}: ",
                {
                    "ones": "a constant, so its gradient is zero. Switch g to a loss.",
                    "CE": "the gradient is alive. It is (y − t)/τ: raise the logit of the target, "
                    "lower the others by as much as they were believed.",
                    "MSE": "the gradient is alive, but smaller: a factor y stays in front of it. "
                    "The page MSE vs cross-entropy shows what that costs.",
                }[kind],
                tone="key",
            ),
        ],
        alt="The upstream gradient times the Jacobian",
    )
    st.caption(
        "∂L/∂z is where softmax’s part ends and ordinary backpropagation goes on: "
        "∂L/∂W = hᵀ ∂L/∂z, ∂L/∂b = ∂L/∂z, ∂L/∂h = ∂L/∂z Wᵀ for z = h W + b. The page Whole "
        "network goes on from here."
    )


def numbers(z: Array, tau: Array) -> dict[str, Array]:
    """What the boards show."""
    state = core.softmax_record(z, tau)
    shown = {
        "z": z,
        "y": state.y,
        "A": state.A,
        "B": state.B,
        "J": state.J,
        "row_sums": state.row_sums,
    }
    if answer is None:
        return shown
    g = core.upstream_gradient(kind, state.y, t=t)
    return {**shown, "g": g, "dL_dz": core.softmax_vjp(state, g)}


def following() -> None:
    """The numbers, and what is made of them."""
    z, tau = controls.logits(), controls.temperature()
    sweeps = live.sweeps(numbers, z=z, tau=tau)
    board.live("puzzle", sweeps)
    up = snippets.Upstreamed(kind, t, "mean", 0, sweeps.now["g"]) if answer else None
    export.take_along(
        "puzzle",
        sweeps.now,
        numpy_code=snippets.numpy_softmax(z, tau) + (snippets.numpy_product(up) if up else ""),
        torch_code=snippets.torch_softmax(z, tau) + (snippets.torch_product(up) if up else ""),
    )


controls.follow(following)
