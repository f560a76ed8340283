"""Jacobian: every entry of ∂y/∂z, what it predicts for a nudge, and what is true of the whole."""

from dataclasses import dataclass
from typing import ClassVar

import core
from core.inputs import Array
from pages.board import blocks as b
from pages.board.blocks import Board
from pages.instruments.base import Inputs, LinkedInstrument, Quantities, State
from pages.instruments.softmax import logits_to_outputs, softmax_code
from pages.notation import formulas, snippets
from pages.notation.number_format import digits
from pages.notation.palette import labels, subscript
from pages.notation.snippets import Code
from pages.state.controls import class_name

REGIMES = (
    "spread out, and J is still large",
    "leaning to one side, and J is losing size",
    "saturated, and nearly every entry of J close to zero",
)


@dataclass(frozen=True)
class Jacobian(LinkedInstrument):
    """For n classes, with output i and logit j picked, from 0."""

    choices: ClassVar = ("n", "i", "j")

    n: int
    i: int = 0
    j: int = 1

    @classmethod
    def at(cls, state: State) -> "Jacobian":
        """The choices of a state."""
        return cls(n=state["n"], i=int(state["i"]) - 1, j=int(state["j"]) - 1)

    def picked(self, quantity: str, row: int, column: int) -> dict[str, str]:
        return {"i": class_name(row), "j": class_name(column)}

    @property
    def sliders(self) -> dict[str, int | None]:
        return {"z": self.n, "tau": None, "nudge": None}

    def numbers(self, z: Array, tau: Array, nudge: Array) -> Quantities:
        soft = core.softmax_record(z, tau)
        facts, nudged = core.jacobian_facts(soft), core.nudge_record(z, self.j, nudge, tau)
        return {
            "z": z,
            "y": soft.y,
            "J": soft.J,
            "row_sums": facts.row_sums,
            "column_sums": facts.column_sums,
            "predicted": nudged.predicted,
            "actual": nudged.actual,
            "difference": nudged.difference,
            "asymmetry": facts.asymmetry,
            "rank": facts.rank,
            "eigenvalues": facts.eigenvalues,
            "spectral_norm": facts.spectral_norm,
            "spectral_norm_bound": facts.spectral_norm_bound,
            "saturation": facts.saturation,
            "regime": facts.regime,
        }

    def blocks(self) -> dict[str, Board]:
        return {
            "jacobian_board": self._matrix(),
            "nudge_board": self._nudge(),
            "facts_board": self._facts(),
        }

    def _matrix(self) -> Board:
        n, i, j, d = self.n, self.i, self.j, digits(self.n)
        yi, zj = subscript("y", i), subscript("z", j)
        return Board(
            (
                b.beside(
                    logits_to_outputs(n),
                    b.matrix(
                        "J",
                        labels("y", n),
                        labels("z", n),
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
                ),
                b.text(
                    "Row {row} is ∇{yi}, the gradient of one output. Column {column} is what "
                    "nudging {zj} does to every output. They meet at ∂{yi}/∂{zj} = {J}.",
                    row=i + 1,
                    column=j + 1,
                    yi=yi,
                    zj=zj,
                    J=b.number("J", i, j, sign=True, decimals=d),
                    tone="key",
                ),
            ),
            alt="The Jacobian as a heatmap with numbers",
        )

    def _nudge(self) -> Board:
        return Board(
            (
                b.vectors(
                    [
                        (f"predicted: column {self.j + 1} of J times δ", "predicted", 0.5),
                        ("true change of y", "actual", 0.5),
                        ("true − predicted", "difference", 0.5),
                    ],
                    labels("y", self.n),
                    title=f"Change of y when {subscript('z', self.j)} moves by δ",
                    decimals=digits(self.n),
                ),
                b.text(
                    "The prediction is a straight line along J. It is good for a small δ; "
                    "the error grows with δ².",
                    tone="quiet",
                ),
            ),
            alt="The change of y predicted by the Jacobian beside the true change",
        )

    def _facts(self) -> Board:
        n, d, num = self.n, digits(self.n), b.number
        eigenvalues = [num("eigenvalues", k, decimals=d) for k in range(n)]
        return Board(
            (
                b.text(
                    "Symmetric: ∂yᵢ/∂zⱼ = ∂yⱼ/∂zᵢ; the largest difference is {asymmetry}.",
                    asymmetry=num("asymmetry"),
                ),
                b.text(
                    "Every row sums to zero (moving all logits together changes nothing) and every "
                    "column too (the outputs always add up to 1)."
                ),
                b.text(
                    "So one direction is lost: the rank is {rank}, not {n}.",
                    rank=num("rank", decimals=0),
                    n=n,
                ),
                b.text(
                    "Eigenvalues {all}: none is negative. (0 is written for what is below 10⁻¹².)",
                    all=eigenvalues,
                ),
                b.text(
                    "No product g J is longer than {norm} times g (the spectral norm); it can never "
                    "exceed 1/(2τ) = {bound}.",
                    norm=num("spectral_norm", decimals=d),
                    bound=num("spectral_norm_bound", decimals=d),
                ),
                b.text(
                    "Saturation {saturation} of 1: y is {regime}.",
                    saturation=num("saturation", decimals=d),
                    regime=b.wording("regime", REGIMES),
                ),
            ),
            alt="Facts about the Jacobian",
        )

    def formula(self, inputs: Inputs, now: Quantities) -> str:
        """The picked entry as LaTeX, with its numbers."""
        return formulas.jacobian_entry(
            self.i, self.j, now["y"], now["J"], float(inputs["tau"]), digits(self.n)
        )

    def code(self, inputs: Inputs, now: Quantities) -> Code:
        return softmax_code(inputs) + snippets.nudge(self.j, float(inputs["nudge"]))
