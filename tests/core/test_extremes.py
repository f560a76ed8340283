import tracemalloc

import numpy as np
import pytest
from hypothesis import strategies as st

import core
from core import (
    check_gradient,
    compare_losses,
    cross_entropy,
    cross_entropy_dL_dy,
    cross_entropy_dL_dz,
    jacobian_facts,
    jacobian_parts,
    log_softmax,
    loss_of,
    nudge_record,
    one_hot,
    product_record,
    smooth,
    softmax,
    softmax_complement,
    softmax_jacobian,
    softmax_jvp,
    softmax_vjp,
    squared_error,
    squared_error_dL_dy,
    squared_error_dL_dz,
    upstream_gradient,
    vjp_by_matrix,
    vjp_terms,
)
from tests.core.strategies import ON_LOGITS, arrays_of, forall

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")

TINY = 5e-324
"""The smallest subnormal."""
VOCABULARY = 50257
EXTREME_LOGITS = {
    "huge": [1e308, 1e308, 1e308],
    "hugely negative": [-1e308, -1e308, -1e308],
    "huge and opposite": [1e308, -1e308, 0],
    "largest": [np.finfo(float).max, -np.finfo(float).max, 0],
    "a thousand apart": [1000, 0, -1000],
    "at the edge of underflow": [745, 0, -1],
    "subnormal": [TINY, -TINY, 0],
    "masked": [1, 0, -np.inf],
    "all masked but one": [-np.inf, 3, -np.inf],
    "masked and huge": [1e308, -1e308, -np.inf],
    "one class": [42],
}


@pytest.mark.parametrize("z", EXTREME_LOGITS.values(), ids=EXTREME_LOGITS.keys())
@pytest.mark.parametrize("tau", [1.0, 0.1, 5.0, 1e-300, TINY, 1e308])
def test_probabilities_stand_at_every_extreme(z, tau):
    y = softmax(z, tau)
    assert ((y >= 0) & (y <= 1)).all()
    assert y.sum() == pytest.approx(1, abs=1e-15)
    assert (log_softmax(z, tau) <= 0).all()
    np.testing.assert_allclose(softmax_complement(z, tau), 1 - y, atol=1e-15)


@pytest.mark.parametrize("z", EXTREME_LOGITS.values(), ids=EXTREME_LOGITS.keys())
@pytest.mark.parametrize("tau", [1.0, 0.1, 5.0])
def test_nothing_is_nan_at_any_extreme(z, tau):
    for name, f in ON_LOGITS.items():
        for field, values in arrays_of(f(z, tau)):
            # The naive upstream gradient is there to be looked at, and 0/0 is a norm ratio's right.
            if name == "compare_losses" and field in (".ce.g", ".norm_ratio"):
                continue
            assert not np.isnan(values).any(), f"{name}{field}"


@pytest.mark.parametrize("z", EXTREME_LOGITS.values(), ids=EXTREME_LOGITS.keys())
@pytest.mark.parametrize("tau", [1.0, 0.1, 5.0])
def test_the_jacobian_keeps_its_laws_at_every_extreme(z, tau):
    J = softmax_jacobian(z, tau)
    np.testing.assert_array_equal(J, J.T)
    np.testing.assert_allclose(J.sum(axis=1), 0, atol=1e-15 / tau)
    assert jacobian_facts(z, tau).spectral_norm <= 1 / (2 * tau) * (1 + 1e-15)


@pytest.mark.parametrize("z", EXTREME_LOGITS.values(), ids=EXTREME_LOGITS.keys())
def test_the_fused_gradient_is_finite_for_every_target_at_every_extreme(z):
    for t in np.eye(len(z)):
        dL_dz = cross_entropy_dL_dz(z, t)
        assert np.isfinite(dL_dz).all()
        assert dL_dz.sum() == pytest.approx(0, abs=1e-15)


def test_huge_logits_differ_only_by_their_difference():
    np.testing.assert_array_equal(softmax([1e308, 1e308]), [0.5, 0.5])
    np.testing.assert_array_equal(softmax([-1e308, -1e308]), [0.5, 0.5])
    np.testing.assert_array_equal(softmax([1e308, -1e308]), [1, 0])
    np.testing.assert_array_equal(softmax([1e308, 1e308], 0.1), [0.5, 0.5])


