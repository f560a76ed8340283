"""Where a gradient is wrong: which rows, columns or entries, what they share, and their mistake alone."""

import numpy as np
import pytest

from core import diagnose, one_hot, softmax, softmax_jacobian
from core.diagnosis.steps import backward
from tests.core import recall_of_parts
from tests.core.diagnoses import BY_NAME
from tests.core.recall import gives

RANDOM = np.random.default_rng(15)
Z = RANDOM.normal(0, 2, (70, 6)).round(2)
LABELS = np.arange(70) ** 2 % 6
T = one_hot(LABELS, 6)
RIGHT = softmax(Z) - T
TAIL = np.arange(70) >= 64


def judged(dL_dz, z=Z, t=LABELS, **options):
    return diagnose(z, t, dL_dz=dL_dz, **options).verdicts["dL_dz"]


def where(rows, wrong=None):
    """What is said of right numbers with some rows, columns or entries done otherwise."""
    got = RIGHT.copy()
    got[rows] = 3 - got[rows] if wrong is None else wrong[rows]
    return " ".join(judged(got).where)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (TAIL, "Of 70 rows, 6 are wrong: 65 to 70. They begin at index 64 (counted from 0), a mul"),
        (np.arange(70) >= 48, "a multiple of 16: a tile?"),
        (np.arange(70) < 64, "They end before index 64 (counted from 0), a multiple of 64"),
        (np.arange(70) // 10 == 2, "21 to 30. That is shard 3 of 7, of 10 each."),
        (np.arange(70) // 4 == 2, "9 to 12. That is tile 3, of 4 each."),
        (np.arange(70) % 4 == 1, "That is every 4th, from index 1 on (counted from 0)."),
        (np.arange(70) % 8 < 3, "The pattern repeats every 8."),
        (np.arange(70) == 4, "Of 70 rows, only row 5 is wrong."),
        (np.arange(70) != 4, "Of 70 rows, only row 5 is right."),
        (LABELS == 3, "That is where the target is class 4 of 6."),
        (LABELS != 3, "That is everywhere but where the target is class 4 of 6."),
        (
            softmax(Z)[np.arange(70), LABELS] < softmax(Z).max(axis=1),
            "That is where the target’s output is not the largest.",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_wrong_rows_are_counted_and_what_they_share_is_said(rows, said):
    assert said in where(rows)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((slice(None), 3), "Of 6 columns, only column 4 is wrong."),
        ((slice(None), [0, 1, 2, 4, 5]), "Of 6 columns, only column 4 is right."),
        (T == 1, "Only the target’s entries are wrong."),
        (T == 0, "Only the target’s entries are right."),
        ((6, 2), "Of 420 entries, only that in row 7, column 3 is wrong."),
        (
            ([6, 9, 44], [2, 3, 0]),
            "3 are wrong: row 7, column 3; row 10, column 4; row 45, column 1.",
        ),
        (
            (slice(32, 64), slice(3, 5)),
            "33 to 64. That is tile 2, of 32 each. Of 6 columns, 2 are wrong: 4, 5.",
        ),
    ],
    ids=range(7),
)
def test_wrong_columns_and_entries_are_told(entries, said):
    assert said in where(entries)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (0 * RIGHT, "There, your numbers are 0: were they never written?"),
        (RIGHT * np.nan, "There, your numbers are nan."),
        (2.5 * RIGHT, "There, your numbers are 2.5 times the right ones."),
        (Z, "There, your numbers are the logits z: were they never overwritten?"),
        (np.roll(RIGHT, 64, 0), "There, your numbers are the right ones of other rows: 1 to 6."),
        (
            np.arange(2, 72)[:, None] * RIGHT,
            "There, each row is the right one times a factor of its own: 66, 67, 68, 69, 70, 71.",
        ),
    ],
    ids=range(6),
)
def test_what_stands_in_the_wrong_rows_is_recognised(wrong, said):
    assert said in where(TAIL, wrong)


def test_rows_of_padding_of_masks_and_of_soft_targets_are_told_apart():
    z, t = Z.copy(), T.copy()
    for rows, said in (
        (slice(60, 70), "That is where all logits are the same, as in rows of padding."),
        (slice(3, 60, 7), "That is where a class is masked, with a logit of −∞."),
        (slice(1, 60, 9), "That is where the target is not one-hot."),
    ):
        if "same" in said:
            z[rows] = 0
        elif "masked" in said:
            z[rows, 5] = -np.inf
            t[rows] = one_hot(0, 6)
        else:
            t[rows] = 0.9 * t[rows] + 0.1 * np.roll(t[rows], 1, axis=1)
        got = softmax(z) - t
        got[rows] += 1
        assert said in judged(got, z, t).where


