"""MSE vs cross-entropy: the same logits and target under both losses."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

import core
from core.inputs import Array
from core.losses import Reduction
from pages.board import blocks as b
from pages.board import pictures as p
from pages.board.blocks import Block, Board
from pages.board.frames import Grids, Sweeps
from pages.board.pictures import Chart
from pages.instruments.base import Inputs, LinkedInstrument, Quantities, State
from pages.instruments.landscape import Landscape
from pages.instruments.softmax import logits_to_outputs, softmax_code
from pages.notation import formulas, snippets
from pages.notation.losses import written
from pages.notation.number_format import digits
from pages.notation.palette import subscript
from pages.notation.snippets import Code
from pages.state.controls import class_name

LOG_ODDS = np.array([-250.0, *np.linspace(-8, 8, 33), 250.0])
"""Where the curve has its points, as log yⱼ/(1 − yⱼ): beyond the bend it is flat to both ends."""
_FINE = 2048
"""Parts of a picture's unit to which a dot stands."""


@dataclass(frozen=True)
class Losses(LinkedInstrument):
    """For n classes, with logit j picked; classes from 0."""

    choices: ClassVar = ("n", "t", "mse", "j")
    drawn = frozenset(
        {"tau", "end", "center", "curve_ce", "curve_mse", "mark_ce", "mark_mse"}
        | {"y_in_plane", "t_in_plane", "longest_ce", "longest_mse"}
    )

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
    def landscape(self) -> Landscape | None:
        """What lies beneath the simplex, which is drawn for three classes."""
        return Landscape(self.target, self.reduction) if self.n == 3 else None

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
            "inner_mse": soft.inner(both.mse.g),
            "norm_ce": both.ce.norm,
            "norm_mse": both.mse.norm,
            "norm_ratio": both.norm_ratio,
            "opposite": both.opposite,
            **self._curve(z, t, tau, both),
            **(self._on_the_simplex(soft.y, t, tau, eps) if self.landscape else {}),
        }

    def _curve(self, z: Array, t: Array, tau: Array, both: core.ComparisonRecord) -> Quantities:
        """∂L/∂zⱼ over zⱼ, as it is drawn: in units of 1/τ, the most that cross-entropy can reach."""
        curve = core.logit_curve(z, t, self.j, LOG_ODDS, tau, self.reduction)
        return {
            "tau": tau,
            "end": 1 / tau,
            "center": p.drawn(curve.center, _FINE),
            "curve_ce": p.drawn(tau[..., None] * curve.dL_dz_ce),
            "curve_mse": p.drawn(tau[..., None] * curve.dL_dz_mse),
            "mark_ce": p.drawn(tau * both.ce.dL_dz[..., self.j], _FINE),
            "mark_mse": p.drawn(tau * both.mse.dL_dz[..., self.j], _FINE),
        }

    def _on_the_simplex(self, y: Array, t: Array, tau: Array, eps: Array) -> Quantities:
        assert self.landscape is not None
        return {
            "y_in_plane": p.drawn(core.to_plane(y), _FINE),
            "t_in_plane": p.drawn(core.to_plane(t), _FINE),
            **self.landscape.longest(tau, eps),
        }

    def blocks(self) -> dict[str, Board]:
        return {"losses_board": self._class_by_class(), "pictures_board": self._pictures()}

    def _class_by_class(self) -> Board:
        n, d, num = self.n, digits(self.n), b.number
        return Board(
            (
                logits_to_outputs(n),
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
                    "Loss: cross-entropy {loss_ce}, squared error {loss_mse}. Length of ∂L/∂z: "
                    "{norm_ce} with cross-entropy, {norm_mse} with squared error, a ratio of {ratio}.",
                    loss_ce=num("loss_ce", decimals=d),
                    loss_mse=num("loss_mse", decimals=d),
                    norm_ce=num("norm_ce", decimals=d, exact=True),
                    norm_mse=num("norm_mse", decimals=d, exact=True),
                    ratio=num("norm_ratio", decimals=1),
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

    def _pictures(self) -> Board:
        zj = subscript("z", self.j)
        simplex: list[Block] = [
            b.stack(
                self.landscape.picture(loss),
                b.text(
                    "longest arrow {length}",
                    length=b.number(f"longest_{loss.lower()}", decimals=4),
                    tone="quiet",
                ),
            )
            for loss in core.LOSSES
            if self.landscape
        ]
        return Board(
            (
                b.beside(self._chart(), *simplex),
                b.text(
                    "The curve is the sweep of {zj}, the other logits held; its axis ends at "
                    "±1/τ = ±{end}. Where y is sure of a class squared error’s gradient dies, also if "
                    "it is the wrong one; there cross-entropy’s stays.",
                    zj=zj,
                    end=b.number("end", decimals=2),
                    tone="quiet",
                ),
                b.text(
                    "On the simplex of all outputs the arrows go where descent takes y, drawn to "
                    "that triangle’s own longest: near a wrong corner squared error’s vanish first. "
                    "Drag the dot: it goes where one "
                    "logit can take it, straight to a corner or away from it."
                    if simplex
                    else "With n = 3 the simplex of all outputs is drawn here as well.",
                    tone="quiet",
                ),
            ),
            alt="The gradient over the sweep of one logit, and the simplex of all outputs"
            if simplex
            else "The gradient over the sweep of one logit",
        )

    def _chart(self) -> Chart:
        zj = subscript("z", self.j)
        losses = [(loss.lower(), written(loss)) for loss in core.LOSSES]
        return p.chart(
            f"Sweep of {zj}: ∂L/∂{zj}",
            p.axis(
                -10, 10, f"logit {zj}", [(x, f"{x}".replace("-", "−")) for x in (-10, -5, 0, 5, 10)]
            ),
            p.axis(-1.08, 1.08, f"∂L/∂{zj}", [(-1, "−1/τ"), (0, "0"), (1, "1/τ")]),
            [
                p.line(
                    f"curve_{key}",
                    LOG_ODDS,
                    name=row.name,
                    color=row.color,
                    dash=row.dash != "solid",
                )
                for key, row in losses
            ],
            [
                p.mark(p.place("z", self.j), p.place(f"mark_{key}"), row.color)
                for key, row in losses
            ],
            alt=f"The gradient at {zj} under both losses as {zj} goes from −10 to 10: that of squared "
            "error fades at both ends, that of cross-entropy stays large where the output is wrong",
            shift=p.place("center"),
            stretch=p.place("tau"),
        )

    def backdrop(self, grids: Grids, inputs: Inputs) -> Sweeps | None:
        if self.landscape is None:
            return None
        return self.landscape.sweeps(grids["eps"], float(inputs["eps"]))

    def derivations(self) -> tuple[str, str]:
        """How the gradient of each loss comes about, step by step, as Markdown."""
        return (
            formulas.displayed("", *formulas.CROSS_ENTROPY_DERIVATION),
            formulas.displayed("", *formulas.squared_error_derivation(self.reduction)),
        )

    def entries(self, inputs: Inputs, now: Quantities) -> tuple[str, str]:
        """Where it comes to, and with numbers, as Markdown."""
        tau, d = float(inputs["tau"]), digits(self.n)
        inner = float(now["inner_mse"])
        return (
            formulas.displayed(
                "**Cross-entropy**: 1/yᵢ cancels the yᵢ of the Jacobian",
                formulas.CROSS_ENTROPY_GRADIENT,
                formulas.cross_entropy_entry(self.j, now["y"], now["t"], now["dL_dz_ce"], tau, d),
            ),
            formulas.displayed(
                "**Squared error**: nothing cancels, a factor yⱼ stays in front",
                formulas.squared_error_gradient(),
                formulas.squared_error_entry(
                    self.j, now["y"], now["g_mse"], inner, now["dL_dz_mse"], tau, d
                ),
            ),
        )

    def code(self, inputs: Inputs, now: Quantities) -> Code:
        return softmax_code(inputs) + snippets.losses(now["t"], self.reduction)
