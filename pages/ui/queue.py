"""One page's script at a time: the others stand in a queue.

Python runs one thread at a time whatever one does. Scripts that take it from each other every few
milliseconds finish no sooner, and cost half as much again.
"""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, local

LONG = 0.25
"""Seconds after which the next one goes in beside a script that is still inside: it is a slow one."""

_lock = Lock()
_waiting: deque[Event] = deque()
_inside: Event | None = None
_since = 0.0
_here = local()


def _let_in(script: Event | None) -> None:
    global _inside, _since
    _inside, _since = script, time.monotonic()
    if script is not None:
        script.set()


@contextmanager
def turn() -> Iterator[None]:
    """Around a script, which may end in any way; what a script inside does in turn is inside."""
    if getattr(_here, "script", None):
        yield
        return
    _here.script = script = Event()
    with _lock:
        if _inside is None:
            _let_in(script)
        else:
            _waiting.append(script)
    while not script.wait(LONG):
        with _lock:
            if _waiting and _waiting[0] is script and time.monotonic() - _since >= LONG:
                _let_in(_waiting.popleft())
    try:
        yield
    finally:
        leave()
        _here.script = None


def leave() -> None:
    """Let the next one in: what is still to come takes long."""
    with _lock:
        if _inside is not None and _inside is getattr(_here, "script", None):
            _let_in(_waiting.popleft() if _waiting else None)
