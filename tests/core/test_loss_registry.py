"""What is true of every loss in the registry. A new row is tested here before it has a test of its own."""

import dataclasses
import math
import re

import numpy as np
import pytest
from hypothesis import strategies as st

import core
from core import (
    LOSS_FUNCTIONS,
    LOSSES,
    check_gradient,
    loss_function,
    loss_record,
    softmax_jacobian,
    softmax_record,
)
from tests.core.every_loss import checked, every_loss, free, losses
from tests.core.strategies import cases, forall, one_hots, seeds, targets, temperatures, vectors

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


def test_the_registry_has_each_loss_under_its_own_code():
    assert {code: row.code for code, row in LOSS_FUNCTIONS.items()} == {
        code: code for code in LOSS_FUNCTIONS
    }
    assert set(LOSSES) <= set(LOSS_FUNCTIONS)
    assert set(core.LossFunction.__subclasses__()) == set(LOSS_FUNCTIONS.values())


@every_loss
def test_every_loss_has_its_formula_its_domain_and_its_source(row):
    text = row.__doc__
    assert re.search(r"L = \S", text), "its formula"
    assert "∂L/∂y" in text
    assert "∂L/∂z = " in text
    assert "Domain:" in text
    assert re.search(r"Sources?: .*\b(19|20)\d\d\b.*(doi:|arXiv:)\d", text, re.DOTALL), "its source"
    options = [field.name for field in dataclasses.fields(row)]
    assert all(f"`{name}`" in text for name in options)
    assert options or "No options." in text


@every_loss
def test_every_loss_is_frozen_and_equal_by_its_options(row):
    assert row() == row()
    for field in dataclasses.fields(row):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(row(), field.name, field.default)


@every_loss
@pytest.mark.parametrize("bad", ["no such", "", None, -1.0, np.nan, np.inf, True, 1j, []])
def test_every_option_out_of_range_is_named(row, bad):
    for field in dataclasses.fields(row):
        with pytest.raises(ValueError, match=rf"^{field.name}: expected .*, got ") as error:
            row(**{field.name: bad})
        assert str(error.value).endswith(repr(bad))


@every_loss
def test_a_loss_is_found_by_its_code_and_given_the_options_that_it_has(row):
    assert loss_function(row.code) == row()
    assert loss_function(row.code, reduction="half", gamma=0.5, another=1) == row(
        **{
            name: value
            for name, value in (("reduction", "half"), ("gamma", 0.5))
            if name in {field.name for field in dataclasses.fields(row)}
        }
    )


@every_loss
def test_a_loss_is_handed_back_as_it_is(row):
    loss = row()
    assert loss_function(loss, reduction="half", gamma=0.5) is loss


@pytest.mark.parametrize("bad", ["ce", "", None, 0, [], "L1"])
def test_an_unknown_code_is_named_with_those_that_are_known(bad):
    with pytest.raises(ValueError, match=r"loss: expected one of \('CE', 'MSE', .*got ") as error:
        loss_function(bad)
    assert str(error.value).endswith(repr(bad))


@every_loss
@forall(st.data(), cases())
def test_no_value_is_below_the_least(row, data, case):
    z, t, tau = case
    loss, soft = data.draw(losses(row)), softmax_record(z, tau)
    value, least = loss.value(soft, t), loss.least(t, soft.tau)
    assert value.shape == least.shape == ()
    size = max(1.0, tau**2) * t.sum() * (1 + np.abs(soft.log_y).max() + np.abs(np.log(t.sum())))
    assert value >= least - 1e-14 * size


@every_loss
@forall(st.data(), st.integers(2, 6).flatmap(one_hots), temperatures)
def test_the_least_of_a_one_hot_target_is_0_and_is_reached_by_a_sure_right_answer(
    row, data, t, tau
):
    loss, sure = data.draw(losses(row)), softmax_record(1000 * t, tau)
    assert loss.least(t, sure.tau) == pytest.approx(0, abs=1e-300)
    assert loss.value(sure, t) == pytest.approx(0, abs=1e-60)


