"""What the boards of the whole network show, and where: the walk's cards, the overview, the paths.

Layouts are long, and a live slider changes none of it; and a hall that walks one network meets the
same states again and again. So each is made once for its choices, and kept.
"""

from dataclasses import dataclass
from functools import lru_cache, partial

import core
from core.inputs import Array
from core.losses import Loss, Reduction
from core.network import Activation
from pages.parts import board, live
from pages.parts.board import Block
from pages.parts.palette import labels

KEPT = 256
"""Layouts of a kind, about 20 kB each, and states, about 50 kB each."""
DECIMALS, LOSS_DECIMALS = 3, 4

SCALES: dict[str, float] = {
    **{"raw": 0, "x": 3, "W1": 2, "b1": 1, "a": 3, "h": 1, "W2": 2, "W2_T": 2, "b2": 1, "z": 5},
    **{"y": 1, "t": 1, "g": 5, "J": 0.25, "dh_da": 2},
}
"""The value at which a colour reaches its end; 0.5 for the gradients."""

ACTIVATION_WORDS = {
    "tanh": ("h = tanh a", "φ′(a) = 1 − h²"),
    "ReLU": ("h = max(0, a)", "φ′(a) is 1 where a > 0, else 0"),
    "sigmoid": ("h = 1/(1 + e⁻ᵃ)", "φ′(a) = h (1 − h)"),
}
LOSS_WORDS = {
    "CE": "L = −Σ tᵢ log yᵢ",
    "mean": "L = 1/n Σ(yᵢ − tᵢ)²",
    "sum": "L = Σ(yᵢ − tᵢ)²",
    "half": "L = ½Σ(yᵢ − tᵢ)²",
}
G_WORDS = {
    "CE": "gᵢ = −tᵢ/yᵢ",
    "mean": "gᵢ = 2/n (yᵢ − tᵢ)",
    "sum": "gᵢ = 2 (yᵢ − tᵢ)",
    "half": "gᵢ = yᵢ − tᵢ",
}

Weight = tuple[int, int | None, int]
"""Layer, row and unit from 0; a bias has no row."""


@dataclass(frozen=True)
class Setting:
    """The network, its loss, and the weight that is explained."""

    width: int
    activation: Activation
    seed: int
    loss: Loss
    reduction: Reduction
    weight: Weight


def numbers(
    chosen: Setting, sample: Array, taken: Array, eta: Array, stage: Array
) -> dict[str, Array]:
    """What the boards show: the sample's own, after `taken` steps on it."""
    iris = core.dataset("Iris")
    flower, loss, reduction = iris.rows(sample), chosen.loss, chosen.reduction
    x, t = flower.x, flower.t
    sizes = (x.shape[-1], chosen.width, t.shape[-1])
    start = core.initial_network(sizes, chosen.activation, chosen.seed)
    network = core.after_steps(start, x, t, loss, reduction, eta, taken)
    trace = core.forward(network, x)
    both = {name: core.backward(network, trace, t, name, reduction) for name in core.LOSSES}
    back = both[loss]
    (below, above), (hidden, output) = network.layers, back.layers
    path = core.gradient_path(network, back, *chosen.weight)
    ahead = core.forward(core.gradient_step(network, back, eta), x)
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
        "dh_da": hidden.dh_da[..., 0, :],
        "dL_da": hidden.dL_da[..., 0, :],
        "dL_dW1": hidden.dL_dW,
        "dL_db1": hidden.dL_db,
        "loss_start": core.loss_of(core.forward(start, x).softmax, t, loss, reduction),
        "loss_next": core.loss_of(ahead.softmax, t, loss, reduction),
        "path_inputs": path.inputs,
        "path_dh_da": path.dh_da,
        "path_weights": path.weights,
        "path_above": path.above,
        "path_products": path.products,
        "path_gradient": path.gradient,
        "path_numeric": core.numeric_gradient(network, x, t, loss, reduction, *chosen.weight),
        "norms_CE": core.gradient_norms(both["CE"]),
        "norms_MSE": core.gradient_norms(both["MSE"]),
    }


def sweeps(chosen: Setting, sample: int, taken: int, eta: float, stage: int) -> live.Sweeps:
    """The numbers where the sliders stand, and where each can go."""
    return _at_the_start(chosen, sample, taken, eta).holding("stage", stage)


