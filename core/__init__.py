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

from core.backward import Mistake
from core.diagnosis import diagnose
from core.facts import JacobianFacts, jacobian_facts
from core.files import read_file
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
from core.mistakes import MISTAKES
from core.reading import Reading, ReadingError, read_numbers
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
from core.verdict import Diagnosis, Explanation, Verdict

__all__ = [
    "MISTAKES",
    "REDUCTIONS",
    "UPSTREAM",
    "ComparisonRecord",
    "Diagnosis",
    "Explanation",
    "GradientCheck",
    "JacobianFacts",
    "LossRecord",
    "Mistake",
    "NudgeRecord",
    "ProductRecord",
    "Reading",
    "ReadingError",
    "SimplexRecord",
    "SoftmaxRecord",
    "Verdict",
    "check_gradient",
    "compare_losses",
    "cross_entropy",
    "cross_entropy_dL_dy",
    "cross_entropy_dL_dz",
    "diagnose",
    "from_plane",
    "jacobian_facts",
    "jacobian_parts",
    "log_softmax",
    "nudge_record",
    "one_hot",
    "product_record",
    "read_file",
    "read_numbers",
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
