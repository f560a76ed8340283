"""The upstream gradients g = ∂L/∂y that the explorer offers."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array
from core.losses import Reduction, at_outputs, loss_function, one_hot

Upstream = Literal["CE", "MSE", "ones", "row", "custom"]
UPSTREAM: tuple[Upstream, ...] = ("CE", "MSE", "ones", "row", "custom")
"""g of cross-entropy, of squared error, of L = Σyᵢ, of L = yᵢ for one row i; or one's own."""


def upstream_gradient(
    kind: Upstream,
    y: ArrayLike,
    *,
    t: ArrayLike | None = None,
    reduction: Reduction = "mean",
    row: int | None = None,
    custom: ArrayLike | None = None,
) -> Array:
    """g = ∂L/∂y for a choice of the scalar L.

    Parameters
    ----------
    kind : "CE", "MSE", "ones", "row" or "custom"
        Cross-entropy; squared error; L = Σyᵢ; L = y_row; a g of one's own.
    y : (…, n)
        Softmax outputs.
    t : (…, n), for CE and MSE
    reduction : for MSE
    row : 0 … n−1, for "row"
    custom : (…, n), for "custom"

    Returns
    -------
    (…, n)

    Raises
    ------
    ValueError
        For an unknown kind, or one whose own argument is missing or bad.
    """
    y = inputs.outputs(y)
    n = y.shape[-1]
    if kind not in UPSTREAM:
        raise ValueError(f"kind: expected one of {UPSTREAM}, got {kind!r}")
    needed = {"CE": ("t", t), "MSE": ("t", t), "row": ("row", row), "custom": ("custom", custom)}
    if kind in needed and needed[kind][1] is None:
        raise ValueError(f"{needed[kind][0]}: expected a value for kind {kind!r}, got None")
    if kind == "ones":
        return np.ones(y.shape)
    if kind == "row" and row is not None:
        return np.broadcast_to(one_hot(inputs.index("row", row, n), n), y.shape)
    if kind == "custom" and custom is not None:
        g = inputs.upstream(custom, n)
        inputs.matching("y", y, "custom", g)
        return np.broadcast_to(g, np.broadcast_shapes(g.shape, y.shape))
    assert t is not None
    return loss_function(kind, reduction=reduction).dL_dy(*at_outputs(y, t))
