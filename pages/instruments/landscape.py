"""What lies beneath the simplex of three classes: contours of both losses, and where descent goes.

Contours depend on the target alone. So do the arrows as they are drawn, to the length of their
longest: a temperature makes all of them longer or shorter alike. No logit moves either, so they are
computed once a target, for every step of its smoothing, and sent apart from what follows all sliders.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

import core
from core.inputs import Array
from core.losses import Loss, Reduction
from pages.board import frames
from pages.board import pictures as p
from pages.board.frames import Sweeps
from pages.board.grid import Grid
from pages.board.pictures import Simplex
from pages.instruments.base import Quantities
from pages.notation.losses import written
from pages.notation.palette import subscript

STARTS = core.interior(9)
"""Where arrows start, (28, 3)."""
LEVELS = np.arange(1, 9) / 2
"""Of cross-entropy's contours, (8,)."""
CIRCLES = core.circle_radius(np.arange(1, 9) / 4)
"""Radii of squared error's contours, (8,): they divide its greatest value evenly, Σ(y − t)² = 2."""
_PER_SIDE = 12
_LONGEST = 0.09
"""Of a side: the length to which the longest arrow of a triangle is drawn."""


@dataclass(frozen=True)
class Landscape:
    """Of a target class, from 0."""

    target: int
    reduction: Reduction

    def _t(self, eps: Array) -> Array:
        return core.smooth(core.one_hot(self.target, 3), eps)

    def steps(self, tau: Array, eps: Array) -> dict[Loss, Array]:
        """First-order steps of descent at `STARTS`, in the plane: (…, 28, 2)."""
        t = self._t(eps)[..., None, :]
        field = core.simplex_record(STARTS, t, tau[..., None], self.reduction)
        return {"CE": core.to_plane(field.step_ce), "MSE": core.to_plane(field.step_mse)}

    def longest(self, tau: Array, eps: Array) -> Quantities:
        """How long the longest arrow is in truth, (m,)."""
        return _longest(self, tau.tobytes(), eps.tobytes())

    def numbers(self, eps: Array) -> Quantities:
        """Corners of contours and ends of arrows, as they are drawn."""
        polygons = core.contours("CE", self._t(eps), LEVELS, _PER_SIDE)
        return {
            "contours_ce": p.drawn(core.to_plane(polygons)),
            **{
                f"arrows_{loss.lower()}": p.drawn(
                    core.to_plane(STARTS) + step * (_LONGEST / _length(step))[..., None, None]
                )
                for loss, step in self.steps(np.ones_like(eps), eps).items()
            },
        }

    def sweeps(self, grid: Grid, eps: float) -> Sweeps:
        """Them at a smoothing, and at every other that its slider can reach."""
        return _sweeps(self, grid, eps)

    def picture(self, loss: Loss) -> Simplex:
        """One loss over the simplex; the state's y is a dot, which can be dragged."""
        name = written(loss).name
        return p.simplex(
            f"{name.capitalize()} on the simplex",
            [f"{subscript('y', k)} = 1" for k in range(3)],
            alt=f"A triangle of all three-class outputs with contours of {name}, the target, the "
            "current output, and arrows along which gradient descent moves it",
            color=written(loss).color,
            arrows=f"arrows_{loss.lower()}",
            starts=core.to_plane(STARTS),
            contours=("contours_ce", len(LEVELS), 3 * _PER_SIDE) if loss == "CE" else None,
            circles=CIRCLES.tolist() if loss == "MSE" else (),
            target="t_in_plane",
            target_class=self.target,
            point="y_in_plane",
            drag="z",
        )


def _length(step: Array) -> Array:
    return np.asarray(np.linalg.norm(step, axis=-1).max(axis=-1))


@lru_cache(maxsize=32)
def _longest(landscape: Landscape, tau: bytes, eps: bytes) -> Quantities:
    """A sweep of a logit has the same τ and ε at every place of it."""
    both = np.stack([np.frombuffer(tau), np.frombuffer(eps)], axis=-1)
    pairs, back = np.unique(both, axis=0, return_inverse=True)
    return {
        f"longest_{loss.lower()}": _length(step)[back]
        for loss, step in landscape.steps(*pairs.T).items()
    }


@lru_cache(maxsize=32)
def _sweeps(landscape: Landscape, grid: Grid, eps: float) -> Sweeps:
    return frames.sweeps(landscape.numbers, {"eps": grid}, eps=eps)
