"""One backward pass through softmax, step by step, so that any of its steps can be done wrongly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from core.inputs import Array
from core.losses import (
    Reduction,
    cross_entropy_dL_dy,
    cross_entropy_dL_dz,
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


@dataclass(frozen=True)
class Rank1:
    """J = diag(d) − uᵀv for each row of a batch, never built: softmax's, and every mistaken one."""

    d: Array
    u: Array
    v: Array
    """(m, n)"""

    def vjp(self, g: Array) -> Array:
        """g J, shape (m, n)."""
        return np.asarray(g * self.d - (g * self.u).sum(axis=-1, keepdims=True) * self.v)

    def row_sums(self) -> Array:
        return np.asarray(self.d - self.u * self.v.sum(axis=-1, keepdims=True))

    def diagonal(self) -> Array:
        return np.asarray(self.d - self.u * self.v)

    def matrix(self) -> Array:
        """(m, n, n)"""
        d = self.d[..., None] * np.eye(self.d.shape[-1], dtype=self.d.dtype)
        return np.asarray(d - self.u[..., :, None] * self.v[..., None, :])

    def __mul__(self, factor: float) -> "Rank1":
        return Rank1(self.d * factor, self.u * factor, self.v)


class Pass:
    """The values of a backward pass, as its steps set them."""

    tau: float
    y: Array
    rate: float
    """1/τ, the factor that the temperature leaves in J."""
    J: Rank1
    t: Array
    factor: float
    """1 for cross-entropy, 2c for squared error."""
    slope: Array
    """(m, n) ∂L/∂y without the factors below."""
    share: float
    """1/m for the mean over the batch, or 1."""
    sign: float
    dL_dy: Array
    dL_dz: Array
    dL_dW: Array
    dL_db: Array
    layout: str
    """Whether the rows of a batch, or of W, are printed as rows or as columns."""

    def __init__(self, case: Case):
        self.case = case
        if case.t is not None:
            self.target = case.t
        if case.h is not None:
            self.h = case.h


Step = Callable[[Pass], Any]

# The floor keeps t/y finite where y underflows; y t/y = t is right there, where 0 · inf is nan.
STEPS: dict[str, Step] = {
    "tau": lambda p: p.case.temperature,
    "y": lambda p: np.maximum(softmax(p.case.z, p.tau), np.finfo(float).tiny),
    "rate": lambda p: 1 / p.tau,
    "J": lambda p: Rank1(p.y, p.y, p.y) * p.rate,
    "t": lambda p: p.target.astype(p.y.dtype),
    "factor": lambda p: 1.0 if p.case.loss == "CE" else squared_error_factor(p.case),
    "slope": lambda p: -p.t / p.y if p.case.loss == "CE" else p.y - p.t,
    "share": lambda p: 1 / p.case.rows if p.case.batch_mean else 1.0,
    "sign": lambda p: 1.0,
    "dL_dy": lambda p: p.sign * p.share * p.factor * p.slope,
    "dL_dz": lambda p: p.J.vjp(p.dL_dy),
    "dL_dW": lambda p: p.h.T @ p.dL_dz,
    "dL_db": lambda p: p.dL_dz.sum(axis=0),
    "layout": lambda p: "rows",
}
"""The right pass. A mistake replaces one of its steps."""
_ALL, _LATER = QUANTITIES, ("dL_dz", "dL_dW", "dL_db")
AFFECTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("tau", "y", "layout"), _ALL),
    **dict.fromkeys(("rate", "J"), ("J", *_LATER)),
    **dict.fromkeys(("t", "slope", "factor", "share", "sign", "dL_dy"), ("dL_dy", *_LATER)),
    "dL_dz": _LATER,
    "dL_dW": ("dL_dW",),
    "dL_db": ("dL_db",),
}
"""The quantities that each step has a part in."""


def squared_error_factor(case: Case) -> float:
    """2c of ∂L/∂y = 2c (y − t)."""
    n = int(case.z.shape[-1])
    return {"mean": 2 / n, "sum": 2.0, "half": 1.0}[case.reduction]


def backward(case: Case, wrong: Mapping[str, Step], quantity: str) -> Array:
    """(m, n), (m, n, n), (k, n) or (n,): a quantity, with some of the steps replaced by wrong ones."""
    p = Pass(case)
    with np.errstate(all="ignore"):  # wrong formulas overflow, and make nan, where they like
        for name, step in STEPS.items():
            if quantity in AFFECTS[name]:
                setattr(p, name, wrong.get(name, step)(p))
        found = getattr(p, quantity)
        found = np.asarray(found.matrix() if quantity == "J" else found)
    return found.swapaxes(-1, -2) if p.layout == "columns" and found.ndim > 1 else found


def always(case: Case) -> bool:
    return True


@dataclass(frozen=True)
class Mistake:
    """A step of the backward pass done wrongly."""

    name: str
    """Short and stable."""
    step: str
    """The one of `STEPS` that it replaces."""
    wrong: Step
    """Its formula."""
    title: str
    """What was done, as the end of the sentence "this is what you get when …"."""
    explanation: str
    """Two or three sentences."""
    fix: str
    """One line of code."""
    see: str
    """Page and state of the explorer that show it, as in a link."""
    applies: Callable[[Case], bool] = always
    """Whether it can be made there at all."""
    needs_z: bool = False
    """Whether y is not enough to tell: y leaves a constant in z open."""

    @property
    def quantities(self) -> tuple[str, ...]:
        """Those that it can change."""
        return AFFECTS[self.step]


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


def magnitude(
    case: Case,
    quantity: str,
    dy: Array | float = 0.0,
    dt: Array | float = 0.0,
    dh: Array | float = 0.0,
) -> Array:
    """The sum of |terms| that each entry is made of: round-off is a few units of it.

    The same pass, with every subtraction turned into an addition. It grows with each of its inputs,
    so that what errors dy, dt and dh can do is no more than what they add to it.
    """
    size = replace(case, h=None if case.h is None else np.abs(case.h) + dh)
    added: dict[str, Step] = {
        "y": lambda p: STEPS["y"](p) + dy,
        "J": lambda p: Rank1(p.y, -p.y, p.y) * p.rate,
        "t": lambda p: p.target + dt,
        "slope": lambda p: p.y + p.t,
    }
    if case.loss == "CE":  # y and 1/y cancel on the way to ∂L/∂z, and so do their errors
        added["slope"] = lambda p: np.where(p.t == 0, 0.0, p.t / np.maximum(p.y - 2 * dy, 0.0))
        added["dL_dz"] = lambda p: p.share * p.rate * (p.y * p.t.sum(axis=-1, keepdims=True) + p.t)
    return backward(size, added, quantity)
