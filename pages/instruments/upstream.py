"""Upstream product: g (1×n) times J (n×n) is ∂L/∂z (1×n), term by term and in both layouts."""

from dataclasses import dataclass
from typing import ClassVar

import core
from core.inputs import Array
from core.losses import Reduction
from core.upstream import Upstream
from pages.board import blocks as b
from pages.board.blocks import Board
from pages.instruments.base import Inputs, LinkedInstrument, Quantities, State
from pages.instruments.softmax import logits_to_outputs, row_times_matrix, softmax_code
from pages.notation import formulas, snippets
from pages.notation.losses import written
from pages.notation.number_format import digits
from pages.notation.palette import labels, subscript
from pages.notation.snippets import Code, Upstreamed
from pages.state.controls import class_name


@dataclass(frozen=True)
class UpstreamProduct(LinkedInstrument):
    """For n classes and a kind of g, with logit j picked; classes from 0."""

    choices: ClassVar = ("n", "t", "mse", "j", "up", "i")

    n: int
    target: int = 0
    reduction: Reduction = "mean"
    upstream: Upstream = "CE"
    row: int = 0
    """Of which y is L, for the kind "row"."""
    j: int = 1

    @classmethod
    def at(cls, state: State) -> "UpstreamProduct":
        """The choices of a state."""
        return cls(
            n=state["n"],
            target=int(state["t"]) - 1,
            reduction=state["mse"],
            upstream=state["up"],
            row=int(state["i"]) - 1 if state["up"] == "row" else 0,
            j=int(state["j"]) - 1,
        )

    def picked(self, quantity: str, row: int, column: int) -> dict[str, str]:
        return {"j": class_name(column)}

    @property
    def sliders(self) -> dict[str, int | None]:
        own: dict[str, int | None] = {"g": self.n} if self.upstream == "custom" else {}
        return {"z": self.n, "tau": None, "eps": None, **own}

    def numbers(self, z: Array, tau: Array, eps: Array, g: Array | None = None) -> Quantities:
        soft, t = core.softmax_record(z, tau), self._t(eps)
        upstream = core.upstream_gradient(
            self.upstream, soft.y, t=t, reduction=self.reduction, row=self.row, custom=g
        )
        product = core.product_record(soft, upstream)
        return {
            "z": z,
            "y": soft.y,
            "g": product.g,
            "J": soft.J,
            "dL_dz": product.dL_dz,
            "J_column": soft.J[..., self.j],
            "terms": product.terms[..., self.j],
            "running": product.running[..., self.j],
            "by_matrix": product.by_matrix,
            "by_terms": product.by_terms,
            "disagreement": product.disagreement,
        }

    def _t(self, eps: Array) -> Array:
        return core.smooth(core.one_hot(self.target, self.n), eps)

    @property
    def source(self) -> str:
        """Where g comes from, in words."""
        return {
            "CE": f"cross-entropy, {written('CE').g}",
            "MSE": f"squared error ({self.reduction})",
            "ones": "L = Σyᵢ, a constant: the puzzle’s zeros",
            "row": f"L = {subscript('y', self.row)} alone: the product is row {self.row + 1} of J",
            "custom": "your own numbers",
        }[self.upstream]

    def blocks(self) -> dict[str, Board]:
        return {
            "upstream_board": self._product(),
            "routes_board": self._routes(),
            "layout_board": self._columns(),
        }

    def _product(self) -> Board:
        j, d, zj = self.j, digits(self.n), subscript("z", self.j)
        return Board(
            (
                logits_to_outputs(self.n),
                row_times_matrix(self.n, "J = ∂y/∂z", column=j),
                b.text(
                    "g comes from {source}. Pick a column to see how its sum comes about.",
                    source=self.source,
                ),
                b.vectors(
                    [
                        ("gᵢ", "g", 5),
                        (f"Jᵢⱼ in column {j + 1}", "J_column", 0.25),
                        ("term gᵢ · Jᵢⱼ", "terms", 1),
                        ("running total", "running", 1),
                    ],
                    labels("y", self.n),
                    title=f"∂L/∂{zj}, term by term",
                    decimals=d,
                ),
                b.text(
                    "The last running total is ∂L/∂{zj} = {total}. Gradient descent subtracts it, times "
                    "the learning rate, from {zj}.",
                    zj=zj,
                    total=b.number("dL_dz", j, sign=True, decimals=d),
                    tone="key",
                ),
            ),
            alt="The product of the upstream gradient and the Jacobian",
        )

    def _routes(self) -> Board:
        return Board(
            (
                b.vectors(
                    [
                        ("matrix product g J", "by_matrix", 1),
                        ("sum of terms Σᵢ gᵢJᵢⱼ", "by_terms", 1),
                        ("y ⊙ (g − ⟨g, y⟩)/τ", "dL_dz", 1),
                    ],
                    labels("z", self.n),
                    title="∂L/∂z",
                    decimals=digits(self.n),
                ),
                b.text(
                    "The largest difference between them is {disagreement}: round-off. The third route never builds J: n numbers of work and memory "
                    "instead of n², which is what deep-learning libraries run.",
                    disagreement=b.number("disagreement"),
                    tone="quiet",
                ),
            ),
            alt="Three routes to the product",
        )

    def _columns(self) -> Board:
        n, d, rows, columns = self.n, digits(self.n), labels("y", self.n), labels("z", self.n)
        return Board(
            (
                b.beside(
                    b.matrix(
                        "J", columns, rows, title="Jᵀ", shape=f"{n}×{n}", scale=0.25, decimals=d
                    ),
                    b.symbol("·"),
                    b.matrix("g", rows, ["gᵀ"], title="gᵀ", shape=f"{n}×1", scale=5, decimals=d),
                    b.symbol("="),
                    b.matrix(
                        "dL_dz",
                        columns,
                        ["∂L"],
                        title="(∂L/∂z)ᵀ = Jᵀgᵀ",
                        shape=f"{n}×1",
                        scale=1,
                        decimals=d,
                    ),
                ),
                b.text(
                    "Books that write vectors as columns have Jᵀg where this page has g J: the same "
                    "numbers as a column. They are easily mixed up here because J is symmetric, "
                    "so that a wrong transpose goes unnoticed. At the next layer it does not: for "
                    "z = h W + b it is ∂L/∂h = ∂L/∂z Wᵀ, and W is not even square.",
                    tone="quiet",
                ),
            ),
            alt="The same product with column vectors",
        )

    def formula(self, now: Quantities) -> str:
        """The picked entry of the product as LaTeX, term by term."""
        return formulas.product_entry(self.j, now["g"], now["J"], now["dL_dz"], digits(self.n))

    def code(self, inputs: Inputs, now: Quantities) -> Code:
        up = Upstreamed(self.upstream, self._t(inputs["eps"]), self.reduction, self.row, now["g"])
        return softmax_code(inputs) + snippets.product(up)
