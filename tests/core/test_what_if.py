import numpy as np
import pytest
from hypothesis import given

import core
from core import what_if
from tests.core.strategies import logits

Z, T = [2.0, 1.0, 0.1], [1, 0, 0]


def test_the_sum_of_a_row_stays_when_the_temperature_is_doubled():
    row, _ = what_if.temperature_doubled(Z, 0, 1)
    assert row.outcome == "stays"


def test_an_entry_shrinks_where_y_is_spread_out_and_grows_where_it_was_saturated():
    _, spread = what_if.temperature_doubled([0, 0, 0], 0, 1)
    assert (spread.before, spread.after) == pytest.approx((-1 / 9, -1 / 18))
    assert spread.outcome == "shrinks"
    _, saturated = what_if.temperature_doubled([10, 0, 0], 0, 1)
    assert saturated.outcome == "grows"


@given(logits(2, 6))
def test_a_constant_added_to_g_changes_nothing(z):
    g = np.linspace(-1, 1, len(z))
    assert what_if.upstream_raised(z, g).outcome == "stays"


def test_a_raised_logit_is_told_with_both_losses():
    ce, mse = what_if.logit_raised(Z, T, 0, 3.0)
    y = core.softmax([5.0, 1.0, 0.1])
    assert ce.before == pytest.approx(core.softmax(Z)[0] - 1)
    assert ce.after == pytest.approx(y[0] - 1)
    assert mse.after == pytest.approx(2 / 3 * (y[0] * (y[0] - 1 - (y @ (y - np.array(T))))))


@pytest.mark.parametrize(
    ("value", "way"), [(0.2, "down"), (-0.2, "up"), (0.0, "none"), (-1e-15, "none")]
)
def test_a_step_goes_against_the_gradient(value, way):
    assert what_if.push(value) == way


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        (1, 2, "grows"),
        (-2, 1, "shrinks"),
        (1, -1, "stays"),
        (1, 1 + 1e-12, "stays"),
        (0, 1e-17, "stays"),
        (1, 1 + 1e-6, "grows"),
    ],
)
def test_what_becomes_of_a_size(before, after, outcome):
    assert what_if.Change(before, after).outcome == outcome


def test_an_index_that_is_none_is_refused():
    with pytest.raises(ValueError, match="j"):
        what_if.temperature_doubled(Z, 0, 3)


def test_a_step_twice_as_long_helps_more_while_it_is_short_and_harms_when_it_is_long():
    flower = core.dataset("Iris").rows(50)
    start = core.initial_network((4, 3, 3), "tanh", 0)
    how = (flower.x, flower.t, "MSE", "sum")
    assert what_if.step_doubled(start, *how, 0.01).outcome == "shrinks"
    long = what_if.step_doubled(start, *how, 5.0)
    one, two = (core.after_steps(start, *how, eta, 1) for eta in (5.0, 10.0))
    losses = [
        float(core.loss_of(core.forward(n, flower.x).softmax, flower.t, "MSE", "sum"))
        for n in (one, two)
    ]
    assert (long.before, long.after) == pytest.approx(tuple(losses))
