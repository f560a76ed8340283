"""Runs of people who had this question (tests/cases/diagnosis.json): each verdict is the wanted one."""

import json
import pathlib

import pytest

import core

CASES = json.loads(
    (pathlib.Path(__file__).parents[1] / "cases/diagnosis.json").read_text(encoding="utf-8")
)["cases"]
REFUSED = "refused"
WANTED = {
    "right": (True,),
    "wrong": (False,),
    "not right": (False,),
    "not wrong": (True, None),
    "refused or not wrong": (True, None, REFUSED),
    "wrong or refused": (False, REFUSED),
    "any": (True, False, None),
}


def verdict(call):
    """Whether all that was given is right: False if anything is wrong, None if anything is open."""
    try:
        rights = [v.right for v in core.diagnose(**call).verdicts.values()]
    except ValueError:
        return REFUSED
    return False if False in rights else None if None in rights else True


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_verdict_is_the_wanted_one(case):
    assert verdict(case["call"]) in WANTED[case["want"]], case["expected"]


def test_the_table_knows_a_wrong_verdict():
    right = next(case for case in CASES if case["want"] == "right")
    off = {**right["call"], "temperature": 1.5 * right["call"].get("temperature", 1.0)}
    assert verdict(off) is not True
    assert verdict({"z": "one", "t": "0", "dL_dz": "0"}) == REFUSED
