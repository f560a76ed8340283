"""The puzzle: A + B = J with its row sums, and what becomes of them once g comes from a loss."""

from dataclasses import dataclass
from typing import ClassVar

import core
from core.inputs import Array
from core.upstream import Upstream
from pages.board import blocks as b
from pages.board.blocks import Board
from pages.instruments.base import Inputs, LinkedInstrument, Quantities, State
from pages.instruments.softmax import logits_to_outputs, row_times_matrix, softmax_code
from pages.notation.losses import written
from pages.notation.number_format import digits
from pages.notation.palette import labels
from pages.notation.snippets import Code, Upstreamed, product


@dataclass(frozen=True)
class Puzzle(LinkedInstrument):
    """For n classes; the product with g is there once the question is answered."""

    choices: ClassVar = ("n", "answer", "ask", "t")

    n: int
    answered: bool = False
    upstream: Upstream = "ones"
    target: int = 0
    """Class from 0."""

    @classmethod
    def at(cls, state: State) -> "Puzzle":
        """The choices of a state."""
        return cls(
            n=state["n"],
            answered=state.get("answer") is not None,
            upstream=state.get("ask", "ones"),
            target=int(state.get("t", "1")) - 1,
        )

    @property
    def sliders(self) -> dict[str, int | None]:
        return {"z": self.n, "tau": None}

    def numbers(self, z: Array, tau: Array) -> Quantities:
        soft = core.softmax_record(z, tau)
        shown = {
            "z": z,
            "y": soft.y,
            "A": soft.A,
            "B": soft.B,
            "J": soft.J,
            "row_sums": soft.row_sums,
        }
        if not self.answered:
            return shown
        t = core.one_hot(self.target, self.n)
        g = core.upstream_gradient(self.upstream, soft.y, t=t)
        return {**shown, "g": g, "dL_dz": core.softmax_vjp(soft, g)}

    def blocks(self) -> dict[str, Board]:
        boards = {"puzzle_board": self._sum_of_parts()}
        return {**boards, "product_board": self._product()} if self.answered else boards

    def _sum_of_parts(self) -> Board:
        d, rows, columns = digits(self.n), labels("y", self.n), labels("z", self.n)
        shape = f"{self.n}×{self.n}"
        return Board(
            (
                logits_to_outputs(self.n),
                b.beside(
                    b.matrix(
                        "A",
                        rows,
                        columns,
                        title="A: yᵢ(1 − yᵢ)",
                        shape=shape,
                        scale=0.25,
                        decimals=d,
                    ),
                    b.symbol("+"),
                    b.matrix(
                        "B", rows, columns, title="B: −yᵢyⱼ", shape=shape, scale=0.25, decimals=d
                    ),
                    b.symbol("="),
                    b.matrix(
                        "J",
                        rows,
                        columns,
                        title="A + B",
                        shape=shape,
                        scale=0.25,
                        decimals=d,
                        row_sums="row_sums",
                    ),
                ),
            ),
            alt="Logits, softmax outputs, and the matrices A, B and A + B with its row sums",
        )

    def _product(self) -> Board:
        loss, verdict = WORDS[self.upstream]
        return Board(
            (
                row_times_matrix(self.n, "J"),
                b.text("{loss}: {verdict}", loss=loss, verdict=verdict, tone="key"),
            ),
            alt="The upstream gradient times the Jacobian",
        )

    def code(self, inputs: Inputs, now: Quantities) -> Code:
        code = softmax_code(inputs)
        if not self.answered:
            return code
        t = core.one_hot(self.target, self.n)
        return code + product(Upstreamed(self.upstream, t, "mean", 0, now["g"]))


WORDS = {
    "ones": ("L = Σyᵢ", "a constant, so its gradient is zero. Switch g to a loss."),
    "CE": (
        written("CE").L,
        "the gradient is alive. It is (y − t)/τ: raise the logit of the target, lower the others "
        "by as much as they were believed.",
    ),
    "MSE": (
        written("MSE", "mean").L,
        "the gradient is alive, but smaller: a factor y stays in front of it. The page MSE vs "
        "cross-entropy shows what that costs.",
    ),
}
"""Of each g that the puzzle offers: its L, and what is to be seen."""