def test_a_difference_of_a_thousand_is_kept_by_the_logarithm():
    np.testing.assert_array_equal(softmax([1000, 0]), [1, 0])
    np.testing.assert_array_equal(log_softmax([1000, 0]), [0, -1000])
    assert cross_entropy([1000, 0], [0, 1]) == 1000
    np.testing.assert_array_equal(cross_entropy_dL_dz([1000, 0], [0, 1]), [1, -1])


def test_the_largest_output_keeps_its_distance_from_one():
    # 1 − 1/(1 + e⁻⁴⁰) = e⁻⁴⁰/(1 + e⁻⁴⁰)
    rest = np.exp(-40) / (1 + np.exp(-40))
    assert softmax([40, 0])[0] == 1
    assert softmax_complement([40, 0])[0] == pytest.approx(rest, rel=1e-15)
    assert log_softmax([40, 0])[0] == pytest.approx(-np.log1p(np.exp(-40)), rel=1e-15)
    assert cross_entropy([40, 0], [1, 0]) == pytest.approx(np.log1p(np.exp(-40)), rel=1e-15)
    assert jacobian_parts([40, 0])[0][0, 0] == pytest.approx(rest, rel=1e-15)
    np.testing.assert_allclose(cross_entropy_dL_dz([40, 0], [1, 0]), [-rest, rest], rtol=1e-15)


def test_squared_error_fades_alike_on_both_sides_of_a_confident_mistake():
    # 2c·2 y₁y₂ (1 − y₂) (1, −1) with c = 1
    faded = 4 * np.exp(-40)
    np.testing.assert_allclose(
        squared_error_dL_dz([40, 0], [0, 1], 1.0, "sum"), [faded, -faded], rtol=1e-12
    )


def test_the_two_step_route_breaks_where_the_fused_one_stands():
    z, t = [1000.0, 0.0], [0, 1]
    g = cross_entropy_dL_dy(softmax(z), t)
    np.testing.assert_array_equal(g, [0, -np.inf])
    for route in (softmax_vjp, vjp_by_matrix, lambda z, g: vjp_terms(z, g).sum(axis=-2)):
        assert not np.isfinite(route(z, g)).any()
    np.testing.assert_array_equal(cross_entropy_dL_dz(z, t), [1, -1])


def test_the_naive_upstream_gradient_is_nan_for_a_class_that_is_no_target_and_has_no_share():
    g = cross_entropy_dL_dy(softmax([1, 0, -np.inf]), [0, 1, 0])
    assert np.isfinite(g[:2]).all()
    assert np.isnan(g[2])


@pytest.mark.parametrize(
    ("z", "t"),
    [([1000.0, 0.0], [0, 1]), ([1.0, 0.0, -np.inf], [0, 1, 0]), ([745.0, 0.0], [0, 1])],
)
def test_the_product_record_shows_the_broken_route_without_a_warning(z, t):
    record = product_record(z, cross_entropy_dL_dy(softmax(z), t))
    assert np.isfinite(record.g[0])
    assert not np.isfinite(record.g).all()


def test_a_masked_class_has_no_share_and_no_gradient():
    z = [1.0, 0.0, -np.inf]
    t = [0, 1, 0]
    np.testing.assert_array_equal(softmax(z)[:2], softmax(z[:2]))
    assert softmax(z)[2] == 0
    assert log_softmax(z)[2] == -np.inf
    assert cross_entropy(z, t) == cross_entropy(z[:2], t[:2])
    for dL_dz in (cross_entropy_dL_dz(z, t), squared_error_dL_dz(z, t, 1.0, "sum")):
        assert dL_dz[2] == 0
        assert dL_dz.sum() == pytest.approx(0, abs=1e-16)
    J = softmax_jacobian(z)
    np.testing.assert_array_equal(J[2], 0)
    np.testing.assert_array_equal(J[:2, :2], softmax_jacobian(z[:2]))
    np.testing.assert_array_equal(nudge_record(z, 2, 1.0).actual, 0)


