import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import strategies as st

import core
from core import (
    jacobian_parts,
    log_softmax,
    softmax,
    softmax_complement,
    softmax_jacobian,
)
from tests.core.strategies import (
    arrays_of,
    cases,
    doubles,
    exact_complement,
    exact_softmax,
    forall,
    logits,
    temperatures,
)

Z = np.log([1, 2, 3, 4])
Y = np.array([0.1, 0.2, 0.3, 0.4])
J = np.array(
    [
        [0.09, -0.02, -0.03, -0.04],
        [-0.02, 0.16, -0.06, -0.08],
        [-0.03, -0.06, 0.21, -0.12],
        [-0.04, -0.08, -0.12, 0.24],
    ]
)


def test_logits_log_1_2_3_4_give_tenths():
    np.testing.assert_allclose(softmax(Z), Y, rtol=1e-15)


def test_equal_logits_give_equal_shares():
    np.testing.assert_array_equal(softmax([7, 7, 7, 7]), [0.25] * 4)


def test_temperature_two_takes_the_square_root_of_the_odds():
    np.testing.assert_allclose(softmax(np.log([1, 4]), temperature=2), [1 / 3, 2 / 3], rtol=1e-15)


def test_temperature_one_half_squares_the_odds():
    np.testing.assert_allclose(softmax(np.log([1, 2]), temperature=0.5), [0.2, 0.8], rtol=1e-15)


def test_log_softmax_of_log_1_2_3_4_is_the_log_of_tenths():
    np.testing.assert_allclose(log_softmax(Z), np.log(Y), rtol=1e-15)


def test_complement_of_tenths():
    np.testing.assert_allclose(softmax_complement(Z), [0.9, 0.8, 0.7, 0.6], rtol=1e-15)


def test_jacobian_of_tenths_written_out():
    np.testing.assert_allclose(softmax_jacobian(Z), J, rtol=1e-14)


def test_jacobian_carries_one_over_the_temperature():
    np.testing.assert_allclose(softmax_jacobian(2 * Z, temperature=2), J / 2, rtol=1e-14)
    np.testing.assert_allclose(softmax_jacobian(Z / 4, temperature=0.25), J * 4, rtol=1e-14)


def test_parts_of_the_jacobian_are_its_diagonal_and_the_rest():
    A, B = jacobian_parts(Z)
    np.testing.assert_allclose(A, np.diag([0.09, 0.16, 0.21, 0.24]), rtol=1e-14)
    np.testing.assert_allclose(B, J - np.diag(np.diag(J)), rtol=1e-14)
    assert np.count_nonzero(A) == 4
    assert (np.diag(B) == 0).all()


def test_entry_i_j_is_the_change_of_output_i_with_logit_j():
    # Symmetry hides a transpose in J itself; one column moved by hand does not.
    z, h = np.array([2.0, 1.0, 0.1]), 1e-6
    step = np.array([0, h, 0])
    moved = (softmax(z + step) - softmax(z - step)) / (2 * h)
    np.testing.assert_allclose(softmax_jacobian(z)[:, 1], moved, rtol=1e-8)


@forall(logits(bound=1000), temperatures)
def test_rows_are_probabilities(z, tau):
    y = softmax(z, tau)
    assert (y >= 0).all()
    assert y.sum() == pytest.approx(1, abs=1e-14)


@forall(logits(), temperatures, st.floats(-100, 100))
def test_a_common_shift_changes_nothing(z, tau, shift):
    for f in (softmax, log_softmax, softmax_complement, softmax_jacobian):
        np.testing.assert_allclose(f(z + shift, tau), f(z, tau), rtol=1e-10, atol=1e-12)


@forall(logits().flatmap(lambda z: st.tuples(st.just(z), st.permutations(range(z.size)))))
def test_permuted_logits_give_permuted_results(case):
    z, order = case
    for f in (softmax, log_softmax, softmax_complement):
        np.testing.assert_allclose(f(z[order]), f(z)[order], rtol=1e-13)
    np.testing.assert_allclose(
        softmax_jacobian(z[order]), softmax_jacobian(z)[np.ix_(order, order)], rtol=1e-13
    )


