import numpy as np
import pytest
from hypothesis import strategies as st

from core import (
    REDUCTIONS,
    circle_radius,
    contours,
    cross_entropy_dL_dz,
    from_plane,
    interior,
    one_hot,
    simplex_record,
    smooth,
    softmax,
    softmax_jacobian,
    squared_error,
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


CORNERS = np.eye(3)
smoothed = st.floats(0, 0.5).map(lambda eps: smooth(one_hot(1, 3), eps))


@pytest.mark.parametrize(("k", "count"), [(2, 0), (3, 1), (4, 3), (9, 28)])
def test_the_lattice_has_the_points_inside_and_none_on_the_border(k, count):
    points = interior(k)
    assert points.shape == (count, 3)
    assert len(np.unique(points, axis=0)) == count
    np.testing.assert_allclose(points.sum(axis=1), 1)
    assert (points > 0).all()
    np.testing.assert_allclose(points * k, np.round(points * k), atol=1e-12)


@forall(smoothed)
def test_on_its_way_from_the_target_a_contours_corner_is_where_the_level_or_the_border_is_reached(
    t,
):
    levels = np.array([0.3, 1.0, 2.0, 4.0])
    for loss, value in (
        ("CE", lambda y: cross_entropy_of(y, t)),
        ("MSE", lambda y: squared_error(y, t)),
    ):
        polygons = contours(loss, t, levels, per_side=6)
        assert polygons.shape == (4, 18, 3)
        np.testing.assert_allclose(polygons.sum(axis=-1), 1)
        nowhere = levels < value(t)
        np.testing.assert_allclose(polygons[nowhere] - t, 0, atol=1e-9)
        before, beyond = (t + share * (polygons - t) for share in (1 - 1e-6, 1 + 1e-6))
        assert (value(before)[~nowhere] <= levels[~nowhere, None]).all()
        at_border = polygons.min(axis=-1) < 1e-9
        assert (at_border | (value(np.maximum(beyond, 0)) >= levels[:, None])).all()


def cross_entropy_of(y, t):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.where(t > 0, t * np.log(y), 0).sum(axis=-1)


def test_for_a_one_hot_target_a_contour_of_cross_entropy_is_a_straight_line():
    (polygon,) = contours("CE", CORNERS[1], [np.log(4)], per_side=4)
    front = polygon[polygon[:, 1] < 0.25 + 1e-9]
    assert len(front) > 4
    np.testing.assert_allclose(front[:, 1], 0.25)


@forall(smoothed, st.floats(0.01, 0.9))
def test_a_contour_of_squared_error_is_a_circle_about_the_target(t, s):
    (polygon,) = contours("MSE", t, [s / 3], per_side=8)
    from_t = np.linalg.norm(to_plane(polygon) - to_plane(t), axis=-1)
    inside = polygon.min(axis=-1) > 1e-9
    np.testing.assert_allclose(from_t[inside], circle_radius(s), rtol=1e-6)
    assert (from_t <= circle_radius(s) + 1e-9).all()


def test_a_batch_of_targets_has_the_contours_of_each():
    t = smooth(one_hot(0, 3), [0.0, 0.1, 0.4])
    whole = contours("CE", t, [0.5, 2.0])
    assert whole.shape == (3, 2, 24, 3)
    for k in range(3):
        np.testing.assert_array_equal(whole[k], contours("CE", t[k], [0.5, 2.0]))


@pytest.mark.parametrize("t", [[0.5, 0.5], [1, 1, 0], [-1, 1, 1]])
def test_contours_want_a_target_on_the_simplex(t):
    with pytest.raises(ValueError, match="target: expected"):
        contours("CE", t, [1.0])


@pytest.mark.parametrize("tau", [0.1, 0.7, 5.0])
def test_a_temperature_scales_all_steps_of_descent_alike(tau):
    """So arrows drawn to their longest are the same at every temperature."""
    y, t = interior(9), smooth(one_hot(2, 3), 0.2)
    one, other = simplex_record(y, t, 1.0), simplex_record(y, t, tau)
    np.testing.assert_allclose(other.step_ce * tau**2, one.step_ce, atol=1e-13)
    np.testing.assert_allclose(other.step_mse * tau**2, one.step_mse, atol=1e-13)
