"""What a backward pass starts from, and what is right there, by formula and by measurement."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.inputs import Array
from core.losses import (
    Loss,
    Reduction,
    cross_entropy_dL_dy,
    cross_entropy_dL_dz,
    one_hot,
    squared_error,
    squared_error_dL_dy,
    squared_error_dL_dz,
)
from core.softmax import log_softmax, softmax, softmax_jacobian

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

    @cached_property
    def y(self) -> Array:
        """(m, n) softmax(z/τ), made once for all the mistakes that are tried."""
        return softmax(self.z, self.temperature)

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


def batch_softmaxes(z: Array, tau: float) -> tuple[Array, Array]:
    """`across` and `whole` of a case, both (m, n)."""
    with np.errstate(invalid="ignore"):  # a class that is masked in every row
        across = np.exp((z - z.max(axis=0)) / tau)
        whole = np.exp((z - z.max()) / tau)
        return across / across.sum(axis=0), whole / whole.sum()


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

    For ∂L/∂W and ∂L/∂b it is z that moves, by the input of the layer. None for y, which is no
    derivative, and where the loss is infinite.
    """
    if quantity == "y":
        return None
    step, tau, t = 1e-30j, case.temperature, case.t
    if quantity == "J":
        row, i, j = index
        z = case.z[row] + step * one_hot(j, case.z.shape[-1])
        return float(softmax(z, tau)[i].imag / step.imag)
    assert t is not None
    direction = np.zeros(case.z.shape)
    if quantity in ("dL_dy", "dL_dz"):
        direction[index] = 1
    elif quantity == "dL_db":
        direction[:, index[0]] = 1
    else:
        assert case.h is not None
        direction[:, index[1]] = case.h[:, index[0]]
    rows = np.flatnonzero(direction.any(axis=1))
    z, t, moved = case.z[rows], t[rows], step * direction[rows]
    with np.errstate(divide="ignore", invalid="ignore"):
        if quantity == "dL_dy":
            y = softmax(z, tau) + moved
            log_y = np.log(y)
        else:
            y, log_y = softmax(z + moved, tau), log_softmax(z + moved, tau)
        if case.loss == "CE":
            L = -np.where(t > 0, t * log_y, 0).sum()
        else:
            L = squared_error(y, t, case.reduction).sum()
    derivative = float(np.asarray(L).imag / step.imag / (case.rows if case.batch_mean else 1))
    return derivative if np.isfinite(derivative) else None