@forall(logits(), temperatures)
def test_temperature_divides_the_logits(z, tau):
    for f in (softmax, log_softmax, softmax_complement):
        np.testing.assert_allclose(f(z, tau), f(z / tau), rtol=1e-12)
    np.testing.assert_allclose(
        softmax_jacobian(z, tau), softmax_jacobian(z / tau) / tau, rtol=1e-11
    )


@forall(logits(), temperatures)
def test_a_larger_logit_never_has_a_smaller_probability(z, tau):
    y = softmax(z, tau)
    assert (np.diff(y[np.argsort(z)]) >= 0).all()


@forall(logits(), temperatures)
def test_softmax_and_its_log_and_complement_are_exact_to_round_off(z, tau):
    y, log_y = exact_softmax(z, tau)
    np.testing.assert_allclose(softmax(z, tau), doubles(y), rtol=2e-13)
    np.testing.assert_allclose(log_softmax(z, tau), doubles(log_y), rtol=2e-13)
    np.testing.assert_allclose(
        softmax_complement(z, tau), doubles(exact_complement(z, tau)), rtol=2e-13
    )


@forall(logits(), temperatures)
def test_complement_is_one_minus_softmax(z, tau):
    np.testing.assert_allclose(softmax_complement(z, tau), 1 - softmax(z, tau), atol=1e-15)


@forall(logits(), temperatures)
def test_the_jacobian_is_symmetric_to_the_last_bit(z, tau):
    J = softmax_jacobian(z, tau)
    np.testing.assert_array_equal(J, J.T)


@forall(logits(), temperatures)
def test_the_jacobian_is_positive_semi_definite(z, tau):
    assert np.linalg.eigvalsh(softmax_jacobian(z, tau)).min() >= -1e-15 / tau


@forall(logits(), temperatures)
def test_rows_and_columns_of_the_jacobian_sum_to_zero(z, tau):
    J = softmax_jacobian(z, tau)
    np.testing.assert_allclose(J.sum(axis=1), 0, atol=1e-15 / tau)
    np.testing.assert_allclose(J.sum(axis=0), 0, atol=1e-15 / tau)


@forall(logits(), temperatures)
def test_the_two_parts_add_up_to_the_jacobian_exactly(z, tau):
    A, B = jacobian_parts(z, tau)
    np.testing.assert_array_equal(A + B, softmax_jacobian(z, tau))


@forall(logits(), temperatures)
def test_the_diagonal_is_never_negative_and_the_rest_never_positive(z, tau):
    A, B = jacobian_parts(z, tau)
    assert (A >= 0).all()
    assert (B <= 0).all()


@forall(logits(), temperatures)
def test_the_jacobian_is_what_autograd_finds(z, tau):
    def plain(u):
        return anp.exp(u / tau) / anp.sum(anp.exp(u / tau))

    expected = autograd.jacobian(plain)(z)
    np.testing.assert_allclose(softmax_jacobian(z, tau), expected, rtol=1e-10, atol=1e-10)


@forall(logits(), temperatures)
def test_the_jacobian_is_what_a_complex_step_finds(z, tau):
    h = 1e-30
    columns = softmax(z + 1j * h * np.eye(z.size), tau).imag / h
    np.testing.assert_allclose(softmax_jacobian(z, tau), columns.T, rtol=1e-10, atol=1e-14)


@forall(logits(bound=3), st.floats(0.5, 5))
def test_the_jacobian_is_what_central_differences_find(z, tau):
    h = 1e-5
    steps = h * np.eye(z.size)
    columns = (softmax(z + steps, tau) - softmax(z - steps, tau)) / (2 * h)
    np.testing.assert_allclose(softmax_jacobian(z, tau), columns.T, atol=1e-8)


@forall(logits(), temperatures)
def test_the_derivative_of_log_softmax_is_identity_minus_y(z, tau):
    h = 1e-30
    columns = log_softmax(z + 1j * h * np.eye(z.size), tau).imag / h
    expected = (np.eye(z.size) - softmax(z, tau)[None, :]) / tau
    np.testing.assert_allclose(columns.T, expected, atol=1e-13 / tau)


