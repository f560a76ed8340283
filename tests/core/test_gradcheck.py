import numpy as np
import pytest

from core import (
    GradientCheck,
    central_difference,
    check_gradient,
    cross_entropy,
    cross_entropy_dL_dz,
)

Z = np.array([0.3, -1.2, 2.0])
T = np.array([0.2, 0.5, 0.3])
RIGHT = cross_entropy_dL_dz(Z, T)
methods = pytest.mark.parametrize("method", ["central", "complex"])


def loss(z):
    return cross_entropy(z, T)


@methods
def test_the_right_gradient_agrees(method):
    found = check_gradient(loss, Z, RIGHT, method)
    assert found.ok
    assert "agrees" in str(found)
    np.testing.assert_allclose(found.numeric, RIGHT, rtol=1e-8)
    np.testing.assert_array_equal(found.given, RIGHT)


@methods
@pytest.mark.parametrize("entry", [0, 1, 2])
def test_one_part_in_a_thousand_is_caught_in_any_entry(method, entry):
    wrong = RIGHT.copy()
    wrong[entry] *= 1.001
    found = check_gradient(loss, Z, wrong, method)
    assert not found.ok
    assert found.worst == (entry,)
    assert found.error == pytest.approx(abs(RIGHT[entry]) / 1000, rel=1e-3)


@methods
def test_one_part_in_a_thousand_is_caught_throughout(method):
    assert not check_gradient(loss, Z, RIGHT * 1.001, method).ok
    assert not check_gradient(loss, Z, RIGHT * 0.999, method).ok


@methods
def test_a_wrong_sign_is_caught(method):
    assert not check_gradient(loss, Z, -RIGHT, method).ok
    one_sign = RIGHT * [1, -1, 1]
    assert check_gradient(loss, Z, one_sign, method).worst == (1,)


@methods
def test_swapped_entries_are_caught(method):
    assert not check_gradient(loss, Z, RIGHT[[1, 0, 2]], method).ok


@methods
def test_a_transposed_gradient_is_caught(method):
    W = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert check_gradient(lambda u: (W * u * u).sum(), W, 2 * W * W, method).ok
    assert not check_gradient(lambda u: (W * u * u).sum(), W, 2 * (W * W).T, method).ok


@methods
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_not_finite_is_caught(method, bad):
    wrong = RIGHT.copy()
    wrong[2] = bad
    with np.errstate(invalid="ignore"):
        found = check_gradient(loss, Z, wrong, method)
    assert not found.ok
    assert found.worst == (2,)
    assert found.error == np.inf


@methods
def test_an_infinite_gradient_is_caught_without_a_warning(method):
    with np.errstate(all="raise"):
        assert not check_gradient(lambda u: (u * u).sum(), [1.0, 2.0], [2, np.inf], method).ok


@methods
def test_a_function_that_gives_nan_is_caught(method):
    assert not check_gradient(lambda u: u.sum() * np.nan, Z, RIGHT, method).ok


def test_a_zero_gradient_of_a_function_that_moves_is_caught():
    found = check_gradient(loss, Z, np.zeros(3))
    assert not found.ok
    assert found.worst == (int(np.abs(RIGHT).argmax()),)


def test_complex_step_sees_an_error_that_central_differences_cannot():
    wrong = RIGHT + 1e-8
    assert check_gradient(loss, Z, wrong, "central").ok
    assert not check_gradient(loss, Z, wrong, "complex").ok


def test_complex_step_loses_nothing_to_cancellation():
    found = check_gradient(lambda u: np.exp(u).sum(), Z, np.exp(Z), "complex")
    assert found.error <= 2e-16


def test_the_tolerance_decides():
    wrong = RIGHT * 1.001
    assert check_gradient(loss, Z, wrong, tolerance=1e-2).ok
    assert not check_gradient(loss, Z, wrong, tolerance=1e-5).ok
    assert not check_gradient(loss, Z, RIGHT, tolerance=0).ok


def test_the_error_is_relative_for_large_entries_and_absolute_for_small_ones():
    large = check_gradient(lambda u: 1000 * u.sum(), [0.0], [1001.0], "complex")
    assert large.error == pytest.approx(1 / 1001)
    larger_numeric = check_gradient(lambda u: 1000 * u.sum(), [0.0], [999.0], "complex")
    assert larger_numeric.error == pytest.approx(1 / 1000)
    small = check_gradient(lambda u: 0.001 * u.sum(), [0.0], [0.002], "complex")
    assert small.error == pytest.approx(0.001)


def test_the_central_step_grows_with_the_argument():
    # A step of ε^⅓ from 1e8 would leave x² no correct digit.
    assert check_gradient(lambda u: (u * u).sum(), [1e8, -1e8], [2e8, -2e8]).ok


@methods
def test_the_report_shows_both_numbers_and_where(method):
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    claim = np.array([[2.0, 4.0], [6.25, 8.0]])
    report = str(check_gradient(lambda u: (u * u).sum(), x, claim, method, tolerance=1e-3))
    assert "differs" in report
    assert "[1, 0]" in report
    assert "given 6.25" in report
    assert "numeric 6.0000" in report or "numeric 6," in report or "numeric 5.9999" in report
    assert "error 0.04" in report


