from decimal import Decimal

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import strategies as st

from core import (
    softmax,
    softmax_jacobian,
    softmax_jvp,
    softmax_vjp,
    vjp_by_matrix,
    vjp_terms,
)
from tests.core.strategies import doubles, exact_softmax, forall, logits, products, vectors

Z = np.log([1, 2, 3, 4])
G = np.array([1, 2, 3, 4])
ROUTES = {
    "formula": softmax_vjp,
    "matrix": vjp_by_matrix,
    "terms": lambda z, g, tau=1.0: vjp_terms(z, g, tau).sum(axis=-2),
}
every_route = pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES.keys())
every_function = pytest.mark.parametrize("f", [softmax_vjp, softmax_jvp, vjp_terms, vjp_by_matrix])


@every_route
def test_product_written_out(route):
    # y = (.1, .2, .3, .4), ⟨g, y⟩ = 3, y ⊙ (g − 3) = (−.2, −.2, 0, .4)
    np.testing.assert_allclose(route(Z, G), [-0.2, -0.2, 0, 0.4], atol=1e-15)


@every_route
def test_product_at_temperature_two_is_half(route):
    np.testing.assert_allclose(route(2 * Z, G, 2), [-0.1, -0.1, 0, 0.2], atol=1e-15)


@every_route
def test_weights_of_one_give_zero_the_right_answer_to_the_wrong_question(route):
    np.testing.assert_allclose(route([2.0, 1.0, 0.1], [1, 1, 1]), 0, atol=1e-16)


@every_route
def test_a_weight_on_one_output_gives_its_row_of_the_jacobian(route):
    np.testing.assert_allclose(route(Z, [0, 0, 1, 0]), [-0.03, -0.06, 0.21, -0.12], rtol=1e-14)


def test_terms_are_rows_of_the_jacobian_times_their_weight():
    terms = vjp_terms(Z, [0, 10, 0, -1])
    np.testing.assert_allclose(
        terms,
        [[0, 0, 0, 0], [-0.2, 1.6, -0.6, -0.8], [0, 0, 0, 0], [0.04, 0.08, 0.12, -0.24]],
        rtol=1e-14,
    )


def test_first_order_change_when_one_logit_moves_is_a_column_of_the_jacobian():
    np.testing.assert_allclose(
        softmax_jvp(Z, [0, 0.5, 0, 0]), [-0.01, 0.08, -0.03, -0.04], rtol=1e-14
    )


@forall(products())
def test_three_routes_agree(product):
    z, g, tau = product
    first, *others = (route(z, g, tau) for route in ROUTES.values())
    for other in others:
        np.testing.assert_allclose(other, first, rtol=1e-10, atol=1e-14 / tau)


@forall(products(max_n=4))
def test_the_product_is_the_double_sum(product):
    z, g, tau = product
    J = softmax_jacobian(z, tau)
    n = range(z.size)
    expected = [sum(g[i] * J[i, j] for i in n) for j in n]
    np.testing.assert_allclose(softmax_vjp(z, g, tau), expected, atol=1e-13 / tau)


@forall(products())
def test_products_sum_to_zero(product):
    z, g, tau = product
    assert softmax_vjp(z, g, tau).sum() == pytest.approx(0, abs=1e-14 / tau)


@forall(products(), st.floats(-100, 100))
def test_a_constant_added_to_g_changes_nothing(product, constant):
    z, g, tau = product
    np.testing.assert_allclose(
        softmax_vjp(z, g + constant, tau), softmax_vjp(z, g, tau), atol=1e-12 / tau
    )


@forall(products(), st.floats(-5, 5))
def test_the_product_is_linear_in_g(product, factor):
    z, g, tau = product
    h = np.cos(g)
    np.testing.assert_allclose(
        softmax_vjp(z, factor * g + h, tau),
        factor * softmax_vjp(z, g, tau) + softmax_vjp(z, h, tau),
        atol=1e-12 / tau,
    )


@forall(products(min_n=3, max_n=3), vectors(3, -5, 5))
def test_forward_and_reverse_products_are_adjoint(product, v):
    z, g, tau = product
    assert g @ softmax_jvp(z, v, tau) == pytest.approx(
        softmax_vjp(z, g, tau) @ v, rel=1e-10, abs=1e-12 / tau
    )