def test_clipped_numbers_are_told_with_the_limit():
    assert judged(RIGHT.clip(-0.4, 0.4)).where == (
        "Only what is beyond ±0.4 is wrong, and is ±0.4: clipped.",
    )


def test_targets_that_another_shard_holds_are_told_by_their_classes():
    z = RANDOM.normal(size=(40, 32))
    labels = np.arange(40) * 7 % 32
    got = softmax(z) - one_hot(labels, 32)
    beyond = labels >= 16
    got[beyond] = softmax(z)[beyond]
    verdict = judged(got, z, labels)
    assert "and these only where the target is class" in verdict.where[0]
    assert verdict.where[1] == "These lie in shard 2 of 2, of 16 each."
    assert verdict.alone
    assert [e.name for e in verdict.explanations] == ["target-not-subtracted"]


@pytest.mark.parametrize(
    "name",
    [
        *("sign-flipped", "target-not-subtracted", "batch-mean-forgotten", "elementwise-product"),
        *("target-one-too-low", "sigmoid", "softmax-twice", "jacobian-twice", "upstream-ones"),
    ],
)
@pytest.mark.parametrize("rows", [TAIL, LABELS == 3, np.arange(70) % 4 == 0], ids=range(3))
def test_a_mistake_that_some_rows_alone_have_is_named_for_these(name, rows):
    mistake = BY_NAME[name]
    right = diagnose(Z, LABELS, dL_dz=RIGHT, batch_mean=True)
    got = backward(right.case, {}, "dL_dz")
    got[rows] = backward(right.case, {mistake.step: mistake.wrong}, "dL_dz")[rows]
    text = np.array2string(got, precision=6, threshold=10**6)
    verdict = judged(text, batch_mean=True)
    assert verdict.alone
    assert name in [e.name for e in verdict.explanations]
    for explanation in verdict.explanations:
        assert gives(explanation.values, verdict.got, verdict.tolerance)
    assert "Your numbers there are what comes out when:" in str(diagnose(
        Z, LABELS, dL_dz=text, batch_mean=True
    ))  # fmt: skip


def test_the_jacobian_and_the_layers_gradients_are_told_by_their_own_axes():
    J = softmax_jacobian([2.0, 1.0, 0.1])
    upper = np.where(np.triu(np.ones((3, 3)), 1) > 0, -J, J)
    verdict = diagnose([2.0, 1.0, 0.1], J=upper).verdicts["J"]
    assert verdict.where[0] == "Only the entries above the diagonal are wrong."
    h = RANDOM.normal(size=(70, 9))
    dL_dW, dL_db = h.T @ RIGHT, RIGHT.sum(axis=0)
    dL_dW[4], dL_db[2] = 0, 9
    found = diagnose(Z, LABELS, h=h, dL_dW=dL_dW, dL_db=dL_db).verdicts
    assert found["dL_dW"].where[0] == "Of 9 rows, only row 5 is wrong."
    assert found["dL_db"].where == ("Of 6 entries, only entry 3 is wrong.",)
    batch = softmax_jacobian(Z)
    batch[7] *= 2
    assert diagnose(Z, J=batch).verdicts["J"].where[0] == "Of 70 examples, only example 8 is wrong."


def test_nothing_is_said_of_numbers_that_are_right_or_wrong_throughout():
    for verdict in (
        judged(RIGHT),
        judged(-RIGHT),
        judged(0 * RIGHT),
        judged("0 0 0", [2, 1, 0.1], 0),
        judged("0.3 -0.2 0.1", [2, 1, 0.1], 0),
    ):
        assert verdict.where == ()
        assert not verdict.alone


def test_one_entry_is_too_little_to_name_a_mistake_by():
    got = RIGHT.copy()
    got[5, 2] *= -1
    verdict = judged(np.array2string(got, precision=4, threshold=10**6))
    assert verdict.where[0].startswith("Of 420 entries, only that in row 6, column 3 is wrong.")
    assert not verdict.explanations


def test_every_mistake_is_named_where_a_part_of_the_rows_has_it():
    endings, missed = recall_of_parts.run([3])
    assert missed == []
    assert endings["named"] > 8 * endings["equal"] + 8 * endings["right"]


def test_a_last_tile_whose_target_is_not_subtracted_is_told_by_its_rows():
    got = RIGHT.copy()
    got[TAIL] += T[TAIL]
    verdict = judged(np.array2string(got, precision=5, threshold=10**6))
    assert verdict.where[0] == "Of 70 rows, 6 are wrong: 65 to 70."
    assert verdict.where[1].startswith("They begin at index 64")
    assert verdict.where[2] == "There, only the target’s entry is wrong."
    assert verdict.explanations[0].name == "target-not-subtracted"
