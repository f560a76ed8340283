"""Which formulas are asked for."""

from dataclasses import dataclass

from core.losses import Loss


@dataclass(frozen=True)
class Question:
    """A formula that is asked for."""

    quantity: str
    loss: Loss
    own_upstream: bool
    """Whether ∂L/∂y is given as g; there is no loss then."""
    names: tuple[str, ...]
    """What may stand in it: n is the number of classes."""
    answer: str
    """One that is right."""


QUESTIONS = (
    Question("J", "CE", False, ("z", "y", "n"), "diag(y) - outer(y, y)"),
    Question("dL_dy", "CE", False, ("z", "y", "t", "n"), "-t / y"),
    Question("dL_dz", "CE", True, ("z", "y", "g", "n"), "y * (g - sum(g * y))"),
    Question("dL_dz", "CE", False, ("z", "y", "t", "n"), "y - t"),
    Question("dL_dz", "MSE", False, ("z", "y", "t", "n"), "y * (y - t - sum((y - t) * y))"),
)
