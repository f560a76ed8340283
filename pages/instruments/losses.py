"""MSE vs cross-entropy: the same logits and target under both losses."""

from dataclasses import dataclass
from typing import ClassVar

import core
from core.inputs import Array
from core.losses import Reduction
from pages.board import blocks as b
from pages.board import frames
from pages.board.blocks import Board
from pages.board.frames import Grids, Sweeps
from pages.instruments.base import Inputs, LinkedInstrument, Quantities, State
from pages.instruments.softmax import softmax_code
from pages.notation import figures, formulas, simplex_figure, snippets
from pages.notation.figures import Figure
from pages.notation.number_format import digits
from pages.notation.snippets import Code
from pages.state.controls import class_name


@dataclass(frozen=True)
class Losses(LinkedInstrument):
    """For n classes, with logit j picked; classes from 0."""

    choices: ClassVar = ("n", "t", "mse", "j")

    n: int
    target: int = 0
    reduction: Reduction = "mean"
    j: int = 1

    @classmethod
    def at(cls, state: State) -> "Losses":
        """The choices of a state."""
        return cls(
            n=state["n"],
            target=int(state["t"]) - 1,
            reduction=state["mse"],
            j=int(state["j"]) - 1,
        )

    def picked(self, quantity: str, row: int, column: int) -> dict[str, str]:
        return {"j": class_name(column)}

    @property
    def sliders(self) -> dict[str, int | None]:
        return {"z": self.n, "tau": None, "eps": None}

    @property
    def swept(self) -> str:
        """The slider whose sweep is drawn as a curve."""
        return f"z{self.j + 1}"

    def numbers(self, z: Array, tau: Array, eps: Array) -> Quantities:
        t = core.smooth(core.one_hot(self.target, self.n), eps)
        soft = core.softmax_record(z, tau)
        both = core.compare_losses(soft, t, reduction=self.reduction)
        return {
            "z": z,
            "y": soft.y,
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

    def blocks(self) -> dict[str, Board]:
        n, d, num = self.n, digits(self.n), b.number
        board = Board(
            (
                b.beside(
                    b.vectors(
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
                        column=self.j,
                        pick=True,
                    ),
                    b.stack(
                        *(
                            b.bars(quantity, "z", n, title=title, scale=1, signed=True, decimals=d)
                            for quantity, title in (
                                ("dL_dz_ce", "Cross-entropy: ∂L/∂z"),
                                ("dL_dz_mse", "Squared error: ∂L/∂z"),
                            )
                        )
                    ),
                ),
                b.text(
                    "Loss: cross-entropy ",
                    num("loss_ce", decimals=d),
                    ", squared error ",
                    num("loss_mse", decimals=d),
                    ". Length of ∂L/∂z: ",
                    num("norm_ce", decimals=d),
                    " with cross-entropy, ",
                    num("norm_mse", decimals=d),
                    " with squared error, a ratio of ",
                    num("norm_ratio", decimals=1),
                    ".",
                ),
                b.text(
                    "Where a push is marked opposite, one loss raises the logit and the other "
                    "lowers it: most often cross-entropy lowers a logit that is believed too much, "
                    "while squared error, taking from the winner, lets it rise.",
                    tone="key",
                ),
            ),
            alt="Upstream gradients and gradients at the logits for both losses",
        )
        return {"losses_board": board}

    def sweeps(self, grids: Grids, inputs: Inputs) -> Sweeps:
        return frames.sweeps(self.numbers, grids, self.swept, **inputs)

    def curve(self, inputs: Inputs, sweeps: Sweeps) -> Figure:
        """∂L/∂zⱼ of both losses over the sweep of zⱼ."""
        j, along, now = self.j, sweeps.along, sweeps.now
        return figures.gradient_curve(
            along["z"][:, j],
            {"CE": along["dL_dz_ce"][:, j], "MSE": along["dL_dz_mse"][:, j]},
            float(now["z"][j]),
            {"CE": float(now["dL_dz_ce"][j]), "MSE": float(now["dL_dz_mse"][j])},
            j=j,
            end=1 / float(inputs["tau"]),
        )

    def simplex(self, inputs: Inputs, now: Quantities) -> Figure:
        """Where descent takes y, for three classes."""
        return simplex_figure.simplex(now["y"], now["t"], float(inputs["tau"]), self.reduction)

    def derivations(self, inputs: Inputs, now: Quantities) -> tuple[str, str]:
        """How the gradient of each loss comes about, as Markdown."""
        tau, d = float(inputs["tau"]), digits(self.n)
        inner = float(core.product_record(now["z"], now["g_mse"], tau).inner)
        return (
            formulas.displayed(
                "**Cross-entropy**: 1/yᵢ cancels the yᵢ of the Jacobian",
                *formulas.CROSS_ENTROPY_DERIVATION,
                formulas.cross_entropy_entry(self.j, now["y"], now["t"], now["dL_dz_ce"], tau, d),
            ),
            formulas.displayed(
                "**Squared error**: nothing cancels, a factor yⱼ stays in front",
                *formulas.squared_error_derivation(self.reduction),
                formulas.squared_error_entry(
                    self.j, now["y"], now["g_mse"], inner, now["dL_dz_mse"], tau, d
                ),
            ),
        )

    def code(self, inputs: Inputs, now: Quantities) -> Code:
        return softmax_code(inputs) + snippets.losses(now["t"], self.reduction)
