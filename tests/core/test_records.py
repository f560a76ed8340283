import dataclasses

import numpy as np
import pytest
from hypothesis import strategies as st

import core
from core import (
    REDUCTIONS,
    compare_losses,
    nudge_record,
    product_record,
    softmax_record,
)
from tests.core.strategies import cases, forall, logits, one_hots, products, temperatures

Z = np.log([1, 2, 3, 4])
T = np.array([0, 1, 0, 0])


@forall(logits(), temperatures)
def test_the_sums_of_a_record_are_those_of_its_jacobian(z, tau):
    soft = softmax_record(z, tau)
    np.testing.assert_array_equal(soft.A + soft.B, soft.J)
    np.testing.assert_array_equal(soft.row_sums, soft.J.sum(axis=1))
    np.testing.assert_array_equal(soft.column_sums, soft.J.sum(axis=0))
    np.testing.assert_allclose(soft.row_sums, 0, atol=1e-15 / tau)


def test_the_product_record_written_out():
    record = product_record(Z, [0, 10, 0, -1])
    np.testing.assert_allclose(record.terms[1], [-0.2, 1.6, -0.6, -0.8], rtol=1e-14)
    np.testing.assert_allclose(record.running[0], 0)
    np.testing.assert_allclose(record.running[2], [-0.2, 1.6, -0.6, -0.8], rtol=1e-14)
    np.testing.assert_allclose(record.running[3], [-0.16, 1.68, -0.48, -1.04], rtol=1e-14)
    np.testing.assert_allclose(record.dL_dz, [-0.16, 1.68, -0.48, -1.04], rtol=1e-14)
    assert record.inner == pytest.approx(1.6)


@forall(products())
def test_the_product_record_holds_three_routes_that_agree(product):
    z, g, tau = product
    record = product_record(z, g, tau)
    np.testing.assert_array_equal(record.g, g)
    np.testing.assert_array_equal(record.terms, core.vjp_terms(z, g, tau))
    np.testing.assert_array_equal(record.dL_dz, core.softmax_vjp(z, g, tau))
    np.testing.assert_array_equal(record.by_matrix, core.vjp_by_matrix(z, g, tau))
    np.testing.assert_allclose(record.by_terms, record.terms.sum(axis=0), atol=1e-14 / tau)
    np.testing.assert_array_equal(record.running[-1], record.by_terms)
    assert record.inner == pytest.approx(g @ core.softmax(z, tau), abs=1e-14)
    routes = (record.by_matrix, record.by_terms, record.dL_dz)
    gaps = [np.abs(a - b).max() for a in routes for b in routes]
    assert record.disagreement == max(gaps)
    assert record.disagreement <= 1e-13 / tau


def test_a_running_sum_goes_down_the_rows():
    record = product_record(Z, [1, 2, 3, 4])
    for i in range(4):
        np.testing.assert_allclose(record.running[i], record.terms[: i + 1].sum(axis=0), atol=1e-16)


def test_one_upstream_gradient_serves_a_batch_of_logits():
    record = product_record(np.stack([Z, 2 * Z]), [1, 2, 3, 4])
    assert record.g.shape == record.dL_dz.shape == (2, 4)
    assert record.running.shape == (2, 4, 4)
    assert record.inner.shape == record.disagreement.shape == (2,)


def test_a_nudge_of_a_half_written_out():
    # odds 1 : 2 : 3 : 4 become 1 : 4 : 3 : 4 when the second logit rises by log 2
    record = nudge_record(Z, 1, np.log(2))
    np.testing.assert_allclose(
        record.predicted, np.log(2) * np.array([-0.02, 0.16, -0.06, -0.08]), rtol=1e-14
    )
    y = np.array([0.1, 0.2, 0.3, 0.4])
    np.testing.assert_allclose(record.actual, np.array([1, 4, 3, 4]) / 12 - y, rtol=1e-13)
    np.testing.assert_array_equal(record.difference, record.actual - record.predicted)


