"""Focal loss."""

import numpy as np
import pytest
from hypothesis import strategies as st

from core import softmax_record
from core.losses.cross_entropy import CrossEntropy
from core.losses.focal import FocalLoss
from tests.core.every_loss import checked, free
from tests.core.strategies import cases, forall

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")

Z = np.log([1.0, 2, 3, 4])


def test_focal_loss_written_out():
    # t = e₂, y₂ = 1/5: (4/5)² ln 5; s = (4/5)² (1 + 2 · ln 5/4), and −s/y at the target.
    soft, t = softmax_record(Z), np.array([0.0, 1, 0, 0])
    value, g, dL_dz = checked(FocalLoss(2), soft, t)
    assert value == pytest.approx(0.64 * np.log(5), rel=1e-15)
    s = 0.64 * (1 + np.log(5) / 2)
    np.testing.assert_allclose(g, [0, -5 * s, 0, 0], rtol=1e-14)
    np.testing.assert_allclose(dL_dz, s * np.array([0.1, -0.8, 0.3, 0.4]), rtol=1e-14)


@forall(cases())
def test_focal_loss_with_gamma_0_is_cross_entropy_to_the_last_bit(case):
    z, t, tau = case
    for found, expected in zip(
        checked(FocalLoss(0), softmax_record(z, tau), t),
        checked(CrossEntropy(), softmax_record(z, tau), t),
        strict=True,
    ):
        np.testing.assert_array_equal(found, expected)


@forall(cases(), st.floats(0, 5), st.floats(0, 5))
def test_a_larger_gamma_never_costs_more(case, one, other):
    z, t, tau = case
    soft, (low, high) = softmax_record(z, tau), sorted((one, other))
    least, most = FocalLoss(high).value(soft, t), FocalLoss(low).value(soft, t)
    assert least <= most * (1 + 1e-12)


def test_focal_loss_of_a_sure_right_answer_keeps_the_digits_that_1_minus_y_would_lose():
    # 1 − y = e⁻⁴⁰/(1 + e⁻⁴⁰) and −log y = log(1 + e⁻⁴⁰): both e⁻⁴⁰ to 17 digits, and 1 − y is 0.
    value, _, dL_dz = checked(FocalLoss(2), softmax_record([40.0, 0.0]), [1.0, 0.0])
    assert value == pytest.approx(np.exp(-120), rel=1e-14)
    np.testing.assert_allclose(dL_dz, 3 * np.exp(-120) * np.array([-1, 1]), rtol=1e-14)


def test_focal_loss_at_outputs_of_0_and_1_has_the_limits():
    for gamma in (0.5, 1, 2):
        g = FocalLoss(gamma).dL_dy(free([1.0, 0.0]), np.array([1.0, 0.0]))
        np.testing.assert_array_equal(g, [0, np.nan])
        assert FocalLoss(gamma).value(free([1.0, 0.0]), np.array([1.0, 0.0])) == 0
        assert FocalLoss(gamma).value(free([1.0, 0.0]), np.array([0.0, 1.0])) == np.inf
