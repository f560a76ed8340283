"""Arrays of a .safetensors file: a JSON header that is bounded and checked, then plain numbers.

Format: https://huggingface.co/docs/safetensors (8 bytes, little-endian, length of the header; the
header; one buffer). Nothing in it is evaluated, and nothing is read that the header does not claim
exactly once.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from core.inputs import Array
from core.reading import MAX_DIMENSIONS, MAX_NUMBERS, Reading, ReadingError, reading
from core.reading.record import ROUNDOFF

MAX_HEADER = 100_000
"""Bytes."""
MAX_NAME = 200
"""Characters."""
DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",  # the upper half of a float32
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "<i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "<u1",
    "BOOL": "|b1",
}


def read_safetensors(data: bytes, most: int) -> dict[str, Reading]:
    """The arrays by name, at most `most`.

    Raises
    ------
    ReadingError
        For a header that is too long, no JSON, or claims what the buffer does not hold, or twice.
    """
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or not 2 <= length <= min(MAX_HEADER, len(data) - 8):
        raise ReadingError(
            f"expected a header of 2 to {min(MAX_HEADER, max(len(data) - 8, 2))} bytes, got {length}"
        )
    try:
        header = json.loads(data[8 : 8 + length], object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise ReadingError(f"expected a header of JSON, got none ({error})") from None
    if not isinstance(header, dict):
        raise ReadingError("expected a header that names arrays, got another value")
    header.pop("__metadata__", None)
    if any(len(name) > MAX_NAME for name in header):
        raise ReadingError(f"expected names of at most {MAX_NAME} characters, got a longer one")
    if not 1 <= len(header) <= most:
        raise ReadingError(f"expected 1 to {most} arrays, got {len(header)}")
    buffer = memoryview(data)[8 + length :]
    _covers({name: _span(name, entry) for name, entry in header.items()}, len(buffer))
    return {name: _array(name, entry, buffer) for name, entry in header.items()}


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key[:20]!r} twice")
        found[key] = value
    return found


def _whole(value: object) -> bool:
    """Whether it is an integer from 0 on; True is none."""
    return type(value) is int and value >= 0


def _span(name: str, entry: object) -> tuple[int, int]:
    """Where an array's bytes are, once all that its entry says is sound."""
    fields = entry if isinstance(entry, dict) else {}
    dtype, shape, offsets = (fields.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not (isinstance(shape, list) and all(map(_whole, shape))):
        raise ReadingError(f"{name}: expected a shape of whole numbers, got {str(shape)[:40]}")
    if not (isinstance(offsets, list) and len(offsets) == 2 and all(map(_whole, offsets))):
        raise ReadingError(f"{name}: expected two data_offsets, got {str(offsets)[:40]}")
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise ReadingError(f"{name}: expected one of {', '.join(DTYPES)}, got {str(dtype)[:20]}")
    if len(shape) > MAX_DIMENSIONS or 0 in shape or prod(shape) > MAX_NUMBERS:
        raise ReadingError(
            f"{name}: expected 1 to {MAX_NUMBERS} numbers in at most {MAX_DIMENSIONS} dimensions, "
            f"got shape {str(shape)[:40]}"
        )
    start, end = offsets
    size = prod(shape) * np.dtype(DTYPES[dtype]).itemsize
    if end - start != size:
        raise ReadingError(f"{name}: expected {size} bytes for shape {shape}, got {end - start}")
    return start, end


def _covers(spans: dict[str, tuple[int, int]], size: int) -> None:
    """Raise ReadingError unless the arrays fill the buffer, each byte once."""
    at = 0
    for name, (start, end) in sorted(spans.items(), key=lambda item: item[1]):
        if start != at:
            raise ReadingError(f"{name}: expected data from byte {at} on, got {start}")
        at = end
    if at != size:
        raise ReadingError(f"expected {at} bytes of data, got {size}")


def _array(name: str, entry: dict[str, Any], buffer: memoryview) -> Reading:
    start, end = entry["data_offsets"]
    stored = np.frombuffer(buffer[start:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    if entry["dtype"] != "BF16":
        return reading(name, stored)
    values: Array = (stored.astype(np.uint32) << 16).view(np.float32)
    return replace(reading(name, values), dtype="bfloat16", roundoff=ROUNDOFF["bfloat16"])
