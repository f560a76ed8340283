"""Exercises: right by another way, and a mistake in an answer is told by its name."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.diagnosis.mistakes import MISTAKES
from core.practice import KINDS, LEVELS, exercise, judge
from core.reading import ReadingError

TYPED = [kind for kind in KINDS if kind not in ("signs", "find", "formula")]


def by_hand(e):
    """The answer in fractions, from the weights alone."""
    y = [Fraction(w, sum(e.weights)) for w in e.weights]
    n = range(len(y))
    t = [Fraction(int(k == e.target)) for k in n]
    J = [[y[i] * ((i == j) - y[j]) for j in n] for i in n]
    g = [-t[k] / y[k] if e.loss == "CE" else y[k] - t[k] for k in n]
    if e.g:
        g = [Fraction(k) for k in e.g]
    dz = [sum(g[i] * J[i][j] for i in n) for j in n]
    return {
        "entry": [J[e.i][e.j]],
        "row": J[e.i],
        "dLdy": g,
        "layer": [h * d for h in (e.h or ()) for d in dz] + dz,
    }.get(e.kind, dz)


def answer(e, values):
    return dict(zip(e.keys, map(str, values), strict=True))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TYPED), st.sampled_from(LEVELS), st.integers(0, 9999))
def test_the_answer_in_fractions_is_right_and_no_other_is(kind, level, seed):
    e = exercise(kind, level, seed)
    right = by_hand(e)
    judged = judge(e, answer(e, right))
    assert judged.right
    assert judged.hint == ""
    wrong = judge(e, answer(e, [right[0] + Fraction(1, 7), *right[1:]]))
    assert not wrong.right
    assert wrong.hint


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(TYPED), st.integers(0, 9999))
def test_four_decimals_are_as_good_as_fractions_with_comma_or_point(kind, seed):
    e = exercise(kind, 4, seed)
    texts = [f"{float(v):.4f}" for v in by_hand(e)]
    assert judge(e, answer(e, texts)).right
    assert judge(e, answer(e, [t.replace(".", ",").replace("-", "−") for t in texts])).right


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(LEVELS), st.integers(0, 9999))
def test_signs_are_those_of_the_gradient(level, seed):
    e = exercise("signs", level, seed)
    signs = ["−0+"[int(np.sign(float(v))) + 1] for v in by_hand(e)]
    assert judge(e, answer(e, signs)).right
    flipped = ["+" if s == "−" else "−" for s in signs]
    assert not judge(e, answer(e, flipped)).right


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(LEVELS), st.integers(0, 9999))
def test_four_mistakes_are_offered_whose_numbers_can_be_told_apart_and_one_is_named(level, seed):
    e = exercise("find", level, seed)
    assert len({m.name for m in e.choices}) == 4
    values = [e.right("dL_dz"), *(e.wrong(m, "dL_dz") for m in e.choices)]
    for k, one in enumerate(values):
        assert all(np.abs(one - other).max() >= 0.005 for other in values[:k])
    for m in e.choices:
        assert judge(e, {"mistake": m.title}).right == (m is e.made)
    wrong = judge(e, {"mistake": next(m.title for m in e.choices if m is not e.made)})
    named = [x.name for x in wrong.found.verdicts["dL_dz"].explanations]
    assert e.made.name in named


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["product", "CE", "MSE"]), st.integers(0, 9999), st.data())
def test_a_mistake_in_an_answer_is_told_by_its_name(kind, seed, data):
    e = exercise(kind, 4, seed)
    possible = [m for m in MISTAKES if "dL_dz" in m.quantities and m.possible(e.case)]
    m = data.draw(st.sampled_from(possible))
    values = e.wrong(m, "dL_dz")
    assume(values.shape == (3,) and np.isfinite(values).all())
    assume(np.abs(values - e.right("dL_dz")).max() > 0.005)
    judged = judge(e, answer(e, [f"{v:.6f}" for v in values]))
    assert not judged.right
    told = judged.found.verdicts["dL_dz"].explanations
    same = all(np.allclose(x.values.ravel(), values, atol=1e-5, rtol=0) for x in told)
    assert m.name in {x.name for x in told} or (told and same), "or others give the same numbers"


def test_a_row_that_was_made_with_the_wrong_sign_beside_the_diagonal_is_told_so():
    e = exercise("row", 4, 1)
    off = next(m for m in MISTAKES if m.name == "off-diagonal-sign")
    judged = judge(e, answer(e, [f"{v:.4f}" for v in e.wrong(off, "J")[e.i]]))
    assert off.name in [x.name for x in judged.found.verdicts["J"].explanations]


def test_an_exercise_is_the_same_whenever_it_is_made():
    assert [exercise("CE", 1, s).weights for s in range(4)] == [
        exercise.__wrapped__("CE", 1, s).weights for s in range(4)
    ]
    assert (
        len({(exercise("CE", 1, s).weights, exercise("CE", 1, s).target) for s in range(30)}) > 15
    )


def test_what_is_no_number_is_refused():
    e = exercise("CE", 1, 0)
    with pytest.raises(ReadingError, match="expected a number"):
        judge(e, dict.fromkeys(e.keys, "x"))


@pytest.mark.parametrize(("kind", "level"), [("rows", 1), ("row", 0), ("row", 5)])
def test_a_kind_or_level_that_there_is_not_is_named(kind, level):
    with pytest.raises(ValueError, match=r"expected (kind|level) as one of"):
        exercise(kind, level, 0)
