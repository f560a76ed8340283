"""The line below the verdicts: what all was taken for, and how each part is changed."""

import re

import numpy as np
import pytest

import core
from tests.pages.check.bench import (
    ROW_SUMS,
    alerts,
    areas,
    check,
    numpy_text,
    paste,
    refusal,
    title_of,
    titles,
)
from tests.pages.page_driver import of_type

Z = np.array([[2.0, 1.0, 0.1], [0.0, 1.0, 3.0], [1.0, -1.0, 1.0], [0.5, 0.0, 0.2]])
RIGHT = ["∂L/∂z is right, to the digits given."]


def line(at):
    """What the parts say."""
    return [re.sub(r"\\(.)", r"\1", p.proto.popover.label) for p in of_type(at, "popover")]


def brought(target="0 1 -1 2", **options):
    """The page with the right numbers under some options of `core.diagnose`."""
    zeros = core.diagnose(Z, target, dL_dz=np.zeros((4, 3)), **options)
    return {
        "input": numpy_text(Z),
        "target": target,
        "got_dL_dz": numpy_text(zeros.verdicts["dL_dz"].expected),
    }


def test_each_part_says_what_it_was_taken_for():
    assert line(check(**ROW_SUMS)) == [
        "1 example of 3 classes",
        "no dtype named",
        "loss: cross-entropy",
        "one row",
    ]
    at = check(**brought("0 1 1 2"), over="mean", loss="MSE", mse="half", dtype="bf16")
    assert line(at) == [
        "4 examples of 3 classes",
        "bfloat16",
        "loss: squared error (half)",
        "mean over 4 rows",
    ]
    own = {"input": "1 2\n3 4", "got": ["dL_dy", "dL_dz"], "got_dL_dy": "1 0\n0 1"}
    at = check(**own, got_dL_dz="0 0\n0 0")
    assert line(at)[2:] == [
        "with an upstream gradient of your own at the output of softmax",
        "each row by itself",
    ]


@pytest.mark.parametrize(
    ("state", "options", "part"),
    [
        ({"ignore": -1, "over": "mean"}, {"ignore_index": -1, "batch_mean": True}, "mean over 3 rows that count"),
        ({"smooth": 0.1}, {"label_smoothing": 0.1}, "loss: cross-entropy, label smoothing 0.1"),
        ({"focal": 2.0}, {"gamma": 2.0}, "loss: focal (γ = 2)"),
        ({"zloss": 0.1}, {"z_loss": 0.1}, "loss: cross-entropy, z-loss 0.1"),
        ({"cap": 2.0}, {"softcap": 2.0}, "logits capped at 2, loss: cross-entropy"),
        ({"scale": 4.0}, {"loss_weight": 4.0}, "sum over the rows, times 4"),
        ({"weights": "1 2 .5"}, {"weight": [1, 2, 0.5]}, "loss: cross-entropy, classes weighted"),
        ({"rows": "1; 2; -1; 0"}, {"row_weight": [1, 2, -1, 0]}, "sum over the rows, rows weighted"),
    ],
    ids=lambda v: "-".join(v) if isinstance(v, dict) else "",
)  # fmt: skip
def test_a_setting_of_the_loss_is_stated_and_judged_by(state, options, part):
    target = "0 1 -1 2" if "ignore" in state else "0 1 1 2"
    texts = brought(target, **options)
    at = check(**texts, **state)
    assert alerts(at) == RIGHT
    assert part in line(at)
    (code,) = [c.value for c in at.code if c.value.startswith("from core import diagnose")]
    for name in options:
        assert f"    {name}=" in code
    assert "temperature" not in code
    if "ignore" not in state:
        assert "is not right" in alerts(check(**texts))[0]


def test_a_part_is_changed_where_it_stands_and_the_verdict_follows():
    at = check(**brought("0 1 1 2", batch_mean=True))
    assert title_of("batch-mean-unasked") in titles(at)
    at.button_group(key="over").set_value("mean").run()
    assert alerts(at) == RIGHT
    assert line(at)[3] == "mean over 4 rows"


def test_half_precision_is_stated_where_the_numbers_have_lost_it():
    texts = brought("0 1 1 2")
    right = core.softmax(Z) - core.one_hot([0, 1, 1, 2], 3)
    texts["got_dL_dz"] = np.array2string(right * (1 + 2.0**-9), precision=7)
    assert "is not right" in alerts(check(**texts))[0]
    at = check(**texts)
    at.button_group(key="dtype").set_value("bf16").run()
    assert alerts(at) == RIGHT


def test_weights_that_cannot_be_read_are_refused_at_their_place_and_nothing_is_lost():
    at = paste(check(**brought("0 1 1 2")), weights="1 2 x", rows="1 1 1 1")
    assert refusal(at)[0].startswith("weight: line 1, column 5: expected a number")
    assert refusal(at)[1:] == ("1 2 x", "    ^")
    assert at.text_area(key="weights").value == "1 2 x"
    assert areas(at) == brought("0 1 1 2")
    assert line(at)[2:] == [
        "loss: cross-entropy, Weights of the classes",
        "sum over the rows, Weights of the rows",
    ]
    at = paste(at, weights="1 2")
    assert refusal(at)[0] == "weight: expected 3 finite numbers, one for each class, got 2"


def test_a_loss_of_no_weight_is_refused_in_words():
    at = check(**ROW_SUMS)
    at.number_input(key="scale").set_value(0.0)
    at.number_input(key="zloss").set_value(0.5).run()
    assert refusal(at)[0].startswith("loss_weight: expected a finite number other than 0")
    assert line(at)[2:] == [
        "loss: cross-entropy, z-loss λ: 0.5",
        "sum over the rows, Factor of the whole loss: 0",
    ]


@pytest.mark.parametrize(
    ("state", "wrong", "name"),
    [
        ({"smooth": 0.1}, core.softmax(Z) - core.one_hot([0, 1, 1, 2], 3), "smoothing-forgotten"),
        ({"zloss": 0.1}, core.softmax(Z) - core.one_hot([0, 1, 1, 2], 3), "z-loss-forgotten"),
        ({"cap": 2.0}, core.softmax(Z) - core.one_hot([0, 1, 1, 2], 3), "cap-forgotten"),
        ({"focal": 2.0}, core.softmax(Z) - core.one_hot([0, 1, 1, 2], 3), "focal-weight-forgotten"),
        ({"scale": 2.5}, core.softmax(Z) - core.one_hot([0, 1, 1, 2], 3), "loss-weight-forgotten"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_mistake_with_a_setting_is_named_on_the_page(state, wrong, name):
    at = check(input=numpy_text(Z), target="0 1 1 2", got_dL_dz=str(wrong.tolist()), **state)
    assert title_of(name) in titles(at)
    assert not at.exception