def test_a_masked_class_as_the_target_costs_infinity():
    assert cross_entropy([1.0, 0.0, -np.inf], [0, 0, 1]) == np.inf
    assert np.isfinite(cross_entropy_dL_dz([1.0, 0.0, -np.inf], [0, 0, 1])).all()


def test_a_masked_class_does_not_disturb_the_complex_step():
    def loss(u):
        return cross_entropy(np.append(u, -np.inf), [0.5, 0.5, 0], 2.0)

    z = np.array([1.0, 0.0])
    gradient = cross_entropy_dL_dz(np.append(z, -np.inf), [0.5, 0.5, 0], 2.0)[:2]
    assert check_gradient(loss, z, gradient, "complex").ok


def test_subnormal_logits_are_as_good_as_equal():
    np.testing.assert_array_equal(softmax([TINY, 0]), [0.5, 0.5])
    np.testing.assert_array_equal(cross_entropy_dL_dz([TINY, 0], [1, 0]), [-0.5, 0.5])


def test_a_subnormal_temperature_is_the_hard_maximum():
    np.testing.assert_array_equal(softmax([1, 0, 1], TINY), [0.5, 0, 0.5])
    np.testing.assert_array_equal(softmax([1, 1 - 1e-15, 0], TINY), [1, 0, 0])
    # Logits as small as the temperature still divide by it.
    np.testing.assert_allclose(softmax([TINY, 0], TINY), softmax([1, 0]))


def test_a_huge_temperature_is_uniform():
    np.testing.assert_allclose(softmax([10, -10, 0], 1e308), 1 / 3)


@pytest.mark.parametrize("tau", [TINY, 1e-310])
def test_jacobians_beyond_the_largest_number_are_infinite_and_never_nan(tau):
    # ¼/τ overflows: the rest of a diagonal part is 0 all the same.
    A, B = jacobian_parts([0.0, 0.0], tau)
    np.testing.assert_array_equal(A, [[np.inf, 0], [0, np.inf]])
    np.testing.assert_array_equal(B, [[0, -np.inf], [-np.inf, 0]])
    np.testing.assert_array_equal(softmax_jacobian([0.0, 0.0], tau), A + B)
    np.testing.assert_array_equal(cross_entropy_dL_dz([0.0, 0.0], [1, 0], tau), [-np.inf, np.inf])


@pytest.mark.parametrize("z", [42.0, -1e308, 0.0, TINY])
def test_one_class_takes_all_and_has_no_gradient(z):
    np.testing.assert_array_equal(softmax([z]), [1])
    np.testing.assert_array_equal(log_softmax([z]), [0])
    np.testing.assert_array_equal(softmax_complement([z]), [0])
    np.testing.assert_array_equal(softmax_jacobian([z]), [[0]])
    np.testing.assert_array_equal(softmax_vjp([z], [3]), [0])
    np.testing.assert_array_equal(cross_entropy_dL_dz([z], [1]), [0])
    np.testing.assert_array_equal(squared_error_dL_dz([z], [1]), [0])
    assert cross_entropy([z], [1]) == 0
    assert np.isnan(compare_losses([z], [1]).norm_ratio)


def test_a_target_of_huge_weights_gives_infinities_without_a_warning():
    assert cross_entropy([0.0, 0.0], [1e308, 1e308]) > 1e308
    assert not np.isnan(cross_entropy([0.0, 0.0], [1e308, 1e308]))


def test_an_infinite_loss_of_several_huge_terms_comes_without_a_warning():
    assert cross_entropy([0, -1e308, -1e308], [1, 1, 1]) == np.inf


def test_an_empty_batch_has_empty_results():
    z = np.zeros((0, 3))
    for name, f in ON_LOGITS.items():
        for field, values in arrays_of(f(z)):
            assert values.size == 0 or values.ndim == 0, f"{name}{field}"


