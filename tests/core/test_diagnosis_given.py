"""What a diagnosis takes, refuses and keeps."""

import numpy as np
import pytest

from core import (
    cross_entropy_dL_dy,
    cross_entropy_dL_dz,
    diagnose,
    one_hot,
    read_numbers,
    softmax,
    softmax_jacobian,
)
from core.diagnosis import given
from core.reading import reading
from tests.core.diagnoses import BATCH, LABELS, T, Y, Z, names


def test_a_class_a_one_hot_and_text_are_the_same_target():
    for t in (
        1,
        [1],
        np.int64(1),
        "1",
        [0, 1, 0, 0],
        "0, 1, 0, 0",
        [[0, 1, 0, 0]],
        [0.0, 1.0, 0.0, 0.0],
    ):
        assert diagnose(Z, t, dL_dz=[0.1, -0.8, 0.3, 0.4]).right
    dL_dz = cross_entropy_dL_dz(BATCH, np.eye(3))
    for t in (LABELS, "0 1 2", "0\n1\n2", np.eye(3), np.eye(3).tolist()):
        assert diagnose(BATCH, t, dL_dz=dL_dz).right


def test_shapes_may_have_an_axis_of_length_one_more_or_less():
    for dL_dz in ([[0.1, -0.8, 0.3, 0.4]], [[0.1], [-0.8], [0.3], [0.4]]):
        assert diagnose(Z, T, dL_dz=dL_dz).right
        assert diagnose([Z], [T], dL_dz=dL_dz).right


def test_outputs_do_in_place_of_logits():
    result = diagnose(y="0.1 0.2 0.3 0.4", t=T, dL_dy="0 -5 0 0", dL_dz="0.1 -0.8 0.3 0.4")
    assert result.right
    assert "y" not in result.verdicts
    assert names(diagnose(y=Y, t=T, dL_dz=-Y + one_hot(1, 4)))[0] == "sign-flipped"


def test_an_output_of_zero_is_a_number_too_small_to_print():
    y = "1.0000 0.0000 0.0000"
    assert diagnose(y=y, t=0, dL_dz="0 0 0").right
    assert diagnose(y=y, t=1, dL_dz="1 -1 0").right
    result = diagnose(y=y, t=1, dL_dy="0 -31234 0")
    assert result.right
    assert "cannot be judged" in str(result)
    assert diagnose(y=y, t=1, dL_dz="1 0 0").verdicts["dL_dz"].right is False


def test_a_masked_class_has_no_gradient():
    assert diagnose([1.0, -np.inf, 0.0], 0, dL_dz="-0.2689 0 0.2689").right


def test_logits_of_few_digits_leave_the_rest_open_but_accuse_nobody():
    z = np.array([1.2345, -0.4321, 0.5678])
    exact = cross_entropy_dL_dz(z, one_hot(0, 3))
    result = diagnose("1.23 -0.43 0.57", 0, dL_dz=exact)
    assert result.verdicts["dL_dz"].right is None
    assert "give them with more digits" in str(result)
    assert diagnose("1.2345 -0.4321 0.5678", 0, dL_dz=exact).right


def test_typed_logits_are_meant_as_they_stand():
    exact = cross_entropy_dL_dz([2, 1, 0.1], one_hot(0, 3))
    assert names(diagnose("2.0 1.0 0.1", 0, dL_dz=-exact))[0] == "sign-flipped"


