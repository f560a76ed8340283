"""Whole network: a flower goes forward, its gradient comes back, step by step."""

from pages import ensure_frame

ensure_frame()

import streamlit as st

import core
from core.inputs import Array
from pages.parts import board, controls, export, live, snippets, walk

heading, steps = st.columns([3, 4], vertical_alignment="bottom")
with heading:
    st.title("A whole network", anchor=False)
with controls.panel():
    sample = controls.sample()
    loss = controls.loss()
    reduction = controls.reduction()
    activation = controls.activation()
    width = controls.width()
    seed = controls.seed()
    taken, eta = controls.steps()

iris = core.dataset("Iris")
d, n = len(iris.features), len(iris.classes)
start = core.initial_network([d, width, n], activation, seed)

with steps:
    stage = controls.stage()
overview = st.container()
st.subheader("One weight’s gradient is a sum of products", anchor=False)
weight = controls.weight([(d, width), (width, n)])


def numbers(sample: Array, taken: Array, eta: Array, stage: Array) -> dict[str, Array]:
    """What the boards show: the sample's own, after `taken` steps on it."""
    flower = iris.rows(sample)
    x, t = flower.x, flower.t
    network = core.after_steps(start, x, t, loss, reduction, eta, taken)
    trace = core.forward(network, x)
    both = {name: core.backward(network, trace, t, name, reduction) for name in core.LOSSES}
    back = both[loss]
    (below, above), (hidden, output) = network.layers, back.layers
    path = core.gradient_path(network, back, *weight)
    ahead = core.forward(core.descend(network, back, eta), x)
    return {
        "stage": stage,
        "raw": flower.raw[..., 0, :],
        "species": flower.label,
        "x": x[..., 0, :],
        "W1": below.W,
        "b1": below.b,
        "a": back.trace.a[0][..., 0, :],
        "h": back.trace.inputs[1][..., 0, :],
        "W2": above.W,
        "b2": above.b,
        "z": back.trace.z[..., 0, :],
        "y": back.trace.y[..., 0, :],
        "t": t[..., 0, :],
        "loss": back.loss,
        "g": output.dL_dh[..., 0, :],
        "J": back.trace.softmax.J[..., 0, :, :],
        "dL_dz": back.dL_dz[..., 0, :],
        "dL_dW2": output.dL_dW,
        "dL_db2": output.dL_db,
        "W2_T": above.W.mT,
        "dL_dh": hidden.dL_dh[..., 0, :],
        "slope": hidden.slope[..., 0, :],
        "dL_da": hidden.dL_da[..., 0, :],
        "dL_dW1": hidden.dL_dW,
        "dL_db1": hidden.dL_db,
        "loss_start": core.loss_of(core.forward(start, x).softmax, t, loss, reduction),
        "loss_next": core.loss_of(ahead.softmax, t, loss, reduction),
        "path_inputs": path.inputs,
        "path_slopes": path.slopes,
        "path_weights": path.weights,
        "path_above": path.above,
        "path_products": path.products,
        "path_gradient": path.gradient,
        "path_numeric": core.numeric_gradient(network, x, t, loss, reduction, *weight),
        "norms_CE": core.gradient_norms(both["CE"]),
        "norms_MSE": core.gradient_norms(both["MSE"]),
    }


sweeps = live.sweeps(numbers, sample=sample, taken=taken, eta=eta, stage=stage)
quantities = sweeps.now

with overview:
    board.show(
        "network",
        "network_board",
        walk.overview(iris.features, iris.classes, width, activation, loss, reduction, weight),
        quantities,
        alt="Every quantity of the network, forward and back",
        dense=True,
        on_pick=controls.pick_weight,
    )
    st.button("Take a gradient step", icon=":material/trending_down:", on_click=controls.step)

board.show(
    "network",
    "path_board",
    walk.paths(d, width, n, weight),
    quantities,
    alt=f"The paths that make up the gradient of {walk.spelled(weight)}, and the "
    "lengths of all gradients under both losses",
)

board.live("network", sweeps)
export.take_along(
    "network",
    quantities,
    numpy_code=snippets.numpy_network(quantities, activation, loss, reduction),
    torch_code=snippets.torch_network(quantities, activation, loss, reduction),
)
