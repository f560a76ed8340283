"""The mathematics of backpropagation through softmax, in NumPy.

Conventions, shared by every function here
------------------------------------------
- `z` logits, `y = softmax(z/τ)`, `t` target, `g = ∂L/∂y` upstream gradient: shape (…, n).
  The last axis runs over the n classes; every leading axis is a batch.
- `J[…, i, j] = ∂yᵢ/∂zⱼ`: row = output, column = logit. It carries the factor 1/τ.
- `g` is a row vector and `∂L/∂z = g J` (vector-Jacobian product).
- A loss is an object, made by `loss_function` of its code; wherever one is asked for, either will do.
- `L` has one value a row of the batch, unless `batch_mean=True`. In the network (`core.network`) the
  axis before the last is a mini-batch, and L is the mean over it.
- Bad input raises `ValueError` saying what was expected and what was got.
"""

from core.backprop import (
    BackwardRecord,
    LayerGradient,
    PathRecord,
    backward,
    gradient_norms,
    gradient_path,
    numeric_gradient,
    parameter_gradients,
)
from core.curves import LogitCurve, logit_curve
from core.datasets import DATA, Dataset, Rows, dataset
from core.descent import after_steps, gradient_step
from core.diagnosis import (
    MISTAKES,
    Diagnosis,
    Explanation,
    GradientTest,
    Mistake,
    Noticed,
    Verdict,
    assert_gradient,
    diagnose,
    would_notice,
)
from core.facts import JacobianFacts, jacobian_facts
from core.files import read_file
from core.gradcheck import GradientCheck, central_difference, check_gradient
from core.losses import (
    LOSS_FUNCTIONS,
    LOSSES,
    REDUCTIONS,
    LossFunction,
    Outputs,
    cross_entropy,
    cross_entropy_dL_dy,
    cross_entropy_dL_dz,
    loss_function,
    one_hot,
    smooth,
    squared_error,
    squared_error_dL_dy,
    squared_error_dL_dz,
)
from core.network import (
    ACTIVATIONS,
    ForwardRecord,
    Layer,
    Network,
    activate,
    activation_derivative,
    forward,
    initial_network,
    loss_of,
)
from core.norms import norm
from core.reading import Reading, ReadingError, read_numbers
from core.records import (
    ComparisonRecord,
    LossRecord,
    NudgeRecord,
    ProductRecord,
    compare_losses,
    loss_record,
    nudge_record,
    product_record,
)
from core.simplex import (
    SimplexRecord,
    circle_radius,
    contours,
    from_plane,
    interior,
    simplex_record,
    to_plane,
)
from core.softmax import (
    SoftmaxRecord,
    jacobian_parts,
    log_softmax,
    softmax,
    softmax_complement,
    softmax_jacobian,
    softmax_jvp,
    softmax_record,
    softmax_vjp,
    vjp_by_matrix,
    vjp_terms,
)
from core.training import (
    SATURATED,
    Checkpoint,
    EpochRecord,
    RaceSettings,
    checkpoints,
    confusion_matrix,
    epochs_to,
    racer,
    train,
)
from core.upstream import UPSTREAM, upstream_gradient

__all__ = [
    "ACTIVATIONS",
    "DATA",
    "LOSSES",
    "LOSS_FUNCTIONS",
    "MISTAKES",
    "REDUCTIONS",
    "SATURATED",
    "UPSTREAM",
    "BackwardRecord",
    "Checkpoint",
    "ComparisonRecord",
    "Dataset",
    "Diagnosis",
    "EpochRecord",
    "Explanation",
    "ForwardRecord",
    "GradientCheck",
    "GradientTest",
    "JacobianFacts",
    "Layer",
    "LayerGradient",
    "LogitCurve",
    "LossFunction",
    "LossRecord",
    "Mistake",
    "Network",
    "Noticed",
    "NudgeRecord",
    "Outputs",
    "PathRecord",
    "ProductRecord",
    "RaceSettings",
    "Reading",
    "ReadingError",
    "Rows",
    "SimplexRecord",
    "SoftmaxRecord",
    "Verdict",
    "activate",
    "activation_derivative",
    "after_steps",
    "assert_gradient",
    "backward",
    "central_difference",
    "check_gradient",
    "checkpoints",
    "circle_radius",
    "compare_losses",
    "confusion_matrix",
    "contours",
    "cross_entropy",
    "cross_entropy_dL_dy",
    "cross_entropy_dL_dz",
    "dataset",
    "diagnose",
    "epochs_to",
    "forward",
    "from_plane",
    "gradient_norms",
    "gradient_path",
    "gradient_step",
    "initial_network",
    "interior",
    "jacobian_facts",
    "jacobian_parts",
    "log_softmax",
    "logit_curve",
    "loss_function",
    "loss_of",
    "loss_record",
    "norm",
    "nudge_record",
    "numeric_gradient",
    "one_hot",
    "parameter_gradients",
    "product_record",
    "racer",
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
    "to_plane",
    "train",
    "upstream_gradient",
    "vjp_by_matrix",
    "vjp_terms",
    "would_notice",
]
