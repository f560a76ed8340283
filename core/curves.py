"""∂L/∂zⱼ over all that one logit can be, the other logits held."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array
from core.losses.squared_error import Reduction, SquaredError
from core.softmax import softmax, softmax_record


@dataclass(frozen=True)
class LogitCurve:
    """∂L/∂zⱼ of both losses while zⱼ alone moves, at given log-odds u = log yⱼ/(1 − yⱼ)."""

    center: Array
    """(…) the zⱼ at which yⱼ = ½: τ log Σₖ exp(zₖ/τ) over the others. u stands at zⱼ = center + τ u."""
    dL_dz_ce: Array
    dL_dz_mse: Array
    """(…, m)"""


def logit_curve(
    z: ArrayLike,
    t: ArrayLike,
    j: int,
    log_odds: ArrayLike,
    temperature: ArrayLike = 1.0,
    reduction: Reduction = "mean",
) -> LogitCurve:
    """∂L/∂zⱼ as a function of zⱼ, at points that are as dense in its bend at τ = 0.1 as at τ = 5.

    While zⱼ moves, the others share 1 − yⱼ in fixed parts q, the softmax of them alone. So
    ∂L/∂zⱼ = (yⱼ Σt − tⱼ)/τ for cross-entropy and, with c as in `squared_error`,
    2c yⱼ(1 − yⱼ)(yⱼ − tⱼ − (1 − yⱼ) Σq² + Σ qₖtₖ)/τ for squared error.

    Parameters
    ----------
    z, t : (…, n)
        Logits, of which zⱼ is not looked at; target. n ≥ 2.
    j : from 0
    log_odds : (m,)
    temperature : () or (…), > 0

    Raises
    ------
    ValueError
        As `cross_entropy`, and for an unknown reduction, a j that is none, or a single class.
    """
    z = inputs.logits(z)
    n = z.shape[-1]
    t, j = inputs.target(t, n), inputs.index("j", j, n)
    inputs.matching("z", z, "target", t)
    if n < 2:
        raise ValueError(f"z: expected at least two classes, got shape {z.shape}")
    u = inputs.array("log_odds", log_odds)
    y_j, rest = np.moveaxis(softmax(np.stack([u, np.zeros_like(u)], axis=-1)), -1, 0)
    others = softmax_record(np.delete(z, j, axis=-1), temperature)
    q, t_j = others.y, t[..., j, None]
    squares = (q**2).sum(axis=-1, keepdims=True)
    shared = (q * np.delete(t, j, axis=-1)).sum(axis=-1, keepdims=True)
    tau = others.tau
    # c yⱼ(1 − yⱼ) times the sum, of which each row has its own share of what only the points decide.
    points = y_j * rest * np.stack([y_j, np.ones_like(u), -rest])
    shares = np.stack(np.broadcast_arrays(1.0, shared - t_j, squares), axis=-1)[..., 0, :]
    return LogitCurve(
        center=np.delete(z, j, axis=-1).max(axis=-1) - tau[..., 0] * others.log_y.max(axis=-1),
        dL_dz_ce=(y_j * t.sum(axis=-1, keepdims=True) - t_j) / tau,
        dL_dz_mse=SquaredError(reduction).gradient_factor(n) * shares / tau @ points,
    )
