"""What lets the board follow a thumb: every state that one slider can reach, computed ahead.

For each slider on the page and each of its steps, with the other controls held, `core` has
computed the board's numbers; the browser only looks them up. All sweeps are one batch.

What is now travels as float64. A number of a sweep is the upper 32 bits of that: the full range at
20 bits of mantissa, so 6.3 significant digits (relative error below 5e−7). Columns that are equal
are sent once, those that a slider does not move not at all; the rest as differences, byte planes,
deflate.
"""

import json
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np

from core.inputs import Array
from pages.board.grid import Grid

Numbers = Callable[..., Mapping[str, Array]]
"""From the sliders' values, each with a leading batch, to the board's quantities."""


Grids = Mapping[str, Grid]
"""The steps of each slider, by its key."""


def _batch(grids: Grids, inputs: Mapping[str, Array]) -> tuple[dict[str, slice], dict[str, Array]]:
    """The rows in which each slider is swept, and all inputs in one batch: as they are, then swept."""
    names = {
        f"{name}{k + 1}" if value.ndim else name: (name, k)
        for name, value in inputs.items()
        for k in range(value.size)
    }
    rows, end = {}, 1
    for key in names:
        if grids[key].count > 1:
            rows[key] = slice(end, end := end + grids[key].count)
    batch = {name: np.repeat(value[None], end, axis=0) for name, value in inputs.items()}
    for key in rows:
        name, k = names[key]
        column = batch[name] if batch[name].ndim == 1 else batch[name][:, k]
        column[rows[key]] = grids[key].values
    return rows, batch


def _words(values: Array) -> Array:
    """The upper 32 bits of float64, rounded. In place, as these are many: the values are lost."""
    values += 0.0  # makes −0 a 0
    bits = values.view(np.uint64)
    bits += np.uint64(1 << 31)
    bits >>= np.uint64(32)
    return bits.astype(np.uint32)


@dataclass(frozen=True)
class Sweeps:
    """A page's numbers at its sliders' values, and at every other that one of them can take."""

    now: dict[str, Array]
    packed: bytes
    """All of them as the browser takes them (js/decode.js)."""
    offsets: dict[str, int]
    """Where in `packed` each quantity's numbers are now, in bytes."""
    sliders: tuple[str, ...]
    """The keys of those that are swept."""

    def holding(self, name: str, value: float) -> "Sweeps":
        """The same with another value of a quantity that is its slider's own, and moves nothing else."""
        packed = bytearray(self.packed)
        struct.pack_into("<d", packed, self.offsets[name], value)
        return replace(self, now={**self.now, name: np.array(float(value))}, packed=bytes(packed))


def sweeps(numbers: Numbers, grids: Grids, /, **inputs: Array | float) -> Sweeps:
    """Compute a page's numbers, all in one call.

    Parameters
    ----------
    numbers : from the inputs with a leading axis to quantities that have it too, if they depend on them
    grids : of all sliders that move an input
    inputs : the sliders' values: () for a slider of that name, (n,) for name1 … namen
    """
    rows, batch = _batch(grids, {k: np.asarray(v, dtype=np.float64) for k, v in inputs.items()})
    states = {name: np.asarray(value) for name, value in numbers(**batch).items()}
    count = _count(rows)
    moved = {name for name, v in states.items() if v.shape[:1] == (count,)}
    # A copy: whoever keeps these numbers does not keep the sweeps that they were cut from.
    now = {name: np.array(v[0] if name in moved else v) for name, v in states.items()}
    return Sweeps(now, *_packed(now, states, rows, grids), tuple(rows))


def _count(rows: Mapping[str, slice]) -> int:
    """Of the rows of a batch."""
    return max((part.stop for part in rows.values()), default=1)


def still(numbers: Mapping[str, Array]) -> Sweeps:
    """Numbers that no slider moves."""
    now = {name: np.asarray(value) for name, value in numbers.items()}
    return Sweeps(now, *_packed(now, now, {}, {}), ())


