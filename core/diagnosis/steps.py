"""One backward pass through softmax, step by step, so that any of its steps can be done wrongly."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from core.diagnosis.case import QUANTITIES, Case
from core.inputs import Array
from core.losses import Outputs
from core.losses.squared_error import SquaredError
from core.softmax import SoftmaxRecord, unchecked_record


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

    def jvp(self, g: Array) -> Array:
        """J g, shape (m, n): the same for softmax alone, whose J is symmetric."""
        return np.asarray(g * self.d - (g * self.v).sum(axis=-1, keepdims=True) * self.u)

    def row_sums(self) -> Array:
        return np.asarray(self.d - self.u * self.v.sum(axis=-1, keepdims=True))

    def diagonal(self) -> Array:
        return np.asarray(self.d - self.u * self.v)

    def matrix(self) -> Array:
        """(m, n, n)"""
        d = self.d[..., None] * np.eye(self.d.shape[-1], dtype=self.d.dtype)
        return np.asarray(d - self.u[..., :, None] * self.v[..., None, :])

    def __mul__(self, factor: float) -> "Rank1":
        if factor == 1:
            return self
        return Rank1(self.d * factor, self.u * factor, self.v)


class Pass:
    """The values of a backward pass, as its steps set them."""

    tau: float
    capped: bool
    """Whether a soft cap of the logits is there, if there is one."""
    y: Array
    slope: Array
    """Of that cap."""
    rate: float
    """1/τ, the factor that the temperature leaves in J."""
    J: Rank1
    t: Array
    factor: float
    """1 for cross-entropy, 2c for squared error: what the loss's own gradient has in front."""
    unscaled_dL_dy: Array
    """(m, n) ∂L/∂y without the factor above and those below."""
    share: float
    """1/m for the mean over the batch, or 1."""
    by_row: Array
    """(m, 1) where the rows of squared error have weights, else 1: those of others are in the target."""
    sign: float
    extra: Array
    """What a z-loss adds to ∂L/∂z."""
    dL_dy: Array
    dL_dz: Array
    dL_dW: Array
    dL_db: Array
    layout: str = "rows"
    """Whether the rows of a batch, or of J, are printed as rows or as columns."""
    form: str = "matrix"
    """Whether J is printed as a matrix or as its diagonal."""

    def __init__(self, case: Case):
        self.case = case
        if case.t is not None:
            self.target = case.t
        if case.h is not None:
            self.h = case.h
        if case.g is not None:
            self.g = case.g


Step = Callable[[Pass], Any]
UNSCALED: dict[str, Step] = {
    "CE": lambda p: -p.t / p.y,
    "MSE": lambda p: p.y - p.t,
    "focal": lambda p: p.case.loss_function.dL_dy(Outputs(p.y, np.ones(1)), p.t),
}
"""∂L/∂y as learners write it, naively and without its factor, of each loss that can be diagnosed."""


def factor_of(case: Case) -> float:
    """2c of squared error; other losses have the factor 1."""
    if case.g is not None:
        return 1.0
    loss = case.loss_function
    return loss.gradient_factor(case.z.shape[-1]) if isinstance(loss, SquaredError) else 1.0


def _unscaled(p: Pass) -> Array:
    if p.case.g is not None:
        return p.g
    return np.asarray(-p.t if p.case.log else UNSCALED[p.case.loss](p))


def soft(z: Array, tau: float = 1.0) -> SoftmaxRecord:
    """softmax(z/τ) of numbers that are known to be logits, and are not checked again at each try."""
    return unchecked_record(z, np.array([tau]))


def _outputs(p: Pass) -> Array:
    case = p.case
    z = case.z if p.capped else case.logits
    y = case.y if z is case.z and p.tau == case.temperature else soft(z, p.tau).y
    return np.maximum(y, np.finfo(float).tiny)


def jacobian(p: Pass) -> Rank1:
    """J of softmax, or of log-softmax, and of the soft cap before it."""
    left = np.ones_like(p.y) if p.case.log else p.y
    J = Rank1(left, left, p.y) * p.rate
    return Rank1(J.d * p.slope, J.u, J.v * p.slope) if p.slope.ndim else J


def of_z_loss(p: Pass, lse: Array | None = None) -> Array:
    """What a z-loss adds to ∂L/∂z; log Σ exp(z/τ) may be another than the case's."""
    case = p.case
    if not case.z_loss or case.g is not None:
        return np.zeros(())
    return np.asarray(p.sign * p.share * p.by_row * case.z_loss_dL_dz(p.y, lse) * p.slope)


