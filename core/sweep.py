"""One logit moving, the others held: the batch behind a sweep's chart."""

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array


def sweep_logit(z: ArrayLike, k: int, values: ArrayLike) -> Array:
    """Copies of z in which logit k takes each of the values.

    Parameters
    ----------
    z : (n,)
        Logits.
    k : 0 … n−1
    values : (m,)

    Returns
    -------
    (m, n)

    Raises
    ------
    ValueError
        For a z that is not one row, or k out of range.
    """
    z, values = inputs.logits(z), inputs.numbers("values", values)
    if z.ndim != 1 or values.ndim != 1:
        raise ValueError(f"expected z (n,) and values (m,), got {z.shape} and {values.shape}")
    swept = np.repeat(z[None, :], len(values), axis=0)
    swept[:, inputs.index("k", k, len(z))] = values
    return swept
