"""The boards of the whole network: all of its quantities, and the paths behind one gradient.

Their layouts are long, no live slider changes one, and a hall that follows one network asks for the
same again and again: each is made once for its choices, and kept.
"""

from collections.abc import Mapping
from functools import lru_cache

from core.network import Activation
from pages.board import blocks as b
from pages.board.blocks import Block, Board
from pages.instruments.network_cards import (
    DECIMALS,
    LOSS_DECIMALS,
    ONE,
    Shape,
    Weight,
    block,
    first_shown,
    steps,
)
from pages.notation.losses import Written

KEPT = 256
"""Boards of a kind, about 20 kB each."""


@lru_cache(KEPT)
def overview(shape: Shape, activation: Activation, how: Written, weight: Weight) -> Board:
    """The card of the step, and below it every quantity of the network."""
    cards = steps(shape, activation, how)
    return Board(
        (
            *(
                b.card(
                    k + 1,
                    b.text(
                        "{k}. {what}. {why}",
                        k=k + 1,
                        what=step.text.rstrip("."),
                        why=step.why,
                        tone="key",
                    ),
                    b.beside(*step.blocks),
                )
                for k, step in enumerate(cards)
            ),
            _quantities(shape, weight, first_shown(cards)),
            b.text(
                "This flower is a {species}. Its loss was {start} at the start, is {now} now, and will "
                "be {next} after one more gradient step.",
                species=b.wording("species", list(shape.classes)),
                start=b.number("loss_start", decimals=LOSS_DECIMALS),
                now=b.number("loss", decimals=LOSS_DECIMALS),
                next=b.number("loss_next", decimals=LOSS_DECIMALS),
            ),
        ),
        alt="Every quantity of the network, forward and back",
        dense=True,
    )


def _quantities(shape: Shape, weight: Weight, stage: Mapping[str, int]) -> Block:
    """Layer beside layer, each quantity lit from its step on."""
    first, second = (weight if weight[0] == layer else None for layer in range(2))
    xs, hs, zs = shape.xs, shape.hs, shape.zs
    hidden = f"1×{shape.width} each"

    def rows(*of: tuple[str, str, float]) -> list[tuple[str, str, float, int]]:
        return [(title, quantity, scale, stage[quantity]) for title, quantity, scale in of]

    return b.beside(
        b.stack(
            block("x", "x", ONE, xs, stage=stage["x"]),
            block("W1", "W₁", xs, hs, stage=stage["W1"], weight=first),
            block("dL_dW1", "∂L/∂W₁", xs, hs, stage=stage["dL_dW1"], weight=first),
        ),
        b.stack(
            b.vectors(
                rows(("b₁", "b1", 1), ("a", "a", 3), ("h", "h", 1)),
                hs,
                title="Hidden layer, forward",
                shape=hidden,
                decimals=DECIMALS,
                classes=False,
            ),
            b.vectors(
                rows(
                    ("∂L/∂h", "dL_dh", 0.5),
                    ("φ′(a)", "dh_da", 2),
                    ("∂L/∂a", "dL_da", 0.5),
                    ("∂L/∂b₁", "dL_db1", 0.5),
                ),
                hs,
                title="Hidden layer, back",
                shape=hidden,
                decimals=DECIMALS,
                classes=False,
            ),
        ),
        b.stack(
            block("W2", "W₂", hs, zs, stage=stage["W2"], weight=second),
            block("dL_dW2", "∂L/∂W₂", hs, zs, stage=stage["dL_dW2"], weight=second),
        ),
        _output_layer(shape, stage),
    )


def _output_layer(shape: Shape, stage: Mapping[str, int]) -> Block:
    n = len(shape.classes)
    columns, each = [str(k + 1) for k in range(n)], f"1×{n} each"
    return b.stack(
        b.vectors(
            [
                ("b₂", "b2", 1, stage["b2"]),
                ("z", "z", 5, stage["z"]),
                ("y", "y", 1, stage["y"]),
                ("t", "t", 0, stage["t"]),
            ],
            columns,
            title="Output layer, forward",
            shape=each,
            decimals=DECIMALS,
        ),
        b.text(
            "Loss L = {loss}", loss=b.number("loss", decimals=LOSS_DECIMALS), stage=stage["loss"]
        ),
        b.vectors(
            [
                ("g", "g", 5, stage["g"]),
                ("∂L/∂z", "dL_dz", 0.5, stage["dL_dz"]),
                ("∂L/∂b₂", "dL_db2", 0.5, stage["dL_db2"]),
            ],
            columns,
            title="Output layer, back",
            shape=each,
            decimals=DECIMALS,
        ),
    )


@lru_cache(KEPT)
def paths(shape: Shape, weight: Weight) -> Board:
    """The products that make up one weight's gradient, and the lengths of all gradients."""
    layer, row, unit = weight
    hs, zs = shape.hs, shape.zs
    fed = (shape.xs, hs)[layer]
    source = "1, as for every bias" if row is None else f"{fed[row]}, what flows into it"
    factors = [("× ∂L/∂z there", "path_above", 0.5)]
    if layer == 0:
        factors = [
            ("× φ′(a), the activation", "path_dh_da", 1),
            (f"× W₂ from {hs[unit]} upward", "path_weights", 2),
            *factors,
        ]
    return Board(
        (
            b.vectors(
                [(source, "path_inputs", 3), *factors, ("= product", "path_products", 0.5)],
                [f"by way of {name}" for name in (zs if layer == 0 else zs[unit : unit + 1])],
                title=f"∂L/∂{spelled(weight)}: one product per path from the weight to the loss",
                decimals=DECIMALS + 1,
                classes=False,
            ),
            b.text(
                "The sum of the products is ∂L/∂{weight} = {gradient}. Nudging the weight itself, "
                "(L(w + h) − L(w − h))/2h, gives {numeric}.",
                weight=spelled(weight),
                gradient=b.number("path_gradient", sign=True, decimals=DECIMALS + 3),
                numeric=b.number("path_numeric", sign=True, decimals=DECIMALS + 3),
                tone="key",
            ),
            b.heading("Switch the loss: what changes, and what does not?"),
            b.vectors(
                [("cross-entropy", "norms_CE", 0), ("squared error", "norms_MSE", 0)],
                ["‖∂L/∂z‖", "‖∂L/∂W₂‖", "‖∂L/∂b₂‖", "‖∂L/∂a‖", "‖∂L/∂W₁‖", "‖∂L/∂b₁‖"],
                title="Length of each gradient under either loss",
                decimals=DECIMALS + 1,
                classes=False,
            ),
            b.text(
                "From the same weights the forward pass is the same: it does not know the loss. "
                "g and ∂L/∂z change, and with them everything below, because everything below is "
                "∂L/∂z times the same matrices: half of ∂L/∂z is half of every gradient. No layer "
                "below knows which loss it was.",
                tone="quiet",
            ),
        ),
        alt=f"The paths that make up the gradient of {spelled(weight)}, and the lengths of all "
        "gradients under both losses",
    )


def spelled(weight: Weight) -> str:
    """W₁[2,1] or b₂[3]."""
    layer, row, unit = weight
    letter, index = ("b", "") if row is None else ("W", f"{row + 1},")
    return f"{letter}{'₁₂'[layer]}[{index}{unit + 1}]"
