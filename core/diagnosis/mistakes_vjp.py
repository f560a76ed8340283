"""Mistakes in g J that do not ask where g comes from: of softmax, of log-softmax, and of either in parts."""

import numpy as np

from core.diagnosis.case import Case
from core.diagnosis.steps import UNSCALED, Mistake, Pass, Rank1, soft
from core.inputs import Array


def _log(case: Case) -> bool:
    return case.log


def _own(case: Case) -> bool:
    return case.g is not None


def _batch(case: Case) -> bool:
    """Of cross-entropy it is y − t all the same, with the y of `softmax-across-batch`."""
    return case.rows > 1 and (case.g is not None or case.loss != "CE")


def _across_batch(p: Pass) -> Array:
    """The whole pass along the first axis of the batch, (m, n)."""
    whole = p.case.origin or p.case
    batch = (*whole.lead, -1)
    y = whole.across.reshape(batch)
    g = whole.g if whole.g is not None else _unscaled(whole, whole.across)
    g = g.reshape(batch)
    sums = (g if whole.log else g * y).sum(axis=0)
    product = g - y * sums if whole.log else y * (g - sums)
    weight = p.sign * p.share * p.factor * p.rate * whole.by_row
    product = product.reshape(whole.z.shape) * weight
    return np.asarray(product if p.case.chosen is None else product[p.case.chosen])


def _unscaled(case: Case, y: Array) -> Array:
    """∂L/∂y without its factor, at outputs of one's own."""
    at = Pass(case)
    at.y, at.t = y, np.asarray(case.t)
    return np.asarray(-at.t if case.log else UNSCALED[case.loss](at))


def _in_tiles(p: Pass, tiles: int) -> Array:
    """Softmax of each of some equal parts of the classes on its own, (m, n)."""
    z = p.case.z.reshape(len(p.case.z), tiles, -1) / p.tau
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True)).reshape(p.case.z.shape)


def _tiled(tiles: int) -> Mistake:
    def applies(case: Case) -> bool:
        n = case.z.shape[-1]
        return bool(n % tiles == 0 and n > tiles)

    return Mistake(
        f"softmax-in-{tiles}-tiles",
        "y",
        lambda p: _in_tiles(p, tiles),
        f"softmax is normalised in {tiles} tiles of the classes, each on its own",
        "A tile, or a shard of the vocabulary, knows only its own maximum and sum. They have to be made those "
        "of all classes before anything is divided: rescale by exp(local max − global max), then add.",
        "y = np.exp(z - global_max) / global_sum",
        "puzzle",
        applies,
        needs_z=True,
    )


MISTAKES = (
    Mistake(
        "upstream-twice",
        "dL_dz",
        lambda p: p.dL_dy * p.J.vjp(p.dL_dy),
        "g J is multiplied by the upstream gradient once more",
        "The product g J has the upstream gradient in it. Layers that return g J, and a loop that multiplies by "
        "g what each layer returns, use it twice.",
        "dL_dz = dL_dy @ J  # not dL_dy * (dL_dy @ J)",
        "upstream?up=MSE",
    ),
    Mistake(
        "jacobian-from-the-left",
        "dL_dz",
        lambda p: p.J.jvp(p.dL_dy),
        "J g is used in place of g J",
        "For softmax both are the same, as its J is symmetric. That of log-softmax, δᵢⱼ − yⱼ, is not: "
        "backpropagation needs g from the left, gⱼ − yⱼ Σg, and not gᵢ − ⟨g, y⟩.",
        "dL_dz = dL_dy - y * dL_dy.sum(-1, keepdims=True)",
        "upstream?up=row&i=1",
        _log,
    ),
    Mistake(
        "softmax-jacobian",
        "J",
        lambda p: Rank1(p.y, p.y, p.y) * p.rate,
        "softmax's Jacobian is used for log-softmax",
        "g is the gradient at log y here, and ∂log yᵢ/∂zⱼ = δᵢⱼ − yⱼ: the factor yᵢ of softmax's J is "
        "cancelled by the log.",
        "J = np.eye(n) - y",
        "jacobian?i=1&j=1",
        _log,
    ),
    Mistake(
        "sum-of-upstream-forgotten",
        "dL_dz",
        lambda p: p.dL_dy - p.rate * p.y,
        "y is subtracted from g without Σg in front",
        "Each log yᵢ loses yⱼ when zⱼ rises, and all of them have their gᵢ: gⱼ − yⱼ Σg. It is g + y "
        "only where Σg happens to be −1, as with cross-entropy.",
        "dL_dz = dL_dy - y * dL_dy.sum(-1, keepdims=True)",
        "upstream?up=row&i=1",
        _log,
    ),
    Mistake(
        "sum-of-upstream-added",
        "J",
        lambda p: Rank1(np.ones_like(p.y), -np.ones_like(p.y), p.y) * p.rate,
        "y Σg is added to g, not subtracted",
        "When a logit rises, the log of every other output falls: δᵢⱼ − yⱼ, with a minus.",
        "dL_dz = dL_dy - y * dL_dy.sum(-1, keepdims=True)",
        "jacobian?i=1&j=2",
        _log,
    ),
    Mistake(
        "upstream-as-logits",
        "y",
        lambda p: soft(p.g).y,
        "J is made from the softmax of the upstream gradient",
        "J belongs to the forward pass: its y is the softmax of the logits, kept from there. What comes "
        "from above is only multiplied by it.",
        "y = softmax(z); dL_dz = y * (dL_dy - (dL_dy * y).sum(-1, keepdims=True))",
        "upstream?up=MSE",
        _own,
    ),
    Mistake(
        "backward-across-batch",
        "dL_dz",
        _across_batch,
        "softmax and its backward pass both run down the batch",
        "Each row is one example, and its classes share one sum: y and ⟨g, y⟩ are made along the last axis. "
        "With axis=0 in both, every column is treated as an example.",
        "dL_dz = y * (dL_dy - (dL_dy * y).sum(axis=-1, keepdims=True))",
        "upstream?up=MSE",
        _batch,
        needs_z=True,
    ),
    _tiled(2),
    _tiled(4),
)
"""Everyday ones first."""
