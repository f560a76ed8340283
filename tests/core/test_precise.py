"""Verdicts and precision: typed logits, half precision, quotients, digits that were lost on the way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core
from core.diagnosis.dtypes import HALF
from core.diagnosis.mistakes import MISTAKES
from core.diagnosis.steps import backward


def the(diagnosis):
    """Its only verdict."""
    (verdict,) = diagnosis.verdicts.values()
    return verdict


SEEDS = st.integers(0, 2**32 - 1)


def state(seed, n=None, scale=3):
    rng = np.random.default_rng(seed)
    n = n or int(rng.integers(3, 8))
    return np.round(rng.normal(size=n) * scale, 2), int(rng.integers(n))


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def printed(values, dtype=""):
    """As torch.tensor prints."""
    head = f", dtype=torch.{dtype}" if dtype else ""
    return f"tensor([{', '.join(f'{v:.4e}' for v in values)}]{head})"


def half(values, dtype):
    """The nearest numbers of a half precision; of normal size in bfloat16."""
    if dtype == "float16":
        return np.asarray(values).astype(np.float16).astype(float)
    mantissa, exponent = np.frexp(np.asarray(values, float))
    return np.ldexp(np.round(mantissa * 256) / 256, exponent)


def of_library(z, t, dtype):
    """∂L/∂z as PyTorch computes it: log y in float32, rounded; then exp, less t, rounded."""
    log_y = half(z - z.max() - np.log(np.exp(z - z.max()).sum()), dtype)
    return half(np.exp(log_y) - core.one_hot(t, len(z)), dtype)


def test_the_nearest_number_of_a_half_precision_is_that_of_another_implementation():
    values = np.random.default_rng(0).normal(size=1000) * 10.0 ** np.arange(-5, 5).repeat(100)
    for dtype, nearest in HALF.items():
        np.testing.assert_array_equal(nearest(values), half(values.astype(np.float32), dtype))


@pytest.mark.parametrize("text", ["0.0 0.0 0.0", "[0.0, 0.0, 0.0]", "0 0 0"])
@pytest.mark.parametrize("z", ["2.0 1.0 0.1", "2 1 0.1", "[2.0, 1.0, 0.1]"])
def test_the_learners_zeros_at_typed_logits_are_wrong_by_name(z, text):
    verdict = the(core.diagnose(z, 0, dL_dz=text))
    assert verdict.right is False
    assert "row-sums" in [e.name for e in verdict.explanations]


def test_each_mistake_at_typed_logits_is_wrong_and_not_left_open():
    case = core.diagnose("2.0 1.0 0.1", 0, dL_dz="0 0 0").case
    tried = 0
    for mistake in MISTAKES:
        if "dL_dz" not in mistake.quantities or not mistake.possible(case):
            continue
        values = backward(case, {mistake.step: mistake.wrong}, "dL_dz")[0]
        right = backward(case, {}, "dL_dz")[0]
        if values.shape != right.shape or np.abs(values - right).max() < 1e-3:
            continue
        text = " ".join(f"{v:.4f}" for v in values)
        verdict = the(core.diagnose("2.0 1.0 0.1", 0, dL_dz=text))
        assert verdict.right is False, (mistake.name, text)
        tried += 1
    assert tried >= 30


@pytest.mark.parametrize("dtype", HALF)
@settings(max_examples=25)
@given(SEEDS)
def test_a_librarys_half_precision_is_right_named_or_lost(dtype, seed):
    z, t = state(seed)
    got = of_library(z, t, dtype)
    assert the(core.diagnose(z, t, dL_dz=printed(got, dtype))).right is True
    assert the(core.diagnose(z, t, dL_dz=got)).right is not False
    assert the(core.diagnose(z, t, dL_dz=printed(got))).right is not False


@pytest.mark.parametrize("dtype", HALF)
@settings(max_examples=25)
@given(SEEDS, st.sampled_from([1.05, 1.1, -1.0, 0.5, 0.9]))
def test_a_factor_is_wrong_in_half_precision_and_told(dtype, seed, factor):
    z, t = state(seed)
    got = half(factor * of_library(z, t, dtype), dtype)
    verdict = the(core.diagnose(z, t, dL_dz=printed(got, dtype)))
    assert verdict.right is False
    assert verdict.explanations or "times the right ones" in str(verdict)


def test_a_target_whose_gradient_is_gone_in_half_precision_is_wrong():
    z = [8.0, 0.0, 0.0]
    got = of_library(np.array(z), 0, "bfloat16")
    got[0] = 0
    verdict = the(core.diagnose(z, 0, dL_dz=printed(got, "bfloat16")))
    assert verdict.right is False


@pytest.mark.parametrize("dtype", HALF)
def test_a_softmax_in_half_precision_is_said_to_be_rounded_too_early(dtype):
    z, t = np.array([5.0, 0.5, 0.1]), 0
    y = half(softmax(z), dtype)
    got = half(y - core.one_hot(t, 3), dtype)
    verdict = the(core.diagnose(z, t, dL_dz=printed(got, dtype)))
    assert verdict.right is not True
    assert "rounded too early" in str(verdict)
    assert f"in {dtype}" in str(verdict)
    assert "units in the last place" in str(verdict)


def quotient(z, t, h, kind):
    def loss(z):
        return np.log(np.exp(z - z.max()).sum()) + z.max() - z[t]

    steps = h * np.eye(len(z))
    above, below, here = ([loss(z + s) for s in steps], [loss(z - s) for s in steps], loss(z))
    if kind == "central":
        return (np.array(above) - below) / (2 * h)
    return (np.array(above) - here) / h


@settings(max_examples=25)
@given(
    SEEDS, st.sampled_from([1e-3, 1e-4, 1e-5, 1e-6, 1e-7]), st.sampled_from(["central", "forward"])
)
def test_a_difference_quotient_is_right_as_one_and_twice_it_is_wrong(seed, h, kind):
    z, t = state(seed, scale=1)
    got = quotient(z, t, h, kind)
    verdict = the(core.diagnose(z, t, dL_dz=repr(got.tolist())))
    assert verdict.right is True
    assert the(core.diagnose(z, t, dL_dz=repr((2 * got).tolist()))).right is False


def test_a_wrong_gradient_is_no_quotient():
    z, t = state(1)
    right = core.diagnose(z, t, dL_dz=np.zeros(len(z))).verdicts["dL_dz"].expected
    for off in (1 + 1e-6, 1 - 1e-4):
        verdict = the(core.diagnose(z, t, dL_dz=right * off))
        assert verdict.right is False
        assert "times the right ones" in str(verdict)
    one = right.copy()
    one[0] += 1e-6
    assert the(core.diagnose(z, t, dL_dz=one)).right is False


@pytest.mark.parametrize("decimals", [1, 2, 3])
def test_a_hand_calculation_with_a_rounded_y_is_not_wrong_and_told(decimals):
    z, t = np.array([2.0, 1.0, 0.1]), 0
    y = np.round(softmax(z), decimals)
    g = 2 / 3 * (y - core.one_hot(t, 3))
    got = y * (g - (g * y).sum())
    verdict = the(core.diagnose(z, t, dL_dz=" ".join(f"{v:.5f}" for v in got), loss="MSE"))
    assert verdict.right is None
    assert f"rounded to {decimals} decimal" in str(verdict)


def test_a_row_that_does_not_sum_to_zero_is_wrong_whatever_the_digits_of_y():
    assert the(core.diagnose(y="0.66 0.24 0.10", t=0, dL_dz="-0.3440 0.2424 0.0986")).right is False
    assert the(core.diagnose(y="0.66 0.24 0.10", t=0, dL_dz="-0.3410 0.2424 0.0986")).right is True


def test_digits_that_were_cut_off_are_told():
    verdict = the(core.diagnose([2.04, 1.03, 0.17], 0, dL_dz="-0.3413 0.2398 0.1015"))
    assert verdict.right is not False
    cut = the(core.diagnose([2.04, 1.03, 0.17], 0, dL_dz="-0.341 0.239 0.101"))
    assert cut.right is None
    assert "cut off" in str(cut)


def test_what_float16_cannot_hold_is_inf_in_it_and_right():
    z, t = [[-6.0, 6.0]], [0]
    right = np.array([[-1 / core.softmax([-12.0, 12.0])[0], 0.0]])
    assert abs(right[0, 0]) > 65_504
    with np.errstate(over="ignore"):
        claimed = right.astype(np.float16)
    found = core.diagnose(z, t, dL_dy=claimed, temperature=0.5)
    assert found.right
    assert "float16 has inf where the right number is too large for it" in str(found)
    assert not core.diagnose(z, t, dL_dy=-claimed, temperature=0.5).right
    assert not core.diagnose(z, t, dL_dy=[[-np.inf, 0.0]], temperature=0.5).right
