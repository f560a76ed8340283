"""Softmax, its Jacobian, and the products with it."""

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array


def _shifted(z: ArrayLike, temperature: ArrayLike) -> Array:
    """(z − max z)/τ, shape (…, n): its largest entry is 0, so exp never overflows."""
    z, tau = inputs.logits(z), inputs.temperature(temperature)[..., None]
    inputs.matching("z", z, "temperature[..., None]", tau)
    # The entry itself, not its real part: the shift then stays analytic for a complex step.
    top = np.take_along_axis(z, z.real.argmax(axis=-1, keepdims=True), axis=-1)
    with np.errstate(over="ignore"):  # −1e308 − 1e308 is −inf, and exp(−inf) = 0 is right
        s = z - top  # before dividing: 1e308/0.1 would be inf, and inf − inf nan
        if s.dtype.kind == "c":  # by parts: complex division makes nan of a masked −inf
            return np.asarray(s.real / tau + 1j * (s.imag / tau))
        return np.asarray(s / tau)


def softmax(z: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
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
    e = np.exp(_shifted(z, temperature))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def log_softmax(z: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
    """log yᵢ = zᵢ/τ − log Σₖ exp(zₖ/τ), shape (…, n), finite where softmax underflows to 0.

    Parameters and errors as for `softmax`.

    >>> log_softmax([1000.0, 0.0])  # log(softmax) would give −inf
    array([    0., -1000.])
    """
    s = _shifted(z, temperature)
    rest = np.exp(s)
    # log1p over all but the largest keeps log y accurate where y is nearly 1.
    np.put_along_axis(rest, s.real.argmax(axis=-1, keepdims=True), 0.0, axis=-1)
    return np.asarray(s - np.log1p(rest.sum(axis=-1, keepdims=True)))


def softmax_complement(z: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
    """1 − yᵢ, shape (…, n), without the cancellation that 1 − softmax suffers where yᵢ ≈ 1.

    Parameters and errors as for `softmax`.

    >>> z = [40.0, 0.0]
    >>> float(1 - softmax(z)[0]), float(softmax_complement(z)[0])
    (0.0, 4.248354255291589e-18)
    """
    y = softmax(z, temperature)
    top = y.real.argmax(axis=-1, keepdims=True)
    others = y.copy()
    np.put_along_axis(others, top, 0.0, axis=-1)
    complement = 1 - y
    np.put_along_axis(complement, top, others.sum(axis=-1, keepdims=True), axis=-1)
    return np.asarray(complement)


def jacobian_parts(z: ArrayLike, temperature: ArrayLike = 1.0) -> tuple[Array, Array]:
    """The two parts of the Jacobian that the quotient rule gives.

    Parameters and errors as for `softmax`.

    Returns
    -------
    A : (…, n, n)
        Diagonal: Aᵢᵢ = yᵢ(1 − yᵢ)/τ, zero elsewhere.
    B : (…, n, n)
        Off-diagonal: Bᵢⱼ = −yᵢyⱼ/τ for i ≠ j, zero on the diagonal. A + B = J exactly.
    """
    y = softmax(z, temperature)
    eye, tau = np.eye(y.shape[-1]), inputs.temperature(temperature)[..., None]
    with np.errstate(over="ignore"):  # at a subnormal τ the entries are beyond the largest number
        diagonal = (y * softmax_complement(z, temperature) / tau)[..., None]
        B = -(y[..., :, None] * y[..., None, :]) / tau[..., None]
    return np.where(eye == 1, diagonal, 0.0), np.where(eye == 1, 0.0, B)


def softmax_jacobian(z: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
    """Jᵢⱼ = ∂yᵢ/∂zⱼ = yᵢ(δᵢⱼ − yⱼ)/τ.

    Parameters and errors as for `softmax`. O(n²) memory; `softmax_vjp` needs only O(n).

    Returns
    -------
    (…, n, n)
        Symmetric, positive semi-definite; every row and every column sums to 0.
    """
    A, B = jacobian_parts(z, temperature)
    return np.asarray(A + B)


def softmax_vjp(z: ArrayLike, g: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
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
    y = softmax(z, temperature)
    g = inputs.upstream(g, y.shape[-1])
    inputs.matching("z", y, "g", g)
    tau = inputs.temperature(temperature)[..., None]
    shape = np.broadcast_shapes(y.shape, g.shape)
    y, g = np.broadcast_to(y, shape), np.broadcast_to(g, shape)
    with np.errstate(invalid="ignore", over="ignore"):  # a naive g = −t/y may be ±inf or nan
        # J turns every constant into 0. Taking off the g of the largest y leaves ⟨g, y⟩ without
        # that y's share, in which the others would drown when the softmax saturates.
        h = g - np.take_along_axis(g, y.real.argmax(axis=-1, keepdims=True), axis=-1)
        return np.asarray(y * (h - (h * y).sum(axis=-1, keepdims=True)) / tau)


def softmax_jvp(z: ArrayLike, v: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
    """Δy = J v, the first-order change of y when z moves by v; shapes (…, n).

    J is symmetric, so forward and reverse mode are the same product here.
    """
    return softmax_vjp(z, v, temperature)


def vjp_terms(z: ArrayLike, g: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
    """The terms gᵢJᵢⱼ, shape (…, n, n); ∂L/∂zⱼ is their sum over i (axis −2)."""
    J = softmax_jacobian(z, temperature)
    g = inputs.upstream(g, J.shape[-1])
    inputs.matching("z", J[..., 0], "g", g)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(g[..., :, None] * J)


def vjp_by_matrix(z: ArrayLike, g: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
    """∂L/∂z as the matrix product (1×n)(n×n), shape (…, n): what the picture shows."""
    J = softmax_jacobian(z, temperature)
    g = inputs.upstream(g, J.shape[-1])
    inputs.matching("z", J[..., 0], "g", g)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray((g[..., None, :] @ J)[..., 0, :])
