"""The steps through the network, forward and back: one card each, in their order."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.network import Activation
from pages.board import blocks as b
from pages.board.blocks import Block, Matrix
from pages.notation.losses import Written
from pages.notation.palette import labels

DECIMALS, LOSS_DECIMALS = 3, 4
ONE = [""]
"""The label of a single row or column: it needs none."""
TIMES, PLUS, EQUALS, ARROW = (b.symbol(sign) for sign in "·+=→")
_LOSS = b.text("L = {loss}", loss=b.number("loss", decimals=LOSS_DECIMALS))

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

Weight = tuple[int, int | None, int]
"""Layer, row and unit from 0; a bias has no row."""


@dataclass(frozen=True)
class Shape:
    """What goes in, how many hidden units there are, and what comes out."""

    features: tuple[str, ...]
    width: int
    classes: tuple[str, ...]

    @property
    def sizes(self) -> tuple[int, int, int]:
        return len(self.features), self.width, len(self.classes)

    @property
    def xs(self) -> list[str]:
        return labels("x", len(self.features))

    @property
    def hs(self) -> list[str]:
        return labels("h", self.width)

    @property
    def ys(self) -> list[str]:
        return labels("y", len(self.classes))

    @property
    def zs(self) -> list[str]:
        return labels("z", len(self.classes))


@dataclass(frozen=True)
class Step:
    """A sentence, why the step matters, and what both speak of."""

    text: str
    why: str
    blocks: Sequence[Block]


def block(
    quantity: str,
    title: str,
    rows: list[str],
    columns: list[str],
    *,
    stage: int | None = None,
    weight: Weight | None = None,
) -> Matrix:
    """A matrix; a single row or column has no label of its own. The weight in it is outlined."""
    return b.matrix(
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


def steps(shape: Shape, activation: Activation, how: Written) -> list[Step]:
    """All of them; a step's number is its position here, from 1."""
    return [
        *_forward(shape, activation, how),
        *_back_through_the_output(shape, how),
        *_back_through_the_hidden(shape, activation),
    ]


def first_shown(steps: Sequence[Step]) -> dict[str, int]:
    """Each quantity's own step: the first that shows it."""
    found: dict[str, int] = {}
    for k, step in enumerate(steps):
        for quantity in b.quantities(step.blocks):
            found.setdefault(quantity, k + 1)
    return found


def _forward(shape: Shape, activation: Activation, how: Written) -> list[Step]:
    return [
        Step(
            "Forward: what comes in. Four lengths of a flower in cm, standardised: x.",
            "Everything that follows is computed from these four numbers.",
            [
                block("raw", "as measured", ONE, list(shape.features)),
                ARROW,
                block("x", "x", ONE, shape.xs),
            ],
        ),
        Step(
            "Forward: the hidden layer weighs its inputs. a = x W₁ + b₁",
            "These weights are what training changes.",
            [
                block("x", "x", ONE, shape.xs),
                TIMES,
                block("W1", "W₁", shape.xs, shape.hs),
                PLUS,
                block("b1", "b₁", ONE, shape.hs),
                EQUALS,
                block("a", "a", ONE, shape.hs),
            ],
        ),
        Step(
            f"Forward: through the activation, each unit by itself. {ACTIVATION_WORDS[activation][0]}",
            "Without it two layers could do no more than one.",
            [block("a", "a", ONE, shape.hs), ARROW, block("h", "h = φ(a)", ONE, shape.hs)],
        ),
        Step(
            "Forward: the output layer weighs the hidden units. z = h W₂ + b₂",
            "What the last layer gives out are the logits.",
            [
                block("h", "h", ONE, shape.hs),
                TIMES,
                block("W2", "W₂", shape.hs, shape.zs),
                PLUS,
                block("b2", "b₂", ONE, shape.zs),
                EQUALS,
                block("z", "z", ONE, shape.zs),
            ],
        ),
        Step(
            "Forward: the softmax makes probabilities of the logits. yᵢ = eᶻⁱ / Σ eᶻᵏ",
            "They sum to 1: when one rises, the others fall.",
            [block("z", "z", ONE, shape.zs), ARROW, block("y", "y = softmax(z)", ONE, shape.ys)],
        ),
        Step(
            f"Forward: the loss makes one number of y and the target. {how.L}",
            "A single number, and so it has a gradient: here the way turns back.",
            [block("y", "y", ONE, shape.ys), block("t", "t", ONE, shape.ys), ARROW, _LOSS],
        ),
    ]


