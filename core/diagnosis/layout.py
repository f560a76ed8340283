"""How the axes of what was given are laid out: the way to m rows of n classes, and back.

A case is m rows of n classes. People bring one row, a batch of rows, batch × tokens × classes, a
column, a batch of columns (Z = W h + b), PyTorch's (batch, classes, d). Shapes mostly tell which; where
they do not, all that are possible are kept, the likeliest first, and it is for `check` to say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod

import numpy as np

from core.inputs import Array
from core.reading import Reading


@dataclass(frozen=True)
class Arrangement:
    """How an array of a case stands in what was given: its axes split, and put in another order."""

    split: tuple[int, ...]
    """The shape of the case's array, with the batch in as many axes as it was given in."""
    order: tuple[int, ...]
    """Where each axis that was given stands in `split`."""
    told: str = ""
    """What is to be said of it, a sentence; "" where it is as z has led to expect."""

    @property
    def shape(self) -> tuple[int, ...]:
        """As it is given."""
        return tuple(self.split[k] for k in self.order)

    def words(self, ndim: int) -> tuple[str, ...]:
        """What people call the axes of the case's array; () where they are rows and columns."""
        if ndim != 2 or self.order == (0, 1) or len(self.split) < 2:
            return ()
        return ("column", "row") if self.order == (1, 0) else ("example", "class")

    def shown(self, x: Array) -> Array:
        """An array of the case, (m, n) or the like, as people have it."""
        return x.reshape(self.split).transpose(self.order)

    def taken(self, x: Array) -> Array:
        """What people have, up to axes of length 1, with the axes in the case's order."""
        return np.asarray(x.reshape(self.shape).transpose(np.argsort(self.order)))

    def index(self, index: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
        """An index of the case's array, of a shape, as people count."""
        at = np.unravel_index(int(np.ravel_multi_index(index, shape)), self.split)
        return tuple(int(at[k]) for k in self.order)

    def fits(self, shape: tuple[int, ...]) -> bool:
        """Whether that is its shape, up to axes of length 1."""
        return long(shape) == long(self.shape)


def long(shape: tuple[int, ...]) -> list[int]:
    """A shape without the axes of length 1, which people add and drop as it suits."""
    return [k for k in shape if k != 1]


@dataclass(frozen=True)
class Layout:
    """Where z has its examples and its classes."""

    shape: tuple[int, ...]
    """Of z as given, or of y in its place."""
    axis: int
    """That of the classes, from 0."""
    because: str = ""
    """What speaks for it, the end of a sentence; "" where nothing else is possible."""

    @property
    def lead(self) -> tuple[int, ...]:
        """The axes of the examples, () for one example without any."""
        return self.shape[: self.axis] + self.shape[self.axis + 1 :]

    @property
    def rows(self) -> int:
        """m, the number of examples."""
        return prod(self.lead)

    @property
    def classes(self) -> int:
        """n"""
        return self.shape[self.axis]

    @property
    def columns(self) -> bool:
        """Whether each example is a column."""
        return len(self.shape) == 2 and self.axis == 0

    @property
    def rows_last(self) -> bool:
        """Whether each example is a row, or the classes are along the last of more axes."""
        return self.axis == len(self.shape) - 1

    @property
    def own(self) -> Arrangement:
        """z's."""
        return _moved((*self.lead, self.classes), self.axis)

    def told(self, reason: str = "") -> str:
        """A sentence on how z was read; "" for one row or a batch of rows, which is what is asked for.

        `reason` ends it where the layout has none of its own.
        """
        if len(self.shape) < 3 and self.rows_last and not reason:
            return ""
        count = "1 example" if self.rows == 1 else f"{self.rows} examples"
        reason = f", {self.because}" if self.because else reason
        return f"Read with {self.words}: {count} of {self.classes} classes{reason}."

    @property
    def words(self) -> str:
        """What "read with" goes on with."""
        if len(self.shape) < 3:
            return f"one example in each {'row' if self.rows_last else 'column'}"
        return f"the classes along {'the last axis' if self.rows_last else f'axis {self.axis}'}"

    def arrangements(self, quantity: str, k: int = 0) -> tuple[Arrangement, ...]:
        """Those that numbers for a quantity may have, the likeliest first.

        k is the length of a row of h, for ∂L/∂W.
        """
        return _arrangements(self, quantity, k)

    def stands(self, quantity: str, shape: tuple[int, ...], k: int = 0) -> list[Arrangement]:
        """Those arrangements that have a shape, the likeliest first."""
        found = [a for a in self.arrangements(quantity, k) if a.fits(shape)]
        batch = quantity not in ("J", "dL_dW") and shape[-1:] == (self.classes,)
        flat = len(self.lead) < 2  # in more axes than z's; in other ones their order is not known
        if not found and batch and flat and prod(shape[:-1]) == self.rows:
            return [Arrangement(shape, tuple(range(len(shape))))]
        return found

    def fits(self, name: str, read: Reading, k: int) -> bool:
        """Whether numbers for z's companions have a shape that goes with it."""
        shape = read.values.shape
        if name == "h":
            return bool(layer_inputs(self, shape))
        if name == "t" and (self.labels(read) or long(shape) == [self.classes]):
            return True
        return bool(self.stands(name, shape, k))

    def labels(self, t: Reading) -> bool:
        """Whether a target may be a class for each example, or one class for all."""
        shapes = [long(s) for s in ((), self.lead, (self.rows,))]
        if long(t.values.shape) not in shapes and (
            len(self.lead) > 1 or t.values.size != self.rows
        ):
            return False
        whole = np.isfinite(t.values).all() and (t.values == np.round(t.values)).all()
        return bool(whole and (t.values < self.classes).all())

    def summing_to_1(self, name: str, read: Reading) -> bool:
        """Whether a target, or y, sums to 1 over the classes; one that has classes does."""
        values, error = read.values, read.tolerance
        found = self.stands(name, values.shape)
        if found:
            values, error = (found[0].taken(x) for x in (values, error))
        elif name == "t" and self.labels(read):
            return True
        off = np.abs(values.sum(axis=-1) - 1)
        return bool((off <= error.sum(axis=-1) + 1e-3).all())


@lru_cache(maxsize=256)
def _arrangements(layout: Layout, quantity: str, k: int) -> tuple[Arrangement, ...]:
    m, n, lead = layout.rows, layout.classes, layout.lead
    if quantity == "dL_dW":
        plain, turned = Arrangement((k, n), (0, 1)), Arrangement((k, n), (1, 0))
        if layout.columns:  # Z = W h + b
            return turned, _telling(plain, "Read as (in, out), as in z = h W + b.")
        told = "Read as (out, in), the layout of PyTorch’s Linear.weight."
        return plain, _telling(turned, told)
    if quantity == "J":
        found = [Arrangement((*s, n, n), tuple(range(len(s) + 2))) for s in (lead, (m,))]
        columns, diagonal = Arrangement((m, n, n), (1, 2, 0)), _arrangements(layout, "dL_dz", k)
        return *found, columns, *diagonal
    if quantity == "dL_db":
        return Arrangement((n,), (0,)), *_arrangements(layout, "dL_dz", k)
    others = {
        "Read with one example in each row, unlike z.": (
            _moved((*lead, n), len(lead)),
            _moved((m, n), 1),
        ),
        "Read with one example in each column, unlike z.": (_moved((m, n), 0),),
        "Read with the classes along axis 1, unlike z.": (
            (_moved((*lead, n), 1),) if len(lead) > 1 else ()
        ),
        "Read with the first two axes exchanged, unlike z.": (
            (Arrangement((*lead, n), (1, 0, 2)),) if len(lead) == 2 else ()
        ),
    }
    return layout.own, *(_telling(a, told) for told, rows in others.items() for a in rows)


def _moved(split: tuple[int, ...], axis: int) -> Arrangement:
    """The last axis put at another place."""
    order = list(range(len(split) - 1))
    order.insert(axis, len(split) - 1)
    return Arrangement(split, tuple(order))


def _telling(arrangement: Arrangement, told: str) -> Arrangement:
    return replace(arrangement, told=told)


def layer_inputs(layout: Layout, shape: tuple[int, ...]) -> list[Arrangement]:
    """How h of a shape may stand: its rows (m, k) as z's rows, or its columns as z's columns."""
    m = layout.rows
    if len(shape) < 2:
        one = shape[0] if shape else 1
        if m == 1:
            return [Arrangement((1, one), (0, 1))]
        return [Arrangement((m, 1), (0, 1))] if one == m else []
    found = []
    if prod(shape[:-1]) == m:
        found.append(Arrangement((m, shape[-1]), (0, 1)))
    if len(shape) == 2 and shape[1] == m:
        found.insert(0 if layout.columns else 1, Arrangement((m, shape[0]), (1, 0)))
    return found


def layouts(readings: Mapping[str, Reading], base: str, axis: int | None) -> list[Layout]:
    """Those that all shapes allow, the likeliest first.

    Parameters
    ----------
    readings : of `base`, which is z or y, and of whatever else was given
    axis : that of the classes, if it is known

    Raises
    ------
    ValueError
        For an axis that z does not have.
    """
    shape = readings[base].values.shape
    if axis is not None:
        if not -len(shape) <= axis < len(shape):
            raise ValueError(f"axis: expected one of {base}'s {len(shape)} axes, got {axis}")
        return [Layout(shape, axis % len(shape))]
    axes = list(
        dict.fromkeys([len(shape) - 1, *([1] if len(shape) > 2 else []), *range(len(shape))])
    )
    long_axes = [a for a in axes if shape[a] > 1]  # one class is no softmax
    found = [Layout(shape, a) for a in long_axes or axes[:1]]
    others = {name: read for name, read in readings.items() if name != base}

    def fitting(layout: Layout) -> int:
        h = others.get("h")
        k = 0
        if h is not None and (stands := layer_inputs(layout, h.values.shape)):
            k = stands[0].split[1]
        return sum(layout.fits(name, read, k) for name, read in others.items())

    counts = [fitting(layout) for layout in found]
    best = [layout for layout, count in zip(found, counts, strict=True) if count == max(counts)]
    if best[0] is not found[0]:
        return [replace(layout, because="as shapes go together only so") for layout in best]
    # One class is no softmax, and is meant only if that alone makes rows that sum to 1.
    single = [Layout(shape, a) for a in axes if long_axes and shape[a] == 1]
    likely = _by_sums([*best, *single], readings, base)
    alone = {layout.axis for layout in single}
    if likely[0].axis in alone:
        return likely[:1]
    return [layout for layout in likely if layout.axis not in alone]


def _by_sums(found: list[Layout], readings: Mapping[str, Reading], base: str) -> list[Layout]:
    """With those first along whose classes the target sums to 1, or y where there is no z."""
    for name, called in {"t": "the target", "y": "y"}.items():
        if name not in readings or (name == "y" and base == "z"):
            continue
        sums = {layout.axis: layout.summing_to_1(name, readings[name]) for layout in found}
        if any(sums.values()) and not sums[found[0].axis]:
            told = f"as only so {called} sums to 1"
            first = [replace(layout, because=told) for layout in found if sums[layout.axis]]
            return [*first, *(layout for layout in found if not sums[layout.axis])]
    return found
