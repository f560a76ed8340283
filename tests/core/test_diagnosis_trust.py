"""What must not happen to whoever trusts a diagnosis."""

import numpy as np
import pytest

import core


@pytest.mark.parametrize("z", ["1e308 -1e308 0", "1e308 0 0", "9e307 -9e307 0", "1e300 0 0"])
def test_a_wrong_gradient_is_not_right_because_the_logits_are_huge(z):
    assert core.diagnose(z, 0, dL_dz="-0.341 0.242 0.099").verdicts["dL_dz"].right is False
    assert core.diagnose(z, 0, dL_dz="0 0 0").verdicts["dL_dz"].right is True


def test_the_fix_of_a_factor_is_the_formula_of_the_loss_in_question():
    y = core.softmax([2, 1, 0.1])
    for loss, right in (("CE", "dL_dy = -t / y"), ("MSE", "dL_dy = 2 * c * (y - t)")):
        gradient = core.loss_function(loss).dL_dy(core.softmax_record([2, 1, 0.1]), np.eye(3)[0])
        found = core.diagnose([2, 1, 0.1], 0, dL_dy=7 * 2 * gradient, loss=loss)
        for explanation in found.verdicts["dL_dy"].explanations:
            for mistake, fix in zip(explanation.mistakes, explanation.fixes, strict=True):
                if mistake.step == "factor":
                    assert fix.startswith(right)
    quarter = core.diagnose([2, 1, 0.1], 0, dL_dz=(y - np.eye(3)[0]) * 2 / 3)
    (fix,) = {
        fix
        for e in quarter.verdicts["dL_dz"].explanations
        for mistake, fix in zip(e.mistakes, e.fixes, strict=True)
        if mistake.step == "factor"
    }
    assert fix.startswith("dL_dy = -t / y")


def test_a_fix_fits_a_target_that_does_not_sum_to_1():
    z, t = np.array([2, 1, 0.1]), np.array([0.7, 0.2, 0.2])
    right = core.cross_entropy_dL_dz(z, t)
    found = core.diagnose(z, [t], dL_dz=-right)
    fixes = [fix for e in found.verdicts["dL_dz"].explanations for fix in e.fixes]
    flipped = next(fix for fix in fixes if "not t - y" in fix)
    code = flipped.partition("#")[0].removeprefix("dL_dz = ")
    assert code.strip() == "y * t.sum(axis=-1, keepdims=True) - t"
    np.testing.assert_allclose(core.softmax(z) * t.sum(axis=-1, keepdims=True) - t, right)


@pytest.mark.parametrize("wrong", ["nan nan nan", "nan nan 0.1", "inf nan nan"])
def test_no_pair_of_mistakes_is_read_out_of_nan(wrong):
    verdict = core.diagnose([2, 1, 0.1], 0, dL_dz=wrong).verdicts["dL_dz"]
    assert verdict.right is False
    assert all(len(e.mistakes) == 1 for e in verdict.explanations)
    assert any("nan or inf" in hint for hint in verdict.hints)


def test_what_round_off_leaves_of_a_zero_is_no_number_of_half_precision():
    """2⁻⁵³ is a number of every dtype: row sums of J, printed, are not the right ones of bfloat16."""
    z = [[-0.4, 1.59], [-2.86, 2.92], [1.39, 3.35], [3.13, -3.58], [-1.62, -1.37]]
    found = core.diagnose(z, [1, 1, 1, 0, 0], dL_db="[4.3368e-19 1.1102e-16]")
    assert found.verdicts["dL_db"].right is False


def test_the_gradient_of_a_sum_of_logs_is_right_up_to_the_sign_of_the_loss_and_says_so():
    y = core.softmax([0.1, 0.9])
    found = core.diagnose([0.1, 0.9], "1 1", dL_dz=1 - 2 * y)
    assert found.right
    assert "for −Σ t log y the sign is flipped" in str(found)
    assert core.diagnose([0.1, 0.9], "1 1", dL_dz=2 * y - 1).right
    for t, right in (("1 0", y - [1, 0]), ("0.5 0.5", y - 0.5), ("1 0.5", 1.5 * y - [1, 0.5])):
        assert core.diagnose([0.1, 0.9], t, dL_dz=-right).verdicts["dL_dz"].right is False


def text(rows, decimals):
    return "\n".join(" ".join(f"{v:.{decimals}f}" for v in row) for row in rows)


@pytest.mark.parametrize(
    ("rows", "n", "decimals"), [(10, 4, 2), (40, 4, 1), (100, 10, 2), (1, 3, 1), (1, 2, 2)]
)
def test_a_right_gradient_beside_logits_that_were_printed_short_is_never_called_wrong(
    rows, n, decimals
):
    """Of many entries some are moved by more than a few random roundings tell; of few a factor fits all."""
    for seed in range(25):
        random = np.random.default_rng(seed)
        z, labels = random.normal(0, 2, (rows, n)), random.integers(n, size=rows)
        e = np.exp(z)
        right = e / e.sum(axis=1, keepdims=True) - np.eye(n)[labels]
        found = core.diagnose(text(z, decimals), labels, dL_dz=text(right, 5))
        assert found.verdicts["dL_dz"].right is not False, str(found)
        assert not found.verdicts["dL_dz"].explanations


def test_a_jacobian_that_is_not_symmetric_or_balanced_is_wrong_whatever_the_digits_of_z_are():
    y = np.array([0.6, 0.3, 0.1])
    J = np.diag(y) - np.outer(y, y)
    skew = 5e-4 * np.array([[0, 1, -1], [-1, 0, 1], [1, -1, 0]])
    for got in (J + skew, J + 1e-3 * np.eye(3)):
        (verdict,) = core.diagnose("1.8 1.1 0.0", J=text(got, 4)).verdicts.values()
        assert verdict.right is False
    (verdict,) = core.diagnose("1.8 1.1 0.0", J=text(J, 4)).verdicts.values()
    assert verdict.right is not False
