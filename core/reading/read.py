"""Text and arrays, as readings."""

from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.inputs import Array
from core.reading.assemble import Assembler
from core.reading.commas import read_commas
from core.reading.dialects import read_dialects
from core.reading.prose import read_prose
from core.reading.record import FLOAT32, FLOAT64, MAX_TEXT, ROUNDOFF, Reading, ReadingError
from core.reading.sessions import strip_session
from core.reading.sheet import Sheet, dtype_name
from core.reading.spelling import spell, spelled_out
from core.reading.tables import read_table

_STAGES = (spell, strip_session, read_prose, read_dialects, read_commas, read_table)


def reading(name: str, value: "Reading | ArrayLike") -> Reading:
    """Pasted text, an array or a reading, as a reading; `name` opens the message of an error.

    An array whose every value float32 can hold may have been computed in float32, and is taken so.
    """
    if isinstance(value, Reading):
        return value
    if isinstance(value, str):
        try:
            return read_numbers(value)
        except ReadingError as error:
            raise error.of(name) from None
    dtype = dtype_name(str(getattr(value, "dtype", "")))
    array = inputs.array(name, _of_library(name, value))
    if array.dtype.kind == "c":
        raise ValueError(f"{name}: expected real numbers, got complex ones")
    roundoff = max(_roundoff(array), ROUNDOFF.get(dtype, 0.0))
    return Reading(array, np.zeros(array.shape), roundoff, dtype)


def _of_library(name: str, value: Any) -> ArrayLike:
    """An array of a library that is not imported for it, as NumPy's."""
    try:
        if hasattr(value, "detach"):
            return cast(ArrayLike, value.detach().cpu().double().numpy())
        array = np.asarray(value)
        # JAX's and TensorFlow's bfloat16 is a dtype that NumPy does not count among the numbers.
        return array.astype(np.float32) if dtype_name(str(array.dtype)) == "bfloat16" else array
    except ValueError:
        return cast(ArrayLike, value)  # rows of different lengths
    except Exception as error:  # each library has its own
        raise ValueError(
            f"{name}: expected an array of numbers that NumPy can take, got {type(value).__name__} "
            f"({str(error)[:100]}): hand over x.detach().cpu().numpy() of PyTorch, np.asarray(x) of "
            "JAX, x.numpy() of TensorFlow, or x.get() of CuPy"
        ) from None


def _roundoff(values: Array) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        held = values.astype(np.float32)
    return FLOAT32 if np.array_equal(held, values, equal_nan=True) else FLOAT64


def read_numbers(text: str) -> Reading:
    """Numbers pasted as text, in any of the forms that people have them in.

    Parameters
    ----------
    text : str
        Numbers separated by commas, spaces, tabs, semicolons or lines; Python, JSON, C and MATLAB
        brackets; tables; LaTeX matrices; what the libraries of `core.reading.dialects` print. At
        most `MAX_TEXT` characters.

    Returns
    -------
    Reading
        Brackets give its axes; without them lines are rows. One row is (n,), and so is one column
        of plain lines.

    Raises
    ------
    ReadingError
        With line and column, for anything else.

    Notes
    -----
    Nine digits at most, or numbers that float32 can hold, leave open that float32 made them: its
    round-off is then part of what the print justifies.

    >>> read_numbers("tensor([0.6590, 0.2424, 0.0986], grad_fn=<SoftmaxBackward0>)").values
    array([0.659 , 0.2424, 0.0986])
    >>> read_numbers("0.66 0.24 0.1o")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    core.reading.record.ReadingError: line 1, column 11: expected a number, got '0.1o'; accepted are ...
    """
    if len(text) > MAX_TEXT:
        raise ReadingError(f"expected at most {MAX_TEXT} characters, got {len(text)}")
    sheet = Sheet(spelled_out(text))
    for stage in _STAGES:
        stage(sheet)
    return Assembler(sheet).read()