@lru_cache(KEPT)
def _at_the_start(chosen: Setting, sample: int, taken: int, eta: float) -> live.Sweeps:
    """Of the walk, whose stage says what is shown, and changes no number."""
    return live.sweeps(partial(numbers, chosen), sample=sample, taken=taken, eta=eta, stage=1)


def block(
    quantity: str,
    title: str,
    rows: list[str],
    columns: list[str],
    *,
    stage: int | None = None,
    weight: Weight | None = None,
) -> Block:
    """A matrix; a single row or column has no label of its own. The weight in it is framed."""
    return board.matrix(
        quantity,
        rows,
        columns,
        title=title,
        shape=f"{len(rows)}×{len(columns)}",
        scale=SCALES.get(quantity, 0.5),
        decimals=DECIMALS,
        class_rows=rows[0][:1] in ("y", "z"),
        class_columns=columns[0][:1] in ("y", "z"),
        stage=stage,
        pick=stage is not None and "W" in quantity,
        row=weight[1] if weight else None,
        column=weight[2] if weight else None,
    )


def cards(
    features: tuple[str, ...], width: int, n: int, activation: Activation, by: str
) -> list[tuple[str, list[Block]]]:
    """A sentence for each step of the walk, and what it shows; `by` is a key of `LOSS_WORDS`."""
    xs, hs = labels("x", len(features)), labels("h", width)
    ys, zs = labels("y", n), labels("z", n)
    one = [""]
    times, plus, equals, arrow = (board.symbol(sign) for sign in "·+=→")
    of_a, derivative = ACTIVATION_WORDS[activation]
    value = board.text("L = ", board.number("loss", decimals=LOSS_DECIMALS))
    return [
        (
            "Forward: what comes in. Four lengths of a flower in cm, standardised: x.",
            [block("raw", "as measured", one, list(features)), arrow, block("x", "x", one, xs)],
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
            f"Forward: through the activation, each unit by itself. {of_a}",
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
            f"Forward: the loss makes one number of y and the target. {LOSS_WORDS[by]}",
            [block("y", "y", one, ys), block("t", "t", one, ys), arrow, value],
        ),
        (
            f"Backward: the loss hands down its gradient at y, the upstream gradient. {G_WORDS[by]}",
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
            f"∂L/∂a = ∂L/∂h ⊙ φ′(a), and {derivative}",
            [
                block("dL_dh", "upstream ∂L/∂h", one, hs),
                board.symbol("⊙"),
                block("dh_da", "local φ′(a)", one, hs),
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


@lru_cache(KEPT)
def overview(
    features: tuple[str, ...],
    classes: tuple[str, ...],
    width: int,
    activation: Activation,
    loss: Loss,
    reduction: Reduction,
    weight: Weight,
) -> str:
    """The card of the step, and below it every quantity of the network."""
    by = loss if loss == "CE" else reduction
    xs, hs, zs = labels("x", len(features)), labels("h", width), labels("z", len(classes))
    one = [""]
    first, second = (weight if weight[0] == layer else None for layer in range(2))
    return board.layout(
        *(
            board.card(k + 1, board.text(f"{k + 1}. {text}", tone="key"), board.beside(*blocks))
            for k, (text, blocks) in enumerate(cards(features, width, len(classes), activation, by))
        ),
        board.beside(
            board.stack(
                block("x", "x", one, xs, stage=1),
                block("W1", "W₁", xs, hs, stage=2, weight=first),
                block("dL_dW1", "∂L/∂W₁", xs, hs, stage=13, weight=first),
            ),
            board.stack(
                board.vectors(
                    [("b₁", "b1", 1, 2), ("a", "a", 3, 2), ("h", "h", 1, 3)],
                    hs,
                    title="Hidden layer, forward",
                    shape=f"1×{width} each",
                    decimals=DECIMALS,
                    classes=False,
                ),
                board.vectors(
                    [
                        ("∂L/∂h", "dL_dh", 0.5, 11),
                        ("φ′(a)", "dh_da", 2, 12),
                        ("∂L/∂a", "dL_da", 0.5, 12),
                        ("∂L/∂b₁", "dL_db1", 0.5, 14),
                    ],
                    hs,
                    title="Hidden layer, back",
                    shape=f"1×{width} each",
                    decimals=DECIMALS,
                    classes=False,
                ),
            ),
            board.stack(
                block("W2", "W₂", hs, zs, stage=4, weight=second),
                block("dL_dW2", "∂L/∂W₂", hs, zs, stage=9, weight=second),
            ),
            board.stack(
                board.vectors(
                    [
                        ("b₂", "b2", 1, 4),
                        ("z", "z", 5, 4),
                        ("y", "y", 1, 5),
                        ("t", "t", 0, 6),
                    ],
                    [str(k + 1) for k in range(len(classes))],
                    title="Output layer, forward",
                    shape=f"1×{len(classes)} each",
                    decimals=DECIMALS,
                ),
                board.text("Loss L = ", board.number("loss", decimals=LOSS_DECIMALS), stage=6),
                board.vectors(
                    [
                        ("g", "g", 5, 7),
                        ("∂L/∂z", "dL_dz", 0.5, 8),
                        ("∂L/∂b₂", "dL_db2", 0.5, 10),
                    ],
                    [str(k + 1) for k in range(len(classes))],
                    title="Output layer, back",
                    shape=f"1×{len(classes)} each",
                    decimals=DECIMALS,
                ),
            ),
        ),
        board.text(
            "This flower is a ",
            board.wording("species", list(classes)),
            ". Its loss was ",
            board.number("loss_start", decimals=LOSS_DECIMALS),
            " at the start, is ",
            board.number("loss", decimals=LOSS_DECIMALS),
            " now, and will be ",
            board.number("loss_next", decimals=LOSS_DECIMALS),
            " after one more gradient step.",
        ),
    )


@lru_cache(KEPT)
def paths(d: int, width: int, n: int, weight: Weight) -> str:
    """The products that make up one weight's gradient, and the lengths of all gradients."""
    layer, row, unit = weight
    hs, zs = labels("h", width), labels("z", n)
    fed = (labels("x", d), hs)[layer]
    source = "1, as for every bias" if row is None else f"{fed[row]}, what flows into it"
    factors = [("× ∂L/∂z there", "path_above", 0.5)]
    if layer == 0:
        factors = [
            ("× φ′(a), the activation", "path_dh_da", 1),
            (f"× W₂ from {hs[unit]} upward", "path_weights", 2),
            *factors,
        ]
    return board.layout(
        board.vectors(
            [(source, "path_inputs", 3), *factors, ("= product", "path_products", 0.5)],
            [f"by way of {name}" for name in (zs if layer == 0 else zs[unit : unit + 1])],
            title=f"∂L/∂{spelled(weight)}: one product a path to the loss, from the weight upward",
            decimals=DECIMALS + 1,
            classes=False,
        ),
        board.text(
            f"The sum of the products is ∂L/∂{spelled(weight)} = ",
            board.number("path_gradient", sign=True, decimals=DECIMALS + 3),
            ". Nudging the weight itself, (L(w + h) − L(w − h))/2h, gives ",
            board.number("path_numeric", sign=True, decimals=DECIMALS + 3),
            ".",
            tone="key",
        ),
        board.heading("Switch the loss: what changes, and what does not?"),
        board.vectors(
            [("cross-entropy", "norms_CE", 0), ("squared error", "norms_MSE", 0)],
            ["‖∂L/∂z‖", "‖∂L/∂W₂‖", "‖∂L/∂b₂‖", "‖∂L/∂a‖", "‖∂L/∂W₁‖", "‖∂L/∂b₁‖"],
            title="Length of each gradient under either loss",
            decimals=DECIMALS + 1,
            classes=False,
        ),
        board.text(
            "From the same weights the forward pass is the same: it does not know the loss. g and ∂L/∂z change, and with "
            "them everything below, because everything below is ∂L/∂z times the same matrices: "
            "half of ∂L/∂z is half of every gradient. No layer below knows which loss it was.",
            tone="quiet",
        ),
    )


def spelled(weight: Weight) -> str:
    """W₁[2,1] or b₂[3]."""
    layer, row, unit = weight
    return f"{'b' if row is None else 'W'}{'₁₂'[layer]}[{'' if row is None else f'{row + 1},'}{unit + 1}]"
