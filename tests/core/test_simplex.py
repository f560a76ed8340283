import numpy as np
import pytest
from hypothesis import strategies as st

from core import (
    REDUCTIONS,
    cross_entropy_dL_dz,
    from_plane,
    simplex_record,
    softmax,
    softmax_jacobian,
    squared_error_dL_dz,
    to_plane,
)
from tests.core.strategies import forall, one_hots, temperatures, vectors

points = vectors(3, -3, 3).map(softmax)


def test_corners_make_a_triangle_of_side_one():
    np.testing.assert_allclose(
        to_plane(np.eye(3)), [[0, 0], [1, 0], [0.5, np.sqrt(3) / 2]], atol=1e-16
    )


def test_the_uniform_point_is_the_centre():
    np.testing.assert_allclose(to_plane([1 / 3] * 3), [1 / 2, np.sqrt(3) / 6])
    np.testing.assert_allclose(from_plane([1 / 2, np.sqrt(3) / 6]), [1 / 3] * 3)


def test_the_middle_of_an_edge_has_two_equal_entries():
    np.testing.assert_allclose(to_plane([0.5, 0.5, 0]), [0.5, 0])
    np.testing.assert_allclose(from_plane([0.75, np.sqrt(3) / 4]), [0, 0.5, 0.5], atol=1e-16)


def test_points_outside_the_triangle_have_a_negative_entry():
    for outside in ([-0.1, 0.1], [0.5, -0.1], [1, 1]):
        assert from_plane(outside).min() < 0


@forall(points)
def test_the_plane_and_back_is_the_same_point(y):
    np.testing.assert_allclose(from_plane(to_plane(y)), y, atol=1e-15)


@forall(vectors(2, -2, 2))
def test_the_simplex_and_back_is_the_same_point(xy):
    y = from_plane(xy)
    assert y.sum() == pytest.approx(1, abs=1e-14)
    np.testing.assert_allclose(to_plane(y), xy, atol=1e-14)


@forall(points, points)
def test_distances_shrink_by_root_two_everywhere(a, b):
    # ‖e₁ − e₂‖ = √2 is drawn as a side of 1.
    drawn = np.linalg.norm(to_plane(a) - to_plane(b))
    assert drawn == pytest.approx(np.linalg.norm(a - b) / np.sqrt(2), abs=1e-15)


def test_maps_work_on_any_batch():
    y = softmax(np.arange(24.0).reshape(2, 4, 3))
    assert to_plane(y).shape == (2, 4, 2)
    np.testing.assert_allclose(to_plane(y)[1, 2], to_plane(y[1, 2]))
    np.testing.assert_allclose(from_plane(to_plane(y)), y, atol=1e-15)


def test_losses_and_steps_at_the_centre_written_out():
    record = simplex_record([1 / 3] * 3, [1, 0, 0])
    assert record.loss_ce == pytest.approx(np.log(3))
    assert record.loss_mse == pytest.approx(2 / 9)
    # ∂L/∂z = (−2, 1, 1)/3 for cross-entropy, (−4, 2, 2)/27 for squared error; J has 2/9, −1/9
    np.testing.assert_allclose(record.step_ce, np.array([2, -1, -1]) / 9, rtol=1e-14)
    np.testing.assert_allclose(record.step_mse, np.array([4, -2, -2]) / 81, rtol=1e-13)


@forall(points, one_hots(3), temperatures, st.sampled_from(REDUCTIONS))
def test_steps_are_minus_jacobian_times_gradient(y, t, tau, reduction):
    z = tau * np.log(y)
    J = softmax_jacobian(z, tau)
    record = simplex_record(y, t, tau, reduction)
    close = {"atol": 1e-13 / tau**2}
    np.testing.assert_allclose(record.step_ce, -J @ cross_entropy_dL_dz(z, t, tau), **close)
    np.testing.assert_allclose(
        record.step_mse, -J @ squared_error_dL_dz(z, t, tau, reduction), **close
    )


@forall(points, one_hots(3), st.floats(0.5, 5))
def test_steps_are_where_gradient_descent_takes_the_outputs(y, t, tau):
    z, record = tau * np.log(y), simplex_record(y, t, tau)
    s = 1e-5
    for step, dL_dz in [
        (record.step_ce, cross_entropy_dL_dz(z, t, tau)),
        (record.step_mse, squared_error_dL_dz(z, t, tau)),
    ]:
        moved = (softmax(z - s * dL_dz, tau) - softmax(z + s * dL_dz, tau)) / (2 * s)
        np.testing.assert_allclose(step, moved, atol=1e-8)


@forall(points, one_hots(3), temperatures)
def test_steps_stay_in_the_simplex_and_lower_both_losses(y, t, tau):
    record = simplex_record(y, t, tau)
    np.testing.assert_allclose(record.step_ce.sum(), 0, atol=1e-14 / tau**2)
    np.testing.assert_allclose(record.step_mse.sum(), 0, atol=1e-14 / tau**2)
    assert (-t / y) @ record.step_ce <= 0
    assert (2 / 3 * (y - t)) @ record.step_mse <= 1e-17 / tau**2


@forall(points, one_hots(3), temperatures, st.sampled_from(REDUCTIONS))
def test_losses_belong_to_the_point_not_to_the_temperature(y, t, tau, reduction):
    warm, plain = simplex_record(y, t, tau, reduction), simplex_record(y, t, 1.0, reduction)
    np.testing.assert_array_equal(warm.y, y)
    assert warm.loss_ce == pytest.approx(-np.log(y[t == 1]).item(), rel=1e-12)
    assert warm.loss_mse == plain.loss_mse
    # Both J and ∂L/∂z carry 1/τ.
    np.testing.assert_allclose(warm.step_ce * tau**2, plain.step_ce, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(warm.step_mse * tau**2, plain.step_mse, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize(
    "y",
    [
        [0.5, 0.5],
        [0.25] * 4,
        0.5,
        [0.5, 0.5, 0.0],
        [0.6, 0.6, -0.2],
        [np.nan, 0.5, 0.5],
        [[0.2, 0.3, 0.5], [0, 0, 1]],
    ],
)
def test_points_outside_the_interior_are_named(y):
    with pytest.raises(ValueError, match=r"^y: expected .*3.*> 0.*got"):
        simplex_record(y, [1, 0, 0])


@pytest.mark.parametrize("y", ["abc", None, [[1, 2, 3], [1]]])
def test_points_that_are_no_numbers_are_named(y):
    for f in (to_plane, lambda y: simplex_record(y, [1, 0, 0])):
        with pytest.raises(ValueError, match="y: expected an array of numbers, got"):
            f(y)
    with pytest.raises(ValueError, match="xy: expected an array of numbers, got"):
        from_plane(y)


@pytest.mark.parametrize("y", [[0.5, 0.5], [0.25] * 4, 0.5])
def test_points_that_do_not_have_three_entries_are_named(y):
    with pytest.raises(ValueError, match=r"y: expected .*3.*got"):
        to_plane(y)


@pytest.mark.parametrize("xy", [[0.5], [0.1, 0.2, 0.3], 0.5])
def test_points_that_do_not_have_two_coordinates_are_named(xy):
    with pytest.raises(ValueError, match=r"xy: expected .*2.*got"):
        from_plane(xy)


@pytest.mark.parametrize("tau", [0, -1, np.nan, np.inf, "1", None])
def test_a_bad_temperature_is_named_by_the_simplex_too(tau):
    with pytest.raises(ValueError, match=r"temperature: expected .*got"):
        simplex_record([0.2, 0.3, 0.5], [1, 0, 0], tau)
