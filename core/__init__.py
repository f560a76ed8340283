"""The mathematics of backpropagation through softmax, in NumPy.

Conventions, shared by every function here
------------------------------------------
- `z` logits, `y = softmax(z/τ)`, `t` target, `g = ∂L/∂y` upstream gradient: shape (…, n).
  The last axis runs over the n classes; every leading axis is a batch.
- `J[…, i, j] = ∂yᵢ/∂zⱼ`: row = output, column = logit. It carries the factor 1/τ.
- `g` is a row vector and `∂L/∂z = g J` (vector-Jacobian product).
- `L` has one value a row of the batch, unless `batch_mean=True`.
- Bad input raises `ValueError` saying what was expected and what was got.
"""

from core.facts import JacobianFacts, jacobian_facts
from core.gradcheck import GradientCheck, check_gradient
from core.losses import (
    REDUCTIONS,
    cross_entropy,
    cross_entropy_dL_dy,
    cross_entropy_dL_dz,
    one_hot,
    smooth,
    squared_error,
    squared_error_dL_dy,
    squared_error_dL_dz,
)
from core.records import (
    ComparisonRecord,
    LossRecord,
    NudgeRecord,
    ProductRecord,
    SoftmaxRecord,
    compare_losses,
    nudge_record,
    product_record,
    softmax_record,
)
from core.simplex import SimplexRecord, from_plane, simplex_record, to_plane
from core.softmax import (
    jacobian_parts,
    log_softmax,
    softmax,
    softmax_complement,
    softmax_jacobian,
    softmax_jvp,
    softmax_vjp,
    vjp_by_matrix,
    vjp_terms,
)
from core.sweep import sweep_logit
from core.upstream import UPSTREAM, upstream_gradient

__all__ = [
    "REDUCTIONS",
    "UPSTREAM",
    "ComparisonRecord",
    "GradientCheck",
    "JacobianFacts",
    "LossRecord",
    "NudgeRecord",
    "ProductRecord",
    "SimplexRecord",
    "SoftmaxRecord",
    "check_gradient",
    "compare_losses",
    "cross_entropy",
    "cross_entropy_dL_dy",
    "cross_entropy_dL_dz",
    "from_plane",
    "jacobian_facts",
    "jacobian_parts",
    "log_softmax",
    "nudge_record",
    "one_hot",
    "product_record",
    "simplex_record",
    "smooth",
    "softmax",
    "softmax_complement",
    "softmax_jacobian",
    "softmax_jvp",
    "softmax_record",
    "softmax_vjp",
    "squared_error",
    "squared_error_dL_dy",
    "squared_error_dL_dz",
    "sweep_logit",
    "to_plane",
    "upstream_gradient",
    "vjp_by_matrix",
    "vjp_terms",
]
