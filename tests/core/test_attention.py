"""Attention's gradients are those of its loss, and its mistakes are named."""

import ast
from functools import cache, partial

import numpy as np
import pytest

from core import (
    ATTENTION_MISTAKES,
    MISTAKES,
    attention,
    attention_backward,
    diagnose,
    diagnose_attention,
    read_numbers,
    softmax,
)
from core.diagnosis.attention_steps import (
    AFFECTS,
    QUANTITIES,
    STEPS,
    AttentionCase,
    backward,
    case_of,
    measured,
    right,
)
from pages import PAGES
from tests.core.strategies import forall, seeds
from tests.patience import cpu_at_most

BY_NAME = {m.name: m for m in ATTENTION_MISTAKES}
each = pytest.mark.parametrize("mistake", ATTENTION_MISTAKES, ids=BY_NAME)


def random_inputs(random, square=None):
    """Q, K, V and dO, with heads or without."""
    lead = () if random.random() < 0.5 else (2,)
    q, k, d, v = (int(random.integers(2, 6)) for _ in range(4))
    k = q if square else k
    shapes = ((q, d), (k, d), (k, v), (q, v))
    return [random.normal(size=(*lead, *shape)) for shape in shapes]


@cache
def cases(name):
    """Some in which a mistake can be made."""
    found = []
    for seed in range(40):
        random = np.random.default_rng(seed)
        Q, K, V, dO = random_inputs(random, square=seed % 2)
        at = attention(Q, K, V, causal=seed % 3 > 0)
        case = AttentionCase(at, dO)
        if BY_NAME[name].applies(case):
            found.append(case)
    return found[:8]


def ask(case, **claims):
    at = case.at
    return diagnose_attention(
        at.Q, at.K, at.V, case.dO, causal=not at.mask.all(), scale=at.scale, **claims
    )


@forall(seeds)
def test_the_backward_pass_is_what_the_loss_says(seed):
    random = np.random.default_rng(seed)
    Q, K, V, dO = random_inputs(random)
    at = attention(Q, K, V, causal=bool(random.integers(2)), scale=0.4)
    case = AttentionCase(at, dO)
    for quantity in QUANTITIES:
        expected = right(case, quantity)
        np.testing.assert_allclose(backward(case, {}, quantity), expected, atol=1e-12)
        index = tuple(int(random.integers(k)) for k in expected.shape)
        if quantity not in ("P", "O"):
            assert measured(case, quantity, index) == pytest.approx(expected[index], abs=1e-12)
    grads = attention_backward(at, dO)
    np.testing.assert_allclose(grads.dS.sum(axis=-1), 0, atol=1e-12)
    np.testing.assert_allclose(grads.D, (grads.dP * at.P).sum(axis=-1, keepdims=True))
    assert (grads.dS[..., ~at.mask] == 0).all()


@pytest.mark.torch
@pytest.mark.parametrize("causal", [False, True])
def test_pytorchs_attention_is_right(causal):
    import torch

    random = np.random.default_rng(1)
    shapes = ((2, 4, 3), (2, 5, 3), (2, 5, 6), (2, 4, 6))
    Q, K, V, dO = (
        torch.tensor(random.normal(size=shape), dtype=torch.float32, requires_grad=True)
        for shape in shapes
    )
    O = torch.nn.functional.scaled_dot_product_attention(Q, K, V, is_causal=causal)  # noqa: E741
    O.backward(dO)
    grads = {"dQ": Q.grad, "dK": K.grad, "dV": V.grad}
    assert diagnose_attention(Q, K, V, dO, O=O, causal=causal, **grads).right
    texts = {name: str(grad) for name, grad in grads.items()}
    assert diagnose_attention(Q, K, V, dO, causal=causal, **texts).right


@forall(seeds)
def test_a_right_pass_is_not_accused_in_whatever_it_was_computed_or_printed(seed):
    random = np.random.default_rng(seed)
    at = attention(*random_inputs(random)[:3])
    dO = random.normal(size=at.O.shape)
    case = AttentionCase(at, dO)
    everything = {q: right(case, q) for q in QUANTITIES}
    assert ask(case, **everything).right
    assert ask(case, **{q: str(x.round(4).tolist()) for q, x in everything.items()}).right
    single = {q: backward(_float32(case), {}, q).astype(np.float32) for q in QUANTITIES}
    assert ask(case, **single).right
    rough = [str(x.round(3).tolist()) for x in (at.Q, at.K, at.V, dO)]
    verdicts = diagnose_attention(*rough, scale=at.scale, **everything).verdicts
    assert all(v.right is not False for v in verdicts.values())


