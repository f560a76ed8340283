"""What each library prints is read back, with its shape; what it leaves out is asked for."""

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from core import ReadingError, read_numbers
from core.reading.dialects import DIALECTS
from tests.core.printers import CUT, PRINTERS, axes, shape_read
from tests.core.strategies import forall

anything = st.one_of(
    st.floats(-1, 1, allow_subnormal=False),
    st.floats(-1e307, 1e307, allow_subnormal=False),
    st.sampled_from([0.0, 1.0, -1.0, np.nan, np.inf, -np.inf, 1e-300, -3e-7, 1e300]),
)


def array_of(name):
    return array_shapes(min_dims=1, max_dims=axes(name), max_side=12 if axes(name) < 3 else 5)


def agree(read, array):
    """The same numbers, within the printed digits."""
    known = np.isfinite(array)
    np.testing.assert_array_equal(read.values[~known], array[~known])
    room = np.maximum(read.tolerance[known], 1e-15 * np.abs(array[known])) * 1.001
    assert (np.abs(read.values[known] - array[known]) <= room).all()


@pytest.mark.parametrize("name", PRINTERS)
@forall(st.data())
def test_what_is_printed_is_read_back_with_its_shape(name, data):
    array = data.draw(arrays(np.float64, array_of(name), elements=anything))
    text = PRINTERS[name](array)
    read = read_numbers(text)
    assert read.values.shape == shape_read(name, array.shape)
    agree(read, array.reshape(read.values.shape))


def test_every_dialect_of_the_table_has_a_printer():
    assert {dialect.name for dialect in DIALECTS} <= set(PRINTERS)


@pytest.mark.parametrize("name", [d.name for d in DIALECTS if d.print_all])
def test_a_printout_that_leaves_numbers_out_is_refused_with_what_prints_all(name):
    wanted = next(dialect.print_all for dialect in DIALECTS if dialect.name == name)
    with pytest.raises(ReadingError) as e:
        read_numbers(CUT[name])
    assert "leaves numbers out" in str(e.value)
    assert wanted in str(e.value)
