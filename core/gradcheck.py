"""A numerical check of a gradient, by two independent methods."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array


@dataclass(frozen=True)
class GradientCheck:
    """What `check_gradient` found; prints as a report."""

    given: Array
    numeric: Array
    worst: tuple[int, ...]
    """Index of the entry with the largest error."""
    error: float
    """Its |given − numeric| / max(1, |given|, |numeric|)."""
    ok: bool

    def __str__(self) -> str:
        verdict = "agrees" if self.ok else "differs"
        return (
            f"gradient {verdict}: worst entry {list(self.worst)}: "
            f"given {self.given[self.worst]:.10g}, numeric {self.numeric[self.worst]:.10g}, "
            f"error {self.error:.2g}"
        )


def central_difference(f: Callable[[Array], ArrayLike], x: ArrayLike) -> Array:
    """(f(x + h) − f(x − h))/2h with h = ε^⅓·max(1, |x|).

    With this step truncation, of order h², and round-off, of order ε/h, are about as large: what is
    left is about ε^⅔ (Nocedal & Wright 2006, "Numerical Optimization", §8.1; Press et al. 2007,
    "Numerical Recipes", §5.7).

    Parameters
    ----------
    f : array (…) → array (…)
        Acts on each entry by itself.
    x : (…)

    Returns
    -------
    (…)

    Raises
    ------
    ValueError
        If x is not an array of numbers.
    """
    x = inputs.array("x", x)
    h = np.cbrt(np.finfo(float).eps) * np.maximum(1.0, np.abs(x))
    return np.asarray((np.asarray(f(x + h)) - np.asarray(f(x - h))) / (2 * h))


def check_gradient(
    f: Callable[[Array], ArrayLike],
    x: ArrayLike,
    gradient: ArrayLike,
    method: Literal["central", "complex"] = "central",
    tolerance: float | None = None,
) -> GradientCheck:
    """Compare a gradient with one measured from the function's values alone.

    Parameters
    ----------
    f : array of x's shape → a scalar
        The loss. For "complex" it must be analytic and accept complex input.
    x : any shape
        Where to measure.
    gradient : x's shape
        The claim to be checked.
    method : "central" or "complex"
        `central_difference` of each entry, or Im f(x + ih)/h with h = 1e−30,
        which suffers no cancellation (Squire & Trapp 1998, doi:10.1137/S003614459631241X).
    tolerance : float
        On the relative error; 1e−6 for central, 1e−10 for complex unless given.

    Returns
    -------
    GradientCheck

    Raises
    ------
    ValueError
        If the gradient has another shape than x, or the method is unknown.
    """
    x, given = inputs.array("x", x), inputs.array("gradient", gradient)
    if given.shape != x.shape:
        raise ValueError(f"gradient: expected shape {x.shape}, got shape {given.shape}")
    if method not in ("central", "complex"):
        raise ValueError(f"method: expected 'central' or 'complex', got {method!r}")
    if tolerance is None:
        tolerance = 1e-6 if method == "central" else 1e-10

    numeric = np.empty(x.shape)
    for entry in np.ndindex(x.shape):

        def of_entry(value: Array, entry: tuple[int, ...] = entry) -> Array:
            moved = x.astype(value.dtype)
            moved[entry] = value
            return np.asarray(f(moved)).reshape(())

        if method == "central":
            numeric[entry] = central_difference(of_entry, x[entry])
        else:
            numeric[entry] = np.imag(of_entry(x[entry] + np.asarray(1e-30j))) / 1e-30

    with np.errstate(invalid="ignore"):  # inf/inf: not a right gradient, see below
        error = np.abs(given - numeric) / np.maximum(1, np.maximum(np.abs(given), np.abs(numeric)))
    error = np.where(np.isnan(error), np.inf, error)
    worst = tuple(int(i) for i in np.unravel_index(error.argmax(), error.shape))
    return GradientCheck(
        given, numeric, worst, float(error[worst]), bool(error[worst] <= tolerance)
    )
