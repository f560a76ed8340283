"""What all instruments about one softmax share: its bars and its code."""

from pages.board import blocks as b
from pages.board.blocks import Block
from pages.instruments.base import Inputs
from pages.notation import snippets
from pages.notation.number_format import digits
from pages.notation.palette import labels
from pages.notation.snippets import Code


def logits_to_outputs(n: int) -> Block:
    """z → y as bars, which are sliders too: what a board of logits begins with."""
    return b.beside(
        b.bars("z", "z", n, title="Logits z", scale=10, signed=True, decimals=1, drag="z"),
        b.symbol("→"),
        b.bars(
            "y",
            "y",
            n,
            title="y = softmax(z/τ)",
            scale=1,
            signed=False,
            decimals=digits(n),
            drag="z",
        ),
    )


def row_times_matrix(n: int, title: str, column: int | None = None) -> Block:
    """g J = ∂L/∂z as a picture; with a column it is outlined, and another may be picked."""
    d, rows, columns, pick = digits(n), labels("y", n), labels("z", n), column is not None
    return b.beside(
        b.matrix("g", ["g"], rows, title="g = ∂L/∂y", shape=f"1×{n}", scale=5, decimals=d),
        b.symbol("·"),
        b.matrix(
            "J",
            rows,
            columns,
            title=title,
            shape=f"{n}×{n}",
            scale=0.25,
            decimals=d,
            column=column,
            pick=pick,
        ),
        b.symbol("="),
        b.matrix(
            "dL_dz",
            ["∂L"],
            columns,
            title="∂L/∂z = g J",
            shape=f"1×{n}",
            scale=1,
            decimals=d,
            column=column,
            pick=pick,
        ),
    )


def softmax_code(inputs: Inputs) -> Code:
    """z, y and J."""
    return snippets.softmax(inputs["z"], float(inputs["tau"]))