@forall(st.integers(1, 5), st.integers(-308, 308), st.integers(-300, 5))
def test_no_logits_however_scaled_raise_a_warning(n, exponent, tau_exponent):
    z = np.cos(np.arange(1.0, n + 1)) * 10.0**exponent
    tau = 10.0**tau_exponent
    y = softmax(z, tau)
    assert y.sum() == pytest.approx(1, abs=1e-15)
    for t in np.eye(n):
        assert np.isfinite(cross_entropy_dL_dz(z, t, tau)).all()
        assert not np.isnan(cross_entropy(z, t, tau))
    assert not np.isnan(softmax_jacobian(z, tau)).any()


def peak_memory(f):
    """The most memory, in bytes, that f has allocated at any one time."""
    f()
    tracemalloc.start()
    try:
        f()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


Z = np.sin(np.arange(VOCABULARY)) * 10
T = np.zeros(VOCABULARY)
T[7] = 1
Y = softmax(Z)


@pytest.mark.parametrize(
    "f",
    [
        lambda: softmax(Z),
        lambda: log_softmax(Z),
        lambda: softmax_complement(Z),
        lambda: softmax_vjp(Z, T),
        lambda: softmax_jvp(Z, T),
        lambda: smooth(T, 0.1),
        lambda: cross_entropy(Z, T),
        lambda: cross_entropy_dL_dy(Y, T),
        lambda: cross_entropy_dL_dz(Z, T),
        lambda: squared_error(Y, T),
        lambda: squared_error_dL_dy(Y, T),
        lambda: squared_error_dL_dz(Z, T),
        lambda: compare_losses(Z, T),
        lambda: upstream_gradient("CE", Y, t=T),
    ],
)
def test_a_whole_vocabulary_needs_memory_for_a_few_vectors_only(f):
    assert peak_memory(f) < 20 * Z.nbytes


@pytest.mark.parametrize(
    "f",
    [
        lambda n: one_hot(3, n),
        lambda n: upstream_gradient("row", np.full(n, 1 / n), row=3),
        lambda n: nudge_record(np.zeros(n), 3, 0.1),
    ],
    ids=["one_hot", "upstream row", "nudge_record"],
)
def test_picking_one_of_many_classes_needs_no_square_matrix(f):
    n = 2000  # not a vocabulary: its square is 20 GB
    assert peak_memory(lambda: f(n)) < 20 * 8 * n


def test_a_whole_vocabulary_has_the_right_gradient():
    dL_dz = cross_entropy_dL_dz(Z, T)
    np.testing.assert_allclose(dL_dz, Y - T, atol=1e-15)
    assert dL_dz.sum() == pytest.approx(0, abs=1e-14)
    g = np.cos(np.arange(VOCABULARY))
    assert softmax_vjp(Z, g).sum() == pytest.approx(0, abs=1e-14)
    # One entry of g J, summed by hand over the column.
    j = 1000
    column = -Y * Y[j]
    column[j] += Y[j]
    assert softmax_vjp(Z, g)[j] == pytest.approx(g @ column, rel=1e-10)


@pytest.mark.parametrize("z", EXTREME_LOGITS.values(), ids=EXTREME_LOGITS.keys())
def test_the_loss_of_a_mini_batch_is_the_mean_of_its_rows_at_every_extreme(z):
    n = len(z)
    for t in np.eye(n):
        batch, targets = np.array([z, np.zeros(n)]), np.array([t, t])
        ce = (cross_entropy(z, t) + np.log(n)) / 2
        mse = (squared_error(softmax(z), t) + squared_error(np.full(n, 1 / n), t)) / 2
        assert loss_of(batch, targets, "CE") == pytest.approx(ce, rel=1e-14)
        assert loss_of(batch, targets, "MSE") == pytest.approx(mse, rel=1e-14)


def test_the_extremes_are_run_on_every_function_that_takes_logits():
    takes_z = {
        name
        for name in core.__all__
        if "z" in getattr(getattr(core, name), "__annotations__", {})
        and callable(getattr(core, name))
        and not isinstance(getattr(core, name), type)
    }
    # loss_of has no value a row, and its own test above; logit_curve and diagnose have files of tests.
    run = {name.split()[0] for name in ON_LOGITS}
    assert takes_z - run == {"loss_of", "logit_curve", "diagnose"}
