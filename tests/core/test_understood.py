"""In one line, what a diagnosis took the texts and the options for."""

import numpy as np
import pytest

import core

Z = np.array([[2.0, 1.0, 0.1], [0.0, 1.0, 3.0], [1.0, 1.0, 1.0], [0.5, 0.0, 0.2]])
ONES = np.ones((4, 3))


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"z": Z[0], "t": 0, "dL_dz": "0 0 0"},
            "Understood as 1 example of 3 classes, loss: cross-entropy.",
        ),
        (
            {"z": Z, "t": [0, 1, -100, 2], "dL_dz": ONES.astype(np.float32), "batch_mean": True},
            "Understood as 4 examples of 3 classes, float32, loss: cross-entropy, "
            "mean over 3 rows that count.",
        ),
        (
            {"z": Z, "t": [0, 1, 1, 2], "dL_dz": ONES, "batch_mean": True, "temperature": 2.0},
            "Understood as 4 examples of 3 classes, float64, τ = 2, loss: cross-entropy, mean over 4 rows.",
        ),
        (
            {"z": Z, "t": [0, 1, 1, 2], "dL_dz": ONES, "batch_mean": True, "weight": [1, 2, 0.5]},
            "Understood as 4 examples of 3 classes, float64, loss: cross-entropy, classes weighted, "
            "mean by weights that add up to 5.5.",
        ),
        (
            {"z": Z, "t": [0, 1, 1, 2], "dL_dz": ONES, "loss": "MSE", "reduction": "half"},
            "Understood as 4 examples of 3 classes, float64, loss: squared error (half), sum over the rows.",
        ),
        (
            {"z": Z, "t": [0, 1, 1, 2], "dL_dz": ONES, "label_smoothing": 0.1},
            "Understood as 4 examples of 3 classes, float64, loss: cross-entropy, label smoothing 0.1, "
            "sum over the rows.",
        ),
        (
            {"z": Z[0], "dL_dy": "1 2 3", "dL_dz": "0 0 0"},
            "Understood as 1 example of 3 classes, with an upstream gradient of your own at the "
            "output of softmax.",
        ),
        (
            {"z": Z.T, "t": [0, 1, 1, 2], "dL_dz": ONES.T, "axis": 0},
            "Understood as 4 examples of 3 classes, each in a column, float64, loss: cross-entropy, "
            "sum over the rows.",
        ),
        ({"z": Z[0], "y": "1 0 0"}, "Understood as 1 example of 3 classes."),
    ],
)
def test_what_was_given_is_understood_in_one_line(given, line):
    assert str(core.diagnose(**given).understood) == line


def test_the_dtype_is_that_which_a_printout_names():
    text = "tensor([[-0.341, 0.2424, 0.0986]], dtype=torch.bfloat16)"
    assert ", bfloat16, " in str(core.diagnose(Z[0], 0, dL_dz=text).understood)


def test_a_stated_dtype_is_what_the_numbers_are_judged_in():
    z, t = np.array([[2.0, 1.0, 0.1]]), [0]
    right = core.softmax(z) - core.one_hot([0], 3)
    off = right * (1 + 2.0**-10)  # a round-off of float16, which these float64 numbers do not name
    assert core.diagnose(z, t, dL_dz=off).right is False
    found = core.diagnose(z, t, dL_dz=off, dtype="float16")
    assert found.right
    assert found.understood.dtype == "float16"
    printed = "tensor([[-0.34067, 0.24243, 0.09863]], dtype=torch.float16)"  # a round-off of it, not of float64
    assert core.diagnose(z, t, dL_dz=printed).right
    assert core.diagnose(z, t, dL_dz=printed, dtype="float64").understood.dtype == "float64"


def test_a_dtype_that_there_is_not_is_refused():
    with pytest.raises(
        ValueError, match=r"dtype: expected one of float64, float32, .*, got 'int8'"
    ):
        core.diagnose(Z[0], 0, dL_dz="0 0 0", dtype="int8")


def test_weights_are_taken_as_people_have_them():
    by_text = core.diagnose(
        Z, "0 1 1 2", dL_dz=ONES, weight="tensor([1., 2., 0.5])", row_weight="1\n2\n1\n-1"
    )
    by_array = core.diagnose(Z, "0 1 1 2", dL_dz=ONES, weight=[1, 2, 0.5], row_weight=[1, 2, 1, -1])
    np.testing.assert_array_equal(by_text.case.t, by_array.case.t)
    assert by_text.understood.loss == "loss: cross-entropy, classes weighted"
    assert by_text.understood.rows == "sum over the rows, rows weighted"


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"weight": "1 2"}, "weight: expected 3 finite numbers, one for each class, got 2"),
        ({"row_weight": "1 nan 1 1"}, "row_weight: expected 4 .* got nan or inf among them"),
        ({"weight": "1 2 x"}, "weight: line 1, column 5: expected a number"),
    ],
)
def test_weights_that_cannot_be_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        core.diagnose(Z, "0 1 1 2", dL_dz=ONES, **weights)


def test_the_report_says_at_its_end_how_all_was_understood():
    found = core.diagnose(Z[0], 0, dL_dz="0 0 0", loss_weight=0.5)
    line = "Understood as 1 example of 3 classes, loss: cross-entropy, times 0.5."
    assert str(found).endswith(f"\n{line}")
    assert "times 0.5" in found.markdown().splitlines()[-1]


@pytest.mark.parametrize(
    ("options", "loss", "rows"),
    [
        ({"row_weight": [2, 2]}, "loss: cross-entropy", "sum over the rows, rows weighted"),
        ({"weight": [2, 2, 2]}, "loss: cross-entropy, classes weighted", "sum over the rows"),
        ({"ignore_index": 1}, "loss: cross-entropy", "sum over the 1 row that counts"),
    ],
)
def test_weights_are_said_of_what_has_them(options, loss, rows):
    understood = core.diagnose(Z[:2], [0, 1], dL_dz=ONES[:2], **options).understood
    assert (understood.loss, understood.rows) == (loss, rows)
