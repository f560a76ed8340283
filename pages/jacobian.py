"""Jacobian: every entry of ∂y/∂z, its formula, and what it predicts."""

from pages import ensure_frame

ensure_frame()

import streamlit as st

import core
from pages.parts import board, controls, export, formulas, snippets
from pages.parts.numbers import digits
from pages.parts.palette import labels, subscript

with st.sidebar:
    z = controls.logits()
    tau = controls.temperature()
    i = controls.output(len(z))
    j = controls.logit(len(z))

n, d = len(z), digits(len(z))
softmax = core.softmax_record(z, tau)
facts = core.jacobian_facts(z, tau)

st.title("The Jacobian is a table of questions", anchor=False)
st.markdown(
    "Entry (i, j) asks: *how does output yᵢ answer to logit zⱼ?* Pick a cell to see its formula."
)
controls.presets()

rows, columns = labels("y", n), labels("z", n)
yi, zj = subscript("y", i), subscript("z", j)
num = board.number
board.show(
    "jacobian_board",
    [
        board.line(
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
            board.bars("y", "y", n, title="y = softmax(z/τ)", scale=1, signed=False, decimals=d),
        ),
        board.text(
            f"Row {i + 1} is ∇{yi}, the gradient of one output. Column {j + 1} is what nudging "
            f"{zj} does to every output. They meet at ∂{yi}/∂{zj} = ",
            num("J", i, j, sign=True, decimals=d),
            ".",
            tone="key",
        ),
    ],
    {
        "y": softmax.y,
        "J": softmax.J,
        "row_sums": facts.row_sums,
        "column_sums": facts.column_sums,
    },
    alt="The Jacobian as a heatmap with numbers",
    on_pick=controls.pick,
)
st.latex(formulas.jacobian_entry(i, j, softmax.y, softmax.J, tau, d))

st.subheader(f"Nudge {zj}: what J predicts, and what happens", anchor=False)
delta = controls.nudge()
nudge = core.nudge_record(z, j, delta, tau)
board.show(
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
    {"predicted": nudge.predicted, "actual": nudge.actual, "difference": nudge.difference},
    alt="The change of y predicted by the Jacobian beside the true change",
)

st.subheader("What is true of this J", anchor=False)
saturation = (
    "spread out: J is as lively as it gets"
    if facts.saturation < 1 / 3
    else "leaning to one side: J is losing size"
    if facts.saturation < 0.95
    else "saturated: nearly every entry of J is close to zero"
)
board.show(
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
        board.text("Saturation ", num("saturation", decimals=d), f" of 1: y is {saturation}."),
    ],
    {
        "asymmetry": facts.asymmetry,
        "rank": facts.rank,
        "eigenvalues": facts.eigenvalues,
        "spectral_norm": facts.spectral_norm,
        "spectral_norm_bound": facts.spectral_norm_bound,
        "saturation": facts.saturation,
    },
    alt="Facts about the Jacobian",
)

export.take_along(
    "jacobian",
    {
        "z": z,
        "y": softmax.y,
        "J": softmax.J,
        "row_sums": facts.row_sums,
        "column_sums": facts.column_sums,
        "predicted": nudge.predicted,
        "actual": nudge.actual,
        "difference": nudge.difference,
    },
    numpy_code=snippets.numpy_softmax(z, tau) + snippets.numpy_nudge(j, delta),
    torch_code=snippets.torch_softmax(z, tau) + snippets.torch_nudge(j, delta),
)
