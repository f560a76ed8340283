import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import strategies as st

from core import (
    REDUCTIONS,
    UPSTREAM,
    cross_entropy_dL_dz,
    softmax,
    softmax_jacobian,
    softmax_vjp,
    squared_error_dL_dz,
    upstream_gradient,
)
from tests.core.strategies import cases, forall

Y = [0.1, 0.2, 0.3, 0.4]
T = [0, 1, 0, 0]


def test_the_kinds_are_the_five_of_the_explorer():
    assert UPSTREAM == ("CE", "MSE", "ones", "row", "custom")


@pytest.mark.parametrize(
    ("kind", "chosen", "g"),
    [
        ("CE", {"t": T}, [0, -5, 0, 0]),
        ("MSE", {"t": T}, [0.05, -0.4, 0.15, 0.2]),
        ("MSE", {"t": T, "reduction": "sum"}, [0.2, -1.6, 0.6, 0.8]),
        ("MSE", {"t": T, "reduction": "half"}, [0.1, -0.8, 0.3, 0.4]),
        ("ones", {}, [1, 1, 1, 1]),
        ("row", {"row": 2}, [0, 0, 1, 0]),
        ("row", {"row": np.int64(0)}, [1, 0, 0, 0]),
        ("custom", {"custom": [5, -5, 0, 1]}, [5, -5, 0, 1]),
    ],
)
def test_upstream_gradient_of_each_kind_written_out(kind, chosen, g):
    found = upstream_gradient(kind, Y, **chosen)
    np.testing.assert_allclose(found, g, rtol=1e-14)
    assert found.dtype == np.float64


@pytest.mark.parametrize(
    ("kind", "loss"),
    [("ones", lambda y: anp.sum(y)), ("row", lambda y: y[2]), ("CE", lambda y: -anp.log(y[1]))],
)
def test_upstream_gradients_are_those_of_their_scalar(kind, loss):
    found = upstream_gradient(kind, Y, t=T, row=2)
    np.testing.assert_allclose(found, autograd.grad(loss)(np.array(Y)), rtol=1e-14)


@forall(cases(), st.sampled_from(REDUCTIONS))
def test_each_kind_times_the_jacobian_is_the_gradient_of_its_scalar(case, reduction):
    z, t, tau = case
    y = softmax(z, tau)

    def product(kind, **chosen):
        return softmax_vjp(z, upstream_gradient(kind, y, **chosen), tau)

    close = {"rtol": 1e-9, "atol": 1e-12 / tau}
    np.testing.assert_allclose(product("CE", t=t), cross_entropy_dL_dz(z, t, tau), **close)
    np.testing.assert_allclose(
        product("MSE", t=t, reduction=reduction),
        squared_error_dL_dz(z, t, tau, reduction),
        **close,
    )
    np.testing.assert_allclose(product("ones"), 0, atol=1e-15 / tau)
    row = z.size - 1
    np.testing.assert_allclose(product("row", row=row), softmax_jacobian(z, tau)[row], **close)


def test_every_kind_has_a_row_for_each_row_of_y():
    y = np.tile(Y, (2, 3, 1))
    for kind in UPSTREAM:
        found = upstream_gradient(kind, y, t=T, row=1, custom=[1, 2, 3, 4])
        assert found.shape == (2, 3, 4)
        np.testing.assert_array_equal(
            found[1, 2], upstream_gradient(kind, Y, t=T, row=1, custom=[1, 2, 3, 4])
        )


@pytest.mark.parametrize("kind", ["ce", "", "sum", None, 3, []])
def test_an_unknown_kind_is_named(kind):
    with pytest.raises(ValueError, match=r"kind: expected one of .*CE.*custom.*, got ") as e:
        upstream_gradient(kind, Y, t=T)
    assert str(e.value).endswith(f"got {kind!r}")


@pytest.mark.parametrize(
    ("kind", "missing"), [("CE", "t"), ("MSE", "t"), ("row", "row"), ("custom", "custom")]
)
def test_a_missing_argument_is_named(kind, missing):
    with pytest.raises(ValueError, match=f"^{missing}: expected .*{kind}.*, got None"):
        upstream_gradient(kind, Y)


@pytest.mark.parametrize("row", [-1, 4, 1.0, True, np.True_, "1", [1]])
def test_a_row_that_is_no_class_is_named(row):
    with pytest.raises(ValueError, match="row: expected an integer from 0 to 3, got") as e:
        upstream_gradient("row", Y, row=row)
    assert repr(row) in str(e.value)


@pytest.mark.parametrize(
    ("custom", "message"),
    [
        ([1, 2], r"expected shape \(…, 4\), got shape \(2,\)"),
        (1.0, r"expected shape \(…, 4\), got shape \(\)"),
        ("abcd", "expected an array of numbers, got 'abcd'"),
        ([[1], [1, 2]], r"expected an array of numbers, got \[\[1\], \[1, 2\]\]"),
    ],
)
def test_a_bad_custom_gradient_is_named(custom, message):
    with pytest.raises(ValueError, match=message):
        upstream_gradient("custom", Y, custom=custom)


def test_a_custom_batch_that_does_not_fit_y_is_named():
    with pytest.raises(
        ValueError, match=r"expected .*got .*\(2, 4\).*\(3, 4\)|expected .*got .*\(3, 4\)"
    ):
        upstream_gradient("custom", np.tile(Y, (2, 1)), custom=np.ones((3, 4)))


@pytest.mark.parametrize("kind", ["CE", "MSE"])
def test_ragged_targets_are_named(kind):
    with pytest.raises(ValueError, match="target: expected an array of numbers, got"):
        upstream_gradient(kind, Y, t=[[1], [1, 2]])


def test_an_unknown_reduction_is_named_here_too():
    with pytest.raises(ValueError, match=r"reduction: expected one of .*, got 'max'"):
        upstream_gradient("MSE", Y, t=T, reduction="max")


@pytest.mark.parametrize("kind", UPSTREAM)
def test_outputs_that_are_no_numbers_are_named(kind):
    with pytest.raises(ValueError, match="y: expected an array of numbers, got 'ab'"):
        upstream_gradient(kind, "ab", t=T, row=0, custom=T)
