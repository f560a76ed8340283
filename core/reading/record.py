"""What a reading is, what it may not exceed, and what says why there is none."""

from dataclasses import dataclass, replace

import numpy as np

from core.inputs import Array

MAX_TEXT = 32 * 2**20
"""Characters that `read_numbers` takes."""
MAX_NUMBERS = 1_000_000
"""Numbers in one array."""
MAX_DIMENSIONS = 4
"""Brackets inside brackets."""

FLOAT32, FLOAT64 = 2.0**-24, 2.0**-53
ROUNDOFF = {"float16": 2.0**-11, "bfloat16": 2.0**-8}
"""Unit round-off of the dtypes that are coarser than float32."""
DTYPES = {"float64": FLOAT64, "float32": FLOAT32, **ROUNDOFF}
"""Unit round-off of each dtype that numbers may be said to have been computed in."""


class ReadingError(ValueError):
    """Text or a file that cannot be read as numbers; says where, what is wrong, what is accepted."""

    def __init__(
        self, message: str, line: int | None = None, column: int | None = None, source: str = ""
    ):
        super().__init__(message)
        self.message, self.source = message, source
        self.line, self.column = line, column
        """Counted from 1; None where it is no character of a text that is to blame."""

    def __str__(self) -> str:
        where = "" if self.line is None else f"line {self.line}, column {self.column}: "
        return (f"{self.source}: " if self.source else "") + where + self.message

    def of(self, source: str) -> "ReadingError":
        """The same error, with the name of what was read."""
        return ReadingError(self.message, self.line, self.column, source)


@dataclass(frozen=True)
class Reading:
    """Numbers with what is known of their precision; see `read_numbers`."""

    values: Array
    """(…) as written: brackets give the axes, plain lines give rows."""
    tolerance: Array
    """(…) half a unit in the last printed place; 0 for numbers that never were text."""
    roundoff: float
    """Unit round-off of the arithmetic that may have made them: 2⁻⁵³, or 2⁻²⁴ for float32."""
    dtype: str = ""
    """The dtype that the text or the array names (bfloat16, float32, …); "" if it names none."""
    notes: tuple[str, ...] = ()
    """How the text was understood where it could be understood otherwise, a sentence each."""

    def computed_in(self, dtype: str) -> "Reading":
        """The same numbers, said to come from arithmetic in this dtype, whatever they name themselves.

        Raises ValueError for one that is not in `DTYPES`.
        """
        if dtype not in DTYPES:
            raise ValueError(f"dtype: expected one of {', '.join(DTYPES)}, got {dtype!r}")
        return replace(self, dtype=dtype, roundoff=DTYPES[dtype])

    @property
    def nans(self) -> int:
        """How many of the numbers are nan."""
        return int(np.isnan(self.values).sum())

    @property
    def infs(self) -> int:
        """How many of the numbers are inf or −inf."""
        return int(np.isinf(self.values).sum())
