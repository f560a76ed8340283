"""What a backward pass starts from, and what is right there, by formula and by measurement."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Literal

import numpy as np

from core.diagnosis.settings import Target
from core.inputs import Array
from core.losses import Loss, LossFunction, Outputs, Reduction, loss_function, one_hot
from core.softmax import SoftmaxRecord, log_softmax, softmax, softmax_record, unchecked_record

QUANTITIES = ("y", "J", "dL_dy", "dL_dz", "dL_dW", "dL_db")
"""What a backward pass makes, in its order."""
OutputsOf = Literal["softmax", "log_softmax"]
OUTPUTS_OF: tuple[OutputsOf, ...] = ("softmax", "log_softmax")
"""What makes the outputs of the logits; g is the gradient at these outputs, and J theirs."""


@dataclass(frozen=True)
class Case:
    """What a backward pass starts from: m rows of n classes."""

    z: Array
    """(m, n)"""
    t: Array | None
    """(m, n)"""
    h: Array | None
    """(m, k) input of the linear layer z = h W + b."""
    g: Array | None
    """(m, n) an upstream gradient of one's own; there is no loss and no target then."""
    loss: Loss | Literal["focal"]
    reduction: Reduction
    batch_mean: bool
    temperature: float
    lead: tuple[int, ...]
    """The axes that its rows come from: (m,), or (batch, tokens); also where it is cut down."""
    z_known: bool
    """Whether z was given, and not made from y."""
    log: bool = False
    """Whether the outputs are log y, of log-softmax."""
    told: Target | None = None
    """What t was made of: weights, smoothing, rows that do not count; None for a target as it stands."""
    loss_weight: float = 1.0
    """A factor of the whole loss."""
    gamma: float = 0.0
    """γ of the focal loss."""
    z_loss: float = 0.0
    """λ of λ (log Σ exp(z/τ))² that each row adds."""
    raw: Array | None = None
    """(m, n) the logits before a soft cap, of which z = c tanh(raw/c) was made."""
    cap: float = np.inf
    """c"""
    origin: "Case | None" = None
    chosen: Array | None = None
    """The case that it was cut from, and the rows of it that are left."""

    def at(self, z: Array) -> "Case":
        """The same at other logits, as they are before a soft cap."""
        return replace(self, z=self.capped(z), raw=None if self.raw is None else z)

    @property
    def logits(self) -> Array:
        """(m, n) as they are before a soft cap, if there is one."""
        return self.z if self.raw is None else self.raw

    def capped(self, z: Array) -> Array:
        """What a soft cap makes of logits; complex ones too."""
        return z if self.raw is None else np.asarray(self.cap * np.tanh(z / self.cap))

    @cached_property
    def slope(self) -> Array:
        """(m, n) of the soft cap at the logits, 1 − tanh²; () 1 without one."""
        if self.raw is None:
            return np.ones(())
        with np.errstate(over="ignore"):
            return np.asarray(np.cosh(self.raw / self.cap) ** -2.0)

    @cached_property
    def lse(self) -> Array:
        """(m, 1) log Σ exp(z/τ)."""
        return _log_sum_exp(self.z / self.temperature, self.soft.log_y)

    def z_loss_dL_dz(self, y: Array, lse: Array | None = None) -> Array:
        """(m, n) what each row's z-loss adds to ∂L/∂z, 2 λ log Σ exp(z/τ) y/τ, at some outputs.

        Source: Chowdhery et al. 2022, arXiv:2204.02311, section 5.
        """
        lse = self.lse if lse is None else lse
        return np.asarray(self.within_row * 2 * self.z_loss * lse * y / self.temperature)

    @property
    def weights_of_rows(self) -> Array:
        """(m, 1), or () where all count alike; 0 of one that is ignored."""
        return np.ones(()) if self.told is None else self.told.rows

    @property
    def by_row(self) -> Array:
        """What each row's loss is multiplied by, where its weight is not in the target; else () 1."""
        return self.weights_of_rows if self.loss == "MSE" else np.ones(())

    @property
    def within_row(self) -> Array:
        """What of a row's weight is not in the factor above: what a z-loss has to carry, as the target does."""
        return np.ones(()) if self.loss == "MSE" else self.weights_of_rows

    @property
    def balanced(self) -> bool:
        """Whether each row of a right ∂L/∂z, and of J, sums to 0: moving all logits changes nothing."""
        return self.raw is None and self.z_loss == 0

    @cached_property
    def sums_to_1(self) -> bool:
        """Whether each row of the target does."""
        return self.t is not None and bool((np.abs(self.t.sum(axis=-1) - 1) <= 1e-3).all())

    @property
    def rows(self) -> int:
        """m, also where the case is cut down to a few of its rows."""
        return prod(self.lead)

    @property
    def counted(self) -> float:
        """What the mean over the rows divides by."""
        return float(self.rows if self.told is None else self.told.counted)

    @property
    def share(self) -> float:
        """What the loss of a row counts for in the whole; of an upstream gradient, 1."""
        if self.g is not None:
            return 1.0
        return self.loss_weight / (self.counted if self.batch_mean else 1.0)

    @cached_property
    def soft(self) -> SoftmaxRecord:
        """softmax(z/τ), made once for all the mistakes that are tried."""
        return unchecked_record(self.z, np.array([self.temperature]))

    @property
    def y(self) -> Array:
        """(m, n)"""
        return self.soft.y

    @cached_property
    def sizes(self) -> dict[str, Array]:
        """Of each quantity the size of its terms, once it is known."""
        return {}

    @property
    def singular(self) -> bool:
        """Whether ∂L/∂y grows without bound where an output is small."""
        return self.g is None and not self.log and self.loss_function.singular

    @cached_property
    def loss_function(self) -> LossFunction:
        """The loss with its options."""
        return loss_function(self.loss, reduction=self.reduction, gamma=self.gamma)

    def cut(self, rows: Array) -> "Case":
        """The same case with some of its rows; what they owe to the others stays as it was."""
        return replace(
            self,
            z=self.z[rows],
            raw=None if self.raw is None else self.raw[rows],
            t=None if self.t is None else self.t[rows],
            told=None if self.told is None else self.told.cut(rows),
            h=None if self.h is None else self.h[rows],
            g=None if self.g is None else self.g[rows],
            origin=self.origin or self,
            chosen=(np.arange(self.rows) if self.chosen is None else self.chosen)[rows],
        )

    @cached_property
    def across(self) -> Array:
        """(m, n) softmax along the first axis of the batch."""
        return self._softmax_along(0)

    @cached_property
    def inner(self) -> Array:
        """(m, n) softmax along the last axis of the batch, that of tokens."""
        return self._softmax_along(len(self.lead) - 1)

    @cached_property
    def whole(self) -> Array:
        """(m, n) softmax over all of the batch at once."""
        return self._softmax_along(None)

    def _softmax_along(self, axis: int | None) -> Array:
        case = self.origin or self
        z = case.z.reshape(*self.lead, -1)
        with np.errstate(invalid="ignore"):  # a class that is masked in every row
            e = np.exp((z - z.max(axis=axis, keepdims=True)) / self.temperature)
            y = e / e.sum(axis=axis, keepdims=True)
        y = y.reshape(case.z.shape)
        return np.asarray(y if self.chosen is None else y[self.chosen])


