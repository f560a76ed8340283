"""What a matrix is that was given for ∂L/∂z, which has one number for each logit."""

import numpy as np

from core.diagnosis.case import Case
from core.diagnosis.steps import backward
from core.inputs import Array


def what_matrix(case: Case, got: Array, tolerance: Array) -> str:
    """A sentence on matrices (m, n, n), printed to a tolerance of their shape; "" for unknown ones."""
    J, g, dL_dz = (backward(case, {}, q) for q in ("J", "dL_dy", "dL_dz"))
    terms, eye = g[:, :, None] * J, np.eye(J.shape[-1])
    known = {
        "It is J itself, not yet multiplied by the upstream gradient: dL_dz = dL_dy @ J.": J,
        "It holds the terms gᵢJᵢⱼ, not yet summed over the outputs i: dL_dz = terms.sum(axis=-2).": terms,
        "It holds the terms Jᵢⱼgⱼ, not yet summed over the outputs j: dL_dz = terms.sum(axis=-1).": (
            terms.swapaxes(-1, -2)
        ),
        "It has ∂L/∂z on its diagonal: dL_dz = np.diagonal(matrix).": eye * dL_dz[:, None, :],
        "It has ∂L/∂z in every row: one of them is meant.": 0 * eye + dL_dz[:, None, :],
        "It has ∂L/∂z in every column: one of them is meant.": 0 * eye + dL_dz[:, :, None],
    }
    if case.t is not None:
        y, t = case.y, case.t
        told = "It is yᵢ − tⱼ: a column minus a row, which NumPy makes a matrix of. Give y and t one shape."
        known |= {told: y[:, :, None] - t[:, None, :], told + " ": y[:, None, :] - t[:, :, None]}
    size = np.abs(got).max() + np.abs(J).max()
    for sentence, matrix in known.items():
        if (np.abs(matrix - got) <= tolerance + 1e-6 * size).all():
            return sentence.strip()
    return ""
