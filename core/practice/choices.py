"""Which mistakes can be told apart by their numbers."""

from collections.abc import Iterable

import numpy as np

from core.diagnosis.steps import Mistake
from core.inputs import Array

SHOWN = 3
"""Decimals that the numbers are shown with."""
FAR = 10 * 0.5 * 10.0**-SHOWN
"""Ten times half a unit of the last of them."""
_CHOICES = 4


def apart(found: Iterable[tuple[Mistake, Array]], right: Array) -> tuple[Mistake, ...]:
    """The first four whose numbers differ from the right ones, and from each other's, by far.

    Parameters
    ----------
    found : mistakes with the (n,) numbers that each gives
    right : (n,)
    """
    chosen: list[tuple[Mistake, Array]] = []
    for mistake, values in found:
        if values.shape != right.shape or not np.isfinite(values).all():
            continue
        others = [right, *(other for _, other in chosen)]
        if len(chosen) < _CHOICES and all(np.abs(values - o).max() >= FAR for o in others):
            chosen.append((mistake, values))
    return tuple(mistake for mistake, _ in chosen)
