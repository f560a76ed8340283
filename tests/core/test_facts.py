import numpy as np
import pytest
from hypothesis import strategies as st

from core import jacobian_facts, softmax, softmax_jacobian
from tests.core.strategies import forall, logits, temperatures


def test_facts_of_two_classes_at_one_to_three():
    # J = 3/16 ((1, −1), (−1, 1))
    facts = jacobian_facts(np.log([1, 3]))
    np.testing.assert_allclose(facts.eigenvalues, [0, 3 / 8], atol=1e-16)
    assert facts.spectral_norm == pytest.approx(3 / 8)
    assert facts.spectral_norm_bound == 0.5
    assert facts.rank == 1
    # trace 3/8, at most 1/2
    assert facts.saturation == pytest.approx(1 / 4)


def test_facts_of_tenths():
    facts = jacobian_facts(np.log([1, 2, 3, 4]))
    # trace .7, at most 3/4
    assert facts.saturation == pytest.approx(1 / 15)
    assert facts.rank == 3
    assert facts.eigenvalues.sum() == pytest.approx(0.7)


def test_facts_of_uniform_outputs():
    facts = jacobian_facts([5, 5, 5, 5])
    np.testing.assert_allclose(facts.eigenvalues, [0, 0.25, 0.25, 0.25], atol=1e-16)
    assert facts.saturation == 0
    assert facts.rank == 3


def test_facts_of_one_hot_outputs():
    facts = jacobian_facts([1000, 0, 0])
    np.testing.assert_array_equal(facts.eigenvalues, [0, 0, 0])
    assert facts.spectral_norm == 0
    assert facts.saturation == 1
    assert facts.rank == 0


def test_a_masked_class_lowers_the_rank():
    assert jacobian_facts([1, 0, -1]).rank == 2
    assert jacobian_facts([1, 0, -np.inf]).rank == 1


def test_the_bound_is_reached_by_two_equal_classes():
    facts = jacobian_facts([0, 0], temperature=0.25)
    assert facts.spectral_norm == pytest.approx(2, rel=1e-15)
    assert facts.spectral_norm_bound == 2


@pytest.mark.parametrize(
    ("y", "saturation", "regime"),
    [
        ([0.5, 0.5], 0, 0),
        ([0.8, 0.2], 0.36, 1),
        ([0.75, 0.25], 0.25, 0),
        ([0.98, 0.02], 0.9216, 1),
        ([0.99, 0.01], 0.9604, 2),
        ([1.0, 0.0], 1, 2),
    ],
)
def test_the_regime_is_spread_out_up_to_a_third_and_saturated_from_nineteen_twentieths(
    y, saturation, regime
):
    with np.errstate(divide="ignore"):
        facts = jacobian_facts(np.log(y))
    # 1 − 4 y₁y₂ = (y₁ − y₂)²
    assert facts.saturation == pytest.approx(saturation)
    assert facts.regime == regime


def test_one_class_is_always_saturated():
    facts = jacobian_facts([[3], [-7]])
    np.testing.assert_array_equal(facts.saturation, [1, 1])
    np.testing.assert_array_equal(facts.regime, [2, 2])
    np.testing.assert_array_equal(facts.rank, [0, 0])
    np.testing.assert_array_equal(facts.eigenvalues, [[0], [0]])


@forall(logits(), temperatures)
def test_the_spectral_norm_is_at_most_half_over_temperature(z, tau):
    facts = jacobian_facts(z, tau)
    assert facts.spectral_norm_bound == 1 / (2 * tau)
    assert facts.spectral_norm <= facts.spectral_norm_bound * (1 + 1e-14)


@forall(logits(), temperatures)
def test_the_spectral_norm_is_the_norm_of_the_matrix(z, tau):
    norm = np.linalg.norm(softmax_jacobian(z, tau), 2)
    assert jacobian_facts(z, tau).spectral_norm == pytest.approx(norm, rel=1e-10, abs=1e-14 / tau)


@forall(logits(bound=3), st.floats(0.5, 5))
def test_the_rank_is_the_one_that_numpy_measures(z, tau):
    assert jacobian_facts(z, tau).rank == np.linalg.matrix_rank(softmax_jacobian(z, tau))


@forall(logits(bound=1000), temperatures)
def test_the_rank_counts_the_positive_outputs_less_one(z, tau):
    assert jacobian_facts(z, tau).rank == np.count_nonzero(softmax(z, tau)) - 1


@forall(logits(), temperatures)
def test_eigenvalues_ascend_from_zero_and_add_up_to_the_trace(z, tau):
    facts = jacobian_facts(z, tau)
    assert (np.diff(facts.eigenvalues) >= 0).all()
    assert facts.eigenvalues[0] == pytest.approx(0, abs=1e-14 / tau)
    trace = softmax_jacobian(z, tau).trace()
    assert facts.eigenvalues.sum() == pytest.approx(trace, abs=1e-14 / tau)


@forall(logits(), temperatures)
def test_sums_are_zero_and_the_jacobian_symmetric(z, tau):
    facts = jacobian_facts(z, tau)
    np.testing.assert_allclose(facts.row_sums, 0, atol=1e-15 / tau)
    np.testing.assert_allclose(facts.column_sums, 0, atol=1e-15 / tau)
    assert facts.asymmetry == 0


@forall(logits(min_n=2), temperatures)
def test_saturation_lies_between_uniform_and_one_hot(z, tau):
    saturation = jacobian_facts(z, tau).saturation
    assert -1e-14 <= saturation <= 1
    largest = (1 - 1 / z.size) / tau
    trace = softmax_jacobian(z, tau).trace()
    assert saturation == pytest.approx(1 - trace / largest, abs=1e-13)


@forall(logits(min_n=2, bound=5), st.floats(0.5, 2))
def test_sharper_temperatures_saturate_more(z, tau):
    assert jacobian_facts(z, tau / 2).saturation >= jacobian_facts(z, tau).saturation - 1e-13


def test_facts_of_a_batch_have_a_value_a_row():
    facts = jacobian_facts(np.arange(24.0).reshape(2, 3, 4))
    assert facts.row_sums.shape == facts.column_sums.shape == facts.eigenvalues.shape == (2, 3, 4)
    assert facts.asymmetry.shape == facts.rank.shape == facts.regime.shape == (2, 3)
    assert facts.spectral_norm.shape == facts.saturation.shape == (2, 3)


def test_facts_refuse_what_softmax_refuses():
    with pytest.raises(ValueError, match="z: expected finite logits"):
        jacobian_facts([np.nan, 0])
    with pytest.raises(ValueError, match="temperature: expected finite numbers > 0, got -1"):
        jacobian_facts([1, 0], -1)
