"""KL divergence from a teacher's distribution."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import strategies as st

from core import softmax, softmax_record
from core.losses.cross_entropy import CrossEntropy
from core.losses.teacher_kl import TeacherKL
from tests.core.every_loss import checked
from tests.core.strategies import cases, exact_softmax, forall

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


def test_divergence_from_a_teacher_written_out():
    # T = 2, p = (½, ½), y = (1/5, 4/5): 4 · ½ (ln 5/2 + ln 5/8); −4 · ½/y; 2 (y − p).
    soft, p = softmax_record([0.0, 2 * np.log(4)], 2.0), np.array([0.5, 0.5])
    value, g, dL_dz = checked(TeacherKL(), soft, p)
    assert value == pytest.approx(2 * np.log(25 / 16), rel=1e-14)
    np.testing.assert_allclose(g, [-10, -2.5], rtol=1e-14)
    np.testing.assert_allclose(dL_dz, [-0.6, 0.6], rtol=1e-14)


@forall(cases(), st.data())
def test_a_student_with_the_logits_of_its_teacher_has_nothing_to_learn(case, data):
    z, _, tau = case
    value, _, dL_dz = checked(
        TeacherKL(), softmax_record(z + data.draw(st.floats(-5, 5)), tau), softmax(z, tau)
    )
    assert value == pytest.approx(0, abs=1e-13 * tau**2 * 10 / tau + 1e-13 * tau**2)
    np.testing.assert_allclose(dL_dz, 0, atol=1e-13 * tau)


@forall(cases())
def test_the_gradient_of_the_divergence_is_t_squared_times_that_of_cross_entropy(case):
    z, p, T = case
    soft = softmax_record(z, T)
    np.testing.assert_allclose(
        TeacherKL().dL_dz(soft, p), T**2 * CrossEntropy().dL_dz(soft, p), rtol=1e-12
    )


def test_the_divergence_of_a_soft_student_tends_to_the_squared_error_of_centred_logits():
    # Hinton, Vinyals & Dean 2015, equation 4: for large T, ∂L/∂z → (z − v)/n of zero-mean logits.
    z, v, T = np.array([1.0, -3.0, 2.0]), np.array([-2.0, 0.5, 1.5]), 1e5
    found = TeacherKL().dL_dz(softmax_record(z, T), softmax(v, T))
    np.testing.assert_allclose(found, (z - v) / 3, rtol=1e-3)


@forall(cases())
def test_the_divergence_is_the_exact_sum_of_differences_of_logs(case):
    z, p, tau = case
    _, log_y = exact_softmax(z, tau)
    exact_sum = sum(
        Decimal(float(pi)) * (Decimal(float(pi)).ln() - li)
        for pi, li in zip(p, log_y, strict=True)
        if pi
    )
    expected = float(Decimal(float(tau)) ** 2 * exact_sum)
    size = tau**2 * p.sum() * (1 + max(-float(li) for li in log_y))
    found = TeacherKL().value(softmax_record(z, tau), p)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-14 * size)