@pytest.mark.torch
@pytest.mark.parametrize("loss", ["CE", "MSE"])
def test_what_pytorch_computes_in_float32_is_right(loss):
    import torch

    random = np.random.default_rng(0)
    for scale in (1, 5, 20):
        z, W = random.normal(0, scale, size=(4, 5)), random.normal(size=(3, 5))
        h, labels = random.normal(size=(4, 3)), random.integers(5, size=4)
        t32, z32 = torch.tensor(labels), torch.tensor(z, dtype=torch.float32, requires_grad=True)
        if loss == "CE":
            L = torch.nn.functional.cross_entropy(z32, t32)
        else:
            one = torch.nn.functional.one_hot(t32, 5).float()
            L = torch.nn.functional.mse_loss(torch.softmax(z32, -1), one)
        L.backward()
        assert W.shape == (3, 5)
        for digits in (4, 8):
            torch.set_printoptions(precision=digits)
            result = diagnose(
                z32,
                labels,
                y=repr(torch.softmax(z32, -1)),
                dL_dz=repr(z32.grad),
                dL_dW=repr(torch.tensor(h, dtype=torch.float32).T @ z32.grad),
                dL_db=repr(z32.grad.sum(0)),
                h=torch.tensor(h, dtype=torch.float32),
                loss=loss,
                batch_mean=True,
            )
            torch.set_printoptions(profile="default")
            assert result.right, str(result)
        assert diagnose(z32, labels, dL_dz=z32.grad, loss=loss, batch_mean=True).right
        assert diagnose(z32, labels, dL_dz=str(z32.grad.tolist()), loss=loss, batch_mean=True).right


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "expected logits z, or outputs y, got neither"),
        ({"z": [1, 2]}, "expected numbers to check, for one of y, J, .*, got none"),
        ({"y": [0.5, 0.5]}, "expected numbers to check, for one of J, .*, got none"),
        (
            {"z": [1, 2], "dL_dz": [1, 2]},
            "t: expected a target, as dL_dz is to be checked, got None",
        ),
        ({"z": [1, 2], "t": 0, "dL_dW": [[1, 2]]}, "h: expected the layer's input.*got None"),
        (
            {"z": [1, 2], "t": 2, "dL_dz": [1, 2]},
            r"target: expected classes from 0 to 1, or -100 .*, got \[?2",
        ),
        ({"z": [1, 2], "t": [1, 0, 0], "dL_dz": [1, 2]}, r"target: expected .* got shape \(3,\)"),
        ({"z": [1, 2], "t": [np.nan, 2], "dL_dz": [1, 2]}, "target: expected finite numbers"),
        (
            {"z": BATCH, "t": LABELS, "dL_db": [1, 2, 3], "weight": [1, 2]},
            "weight: expected 3 finite",
        ),
        ({"z": [1, 2], "t": 0, "dL_dz": [1, 2], "label_smoothing": 2}, "label_smoothing: expected"),
        ({"z": [1, 2], "t": 0, "dL_dz": [1, 2], "loss_weight": 0}, "loss_weight: expected"),
        (
            {"z": [1, 2], "t": -100, "dL_dz": [0, 0], "batch_mean": True},
            "target: expected rows that count",
        ),
        (
            {"z": [1, 2], "t": 0, "dL_dz": [1, 2, 3]},
            r"dL_dz: expected shape \(2,\), got shape \(3,\)",
        ),
        ({"z": BATCH, "t": LABELS, "dL_db": [1, 2]}, r"dL_db: expected shape \(3,\)"),
        ({"z": [1, 2], "t": 0, "J": [1, 2, 3]}, r"J: expected shape \(2, 2\), got shape \(3,\)"),
        ({"z": [1, 2], "y": "0.5 x"}, "y: line 1, column 5: expected a number"),
        ({"z": "1 2\n3", "y": [1, 2]}, "z: line 2, column 1: expected a row of 2 numbers"),
        ({"z": 1, "y": [1, 2]}, r"z: expected shape \(n,\), \(m, n\) or"),
        ({"z": [1, 2], "y": [1, 2], "axis": 1}, "axis: expected one of z's 1 axes, got 1"),
        ({"z": [1, np.nan], "y": [1, 2]}, "z: expected finite logits"),
        ({"y": [0.5, 0.6], "J": np.eye(2)}, "y: expected outputs of softmax.*sums to 1.1"),
        ({"y": [1.5, -0.5], "J": np.eye(2)}, "y: expected outputs of softmax, ≥ 0"),
        ({"z": [1, 2], "y": [1, 2], "temperature": 0}, "temperature: expected"),
        ({"z": [1, 2], "y": [1, 2], "temperature": [1, 2]}, "temperature: expected one number"),
        ({"z": [1, 2], "y": [1, 2], "loss": "L1"}, "loss: expected one of .*, got 'L1'"),
        ({"z": [1, 2], "y": [1, 2], "reduction": "max"}, "reduction: expected one of .*'max'"),
        ({"z": [1, 2], "y": [1, 2], "h": [[1, 2], [3, 4]]}, r"h: expected .*shape \(1, k\)"),
        ({"z": [1, 2], "y": [1, 1j]}, "y: expected real numbers"),
        ({"z": np.zeros((2, 1000)), "J": np.zeros((2, 1000, 1000))}, "J: expected at most 1000000"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        diagnose(**arguments)


def test_a_verdict_keeps_the_shape_of_what_was_given():
    one = diagnose(
        Z, T, y=softmax(Z), J=softmax_jacobian(Z), dL_dy=cross_entropy_dL_dy(Y, one_hot(T, 4))
    )
    assert [v.expected.shape for v in one.verdicts.values()] == [(4,), (4, 4), (4,)]
    batch = diagnose([Z, Z], [T, T], J=softmax_jacobian([Z, Z]), dL_db=[1, 2, 3, 4])
    assert [v.expected.shape for v in batch.verdicts.values()] == [(2, 4, 4), (4,)]
    assert len(batch.verdicts["J"].worst) == 3


def test_a_diagnosis_keeps_the_case_that_it_read():
    found = diagnose(
        "2 1 0.1", "0", dL_dz="0 0 0", loss="MSE", reduction="sum", temperature=2.0, h="3 4"
    ).case
    np.testing.assert_array_equal(found.z, [[2, 1, 0.1]])
    np.testing.assert_array_equal(found.t, [[1, 0, 0]])
    np.testing.assert_array_equal(found.h, [[3, 4]])
    assert (found.loss, found.reduction, found.batch_mean) == ("MSE", "sum", False)
    assert (found.temperature, found.rows, found.z_known) == (2.0, 1, True)


def test_the_case_of_outputs_has_logits_that_give_them():
    found = diagnose(y="0.2 0.3 0.5", t="2", dL_dz="0.2 0.3 -0.5").case
    assert not found.z_known
    np.testing.assert_allclose(found.y, [[0.2, 0.3, 0.5]], rtol=1e-12)


def test_a_diagnosis_keeps_every_reading_by_its_name():
    texts = {"z": "2 1 0.1", "t": "0", "h": "3 4", "y": "0.7 0.2 0.1", "dL_dz": "[[0, 0, 0]]"}
    found = diagnose(**texts).readings
    assert set(found) == set(texts)
    for name, text in texts.items():
        np.testing.assert_array_equal(found[name].values, read_numbers(text).values)
        np.testing.assert_array_equal(found[name].tolerance, read_numbers(text).tolerance)


def test_every_text_is_read_once(monkeypatch):
    read = []

    def spy(name, value):
        read.append(value)
        return reading(name, value)

    monkeypatch.setattr(given, "reading", spy)
    diagnose("2 1 0.1", "0", dL_dz="0 0 0", y="0.7 0.2 0.1")
    assert sorted(read) == ["0", "0 0 0", "0.7 0.2 0.1", "2 1 0.1"]


def test_readings_are_taken_as_they_are():
    found = diagnose("2 1 0.1", "0", dL_dz="0 0 0")
    again = diagnose(**found.readings)
    assert str(again) == str(found)
    assert all(again.readings[name] is read for name, read in found.readings.items())