def test_the_report_shows_both_numbers_when_they_agree():
    report = str(check_gradient(lambda u: 0.5 * u.sum(), [1.0], [0.5], "complex"))
    assert report == "gradient agrees: worst entry [0]: given 0.5, numeric 0.5, error 0"


@methods
def test_a_number_has_a_gradient_too(method):
    found = check_gradient(lambda u: u**3, 2.0, 12.0, method)
    assert found.ok
    assert found.worst == ()
    assert "given 12, numeric 12" in str(found)


@methods
def test_the_function_may_return_an_array_with_one_entry(method):
    assert check_gradient(lambda u: np.array([u.sum()]), Z, np.ones(3), method).ok


def test_the_point_and_the_claim_are_left_as_they_were():
    z, gradient = Z.copy(), RIGHT.copy()
    check_gradient(loss, z, gradient)
    np.testing.assert_array_equal(z, Z)
    np.testing.assert_array_equal(gradient, RIGHT)


def test_the_verdict_is_a_plain_bool_in_a_record():
    found = check_gradient(loss, Z, RIGHT)
    assert isinstance(found, GradientCheck)
    assert found.ok is True
    assert isinstance(found.error, float)


@pytest.mark.parametrize("gradient", [[1.0, 2.0], [[1.0, 2.0, 3.0]], 1.0])
def test_a_gradient_of_another_shape_is_named(gradient):
    shape = str(np.shape(gradient)).replace("(", r"\(").replace(")", r"\)")
    with pytest.raises(ValueError, match=rf"gradient: expected shape \(3,\), got shape {shape}"):
        check_gradient(loss, Z, gradient)


@pytest.mark.parametrize("method", ["forward", "", None, 1])
def test_an_unknown_method_is_named(method):
    with pytest.raises(ValueError, match="method: expected 'central' or 'complex', got") as e:
        check_gradient(loss, Z, RIGHT, method)
    assert str(e.value).endswith(repr(method))


@pytest.mark.parametrize("bad", ["ab", None, [[1], [1, 2]]])
def test_what_is_no_array_of_numbers_is_named(bad):
    with pytest.raises(ValueError, match="x: expected an array of numbers, got"):
        check_gradient(loss, bad, RIGHT)
    with pytest.raises(ValueError, match="gradient: expected an array of numbers, got"):
        check_gradient(loss, Z, bad)


def test_a_central_difference_is_exact_for_a_parabola():
    x = np.array([-3.0, 0.0, 0.5, 1e8])
    np.testing.assert_allclose(central_difference(lambda u: 2 * u * u, x), 4 * x, rtol=1e-9)


def test_a_central_difference_of_a_cube_is_off_by_the_square_of_its_step():
    # ((x + h)³ − (x − h)³)/2h = 3x² + h², and at 0 the step is ε^⅓.
    found = central_difference(lambda u: u**3, 0.0)
    assert found == pytest.approx(np.finfo(float).eps ** (2 / 3), rel=1e-12)


@pytest.mark.parametrize(("x", "step"), [(0, 1), (0.5, 1), (-1, 1), (20, 20), (-1e6, 1e6)])
def test_a_central_difference_steps_to_both_sides_by_a_share_of_the_argument(x, step):
    asked = []

    def f(u):
        asked.append(float(u))
        return u

    central_difference(f, x)
    step *= np.cbrt(np.finfo(float).eps)
    assert sorted(asked) == [x - step, x + step]


def test_entries_are_moved_each_by_itself():
    x = np.arange(6.0).reshape(2, 3)
    found = central_difference(np.sin, x)
    np.testing.assert_allclose(found, np.cos(x), rtol=1e-9)
    for entry in np.ndindex(x.shape):
        assert found[entry] == central_difference(np.sin, x[entry])


def test_one_number_may_move_a_batch_of_values():
    found = central_difference(lambda u: u * np.array([1.0, -2.0, 0.0]), 3.0)
    np.testing.assert_allclose(found, [1, -2, 0], rtol=1e-9)


def test_a_central_difference_on_a_kink_is_the_mean_of_both_derivatives():
    assert central_difference(lambda u: np.maximum(u, 0), 0.0) == pytest.approx(0.5)
    assert central_difference(np.abs, 0.0) == 0


def test_a_central_difference_leaves_its_argument_as_it_was():
    x = np.array([1.0, 2.0])
    central_difference(lambda u: u * u, x)
    np.testing.assert_array_equal(x, [1, 2])


def test_a_central_difference_of_whole_numbers_is_a_float():
    found = central_difference(lambda u: u * u, [1, 2])
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, [2, 4], rtol=1e-9)


@pytest.mark.parametrize("bad", ["ab", None, [[1], [1, 2]]])
def test_a_point_that_is_no_array_of_numbers_is_named(bad):
    with pytest.raises(ValueError, match="x: expected an array of numbers, got"):
        central_difference(np.sin, bad)


def test_the_check_measures_by_central_differences():
    numeric = check_gradient(loss, Z, RIGHT).numeric
    for entry in range(3):

        def of_entry(value, entry=entry):
            moved = Z.copy()
            moved[entry] = value
            return loss(moved)

        assert numeric[entry] == central_difference(of_entry, Z[entry])
