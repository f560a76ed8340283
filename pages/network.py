"""Whole network: a flower goes forward, its gradient comes back, step by step."""

from pages import ensure_frame

ensure_frame()

import streamlit as st

import core
from core.inputs import Array
from pages.parts import board, controls, export, live, snippets
from pages.parts.palette import labels

heading, walk = st.columns([3, 4], vertical_alignment="bottom")
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

with walk:
    stage = controls.stage()
overview = st.container()
st.subheader("One weight’s gradient is a sum of products", anchor=False)
layer, row, unit = controls.weight([(d, width), (width, n)])


def numbers(sample: Array, taken: Array, eta: Array, stage: Array) -> dict[str, Array]:
    """What the boards show: the sample's own, after `taken` steps on it."""
    flower = iris.rows(sample)
    x, t = flower.x, flower.t
    network = core.after_steps(start, x, t, loss, reduction, eta, taken)
    trace = core.forward(network, x)
    both = {name: core.backward(network, trace, t, name, reduction) for name in core.LOSSES}
    back = both[loss]
    (below, above), (hidden, output) = network.layers, back.layers
    path = core.gradient_path(network, back, layer, row, unit)
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
        "path_numeric": core.numeric_gradient(network, x, t, loss, reduction, layer, row, unit),
        "norms_CE": core.gradient_norms(both["CE"]),
        "norms_MSE": core.gradient_norms(both["MSE"]),
    }


sweeps = live.sweeps(numbers, sample=sample, taken=taken, eta=eta, stage=stage)
quantities = sweeps.now

D, LOSS_DECIMALS = 3, 4
xs, hs, ys, zs = labels("x", d), labels("h", width), labels("y", n), labels("z", n)
SCALES: dict[str, float] = {
    "raw": 0,
    "x": 3,
    "a": 3,
    "b1": 1,
    "h": 1,
    "W1": 2,
    "W2": 2,
    "W2_T": 2,
    "b2": 1,
    "z": 5,
}
SCALES |= {"y": 1, "t": 1, "g": 5, "J": 0.25, "slope": 2}
ROWS = {"x": xs, "h": hs, "a": hs, "y": ys, "z": zs}


def block(
    quantity: str,
    title: str,
    rows: list[str],
    columns: list[str],
    *,
    stage: int | None = None,
    picked: bool = False,
) -> board.Block:
    """A matrix of this page; a single row or column has no label of its own."""
    weights = stage is not None and "W" in quantity
    return board.matrix(
        quantity,
        rows,
        columns,
        title=title,
        shape=f"{len(rows)}×{len(columns)}",
        scale=SCALES.get(quantity, 0.5),
        decimals=D,
        class_rows=rows in (ys, zs),
        class_columns=columns in (ys, zs),
        stage=stage,
        pick=weights,
        row=row if picked else None,
        column=unit if picked else None,
    )


one = [""]
times, plus, equals, arrow = (board.symbol(sign) for sign in "·+=→")
says = board.text
words = {
    "tanh": ("h = tanh a", "φ′(a) = 1 − h²"),
    "ReLU": ("h = max(0, a)", "φ′(a) is 1 where a > 0, else 0"),
    "sigmoid": ("h = 1/(1 + e⁻ᵃ)", "φ′(a) = h (1 − h)"),
}[activation]
local_g = {
    "CE": "gᵢ = −tᵢ/yᵢ",
    "MSE": {"mean": "gᵢ = 2/n (yᵢ − tᵢ)", "sum": "gᵢ = 2 (yᵢ − tᵢ)", "half": "gᵢ = yᵢ − tᵢ"}[
        reduction
    ],
}[loss]
formula = {
    "CE": "L = −Σ tᵢ log yᵢ",
    "MSE": {"mean": "L = 1/n Σ(yᵢ − tᵢ)²", "sum": "L = Σ(yᵢ − tᵢ)²", "half": "L = ½Σ(yᵢ − tᵢ)²"}[
        reduction
    ],
}[loss]