class _Slider(TypedDict):
    """One slider in the header: what it can take, and which columns of the table it moves."""

    key: str
    low: float
    step: float
    count: int
    moves: list[int]


def _packed(
    now: dict[str, Array], states: dict[str, Array], rows: dict[str, slice], grids: Grids
) -> tuple[bytes, dict[str, int]]:
    """Length of the header (4 bytes, little-endian), header (JSON), now (float64), sweeps (deflate).

    And where in it each quantity is now.

    Parameters
    ----------
    now : each quantity at the sliders' values
    states : each of (rows, …): as they are, then swept; or of its own shape if no slider moves it
    rows : in which each slider is swept, one after the other
    grids : of those sliders
    """
    quantities, numbers = _table(now, states, _count(rows))
    values = numbers[:, 0].astype("<f8").tobytes()
    columns, table = _distinct(_words(numbers))
    sliders: list[_Slider] = []
    body: list[Array] = [np.zeros(0, np.uint32)]  # a page may have no sliders
    for key, swept in rows.items():
        part = table[:, swept]
        moved = np.flatnonzero((part != table[:, :1]).any(axis=1))
        steps = part[moved]
        steps[:, 1:] -= part[moved, :-1]
        body.append(steps.ravel())
        grid = grids[key]
        sliders.append(
            {
                "key": key,
                "low": grid.low,
                "step": grid.step,
                "count": grid.count,
                "moves": moved.tolist(),
            }
        )
    head = _sized({"sliders": sliders, "quantities": quantities, "columns": columns})
    planes = np.concatenate(body).astype(">u4").view(np.uint8).reshape(-1, 4).T
    deflate = zlib.compressobj(level=2, memLevel=9)  # the next ones take longer for little
    packed = b"".join(
        [
            head,
            values,
            deflate.compress(planes.tobytes()),
            deflate.flush(),
        ]
    )
    return packed, {name: len(head) + 8 * offset for name, (offset, *_) in quantities.items()}


def _table(
    now: Mapping[str, Array], states: Mapping[str, Array], count: int
) -> tuple[dict[str, list[int]], Array]:
    """Offset and shape of each quantity, and all its numbers in all rows (width, count)."""
    quantities, width = {}, 0
    for name, value in now.items():
        quantities[name] = [width, *value.shape]
        width += value.size
    numbers = np.empty((width, count))
    for name, value in now.items():
        start = quantities[name][0]
        alike = (count if states[name].ndim > value.ndim else 1, value.size)
        numbers[start : start + value.size] = states[name].reshape(alike).T
    return quantities, numbers


def _distinct(words: Array) -> tuple[list[int], Array]:
    """Which column of the table each number has, and the table of those that differ, each in a row.

    J is symmetric, and A and B are parts of it: equal columns are one.
    """
    whole = f"V{words.itemsize * words.shape[1]}"
    first: dict[bytes, int] = {}
    of = [first.setdefault(one, k) for k, one in enumerate(words.view(whole).ravel().tolist())]
    place = {k: new for new, k in enumerate(first.values())}
    return [place[k] for k in of], words[list(place)]


def _sized(part: Mapping[str, object]) -> bytes:
    text = json.dumps(part).encode()
    return struct.pack("<I", len(text)) + text


def frames(page: str, state: Mapping[str, object], sweeps: Sweeps, part: str = "followed") -> bytes:
    """All frames that one slider can reach, and of what they are.

    Parameters
    ----------
    page : the page's name; only its boards are painted
    state : the value of every control that they depend on
    part : of the page's numbers; what arrives later of a part takes its place
    """
    return _sized({"page": page, "part": part, "state": state}) + sweeps.packed


def stored(packed: bytes) -> bytes:
    """The same frames without compression, for whoever compresses them together with others."""
    start = end = 0
    for _ in ("of what they are", "what is where"):
        start = end + 4
        end = start + int(struct.unpack_from("<I", packed, end)[0])
    end += 8 * len(json.loads(packed[start:end])["columns"])
    return packed[:end] + zlib.compress(zlib.decompress(packed[end:]), level=0)
