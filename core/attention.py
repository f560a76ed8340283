"""Softmax inside attention: O = softmax(Q Kᵀ/√d) V, forward and backward."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array
from core.softmax import log_softmax, softmax_vjp


@dataclass(frozen=True, eq=False)
class AttentionRecord:
    """Attention at given queries, keys and values."""

    Q: Array
    """(…, q, d)"""
    K: Array
    """(…, k, d)"""
    V: Array
    """(…, k, v)"""
    scale: float
    mask: Array
    """(q, k) True where a query may look at a key."""
    S: Array
    """(…, q, k) the scores, scaled; −inf where masked."""
    P: Array
    """(…, q, k) softmax of each row of S."""
    O: Array  # noqa: E741  the name that attention's papers use
    """(…, q, v) P V"""


@dataclass(frozen=True, eq=False)
class AttentionGradients:
    """The backward pass, in its order."""

    dV: Array
    """(…, k, v) Pᵀ dO"""
    dP: Array
    """(…, q, k) dO Vᵀ: the upstream gradient of the softmax."""
    D: Array
    """(…, q, 1) rowsum(dP ∘ P) = rowsum(dO ∘ O)"""
    dS: Array
    """(…, q, k) P ∘ (dP − D); each row sums to 0."""
    dQ: Array
    """(…, q, d) scale · dS K"""
    dK: Array
    """(…, k, d) scale · dSᵀ Q"""


def causal_mask(queries: int, keys: int) -> Array:
    """(q, k) True at j ≤ i, aligned at the top left as PyTorch's is_causal."""
    return np.tril(np.ones((queries, keys), dtype=bool))


def attention(
    Q: ArrayLike, K: ArrayLike, V: ArrayLike, *, scale: float | None = None, causal: bool = False
) -> AttentionRecord:
    """P = softmax(scale · Q Kᵀ) and O = P V, as torch's scaled_dot_product_attention.

    Parameters
    ----------
    Q : (…, q, d)
    K : (…, k, d)
    V : (…, k, v)
    scale : float > 0, optional
        1/√d where it is left out.
    causal : bool
        Whether query i looks at the keys j ≤ i only.

    Returns
    -------
    AttentionRecord

    Raises
    ------
    ValueError
        For shapes that do not go together, numbers that are not finite, or a scale ≤ 0.

    Notes
    -----
    Vaswani et al. 2017, arXiv:1706.03762, equation 1.
    """
    q, k, v = (_matrix(name, value) for name, value in (("Q", Q), ("K", K), ("V", V)))
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(f"K: expected rows of {q.shape[-1]} as in Q, got shape {k.shape}")
    if k.shape[-2] != v.shape[-2]:
        raise ValueError(f"V: expected a row for each of {k.shape[-2]} keys, got shape {v.shape}")
    for name, other in (("K", k), ("V", v)):
        inputs.matching("Q", q[..., 0, 0], name, other[..., 0, 0])
    scale = float(1 / np.sqrt(q.shape[-1]) if scale is None else scale)
    if not 0 < scale < np.inf:
        raise ValueError(f"scale: expected a finite number > 0, got {scale}")
    shape = (q.shape[-2], k.shape[-2])
    mask = causal_mask(*shape) if causal else np.ones(shape, dtype=bool)
    with np.errstate(over="ignore", invalid="ignore"):
        scores = scale * (q @ k.swapaxes(-1, -2))
    if not np.isfinite(scores).all():
        raise ValueError("Q: expected scores scale · Q Kᵀ that a float64 can hold, got inf or nan")
    S = np.where(mask, scores, -np.inf)
    P = np.exp(log_softmax(S))
    return AttentionRecord(q, k, v, scale, mask, S, P, np.asarray(P @ v))


def attention_backward(at: AttentionRecord, dO: ArrayLike) -> AttentionGradients:
    """All gradients of attention from that of its output.

    Parameters
    ----------
    dO : (…, q, v)
        ∂L/∂O.

    Returns
    -------
    AttentionGradients

    Raises
    ------
    ValueError
        If dO has not O's shape.

    Notes
    -----
    dS is softmax's g J of each row with g = dP. D as rowsum(dO ∘ O) is how FlashAttention makes it
    without P: Dao et al. 2022, arXiv:2205.14135, appendix B.2.

    >>> at = attention(np.eye(2), np.eye(2), np.eye(2), causal=True)
    >>> attention_backward(at, [[1, 0], [1, 0]]).dS[1].round(4)    # dS[0]: one key, nothing to move
    array([ 0.2212, -0.2212])
    """
    given = _matrix("dO", dO)
    if given.shape != at.O.shape:
        raise ValueError(f"dO: expected shape {at.O.shape} as O, got shape {given.shape}")
    dP = given @ at.V.swapaxes(-1, -2)
    dS = softmax_vjp(at.S, dP)
    return AttentionGradients(
        dV=np.asarray(at.P.swapaxes(-1, -2) @ given),
        dP=np.asarray(dP),
        D=(given * at.O).sum(axis=-1, keepdims=True),
        dS=dS,
        dQ=np.asarray(at.scale * (dS @ at.K)),
        dK=np.asarray(at.scale * (dS.swapaxes(-1, -2) @ at.Q)),
    )


def _matrix(name: str, value: ArrayLike) -> Array:
    found = inputs.array(name, value)
    if found.ndim < 2 or found.size == 0:
        one = "; a single row is [[1, 2]]" if found.ndim == 1 else ""
        raise ValueError(
            f"{name}: expected finite numbers of shape (…, rows, columns), got shape {found.shape}{one}"
        )
    if not np.isfinite(found).all():
        raise ValueError(f"{name}: expected finite numbers, got nan or inf")
    return found