@forall(logits(bound=3), st.data(), st.floats(0.5, 5), st.floats(-2, 2))
def test_a_nudge_is_predicted_by_a_column_of_the_jacobian(z, data, tau, delta):
    j = data.draw(st.integers(0, z.size - 1))
    record = nudge_record(z, j, delta, tau)
    np.testing.assert_allclose(
        record.predicted, delta * core.softmax_jacobian(z, tau)[:, j], atol=1e-14
    )
    moved = z.copy()
    moved[j] += delta
    np.testing.assert_allclose(
        record.actual, core.softmax(moved, tau) - core.softmax(z, tau), atol=1e-15
    )


@pytest.mark.parametrize("tau", [0.5, 1, 2])
@pytest.mark.parametrize("j", [0, 1, 2])
def test_halving_a_nudge_quarters_what_the_jacobian_misses(j, tau):
    whole = nudge_record([2.0, 1.0, 0.1], j, 1e-3, tau).difference
    half = nudge_record([2.0, 1.0, 0.1], j, 5e-4, tau).difference
    np.testing.assert_allclose(whole / half, 4, rtol=2e-2)


def test_each_row_of_a_batch_may_have_its_own_nudge():
    deltas = np.array([-1.0, 0, 0.5])
    record = nudge_record([2.0, 1.0, 0.1], 2, deltas)
    for i, delta in enumerate(deltas):
        single = nudge_record([2.0, 1.0, 0.1], 2, delta)
        np.testing.assert_allclose(record.actual[i], single.actual)
        np.testing.assert_allclose(record.predicted[i], single.predicted)
    np.testing.assert_array_equal(record.difference[1], 0)


def test_both_losses_written_out_side_by_side():
    record = compare_losses(Z, T)
    assert record.ce.loss == pytest.approx(np.log(5))
    np.testing.assert_allclose(record.ce.g, [0, -5, 0, 0])
    np.testing.assert_allclose(record.ce.dL_dz, [0.1, -0.8, 0.3, 0.4], rtol=1e-14)
    assert record.ce.norm == pytest.approx(np.sqrt(0.9))
    assert record.mse.loss == pytest.approx(0.225)
    np.testing.assert_allclose(record.mse.g, [0.05, -0.4, 0.15, 0.2])
    np.testing.assert_allclose(record.mse.dL_dz, [0, -0.09, 0.03, 0.06], atol=1e-16)
    assert record.mse.norm == pytest.approx(np.sqrt(0.0126))
    assert record.norm_ratio == pytest.approx(np.sqrt(0.9 / 0.0126))
    np.testing.assert_array_equal(record.opposite, [False, False, False, False])


def test_the_losses_push_the_third_logit_in_opposite_directions_at_2_0_0():
    # y = (a, b, b) with a = e²/(e² + 2): cross-entropy gives b; squared error gives
    # b (b − a² − b² + (1 − b) b) times a positive factor, and the bracket is negative.
    a, b = np.exp(2) / (np.exp(2) + 2), 1 / (np.exp(2) + 2)
    record = compare_losses([2, 0, 0], [0, 1, 0], reduction="half")
    np.testing.assert_allclose(record.ce.dL_dz, [a, b - 1, b], rtol=1e-14)
    inner = a * a + b * (b - 1) + b * b
    np.testing.assert_allclose(
        record.mse.dL_dz, [a * (a - inner), b * (b - 1 - inner), b * (b - inner)], rtol=1e-13
    )
    assert record.ce.dL_dz[2] > 0 > record.mse.dL_dz[2]
    np.testing.assert_array_equal(record.opposite, [False, False, True])


@forall(cases(), st.sampled_from(REDUCTIONS))
def test_the_comparison_holds_what_the_functions_give(case, reduction):
    z, t, tau = case
    y = core.softmax(z, tau)
    record = compare_losses(z, t, tau, reduction)
    assert record.ce.loss == core.cross_entropy(z, t, tau)
    assert record.mse.loss == core.squared_error(y, t, reduction)
    np.testing.assert_array_equal(record.ce.g, core.cross_entropy_dL_dy(y, t))
    np.testing.assert_array_equal(record.mse.g, core.squared_error_dL_dy(y, t, reduction))
    np.testing.assert_array_equal(record.ce.dL_dz, core.cross_entropy_dL_dz(z, t, tau))
    np.testing.assert_array_equal(record.mse.dL_dz, core.squared_error_dL_dz(z, t, tau, reduction))
    for loss in (record.ce, record.mse):
        assert loss.norm == pytest.approx(np.sqrt(sum(loss.dL_dz**2)), rel=1e-13, abs=1e-160)


