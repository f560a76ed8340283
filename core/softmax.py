"""Softmax, its Jacobian, and the products with it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array


@dataclass(frozen=True, eq=False)
class SoftmaxRecord:
    """Softmax at some logits. What it has computed once, every function of the logits reuses:
    each takes a record in their place, and the record's own temperature then holds.
    """

    shifted: Array
    """(…, n) (z − max z)/τ: the largest entry is 0, so exp never overflows."""
    tau: Array
    """(…, 1)"""

    @cached_property
    def top(self) -> Array:
        """(…, n) True at the largest logit, at one only."""
        largest = self.shifted.argmax(axis=-1, keepdims=True)
        return np.asarray(np.arange(self.shifted.shape[-1]) == largest)

    @cached_property
    def _exp(self) -> Array:
        return np.asarray(np.exp(self.shifted))

    @cached_property
    def _total(self) -> Array:
        return np.asarray(self._exp.sum(axis=-1, keepdims=True))

    @cached_property
    def _rest(self) -> Array:
        """Σ exp over all but the largest: what would drown beside its 1."""
        return np.asarray(np.where(self.top, 0.0, self._exp).sum(axis=-1, keepdims=True))

    @cached_property
    def y(self) -> Array:
        """(…, n), see `softmax`."""
        return np.asarray(self._exp / self._total)

    @cached_property
    def log_y(self) -> Array:
        """(…, n), see `log_softmax`."""
        return np.asarray(self.shifted - np.log1p(self._rest))

    @cached_property
    def complement(self) -> Array:
        """(…, n), see `softmax_complement`."""
        return np.where(self.top, self._rest / self._total, 1 - self.y)

    @cached_property
    def A(self) -> Array:
        """(…, n, n) the diagonal part, see `jacobian_parts`."""
        with np.errstate(over="ignore"):  # at a subnormal τ it is beyond the largest number
            diagonal = self.y * self.complement / self.tau
        return np.where(self._eye, diagonal[..., None], 0.0)

    @cached_property
    def B(self) -> Array:
        """(…, n, n) the off-diagonal part."""
        with np.errstate(over="ignore"):
            products = self.y[..., :, None] * self.y[..., None, :] / self.tau[..., None]
        return np.where(self._eye, 0.0, -products)

    @property
    def _eye(self) -> Array:
        return np.eye(self.shifted.shape[-1], dtype=bool)

    @cached_property
    def J(self) -> Array:
        """(…, n, n), see `softmax_jacobian`."""
        return np.asarray(self.A + self.B)

    @cached_property
    def row_sums(self) -> Array:
        """(…, n) Σⱼ Jᵢⱼ: the change of yᵢ if all logits rise together."""
        return np.asarray(self.J.sum(axis=-1))

    @cached_property
    def column_sums(self) -> Array:
        """(…, n) Σᵢ Jᵢⱼ: the change of Σy = 1 if zⱼ rises."""
        return np.asarray(self.J.sum(axis=-2))

    def inner(self, g: Array) -> Array:
        """⟨g, y⟩ (…), the mean of g (…, n) under y, which J takes off it; nan where g is not finite."""
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray((g * self.y).sum(axis=-1))

    def vjp(self, g: Array) -> Array:
        """g J (…, n) of a g that is known to be right, see `softmax_vjp`."""
        y = self.y
        with np.errstate(invalid="ignore", over="ignore"):  # a naive g = −t/y may be ±inf or nan
            # J turns every constant into 0. Taking off the g of the largest y leaves ⟨g, y⟩ without
            # that y's share, in which the others would drown when the softmax saturates.
            h = g - np.where(self.top, g, 0.0).sum(axis=-1, keepdims=True)
            return np.asarray(y * (h - (h * y).sum(axis=-1, keepdims=True)) / self.tau)


Logits = ArrayLike | SoftmaxRecord
"""Logits (…, n), or the record of what the softmax has made of them."""


def softmax_record(z: Logits, temperature: ArrayLike = 1.0) -> SoftmaxRecord:
    """The record at logits z (…, n); a record is handed back as it is. Errors as `softmax`."""
    if isinstance(z, SoftmaxRecord):
        return z
    z, tau = inputs.logits(z), inputs.temperature(temperature)[..., None]
    inputs.matching("z", z, "temperature[..., None]", tau)
    return unchecked_record(z, tau)


def unchecked_record(z: Array, tau: Array) -> SoftmaxRecord:
    """The record at z (…, n) and τ (…, 1) that are known to be right; nan where they are not."""
    # Complex numbers are ordered by their real parts, then by the imaginary ones. The entry itself
    # is taken off, not its real part: the shift then stays analytic for a complex step.
    top = z.max(axis=-1, keepdims=True)
    with np.errstate(over="ignore"):  # −1e308 − 1e308 is −inf, and exp(−inf) = 0 is right
        s = z - top  # before dividing: 1e308/0.1 would be inf, and inf − inf nan
        if s.dtype.kind == "c":  # by parts: complex division makes nan of a masked −inf
            return SoftmaxRecord(np.asarray(s.real / tau + 1j * (s.imag / tau)), tau)
        return SoftmaxRecord(np.asarray(s / tau), tau)


def softmax(z: Logits, temperature: ArrayLike = 1.0) -> Array:
    """yᵢ = exp(zᵢ/τ) / Σₖ exp(zₖ/τ).

    Parameters
    ----------
    z : (…, n)
        Logits; −inf masks a class.
    temperature : () or (…), > 0
        τ; small sharpens, large flattens.

    Returns
    -------
    (…, n)
        Probabilities; each row sums to 1.

    Raises
    ------
    ValueError
        For nan, +inf, a row without a finite logit, or τ ≤ 0.

    Notes
    -----
    Shifted by the maximum (Blanchard, Higham & Higham 2021, doi:10.1093/imanum/draa038).

    >>> softmax([1000.0, 0.0])  # without the shift: inf/inf
    array([1., 0.])
    """
    return softmax_record(z, temperature).y


def log_softmax(z: Logits, temperature: ArrayLike = 1.0) -> Array:
    """log yᵢ = zᵢ/τ − log Σₖ exp(zₖ/τ), shape (…, n), finite where softmax underflows to 0.

    Parameters and errors as for `softmax`. log1p over all but the largest exponential keeps log y
    accurate where y is nearly 1.

    >>> log_softmax([1000.0, 0.0])  # log(softmax) would give −inf
    array([    0., -1000.])
    """
    return softmax_record(z, temperature).log_y


def softmax_complement(z: Logits, temperature: ArrayLike = 1.0) -> Array:
    """1 − yᵢ, shape (…, n), without the cancellation that 1 − softmax suffers where yᵢ ≈ 1.

    Parameters and errors as for `softmax`.

    >>> z = [40.0, 0.0]
    >>> float(1 - softmax(z)[0]), float(softmax_complement(z)[0])
    (0.0, 4.248354255291589e-18)
    """
    return softmax_record(z, temperature).complement


def jacobian_parts(z: Logits, temperature: ArrayLike = 1.0) -> tuple[Array, Array]:
    """The two parts of the Jacobian that the quotient rule gives.

    Parameters and errors as for `softmax`.

    Returns
    -------
    A : (…, n, n)
        Diagonal: Aᵢᵢ = yᵢ(1 − yᵢ)/τ, zero elsewhere.
    B : (…, n, n)
        Off-diagonal: Bᵢⱼ = −yᵢyⱼ/τ for i ≠ j, zero on the diagonal. A + B = J exactly.
    """
    soft = softmax_record(z, temperature)
    return soft.A, soft.B


def softmax_jacobian(z: Logits, temperature: ArrayLike = 1.0) -> Array:
    """Jᵢⱼ = ∂yᵢ/∂zⱼ = yᵢ(δᵢⱼ − yⱼ)/τ.

    Parameters and errors as for `softmax`. O(n²) memory; `softmax_vjp` needs only O(n).

    Returns
    -------
    (…, n, n)
        Symmetric, positive semi-definite; every row and every column sums to 0.
    """
    return softmax_record(z, temperature).J


def softmax_vjp(z: Logits, g: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
    """∂L/∂z = g J = y ⊙ (g − ⟨g, y⟩)/τ: O(n) time and memory, J is never built.

    Parameters
    ----------
    z : (…, n)
        Logits.
    g : (…, n)
        Upstream gradient ∂L/∂y.
    temperature : () or (…), > 0

    Returns
    -------
    (…, n)
        ∂L/∂z; each row sums to 0.

    Raises
    ------
    ValueError
        As `softmax`, and if g has another n.
    """
    soft = softmax_record(z, temperature)
    g = inputs.upstream(g, soft.shifted.shape[-1])
    inputs.matching("z", soft.shifted, "g", g)
    return soft.vjp(g)


def softmax_jvp(z: Logits, v: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
    """Δy = J v, the first-order change of y when z moves by v; shapes (…, n).

    J is symmetric, so forward and reverse mode are the same product here.
    """
    return softmax_vjp(z, v, temperature)


def vjp_terms(z: Logits, g: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
    """The terms gᵢJᵢⱼ, shape (…, n, n); ∂L/∂zⱼ is their sum over i (axis −2)."""
    J = softmax_jacobian(z, temperature)
    g = inputs.upstream(g, J.shape[-1])
    inputs.matching("z", J[..., 0], "g", g)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(g[..., :, None] * J)


def vjp_by_matrix(z: Logits, g: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
    """∂L/∂z as the matrix product (1×n)(n×n), shape (…, n): what the picture shows."""
    J = softmax_jacobian(z, temperature)
    g = inputs.upstream(g, J.shape[-1])
    inputs.matching("z", J[..., 0], "g", g)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray((g[..., None, :] @ J)[..., 0, :])