def right(case: Case, quantity: str) -> Array:
    """The right value of a quantity, by the stable routes of `core.softmax` and `core.losses`."""
    soft, t, h, g = case.soft, case.t, case.h, case.g
    if quantity == "y":
        return soft.log_y if case.log else soft.y
    if quantity == "J":
        J = (np.eye(case.z.shape[-1]) - soft.y[:, None, :]) / soft.tau if case.log else soft.J
        return J * case.slope[:, None] if case.slope.ndim else J
    if g is not None:
        dL_dz = soft.vjp(g)
        if case.log:
            dL_dz = (g - soft.y * g.sum(axis=-1, keepdims=True)) / soft.tau
        dL_dz = dL_dz * case.slope
    else:
        assert t is not None
        dL_dz = case.loss_function.dL_dz(soft, t)
        if case.z_loss:
            dL_dz = dL_dz + case.z_loss_dL_dz(soft.y)
        dL_dz = dL_dz * case.slope * (case.share * case.by_row)
    if quantity == "dL_dy":
        return _upstream(case) * (case.share * case.by_row)
    if quantity == "dL_dW":
        assert h is not None
        return np.asarray(h.T @ dL_dz)
    return dL_dz if quantity == "dL_dz" else np.asarray(dL_dz.sum(axis=0))


