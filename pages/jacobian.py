"""Jacobian: every entry of ∂y/∂z, its formula, and what it predicts."""

from pages import ensure_frame

ensure_frame()

import streamlit as st

import core
from core.inputs import Array
from pages.parts import board, controls, export, formulas, live, snippets
from pages.parts.numbers import digits
from pages.parts.palette import labels, subscript

st.title("The Jacobian is a table of questions", anchor=False)
st.markdown(
    "Entry (i, j) asks: *how does output yᵢ answer to logit zⱼ?* Pick a cell to see its formula."
)

with controls.panel():
    n = len(controls.logits())
    controls.temperature()
    i, j = controls.output(n), controls.logit(n)
    controls.nudge()


def numbers(z: Array, tau: Array, nudge: Array) -> dict[str, Array]:
    """What the boards show."""
    state = core.softmax_record(z, tau)
    facts, nudged = core.jacobian_facts(state), core.nudge_record(z, j, nudge, tau)
    return {
        "z": z,
        "y": state.y,
        "J": state.J,
        "row_sums": facts.row_sums,
        "column_sums": facts.column_sums,
        "predicted": nudged.predicted,
        "actual": nudged.actual,
        "difference": nudged.difference,
        "asymmetry": facts.asymmetry,
        "rank": facts.rank,
        "eigenvalues": facts.eigenvalues,
        "spectral_norm": facts.spectral_norm,
        "spectral_norm_bound": facts.spectral_norm_bound,
        "saturation": facts.saturation,
        "regime": facts.regime,
    }


controls.presets()

d, rows, columns = digits(n), labels("y", n), labels("z", n)
yi, zj = subscript("y", i), subscript("z", j)
num = board.number

board.show(
    "jacobian",
    "jacobian_board",
    [
        board.beside(
            board.matrix(
                "J",
                rows,
                columns,
                title="J = ∂y/∂z",
                shape=f"{n}×{n}",
                scale=0.25,
                decimals=d,
                row_sums="row_sums",
                column_sums="column_sums",
                row=i,
                column=j,
                pick=True,
            ),
            board.stack(
                board.bars(
                    "z", "z", n, title="Logits z", scale=10, signed=True, decimals=1, drag="z"
                ),
                board.bars(
                    "y",
                    "y",
                    n,
                    title="y = softmax(z/τ)",
                    scale=1,
                    signed=False,
                    decimals=d,
                    drag="z",
                ),
            ),
        ),
        board.text(
            f"Row {i + 1} is ∇{yi}, the gradient of one output. Column {j + 1} is what nudging "
            f"{zj} does to every output. They meet at ∂{yi}/∂{zj} = ",
            num("J", i, j, sign=True, decimals=d),
            ".",
            tone="key",
        ),
    ],
    alt="The Jacobian as a heatmap with numbers",
    on_pick=controls.pick,
)
formula = st.container()

st.subheader(f"Nudge {zj} by δ: what J predicts, and what happens", anchor=False)
board.show(
    "jacobian",
    "nudge_board",
    [
        board.vectors(
            [
                (f"predicted: J[:, {j + 1}] δ", "predicted", 0.5),
                ("true change of y", "actual", 0.5),
                ("true − predicted", "difference", 0.5),
            ],
            rows,
            title=f"Change of y when {zj} moves by δ",
            decimals=d,
        ),
        board.text(
            "The prediction is a straight line along J. It is good for a small δ; "
            "the error grows with δ².",
            tone="quiet",
        ),
    ],
    alt="The change of y predicted by the Jacobian beside the true change",
)

st.subheader("What is true of this J", anchor=False)
board.show(
    "jacobian",
    "facts_board",
    [
        board.text(
            "Symmetric: ∂yᵢ/∂zⱼ = ∂yⱼ/∂zᵢ; the largest difference is ", num("asymmetry"), "."
        ),
        board.text(
            "Every row sums to zero (moving all logits together changes nothing) and every column "
            "too (the outputs always add up to 1)."
        ),
        board.text("So one direction is lost: rank ", num("rank", decimals=0), f" of {n}."),
        board.text(
            "Eigenvalues ",
            *[
                part
                for k in range(n)
                for part in (num("eigenvalues", k, decimals=d), ", " if k < n - 1 else "")
            ],
            ": none is negative.",
        ),
        board.text(
            "No product g J is longer than ",
            num("spectral_norm", decimals=d),
            " times g (the spectral norm); it can never exceed 1/(2τ) = ",
            num("spectral_norm_bound", decimals=d),
            ".",
        ),
        board.text(
            "Saturation ",
            num("saturation", decimals=d),
            " of 1: y is ",
            board.wording(
                "regime",
                [
                    "spread out, and J as large as it gets",
                    "leaning to one side, and J is losing size",
                    "saturated, and nearly every entry of J close to zero",
                ],
            ),
            ".",
        ),
    ],
    alt="Facts about the Jacobian",
)


def following() -> None:
    """The numbers, and what is made of them."""
    z, tau, delta = controls.logits(), controls.temperature(), controls.nudge()
    sweeps = live.sweeps(numbers, z=z, tau=tau, nudge=delta)
    quantities = sweeps.now
    with formula:
        st.latex(formulas.jacobian_entry(i, j, quantities["y"], quantities["J"], tau, d))
    board.live("jacobian", sweeps)
    export.take_along(
        "jacobian",
        quantities,
        numpy_code=snippets.numpy_softmax(z, tau) + snippets.numpy_nudge(j, delta),
        torch_code=snippets.torch_softmax(z, tau) + snippets.torch_nudge(j, delta),
    )


controls.follow(following)