TYPED = ("1 0\n1 2", "2 0\n0 1\n1 -1", "1 0\n0 2\n-1 1", "1 -1\n0 1")


@pytest.mark.parametrize("name", ["row-sum-forgotten", "scale-forgotten", "softmax-skipped"])
def test_inputs_that_were_typed_are_meant_as_they_stand(name):
    case = case_of([read_numbers(text).values for text in TYPED], None, False)
    mistake = BY_NAME[name]
    value = backward(case, {mistake.step: mistake.wrong}, "dS")
    verdict = diagnose_attention(*TYPED, dS=str(value.round(4).tolist())).verdicts["dS"]
    assert verdict.right is False
    assert [e.name for e in verdict.explanations] == [name]


def test_numbers_that_only_rounded_inputs_explain_are_left_open():
    exact = [
        np.array([[0.24, -0.13]]),
        *(np.array([[1.04, -0.33], [0.46, 2.13]]),) * 2,
        np.eye(2)[:1],
    ]
    dS = right(case_of(exact, None, False), "dS")
    found = diagnose_attention(*(str(x.round(1).tolist()) for x in exact), dS=dS)
    assert found.verdicts["dS"].right is None
    assert not found.verdicts["dS"].explanations


def _float32(case):
    Q, K, V = (x.astype(np.float32) for x in (case.at.Q, case.at.K, case.at.V))
    return AttentionCase(attention(Q, K, V, scale=case.at.scale), case.dO.astype(np.float32))


@each
def test_the_mistake_made_is_named(mistake):
    assert cases(mistake.name), "a case in which it can be made"
    made = 0
    for case in cases(mistake.name):
        for quantity in mistake.quantities:
            value = backward(case, {mistake.step: mistake.wrong}, quantity)
            truth = right(case, quantity)
            if value.shape != truth.shape or np.allclose(value, truth, equal_nan=True):
                continue
            for claimed in (value, str(value.round(5).tolist())):
                verdict = ask(case, **{quantity: claimed}).verdicts[quantity]
                assert verdict.right is False, (quantity, str(verdict))
                names = [e.name for e in verdict.explanations]
                assert names, (quantity, value, truth)
                made += mistake.name in names
    assert made


@each
def test_a_mistake_changes_what_it_says_and_nothing_else(mistake):
    for case in cases(mistake.name):
        for quantity in set(QUANTITIES) - set(mistake.quantities):
            wrong = backward(case, {mistake.step: mistake.wrong}, quantity)
            np.testing.assert_allclose(wrong, right(case, quantity), atol=1e-10)


def test_two_mistakes_together_are_reproduced():
    case = cases("scale-forgotten-backward")[0]
    wrong = {
        BY_NAME[n].step: BY_NAME[n].wrong for n in ("row-sum-forgotten", "scale-twice-backward")
    }
    verdict = ask(case, dQ=backward(case, wrong, "dQ")).verdicts["dQ"]
    assert "row-sum-forgotten + scale-twice-backward" in [e.name for e in verdict.explanations]


def test_the_report_says_what_to_do():
    case = cases("row-sum-forgotten")[0]
    at, dP = case.at, attention_backward(cases("row-sum-forgotten")[0].at, case.dO).dP
    found = ask(case, dS=at.P * dP, P=at.P)
    assert not found.right
    assert "P: right to the digits given.\ndS: not right." in str(found)
    assert "D is forgotten: dS is P ∘ dP alone (row-sum-forgotten)" in str(found)
    assert "Each row of a true dS sums to 0" in str(found)
    assert "### dS: not right." in found.markdown()


def test_numbers_that_are_a_multiple_or_nothing_known_are_told():
    case = cases("row-sum-forgotten")[0]
    dQ = right(case, "dQ")
    assert "Your numbers are 7.3 times the right ones." in str(ask(case, dQ=7.3 * dQ))
    assert "No known mistake" in str(ask(case, dQ=dQ + np.arange(dQ.size).reshape(dQ.shape)))
    assert "nan or inf" in str(ask(case, dQ=np.full(dQ.shape, np.nan)))


