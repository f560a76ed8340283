"""Upstream product: g (1×n) times J (n×n) is ∂L/∂z (1×n), term by term."""

from pages import ensure_frame

ensure_frame()

import streamlit as st

import core
from core.inputs import Array
from pages.parts import board, controls, export, formulas, live, snippets
from pages.parts.numbers import digits
from pages.parts.palette import labels, subscript

st.title("Upstream gradient times Jacobian", anchor=False)

with controls.panel():
    n = len(controls.logits())
    target = controls.target_class(n)
    controls.smoothing()
    controls.temperature()
    reduction = controls.reduction()
    j = controls.logit(n)

controls.presets()
kind, i = controls.upstream(n)
if kind == "custom":
    controls.custom_upstream(n)


def numbers(z: Array, tau: Array, eps: Array, g: Array | None = None) -> dict[str, Array]:
    """What the boards show; g is the custom upstream gradient."""
    state, t = core.softmax_record(z, tau), core.smooth(target, eps)
    upstream = core.upstream_gradient(kind, state.y, t=t, reduction=reduction, row=i, custom=g)
    product = core.product_record(state, upstream)
    return {
        "z": z,
        "y": state.y,
        "g": product.g,
        "J": state.J,
        "dL_dz": product.dL_dz,
        "J_column": state.J[..., j],
        "terms": product.terms[..., j],
        "running": product.running[..., j],
        "by_matrix": product.by_matrix,
        "by_terms": product.by_terms,
        "disagreement": product.disagreement,
    }


d, rows, columns = digits(n), labels("y", n), labels("z", n)
zj = subscript("z", j)
source = {
    "CE": "cross-entropy, gᵢ = −tᵢ/yᵢ",
    "MSE": f"squared error ({reduction})",
    "ones": "L = Σyᵢ, a constant: the puzzle’s zeros",
    "row": f"L = {subscript('y', i)} alone: the product is row {i + 1} of J",
    "custom": "your own numbers",
}[kind]
board.show(
    "upstream",
    "upstream_board",
    [
        board.beside(
            board.matrix(
                "g",
                ["g"],
                rows,
                title="g = ∂L/∂y",
                shape=f"1×{n}",
                scale=5,
                decimals=d,
            ),
            board.symbol("·"),
            board.matrix(
                "J",
                rows,
                columns,
                title="J = ∂y/∂z",
                shape=f"{n}×{n}",
                scale=0.25,
                decimals=d,
                column=j,
                pick=True,
            ),
            board.symbol("="),
            board.matrix(
                "dL_dz",
                ["∂L"],
                columns,
                title="∂L/∂z = g J",
                shape=f"1×{n}",
                scale=1,
                decimals=d,
                column=j,
                pick=True,
            ),
        ),
        board.text(f"g comes from {source}. ", "Pick a column to see how its sum comes about."),
        board.vectors(
            [
                ("gᵢ", "g", 5),
                (f"Jᵢⱼ in column {j + 1}", "J_column", 0.25),
                ("term gᵢ · Jᵢⱼ", "terms", 1),
                ("running total", "running", 1),
            ],
            rows,
            title=f"∂L/∂{zj}, term by term",
            decimals=d,
        ),
        board.text(
            f"The last running total is ∂L/∂{zj} = ",
            board.number("dL_dz", j, sign=True, decimals=d),
            f": gradient descent will move {zj} the other way.",
            tone="key",
        ),
    ],
    alt="The product of the upstream gradient and the Jacobian",
    on_pick=controls.pick_column,
)
formula = st.container()

st.subheader("Three routes to the same row", anchor=False)
board.show(
    "upstream",
    "routes_board",
    [
        board.vectors(
            [
                ("matrix product g J", "by_matrix", 1),
                ("sum of terms Σᵢ gᵢJᵢⱼ", "by_terms", 1),
                ("y ⊙ (g − ⟨g, y⟩)/τ", "dL_dz", 1),
            ],
            columns,
            title="∂L/∂z",
            decimals=d,
        ),
        board.text(
            "The largest difference between them is ",
            board.number("disagreement"),
            ": round-off. The third route never builds J: n numbers of work and memory in place of "
            "n², which is what deep-learning libraries run.",
            tone="quiet",
        ),
    ],
    alt="Three routes to the product",
)

st.subheader("Row or column?", anchor=False)
board.show(
    "upstream",
    "layout_board",
    [
        board.beside(
            board.matrix("J", columns, rows, title="Jᵀ", shape=f"{n}×{n}", scale=0.25, decimals=d),
            board.symbol("·"),
            board.matrix("g", rows, ["gᵀ"], title="gᵀ", shape=f"{n}×1", scale=5, decimals=d),
            board.symbol("="),
            board.matrix(
                "dL_dz",
                columns,
                ["∂L"],
                title="(∂L/∂z)ᵀ = Jᵀgᵀ",
                shape=f"{n}×1",
                scale=1,
                decimals=d,
            ),
        ),
        board.text(
            "Books that write vectors as columns have Jᵀg where this page has g J: the same "
            "numbers, stood upright. They are easily mixed up here because J is symmetric, so that a wrong "
            "transpose goes unnoticed. At the next layer it does not: for z = h W + b it is "
            "∂L/∂h = ∂L/∂z Wᵀ, and W is not even square.",
            tone="quiet",
        ),
    ],
    alt="The same product with column vectors",
)


def following() -> None:
    """The numbers, and what is made of them."""
    z, tau, eps = controls.logits(), controls.temperature(), controls.smoothing()
    own = {"g": controls.custom_upstream(n)} if kind == "custom" else {}
    sweeps = live.sweeps(numbers, z=z, tau=tau, eps=eps, **own)
    quantities = sweeps.now
    with formula:
        st.latex(
            formulas.product_entry(j, quantities["g"], quantities["J"], quantities["dL_dz"], d)
        )
    board.live("upstream", sweeps)
    up = snippets.Upstreamed(kind, core.smooth(target, eps), reduction, i, quantities["g"])
    export.take_along(
        "upstream",
        quantities,
        numpy_code=snippets.numpy_softmax(z, tau) + snippets.numpy_product(up),
        torch_code=snippets.torch_softmax(z, tau) + snippets.torch_product(up),
    )


controls.follow(following)
