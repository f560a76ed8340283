"""Losses: one object a loss in one registry. A new one is a file here and its row in the table.

`base` says what a loss is, each loss has a file, `targets` makes what they are compared with.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Literal

from core.losses.base import LossFunction, Outputs, at_logits, at_outputs
from core.losses.cross_entropy import (
    CrossEntropy,
    cross_entropy,
    cross_entropy_dL_dy,
    cross_entropy_dL_dz,
)
from core.losses.focal import FocalLoss
from core.losses.squared_error import (
    REDUCTIONS,
    Reduction,
    SquaredError,
    squared_error,
    squared_error_dL_dy,
    squared_error_dL_dz,
)
from core.losses.targets import one_hot, smooth
from core.losses.teacher_kl import TeacherKL

LOSS_FUNCTIONS: Mapping[str, type[LossFunction]] = {
    row.code: row for row in (CrossEntropy, SquaredError, FocalLoss, TeacherKL)
}
"""Every loss by its code. Called with its options it is one, as in LOSS_FUNCTIONS["focal"](gamma=1)."""

Loss = Literal["CE", "MSE"]
LOSSES: tuple[Loss, ...] = ("CE", "MSE")
"""The two that are set side by side: cross-entropy, and squared error of the softmax outputs."""


def loss_function(loss: str | LossFunction, **options: object) -> LossFunction:
    """The loss of a code, with those of the options that it has; a loss is handed back as it is.

    Raises ValueError for a code that is not in `LOSS_FUNCTIONS`, or an option out of range.

    >>> loss_function("MSE", reduction="half")
    SquaredError(reduction='half')
    >>> loss_function("CE", reduction="half")
    CrossEntropy()
    """
    if isinstance(loss, LossFunction):
        return loss
    if not isinstance(loss, str) or loss not in LOSS_FUNCTIONS:
        raise ValueError(f"loss: expected one of {tuple(LOSS_FUNCTIONS)}, got {loss!r}")
    row = LOSS_FUNCTIONS[loss]
    own = {field.name for field in fields(row)}
    return row(**{name: value for name, value in options.items() if name in own})


__all__ = [
    "LOSSES",
    "LOSS_FUNCTIONS",
    "REDUCTIONS",
    "Loss",
    "LossFunction",
    "Outputs",
    "Reduction",
    "at_logits",
    "at_outputs",
    "cross_entropy",
    "cross_entropy_dL_dy",
    "cross_entropy_dL_dz",
    "loss_function",
    "one_hot",
    "smooth",
    "squared_error",
    "squared_error_dL_dy",
    "squared_error_dL_dz",
]
