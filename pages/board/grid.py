"""The steps of a slider."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from core.inputs import Array


@dataclass(frozen=True)
class Grid:
    """Every value that a slider can take: low, low + step, …"""

    low: float
    step: float
    count: int

    @property
    def values(self) -> Array:
        """(count,)"""
        return _values(self)


@cache
def _values(grid: Grid) -> Array:
    values = np.round(grid.low + grid.step * np.arange(grid.count), 10)
    values.flags.writeable = False
    return values
