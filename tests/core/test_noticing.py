"""Which mistakes a test would let pass, and what would catch them."""

from dataclasses import replace

import numpy as np
import pytest

from core import MISTAKES, softmax, softmax_vjp, would_notice
from core.diagnosis import noticing
from core.diagnosis.noticing import LOGITS, TARGETS, TOLERANCES, UPSTREAMS
from tests.core.diagnoses import BY_NAME


def missed(**settings):
    return {m.name for m in would_notice(**settings).missed}


def test_ones_as_upstream_let_the_row_sums_and_everything_of_the_loss_pass():
    """By hand: the right ∂L/∂z is 0 there, and so are the row sums."""
    assert np.abs(softmax_vjp([2, 1, 0.1], [1, 1, 1])).max() < 1e-15
    passing = missed(upstream="ones")
    assert {"row-sums", "sign-flipped", "jacobian-twice", "factor-two"} <= passing
    assert not {"row-sums", "jacobian-twice"} & missed(upstream="random")
    assert {"sign-flipped", "target-one-too-low"} <= missed(upstream="random")
    assert not {"row-sums", "sign-flipped", "target-one-too-low"} & missed()
    assert any("upstream" in change for change in would_notice(upstream="ones").changes)


def test_one_row_hides_what_is_done_to_a_batch():
    of_batch = {"batch-mean-forgotten", "softmax-across-batch", "softmax-over-everything"}
    assert of_batch - {"softmax-across-batch"} <= missed(shape=(1, 10))
    assert not of_batch & missed(shape=(4, 10))


def test_where_training_is_over_nearly_everything_passes():
    assert len(missed(logits="large", tolerance=1e-2)) > len(missed(tolerance=1e-2)) + 10


def test_a_mean_over_many_rows_is_smaller_than_a_loose_tolerance():
    loose = would_notice(shape=(256, 10), tolerance=1e-2)
    assert "sign-flipped" in {m.name for m in loose.missed}
    assert loose.margin > 1
    assert any("rtol 1e-07" in change for change in loose.changes)
    assert would_notice(shape=(256, 10), tolerance=(1e-2, 0)).margin == pytest.approx(1e-2)


def test_temperature_and_smoothing_are_noticed_only_where_there_are_some():
    of_temperature = {m for m in BY_NAME if m.startswith("temperature")}
    assert of_temperature <= missed()
    assert not of_temperature & missed(temperature=2.0)
    assert "argmax-of-target" in missed()
    assert "argmax-of-target" not in missed(targets="soft")


def test_half_precision_fails_right_gradients_where_the_tolerance_is_that_of_another_dtype():
    assert not any(would_notice(dtype=dtype).fails_right for dtype in ("float64", "float32"))
    assert would_notice(dtype="bfloat16", tolerance=1e-4).fails_right
    assert would_notice(dtype="bf16", tolerance=1e-4) == would_notice(
        dtype="bfloat16", tolerance=1e-4
    )


@pytest.mark.parametrize("upstream", UPSTREAMS)
@pytest.mark.parametrize("logits", LOGITS)
def test_the_changes_catch_all_and_none_of_them_can_be_left_out(upstream, logits):
    for shape, dtype in (((1, 2), "float64"), ((5, 4), "bfloat16")):
        found = would_notice(upstream=upstream, logits=logits, dtype=dtype, shape=shape)
        changes = {said: noticing._changes(found.test)[said] for said in found.changes}
        known = [*found.caught, *found.missed]
        assert noticing._passing(noticing._changed(found.test, changes), known) == []
        for said in changes:
            fewer = {other: change for other, change in changes.items() if other != said}
            assert noticing._passing(noticing._changed(found.test, fewer), known)
        assert set(found.missed) == set(noticing._passing(found.test, known))
        assert all("dL_dz" in m.quantities for m in known)


def test_a_test_made_as_is_advised_misses_nothing_and_says_so():
    found = would_notice(logits="mixed", targets="soft", temperature=1.7)
    assert found.missed == found.changes == ()
    assert f"would notice all {len(found.caught)} known mistakes." in str(found)
    assert len(found.caught) > len(MISTAKES) / 2


def test_the_report_names_what_passes_and_what_to_change():
    found = would_notice(upstream="ones", shape=(1, 3))
    report = str(found)
    for mistake in found.missed:
        assert f"- {mistake.title} ({mistake.name})" in report
    for change in found.changes:
        assert f"- {change}" in report
    assert f"lets {len(found.missed)} of {len(found.missed + found.caught)} known" in report
    assert "The right gradient times any number passes as well." in report
    assert "The right gradient times 1.0" in str(would_notice())
    half = would_notice(dtype="float16", tolerance=1e-6)
    assert "Right gradients may fail: float16" in str(half)


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_numbers_are_rounded_to_the_nearest_of_a_dtype(dtype):
    x = np.random.default_rng(0).normal(size=1000)
    once = noticing._rounded(x, dtype)
    np.testing.assert_array_equal(noticing._rounded(once, dtype), once)
    unit = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}[dtype]
    assert (np.abs(once - x) <= np.abs(x) * 2.0**-unit).all()
    if dtype == "bfloat16":  # ties go to even, as in hardware
        np.testing.assert_array_equal(
            noticing._rounded(np.array([1 + 2**-8, 1 + 3 * 2**-8]), dtype), [1, 1 + 2**-6]
        )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"upstream": "two"}, "upstream: expected one of CE, MSE, ones, random, got 'two'"),
        ({"dtype": "int8"}, "dtype: expected one of float64"),
        ({"logits": "big"}, "logits: expected one of"),
        ({"targets": "some"}, "targets: expected one of"),
        ({"shape": (3,)}, r"shape: expected \(rows, classes\)"),
        ({"shape": (3, 1)}, "shape: expected"),
        ({"shape": (10**6, 10)}, "shape: expected"),
        ({"tolerance": -1}, "tolerance: expected finite numbers ≥ 0"),
        ({"tolerance": (1e-3, np.nan)}, "tolerance: expected"),
        ({"temperature": 0}, "temperature: expected"),
    ],
    ids=str,
)
def test_settings_that_are_none_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        would_notice(**settings)


def test_what_is_passed_is_judged_as_somebodys_test_would():
    """A second way: the mistaken gradient made from scratch, and np.allclose."""
    test = replace(would_notice(shape=(5, 4), tolerance=1e-3).test)
    for case, g, right in noticing._draws(test):
        assert g is None
        y = softmax(case.z)
        np.testing.assert_allclose(right, (y - case.t) / 5, atol=1e-15)
        assert not np.allclose(y - case.t, right, rtol=1e-3, atol=1e-3)
    assert "batch-mean-forgotten" not in missed(shape=(5, 4), tolerance=1e-3)


@pytest.mark.parametrize("targets", TARGETS)
def test_targets_are_those_that_were_asked_for(targets):
    test = would_notice(targets=targets).test
    for case, _, _ in noticing._draws(test):
        np.testing.assert_allclose(case.t.sum(axis=1), 1)
        assert (case.t.max() < 1) == (targets == "soft")
