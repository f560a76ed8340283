"""Mistakes in attention's softmax and its backward pass."""

import numpy as np

from core.diagnosis.attention_steps import (
    AttentionCase,
    AttentionMistake,
    AttentionPass,
    rowsum,
    turned,
)
from core.inputs import Array

_DS = "dS = P * (dP - (dP * P).sum(-1, keepdims=True))"


def _masked(case: AttentionCase) -> bool:
    return case.masked


def _square(case: AttentionCase) -> bool:
    return case.square


def _square_and_masked(case: AttentionCase) -> bool:
    return case.square and case.masked


def _aligned_otherwise(case: AttentionCase) -> bool:
    return case.masked and not case.square


def _along(S: Array, axis: int | tuple[int, int]) -> Array:
    e = np.exp(S - S.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def _recomputed(p: AttentionPass) -> Array:
    """exp(S − log Σ exp S) with the sum that the forward pass has kept, and S without its mask."""
    top = p.S.max(axis=-1, keepdims=True)
    return np.asarray(np.exp(p.unmasked - top) / rowsum(np.exp(p.S - top)))


def _in_tiles(p: AttentionPass) -> Array:
    half = p.S.shape[-1] // 2
    return np.concatenate([_along(S, -1) for S in (p.S[..., :half], p.S[..., half:])], axis=-1)


ATTENTION_MISTAKES = (
    AttentionMistake(
        "row-sum-forgotten",
        "D",
        lambda p: 0.0,
        "D is forgotten: dS is P ∘ dP alone",
        "Softmax's outputs share one sum, so dS = P ∘ (dP − D) with D = rowsum(dP ∘ P). Without D the rows of dS "
        "no longer sum to 0.",
        _DS,
        "upstream?up=MSE",
    ),
    AttentionMistake(
        "row-sum-of-dP",
        "D",
        lambda p: rowsum(p.dP),
        "D is the row sum of dP, without P",
        "D is the mean of dP under P, rowsum(dP ∘ P), and not its sum.",
        _DS,
        "upstream?up=MSE",
    ),
    AttentionMistake(
        "row-mean-for-row-sum",
        "D",
        lambda p: (p.dP * p.kept).mean(axis=-1, keepdims=True),
        "D is a mean over the keys, not a sum",
        "P has the weights of the mean in it: D = rowsum(dP ∘ P). Divided by the number of keys once more it is "
        "too small.",
        _DS,
        "upstream?up=MSE",
    ),
    AttentionMistake(
        "row-sum-over-queries",
        "D",
        lambda p: (p.dP * p.kept).sum(axis=-2, keepdims=True),
        "D is summed over the queries, not over the keys",
        "Each query has a softmax of its own over the keys: D is one number for each row, made along the last axis.",
        _DS,
        "upstream?up=MSE",
    ),
    AttentionMistake(
        "row-sum-over-everything",
        "D",
        lambda p: (p.dP * p.kept).sum(axis=(-2, -1), keepdims=True),
        "D is summed over the whole matrix",
        "Without an axis the sum runs over all queries. Each row has its own D.",
        _DS,
        "upstream?up=MSE",
    ),
    AttentionMistake(
        "row-sum-of-squares",
        "D",
        lambda p: rowsum(p.O * p.O),
        "D is made from O alone, rowsum(O ∘ O)",
        "The short way to D needs the upstream gradient: rowsum(dO ∘ O), which is rowsum(dP ∘ P).",
        "D = (dO * O).sum(-1, keepdims=True)",
        "upstream?up=MSE",
    ),
    AttentionMistake(
        "row-sum-added",
        "dS",
        lambda p: p.kept * (p.dP + p.D),
        "D is added, not subtracted",
        "What all outputs of a softmax have in common changes nothing, and is taken off: dP − D.",
        _DS,
        "upstream?up=MSE",
    ),
    AttentionMistake(
        "elementwise-softmax",
        "dS",
        lambda p: p.dP * p.kept * (1 - p.kept),
        "dP is multiplied by P(1 − P), entry by entry",
        "That is the sigmoid's derivative, and the diagonal of softmax's J. Each score moves every weight of its "
        "row.",
        _DS,
        "jacobian?i=1&j=2",
    ),
    AttentionMistake(
        "softmax-skipped",
        "dS",
        lambda p: p.dP,
        "dP is taken for dS: the softmax is skipped on the way back",
        "dP is the gradient at the weights P. It has to pass through the softmax to reach the scores.",
        _DS,
        "upstream?up=MSE",
    ),
    AttentionMistake(
        "mask-not-applied",
        "mask",
        lambda p: np.ones_like(p.at.mask),
        "the mask is not applied at all",
        "With a causal mask query i sees the keys j ≤ i only. Without it every token looks into the future.",
        "S = np.where(mask, S, -np.inf)",
        "puzzle",
        _masked,
    ),
    AttentionMistake(
        "mask-not-applied-backward",
        "kept",
        _recomputed,
        "the mask is not applied where the backward pass makes P anew",
        "FlashAttention keeps only the log of each row's sum and makes P again from Q and K. The scores that are "
        "masked have to be masked there too, or keys that were not seen get a gradient.",
        "P = np.where(mask, np.exp(S - logsumexp), 0.0)",
        "puzzle",
        _masked,
    ),
    AttentionMistake(
        "mask-after-softmax",
        "P",
        lambda p: np.where(p.mask, _along(p.unmasked, -1), 0.0),
        "the mask is multiplied on after the softmax",
        "Weights that are set to 0 afterwards leave a row that does not sum to 1. A score of −∞ before the softmax "
        "leaves their share to the others.",
        "S = np.where(mask, S, -np.inf); P = softmax(S)",
        "puzzle",
        _masked,
    ),
    AttentionMistake(
        "mask-as-zero-score",
        "S",
        lambda p: np.where(p.mask, p.unmasked, 0.0),
        "masked scores are set to 0, not to −∞",
        "exp(0) is 1: such a key is still looked at. Only exp(−∞) is 0.",
        "S = np.where(mask, S, -np.inf)",
        "puzzle",
        _masked,
    ),
    AttentionMistake(
        "mask-turned",
        "mask",
        lambda p: turned(p.at.mask),
        "the mask is transposed: queries see only what comes after them",
        "Row i of the mask belongs to query i, and is True for the keys j ≤ i: a lower triangle.",
        "mask = np.tril(np.ones((queries, keys), dtype=bool))",
        "puzzle",
        _square_and_masked,
    ),
    AttentionMistake(
        "mask-at-the-other-corner",
        "mask",
        lambda p: np.tril(np.ones_like(p.at.mask), p.at.mask.shape[-1] - p.at.mask.shape[-2]),
        "the causal mask is aligned at the bottom right",
        "With other numbers of keys than queries there are two causal masks. PyTorch's is_causal begins at the top "
        "left, j ≤ i; FlashAttention's from 2.1 on ends at the bottom right.",
        "mask = np.tril(np.ones((queries, keys), dtype=bool))",
        "puzzle",
        _aligned_otherwise,
    ),
    AttentionMistake(
        "scale-forgotten",
        "scale",
        lambda p: 1.0,
        "the scale is forgotten altogether",
        "S = Q Kᵀ/√d: without 1/√d the scores grow with the width, and the softmax saturates.",
        "S = Q @ K.T / np.sqrt(d)",
        "puzzle?tau=2",
    ),
    AttentionMistake(
        "scale-forgotten-backward",
        "back",
        lambda p: 1.0,
        "the scale is forgotten on the way back",
        "S = scale · Q Kᵀ, so dQ and dK carry the scale once more: dQ = scale · dS K.",
        "dQ = scale * dS @ K; dK = scale * dS.T @ Q",
        "jacobian?tau=2",
    ),
    AttentionMistake(
        "scale-twice-backward",
        "back",
        lambda p: p.scale**2,
        "the scale enters twice on the way back",
        "It belongs to dQ and dK once: in dS, or in the products, and not at all where Q was scaled beforehand and "
        "its own gradient is meant.",
        "dQ = scale * dS @ K; dK = scale * dS.T @ Q",
        "jacobian?tau=2",
    ),
    AttentionMistake(
        "scale-in-dS",
        "dS",
        lambda p: p.scale * p.kept * (p.dP - p.D),
        "the scale is in dS already",
        "dS is the gradient at the softmax's input, the scaled scores; with the scale it is that of Q Kᵀ. Then dQ and "
        "dK must not get it again.",
        _DS + "  # dQ = scale * dS @ K",
        "jacobian?tau=2",
    ),
    AttentionMistake(
        "scale-without-root",
        "scale",
        lambda p: 1 / p.Q.shape[-1],
        "the scores are divided by d, not by √d",
        "The sum of d products has a spread of √d: that is what is divided out.",
        "S = Q @ K.T / np.sqrt(d)",
        "puzzle?tau=2",
        lambda c: c.at.Q.shape[-1] > 1,
    ),
    AttentionMistake(
        "scale-inverted",
        "scale",
        lambda p: 1 / p.at.scale,
        "the scores are multiplied by √d, not divided",
        "A scale above 1 sharpens the softmax until its gradient is gone.",
        "S = Q @ K.T / np.sqrt(d)",
        "puzzle?tau=0.5",
    ),
    AttentionMistake(
        "softmax-over-queries",
        "P",
        lambda p: _along(p.S, -2),
        "softmax runs over the queries, not over the keys",
        "Each query shares its weight out among the keys: the rows of P sum to 1, along the last axis.",
        "P = softmax(S, axis=-1)",
        "puzzle",
    ),
    AttentionMistake(
        "softmax-in-tiles",
        "P",
        _in_tiles,
        "softmax is normalised in two tiles of the keys, each on its own",
        "A tile knows only its own maximum and sum. What was made with them has to be rescaled when the next "
        "tile is added: by exp(old max − new max), and the sums added.",
        "O = O * np.exp(old_max - new_max) + np.exp(S - new_max) @ V",
        "puzzle",
        lambda c: c.at.P.shape[-1] > 2 and not c.masked,
    ),
    AttentionMistake(
        "weights-not-transposed",
        "dV",
        lambda p: p.kept @ p.dO,
        "P is not transposed in dV",
        "O = P V: row i of O took Pᵢⱼ of row j of V, so row j of dV gathers from all i: Pᵀ dO.",
        "dV = P.T @ dO",
        "network",
        _square,
    ),
    AttentionMistake(
        "scores-not-transposed",
        "dK",
        lambda p: p.back * (p.dS @ p.Q),
        "dS is not transposed in dK",
        "Sᵢⱼ is the product of query i and key j, so key j gathers from all queries i: dSᵀ Q.",
        "dK = scale * dS.T @ Q",
        "network",
        _square,
    ),
    AttentionMistake(
        "keys-for-queries",
        "dK",
        lambda p: p.back * (turned(p.dS) @ p.K),
        "dK is made with K in place of Q",
        "In a product each factor's gradient has the other factor in it: dQ has K, and dK has Q.",
        "dK = scale * dS.T @ Q",
        "network",
        _square,
    ),
    AttentionMistake(
        "queries-for-keys",
        "dQ",
        lambda p: p.back * (p.dS @ p.Q),
        "dQ is made with Q in place of K",
        "In a product each factor's gradient has the other factor in it: dQ has K, and dK has Q.",
        "dQ = scale * dS @ K",
        "network",
        _square,
    ),
    AttentionMistake(
        "attention-sign-flipped",
        "dP",
        lambda p: -p.dO @ turned(p.V),
        "the sign is flipped",
        "The numbers are right and point the wrong way: descent subtracts the gradient, and with this sign the "
        "loss grows.",
        "dP = dO @ V.T",
        "losses?j=1",
    ),
)
"""Everyday ones first."""
