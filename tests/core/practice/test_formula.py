"""A formula that is asked for: right however it is written, and wrong by name."""

import pytest

from core.practice import QUESTIONS, FormulaError, exercise, judge, tried
from core.practice.formula import pattern, states

J, DY, OWN, CE, MSE = QUESTIONS


def asked(question):
    return next(
        e for e in (exercise("formula", 4, seed) for seed in range(200)) if e.question is question
    )


RIGHT = [
    *((q, q.answer) for q in QUESTIONS),
    (J, "diag(y) @ (diag(y/y) - outer(y/y, y))"),
    (J, "transpose(diag(y) − outer(y,y))"),
    (J, "diag(y*(1-y)) - (outer(y,y) - diag(y^2))"),
    (DY, "-1/y*t"),
    (DY, "−t / softmax(z)"),
    (OWN, "g @ (diag(y) - outer(y, y))"),
    (OWN, "y*g - y*dot(y, g)"),
    (OWN, "dot(diag(y) - outer(y,y), g)"),
    (CE, "softmax(z) - t"),
    (CE, "exp(z)/sum(exp(z)) - t"),
    (CE, "(-t/y) @ (diag(y) - outer(y,y))"),
    (MSE, "(y-t) @ (diag(y) - outer(y,y))"),
    (MSE, "y*(y-t) - y*sum(y*(y-t))"),
]


@pytest.mark.parametrize(("question", "text"), RIGHT)
def test_whatever_is_the_same_as_the_answer_is_right(question, text):
    e = asked(question)
    told = judge(e, {"formula": text})
    assert told.right
    assert told.hint == ""
    assert pattern(tried(e, text)) == ""


NAMED = [
    (J, "diag(y*(1-y))", "diagonal-only"),
    (J, "diag(z) - outer(z, z)", "logits-in-jacobian"),
    (OWN, "rowsum(diag(y) - outer(y,y))", "row-sums"),
    (OWN, "g * y * (1-y)", "elementwise-product"),
    (OWN, "g*y", "inner-product-forgotten"),
    (CE, "t - y", "sign-flipped"),
    (CE, "y*(y-t) - y*sum(y*(y-t))", "fused-as-upstream"),
    (CE, "(y-t)/n", "factor-one-nth"),
    (CE, "-t/y", "no-jacobian"),
    (CE, "softmax(y) - t", "softmax-twice"),
    (MSE, "y - t", "fused-for-squared-error"),
    (MSE, "(y-t)*y*(1-y)", "elementwise-product"),
    (MSE, "2*(y*(y-t) - y*sum(y*(y-t)))", "factor-two"),
]


@pytest.mark.parametrize(("question", "text", "mistake"), NAMED)
def test_a_wrong_formula_is_told_its_mistake_by_name(question, text, mistake):
    told = judge(asked(question), {"formula": text})
    assert not told.right
    assert told.hint
    (verdict,) = told.found.verdicts.values()
    assert mistake in {e.name for e in verdict.explanations}


def test_no_mistake_is_named_that_explains_one_state_alone():
    """z and y differ by a constant at one state only; a formula of neither is nobody's mistake."""
    told = judge(asked(CE), {"formula": "z*z - t + sum(y*y)*n"})
    (verdict,) = told.found.verdicts.values()
    assert not told.right
    assert verdict.explanations == ()
    assert verdict.hints == ()


def test_a_formula_that_is_right_at_the_shown_state_only_is_wrong():
    e = asked(CE)
    by_heart = " + ".join(f"{v:.17g}" for v in (e.right("dL_dz")[0],))
    found = tried(e, f"(y-t)*0 + {by_heart.replace('-', '−')}")
    assert found[0].right[0]
    assert not judge(e, {"formula": f"(y-t)*0 + {by_heart}"}).right


def test_the_states_differ_in_classes_and_the_first_is_the_exercises_own():
    for question in QUESTIONS:
        e = asked(question)
        every = states(e)
        assert every[0] is e
        assert sorted(len(s.weights) for s in every) == [2, 3, 3, 4, 5]
        assert all(len(s.weights) > s.target for s in every)


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        (J, "diag(y*(1-y))", "The diagonal is right everywhere. What is wrong is beside it."),
        (
            J,
            "-outer(y,y)",
            "What is beside the diagonal is right everywhere. The diagonal is wrong.",
        ),
        (CE, "y - 2*t", "All entries but the target’s are right everywhere."),
        (CE, "t*(y - 1)", "The target’s entry is right everywhere. The others are wrong."),
        (CE, "t - y", ""),
    ],
)
def test_entries_of_one_kind_that_are_right_everywhere_are_told(question, text, told):
    assert pattern(tried(asked(question), text)) == told


@pytest.mark.parametrize(
    ("question", "text", "message"),
    [
        (CE, "sum(y)", "expected a vector, an entry for each class, got a number"),
        (CE, "outer(y, t)", "got a matrix"),
        (J, "y*(1-y)", "expected a matrix, an entry for each two, got a vector"),
        (OWN, "y - t", "expected one of z, y, g, n"),
    ],
)
def test_what_is_of_another_shape_or_of_other_names_is_refused(question, text, message):
    with pytest.raises(FormulaError, match=message):
        judge(asked(question), {"formula": text})


@pytest.mark.parametrize(
    "text", ["1/(t-t)", "log(-y)", "exp(9999*n*(y/y))", "0*log(t)", "y-t+0/0", "y-t+0*log(0)"]
)
def test_numbers_that_are_none_are_wrong_and_no_mistake_is_named_for_them(text):
    told = judge(asked(CE), {"formula": text})
    assert not told.right
    assert told.hint.startswith("A cell is nan or inf")
    (verdict,) = told.found.verdicts.values()
    assert not verdict.explanations
    assert verdict.hints == (told.hint,)
