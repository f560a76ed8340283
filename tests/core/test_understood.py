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
            "Understood as 4 examples of 3 classes, float64, loss: cross-entropy, "
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
    assert core.diagnose(**given).understood == line


def test_the_dtype_is_that_which_a_printout_names():
    text = "tensor([[-0.341, 0.2424, 0.0986]], dtype=torch.bfloat16)"
    assert ", bfloat16, " in core.diagnose(Z[0], 0, dL_dz=text).understood