CARDS = [
    (
        "Forward: what comes in. Four lengths of a flower in cm, standardised: x.",
        [block("raw", "as measured", one, list(iris.features)), arrow, block("x", "x", one, xs)],
    ),
    (
        "Forward: the hidden layer weighs its inputs. a = x W₁ + b₁",
        [
            block("x", "x", one, xs),
            times,
            block("W1", "W₁", xs, hs),
            plus,
            block("b1", "b₁", one, hs),
            equals,
            block("a", "a", one, hs),
        ],
    ),
    (
        f"Forward: through the activation, each unit by itself. {words[0]}",
        [block("a", "a", one, hs), arrow, block("h", "h = φ(a)", one, hs)],
    ),
    (
        "Forward: the output layer weighs the hidden units. z = h W₂ + b₂",
        [
            block("h", "h", one, hs),
            times,
            block("W2", "W₂", hs, zs),
            plus,
            block("b2", "b₂", one, zs),
            equals,
            block("z", "z", one, zs),
        ],
    ),
    (
        "Forward: the softmax makes probabilities of the logits. yᵢ = eᶻⁱ / Σ eᶻᵏ",
        [block("z", "z", one, zs), arrow, block("y", "y = softmax(z)", one, ys)],
    ),
    (
        f"Forward: the loss makes one number of y and the target. {formula}",
        [block("y", "y", one, ys), block("t", "t", one, ys), arrow],
    ),
    (
        f"Backward: the loss hands down its gradient at y, the upstream gradient. {local_g}",
        [
            block("y", "y", one, ys),
            block("t", "t", one, ys),
            arrow,
            block("g", "g = ∂L/∂y", one, ys),
        ],
    ),
    (
        "Backward: through the softmax. Upstream g times the local Jacobian J: ∂L/∂z = g J",
        [
            block("g", "upstream g", one, ys),
            times,
            block("J", "local J = ∂y/∂z", ys, zs),
            equals,
            block("dL_dz", "∂L/∂z", one, zs),
        ],
    ),
    (
        "Backward: to the weights. What flowed in, stood upright, times upstream: ∂L/∂W₂ = hᵀ ∂L/∂z",
        [
            block("h", "local hᵀ", hs, one),
            times,
            block("dL_dz", "upstream ∂L/∂z", one, zs),
            equals,
            block("dL_dW2", "∂L/∂W₂", hs, zs),
        ],
    ),
    (
        "Backward: a bias flows in with weight 1, so upstream times 1: ∂L/∂b₂ = ∂L/∂z",
        [
            block("dL_dz", "upstream ∂L/∂z", one, zs),
            equals,
            block("dL_db2", "∂L/∂b₂", one, zs),
        ],
    ),
    (
        "Backward: past the weights, to what they were fed. ∂L/∂h = ∂L/∂z W₂ᵀ",
        [
            block("dL_dz", "upstream ∂L/∂z", one, zs),
            times,
            block("W2_T", "local W₂ᵀ", zs, hs),
            equals,
            block("dL_dh", "∂L/∂h", one, hs),
        ],
    ),
    (
        "Backward: through the activation, each unit by itself. "
        f"∂L/∂a = ∂L/∂h ⊙ φ′(a), and {words[1]}",
        [
            block("dL_dh", "upstream ∂L/∂h", one, hs),
            board.symbol("⊙"),
            block("slope", "local φ′(a)", one, hs),
            equals,
            block("dL_da", "∂L/∂a", one, hs),
        ],
    ),
    (
        "Backward: to the first weights, as before. ∂L/∂W₁ = xᵀ ∂L/∂a",
        [
            block("x", "local xᵀ", xs, one),
            times,
            block("dL_da", "upstream ∂L/∂a", one, hs),
            equals,
            block("dL_dW1", "∂L/∂W₁", xs, hs),
        ],
    ),
    (
        "Backward: to the first bias, as before. ∂L/∂b₁ = ∂L/∂a",
        [
            block("dL_da", "upstream ∂L/∂a", one, hs),
            equals,
            block("dL_db1", "∂L/∂b₁", one, hs),
        ],
    ),
]
CARDS[5][1].append(
    board.text("L = ", board.number("loss", decimals=LOSS_DECIMALS), tone="plain"),
)

