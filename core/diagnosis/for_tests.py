"""A gradient asserted: for somebody's own tests."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, ParamSpec

from core.diagnosis.check import diagnose

_Arguments = ParamSpec("_Arguments")


def _taking(known: Callable[_Arguments, object]) -> Callable[..., Callable[_Arguments, None]]:
    """That a function takes what a known one takes, in its signature too."""
    return lambda f: update_wrapper(f, known, assigned=(), updated=())


@_taking(diagnose)
def assert_gradient(*args: Any, **given: Any) -> None:
    """Pass if all that was given is right; else fail with the report, which names the mistake.

    Parameters
    ----------
    args, given : as `diagnose` takes them
        Arrays of NumPy, PyTorch, JAX or TensorFlow, lists, or text.

    Raises
    ------
    AssertionError
        Whose message is the report, if anything is not right, or its digits leave it open.
    ValueError
        As `diagnose` raises it.

    >>> assert_gradient([2, 1, 0.1], 0, dL_dz=[-0.1, 0.1, 0.0])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    AssertionError: ∂L/∂z: not right.
    ...
    """
    __tracebackhide__ = True  # pytest shows the line of the test, not this one
    found = diagnose(*args, **given)
    if not found.right:
        raise AssertionError(str(found))
