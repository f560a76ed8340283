import numpy as np
import pytest
from hypothesis import strategies as st

from core import softmax, softmax_jacobian, sweep_logit
from tests.core.strategies import forall, logits, vectors


def test_a_sweep_moves_one_logit_and_holds_the_others():
    np.testing.assert_array_equal(
        sweep_logit([2, 1, 0.1], 1, [-1, 0, 5.5]),
        [[2, -1, 0.1], [2, 0, 0.1], [2, 5.5, 0.1]],
    )


@forall(logits(), vectors(5, -10, 10), st.data())
def test_every_row_of_a_sweep_is_the_logits_with_one_replaced(z, values, data):
    k = data.draw(st.integers(0, z.size - 1))
    swept = sweep_logit(z, k, values)
    assert swept.shape == (5, z.size)
    for row, value in zip(swept, values, strict=True):
        expected = z.copy()
        expected[k] = value
        np.testing.assert_array_equal(row, expected)


@forall(logits(min_n=2), vectors(4, -10, 10))
def test_a_sweep_is_a_batch_for_the_other_functions(z, values):
    swept = sweep_logit(z, 0, values)
    for i in range(4):
        np.testing.assert_allclose(softmax(swept)[i], softmax(swept[i]), rtol=1e-14)
        np.testing.assert_allclose(
            softmax_jacobian(swept)[i], softmax_jacobian(swept[i]), rtol=1e-13
        )


@forall(logits(min_n=2))
def test_a_rising_logit_takes_from_every_other_class(z):
    y = softmax(sweep_logit(z, 1, np.linspace(-10, 10, 21)))
    assert (np.diff(y[:, 1]) >= 0).all()
    assert (np.diff(np.delete(y, 1, axis=1), axis=0) <= 0).all()


def test_a_sweep_without_values_is_empty():
    assert sweep_logit([2, 1, 0], 0, []).shape == (0, 3)


def test_a_sweep_leaves_the_logits_alone():
    z = np.array([2.0, 1.0, 0.1])
    sweep_logit(z, 0, [7, 8])[:] = 0
    np.testing.assert_array_equal(z, [2, 1, 0.1])


def test_a_sweep_accepts_an_index_from_numpy():
    np.testing.assert_array_equal(sweep_logit([2, 1], np.int32(1), [3]), [[2, 3]])


@pytest.mark.parametrize("k", [-1, 3, 1.0, True, np.True_, "1", None, [0]])
def test_a_logit_that_does_not_exist_is_named(k):
    with pytest.raises(ValueError, match="k: expected an integer from 0 to 2, got") as e:
        sweep_logit([2, 1, 0], k, [1])
    assert repr(k) in str(e.value)


@pytest.mark.parametrize(("z", "values"), [([[2, 1]], [1]), ([2, 1], 1.0), ([2, 1], [[1]])])
def test_shapes_other_than_one_row_and_one_list_are_named(z, values):
    with pytest.raises(ValueError, match=r"expected z \(n,\) and values \(m,\), got \(") as e:
        sweep_logit(z, 0, values)
    assert f"{np.shape(z)} and {np.shape(values)}" in str(e.value)


def test_bad_logits_and_values_are_named():
    with pytest.raises(ValueError, match="z: expected finite logits"):
        sweep_logit([np.nan, 0], 0, [1])
    with pytest.raises(ValueError, match="values: expected an array of numbers, got 'ab'"):
        sweep_logit([1, 0], 0, "ab")
