"""Targets: one-hot labels, and their smoothing."""

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array


def one_hot(label: ArrayLike, n: int) -> Array:
    """t with a 1 at each label; label (…) of integers 0 … n−1, result (…, n).

    Raises ValueError for a label that is not an integer from 0 to n − 1.
    """
    try:
        labels = np.asarray(label)
    except ValueError:  # ragged
        labels = np.asarray(None)
    if labels.dtype.kind not in "iu" or (labels < 0).any() or (labels >= n).any():
        raise ValueError(f"label: expected integers from 0 to {n - 1}, got {label!r}")
    t = np.zeros((*labels.shape, n))
    np.put_along_axis(t, labels[..., None], 1.0, axis=-1)
    return t


def smooth(t: ArrayLike, epsilon: ArrayLike) -> Array:
    """Label smoothing, shape (…, n): (1 − ε) t + ε Σt / n (Szegedy et al. 2016, arXiv:1512.00567).

    ε is one number or one a row. Raises ValueError unless 0 ≤ ε ≤ 1.
    """
    t = inputs.array("target", t)
    t = inputs.target(t, t.shape[-1] if t.ndim else 0)
    try:
        eps = inputs.array("epsilon", epsilon)[..., None]
    except ValueError:
        eps = np.array(np.nan)
    if eps.dtype.kind == "c" or not ((eps >= 0) & (eps <= 1)).all():
        raise ValueError(f"epsilon: expected numbers from 0 to 1, got {epsilon!r}")
    return np.asarray((1 - eps) * t + eps * t.mean(axis=-1, keepdims=True))
