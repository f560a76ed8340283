"""What all instruments about one softmax share: its bars and its code."""

from pages.board import blocks as b
from pages.board.blocks import Block
from pages.instruments.base import Inputs
from pages.notation import snippets
from pages.notation.number_format import digits
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


def softmax_code(inputs: Inputs) -> Code:
    """z, y and J."""
    return snippets.softmax(inputs["z"], float(inputs["tau"]))
