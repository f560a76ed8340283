"""How long a test waits for what must come: one number for all, as a slow machine is no mistake.

A wait ends as soon as there is what it waits for, so a generous number costs nothing where all is
well. Where something must *not* come there is no end to wait for: for that there is a moment.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

SECONDS = float(os.environ.get("PATIENCE", "300"))
MILLISECONDS = 1000 * SECONDS
MOMENT = 0.1
"""Seconds in which what must not happen would have happened."""


def until(condition: Callable[[], object], otherwise: str = "it never came to this") -> None:
    """Wait for a condition; where it never holds, say so."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, otherwise
        time.sleep(0.02)


def _yardstick() -> float:
    """Seconds of CPU for work that takes an ordinary machine 0.012 s, half in Python, half in NumPy."""
    numbers = np.linspace(-1, 1, 400_000)
    start = time.process_time()
    np.sort(np.exp(numbers * np.sin(7e5 * numbers)))
    sum(float(str(k)) for k in range(40_000))
    return time.process_time() - start


@contextmanager
def cpu_at_most(seconds: float) -> Iterator[None]:
    """The block takes no more CPU than an ordinary machine would use in these seconds."""
    before = _yardstick()
    start = time.process_time()
    yield
    used = time.process_time() - start
    slower = max(1, max(before, _yardstick()) / 0.012)
    assert used < slower * seconds, f"{used:.2f} s of CPU, {slower:.1f} times slower than ordinary"
