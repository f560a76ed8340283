"""What a loss may be told beside its logits and its target: rows that are ignored, weights, smoothing."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from core.inputs import Array
from core.reading import Reading, reading

_LARGEST = 1e100
"""Beyond it, or below its reciprocal, products overflow, and tolerances with them."""
_SIZES = f"from {1 / _LARGEST:g} to {_LARGEST:g} in size"
IGNORED = -100
"""The label of a row that does not count, as in torch.nn.functional.cross_entropy."""


@dataclass(frozen=True)
class Settings:
    """Options of the loss, by the names of torch.nn.functional.cross_entropy where it has them.

    L = s Σᵣ rᵣ Σⱼ wⱼ t′ᵣⱼ ℓᵣⱼ, with t′ = (1 − ε) t + ε/n, and the mean divides by what counts: of
    labels by Σ w of those that are not ignored, of rows of targets by their number. Squared error is
    s Σᵣ rᵣ c Σⱼ (yᵣⱼ − t′ᵣⱼ)², and has no weights of classes.
    """

    ignore_index: int = IGNORED
    weight: Reading | ArrayLike | None = None
    """(n,) of the classes; may be zero or negative."""
    row_weight: Reading | ArrayLike | None = None
    """(m,) of the rows, an advantage for one; the mean divides by their number all the same."""
    label_smoothing: float = 0.0
    """ε, 0 to 1."""
    loss_weight: float = 1.0
    """s, a factor of the whole loss: τ² of a distillation, for one."""
    gamma: float = 0.0
    """γ of the focal loss, cross-entropy of which each term is multiplied by (1 − y)^γ; 0 is none."""
    z_loss: float = 0.0
    """λ of λ (log Σ exp(z/τ))², which each row that counts adds."""
    softcap: float | None = None
    """c of c tanh(z/c), which the softmax is given in place of z."""

    def __post_init__(self) -> None:
        if not 0 <= self.label_smoothing <= 1:
            raise ValueError(
                f"label_smoothing: expected a number from 0 to 1, got {self.label_smoothing!r}"
            )
        if not 1 / _LARGEST <= abs(self.loss_weight) <= _LARGEST:
            raise ValueError(
                f"loss_weight: expected a finite number other than 0, {_SIZES}, got {self.loss_weight!r}"
            )
        for name, value, most in (("gamma", self.gamma, 1000.0), ("z_loss", self.z_loss, _LARGEST)):
            if not 0 <= value <= most:
                raise ValueError(
                    f"{name}: expected a finite number, 0 or more and at most {most:g}, got {value!r}"
                )
        if self.softcap is not None and not 1 / _LARGEST <= self.softcap <= _LARGEST:
            raise ValueError(
                f"softcap: expected a finite number above 0, or None, {_SIZES}, got {self.softcap!r}"
            )

    def classes(self, n: int) -> Array:
        """(n,) the weight of each class."""
        return _weights("weight", self.weight, n, "one for each class")

    def rows(self, m: int) -> Array:
        """(m,) the weight of each row."""
        return _weights("row_weight", self.row_weight, m, "one for each row")


def _weights(name: str, given: Reading | ArrayLike | None, count: int, each: str) -> Array:
    if given is None:
        return np.ones(count)
    weights = reading(name, given).values.reshape(-1)
    if weights.shape != (count,) or not np.isfinite(weights).all():
        got = f"{weights.size}" if weights.size != count else "nan or inf among them"
        raise ValueError(f"{name}: expected {count} finite numbers, {each}, got {got}")
    if np.abs(weights).max() > _LARGEST:
        raise ValueError(f"{name}: expected numbers {_SIZES}, got {np.abs(weights).max():g}")
    return weights


@dataclass(frozen=True)
class Target:
    """A target as the loss takes it."""

    plain: Array
    """(m, n) before smoothing and weights; an ignored row is zero."""
    weights: Array
    """(m, n) what the target is multiplied by: of squared error 1, as its rows' weights are outside."""
    rows: Array
    """(m, 1) the weights of the rows alone; 0 of one that is ignored."""
    smoothing: float
    counted: float
    """What the mean divides by."""
    by_class: bool = False
    by_row: bool = False
    """Whether the classes, and the rows, have weights other than 1."""

    @property
    def counting(self) -> Array:
        """(m, 1) the sum of each row: 0 of one that is ignored."""
        return np.asarray(self.plain.sum(axis=-1, keepdims=True))

    def smoothed(self, others_only: bool = False) -> Array:
        """(m, n) with ε spread over all classes, or by the other convention over the other ones."""
        e, n = self.smoothing, self.plain.shape[-1]
        if others_only:
            return np.asarray(
                (1 - e) * self.plain + e / max(n - 1, 1) * (self.counting - self.plain)
            )
        return np.asarray((1 - e) * self.plain + e / n * self.counting)

    @property
    def t(self) -> Array:
        """(m, n)"""
        return self.smoothed() * self.weights

    def cut(self, rows: Array) -> "Target":
        """Some of its rows; the mean stays that of all."""
        plain, weights, of_rows = (x[rows] for x in (self.plain, self.weights, self.rows))
        return replace(self, plain=plain, weights=weights, rows=of_rows)


def target_of(
    plain: Array, ignored: Array, labels: bool, settings: Settings, *, linear: bool = True
) -> Target:
    """What the loss makes of a target (m, n) and its settings.

    Parameters
    ----------
    linear : whether the loss is linear in the target, as cross-entropy is and squared error is not

    Raises
    ------
    ValueError : for weights that are none, and for those of classes where the loss is not linear
    """
    m, n = plain.shape
    if not linear and settings.weight is not None:
        raise ValueError("weight: expected cross-entropy with it, got squared error")
    w, r = settings.classes(n), settings.rows(m)
    counted = float((plain @ w)[~ignored].sum()) if labels else float((~ignored).sum())
    rows = np.where(ignored, 0.0, r)[:, None]
    weighted = bool((w != 1).any()), bool((r != 1).any())
    weights = w * r[:, None] if linear else np.ones((m, n))
    return Target(plain, weights, rows, settings.label_smoothing, counted, *weighted)