@forall(logits(), temperatures)
def test_the_derivative_of_the_complement_is_minus_the_jacobian(z, tau):
    h = 1e-30
    columns = softmax_complement(z + 1j * h * np.eye(z.size), tau).imag / h
    np.testing.assert_allclose(columns.T, -softmax_jacobian(z, tau), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize(
    ("z", "message"),
    [
        ([0.0, np.nan], "z: expected finite logits.*got nan"),
        ([0.0, np.inf], r"z: expected finite logits.*got.*\+inf"),
        ([-np.inf, -np.inf], "z: expected at least one finite logit.*got a row of −inf"),
        ([[0, 1], [-np.inf, -np.inf]], "z: expected at least one finite logit.*got a row of −inf"),
        ([], r"z: expected shape \(…, n\).*got shape \(0,\)"),
        (np.zeros((2, 0)), r"z: expected shape \(…, n\).*got shape \(2, 0\)"),
        (3.0, r"z: expected shape \(…, n\).*got shape \(\)"),
        ("abc", "z: expected an array of numbers, got 'abc'"),
        (["a", "b"], "z: expected an array of numbers, got .*'a'"),
        (None, "z: expected an array of numbers, got None"),
        ([1, None], "z: expected an array of numbers, got .*None"),
        ([[1, 2], [3]], r"z: expected an array of numbers, got \[\[1, 2\], \[3\]\]"),
    ],
)
@pytest.mark.parametrize(
    "f", [softmax, log_softmax, softmax_complement, jacobian_parts, softmax_jacobian]
)
def test_bad_logits_are_named(f, z, message):
    with pytest.raises(ValueError, match=message):
        f(z)


@pytest.mark.parametrize("tau", [0, -1, -0.0, np.nan, np.inf, -np.inf, 1j, [1, 0]])
@pytest.mark.parametrize(
    "f", [softmax, log_softmax, softmax_complement, jacobian_parts, softmax_jacobian]
)
def test_a_temperature_that_is_not_positive_is_named(f, tau):
    with pytest.raises(ValueError, match="temperature: expected finite numbers > 0, got"):
        f([0.0, 1.0], tau)


@pytest.mark.parametrize("tau", ["1", None, [[1], [1, 2]]])
def test_a_temperature_that_is_no_number_is_named(tau):
    with pytest.raises(ValueError, match="temperature: expected an array of numbers, got"):
        softmax([0.0, 1.0], tau)


def test_temperatures_that_do_not_fit_the_batch_are_named():
    with pytest.raises(ValueError, match=r"expected .*, got z \(4, 3\) and temperature.*\(5, 1\)"):
        softmax(np.zeros((4, 3)), np.ones(5))


def test_one_bad_temperature_among_many_is_refused():
    for bad in (0, -1, np.nan, np.inf):
        with pytest.raises(ValueError, match="temperature: expected finite numbers > 0, got"):
            softmax(np.zeros((2, 3)), [1.0, bad])


def test_a_bad_temperature_is_quoted():
    with pytest.raises(ValueError, match=r"got -2\.5$"):
        softmax([0.0, 1.0], -2.5)


@forall(cases())
def test_a_record_stands_for_its_logits_and_temperature(case):
    z, t, tau = case
    made = core.softmax_record(z, tau)
    assert core.softmax_record(made) is made
    for f in (
        core.softmax,
        core.log_softmax,
        core.softmax_complement,
        core.jacobian_parts,
        core.softmax_jacobian,
        core.jacobian_facts,
        lambda *at: core.softmax_vjp(at[0], t, *at[1:]),
        lambda *at: core.product_record(at[0], t, *at[1:]),
        lambda *at: core.cross_entropy(at[0], t, *at[1:]),
        lambda *at: core.cross_entropy_dL_dz(at[0], t, *at[1:]),
        lambda *at: core.squared_error_dL_dz(at[0], t, *at[1:]),
        lambda *at: core.compare_losses(at[0], t, *at[1:]),
    ):
        for (name, a), (_, b) in zip(arrays_of(f(made)), arrays_of(f(z, tau)), strict=True):
            np.testing.assert_array_equal(a, b, err_msg=name)
