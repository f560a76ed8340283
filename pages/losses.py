"""MSE vs cross-entropy: the same logits and target under both losses."""

from pages import ensure_frame

ensure_frame()

import streamlit as st

import core
from core.inputs import Array
from pages.parts import board, chart, controls, export, figures, formulas, live, snippets
from pages.parts.numbers import digits
from pages.parts.palette import subscript

st.title("Same state, two losses", anchor=False)

with controls.panel():
    n = len(controls.logits())
    target = controls.target_class(n)
    controls.smoothing()
    controls.temperature()
    reduction = controls.reduction()
    j = controls.logit(n)


def numbers(z: Array, tau: Array, eps: Array) -> dict[str, Array]:
    """What the board shows."""
    t = core.smooth(target, eps)
    state = core.softmax_record(z, tau)
    both = core.compare_losses(state, t, reduction=reduction)
    return {
        "z": z,
        "y": state.y,
        "t": t,
        "loss_ce": both.ce.loss,
        "loss_mse": both.mse.loss,
        "g_ce": both.ce.g,
        "g_mse": both.mse.g,
        "dL_dz_ce": both.ce.dL_dz,
        "dL_dz_mse": both.mse.dL_dz,
        "norm_ce": both.ce.norm,
        "norm_mse": both.mse.norm,
        "norm_ratio": both.norm_ratio,
        "opposite": both.opposite,
    }


controls.presets()

d, num, zj = digits(n), board.number, subscript("z", j)
board.show(
    "losses",
    "losses_board",
    [
        board.beside(
            board.vectors(
                [
                    ("logit z", "z", 0),
                    ("output y", "y", 0),
                    ("target t", "t", 0),
                    ("cross-entropy  g = ∂L/∂y", "g_ce", 5),
                    ("squared error  g = ∂L/∂y", "g_mse", 5),
                    ("cross-entropy  ∂L/∂z", "dL_dz_ce", 1),
                    ("squared error  ∂L/∂z", "dL_dz_mse", 1),
                    ("push on the logit", "opposite", ("same", "opposite")),
                ],
                [str(k + 1) for k in range(n)],
                title="Class by class",
                decimals=d,
                column=j,
                pick=True,
            ),
            board.stack(
                board.bars(
                    "dL_dz_ce",
                    "z",
                    n,
                    title="Cross-entropy: ∂L/∂z",
                    scale=1,
                    signed=True,
                    decimals=d,
                ),
                board.bars(
                    "dL_dz_mse",
                    "z",
                    n,
                    title="Squared error: ∂L/∂z",
                    scale=1,
                    signed=True,
                    decimals=d,
                ),
            ),
        ),
        board.text(
            "Loss: cross-entropy ",
            num("loss_ce", decimals=d),
            ", squared error ",
            num("loss_mse", decimals=d),
            ". Length of ∂L/∂z: ",
            num("norm_ce", decimals=d),
            " against ",
            num("norm_mse", decimals=d),
            ", a ratio of ",
            num("norm_ratio", decimals=1),
            ".",
        ),
        board.text(
            "Where a push is marked opposite, cross-entropy lowers a logit that is believed too "
            "much, while squared error, taking from the winner, lets it rise.",
            tone="key",
        ),
    ],
    alt="Upstream gradients and gradients at the logits for both losses",
    on_pick=controls.pick_column,
)

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
    z, tau, eps = controls.logits(), controls.temperature(), controls.smoothing()
    slider = f"z{j + 1}"
    sweeps = live.sweeps(numbers, slider, z=z, tau=tau, eps=eps)
    quantities = sweeps.now
    y, t = quantities["y"], quantities["t"]
    board.live("losses", sweeps)

    with left:
        chart.show(
            figures.sweep(
                live.grid(slider),
                {
                    "CE": sweeps.along["dL_dz_ce"][:, j],
                    "MSE": sweeps.along["dL_dz_mse"][:, j],
                },
                float(z[j]),
                {
                    "CE": float(quantities["dL_dz_ce"][j]),
                    "MSE": float(quantities["dL_dz_mse"][j]),
                },
                j=j,
                end=1 / tau,
            ),
            alt=f"The gradient at {zj} under both losses as {zj} goes from −10 to 10: that of squared "
            "error fades at both ends, that of cross-entropy stays large where the output is wrong",
            key="sweep",
        )
    if n == 3:
        with right:
            chart.show(
                figures.simplex(y, t, tau, reduction),
                alt="Two triangles of all three-class outputs with contours of each loss, the target, "
                "the current output, and arrows along which gradient descent moves it",
                key="simplex",
            )
    with ce:
        st.markdown(
            formulas.displayed(
                "**Cross-entropy**: 1/yᵢ cancels the yᵢ of the Jacobian",
                *formulas.CROSS_ENTROPY_DERIVATION,
                formulas.cross_entropy_entry(j, y, t, quantities["dL_dz_ce"], tau, d),
            )
        )
    with mse:
        st.markdown(
            formulas.displayed(
                "**Squared error**: nothing cancels, a factor yⱼ stays in front",
                *formulas.squared_error_derivation(reduction),
                formulas.squared_error_entry(
                    j,
                    y,
                    quantities["g_mse"],
                    float(core.product_record(z, quantities["g_mse"], tau).inner),
                    quantities["dL_dz_mse"],
                    tau,
                    d,
                ),
            )
        )
    export.take_along(
        "losses",
        quantities,
        numpy_code=snippets.numpy_softmax(z, tau) + snippets.numpy_losses(t, reduction),
        torch_code=snippets.torch_softmax(z, tau) + snippets.torch_losses(t, reduction),
    )


controls.follow(following)
