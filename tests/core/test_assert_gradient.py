"""`assert_gradient`, as somebody's own test calls it."""

import inspect

import numpy as np
import pytest

from core import assert_gradient, cross_entropy_dL_dz, diagnose, one_hot, softmax
from tests.core.diagnoses import BATCH, LABELS

RIGHT = cross_entropy_dL_dz(BATCH, one_hot(LABELS, 3), batch_mean=True)


class Tensor:
    """What PyTorch's looks like to those that do not import it."""

    def __init__(self, values):
        self.values, self.told = values, []

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")

    def _then(self, name):
        self.told.append(name)
        return self

    def detach(self):
        return self._then("detach")

    def cpu(self):
        return self._then("cpu")

    def double(self):
        return self._then("double")

    def numpy(self):
        return np.asarray(self.values)


class Array:
    """What JAX's looks like."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)


class OnTheDevice:
    """What CuPy's looks like."""

    def __array__(self, dtype=None, copy=None):
        raise TypeError("Implicit conversion to a NumPy array is not allowed.")

    def __repr__(self):
        return "0.1 " * 10_000


def test_right_gradients_pass():
    assert_gradient(BATCH, LABELS, y=softmax(BATCH), dL_dz=RIGHT, batch_mean=True)
    assert_gradient([2, 1, 0.1], 0, dL_dz="-0.3410 0.2424 0.0986")


@pytest.mark.parametrize("made", [Tensor, Array, np.float32, list], ids=lambda made: made.__name__)
def test_arrays_of_other_libraries_are_taken_as_they_are(made):
    assert_gradient(made(BATCH), LABELS, dL_dz=made(RIGHT), batch_mean=True)
    with pytest.raises(AssertionError, match="sign-flipped"):
        assert_gradient(made(BATCH), LABELS, dL_dz=made(-RIGHT), batch_mean=True)


def test_a_failure_is_the_report():
    with pytest.raises(AssertionError) as failure:
        assert_gradient(BATCH, LABELS, dL_dz=-RIGHT, batch_mean=True)
    assert str(failure.value) == str(diagnose(BATCH, LABELS, dL_dz=-RIGHT, batch_mean=True))


def test_what_the_digits_leave_open_does_not_pass():
    with pytest.raises(AssertionError, match="not to be told from these digits"):
        assert_gradient("2.3 1.4 0.1", 0, dL_dz="-0.353 0.279 0.073")


def test_what_cannot_be_asked_is_no_failure_of_the_gradient():
    with pytest.raises(ValueError, match="expected numbers to check"):
        assert_gradient(BATCH, LABELS)


def test_an_array_that_numpy_cannot_take_is_refused_in_few_words_that_say_what_to_call():
    with pytest.raises(ValueError, match=r"^dL_dz: .*OnTheDevice.*x\.get\(\)") as refusal:
        assert_gradient(BATCH, LABELS, dL_dz=OnTheDevice())
    assert len(str(refusal.value)) < 400


def test_it_takes_what_diagnose_takes_and_pytest_shows_the_line_of_the_test():
    assert list(inspect.signature(assert_gradient).parameters) == list(
        inspect.signature(diagnose).parameters
    )
    with pytest.raises(AssertionError) as failure:
        assert_gradient(BATCH, LABELS, dL_dz=-RIGHT)
    assert "__tracebackhide__" in failure.traceback[-1].frame.f_locals
