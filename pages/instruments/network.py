"""The whole network: a flower goes forward through it, its gradient comes back, step by step."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, ClassVar

import core
from core import what_if
from core.inputs import Array
from core.losses import Loss, Reduction
from core.network import Activation
from pages.board import frames
from pages.board.blocks import Board
from pages.board.frames import Grids, Sweeps
from pages.board.grid import Grid
from pages.instruments import network_boards
from pages.instruments.base import Inputs, LinkedInstrument, Quantities, State
from pages.instruments.network_cards import Shape, Weight
from pages.notation import snippets
from pages.notation.losses import written
from pages.notation.snippets import Code

KEPT = 256
"""States, about 50 kB each."""


@dataclass(frozen=True)
class WholeNetwork(LinkedInstrument):
    """The network, its loss, and the weight that is explained."""

    choices: ClassVar = ("loss", "mse", "act", "width", "seed", "weight")

    width: int = 3
    activation: Activation = "tanh"
    seed: int = 0
    loss: Loss = "CE"
    reduction: Reduction = "mean"
    weight: Weight = (0, 0, 0)

    @classmethod
    def at(cls, state: State) -> "WholeNetwork":
        """The choices of a state."""
        return cls(
            width=state["width"],
            activation=state["act"],
            seed=state["seed"],
            loss=state["loss"],
            reduction=state["mse"],
            weight=weights(state["width"])[state["weight"]],
        )

    @classmethod
    def narrowed(cls, key: str, state: State) -> dict[str, Any]:
        return {"options": tuple(weights(state["width"]))} if key == "weight" else {}

    def picked(self, quantity: str, row: int, column: int) -> dict[str, str]:
        """The weight of a cell of W1, dL_dW1, W2 or dL_dW2."""
        name = f"{quantity.removeprefix('dL_d')}({row + 1},{column + 1})"
        return {"weight": name} if name in weights(self.width) else {}

    @property
    def sliders(self) -> dict[str, int | None]:
        return {"sample": None, "taken": None, "eta": None, "stage": None}

    def numbers(self, sample: Array, taken: Array, eta: Array, stage: Array) -> Quantities:
        """What the boards show: the sample's own, after `taken` steps on it."""
        iris = core.dataset("Iris")
        flower, loss, reduction = iris.rows(sample), self.loss, self.reduction
        x, t = flower.x, flower.t
        sizes = (x.shape[-1], self.width, t.shape[-1])
        start = core.initial_network(sizes, self.activation, self.seed)
        network = core.after_steps(start, x, t, loss, reduction, eta, taken)
        trace = core.forward(network, x)
        both = {name: core.backward(network, trace, t, name, reduction) for name in core.LOSSES}
        back = both[loss]
        (below, above), (hidden, output) = network.layers, back.layers
        path = core.gradient_path(network, back, *self.weight)
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
            "path_numeric": core.numeric_gradient(network, x, t, loss, reduction, *self.weight),
            "norms_CE": core.gradient_norms(both["CE"]),
            "norms_MSE": core.gradient_norms(both["MSE"]),
        }

    def longer_step(self, inputs: Inputs) -> what_if.Change:
        """L after one more step with η, and after one with twice as much."""
        flower, eta = core.dataset("Iris").rows(inputs["sample"]), inputs["eta"]
        sizes = _shape(self.width).sizes
        start = core.initial_network(sizes, self.activation, self.seed)
        how = self.loss, self.reduction
        here = core.after_steps(start, flower.x, flower.t, *how, eta, inputs["taken"])
        return what_if.step_doubled(here, flower.x, flower.t, *how, float(eta))

    def sweeps(self, grids: Grids, inputs: Inputs) -> Sweeps:
        stage = inputs["stage"]
        moving = {name: float(value) for name, value in inputs.items() if name != "stage"}
        kept = _at_the_start(self, tuple(grids.items()), **moving)
        return kept.holding("stage", float(stage))

    def blocks(self) -> dict[str, Board]:
        how = written(self.loss, self.reduction)
        return {
            "network_board": network_boards.overview(
                _shape(self.width), self.activation, how, self.weight
            ),
            "path_board": network_boards.paths(_shape(self.width), self.weight),
        }

    def code(self, inputs: Inputs, now: Quantities) -> Code:
        return snippets.network(now, self.activation, self.loss, self.reduction)


def _shape(width: int) -> Shape:
    iris = core.dataset("Iris")
    return Shape(iris.features, width, iris.classes)


@cache
def weights(width: int) -> dict[str, Weight]:
    """Every weight and bias of a network with so many hidden units, by its name in the link."""
    d, _, n = _shape(width).sizes
    return {
        f"{letter}{k + 1}({'' if row is None else f'{row + 1},'}{unit + 1})": (k, row, unit)
        for k, (below, units) in enumerate(((d, width), (width, n)))
        for letter, rows in (("W", range(below)), ("b", (None,)))
        for row in rows
        for unit in range(units)
    }


@lru_cache(KEPT)
def _at_the_start(
    network: WholeNetwork,
    grids: tuple[tuple[str, Grid], ...],
    *,
    sample: float,
    taken: float,
    eta: float,
) -> Sweeps:
    """At the first step, which says what is shown, and changes no number.

    A hall that follows one network meets the same states again and again.
    """
    return frames.sweeps(network.numbers, dict(grids), sample=sample, taken=taken, eta=eta, stage=1)
