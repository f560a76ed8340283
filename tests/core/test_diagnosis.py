"""What a diagnosis says of right and of wrong numbers."""

import numpy as np
import pytest

from core import (
    check_gradient,
    cross_entropy,
    cross_entropy_dL_dz,
    diagnose,
    one_hot,
    softmax_jacobian,
    squared_error_dL_dz,
)
from core.diagnosis.case import QUANTITIES
from core.diagnosis.search import Claim, explain
from core.diagnosis.steps import backward
from tests.core.diagnoses import BATCH, BY_NAME, LABELS, T, Z, names
from tests.core.recall import random_case
from tests.patience import cpu_at_most


def test_the_learners_zeros_are_the_row_sums_of_the_jacobian():
    z = [2, 1, 0.1]
    sums = softmax_jacobian(z).sum(axis=1)
    for zeros in ("0 0 0", "[0. 0. 0.]", "0.00, 0.00, 0.00", sums, str(sums.tolist())):
        result = diagnose(z, 0, dL_dz=zeros)
        verdict = result.verdicts["dL_dz"]
        assert verdict.right is False
        assert not result.right
        assert names(result)[0] == "row-sums"
        # y = (.659, .2424, .0986), and the target is the first
        np.testing.assert_allclose(verdict.expected, [-0.341, 0.2424, 0.0986], atol=5e-5)
        assert verdict.worst == (0,)
        assert verdict.numeric == pytest.approx(-0.341, abs=5e-5)
        np.testing.assert_allclose(verdict.difference, [0.341, -0.2424, -0.0986], atol=5e-5)


def test_the_report_says_what_is_wrong_and_what_to_do():
    report = str(diagnose([2, 1, 0.1], 0, y="0.6590 0.2424 0.0986", dL_dz="0 0 0"))
    assert report.startswith("y: right to the digits given.\n∂L/∂z: not right.\n")
    assert "entry 1: yours 0, right -0.340999, measured -0.340999" in report
    assert "the rows of J are summed (row-sums)" in report
    assert "Fix: dL_dz = dL_dy @ J" in report
    assert "See: puzzle?answer=Yes" in report


def test_the_report_says_how_a_text_was_read_that_could_be_read_otherwise():
    found = diagnose("2,0 1,0 0,1", 0, dL_dz="0 0 0")
    note = "Reading z: 2,0 is read as 2.0, with a decimal comma; if it stands between two numbers, write 2, 0."
    assert found.notes == (note,)
    assert note in str(found).splitlines()
    assert note in found.markdown().replace("\\", "")
    assert not diagnose([2, 1, 0.1], 0, dL_dz="0 0 0").notes


def test_everything_right_is_right():
    result = diagnose(
        Z,
        T,
        y="0.1 0.2 0.3 0.4",
        J="[[.09, -.02, -.03, -.04], [-.02, .16, -.06, -.08], [-.03, -.06, .21, -.12], [-.04, -.08, -.12, .24]]",
        dL_dy="0 -5 0 0",
        dL_dz="0.1 -0.8 0.3 0.4",
        dL_dW="[[0.2, -1.6, 0.6, 0.8], [0.3, -2.4, 0.9, 1.2]]",
        dL_db="0.1 -0.8 0.3 0.4",
        h=[2, 3],
    )
    assert result.right
    assert list(result.verdicts) == list(QUANTITIES)
    assert all(not v.explanations for v in result.verdicts.values())


def test_a_flipped_sign_and_a_missing_mean_are_found_together_and_first():
    dL_dz = -3 * cross_entropy_dL_dz(BATCH, one_hot(LABELS, 3), batch_mean=True)
    result = diagnose(BATCH, LABELS, dL_dz=dL_dz, batch_mean=True)
    assert names(result)[0] == "sign-flipped + batch-mean-forgotten"


def test_single_mistakes_go_before_pairs_and_equals_are_all_shown():
    result = diagnose(Z, T, dL_dz="0 -0.8 0 0")
    assert names(result) == ["elementwise-product", "target-entry-only", "diagonal-only"]


def test_the_wrong_loss_is_recognised():
    result = diagnose(Z, T, dL_dz="0.1 -0.8 0.3 0.4", loss="MSE")
    assert names(result)[0] == "fused-for-squared-error"


def test_an_error_carried_on_is_traced_to_where_it_was_made():
    result = diagnose(
        Z,
        T,
        dL_dz="0.3 0.7 -0.2 0.9",
        dL_db="0.3 0.7 -0.2 0.9",
        dL_dW=[[0.6, 1.4, -0.4, 1.8]],
        h=[2],
    )
    for quantity in ("dL_dW", "dL_db"):
        assert (
            "It follows from your ∂L/∂z: that is where the mistake was made."
            in result.verdicts[quantity].hints
        )
    assert not names(result)


