import numpy as np
import pytest
from hypothesis import strategies as st

import core
from tests.core.strategies import forall, temperatures, vectors

LOG_ODDS = np.linspace(-8, 8, 33)
logits_and_targets = st.integers(2, 6).flatmap(
    lambda n: st.tuples(vectors(n, -10, 10), vectors(n, -3, 3).map(core.softmax))
)


@pytest.mark.parametrize("reduction", core.REDUCTIONS)
@forall(logits_and_targets, temperatures, st.data())
def test_each_point_is_the_gradient_where_its_logit_has_been_moved(reduction, zt, tau, data):
    z, t = zt
    j = data.draw(st.integers(0, len(z) - 1))
    curve = core.logit_curve(z, t, j, LOG_ODDS, tau, reduction)
    moved = np.tile(z, (len(LOG_ODDS), 1))
    moved[:, j] = curve.center + tau * LOG_ODDS
    y = core.softmax(moved, tau)[:, j]
    np.testing.assert_allclose(y, 1 / (1 + np.exp(-LOG_ODDS)), rtol=1e-8)
    for got, want in (
        (curve.dL_dz_ce, core.cross_entropy_dL_dz(moved, t, tau)),
        (curve.dL_dz_mse, core.squared_error_dL_dz(moved, t, tau, reduction)),
    ):
        np.testing.assert_allclose(got, want[:, j], rtol=1e-6, atol=1e-9 / tau)


def test_two_classes_by_hand():
    # y₁ = ½ where z₁ = z₂. There ∂L/∂z₁ is ½ − 1, and 2·½·(½ − 1)·½·½·2 with Σ over both classes.
    curve = core.logit_curve([7.0, 3.0], [1, 0], 0, [0.0], 1.0, "mean")
    assert curve.center == 3
    assert curve.dL_dz_ce == pytest.approx([-0.5])
    assert curve.dL_dz_mse == pytest.approx([-0.25])


def test_the_logit_that_moves_changes_nothing_and_all_others_together_only_the_center():
    t, u = core.one_hot(1, 3), LOG_ODDS
    first = core.logit_curve([2.0, -9.0, 0.1], t, 1, u, 0.7)
    again = core.logit_curve([2.0, 10.0, 0.1], t, 1, u, 0.7)
    shifted = core.logit_curve([3.5, 0.0, 1.6], t, 1, u, 0.7)
    assert first.center == again.center == pytest.approx(shifted.center - 1.5)
    for name in ("dL_dz_ce", "dL_dz_mse"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
        np.testing.assert_allclose(getattr(first, name), getattr(shifted, name), atol=1e-15)


def test_far_out_squared_error_is_flat_and_cross_entropy_is_as_far_off_as_the_answer():
    t = core.smooth(core.one_hot(0, 3), 0.3)
    curve = core.logit_curve([0.0, 1000.0, -1000.0], t, 0, [-800.0, 800.0], 0.1)
    np.testing.assert_allclose(curve.dL_dz_mse, 0, atol=1e-300)
    np.testing.assert_allclose(curve.dL_dz_ce, [-t[0] / 0.1, (1 - t[0]) / 0.1])
    assert curve.center == 1000


def test_a_batch_gives_what_its_rows_give():
    z, tau = np.array([[2.0, 1.0, 0.1], [-4.0, 0.5, 3.0]]), np.array([0.5, 2.0])
    t = core.smooth(core.one_hot(2, 3), [0.0, 0.2])
    whole = core.logit_curve(z, t, 0, LOG_ODDS, tau, "half")
    for k in range(2):
        row = core.logit_curve(z[k], t[k], 0, LOG_ODDS, tau[k], "half")
        np.testing.assert_array_equal(whole.center[k], row.center)
        np.testing.assert_array_equal(whole.dL_dz_ce[k], row.dL_dz_ce)
        np.testing.assert_allclose(whole.dL_dz_mse[k], row.dL_dz_mse, rtol=1e-13)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (([1.0], [1], 0, [0.0]), "at least two classes"),
        (([1.0, 2.0], [1, 0], 2, [0.0]), "from 0 to 1"),
        (([1.0, 2.0], [1, 0, 0], 0, [0.0]), r"shape \(…, 2\)"),
        (([1.0, np.nan], [1, 0], 0, [0.0]), "finite logits"),
        (([1.0, 2.0], [1, 0], 0, [0.0], 1.0, "max"), "expected one of"),
    ],
)
def test_bad_input_is_refused_in_words(args, expected):
    with pytest.raises(ValueError, match=expected):
        core.logit_curve(*args)
