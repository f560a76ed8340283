"""What all instruments about one softmax share: its bars and its code."""

from pages.board import blocks as b
from pages.board.blocks import Block
from pages.instruments.base import Inputs
from pages.notation import snippets
from pages.notation.number_format import digits
from pages.notation.snippets import Code


def logits_to_outputs(n: int, *, arrow: bool = False) -> list[Block]:
    """z and y as bars that can be dragged."""
    bars: list[Block] = [
        b.bars("z", "z", n, title="Logits z", scale=10, signed=True, decimals=1, drag="z"),
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
    ]
    return [bars[0], b.symbol("→"), bars[1]] if arrow else bars


def softmax_code(inputs: Inputs) -> Code:
    """z, y and J."""
    return snippets.softmax(inputs["z"], float(inputs["tau"]))