@every_loss
@forall(st.data(), vectors(4, 0.05, 0.95), targets(4), temperatures)
def test_the_upstream_gradient_is_what_a_complex_step_finds(row, data, y, t, tau):
    loss = data.draw(losses(row))
    at = free(y, tau)
    found = check_gradient(lambda v: loss.value(free(v, tau), t), y, loss.dL_dy(at, t), "complex")
    assert found.ok, str(found)


@every_loss
@forall(st.data(), cases())
def test_the_gradient_at_the_logits_is_what_a_complex_step_finds(row, data, case):
    z, t, tau = case
    loss = data.draw(losses(row))
    found = check_gradient(
        lambda u: loss.value(softmax_record(u, tau), t),
        z,
        loss.dL_dz(softmax_record(z, tau), t),
        "complex",
    )
    assert found.ok, str(found)


@every_loss
@forall(st.data(), cases(bound=3), st.floats(0.5, 5))
def test_both_gradients_are_what_central_differences_find(row, data, case, tau):
    z, t, _ = case
    loss, soft = data.draw(losses(row)), softmax_record(z, tau)
    at_logits = check_gradient(
        lambda u: loss.value(softmax_record(u, tau), t), z, loss.dL_dz(soft, t)
    )
    assert at_logits.ok, str(at_logits)
    y = np.clip(soft.y, 0.05, 0.95)
    at_outputs = check_gradient(
        lambda v: loss.value(free(v, tau), t), y, loss.dL_dy(free(y, tau), t), tolerance=1e-5
    )
    assert at_outputs.ok, str(at_outputs)


@every_loss
def test_the_checks_would_catch_a_gradient_off_by_one_part_in_a_thousand(row):
    z, t = np.array([0.5, -1.0, 0.2]), np.array([0.2, 0.5, 0.3])
    soft = softmax_record(z)
    found = check_gradient(
        lambda u: row().value(softmax_record(u), t), z, 1.001 * row().dL_dz(soft, t), "complex"
    )
    assert not found.ok
    found = check_gradient(
        lambda v: row().value(free(v), t), soft.y, 1.001 * row().dL_dy(soft, t), "complex"
    )
    assert not found.ok


@every_loss
@forall(st.data(), cases())
def test_the_gradient_at_the_logits_is_the_upstream_gradient_times_the_jacobian(row, data, case):
    z, t, tau = case
    loss, soft = data.draw(losses(row)), softmax_record(z, tau)
    two_steps = loss.dL_dy(soft, t) @ softmax_jacobian(z, tau)
    size = max(1.0, tau**2) * 10 * (1 + t.sum()) / tau
    np.testing.assert_allclose(loss.dL_dz(soft, t), two_steps, rtol=1e-10, atol=1e-13 * size)


@every_loss
@forall(st.data(), cases())
def test_every_row_of_the_gradient_at_the_logits_sums_to_0(row, data, case):
    z, t, tau = case
    dL_dz = data.draw(losses(row)).dL_dz(softmax_record(z, tau), t)
    assert abs(dL_dz.sum()) <= 1e-13 * max(1, t.sum()) * max(tau, 1 / tau)


@every_loss
@forall(st.data(), cases(), st.floats(-100, 100))
def test_a_constant_on_all_logits_changes_nothing(row, data, case, constant):
    z, t, tau = case
    loss = data.draw(losses(row))
    for moved, here in zip(
        checked(loss, softmax_record(z + constant, tau), t),
        checked(loss, softmax_record(z, tau), t),
        strict=True,
    ):
        np.testing.assert_allclose(moved, here, rtol=1e-9, atol=1e-10)


@every_loss
@forall(st.data(), cases(bound=3))
def test_a_small_step_against_the_gradient_lowers_the_loss(row, data, case):
    z, t, tau = case
    loss = data.draw(losses(row))
    value, _, dL_dz = checked(loss, softmax_record(z, tau), t)
    ahead = loss.value(softmax_record(z - 1e-4 * dL_dz, tau), t)
    assert ahead <= value + 1e-12 * max(1, abs(value))


