"""What a backward pass starts from, and what is right there, by formula and by measurement."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.inputs import Array
from core.losses import (
    Reduction,
    cross_entropy,
    cross_entropy_dL_dy,
    cross_entropy_dL_dz,
    squared_error,
    squared_error_dL_dy,
    squared_error_dL_dz,
)
from core.softmax import softmax, softmax_jacobian

Loss = Literal["CE", "MSE"]
LOSSES: tuple[Loss, ...] = ("CE", "MSE")
"""Cross-entropy; squared error."""
QUANTITIES = ("y", "J", "dL_dy", "dL_dz", "dL_dW", "dL_db")
"""What a backward pass makes, in its order."""


@dataclass(frozen=True)
class Case:
    """What a backward pass starts from: m rows of n classes."""

    z: Array
    """(m, n)"""
    t: Array | None
    """(m, n)"""
    h: Array | None
    """(m, k) input of the linear layer z = h W + b."""
    loss: Loss
    reduction: Reduction
    batch_mean: bool
    temperature: float
    rows: int
    """m, also where the case is cut down to a few of its rows."""
    across: Array
    whole: Array
    """(m, n) softmax over the rows of the batch, and over all of it at once: two classic mistakes."""
    z_known: bool
    """Whether z was given, and not made from y."""

    def cut(self, rows: Array) -> "Case":
        """The same case with some of its rows; what they owe to the others stays as it was."""
        return replace(
            self,
            z=self.z[rows],
            t=None if self.t is None else self.t[rows],
            h=None if self.h is None else self.h[rows],
            across=self.across[rows],
            whole=self.whole[rows],
        )


def squared_error_factor(case: Case) -> float:
    """2c of ∂L/∂y = 2c (y − t)."""
    n = int(case.z.shape[-1])
    return {"mean": 2 / n, "sum": 2.0, "half": 1.0}[case.reduction]


def right(case: Case, quantity: str) -> Array:
    """The right value of a quantity, by the stable routes of `core.softmax` and `core.losses`."""
    z, t, h, tau, mean = case.z, case.t, case.h, case.temperature, case.batch_mean
    if quantity == "y":
        return softmax(z, tau)
    if quantity == "J":
        return softmax_jacobian(z, tau)
    assert t is not None
    if quantity == "dL_dy":
        y = softmax(z, tau)
        if case.loss == "CE":  # −0/0 is 0: a class that is not the target costs nothing
            return np.where(t == 0, 0.0, cross_entropy_dL_dy(y, t, batch_mean=mean))
        return squared_error_dL_dy(y, t, case.reduction, batch_mean=mean)
    if case.loss == "CE":
        dL_dz = cross_entropy_dL_dz(z, t, tau, batch_mean=mean)
    else:
        dL_dz = squared_error_dL_dz(z, t, tau, case.reduction, batch_mean=mean)
    if quantity == "dL_dW":
        assert h is not None
        return np.asarray(h.T @ dL_dz)
    return dL_dz if quantity == "dL_dz" else np.asarray(dL_dz.sum(axis=0))


def measured(case: Case, quantity: str, index: tuple[int, ...]) -> float | None:
    """An entry of a derivative from the values of the function alone: Im f(x + iε)/ε.

    For ∂L/∂W and ∂L/∂b it is z that moves, by the input of the layer.
    """
    if quantity == "y":
        return None
    step, tau = 1e-30, case.temperature
    mean = case.batch_mean
    if quantity == "J":
        row, i, j = index
        z = case.z[row] + 1j * step * np.eye(case.z.shape[-1])[j]
        return float(softmax(z, tau)[i].imag / step)
    assert case.t is not None
    if quantity == "dL_dy":
        row, j = index
        y, t = softmax(case.z[row], tau).astype(complex), case.t[row]
        y[j] += 1j * step
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = -np.where(t > 0, t * np.log(y), 0).sum()
        L = logs if case.loss == "CE" else squared_error(y, t, case.reduction)
        return float(np.asarray(L).imag / step / (case.rows if mean else 1))
    direction = np.zeros(case.z.shape)
    if quantity == "dL_dz":
        direction[index] = 1
    elif quantity == "dL_dW":
        assert case.h is not None
        direction[:, index[1]] = case.h[:, index[0]]
    else:
        direction[:, index[0]] = 1
    rows = np.flatnonzero(direction.any(axis=1))
    z, t = case.z[rows] + 1j * step * direction[rows], case.t[rows]
    if case.loss == "CE":
        L = cross_entropy(z, t, tau)
    else:
        L = squared_error(softmax(z, tau), t, case.reduction)
    return float(L.sum().imag / step / (case.rows if mean else 1))
