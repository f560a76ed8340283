"""Of nan and inf the reason is told: which rows, and what happens there."""

import numpy as np
import pytest

import core

T = [0, 1, 2]


def told(z, got, t=T, **options):
    found = core.diagnose(np.asarray(z, float), t, dL_dz=got, **options).verdicts["dL_dz"]
    assert found.right is False
    return found


def in_float32(z, t, shift):
    """−t/y · J as a learner computes it, in float32."""
    z = np.asarray(z, np.float32)
    with np.errstate(all="ignore"):
        e = np.exp(z - shift(z))
        y = e / e.sum(axis=1, keepdims=True)
        g = -np.eye(3, dtype=np.float32)[t] / y
        return y * (g - (g * y).sum(axis=1, keepdims=True))


def test_no_shift_overflows():
    z = [[1, 2, 3], [90, 1, 2], [3, 2, 1]]
    found = told(z, in_float32(z, T, lambda z: 0))
    assert "float32-underflow" in [m.name for e in found.explanations for m in e.mistakes]


def test_the_shift_of_another_row_is_named():
    z = [[1, 2, 3], [200, 199, 201], [3, 2, 1]]
    found = told(z, in_float32(z, T, lambda z: z.max()))
    assert [m.name for m in found.explanations[0].mistakes] == ["shift-by-batch-maximum"]


@pytest.mark.parametrize(
    ("z", "rows", "says"),
    [
        ([[1, 2, 3], [800, 1, 2], [3, 2, 1]], [1], "A logit is above 709.78 in row 2: its exp is inf in float64"),
        ([[1, 2, 3], [90, 1, 2], [95, 2, 1]], [1, 2], "A logit is above 88.72 in rows 2, 3: its exp is inf in float32"),
        ([[1, 2, 3], [1, 12, 2], [3, 2, 1]], [1], "A logit is above 11.09 in row 2: its exp is inf in float16"),
        ([[0, 0, 0], [-900, -901, -900], [0, 1, 0]], [1], "All logits are more than 745.13 below the largest of the batch in row 2"),
        ([[0, 5, 0], [80, -30, 0], [0, 1, 0]], [1], "y of the target is 0 in float32 in row 2: −log 0 is inf"),
        ([[0, -900, 0], [0, 1, 0], [0, 1, 0]], [0], "A y is 0 in float64 in row 1, where t is 0 as well: 0 · log 0"),
        ([[1, 2, 3], [0, 1, 2], [3, 2, 1]], [1], "nothing in these logits overflows"),
    ],
)  # fmt: skip
def test_the_reason_is_that_which_holds_in_just_those_rows(z, rows, says):
    got = core.softmax(z) - np.eye(3)[T]
    got[rows] = np.nan
    got[[k for k in range(3) if k not in rows]] *= -1.37  # and the rest is no known mistake
    found = told(z, got)
    assert says in " ".join(found.hints), found.hints


def test_a_row_that_is_masked_whole_is_told():
    z = np.array([[1.0, 2, 3], [-np.inf, -np.inf, -np.inf]])
    with np.errstate(invalid="ignore"):
        hints = " ".join(core.diagnose(z, y=[[0.1, 0.2, 0.7], [np.nan] * 3]).verdicts["y"].hints)
    assert "All logits are −inf in row 2" in hints or "0/0" in hints


def test_where_rows_cannot_be_told_apart_the_rows_at_fault_are_named():
    z, h = [[1, 2, 3], [800, 1, 2]], [[1.0, 2], [3, 4]]
    found = core.diagnose(np.asarray(z, float), [0, 1], h=h, dL_dW=np.full((2, 3), np.nan))
    assert "above 709.78 in row 2" in " ".join(found.verdicts["dL_dW"].hints)