def _back_through_the_output(shape: Shape, how: Written) -> list[Step]:
    return [
        Step(
            f"Backward: the loss hands down its gradient at y, the upstream gradient. {how.g}",
            "The softmax needs nothing else from the loss.",
            [
                block("y", "y", ONE, shape.ys),
                block("t", "t", ONE, shape.ys),
                ARROW,
                block("g", "g = ∂L/∂y", ONE, shape.ys),
            ],
        ),
        Step(
            "Backward: through the softmax. Upstream g times the local Jacobian J: ∂L/∂z = g J",
            "The product counts, not the sums of J’s rows, which are zero.",
            [
                block("g", "upstream g", ONE, shape.ys),
                TIMES,
                block("J", "local J = ∂y/∂z", shape.ys, shape.zs),
                EQUALS,
                block("dL_dz", "∂L/∂z", ONE, shape.zs),
            ],
        ),
        Step(
            "Backward: to the weights. What flowed in, stood upright, times upstream: ∂L/∂W₂ = hᵀ ∂L/∂z",
            "This times η is subtracted from W₂.",
            [
                block("h", "local hᵀ", shape.hs, ONE),
                TIMES,
                block("dL_dz", "upstream ∂L/∂z", ONE, shape.zs),
                EQUALS,
                block("dL_dW2", "∂L/∂W₂", shape.hs, shape.zs),
            ],
        ),
        Step(
            "Backward: a bias flows in with weight 1, so upstream times 1: ∂L/∂b₂ = ∂L/∂z",
            "Over the classes it sums to zero, as every ∂L/∂z does.",
            [
                block("dL_dz", "upstream ∂L/∂z", ONE, shape.zs),
                EQUALS,
                block("dL_db2", "∂L/∂b₂", ONE, shape.zs),
            ],
        ),
    ]


def _back_through_the_hidden(shape: Shape, activation: Activation) -> list[Step]:
    return [
        Step(
            "Backward: past the weights, to what they were fed. ∂L/∂h = ∂L/∂z W₂ᵀ",
            "It is the upstream gradient of the layer below.",
            [
                block("dL_dz", "upstream ∂L/∂z", ONE, shape.zs),
                TIMES,
                block("W2_T", "local W₂ᵀ", shape.zs, shape.hs),
                EQUALS,
                block("dL_dh", "∂L/∂h", ONE, shape.hs),
            ],
        ),
        Step(
            "Backward: through the activation, each unit by itself. "
            f"∂L/∂a = ∂L/∂h ⊙ φ′(a), and {ACTIVATION_WORDS[activation][1]}",
            "Where φ′ is near zero the unit is saturated and learns almost nothing.",
            [
                block("dL_dh", "upstream ∂L/∂h", ONE, shape.hs),
                b.symbol("⊙"),
                block("dh_da", "local φ′(a)", ONE, shape.hs),
                EQUALS,
                block("dL_da", "∂L/∂a", ONE, shape.hs),
            ],
        ),
        Step(
            "Backward: to the first weights, as before. ∂L/∂W₁ = xᵀ ∂L/∂a",
            "However many layers there are, each repeats these steps.",
            [
                block("x", "local xᵀ", shape.xs, ONE),
                TIMES,
                block("dL_da", "upstream ∂L/∂a", ONE, shape.hs),
                EQUALS,
                block("dL_dW1", "∂L/∂W₁", shape.xs, shape.hs),
            ],
        ),
        Step(
            "Backward: to the first bias, as before. ∂L/∂b₁ = ∂L/∂a",
            "Now every weight has its gradient: take a gradient step.",
            [
                block("dL_da", "upstream ∂L/∂a", ONE, shape.hs),
                EQUALS,
                block("dL_db1", "∂L/∂b₁", ONE, shape.hs),
            ],
        ),
    ]
