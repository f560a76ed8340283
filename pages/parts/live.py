"""What lets the board follow a thumb: every state that one slider can reach, computed ahead.

For each slider on the page and each of its steps, with the other controls held, `core` has
computed the board's numbers; the browser only looks them up. All sweeps are one batch.

A number travels as the upper 32 bits of its float64: the full range at 20 bits of mantissa, so
6.3 significant digits (relative error below 5e−7). Columns that are equal are sent once, those
that a slider does not move not at all; the rest as differences, byte planes, deflate.
"""

import json
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from core.inputs import Array
from pages.parts.controls import CONTROLS, Slider

Numbers = Callable[..., Mapping[str, Array]]
"""From the sliders' values, each with or without a leading batch, to the board's quantities."""


def grid(key: str) -> Array:
    """Every value that a slider can take."""
    control = cast(Slider, CONTROLS[key])
    count = round((control.high - control.low) / control.step) + 1
    return np.round(control.low + control.step * np.arange(count), 10)


def _batch(inputs: Mapping[str, Array]) -> tuple[dict[str, int], dict[str, Array]]:
    """The sliders with their number of steps, and the inputs of all their sweeps in one batch."""
    sliders = {
        f"{name}{k + 1}" if value.ndim else name: (
            name,
            k,
            grid(f"{name}1" if value.ndim else name),
        )
        for name, value in inputs.items()
        for k in range(value.size)
    }
    total = sum(len(steps) for _, _, steps in sliders.values())
    batch = {name: np.repeat(value[None], total, axis=0) for name, value in inputs.items()}
    start = 0
    for name, k, steps in sliders.values():
        column = batch[name] if batch[name].ndim == 1 else batch[name][:, k]
        column[start : start + len(steps)] = steps
        start += len(steps)
    return {key: len(steps) for key, (_, _, steps) in sliders.items()}, batch


def _words(values: Array) -> Array:
    """The upper 32 bits of float64, rounded."""
    bits = np.ascontiguousarray(values + 0.0).view(np.uint64)  # + 0.0 makes −0 a 0
    return np.asarray(((bits + np.uint64(1 << 31)) >> np.uint64(32)).astype(np.uint32))


def frames(
    page: str,
    state: Mapping[str, float | str | None],
    numbers: Numbers,
    quantities: Mapping[str, ArrayLike],
    **inputs: Array | float,
) -> bytes:
    """All reachable states, packed for board.js.

    Parameters
    ----------
    page : the page's name; only its boards are painted
    state : the value of every control that has been drawn
    numbers : called once with every input batched
    quantities : what it gave for the inputs as they are
    inputs : the sliders' values: () for a slider of that name, (n,) for name1 … namen

    Returns
    -------
    bytes
        Length of the header (4 bytes, little-endian), header (JSON), body (deflate).
    """
    arrays = {name: np.asarray(value, dtype=np.float64) for name, value in inputs.items()}
    now = {name: np.asarray(v, dtype=np.float64) for name, v in quantities.items()}
    sliders, batch = _batch(arrays)
    total = sum(sliders.values())
    swept = numbers(**batch)

    base = np.concatenate([np.zeros(0), *(v.ravel() for v in now.values())])
    table = _words(
        np.concatenate(
            [
                np.zeros((total, 0)),
                *(
                    np.broadcast_to(swept[name], (total, *value.shape)).reshape(total, value.size)
                    for name, value in now.items()
                ),
            ],
            axis=1,
        ).astype(np.float64)
    )
    base_words = _words(base)

    # Equal columns (J is symmetric, A and B are parts of it) are one.
    first: dict[bytes, int] = {}
    slots = [
        first.setdefault(base_words[s].tobytes() + column.tobytes(), len(first))
        for s, column in enumerate(np.ascontiguousarray(table.T))
    ]
    kept = [slots.index(u) for u in range(len(first))]
    table, base, base_words = table[:, kept], base[kept], base_words[kept]

    header: list[dict[str, Any]] = []
    body: list[Array] = [np.zeros(0, np.uint32)]  # a page may have no sliders
    start = 0
    for key, count in sliders.items():
        part = table[start : start + count]
        moved = np.flatnonzero((part != base_words).any(axis=0))
        body.append(np.diff(part[:, moved].T, axis=1, prepend=np.uint32(0)).ravel())
        control = cast(Slider, CONTROLS[key])
        header.append(
            {
                "key": key,
                "low": control.low,
                "step": control.step,
                "count": count,
                "columns": moved.tolist(),
            }
        )
        start += count
    offsets = np.cumsum([0, *(v.size for v in now.values())]).tolist()
    head = json.dumps(
        {
            "page": page,
            "state": state,
            "sliders": header,
            "quantities": dict(zip(now, offsets, strict=False)),
            "slots": slots,
            "base": [
                v if np.isfinite(v) else str(v).replace("inf", "Infinity") for v in base.tolist()
            ],
        }
    ).encode()
    planes = np.concatenate(body).astype(">u4").view(np.uint8).reshape(-1, 4).T
    return struct.pack("<I", len(head)) + head + zlib.compress(planes.tobytes(), 1)
