"""Attention's forward and backward pass, step by step, so that any of its steps can be done wrongly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.attention import AttentionRecord, attention, attention_backward
from core.diagnosis.steps import Mistake
from core.inputs import Array
from core.softmax import softmax, unchecked_record

QUANTITIES = ("P", "O", "dV", "dP", "dS", "dQ", "dK")
"""What can be checked, in the order of the pass."""


@dataclass(frozen=True, eq=False)
class AttentionCase:
    """What a pass starts from."""

    at: AttentionRecord
    dO: Array
    """(…, q, v)"""
    summed: bool = False
    """Whether dQ, dK and dV have the shapes of Q, K and V: summed over the heads that share one."""

    @property
    def square(self) -> bool:
        """Whether there are as many keys as queries."""
        return bool(self.at.P.shape[-1] == self.at.P.shape[-2])

    @property
    def masked(self) -> bool:
        """Whether some key is hidden from some query."""
        return not self.at.mask.all()


class AttentionPass:
    """The values of a pass, as its steps set them."""

    scale: float
    mask: Array
    S: Array
    P: Array
    O: Array  # noqa: E741
    kept: Array
    """(…, q, k) the P that the backward pass has: kept from before, or made anew from S."""
    dV: Array
    dP: Array
    D: Array
    dS: Array
    back: float
    """The scale that dQ and dK carry."""
    dQ: Array
    dK: Array

    def __init__(self, case: AttentionCase):
        self.case, self.at, self.dO = case, case.at, case.dO
        self.Q, self.K, self.V = case.at.Q, case.at.K, case.at.V

    @property
    def unmasked(self) -> Array:
        """(…, q, k) scaled scores of every query and key."""
        return np.asarray(self.scale * (self.Q @ turned(self.K)))


def turned(x: Array) -> Array:
    """The last two axes exchanged."""
    return np.asarray(x.swapaxes(-1, -2))


def rowsum(x: Array) -> Array:
    return np.asarray(x.sum(axis=-1, keepdims=True))


STEPS: dict[str, Callable[[AttentionPass], Any]] = {
    "scale": lambda p: p.at.scale,
    "mask": lambda p: p.at.mask,
    "S": lambda p: np.where(p.mask, p.unmasked, -np.inf),
    "P": lambda p: unchecked_record(p.S, np.ones(1)).y,  # nan where a row is all masked
    "O": lambda p: p.P @ p.V,
    "kept": lambda p: p.P,
    "dV": lambda p: turned(p.kept) @ p.dO,
    "dP": lambda p: p.dO @ turned(p.V),
    "D": lambda p: rowsum(p.dO * p.O),
    "dS": lambda p: p.kept * (p.dP - p.D),
    "back": lambda p: p.scale,
    "dQ": lambda p: p.back * (p.dS @ p.K),
    "dK": lambda p: p.back * (turned(p.dS) @ p.Q),
}
"""The right pass. A mistake replaces one of its steps."""
_SCORES = ("dS", "dQ", "dK")
AFFECTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("scale", "mask", "S", "P"), ("P", "O", "dV", *_SCORES)),
    "O": ("O", *_SCORES),
    "kept": ("dV", *_SCORES),
    "dV": ("dV",),
    "dP": ("dP", *_SCORES),
    **dict.fromkeys(("D", "dS"), _SCORES),
    "back": ("dQ", "dK"),
    "dQ": ("dQ",),
    "dK": ("dK",),
}
"""The quantities that each step has a part in."""


class AttentionMistake(Mistake):
    """A step of attention's passes done wrongly."""

    @property
    def quantities(self) -> tuple[str, ...]:
        """Those that it can change."""
        return AFFECTS[self.step]


def backward(
    case: AttentionCase, wrong: Mapping[str, Callable[[Any], Any]], quantity: str
) -> Array:
    """A quantity, with some of the steps replaced by wrong ones."""
    p = AttentionPass(case)
    with np.errstate(all="ignore"):
        for name, step in STEPS.items():
            try:
                do: Callable[[AttentionPass], Any] = wrong.get(name, step)
                setattr(p, name, do(p))
            except ValueError:  # shapes of the wrong formula that do not go together
                return np.full((), np.nan)
            if name == quantity:
                break
    return _folded(case, quantity, np.asarray(getattr(p, quantity)))


def own_shape(case: AttentionCase, quantity: str) -> tuple[int, ...] | None:
    """That of the input whose gradient a quantity is."""
    inputs = {"dQ": case.at.Q, "dK": case.at.K, "dV": case.at.V}
    return inputs[quantity].shape if quantity in inputs else None


def _folded(case: AttentionCase, quantity: str, value: Array) -> Array:
    shape = own_shape(case, quantity)
    if not case.summed or shape is None or value.ndim < len(shape):
        return value
    value = value.sum(axis=tuple(range(value.ndim - len(shape))))
    shared = tuple(k for k, size in enumerate(shape[:-2]) if size == 1)
    return np.asarray(value.sum(axis=shared, keepdims=True))


def right(case: AttentionCase, quantity: str) -> Array:
    """The right value of a quantity, by the stable routes of `core.attention`."""
    if quantity in ("P", "O"):
        return np.asarray(getattr(case.at, quantity))
    return _folded(
        case, quantity, np.asarray(getattr(attention_backward(case.at, case.dO), quantity))
    )


def magnitude(case: AttentionCase, quantity: str) -> Array:
    """The sum of |terms| that each entry is made of: round-off is a few units of it."""
    p = AttentionPass(case)
    p.dO, p.Q, p.K, p.V = (np.abs(x) for x in (p.dO, p.Q, p.K, p.V))
    p.P = p.kept = case.at.P
    for name in ("O", "dV", "dP", "D", "dS", "back", "dQ", "dK"):
        p.scale = case.at.scale
        added = p.P * (p.dP + p.D) if name == "dS" else STEPS[name](p)
        setattr(p, name, added)
    return _folded(case, quantity, np.asarray(getattr(p, quantity)))


def measured(case: AttentionCase, quantity: str, index: tuple[int, ...]) -> float | None:
    """An entry of a derivative from L = Σ dO ∘ O alone, by a complex step; None for P and O."""
    at, step = case.at, 1e-30
    moved = {"dQ": at.Q, "dK": at.K, "dV": at.V, "dS": at.S, "dP": at.P}.get(quantity)
    if moved is None:
        return None
    if not case.summed:  # of each head by itself, also where heads share an input
        moved = np.broadcast_to(moved, right(case, quantity).shape)
    moved = moved.astype(complex)
    moved[index] += 1j * step
    if quantity == "dP":
        out = moved @ at.V
    elif quantity == "dS":
        out = softmax(moved) @ at.V
    else:
        given = {"dQ": at.Q, "dK": at.K, "dV": at.V, quantity: moved}
        S = np.where(at.mask, at.scale * (given["dQ"] @ turned(given["dK"])), -np.inf)
        out = softmax(S) @ given["dV"]
    return float((case.dO * out).sum().imag / step)


def case_of(starts: Sequence[Array], scale: float | None, causal: bool) -> AttentionCase:
    """The case of Q, K, V and dO; raises ValueError as `attention` and `attention_backward`."""
    Q, K, V, dO = starts
    at = attention(Q, K, V, scale=scale, causal=causal)
    attention_backward(at, dO)
    return AttentionCase(at, dO)
