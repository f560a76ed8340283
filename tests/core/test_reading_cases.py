"""Numbers as people had them (tests/cases/diagnosis.json): each text is read, or refused as it should be."""

import json
import pathlib
import re

import numpy as np
import pytest

from core import ReadingError, one_hot, read_numbers, softmax

CASES = json.loads(
    (pathlib.Path(__file__).parents[1] / "cases/diagnosis.json").read_text(encoding="utf-8")
)["cases"]
TEXTS = {
    f"{case['id']} {name}": text
    for case in CASES
    for name, text in case["call"].items()
    if isinstance(text, str) and name not in ("loss", "reduction")
}
REFUSED = {
    "F12r dL_dz": r"leaves numbers out .* np\.set_printoptions\(threshold=np\.inf\)",
    "F12w dL_dz": r"leaves numbers out .* np\.set_printoptions\(threshold=np\.inf\)",
    "F13r dL_dz": r'leaves numbers out .* torch\.set_printoptions\(profile="full"\)',
    "F13w dL_dz": r'leaves numbers out .* torch\.set_printoptions\(profile="full"\)',
    "C36 dL_dz": "expected a minus sign, got a dash",
    "C58 t": "expected a number, got '3-1'",
}
DECIMAL_COMMAS = ("C32 z", "C32 dL_dz", "C33 z", "C33 dL_dz")
AROUND = re.compile(
    r"ND: .*|(?:shape|device|dtype)=(?:\([^)]*\)|[\w.':]+)|[a-z]+\[\d\]|g\d|[\w.]+(?=\()"
)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|-?inf")
FORMS = {case["id"]: case["call"] for case in CASES if case["id"].startswith("F")}


def taken_out(name, text):
    """The numbers of a text by a rule much simpler than the reader's."""
    text = text.replace("False", "0").replace("True", "1").replace("−", "-")
    if name in DECIMAL_COMMAS:
        text = text.replace(",", ".")
    return [float(number) for number in NUMBER.findall(AROUND.sub(" ", text))]


@pytest.mark.parametrize("name", REFUSED)
def test_a_text_with_numbers_left_out_or_two_meanings_is_refused(name):
    with pytest.raises(ReadingError, match=REFUSED[name]):
        read_numbers(TEXTS[name])


@pytest.mark.parametrize("name", [n for n in TEXTS if n[0] != "F" and n not in REFUSED])
def test_every_number_of_a_text_is_read_and_nothing_else(name):
    read = read_numbers(TEXTS[name])
    np.testing.assert_array_equal(read.values.ravel(), taken_out(name, TEXTS[name]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_as_many_numbers_as_logits_have_their_shape(case):
    call = case["call"]
    if not {"z", "dL_dz"} <= set(call) or f"{case['id']} dL_dz" in REFUSED:
        return
    z, given = (
        read_numbers(value).values if isinstance(value, str) else np.array(value)
        for value in (call["z"], call["dL_dz"])
    )
    assert given.size != z.size or given.shape == z.shape


@pytest.mark.parametrize("name", [n for n in FORMS if f"{n} dL_dz" not in REFUSED])
def test_a_right_gradient_in_any_form_is_read_as_that(name):
    call = FORMS[name]
    z = read_numbers(call["z"]).values if isinstance(call["z"], str) else np.array(call["z"])
    right = softmax(z) - one_hot(np.array(call["t"], dtype=int), z.shape[-1])
    read = read_numbers(call["dL_dz"])
    half = 2.0**-10 if read.dtype in ("float16", "bfloat16") else 0
    off = np.abs(read.values - right) <= read.tolerance * 1.001 + 4 * half + 2e-7
    assert read.values.shape == z.shape
    assert off.ravel()[:-1].all()
    assert off.ravel()[-1] == name.endswith("r")


def test_two_possible_readings_are_told():
    for name in (*DECIMAL_COMMAS, "F22r dL_dz", "F23r dL_dz", "F56r dL_dz", "F58r z"):
        assert any("is read as" in note for note in read_numbers(TEXTS[name]).notes)