@forall(cases(min_n=2, max_n=2, target=one_hots))
def test_two_classes_are_never_pushed_in_opposite_directions(case):
    # With two classes both gradients are (y₁ − t₁)(1, −1) times something positive.
    assert not compare_losses(*case).opposite.any()


@forall(cases(min_n=2, target=one_hots))
def test_the_target_is_never_pushed_in_opposite_directions(case):
    z, t, tau = case
    assert not compare_losses(z, t, tau).opposite[t == 1].any()


@forall(cases(min_n=2, max_n=2, target=one_hots))
def test_for_two_classes_the_ratio_of_norms_is_one_over_two_y1_y2(case):
    # 2c y₁y₂·2(1 − y_t) against 1 − y_t, with c = ½
    z, t, tau = case
    y = core.softmax(z, tau)
    record = compare_losses(z, t, tau, "half")
    assert record.norm_ratio == pytest.approx(1 / (2 * y[0] * y[1]), rel=1e-9)


@pytest.mark.parametrize("shift", [0, 1, -3, 0.1])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_signs_of_round_off_are_not_opposite(shift, reduction):
    # y = (1, 2, 4)/7 with the first as the target: ⟨y − t, y⟩ = 2/7 = y₂, and its gradient is 0.
    record = compare_losses(np.log([1, 2, 4]) + shift, [1, 0, 0], reduction=reduction)
    assert record.mse.dL_dz[1] == pytest.approx(0, abs=1e-15)
    assert not record.opposite.any()


def test_a_small_push_that_is_no_round_off_counts_as_opposite():
    # The last class is (2, 0, 0)'s third with a ten-millionth of its share.
    record = compare_losses([2, 0, 0, -15], [0, 1, 0, 0])
    assert 0 < -record.mse.dL_dz[3] < 1e-7 * record.mse.norm
    np.testing.assert_array_equal(record.opposite, [False, False, True, True])


def test_the_ratio_is_nan_where_both_gradients_vanish_and_inf_where_only_one_does():
    assert np.isnan(compare_losses([3.0], [1]).norm_ratio)
    assert compare_losses([1000.0, 0.0], [0, 1]).norm_ratio == np.inf


def test_a_norm_does_not_vanish_before_its_entries_do():
    # e⁻⁴⁰⁰ = 2e−174 has a square that underflows.
    record = compare_losses([400.0, 0.0], [0, 1])
    assert record.mse.dL_dz[1] != 0
    assert record.mse.norm > 0
    assert np.isfinite(record.norm_ratio)


def test_records_cannot_be_changed():
    for record in (
        softmax_record(Z),
        product_record(Z, [1, 2, 3, 4]),
        nudge_record(Z, 0, 1.0),
        compare_losses(Z, T),
        compare_losses(Z, T).ce,
    ):
        name = dataclasses.fields(record)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, name, 0)


@pytest.mark.parametrize("j", [-1, 4, 1.0, True, "0", None])
def test_a_nudged_logit_that_does_not_exist_is_named(j):
    with pytest.raises(ValueError, match="j: expected an integer from 0 to 3, got") as e:
        nudge_record(Z, j, 1.0)
    assert repr(j) in str(e.value)


@pytest.mark.parametrize("delta", ["a", None, [[1], [1, 2]]])
def test_a_nudge_that_is_no_number_is_named(delta):
    with pytest.raises(ValueError, match=r"delta: expected .*got"):
        nudge_record(Z, 0, delta)


@pytest.mark.parametrize("g", [[1, 2], 1.0, "abcd", None])
def test_a_bad_upstream_gradient_is_named(g):
    with pytest.raises(ValueError, match=r"g: expected .*got"):
        product_record(Z, g)


def test_an_unknown_reduction_is_named_by_the_comparison():
    with pytest.raises(ValueError, match=r"reduction: expected one of .*, got 'max'"):
        compare_losses(Z, T, reduction="max")
