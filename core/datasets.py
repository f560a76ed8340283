"""Two small sets of real data, shipped in `core/data` with their source and licence."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from core.inputs import Array
from core.losses import one_hot

Data = Literal["Iris", "digits"]
DATA: tuple[Data, ...] = ("Iris", "digits")
"""Iris: 150 flowers, 4 lengths, 3 species. digits: 1 797 images of 8×8 pixels, 10 digits."""

_FOLDER = Path(__file__).parent / "data"
_FILES = {"Iris": "iris.csv", "digits": "digits.csv.gz"}


@dataclass(frozen=True)
class Rows:
    """Some samples, each as a mini-batch of one row."""

    raw: Array
    x: Array
    """(…, 1, d)"""
    t: Array
    """(…, 1, n)"""
    label: Array
    """(…)"""


@dataclass(frozen=True)
class Dataset:
    """Samples, their classes, and which of them are for training."""

    features: tuple[str, ...]
    """d names"""
    classes: tuple[str, ...]
    """n names"""
    raw: Array
    """(m, d) as measured: cm, or ink 0 … 16."""
    x: Array
    """(m, d) standardised with mean and spread of the training part."""
    t: Array
    """(m, n) one-hot targets"""
    label: Array
    """(m,) classes from 0"""
    train: Array
    """(m,) True for the training part. Every fifth sample is held out: no choice of chance."""

    def rows(self, number: ArrayLike) -> Rows:
        """Samples by their number (…), counted from 1.

        Raises ValueError for a number that is not that of a sample.
        """
        wanted = np.asarray(number)
        known = wanted.dtype.kind in "iuf" and np.isin(wanted, np.arange(1, len(self.x) + 1)).all()
        if not known:
            raise ValueError(f"number: expected 1 to {len(self.x)}, got {number!r}")
        at = wanted.astype(int) - 1
        raw, x, t = (array[at][..., None, :] for array in (self.raw, self.x, self.t))
        return Rows(raw, x, t, self.label[at])


@cache
def dataset(name: Data) -> Dataset:
    """One of `DATA`. Raises ValueError for another name.

    >>> iris = dataset("Iris")
    >>> iris.x.shape, iris.classes, int(iris.train.sum())
    ((150, 4), ('setosa', 'versicolor', 'virginica'), 120)
    """
    if name not in DATA:
        raise ValueError(f"data: expected one of {DATA}, got {name!r}")
    packed = (_FOLDER / _FILES[name]).read_bytes()
    text = (gzip.decompress(packed) if _FILES[name].endswith(".gz") else packed).decode()
    head, *rows = [line.split(",") for line in text.splitlines()]
    raw = np.array([row[:-1] for row in rows], dtype=np.float64)
    classes, label = np.unique([row[-1] for row in rows], return_inverse=True)
    train = np.arange(len(rows)) % 5 != 4
    spread = raw[train].std(axis=0)
    result = Dataset(
        features=tuple(head[:-1]),
        classes=tuple(classes.tolist()),
        raw=raw,
        x=(raw - raw[train].mean(axis=0)) / np.where(spread > 0, spread, 1),  # a pixel never inked
        t=one_hot(label, len(classes)),
        label=label,
        train=train,
    )
    for array in (result.raw, result.x, result.t, result.label, result.train):
        array.flags.writeable = False  # one copy serves every session
    return result
