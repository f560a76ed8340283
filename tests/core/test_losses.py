"""Cross-entropy and squared error, written out and against independent derivatives."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import strategies as st

from core import (
    REDUCTIONS,
    check_gradient,
    cross_entropy,
    cross_entropy_dL_dy,
    cross_entropy_dL_dz,
    one_hot,
    smooth,
    softmax,
    softmax_vjp,
    squared_error,
    squared_error_dL_dy,
    squared_error_dL_dz,
)
from tests.core.strategies import (
    cases,
    doubles,
    exact_complement,
    exact_softmax,
    forall,
    one_hots,
    seeds,
    targets,
    vectors,
)

Z = np.log([1, 2, 3, 4])
Y = np.array([0.1, 0.2, 0.3, 0.4])
T = np.array([0, 1, 0, 0])
reductions = st.sampled_from(REDUCTIONS)
FACTOR = {"mean": lambda n: 1 / n, "sum": lambda n: 1, "half": lambda n: 1 / 2}


def test_cross_entropy_of_one_fifth_is_log_five():
    assert cross_entropy(Z, T) == pytest.approx(np.log(5), rel=1e-15)


def test_cross_entropy_weighs_the_logs_by_the_target():
    expected = -(0.5 * np.log(0.1) + 0.5 * np.log(0.4))
    assert cross_entropy(Z, [0.5, 0, 0, 0.5]) == pytest.approx(expected, rel=1e-15)


def test_upstream_gradient_of_cross_entropy_is_minus_five_at_one_fifth():
    np.testing.assert_allclose(cross_entropy_dL_dy(Y, T), [0, -5, 0, 0])


def test_upstream_gradient_of_cross_entropy_has_no_negative_zeros():
    assert not np.signbit(cross_entropy_dL_dy(Y, T))[[0, 2, 3]].any()


def test_cross_entropy_gradient_written_out():
    np.testing.assert_allclose(cross_entropy_dL_dz(Z, T), [0.1, -0.8, 0.3, 0.4], rtol=1e-14)


def test_cross_entropy_gradient_of_a_target_that_sums_to_three():
    np.testing.assert_allclose(
        cross_entropy_dL_dz(Z, [2, 0, 1, 0]), [-1.7, 0.6, -0.1, 1.2], rtol=1e-14
    )


def test_cross_entropy_gradient_at_temperature_two_is_half():
    np.testing.assert_allclose(
        cross_entropy_dL_dz(2 * Z, T, temperature=2), [0.05, -0.4, 0.15, 0.2], rtol=1e-14
    )


# (y − t) = (.1, −.8, .3, .4), whose squares sum to .9
@pytest.mark.parametrize(("reduction", "loss"), [("mean", 0.225), ("sum", 0.9), ("half", 0.45)])
def test_squared_error_of_tenths_in_each_reduction(reduction, loss):
    assert squared_error(Y, T, reduction) == pytest.approx(loss, rel=1e-14)


@pytest.mark.parametrize(("reduction", "share"), [("mean", 0.25), ("sum", 1), ("half", 0.5)])
def test_squared_error_gradients_written_out(reduction, share):
    # g = (.2, −1.6, .6, .8), ⟨g, y⟩ = .2, and y ⊙ (g − .2) in the reduction "sum"
    g = squared_error_dL_dy(Y, T, reduction)
    np.testing.assert_allclose(g, share * np.array([0.2, -1.6, 0.6, 0.8]), rtol=1e-14)
    dL_dz = squared_error_dL_dz(Z, T, 1.0, reduction)
    np.testing.assert_allclose(dL_dz, share * np.array([0, -0.36, 0.12, 0.24]), atol=1e-16)


def test_squared_error_takes_the_mean_over_classes_unless_told():
    assert squared_error(Y, T) == squared_error(Y, T, "mean")
    np.testing.assert_array_equal(squared_error_dL_dy(Y, T), squared_error_dL_dy(Y, T, "mean"))
    np.testing.assert_array_equal(squared_error_dL_dz(Z, T), squared_error_dL_dz(Z, T, 1.0, "mean"))


def test_batch_mean_averages_rows_over_every_leading_axis():
    z = np.array([[Z, -Z, 2 * Z], [0 * Z, Z + 1, Z / 2]])
    t = np.array([[T, T, [1, 0, 0, 0]], [T, [0, 0, 0, 1], T]])
    y = softmax(z)
    assert cross_entropy(z, t, batch_mean=True) == pytest.approx(cross_entropy(z, t).sum() / 6)
    assert squared_error(y, t, batch_mean=True) == pytest.approx(squared_error(y, t).sum() / 6)
    for whole, by_row in [
        (cross_entropy_dL_dz(z, t, batch_mean=True), cross_entropy_dL_dz(z, t)),
        (cross_entropy_dL_dy(y, t, batch_mean=True), cross_entropy_dL_dy(y, t)),
        (squared_error_dL_dy(y, t, batch_mean=True), squared_error_dL_dy(y, t)),
        (squared_error_dL_dz(z, t, batch_mean=True), squared_error_dL_dz(z, t)),
    ]:
        np.testing.assert_allclose(whole, by_row / 6, rtol=1e-14, atol=1e-16)


def test_batch_mean_of_one_row_is_that_row():
    assert cross_entropy(Z, T, batch_mean=True) == cross_entropy(Z, T)
    np.testing.assert_array_equal(
        cross_entropy_dL_dz(Z, T, batch_mean=True), cross_entropy_dL_dz(Z, T)
    )


@forall(seeds)
def test_batch_mean_gradients_are_those_of_the_batch_mean_loss(seed):
    random = np.random.default_rng(seed)
    z, t = random.normal(size=(4, 3)), random.dirichlet([1, 1, 1], size=4)
    assert check_gradient(
        lambda u: cross_entropy(u, t, 0.7, batch_mean=True),
        z,
        cross_entropy_dL_dz(z, t, 0.7, batch_mean=True),
        "complex",
    ).ok
    assert check_gradient(
        lambda u: squared_error(softmax(u, 0.7), t, "sum", batch_mean=True),
        z,
        squared_error_dL_dz(z, t, 0.7, "sum", batch_mean=True),
        "complex",
    ).ok


@forall(cases())
def test_cross_entropy_is_the_exact_sum_of_logs(case):
    z, t, tau = case
    _, log_y = exact_softmax(z, tau)
    exact = -sum(float(ti) * float(li) for ti, li in zip(t, log_y, strict=True) if ti)
    assert cross_entropy(z, t, tau) == pytest.approx(exact, rel=1e-12, abs=1e-300)


@forall(cases(target=one_hots))
def test_cross_entropy_of_a_distribution_is_not_negative(case):
    assert cross_entropy(*case) >= 0


@forall(cases(), reductions)
def test_squared_error_is_zero_only_at_the_target(case, reduction):
    z, t, tau = case
    y = softmax(z, tau)
    assert squared_error(t, t, reduction) == 0
    expected = FACTOR[reduction](z.size) * sum((y - t) ** 2)
    assert squared_error(y, t, reduction) == pytest.approx(expected, rel=1e-13, abs=1e-300)


@forall(cases(target=one_hots))
def test_cross_entropy_gradient_is_y_minus_t_for_a_one_hot_at_temperature_one(case):
    z, t, _ = case
    np.testing.assert_allclose(cross_entropy_dL_dz(z, t), softmax(z) - t, atol=1e-15)


@forall(cases())
def test_cross_entropy_gradient_is_y_sum_t_minus_t_over_temperature(case):
    z, t, tau = case
    expected = (softmax(z, tau) * t.sum() - t) / tau
    np.testing.assert_allclose(cross_entropy_dL_dz(z, t, tau), expected, atol=1e-14 / tau)


@forall(cases())
def test_the_fused_cross_entropy_gradient_is_that_of_the_two_steps(case):
    z, t, tau = case
    two_steps = softmax_vjp(z, cross_entropy_dL_dy(softmax(z, tau), t), tau)
    np.testing.assert_allclose(cross_entropy_dL_dz(z, t, tau), two_steps, atol=1e-12 / tau)


@forall(cases(target=one_hots))
def test_cross_entropy_gradient_is_exact_to_round_off_however_saturated(case):
    z, t, tau = case
    y, rest = doubles(exact_softmax(z, tau)[0]), doubles(exact_complement(z, tau))
    np.testing.assert_allclose(
        cross_entropy_dL_dz(z, t, tau), np.where(t == 1, -rest, y) / tau, rtol=1e-12
    )


@forall(cases(max_n=2, target=one_hots), reductions)
def test_squared_error_gradient_is_exact_to_round_off_however_saturated(case, reduction):
    # Of two classes only: the gradients of three may cancel for a reason of their own.
    z, t, tau = case
    y, rest = exact_softmax(z, tau)[0], exact_complement(z, tau)
    label = int(t.argmax())
    # g = y − t with its entry at the label, −(1 − y), kept to 120 digits.
    g = [-rest[i] if i == label else y[i] for i in range(z.size)]
    inner = sum(gi * yi for gi, yi in zip(g, y, strict=True))
    exact = doubles([yi * (gi - inner) for gi, yi in zip(g, y, strict=True)])
    exact *= 2 * FACTOR[reduction](z.size) / tau
    found = squared_error_dL_dz(z, t, tau, reduction)
    np.testing.assert_allclose(found, exact, rtol=1e-11)


@forall(cases())
def test_cross_entropy_gradient_is_what_autograd_finds(case):
    z, t, tau = case

    def loss(u):
        return -anp.sum(t * (u / tau - anp.log(anp.sum(anp.exp(u / tau)))))

    expected = autograd.grad(loss)(z)
    assert cross_entropy(z, t, tau) == pytest.approx(loss(z), rel=1e-10, abs=1e-10)
    np.testing.assert_allclose(cross_entropy_dL_dz(z, t, tau), expected, rtol=1e-10, atol=1e-10)


@forall(cases(), reductions)
def test_squared_error_gradient_is_what_autograd_finds(case, reduction):
    z, t, tau = case
    factor = FACTOR[reduction](z.size)

    def loss(u):
        y = anp.exp(u / tau) / anp.sum(anp.exp(u / tau))
        return factor * anp.sum((y - t) ** 2)

    expected = autograd.grad(loss)(z)
    np.testing.assert_allclose(
        squared_error_dL_dz(z, t, tau, reduction), expected, rtol=1e-10, atol=1e-10
    )


@forall(vectors(4, 0.05, 1), targets(4), reductions)
def test_upstream_gradients_are_what_autograd_finds(y, t, reduction):
    ce = autograd.grad(lambda u: -anp.sum(t * anp.log(u)))(y)
    np.testing.assert_allclose(cross_entropy_dL_dy(y, t), ce, rtol=1e-10)
    mse = autograd.grad(lambda u: FACTOR[reduction](4) * anp.sum((u - t) ** 2))(y)
    np.testing.assert_allclose(squared_error_dL_dy(y, t, reduction), mse, rtol=1e-10, atol=1e-15)


@pytest.mark.torch
def test_values_and_gradients_are_those_of_pytorch():
    import torch

    random = np.random.default_rng(1)
    z, labels = random.normal(0, 3, size=(5, 4)), random.integers(4, size=5)
    t = smooth(one_hot(labels, 4), 0.1)

    u = torch.tensor(z, requires_grad=True)
    ce = torch.nn.functional.cross_entropy(u, torch.tensor(labels), label_smoothing=0.1)
    ce.backward()
    assert cross_entropy(z, t, batch_mean=True) == pytest.approx(ce.item(), rel=1e-12)
    np.testing.assert_allclose(
        cross_entropy_dL_dz(z, t, batch_mean=True), u.grad.numpy(), rtol=1e-10, atol=1e-14
    )

    u = torch.tensor(z, requires_grad=True)
    mse = torch.nn.functional.mse_loss(torch.softmax(u, dim=-1), torch.tensor(t))
    mse.backward()
    assert squared_error(softmax(z), t, batch_mean=True) == pytest.approx(mse.item(), rel=1e-12)
    np.testing.assert_allclose(
        squared_error_dL_dz(z, t, batch_mean=True), u.grad.numpy(), rtol=1e-10, atol=1e-14
    )


def test_the_published_reductions_are_the_accepted_ones():
    assert REDUCTIONS == ("mean", "sum", "half")


@pytest.mark.parametrize("reduction", ["max", "", "Mean", None, 1, []])
@pytest.mark.parametrize(
    "f",
    [
        lambda reduction: squared_error(Y, T, reduction),
        lambda reduction: squared_error_dL_dy(Y, T, reduction),
        lambda reduction: squared_error_dL_dz(Z, T, 1.0, reduction),
    ],
)
def test_an_unknown_reduction_is_named(f, reduction):
    with pytest.raises(
        ValueError, match=r"reduction: expected one of .*mean.*sum.*half.*, got "
    ) as e:
        f(reduction)
    assert str(e.value).endswith(f"got {reduction!r}")


@pytest.mark.parametrize("f", [cross_entropy, cross_entropy_dL_dz, squared_error_dL_dz])
def test_batches_that_do_not_broadcast_are_named(f):
    with pytest.raises(
        ValueError, match=r"expected shapes that broadcast, got .*\(2, 3\).*\(4, 3\)"
    ):
        f(np.zeros((2, 3)), np.ones((4, 3)))


@pytest.mark.parametrize("f", [cross_entropy_dL_dy, squared_error, squared_error_dL_dy])
def test_outputs_and_targets_that_do_not_broadcast_are_named(f):
    with pytest.raises(ValueError, match=r"got y \(2, 3\) and target \(4, 3\)"):
        f(np.ones((2, 3)), np.ones((4, 3)))


@pytest.mark.parametrize("f", [cross_entropy_dL_dy, squared_error, squared_error_dL_dy])
@pytest.mark.parametrize("y", ["ab", None, [[1], [1, 2]]])
def test_outputs_that_are_no_numbers_are_named(f, y):
    with pytest.raises(ValueError, match="y: expected an array of numbers, got"):
        f(y, [1, 0])


@pytest.mark.parametrize("f", [cross_entropy_dL_dy, squared_error, squared_error_dL_dy])
@pytest.mark.parametrize("y", [0.5, []])
def test_outputs_without_classes_are_refused_by_their_own_name(f, y):
    with pytest.raises(ValueError, match=r"^y: expected .*got"):
        f(y, [1.0])


@forall(cases(), st.floats(-100, 100))
def test_the_cross_entropy_gradient_ignores_a_common_shift(case, shift):
    z, t, tau = case
    np.testing.assert_allclose(
        cross_entropy_dL_dz(z + shift, t, tau), cross_entropy_dL_dz(z, t, tau), atol=1e-12
    )


def test_a_loss_of_nothing_is_zero_and_not_minus_zero():
    assert not np.signbit(cross_entropy([1000.0, 0.0], [1, 0]))
