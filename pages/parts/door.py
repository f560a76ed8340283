"""One page's script at a time: the others wait at the door, for a moment.

Python runs one thread at a time whatever one does. Scripts that take it from each other every few
milliseconds finish no sooner, and cost half as much again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore, local

PATIENCE = 1.0
"""Seconds after which one goes in all the same: nobody waits longer than this for a slow script."""

_door = Semaphore(1)
_here = local()


@contextmanager
def turn() -> Iterator[None]:
    """Around a script, which may end in any way."""
    _here.inside = _door.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        leave()


def leave() -> None:
    """Let the next one in: what is still to come takes long."""
    if getattr(_here, "inside", False):
        _here.inside = False
        _door.release()
