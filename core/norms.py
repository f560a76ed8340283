"""The one norm of the explorer."""

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array


def norm(x: ArrayLike) -> Array:
    """‖x‖₂ = √Σᵢ xᵢ² of the last axis, (…, n) → (…).

    Scaled by the largest |xᵢ| (Blue 1978, doi:10.1145/355769.355771): the squares of a saturated
    gradient would underflow. Raises ValueError for what is not an array (…, n) of numbers, n ≥ 1.

    >>> float(norm([3e-200, 4e-200]))  # √Σx² would be 0
    5e-200
    """
    x = inputs.array("x", x)
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError(f"x: expected shape (…, n) with n ≥ 1, got shape {x.shape}")
    largest = np.abs(x).max(axis=-1, keepdims=True)
    scaled = np.divide(x, largest, out=np.zeros_like(x), where=(largest > 0) & np.isfinite(largest))
    return np.asarray(largest[..., 0] * np.sqrt((scaled**2).sum(axis=-1)))
