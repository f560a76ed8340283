"""Every loss of the registry at the ends of what numbers can be."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import strategies as st

from core import LOSS_FUNCTIONS, softmax_record
from tests.core.every_loss import every_loss, free, losses
from tests.core.strategies import cases, doubles, forall, one_hots

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


@every_loss
@pytest.mark.parametrize("tau", [0.1, 1.0, 5.0])
@pytest.mark.parametrize(
    "z",
    [[1e308, -1e308, 0], [1000, 0, -1000], [745, 0, -1], [5e-324, 0, 0], [40, 0, -40]],
    ids=str,
)
def test_the_value_is_never_nan_and_the_gradient_at_the_logits_is_always_finite(row, z, tau):
    soft = softmax_record(z, tau)
    for t in (*np.eye(3), np.full(3, 1 / 3), np.array([0.0, 2.0, 1.0])):
        for loss in [row(), *([row(gamma=g) for g in (0, 0.5, 1)] if row.code == "focal" else [])]:
            assert not np.isnan(loss.value(soft, t))
            dL_dz = loss.dL_dz(soft, t)
            assert np.isfinite(dL_dz).all()
            assert abs(dL_dz.sum()) <= 1e-14 * 3 * max(tau, 1 / tau)


@every_loss
def test_a_masked_class_with_a_share_of_the_target_makes_a_singular_loss_infinite_and_no_other(row):
    soft = softmax_record([0.0, 1.0, -np.inf])
    assert np.isinf(row().value(soft, np.array([0.0, 0.5, 0.5]))) == row.singular
    assert np.isfinite(row().value(soft, np.array([0.5, 0.5, 0.0])))
    assert np.isfinite(row().dL_dz(soft, np.array([0.0, 0.5, 0.5]))).all()


@every_loss
def test_the_upstream_gradient_of_a_singular_loss_ends_at_an_output_of_0(row):
    y, t = np.array([0.0, 1.0]), np.array([1.0, 0.0])
    g = row().dL_dy(free(y), t)
    assert (g[0] == -np.inf) == row.singular
    assert np.isfinite(g[1])


@pytest.mark.parametrize(
    "row", [row for row in LOSS_FUNCTIONS.values() if row.singular], ids=lambda row: row.code
)
def test_a_class_without_a_share_of_the_target_costs_nothing_and_is_no_negative_zero(row):
    g = row().dL_dy(softmax_record([1.0, 0.0, 2.0]), np.array([0.0, 1.0, 0.0]))
    np.testing.assert_array_equal(g[[0, 2]], 0)
    assert not np.signbit(g[[0, 2]]).any()


def exact_squared_error(loss, y, label, tau):
    n = len(y)
    c = {"mean": Decimal(1) / n, "sum": Decimal(1), "half": Decimal("0.5")}[loss.reduction]
    return c * sum((yi - (i == label)) ** 2 for i, yi in enumerate(y))


def exact_focal_loss(loss, y, label, tau):
    rest = sum(y[:label] + y[label + 1 :], Decimal(0))
    weight = rest ** Decimal(loss.gamma) if rest else Decimal(loss.gamma == 0)
    return -weight * y[label].ln()


EXACT = {
    "CE": lambda loss, y, label, tau: -y[label].ln(),
    "MSE": exact_squared_error,
    "focal": exact_focal_loss,
    "KL": lambda loss, y, label, tau: -(tau**2) * y[label].ln(),
}
"""L of outputs in Decimals at a one-hot target, straight from the formulas."""


@pytest.mark.parametrize("code", EXACT)
@forall(st.data(), cases(target=one_hots))
def test_the_gradient_at_the_logits_keeps_its_digits_however_saturated(code, data, case):
    z, t, tau = case
    loss, soft = data.draw(losses(LOSS_FUNCTIONS[code])), softmax_record(z, tau)
    expected = doubles(exact(loss, z, int(t.argmax()), tau))
    # What cancels between its terms gᵢJᵢⱼ no gradient can keep: of a one-hot target only squared error has several.
    terms = np.abs(loss.dL_dy(soft, t)) @ np.abs(soft.J)
    off = np.abs(loss.dL_dz(soft, t) - expected)
    assert (off <= 1e-10 * np.abs(expected) + 1e-14 * terms + 1e-300).all(), (off, expected)


def exact(loss, z, label, tau):
    """∂L/∂z of a one-hot target in Decimals, from a difference of values: of L(z ± h eⱼ), h = 1e−18."""
    h = Decimal("1e-18")

    def value(shift, j):
        powers = [
            ((Decimal(float(zi)) + (shift if i == j else 0)) / Decimal(float(tau))).exp()
            for i, zi in enumerate(z)
        ]
        y = [p / sum(powers) for p in powers]
        return EXACT[loss.code](loss, y, label, Decimal(float(tau)))

    return [(value(h, j) - value(-h, j)) / (2 * h) for j in range(len(z))]