def _log_sum_exp(x: Array, log_y: Array) -> Array:
    """(…, 1) of each row, whose log-softmax is known; complex ones too."""
    top = x.real.argmax(axis=-1, keepdims=True)
    of_x, of_y = (np.take_along_axis(v, top, -1) for v in (x, log_y))
    return np.asarray(of_x - of_y)


def loss_values(case: Case, z: Array, rows: Array | slice = slice(None)) -> Array:
    """(r,) the loss of some rows at other logits, complex ones too, without the factor `share`."""
    by_row = _of_rows(case.by_row, rows)
    assert case.t is not None
    z = case.capped(z)
    values = case.loss_function.value(softmax_record(z, case.temperature), case.t[rows])
    if not case.z_loss:
        return np.asarray(values * by_row)
    lse = _log_sum_exp(z / case.temperature, log_softmax(z, case.temperature))
    of_z = _of_rows(case.within_row, rows) * case.z_loss * lse[:, 0] ** 2
    return np.asarray((values + of_z) * by_row)


def _of_rows(weights: Array, rows: Array | slice) -> Array:
    """(r,) those of some rows, (m, 1) of all; or () where all count alike."""
    return weights[rows, 0] if weights.ndim else weights


def _upstream(case: Case) -> Array:
    """∂L/∂y of the loss, or ∂L/∂(log y), without the mean over the batch."""
    assert case.t is not None
    if case.log:
        return -case.t
    g = case.loss_function.dL_dy(case.soft, case.t)
    # −0/0 is 0: a class that is not the target costs nothing.
    return np.where(case.t == 0, 0.0, g) if case.singular else g


def measured(case: Case, quantity: str, index: tuple[int, ...]) -> float | None:
    """An entry of a derivative from the values of the function alone: Im f(x + iε)/ε.

    For ∂L/∂W and ∂L/∂b it is z that moves, by the input of the layer. None for y, which is no
    derivative, and where the loss is infinite.
    """
    if quantity == "y":
        return None
    step, tau, t = 1e-30j, case.temperature, case.t
    outputs = log_softmax if case.log else softmax
    raw = case.logits
    if quantity == "J":
        row, i, j = index
        z = case.capped(raw[row] + step * one_hot(j, case.z.shape[-1]))
        return float(outputs(z, tau)[i].imag / step.imag)
    direction = np.zeros(case.z.shape)
    if quantity in ("dL_dy", "dL_dz"):
        direction[index] = 1
    elif quantity == "dL_db":
        direction[:, index[0]] = 1
    else:
        assert case.h is not None
        direction[:, index[1]] = case.h[:, index[0]]
    rows = np.flatnonzero(direction.any(axis=1))
    z, moved = case.z[rows], step * direction[rows]
    with np.errstate(divide="ignore", invalid="ignore"):
        if case.g is not None:
            L = (case.g[rows] * outputs(case.capped(raw[rows] + moved), tau)).sum()
        else:
            assert t is not None
            if quantity == "dL_dy" and case.log:
                L = -(t[rows] * (log_softmax(z, tau) + moved)).sum()
            elif quantity == "dL_dy":
                at = Outputs(softmax(z, tau) + moved, np.array([tau]))
                L = (case.loss_function.value(at, t[rows]) * _of_rows(case.by_row, rows)).sum()
            else:
                L = loss_values(case, raw[rows] + moved, rows).sum()
    derivative = float(np.asarray(L).imag / step.imag * case.share)
    return derivative if np.isfinite(derivative) else None
