"""What core accepts: each check names what was expected and what was got."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
"""A float64 array; complex128 where a complex-step derivative passes through."""


def array(name: str, value: ArrayLike) -> Array:
    """`value` as a float64 (or complex128) array.

    Raises
    ------
    ValueError
        If it is not a rectangular array of numbers.
    """
    try:
        found = np.asarray(value)
        if found.dtype.kind not in "biufc":
            raise TypeError
    except (TypeError, ValueError):
        raise ValueError(f"{name}: expected an array of numbers, got {value!r}") from None
    return found.astype(np.complex128 if found.dtype.kind == "c" else np.float64, copy=False)


def logits(z: ArrayLike) -> Array:
    """Logits of shape (…, n), n ≥ 1: finite, or −inf for a masked class; one finite a row."""
    z = array("z", z)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"z: expected shape (…, n) with n ≥ 1, got shape {z.shape}")
    top = z.max(axis=-1)  # nan if there is one; of complex numbers that with the largest real part
    if not np.isfinite(top).all():
        if np.isnan(top).any() or np.isposinf(top.real).any():
            raise ValueError(
                "z: expected finite logits (or −inf for a masked class), got nan or +inf"
            )
        raise ValueError("z: expected at least one finite logit a row, got a row of −inf")
    return z


def temperature(tau: ArrayLike) -> Array:
    """τ as an array of shape (…), finite and > 0: one number, or one a row of the batch."""
    found = array("temperature", tau)
    if found.dtype.kind == "c" or not (np.isfinite(found) & (found > 0)).all():
        raise ValueError(f"temperature: expected finite numbers > 0, got {tau!r}")
    return found


def target(t: ArrayLike, n: int) -> Array:
    """A target of shape (…, n): finite, non-negative, not all zero; its sum need not be 1."""
    t = array("target", t)
    if t.ndim == 0 or t.shape[-1] != n:
        raise ValueError(f"target: expected shape (…, {n}), got shape {t.shape}")
    if t.dtype.kind == "c":
        raise ValueError("target: expected real numbers, got complex ones")
    if t.size and not (t.min() >= 0 and t.max() < np.inf):  # neither is true of a nan
        raise ValueError("target: expected finite numbers ≥ 0, got a negative or non-finite one")
    if (t == 0).all(axis=-1).any():
        raise ValueError("target: expected at least one positive entry a row, got all zeros")
    return t


def upstream(g: ArrayLike, n: int) -> Array:
    """An upstream gradient of shape (…, n). ±inf and nan pass: the naive route makes them."""
    g = array("g", g)
    if g.ndim == 0 or g.shape[-1] != n:
        raise ValueError(f"g: expected shape (…, {n}), got shape {g.shape}")
    return g


def outputs(y: ArrayLike) -> Array:
    """Softmax outputs of shape (…, n), n ≥ 1."""
    y = array("y", y)
    if y.ndim == 0 or y.shape[-1] == 0:
        raise ValueError(f"y: expected shape (…, n) with n ≥ 1, got shape {y.shape}")
    return y


def matching(first: str, a: Array, second: str, b: Array) -> None:
    """Raise ValueError unless the leading axes of two arrays broadcast."""
    if a.shape == b.shape:
        return
    try:
        np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        raise ValueError(
            f"expected shapes that broadcast, got {first} {a.shape} and {second} {b.shape}"
        ) from None


def index(name: str, value: int, n: int) -> int:
    """A class index 0 … n−1."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 0 <= value < n:
        raise ValueError(f"{name}: expected an integer from 0 to {n - 1}, got {value!r}")
    return int(value)
