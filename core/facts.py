"""What is true of the Jacobian at given logits, in numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.inputs import Array
from core.softmax import Logits, softmax_record


@dataclass(frozen=True)
class JacobianFacts:
    """Facts about J for each row of a batch; see `jacobian_facts`."""

    row_sums: Array
    """(…, n) Σⱼ Jᵢⱼ: the change of yᵢ if all logits rise together."""
    column_sums: Array
    """(…, n) Σᵢ Jᵢⱼ: the change of Σy = 1 if zⱼ rises."""
    asymmetry: Array
    """(…) max |Jᵢⱼ − Jⱼᵢ|."""
    rank: Array
    """(…) number of positive yᵢ, minus 1."""
    eigenvalues: Array
    """(…, n) ascending, all ≥ 0 up to round-off."""
    spectral_norm: Array
    """(…) largest eigenvalue: the most that ‖g J‖ / ‖g‖ can be."""
    spectral_norm_bound: Array
    """() or (…) 1/(2τ), which it never exceeds."""
    saturation: Array
    """(…) 1 − trace(J) / its largest value (1 − 1/n)/τ: 0 for a uniform y, 1 for a one-hot y."""
    regime: Array
    """(…) 0 spread out (saturation < ⅓), 2 saturated (≥ 0.95), 1 in between."""


def jacobian_facts(z: Logits, temperature: ArrayLike = 1.0) -> JacobianFacts:
    """Sums, symmetry, rank, spectrum and saturation of J = (diag(y) − y yᵀ)/τ.

    Parameters
    ----------
    z : (…, n)
        Logits.
    temperature : () or (…), > 0

    Returns
    -------
    JacobianFacts

    Raises
    ------
    ValueError
        As `softmax`.

    Notes
    -----
    J v = 0 only for v constant on the classes with yᵢ > 0, hence the rank. τ uᵀJu is the variance
    of u under y, at most (max u − min u)²/4 ≤ ½ for a unit u (Popoviciu 1935), hence the bound.
    """
    soft = softmax_record(z, temperature)
    y, J = soft.y, soft.J
    n = y.shape[-1]
    eigenvalues = np.linalg.eigvalsh(J)
    spread = (y * soft.complement).sum(axis=-1)
    saturation = np.ones(y.shape[:-1]) if n == 1 else 1 - spread * n / (n - 1)
    return JacobianFacts(
        row_sums=soft.row_sums,
        column_sums=soft.column_sums,
        asymmetry=np.abs(J - np.swapaxes(J, -1, -2)).max(axis=(-1, -2)),
        rank=(y > 0).sum(axis=-1) - 1,
        eigenvalues=eigenvalues,
        spectral_norm=eigenvalues[..., -1],
        spectral_norm_bound=1 / (2 * soft.tau[..., 0]),
        saturation=np.asarray(saturation),
        regime=np.digitize(saturation, [1 / 3, 0.95]),
    )
