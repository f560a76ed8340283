"""Mistakes in the product with J, and in the layer behind it."""

import numpy as np

from core.diagnosis.case import Case
from core.diagnosis.steps import Mistake, Pass, soft
from core.inputs import Array


def _ce(case: Case) -> bool:
    return case.loss == "CE"


def _mse(case: Case) -> bool:
    return case.loss == "MSE"


def _weight(p: Pass) -> Array | float:
    """What a shortcut to ∂L/∂z still has to carry: sign, mean over the batch, weights and 1/τ."""
    return p.sign * p.share * p.by_row * p.rate


def _through_both(p: Pass) -> Array:
    """Softmax of softmax, differentiated as the composition that it is."""
    first = soft(p.case.z, p.tau)
    second = soft(first.y)
    if _ce(p.case):
        unscaled = second.y * p.t.sum(axis=-1, keepdims=True) - p.t
    else:
        unscaled = second.vjp(second.y - p.t)
    return np.asarray(p.sign * p.share * p.by_row * p.factor * first.vjp(unscaled))


MISTAKES = (
    Mistake(
        "row-sums",
        "dL_dz",
        lambda p: p.J.row_sums(),
        "the rows of J are summed",
        "J is already the answer to another question: its row i is the gradient of yᵢ. Its rows "
        "sum to zero because moving all logits together changes nothing. The gradient of the loss "
        "is the upstream gradient times J.",
        "dL_dz = dL_dy @ J",
        "puzzle?answer=Yes",
    ),
    Mistake(
        "elementwise-product",
        "dL_dz",
        lambda p: p.dL_dy * p.J.diagonal(),
        "g is multiplied by J's diagonal, entry by entry",
        "That is right for functions that act on each entry alone, such as the sigmoid. In softmax "
        "each logit moves every output, so ∂L/∂zⱼ is a sum over all outputs: Σᵢ gᵢJᵢⱼ.",
        "dL_dz = dL_dy @ J  # not dL_dy * np.diag(J)",
        "upstream?up=MSE&j=1",
    ),
    Mistake(
        "no-jacobian",
        "dL_dz",
        lambda p: p.dL_dy,
        "∂L/∂y is taken for ∂L/∂z: softmax's Jacobian is missing",
        "The loss has been differentiated by the outputs y, and the chain still has to pass through "
        "softmax to reach the logits. For squared error this leaves 2c (y − t), which does not "
        "fade where the softmax saturates, as the true gradient does.",
        "dL_dz = dL_dy @ J",
        "upstream?up=MSE",
    ),
    Mistake(
        "fused-for-squared-error",
        "dL_dz",
        lambda p: _weight(p) * (p.y - p.t),
        "y − t is used with squared error",
        "y − t is the gradient of cross-entropy at the logits: the 1/y of its log cancels "
        "softmax's y. Squared error has no log, nothing cancels, and J stays.",
        "dL_dz = 2 * c * (y - t) @ J",
        "losses?mse=half",
        _mse,
        needs_t=True,
    ),
    Mistake(
        "jacobian-twice",
        "dL_dz",
        lambda p: p.J.vjp(p.J.vjp(p.dL_dy)),
        "∂L/∂z is multiplied by J again",
        "The Jacobian enters once. For cross-entropy, y − t has it inside already; multiplying "
        "by J once more makes the gradient far too small.",
        "dL_dz = y - t  # cross-entropy: J is in it",
        "upstream?up=CE",
        fix_upstream="dL_dz = dL_dy @ J  # once",
    ),
    Mistake(
        "no-upstream",
        "dL_dz",
        lambda p: p.J.diagonal(),
        "J's diagonal stands alone: the upstream gradient is missing",
        "y(1 − y) says how an output follows its own logit, whatever the loss. Without ∂L/∂y "
        "nothing of the target or the loss is in the result.",
        "dL_dz = dL_dy @ J",
        "upstream?up=row&i=1",
    ),
    Mistake(
        "target-row",
        "dL_dz",
        lambda p: p.J.vjp(p.t),
        "the target's row of J is taken for the gradient",
        "Row t of J is the gradient of the output y_t, not of the loss. The loss is a function of "
        "y_t, and its derivative, −1/y_t for cross-entropy, stands in front.",
        "dL_dz = -J[label] / y[label]",
        "upstream?up=row&i=1",
        needs_t=True,
    ),
    Mistake(
        "upstream-added",
        "dL_dz",
        lambda p: p.dL_dy + p.J.diagonal(),
        "the upstream gradient is added to J's diagonal",
        "Along a chain derivatives multiply; they are added only where paths meet. Here each gᵢ "
        "multiplies its row of J and the products are added up.",
        "dL_dz = dL_dy @ J  # not dL_dy + ...",
        "upstream?up=MSE",
    ),
    Mistake(
        "upstream-added-to-J",
        "dL_dz",
        lambda p: p.dL_dy.sum(axis=-1, keepdims=True) + p.J.vjp(np.ones_like(p.y)),
        "the upstream gradient is added to J, and the sum taken over the outputs",
        "Along a chain derivatives multiply. Adding gᵢ to row i and summing leaves Σg for every "
        "logit, as the columns of J sum to zero.",
        "dL_dz = dL_dy @ J  # not (dL_dy[:, None] + J).sum(axis=0)",
        "upstream?up=MSE",
    ),
    Mistake(
        "inner-product-forgotten",
        "dL_dz",
        lambda p: p.rate * p.dL_dy * p.y,
        "g ⊙ y stands without − y ⟨g, y⟩",
        "g J is y ⊙ (g − ⟨g, y⟩). The second part is the off-diagonal of J: what the outputs lose "
        "to one another. For cross-entropy it is the y in y − t.",
        "dL_dz = y * (dL_dy - (dL_dy * y).sum(-1, keepdims=True))",
        "upstream?up=MSE",
        lambda c: not c.log,
    ),
    Mistake(
        "target-not-subtracted",
        "dL_dz",
        lambda p: _weight(p) * p.y,
        "y alone is taken for the gradient: t is not subtracted",
        "The gradient of cross-entropy starts as a copy of y, and 1 is still to be taken off at "
        "the target. Without it every logit is pushed down and none up.",
        "dL_dz = y.copy(); dL_dz[label] -= 1",
        "losses?t=1",
        needs_t=True,
    ),
    Mistake(
        "target-entry-only",
        "dL_dz",
        lambda p: _weight(p) * p.t * (p.y - p.t),
        "only the target's entry is filled in",
        "Raising any logit takes probability from the target, so every logit has a gradient: y for "
        "the others, y − 1 for the target.",
        "dL_dz = y - one_hot(label)",
        "losses?t=1",
        needs_t=True,
    ),
    Mistake(
        "label-subtracted",
        "dL_dz",
        lambda p: _weight(p) * (p.y - p.t.argmax(axis=-1, keepdims=True)),
        "the number of the class is subtracted, not its one-hot row",
        "The label is a name, not an amount. y − label broadcasts the number over all classes; the "
        "target has to be one-hot first.",
        "dL_dz = y - np.eye(n)[label]",
        "losses?t=2",
        needs_t=True,
    ),
    Mistake(
        "softmax-twice-backpropagated",
        "dL_dz",
        _through_both,
        "softmax is applied twice, and the gradient passes through both",
        "The loss applies softmax itself, as PyTorch's CrossEntropyLoss does, and is handed "
        "probabilities rather than logits. It trains, but slowly: the second softmax sees numbers "
        "between 0 and 1 only and never gets confident.",
        "loss = cross_entropy(z, t)  # z, not softmax(z)",
        "puzzle?z1=0.7&z2=0.2&z3=0.1",
        needs_t=True,
    ),
    Mistake(
        "bias-not-summed",
        "dL_db",
        lambda p: p.dL_dz,
        "∂L/∂b is not summed over the rows",
        "One bias serves every row of the batch, so its gradient is the sum over the rows.",
        "dL_db = dL_dz.sum(axis=0)",
        "network",
    ),
    Mistake(
        "bias-averaged",
        "dL_db",
        lambda p: p.dL_dz.mean(axis=0),
        "∂L/∂b is averaged over the rows, not summed",
        "If the loss is a mean over the batch its 1/m is in ∂L/∂z already; what is left is a sum.",
        "dL_db = dL_dz.sum(axis=0)",
        "network",
        lambda c: c.rows > 1,
    ),
    Mistake(
        "weights-averaged",
        "dL_dW",
        lambda p: p.h.T @ p.dL_dz / p.case.rows,
        "∂L/∂W is divided by the number of rows, which ∂L/∂z has taken care of",
        "If the loss is a mean over the batch its 1/m is in ∂L/∂z already; hᵀ ∂L/∂z is the sum that "
        "is left.",
        "dL_dW = h.T @ dL_dz",
        "network",
        lambda c: c.rows > 1,
    ),
    Mistake(
        "transposed",
        "layout",
        lambda p: "columns",
        "rows and columns are swapped",
        "∂L/∂z has z's shape, and entry by entry it stands where the logit stands that it belongs to. "
        "Its transpose has the same shape if there are as many examples as classes, and moves each logit by "
        "another's gradient.",
        "z -= rate * dL_dz  # not dL_dz.T",
        "upstream",
        lambda c: c.z.shape[0] == c.z.shape[1],
    ),
    Mistake(
        "diagonal-as-vector",
        "form",
        lambda p: "diagonal",
        "J's diagonal is given as a vector, in place of the matrix",
        "y(1 − y) says how each output follows its own logit. It is all of the derivative for a "
        "function of each entry alone, such as the sigmoid; softmax's has −yᵢyⱼ off the diagonal.",
        "J = np.diag(y) - np.outer(y, y)",
        "jacobian?i=1&j=2",
    ),
)
"""Everyday ones first."""
