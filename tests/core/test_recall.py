"""Mistakes are recognised and right answers are not accused; and the table of how often can fail."""

import numpy as np
import pytest
from hypothesis import strategies as st

from core import MISTAKES
from core.diagnosis import check, judged
from core.diagnosis.case import right
from core.diagnosis.search import Claim
from core.diagnosis.steps import backward
from tests.core import recall, recall_dtypes
from tests.core.diagnoses import BY_NAME
from tests.core.recall import PRECISIONS, ask, gives, printed, random_case
from tests.core.strategies import forall, seeds


@pytest.mark.parametrize("mistake", MISTAKES, ids=BY_NAME)
def test_the_mistake_made_is_named_or_one_that_prints_the_same(mistake):
    endings = []
    for digits in PRECISIONS:
        for seed in range(7):
            ending, false, (_, quantity, text, verdict) = recall.one(mistake, digits, seed)
            assert ending != "missed", (digits, seed, quantity, text, str(verdict))
            assert not false, (digits, seed, quantity, text, str(verdict))
            endings.append(ending)
    assert endings.count("named") > 3


@forall(seeds, st.sampled_from(PRECISIONS))
def test_a_right_answer_is_never_called_wrong(seed, digits):
    for quantity, text, verdict, known in recall.accused(digits, seed):
        assert verdict.right is None, (quantity, text, known, str(verdict))
        assert not verdict.explanations


@pytest.mark.parametrize("digits", PRECISIONS)
def test_right_answers_of_random_cases_are_not_accused(digits):
    verdicts = [v for seed in range(60) for _, _, v, _ in recall.accused(digits, seed)]
    assert not [v for v in verdicts if v.right is False]
    if digits > 2:  # z and h with two decimals leave the rest open
        assert not verdicts


@pytest.mark.parametrize("dtype", recall_dtypes.ROUNDED)
def test_right_answers_of_any_loss_in_any_dtype_are_right_saturated_ones_too(dtype):
    for seed in range(120):
        end, (case, quantity, _, verdict) = recall_dtypes.ending(0, dtype, seed)
        assert end == "right", (seed, quantity, case, str(verdict))


@pytest.mark.parametrize("seed", range(60))
def test_two_mistakes_together_are_reproduced(seed):
    random = np.random.default_rng(seed)
    case = random_case(random)
    known = recall.quantities(case, ["dL_dy", "dL_dz", "dL_dW", "dL_db"])
    quantity, digits = str(random.choice(known)), 4
    usable = [
        m
        for m in MISTAKES
        if quantity in m.quantities and m.possible(case) and m.name != "transposed"
    ]
    a, b = (usable[k] for k in random.choice(len(usable), 2, replace=False))
    if a.step == b.step:
        return
    values = backward(case, {a.step: a.wrong, b.step: b.wrong}, quantity)
    text = printed(values, digits, random)
    verdict = ask(case, quantity, text)
    if verdict.right:
        read = recall.read_numbers(text)
        assert gives(right(case, quantity), read.values, read.tolerance)
    else:
        assert verdict.explanations, (a.name, b.name, text)


# The checkers themselves can fail.
def _found(monkeypatch, mistakes):
    for module, name in ((judged, "single"), (check, "single"), (check, "pairs")):
        monkeypatch.setattr(module, name, lambda case, claim, near=(): mistakes)


def test_the_table_notices_a_verdict_that_names_nothing(monkeypatch):
    _found(monkeypatch, [])
    assert recall.one(BY_NAME["sign-flipped"], 4, 0)[0] == "missed"


def test_the_table_notices_a_verdict_that_names_at_random(monkeypatch):
    _found(monkeypatch, [(BY_NAME["no-upstream"],)])
    ending, false, _ = recall.one(BY_NAME["sign-flipped"], 4, 1)
    assert ending == "missed"
    assert false == 1


@pytest.mark.parametrize("factor", [1 + 1e-4, -1])
def test_the_table_notices_a_right_answer_that_is_off(monkeypatch, factor):
    monkeypatch.setattr(judged, "right", lambda case, quantity: factor * right(case, quantity))
    assert [v for seed in range(3) for *_, v, _ in recall.accused(8, seed) if v.right is False]


def test_the_table_notices_a_tolerance_without_round_off(monkeypatch):
    monkeypatch.setattr(judged, "_ROUNDINGS", -1000)
    assert [v for seed in range(0, 9, 3) for *_, v, _ in recall.accused(8, seed)]


def test_the_table_notices_a_parser_that_takes_digits_for_more_than_they_say(monkeypatch):
    class TooSure(Claim):
        def tolerance(self, value, size):
            return 0.5 * super().tolerance(value, size)

    monkeypatch.setattr(judged, "Claim", TooSure)
    assert [v for seed in range(3) for *_, v, _ in recall.accused(4, seed) if v.right is False]