def test_scores_with_their_upstream_gradient_do_without_queries_and_keys():
    case = cases("mask-not-applied")[0]
    grads = attention_backward(case.at, case.dO)
    assert diagnose(case.at.S, dL_dy=grads.dP, dL_dz=grads.dS, axis=-1).right


def test_a_causal_mask_is_pytorchs_at_the_top_left():
    P = attention(np.zeros((2, 1)), np.zeros((3, 1)), np.zeros((3, 1)), causal=True).P
    np.testing.assert_allclose(P, [[1, 0, 0], [0.5, 0.5, 0]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "expected numbers to check, for one of P, O, dV"),
        ({"dS": np.ones((3, 3)), "dO": None}, "dO: expected ∂L/∂O, as dS is to be checked"),
        ({"P": np.ones((3, 4))}, r"P: expected shape \(3, 3\), got shape \(3, 4\)"),
        ({"P": np.ones((3, 3)), "K": np.ones((3, 2))}, "K: expected rows of 4 as in Q"),
        ({"P": np.ones((3, 3)), "V": np.ones((2, 2))}, "V: expected a row for each of 3 keys"),
        ({"P": np.ones((3, 3)), "dO": np.ones((3, 5))}, r"dO: expected shape \(3, 2\) as O"),
        ({"P": np.ones((3, 3)), "Q": [1.0, 2.0]}, "Q: expected finite numbers of shape"),
        ({"P": np.ones((3, 3)), "Q": np.full((3, 4), np.nan)}, "Q: expected finite numbers"),
        ({"P": np.ones((3, 3)), "scale": 0}, "scale: expected a finite number > 0"),
        ({"P": "1 2 x"}, "P: line 1, column 5"),
    ],
)
def test_bad_input_is_named(change, message):
    given = {
        "Q": np.ones((3, 4)),
        "K": np.ones((3, 4)),
        "V": np.ones((3, 2)),
        "dO": np.ones((3, 2)),
    }
    with pytest.raises(ValueError, match=message):
        diagnose_attention(**{**given, **change})


@pytest.mark.parametrize(
    ("shapes", "name"),
    [
        (((1001, 1), (1000, 1), (1000, 1)), "P"),
        (((1001, 1), (1, 1), (1, 1000)), "O"),
        (((1001, 1, 1, 1), (1000, 1, 1), (1000, 1, 1)), "P"),
        (((2, 1, 1), (1000, 1), (1000, 1000)), "dV"),
        (((1000, 1), (2, 1, 1), (1, 1)), None),
        (((1, 1000), (2, 1, 1000), (1, 1)), None),
        (((2, 1000, 1000), (1, 1000), (1, 1)), "dQ"),
        (((1, 1000), (1001, 1000), (1001, 1)), "dK"),
    ],
    ids=str,
)
def test_what_would_grow_beyond_all_memory_is_refused_before_it_is_made(shapes, name):
    Q, K, V = (np.ones(shape) for shape in shapes)
    if name is None:
        P = attention(Q, K, V).P
        assert diagnose_attention(Q, K, V, P=P).right
        return
    with pytest.raises(ValueError, match=f"{name}: expected at most 1000000 numbers, got "):
        diagnose_attention(Q, K, V, P=[1.0])


def test_many_printed_scores_are_judged_in_bounded_time():
    random = np.random.default_rng(0)
    Q, K, V, dO = (str(random.normal(size=(700, 2)).round(4).tolist()) for _ in range(4))
    with cpu_at_most(15):
        found = diagnose_attention(Q, K, V, dO, dQ=random.normal(size=(700, 2)))
    assert not found.right


def test_weights_and_output_ask_for_no_upstream_gradient():
    z = np.eye(3)
    P = softmax(z @ z / np.sqrt(3))
    assert diagnose_attention(z, z, z, P=P, O=P).right


def test_the_steps_and_what_they_affect_are_known():
    assert set(AFFECTS) <= set(STEPS)
    assert {m.step for m in ATTENTION_MISTAKES} <= set(AFFECTS)


