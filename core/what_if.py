"""What a small change of a state would do: what a reader is asked to say before looking."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.backprop import backward
from core.descent import gradient_step
from core.losses import Loss, Reduction
from core.network import Network, forward, loss_of
from core.records import compare_losses
from core.softmax import softmax_record, softmax_vjp

SAME = 1e-9
"""Two sizes that differ by less, of the larger, are called the same: it is round-off."""
NOTHING = 1e-12
"""A size below this is round-off itself."""

Outcome = Literal["grows", "shrinks", "stays"]
Push = Literal["up", "down", "none"]


@dataclass(frozen=True)
class Change:
    """A number before and after."""

    before: float
    after: float

    @property
    def outcome(self) -> Outcome:
        """What becomes of its size."""
        was, is_ = abs(self.before), abs(self.after)
        if max(is_, was) < NOTHING or abs(is_ - was) <= SAME * max(is_, was):
            return "stays"
        return "grows" if is_ > was else "shrinks"


def temperature_doubled(
    z: ArrayLike, i: int, j: int, temperature: float = 1.0
) -> tuple[Change, Change]:
    """The sum of row i of J, and Jᵢⱼ, at τ and at 2τ.

    Parameters
    ----------
    z : (n,)
    i, j : 0 … n−1
    temperature : τ > 0

    Raises
    ------
    ValueError
        If an index or the temperature is out of its range.
    """
    n = inputs.logits(z).shape[-1]
    i, j = inputs.index("i", i, n), inputs.index("j", j, n)
    one, two = (softmax_record(z, tau) for tau in (temperature, 2 * temperature))
    return (
        Change(float(one.row_sums[i]), float(two.row_sums[i])),
        Change(float(one.J[i, j]), float(two.J[i, j])),
    )


def upstream_raised(z: ArrayLike, g: ArrayLike, temperature: float = 1.0) -> Change:
    """‖∂L/∂z‖ with the upstream gradient g, and with 1 added to each of its entries.

    Always the same: (g + 1) J = g J + 1 J, and the columns of J sum to zero.

    Parameters
    ----------
    z, g : (n,)
    temperature : τ > 0
    """
    soft = softmax_record(z, temperature)
    g = inputs.upstream(g, soft.y.shape[-1])
    before, after = (float(np.linalg.norm(softmax_vjp(soft, up))) for up in (g, g + 1))
    return Change(before, after)


def logit_raised(
    z: ArrayLike,
    t: ArrayLike,
    j: int,
    by: float,
    temperature: float = 1.0,
    reduction: Reduction = "mean",
) -> tuple[Change, Change]:
    """∂L/∂zⱼ of cross-entropy and of squared error, as it is and after zⱼ has been raised.

    Parameters
    ----------
    z, t : (n,)
    j : 0 … n−1
    by : how much is added to zⱼ
    """
    z = inputs.logits(z)
    n = z.shape[-1]
    raised = z + by * np.eye(n)[inputs.index("j", j, n)]
    one, two = (
        compare_losses(softmax_record(at, temperature), t, reduction=reduction)
        for at in (z, raised)
    )
    return (
        Change(float(one.ce.dL_dz[j]), float(two.ce.dL_dz[j])),
        Change(float(one.mse.dL_dz[j]), float(two.mse.dL_dz[j])),
    )


def step_doubled(
    network: Network, x: ArrayLike, t: ArrayLike, loss: Loss, reduction: Reduction, eta: float
) -> Change:
    """L after one gradient step of length η, and after one of 2η instead, both from here.

    Parameters
    ----------
    network : Network
    x : (m, d)
    t : (m, n)
    eta : η, the learning rate
    """
    back = backward(network, forward(network, x), t, loss, reduction)
    near, far = (
        float(loss_of(forward(gradient_step(network, back, step), x).softmax, t, loss, reduction))
        for step in (eta, 2 * eta)
    )
    return Change(near, far)


def push(dL_dz: float) -> Push:
    """Which way gradient descent moves a logit: against its gradient."""
    if abs(dL_dz) < NOTHING:
        return "none"
    return "down" if dL_dz > 0 else "up"
