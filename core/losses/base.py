"""What a loss is: a value, two gradients, a domain and options."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array
from core.softmax import Logits, SoftmaxRecord, softmax_record


@dataclass(frozen=True, eq=False)
class Outputs:
    """Outputs y that came without their logits: what a loss asks of a `SoftmaxRecord`, from y alone."""

    y: Array
    """(…, n)"""
    tau: Array
    """(…, 1) or (1,)"""

    @property
    def log_y(self) -> Array:
        """(…, n), −inf where y is 0."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.y))

    @property
    def complement(self) -> Array:
        """(…, n) 1 − y"""
        return np.asarray(1 - self.y)


@dataclass(frozen=True)
class LossFunction(ABC):
    """A loss; its fields are its options, refused with a ValueError where they are out of range.

    The methods take arrays that `at_logits` or `at_outputs` have checked, and check nothing anew.
    Each docstring of a loss has its formula, its domain and its source.
    """

    code: ClassVar[str]
    """Its short name in the API and in links."""
    singular: ClassVar[bool]
    """Whether L is infinite where a class with t > 0 has y = 0; it is finite everywhere else."""

    @abstractmethod
    def value(self, at: SoftmaxRecord | Outputs, t: Array) -> Array:
        """L of each row (…), for a target t (…, n)."""

    @abstractmethod
    def dL_dy(self, at: SoftmaxRecord | Outputs, t: Array) -> Array:
        """g = ∂L/∂y (…, n), each yᵢ free to move by itself; a singular loss has −inf or nan at y = 0."""

    @abstractmethod
    def dL_dz(self, soft: SoftmaxRecord, t: Array) -> Array:
        """∂L/∂z = g J (…, n) in a form that is finite for every z; each row sums to 0."""

    def least(self, t: Array, tau: Array) -> Array:
        """The greatest number (…) that L is known not to go below on the simplex; 0 for most."""
        return np.zeros(np.broadcast_shapes(t.shape, tau.shape)[:-1])


def balanced(soft: SoftmaxRecord, s: Array) -> Array:
    """y Σs − s (…, n), arranged so that nothing cancels where yᵢ ≈ 1: −τ s/y times J, for every s."""
    others = s.sum(axis=-1, keepdims=True) - s
    return np.asarray(soft.y * others - s * soft.complement)


def at_logits(z: Logits, t: ArrayLike, temperature: ArrayLike) -> tuple[SoftmaxRecord, Array]:
    """Logits and target, checked: where every function of both begins. Both are (…, n).

    Raises
    ------
    ValueError
        As `softmax`, and for a target that is negative, all zero, of another n, or of a batch that
        does not broadcast with that of z.
    """
    soft = softmax_record(z, temperature)
    t = inputs.target(t, soft.shifted.shape[-1])
    inputs.matching("z", soft.shifted, "target", t)
    return soft, t


def at_outputs(y: ArrayLike, t: ArrayLike) -> tuple[Outputs, Array]:
    """Outputs and target, checked; both (…, n). Errors as `at_logits`."""
    y = inputs.outputs(y)
    t = inputs.target(t, y.shape[-1])
    inputs.matching("y", y, "target", t)
    return Outputs(y, np.ones(1)), t


def reduced(L: Array, batch_mean: bool) -> Array:
    """L of each row, or the mean over all of them."""
    return np.asarray(L.mean() if batch_mean else L)


def per_row(gradient: Array, batch_mean: bool) -> Array:
    """The gradient of the batch mean is each row's own over the number of rows."""
    rows = max(1, gradient[..., 0].size)
    return np.asarray(gradient / rows if batch_mean else gradient)