with overview:
    board.show(
        "network",
        "network_board",
        [
            *(
                board.card(k + 1, says(f"{k + 1}. {text}", tone="key"), board.line(*blocks))
                for k, (text, blocks) in enumerate(CARDS)
            ),
            board.line(
                board.stack(
                    block("x", "x", one, xs, stage=1),
                    block("W1", "W₁", xs, hs, stage=2, picked=layer == 0),
                    block("dL_dW1", "∂L/∂W₁", xs, hs, stage=13, picked=layer == 0),
                ),
                board.stack(
                    board.vectors(
                        [("b₁", "b1", 1, 2), ("a", "a", 3, 2), ("h", "h", 1, 3)],
                        hs,
                        title="Hidden layer, forward",
                        shape=f"1×{width} each",
                        decimals=D,
                        classes=False,
                    ),
                    board.vectors(
                        [
                            ("∂L/∂h", "dL_dh", 0.5, 11),
                            ("φ′(a)", "slope", 2, 12),
                            ("∂L/∂a", "dL_da", 0.5, 12),
                            ("∂L/∂b₁", "dL_db1", 0.5, 14),
                        ],
                        hs,
                        title="Hidden layer, back",
                        shape=f"1×{width} each",
                        decimals=D,
                        classes=False,
                    ),
                ),
                board.stack(
                    block("W2", "W₂", hs, zs, stage=4, picked=layer == 1),
                    block("dL_dW2", "∂L/∂W₂", hs, zs, stage=9, picked=layer == 1),
                ),
                board.stack(
                    board.vectors(
                        [
                            ("b₂", "b2", 1, 4),
                            ("z", "z", 5, 4),
                            ("y", "y", 1, 5),
                            ("t", "t", 0, 6),
                        ],
                        [str(k + 1) for k in range(n)],
                        title="Output layer, forward",
                        shape=f"1×{n} each",
                        decimals=D,
                    ),
                    board.text("Loss L = ", board.number("loss", decimals=LOSS_DECIMALS), stage=6),
                    board.vectors(
                        [
                            ("g", "g", 5, 7),
                            ("∂L/∂z", "dL_dz", 0.5, 8),
                            ("∂L/∂b₂", "dL_db2", 0.5, 10),
                        ],
                        [str(k + 1) for k in range(n)],
                        title="Output layer, back",
                        shape=f"1×{n} each",
                        decimals=D,
                    ),
                ),
            ),
            board.text(
                "This flower is a ",
                board.wording("species", list(iris.classes)),
                ". Its loss was ",
                board.number("loss_start", decimals=LOSS_DECIMALS),
                " at the start, is ",
                board.number("loss", decimals=LOSS_DECIMALS),
                " now, and will be ",
                board.number("loss_next", decimals=LOSS_DECIMALS),
                " after one more gradient step.",
            ),
        ],
        quantities,
        alt="Every quantity of the network, forward and back",
        dense=True,
        on_pick=controls.pick_weight,
    )
    st.button("Take a gradient step", icon=":material/trending_down:", on_click=controls.step)

w = f"{'b' if row is None else 'W'}{'₁₂'[layer]}[{'' if row is None else f'{row + 1},'}{unit + 1}]"
source = "1, as for every bias" if row is None else f"{(xs, hs)[layer][row]}, what flows into it"
if layer == 0:
    paths = [
        ("× φ′(a), the activation", "path_slopes", 1),
        (f"× W₂ from {hs[unit]} upward", "path_weights", 2),
        ("× ∂L/∂z there", "path_above", 0.5),
    ]
else:
    paths = [("× ∂L/∂z there", "path_above", 0.5)]
columns = zs if layer == 0 else [zs[unit]]
board.show(
    "network",
    "path_board",
    [
        board.vectors(
            [(source, "path_inputs", 3), *paths, ("= product", "path_products", 0.5)],
            [f"by way of {name}" for name in columns],
            title=f"∂L/∂{w}: one product a path to the loss, from the weight upward",
            decimals=D + 1,
            classes=False,
        ),
        board.text(
            f"The sum of the products is ∂L/∂{w} = ",
            board.number("path_gradient", sign=True, decimals=D + 3),
            ". Nudging the weight itself, (L(w + h) − L(w − h))/2h, gives ",
            board.number("path_numeric", sign=True, decimals=D + 3),
            ".",
            tone="key",
        ),
    ],
    quantities,
    alt=f"The paths that make up the gradient of {w}",
)

st.subheader("Switch the loss: what changes, and what does not?", anchor=False)
board.show(
    "network",
    "norms_board",
    [
        board.vectors(
            [("cross-entropy", "norms_CE", 0), ("squared error", "norms_MSE", 0)],
            ["‖∂L/∂z‖", "‖∂L/∂W₂‖", "‖∂L/∂b₂‖", "‖∂L/∂a‖", "‖∂L/∂W₁‖", "‖∂L/∂b₁‖"],
            title="Length of each gradient under either loss",
            decimals=D + 1,
            classes=False,
        ),
        board.text(
            "From the same weights the forward pass is the same: it does not know the loss. g and ∂L/∂z change, and with "
            "them everything below, because everything below is ∂L/∂z times the same matrices: "
            "half of ∂L/∂z is half of every gradient. No layer below knows which loss it was.",
            tone="quiet",
        ),
    ],
    quantities,
    alt="Lengths of the gradients under both losses",
)

board.live("network", sweeps)
export.take_along(
    "network",
    quantities,
    numpy_code=snippets.numpy_network(quantities, activation, loss, reduction),
    torch_code=snippets.torch_network(quantities, activation, loss, reduction),
)