@forall(products())
def test_no_product_is_longer_than_g_over_twice_the_temperature(product):
    z, g, tau = product
    longest = np.linalg.norm(g) / (2 * tau)
    assert np.linalg.norm(softmax_vjp(z, g, tau)) <= longest * (1 + 1e-12) + 1e-300


@forall(products())
def test_the_product_is_what_autograd_finds(product):
    z, g, tau = product
    expected = autograd.grad(lambda u: anp.dot(g, anp.exp(u / tau)) / anp.sum(anp.exp(u / tau)))(z)
    np.testing.assert_allclose(softmax_vjp(z, g, tau), expected, rtol=1e-10, atol=1e-10)


@forall(products())
def test_the_forward_product_is_what_a_complex_step_finds(product):
    z, v, tau = product
    expected = softmax(z + 1e-30j * v, tau).imag / 1e-30
    np.testing.assert_allclose(softmax_jvp(z, v, tau), expected, rtol=1e-10, atol=1e-13 / tau)


@forall(st.integers(0, 200), vectors(3, -5, 5))
def test_products_are_exact_to_round_off_however_saturated(gap, g):
    z = [gap, 0, -1]
    y, weights = exact_softmax(z)[0], [Decimal(float(gi)) for gi in g]
    inner = sum(gi * yi for gi, yi in zip(weights, y, strict=True))
    exact = doubles([yi * (gi - inner) for gi, yi in zip(weights, y, strict=True)])
    # The largest class has an entry as small as the others': it must not drown in that of ⟨g, y⟩.
    np.testing.assert_allclose(
        softmax_vjp(z, g), exact, rtol=0, atol=1e-12 * np.abs(exact).max() + 1e-100
    )


@forall(logits(min_n=2, max_n=4))
def test_one_row_of_z_serves_a_batch_of_g_and_the_other_way_round(z):
    batch = np.stack([z, np.cos(z), np.sin(z)])
    for f in (softmax_vjp, softmax_jvp, vjp_terms, vjp_by_matrix):
        for i in range(3):
            np.testing.assert_allclose(f(z, batch)[i], f(z, batch[i]), rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(f(batch, z)[i], f(batch[i], z), rtol=1e-12, atol=1e-15)


def test_infinite_and_nan_upstream_gradients_pass_through():
    for bad in (np.inf, -np.inf, np.nan):
        for f in (softmax_vjp, vjp_terms, vjp_by_matrix):
            assert np.isnan(f([1, 0], [bad, 0])).any() or np.isinf(f([1, 0], [bad, 0])).any()


@every_function
@pytest.mark.parametrize(
    ("g", "message"),
    [
        ([1, 2], r"g: expected shape \(…, 3\), got shape \(2,\)"),
        ([[1], [2], [3]], r"g: expected shape \(…, 3\), got shape \(3, 1\)"),
        (1.0, r"g: expected shape \(…, 3\), got shape \(\)"),
        ([], r"g: expected shape \(…, 3\), got shape \(0,\)"),
        ("abc", "g: expected an array of numbers, got 'abc'"),
        (None, "g: expected an array of numbers, got None"),
        ([[1, 2, 3], [1]], r"g: expected an array of numbers, got \[\[1, 2, 3\], \[1\]\]"),
    ],
)
def test_a_bad_upstream_gradient_is_named(f, g, message):
    with pytest.raises(ValueError, match=message):
        f([2, 1, 0], g)


@every_function
def test_batches_of_z_and_g_that_do_not_broadcast_are_named(f):
    with pytest.raises(ValueError, match=r"that broadcast, got z \(2, 3\) and g \(4, 3\)"):
        f(np.zeros((2, 3)), np.ones((4, 3)))


@every_function
def test_products_refuse_bad_logits_and_temperatures(f):
    with pytest.raises(ValueError, match="z: expected finite logits"):
        f([np.nan, 0], [1, 2])
    with pytest.raises(ValueError, match="temperature: expected finite numbers > 0, got 0"):
        f([1, 0], [1, 2], 0)