@each
def test_a_mistake_has_its_words_its_fix_and_a_page(mistake):
    assert not mistake.title.endswith(".")
    assert mistake.explanation.endswith(".")
    assert 60 < len(mistake.explanation) < 420
    ast.parse(mistake.fix)
    assert mistake.see.partition("?")[0] in {page.stem for page in PAGES}


def test_names_are_those_of_no_other_mistake():
    assert len(BY_NAME) == len(ATTENTION_MISTAKES)
    assert not BY_NAME.keys() & {m.name for m in MISTAKES}


@pytest.mark.parametrize("lead", [(), (1,)], ids=["none", "one"])
def test_of_an_input_that_heads_share_the_gradient_may_be_that_of_each_or_their_sum(lead):
    rng = np.random.default_rng(5)
    Q, dO = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 2))
    K, V = rng.normal(size=(*lead, 5, 4)), rng.normal(size=(*lead, 5, 2))
    at = attention(Q, K, V)
    grads = attention_backward(at, dO)
    for name, whole, own in (("dK", grads.dK, K.shape), ("dV", grads.dV, V.shape)):
        summed = whole.sum(axis=0).reshape(own)
        for got in (whole, summed):
            assert diagnose_attention(Q, K, V, dO, **{name: got}).right
            (verdict,) = diagnose_attention(Q, K, V, dO, **{name: -got}).verdicts.values()
            assert verdict.right is False
            assert verdict.numeric == pytest.approx(verdict.expected[verdict.worst], rel=1e-9)


def of(dtype, scores, dO):
    """P, dP and dS of one row of scores against one value each, in a dtype."""
    Q, K = np.array([[1.0]]), np.array(scores, float).reshape(-1, 1)
    V, dO = np.linspace(-1, 1, len(scores)).reshape(-1, 1), np.array([[dO]])
    at = attention(Q, K, V, scale=1)
    given = [x.astype(dtype) for x in (Q, K, V, dO)]
    return given, at, attention_backward(at, dO)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_what_underflows_in_a_dtype_is_right_in_it(dtype):
    given, at, grads = of(dtype, [100, 0, 99, 80], 1.5)
    right = {"P": at.P, "dS": grads.dS, "dV": grads.dV, "dK": grads.dK}
    for name, values in right.items():
        found = diagnose_attention(*given, scale=1, **{name: values.astype(dtype)})
        assert found.right, str(found)


def test_large_scores_of_one_row_do_not_excuse_the_others():
    rng = np.random.default_rng(3)
    Q, K, V, dO = (rng.normal(size=(3, 2)).astype(np.float16) for _ in range(4))
    Q[1] *= 700
    at = attention(*(x.astype(float) for x in (Q, K, V)), scale=1)
    grads = attention_backward(at, dO.astype(float))
    ask = partial(diagnose_attention, Q, K, V, dO, scale=1)
    assert ask(P=at.P.astype(np.float16)).verdicts["P"].right is not False
    assert not ask(P=np.zeros((3, 3), np.float16)).right
    assert not ask(dS=(1.1 * grads.dS).astype(np.float16)).right
    (verdict,) = ask(dS=(at.P * grads.dP).astype(np.float16)).verdicts.values()
    assert "row-sum-forgotten" in [e.name for e in verdict.explanations]


def test_what_fits_by_the_round_off_of_huge_scores_alone_is_left_open():
    given, _, _ = of(np.float16, [2000, 1999], 1.0)
    wrong = np.array([[0.5, 0.5]], np.float16)
    (verdict,) = diagnose_attention(*given, scale=1, P=wrong).verdicts.values()
    assert verdict.right is None
    assert "scores so large leave it open" in str(verdict)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"Q": [1, 2]}, r"Q: .* got shape \(2,\); a single row is \[\[1, 2\]\]"),
        ({"Q": [[np.nan, 1]]}, "Q: expected finite numbers, got nan or inf"),
        ({"Q": [[1e200, 1]], "K": [[1e200, 0]]}, "Q: expected scores .* that a float64 can hold"),
    ],
)
def test_inputs_that_are_none_are_refused_in_words_of_attention(given, says):
    one = {"Q": [[1, 2]], "K": [[1, 0]], "V": [[1, 1]]}
    with pytest.raises(ValueError, match=says):
        diagnose_attention(**{**one, **given}, P=[[1]])
