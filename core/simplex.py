"""The probability simplex for n = 3: where it lies in the plane, and which way descent goes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array
from core.losses import LossFunction, Outputs, Reduction, at_logits, loss_function
from core.softmax import softmax_record

_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])
"""Where y = (1,0,0), (0,1,0) and (0,0,1) are drawn: a triangle of side 1."""


def to_plane(y: ArrayLike) -> Array:
    """Points of the simplex as points of the plane: (…, 3) → (…, 2)."""
    y = inputs.array("y", y)
    if y.ndim == 0 or y.shape[-1] != 3:
        raise ValueError(f"y: expected shape (…, 3), got shape {y.shape}")
    return np.asarray(y @ _CORNERS)


def from_plane(xy: ArrayLike) -> Array:
    """The inverse of `to_plane`: (…, 2) → (…, 3); outside the triangle an entry is negative."""
    xy = inputs.array("xy", xy)
    if xy.ndim == 0 or xy.shape[-1] != 2:
        raise ValueError(f"xy: expected shape (…, 2), got shape {xy.shape}")
    third = xy[..., 1] / _CORNERS[2, 1]
    second = xy[..., 0] - third / 2
    return np.stack([1 - second - third, second, third], axis=-1)


@dataclass(frozen=True)
class SimplexRecord:
    """Both losses at points of the simplex, and the first-order step of gradient descent there."""

    y: Array
    """(…, 3) the points."""
    loss_ce: Array
    loss_mse: Array
    """(…) the losses."""
    step_ce: Array
    step_mse: Array
    """(…, 3) dy/ds when the logits follow dz/ds = −∂L/∂z: −J ∂L/∂z; each sums to 0."""


def simplex_record(
    y: ArrayLike, t: ArrayLike, temperature: ArrayLike = 1.0, reduction: Reduction = "mean"
) -> SimplexRecord:
    """Losses and descent directions at points y (…, 3) of the simplex's interior.

    Raises
    ------
    ValueError
        For points that are not of shape (…, 3) and strictly positive.
    """
    y = inputs.array("y", y)
    if y.ndim == 0 or y.shape[-1] != 3 or not (y > 0).all():
        raise ValueError(f"y: expected points (…, 3) with every entry > 0, got {y!r}")
    tau = inputs.temperature(temperature)
    soft, t = at_logits(softmax_record(tau[..., None] * np.log(y), tau), t, tau)
    ce, mse = loss_function("CE"), loss_function("MSE", reduction=reduction)
    return SimplexRecord(
        y=y,
        loss_ce=ce.value(soft, t),
        loss_mse=mse.value(Outputs(y, soft.tau), t),
        step_ce=-soft.vjp(ce.dL_dz(soft, t)),  # J is symmetric: J v is v J
        step_mse=-soft.vjp(mse.dL_dz(soft, t)),
    )


def interior(k: int) -> Array:
    """The points of an even triangular lattice that lie inside the simplex, k steps along a side: (p, 3)."""
    inner = [(a, b, k - a - b) for a in range(1, k) for b in range(1, k - a)]
    return np.array(inner, dtype=np.float64).reshape(-1, 3) / k


def contours(loss: str | LossFunction, t: ArrayLike, levels: ArrayLike, per_side: int = 8) -> Array:
    """The lines L = level around a target, each as a polygon: (…, levels, 3 per_side, 3).

    A corner of it lies on the straight way from t to one of as many points that divide the
    simplex's border evenly: where L reaches the level, or at the border if it does not. That is
    the line itself for a loss that grows on every such way, as one does that is convex with its
    least at t. A level below that least gives t.

    Parameters
    ----------
    loss : a code of `LOSS_FUNCTIONS`, or one of those losses with its options
    t : (…, 3)
        Target that sums to 1.
    levels : (levels,)
    per_side : points on each side of the simplex

    Raises
    ------
    ValueError
        For a target that is not of shape (…, 3), negative, or of another sum.
    """
    loss, t = loss_function(loss), inputs.target(t, 3)
    if not np.allclose(t.sum(axis=-1), 1):
        raise ValueError(f"target: expected rows that sum to 1, got {t!r}")
    t, levels = t[..., None, None, :], inputs.array("levels", levels)[:, None]
    way = np.arange(per_side)[:, None] / per_side
    sides = [(1 - way) * a + way * b for a, b in zip(np.eye(3), np.eye(3)[[1, 2, 0]], strict=True)]
    outward = np.concatenate(sides) - t
    near = np.zeros(np.broadcast_shapes(levels.shape, outward.shape[:-1]))
    far = np.ones_like(near)
    for _ in range(40):  # halvings: near is reached, far is not
        middle = (near + far) / 2
        at = Outputs(np.maximum(t + middle[..., None] * outward, 0.0), np.ones(1))
        reached = loss.value(at, t) <= levels
        near, far = np.where(reached, middle, near), np.where(reached, far, middle)
    return np.asarray(t + ((near + far) / 2)[..., None] * outward)


def circle_radius(sum_of_squares: ArrayLike) -> Array:
    """How far from t the plane shows all y with Σ(yᵢ − tᵢ)² = s: √(s/2), the same on every side."""
    return np.asarray(np.sqrt(inputs.array("sum_of_squares", sum_of_squares) / 2))
