"""How each loss is written: one row each, and every word, formula, line of code and colour of it."""

from dataclasses import dataclass

from core.losses import Loss, Reduction


@dataclass(frozen=True)
class Written:
    """One loss, with one value of its option."""

    name: str
    """In full, as within a sentence."""
    L: str
    g: str
    """L and gᵢ = ∂L/∂yᵢ on one line of text."""
    factor: str
    """What stands in front of gᵢ's own term, in LaTeX."""
    code: str
    """L of arrays y and t in NumPy; in PyTorch it is this with `torch` for `np`."""
    g_code: str
    """g of arrays y and t in NumPy."""
    color: str
    dash: str
    """Of its line in charts, so that colour is not alone in telling losses apart."""

    @property
    def torch(self) -> str:
        """L of tensors y and t."""
        return self.code.replace("np.", "torch.")


def _squared_error(L: str, g: str, factor: str, code: str, g_code: str) -> Written:
    return Written("squared error", L, g, factor, code, g_code, color="#D55E00", dash="dash")


LOSSES: dict[Loss, dict[Reduction | None, Written]] = {
    "CE": {
        None: Written(
            name="cross-entropy",
            L="L = −Σ tᵢ log yᵢ",
            g="gᵢ = −tᵢ/yᵢ",
            factor="",
            code="-(t * np.log(y)).sum()",
            g_code="-t / y",
            color="#0072B2",
            dash="solid",
        )
    },
    "MSE": {
        "mean": _squared_error(
            "L = 1/n Σ(yᵢ − tᵢ)²",
            "gᵢ = 2/n (yᵢ − tᵢ)",
            r"\frac{2}{n}",
            "((y - t) ** 2).mean()",
            "2 * (y - t) / len(y)",
        ),
        "sum": _squared_error(
            "L = Σ(yᵢ − tᵢ)²", "gᵢ = 2 (yᵢ − tᵢ)", "2", "((y - t) ** 2).sum()", "2 * (y - t)"
        ),
        "half": _squared_error(
            "L = ½Σ(yᵢ − tᵢ)²", "gᵢ = yᵢ − tᵢ", "", "((y - t) ** 2).sum() / 2", "y - t"
        ),
    },
}
"""By the loss and the value of its option: the reduction of squared error."""


def written(loss: Loss, option: Reduction | None = None) -> Written:
    """The row of a loss; an option that it does not have is not looked at."""
    rows = LOSSES[loss]
    return rows[option] if option in rows else next(iter(rows.values()))
