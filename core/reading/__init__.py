"""Numbers as people paste them: read, never evaluated, with the precision that they were printed to.

A text passes through stages, each in a module of its own, and keeps its length on the way:
`spelling` (what a number looks like), `sessions` (prompts and comments), `prose` (words, bullets, a
numbering), `dialects` with `printouts` (what each library puts around numbers), `commas` (decimal or
not), `tables` (headings, an index).
What is left, `tokens` reads and `assemble` gives a shape, with `parts` and `precision`.
"""

from core.reading.read import read_numbers, reading
from core.reading.record import (
    DTYPES,
    FLOAT32,
    FLOAT64,
    MAX_DIMENSIONS,
    MAX_NUMBERS,
    MAX_TEXT,
    ROUNDOFF,
    Reading,
    ReadingError,
)

__all__ = [
    "DTYPES",
    "FLOAT32",
    "FLOAT64",
    "MAX_DIMENSIONS",
    "MAX_NUMBERS",
    "MAX_TEXT",
    "ROUNDOFF",
    "Reading",
    "ReadingError",
    "read_numbers",
    "reading",
]