@every_loss
@forall(st.data(), st.sampled_from([(1,), (4,), (2, 3), (0,)]), seeds)
def test_every_leading_axis_is_a_batch(row, data, leading, seed):
    rng, loss = np.random.default_rng(seed), data.draw(losses(row))
    z, t = rng.normal(0, 3, (*leading, 3)), rng.dirichlet([1, 1, 1], leading)
    tau = rng.uniform(0.5, 3, leading)
    whole = loss_record(loss, z, t, tau)
    assert whole.loss.shape == whole.norm.shape == leading
    assert whole.g.shape == whole.dL_dz.shape == (*leading, 3)
    assert loss.least(t, tau[..., None]).shape == leading
    for at in np.ndindex(leading):
        alone = loss_record(loss, z[at], t[at], tau[at])
        for field in dataclasses.fields(alone):
            np.testing.assert_allclose(
                getattr(whole, field.name)[at],
                getattr(alone, field.name),
                rtol=1e-10,
                atol=1e-14,
                err_msg=field.name,
            )


@every_loss
def test_one_target_serves_a_batch_of_logits_and_one_row_of_logits_a_batch_of_targets(row):
    z, t = np.array([[2.0, 1, 0], [0, 0, 3]]), np.array([[1.0, 0, 0], [0, 0.5, 0.5]])
    for a, b in ((z, t[0]), (z[0], t)):
        whole = loss_record(row(), a, b)
        alone = loss_record(
            row(), np.broadcast_to(a, (2, 3)).copy(), np.broadcast_to(b, (2, 3)).copy()
        )
        np.testing.assert_array_equal(whole.loss, alone.loss)
        np.testing.assert_array_equal(whole.dL_dz, alone.dL_dz)


@every_loss
@forall(st.data(), cases())
def test_a_loss_record_is_the_loss_and_its_gradients(row, data, case):
    z, t, tau = case
    loss, soft = data.draw(losses(row)), softmax_record(z, tau)
    found = loss_record(loss, z, t, tau)
    value, g, dL_dz = checked(loss, soft, t)
    np.testing.assert_array_equal(found.loss, value)
    np.testing.assert_array_equal(found.g, g)
    np.testing.assert_array_equal(found.dL_dz, dL_dz)
    assert found.norm == pytest.approx(math.hypot(*dL_dz), rel=1e-12, abs=1e-300)


@every_loss
@forall(st.data(), seeds)
def test_a_network_goes_back_through_every_loss(row, data, seed):
    rng, loss = np.random.default_rng(seed), data.draw(losses(row))
    network = core.initial_network([2, 3, 3], "tanh", seed)
    x, t = rng.normal(size=(4, 2)), rng.dirichlet([1, 1, 1], 4)
    back = core.backward(network, x, t, loss)
    assert back.loss == pytest.approx(loss.value(back.trace.softmax, t).mean(), rel=1e-14)
    for layer, unit in ((0, 1), (1, 2)):
        found = core.numeric_gradient(network, x, t, loss, "mean", layer, 1, unit)
        assert back.layers[layer].dL_dW[1, unit] == pytest.approx(found, rel=1e-6, abs=1e-8)
    for own, layer in zip(core.parameter_gradients(network, x, t, loss), back.layers, strict=True):
        np.testing.assert_array_equal(own.W, layer.dL_dW)
        np.testing.assert_array_equal(own.b, layer.dL_db)


@every_loss
def test_every_loss_can_be_trained_by_its_code_and_by_its_object(row):
    iris, start = core.dataset("Iris"), core.initial_network([4, 3])
    by_code = list(core.train(start, iris, row.code, epochs=3, learning_rate=0.2))
    by_object = list(core.train(start, iris, row(), epochs=3, learning_rate=0.2))
    assert by_code[-1].cross_entropy < by_code[0].cross_entropy
    assert [r.dL_dz_norm for r in by_code] == [r.dL_dz_norm for r in by_object]


@every_loss
def test_many_steps_at_once_are_single_steps_for_every_loss(row):
    x, t = np.array([[1.0, -2.0], [0.5, 0.3]]), np.array([[1.0, 0, 0], [0.2, 0.3, 0.5]])
    network = core.initial_network([2, 3, 3])
    after = core.after_steps(network, x, t, row(), "mean", 0.1, 3)
    for _ in range(3):
        network = core.gradient_step(network, core.backward(network, x, t, row()), 0.1)
    for found, expected in zip(after.layers, network.layers, strict=True):
        np.testing.assert_allclose(found.W, expected.W, rtol=1e-13)