@pytest.mark.parametrize(
    ("dL_dz", "hint"),
    [
        ("0.73 -5.84 2.19 2.92", "Your numbers are 7.3 times the right ones."),
        ("-0.8 0.1 0.4 0.3", "the right ones in another order"),
        ("1.1 0.2 1.3 1.4", "differ from the right ones by the same amount"),
        ("1.1 0.2 1.3 1.4", "Each row of a true ∂L/∂z sums to 0; one of yours sums to 4."),
        ("0.1003 -0.8003 0.2996 0.4004", "were rounded numbers used on the way?"),
        ("nan 1 1 1", "nan or inf"),
    ],
)
def test_hints_say_what_numbers_without_explanation_have_in_common(dL_dz, hint):
    result = diagnose(Z, T, dL_dz=dL_dz)
    assert result.verdicts["dL_dz"].right is False
    assert hint in str(result)


def test_an_explanation_that_may_fit_by_chance_says_so():
    caution = "would tell whether this fits by chance"
    assert caution in str(diagnose([1.0, 0.0], 0, dL_dz="0.27 -0.27"))
    assert caution not in str(diagnose([1.0, 0.0], 0, dL_dz="0.2689 -0.2689"))
    assert caution not in str(diagnose([2, 1, 0.1], 0, dL_dz="0 0 0"))


def test_none_that_fits_is_said():
    assert "alone or in a pair, gives these numbers" in str(
        diagnose(Z, T, dL_dz="0.37 0.71 -0.29 0.93")
    )


def test_rows_in_another_order_and_logits_copied_are_noticed():
    dL_dz = cross_entropy_dL_dz(BATCH, one_hot(LABELS, 3))
    assert "with the rows in another order" in str(diagnose(BATCH, LABELS, dL_dz=dL_dz[::-1]))
    assert "Your numbers are the logits z." in str(diagnose(BATCH, LABELS, dL_dz=BATCH))


def test_zeros_that_any_answer_would_print_are_not_praised():
    result = diagnose([12.0, 0.0, 0.0], 0, dL_dz="0.00 0.00 0.00")
    assert result.right
    assert "says little" in str(result)


def test_a_verdict_on_a_million_numbers_takes_less_than_a_second():
    random = np.random.default_rng(0)
    z, labels = random.normal(size=(1000, 1000)), random.integers(1000, size=1000)
    dL_dz = cross_entropy_dL_dz(z, one_hot(labels, 1000), batch_mean=True)
    for wrong, found in ((1, []), (-1, ["sign-flipped"]), (np.pi, [])):
        with cpu_at_most(1):
            result = diagnose(z, labels, dL_dz=wrong * dL_dz, batch_mean=True)
        assert names(result)[:1] == found


def test_one_digit_off_in_one_entry_is_not_right():
    for quantity, wrong in (
        ("y", "0.1000 0.2000 0.3000 0.4001"),
        ("dL_dy", "0 -5.0001 0 0"),
        ("dL_dz", "0.1000 -0.8000 0.3000 0.4001"),
        ("dL_db", "0.1000 -0.8001 0.3000 0.4000"),
    ):
        verdict = diagnose(Z, T, **{quantity: wrong}).verdicts[quantity]
        assert verdict.right is False
        assert not verdict.explanations


def test_the_measured_value_is_that_of_central_differences_too():
    t = one_hot(LABELS, 3)
    check = check_gradient(
        lambda u: cross_entropy(u, t).sum(), BATCH, cross_entropy_dL_dz(BATCH, t)
    )
    assert check.ok
    verdict = diagnose(BATCH, LABELS, dL_dz=np.zeros((3, 3))).verdicts["dL_dz"]
    assert verdict.numeric == pytest.approx(check.numeric[verdict.worst], rel=1e-6)


def test_a_claim_that_a_mistake_fits_is_explained_by_it_and_by_nothing_else():
    case = random_case(np.random.default_rng(5), rows=6)
    wrong = backward(case, {"sign": BY_NAME["sign-flipped"].wrong}, "dL_dz")
    nothing = np.zeros(wrong.shape)
    found = explain(case, Claim("dL_dz", wrong, nothing, 1e-12))
    assert [m.name for combination in found for m in combination] == ["sign-flipped"]
    wrong[3, 0] += 1e-6  # in a row that is not among the first tried
    assert not explain(case, Claim("dL_dz", wrong, nothing, 1e-12))


def test_squared_error_with_each_reduction_is_right():
    for reduction in ("mean", "sum", "half"):
        dL_dz = squared_error_dL_dz(BATCH, one_hot(LABELS, 3), 0.5, reduction)
        assert diagnose(
            BATCH, LABELS, dL_dz=dL_dz, loss="MSE", reduction=reduction, temperature=0.5
        ).right