# The floor keeps t/y finite where y underflows; y t/y = t is right there, where 0 · inf is nan.
STEPS: dict[str, Step] = {
    "tau": lambda p: p.case.temperature,
    "capped": lambda p: True,
    "y": _outputs,
    "rate": lambda p: 1 / p.tau,
    "slope": lambda p: p.case.slope if p.capped else np.ones(()),
    "J": jacobian,
    "t": lambda p: p.target.astype(p.y.dtype, copy=False) if p.case.g is None else None,
    "factor": lambda p: factor_of(p.case),
    "unscaled_dL_dy": _unscaled,
    "share": lambda p: p.case.share,
    "by_row": lambda p: p.case.by_row,
    "sign": lambda p: 1.0,
    "extra": of_z_loss,
    "dL_dy": lambda p: p.sign * p.share * p.by_row * p.factor * p.unscaled_dL_dy,
    "dL_dz": lambda p: p.J.vjp(p.dL_dy) + p.extra,
    "dL_dW": lambda p: p.h.T @ p.dL_dz,
    "dL_db": lambda p: p.dL_dz.sum(axis=0),
    "layout": lambda p: "rows",
    "form": lambda p: "matrix",
}
"""The right pass. A mistake replaces one of its steps."""
_READS: dict[str, tuple[str, ...]] = {
    "y": ("tau", "capped"),
    "rate": ("tau",),
    "slope": ("capped",),
    "J": ("y", "rate", "slope"),
    "t": ("y",),
    "unscaled_dL_dy": ("y", "t"),
    "extra": ("y", "slope", "share", "by_row", "sign"),
    "dL_dy": ("unscaled_dL_dy", "factor", "share", "by_row", "sign"),
    "dL_dz": ("J", "dL_dy", "extra"),
    "dL_dW": ("dL_dz",),
    "dL_db": ("dL_dz",),
}
"""What each step is made of."""


def _made_of(steps: Iterable[str]) -> set[str]:
    """These, and all that they have a part in."""
    found = set(steps)
    for name in STEPS:
        if not found.isdisjoint(_READS.get(name, ())):
            found.add(name)
    return found


AFFECTS: dict[str, tuple[str, ...]] = {
    **{name: tuple(q for q in QUANTITIES if q in _made_of((name,))) for name in STEPS},
    "layout": ("y", "J", "dL_dy", "dL_dz"),  # ∂L/∂W stands as W does, and both ways are right
    "form": ("J",),
}
"""The quantities that each step has a part in."""
_ORDER: dict[str, tuple[str, ...]] = {
    quantity: tuple(name for name in STEPS if quantity in AFFECTS[name]) for quantity in QUANTITIES
}
"""The steps that have a part in a quantity."""


def backward(case: Case, wrong: Mapping[str, Step], quantity: str) -> Array:
    """(m, n), (m, n, n), (k, n) or (n,): a quantity, with some of the steps replaced by wrong ones.

    J is (m, n) where only its diagonal is made.
    """
    return _taken(Pass(case), _ORDER[quantity], wrong, quantity)


class Rerun:
    """The right pass to a quantity, run again with wrong steps: these, and what is made of them."""

    def __init__(self, case: Case, quantity: str) -> None:
        self.case, self._quantity, self._right = case, quantity, Pass(case)
        _taken(self._right, _ORDER[quantity], {}, quantity)

    def __call__(self, wrong: Mapping[str, Step]) -> Array:
        """As `backward`."""
        again = Pass(self.case)
        vars(again).update(vars(self._right))
        return _taken(again, _again(tuple(wrong), self._quantity), wrong, self._quantity)


@cache
def _again(wrong: tuple[str, ...], quantity: str) -> tuple[str, ...]:
    """The steps to a quantity that some wrong ones have a part in, in order."""
    changed = _made_of(wrong)
    return tuple(name for name in _ORDER[quantity] if name in changed)


def _taken(p: Pass, names: Iterable[str], wrong: Mapping[str, Step], quantity: str) -> Array:
    """What the steps of a pass, taken in turn, make of a quantity."""
    with np.errstate(all="ignore"):  # wrong formulas overflow, and make nan, where they like
        for name in names:
            setattr(p, name, wrong.get(name, STEPS[name])(p))
        found = getattr(p, quantity)
        if quantity == "J":
            found = found.matrix() if p.form == "matrix" else found.diagonal()
        elif quantity == "y" and p.case.log:
            found = np.log(found)
        found = np.asarray(found)
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
    wrong: Callable[[Any], Any]
    """Its formula, of a `Pass`."""
    title: str
    """What was done, as the end of the sentence "this is what you get when …"."""
    explanation: str
    """Two or three sentences."""
    fix: str
    """One line of code, for a target that sums to 1."""
    see: str
    """Page and state of the explorer that show it, as in a link."""
    applies: Callable[[Any], bool] = always
    """Whether it can be made there at all."""
    needs_z: bool = False
    """Whether y is not enough to tell: y leaves a constant in z open."""
    needs_t: bool = False
    """Whether it is one with the target, or with a loss: not of an upstream gradient of one's own."""
    fix_cross_entropy: str = ""
    """In its place where the loss is cross-entropy, if it differs there."""
    fix_upstream: str = ""
    """In its place where there is an upstream gradient of one's own, and no loss."""

    def mended(self, case: Case) -> str:
        """The line of code that is right in a case: ∂L/∂z is y Σt − t where t does not sum to 1."""
        if case.g is not None:
            return self.fix_upstream or self.fix
        if case.loss != "CE":
            return self.fix
        fix = self.fix_cross_entropy or self.fix
        if case.t is None or case.sums_to_1:
            return fix
        return fix.replace("y - t", "y * t.sum(axis=-1, keepdims=True) - t", 1)

    def possible(self, case: Case) -> bool:
        """Whether it can be made in a case, and seen there."""
        known = (case.t is not None or not self.needs_t) and (case.z_known or not self.needs_z)
        return known and self.applies(case)

    @property
    def quantities(self) -> tuple[str, ...]:
        """Those that it can change."""
        return AFFECTS[self.step]
