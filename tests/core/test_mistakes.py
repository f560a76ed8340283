import ast
from urllib.parse import parse_qsl

import numpy as np
import pytest

from core import MISTAKES
from core.diagnosis.case import QUANTITIES, measured, right
from core.diagnosis.given import Errors, drift, read_all, read_case, slack
from core.diagnosis.layout import layouts
from core.diagnosis.mistakes_loss import MISTAKES as OF_A_LOSS
from core.diagnosis.sizes import Off, added
from core.diagnosis.steps import AFFECTS, STEPS, Rank1, Rerun, backward
from core.losses import LOSSES, REDUCTIONS
from pages.state.controls import CONTROLS
from pages.state.kinds import Slider
from tests.core.recall import quantities, random_case

PAGES = {"puzzle", "jacobian", "upstream", "losses", "network"}
BY_NAME = {m.name: m for m in MISTAKES}
each = pytest.mark.parametrize("mistake", MISTAKES, ids=BY_NAME)

# y = (.1, .2, .3, .4) and the target is the second class: −t/y is (0, −5, 0, 0), y − t is
# (.1, −.8, .3, .4). All below is worked out by hand from these.
Z = np.log([1.0, 2.0, 3.0, 4.0])
CROSS_ENTROPY = {
    "row-sums": [0, 0, 0, 0],
    "elementwise-product": [0, -0.8, 0, 0],
    "no-jacobian": [0, -5, 0, 0],
    "jacobian-twice": [0, -0.18, 0.06, 0.12],
    "no-upstream": [0.09, 0.16, 0.21, 0.24],
    "target-row": [-0.02, 0.16, -0.06, -0.08],
    "upstream-added": [0.09, -4.84, 0.21, 0.24],
    "upstream-added-to-J": [-5, -5, -5, -5],
    "inner-product-forgotten": [0, -1, 0, 0],
    "target-not-subtracted": [0.1, 0.2, 0.3, 0.4],
    "target-entry-only": [0, -0.8, 0, 0],
    "label-subtracted": [-0.9, -0.8, -0.7, -0.6],
    "sign-flipped": [-0.1, 0.8, -0.3, -0.4],
    "factor-two": [0.2, -1.6, 0.6, 0.8],
    "factor-half": [0.05, -0.4, 0.15, 0.2],
    "factor-one-nth": [0.025, -0.2, 0.075, 0.1],
    "log-base-10": np.array([0.1, -0.8, 0.3, 0.4]) / 2.302585092994046,
    "log-base-2": np.array([0.1, -0.8, 0.3, 0.4]) / 0.6931471805599453,
    "fused-as-upstream": [0, -0.18, 0.06, 0.12],
    "upstream-ones": [0, 0, 0, 0],
    "target-missing-in-upstream": [-0.6, -0.2, 0.2, 0.6],
    "log-not-differentiated": [0.02, -0.16, 0.06, 0.08],
    "loss-for-gradient": np.log(5) * np.array([-0.02, 0.16, -0.06, -0.08]),
    "binary-cross-entropy": [19 / 210, -328 / 315, 11 / 30, 184 / 315],
    "diagonal-only": [0, -0.8, 0, 0],
    "off-diagonal-only": [0.1, 0, 0.3, 0.4],
    "off-diagonal-sign": [-0.1, -0.8, -0.3, -0.4],
    "no-delta": [-0.9, -0.8, -0.7, -0.6],
    "log-softmax-jacobian": [0.5, -4, 1.5, 2],
    "logits-in-jacobian": -5 * np.log(2) * np.array([0, 1 - np.log(2), -np.log(3), -np.log(4)]),
    "not-normalised": [1, 1, 3, 4],
    "sigmoid": [1 / 2, -1 / 3, 3 / 4, 4 / 5],
    "target-one-too-high": [0.1, 0.2, -0.7, 0.4],
    "target-one-too-low": [-0.9, 0.2, 0.3, 0.4],
}
SQUARED_ERROR = {  # c = ¼: g = (.05, −.4, .15, .2), ⟨g, y⟩ = .05
    "elementwise-product": [0.0045, -0.064, 0.0315, 0.048],
    "no-jacobian": [0.05, -0.4, 0.15, 0.2],
    "fused-for-squared-error": [0.1, -0.8, 0.3, 0.4],
    "inner-product-forgotten": [0.005, -0.08, 0.045, 0.08],
    "cross-entropy-upstream": [0.1, -0.8, 0.3, 0.4],
    "absolute-error": [0.01, -0.08, 0.03, 0.04],
    "factor-one": [0, -0.18, 0.06, 0.12],
    "factor-two": [0, -0.36, 0.12, 0.24],
}


def case_of(z, t, loss="CE", reduction="mean", batch_mean=False, temperature=1.0, h=None):
    readings = read_all({"z": z, "t": t, "h": h})
    (layout, *_) = layouts(readings, "z", -1)
    return read_case(readings, layout, loss, reduction, batch_mean, temperature)[0]


def done(name, case, quantity="dL_dz"):
    mistake = BY_NAME[name]
    return backward(case, {mistake.step: mistake.wrong}, quantity)


@pytest.mark.parametrize("name", CROSS_ENTROPY)
def test_mistakes_with_cross_entropy_written_out(name):
    np.testing.assert_allclose(done(name, case_of(Z, 1))[0], CROSS_ENTROPY[name], atol=1e-15)


@pytest.mark.parametrize("name", SQUARED_ERROR)
def test_mistakes_with_squared_error_written_out(name):
    np.testing.assert_allclose(done(name, case_of(Z, 1, "MSE"))[0], SQUARED_ERROR[name], atol=1e-15)


def test_logits_that_are_only_divided_by_their_sum_written_out():
    case = case_of([1.0, 2.0, 3.0, 4.0], 1)
    np.testing.assert_allclose(done("no-exponential", case)[0], [0.1, -0.8, 0.3, 0.4])


def test_softmax_twice_written_out():
    # softmax(log(1, 2)) = (1/3, 2/3), and softmax of that is (1, e^⅓)/(1 + e^⅓).
    e = np.exp(1 / 3)
    y = np.array([1, e]) / (1 + e)
    case = case_of(np.log([1.0, 2.0]), 0)
    np.testing.assert_allclose(done("softmax-twice", case, "y")[0], y)
    np.testing.assert_allclose(done("softmax-twice", case)[0], y - [1, 0])
    # Through both: (y − t) times the Jacobian 2/9 · (1, −1; −1, 1) of the first.
    inner = y - [1, 0]
    through = 2 / 9 * np.array([inner[0] - inner[1], inner[1] - inner[0]])
    np.testing.assert_allclose(done("softmax-twice-backpropagated", case)[0], through)


def test_softmax_over_the_wrong_axis_written_out():
    case = case_of(np.log([[1.0, 2.0], [3.0, 2.0]]), [0, 1])
    np.testing.assert_allclose(done("softmax-across-batch", case, "y"), [[0.25, 0.5], [0.75, 0.5]])
    np.testing.assert_allclose(
        done("softmax-over-everything", case, "y"), [[0.125, 0.25], [0.375, 0.25]]
    )


def test_batch_mistakes_written_out():
    t = [1, 1]
    z, mean = np.array([Z, Z]), np.array([0.1, -0.8, 0.3, 0.4])
    case = case_of(z, t, batch_mean=True, h=[[1, 2], [3, 4]])
    np.testing.assert_allclose(done("batch-mean-forgotten", case)[0], mean)
    np.testing.assert_allclose(done("batch-mean-twice", case)[0], mean / 4)
    np.testing.assert_allclose(done("batch-mean-unasked", case_of(z, t))[0], mean / 2)
    np.testing.assert_allclose(done("bias-not-summed", case, "dL_db"), [mean / 2, mean / 2])
    np.testing.assert_allclose(done("bias-averaged", case, "dL_db"), mean / 2)
    dL_dW = np.array([2 * mean, 3 * mean])
    np.testing.assert_allclose(right(case, "dL_dW"), dL_dW)
    np.testing.assert_allclose(done("weights-averaged", case, "dL_dW"), dL_dW / 2)
    np.testing.assert_allclose(done("transposed", case), np.array([mean, mean]).T / 2)


def test_temperature_mistakes_written_out():
    case = case_of(2 * Z, 1, temperature=2.0)
    y_minus_t = np.array([0.1, -0.8, 0.3, 0.4])
    np.testing.assert_allclose(right(case, "dL_dz")[0], y_minus_t / 2)
    np.testing.assert_allclose(done("temperature-factor-missing", case)[0], y_minus_t)
    np.testing.assert_allclose(done("temperature-factor-squared", case)[0], y_minus_t / 4)
    y = np.array([1, 4, 9, 16]) / 30
    np.testing.assert_allclose(done("temperature-forgotten", case)[0], y - [0, 1, 0, 0])
    y = np.array([1, 16, 81, 256]) / 354
    np.testing.assert_allclose(done("temperature-multiplied", case)[0], 2 * (y - [0, 1, 0, 0]))


def test_a_soft_target_loses_its_other_entries_to_argmax():
    case = case_of(Z, [0.1, 0.7, 0.1, 0.1])
    np.testing.assert_allclose(done("argmax-of-target", case)[0], [0.1, -0.8, 0.3, 0.4])


def test_the_naive_route_overflows_where_it_should():
    case = case_of([0.0, 100.0], 0)
    assert np.isnan(done("float32-underflow", case)).any()
    assert np.isfinite(done("float64-overflow", case)).all()
    assert np.isnan(done("float64-overflow", case_of([0.0, 1000.0], 0))).any()
    np.testing.assert_allclose(
        done("float32-underflow", case_of(Z, 1))[0], [0.1, -0.8, 0.3, 0.4], rtol=1e-5
    )


@pytest.mark.parametrize(
    "name",
    [
        "diagonal-only",
        "off-diagonal-only",
        "no-delta",
        "off-diagonal-sign",
        "log-softmax-jacobian",
        "logits-in-jacobian",
    ],
)
def test_mistaken_jacobians_entry_by_entry(name):
    y = np.array([0.1, 0.2, 0.3, 0.4])
    eye, outer = np.eye(4), np.outer(y, y)
    expected = {
        "diagonal-only": np.diag(y * (1 - y)),
        "off-diagonal-only": -outer * (1 - eye),
        "no-delta": y[:, None] * (1 - y),
        "off-diagonal-sign": np.diag(y * (1 - y)) + outer * (1 - eye),
        "log-softmax-jacobian": eye - y,
        "logits-in-jacobian": np.diag(Z) - np.outer(Z, Z),
    }[name]
    np.testing.assert_allclose(done(name, case_of(Z, 1), "J")[0], expected, atol=1e-15)


def test_a_rank_one_jacobian_is_the_matrix_it_stands_for():
    random = np.random.default_rng(0)
    J = Rank1(*random.normal(size=(3, 2, 4)))
    g, matrix = random.normal(size=(2, 4)), J.matrix()
    np.testing.assert_allclose(J.vjp(g), np.einsum("mi,mij->mj", g, matrix))
    np.testing.assert_allclose(J.row_sums(), matrix.sum(axis=-1))
    np.testing.assert_allclose(J.diagonal(), np.diagonal(matrix, axis1=1, axis2=2))
    np.testing.assert_allclose((J * 3).matrix(), 3 * matrix)


@pytest.mark.parametrize("seed", range(30))
def test_the_pass_without_mistakes_is_right(seed):
    case = random_case(np.random.default_rng(seed))
    for quantity in quantities(case):
        np.testing.assert_allclose(
            backward(case, {}, quantity), right(case, quantity), rtol=1e-9, atol=1e-13
        )


@pytest.mark.parametrize("seed", range(12))
def test_what_is_right_is_what_the_loss_itself_says(seed):
    case = random_case(np.random.default_rng(seed))
    assert measured(case, "y", (0, 0)) is None
    for quantity in quantities(case, QUANTITIES[1:]):
        expected = right(case, quantity)
        for index in {(0,) * expected.ndim, tuple(k - 1 for k in expected.shape)}:
            assert measured(case, quantity, index) == pytest.approx(
                expected[index], rel=1e-9, abs=1e-13
            )


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_no_error_of_the_inputs_does_more_than_its_bound(loss, reduction):
    random = np.random.default_rng(0)
    for _ in range(20):
        y = random.dirichlet([1, 1, 1, 1], size=3)
        t, h = random.dirichlet([1, 1, 1, 1], size=3), random.normal(size=(3, 2))
        case = case_of(np.log(y), t, loss, reduction, h=h)
        e = 1e-6
        dy, dt, dh = (e * random.choice([-1, 1], x.shape) for x in (y, t, h))
        dy -= dy.mean(axis=1, keepdims=True)  # y still sums to 1
        moved = case_of(np.log(y + dy), t + dt, loss, reduction, h=h + dh)
        for quantity in QUANTITIES:
            off = Off(y=2 * np.full(y.shape, e), t=np.full(t.shape, e), h=e)
            bound = added(case, quantity, off)
            change = np.abs(right(moved, quantity) - right(case, quantity))
            assert (change <= bound * (1 + 1e-6) + 1e-14).all(), quantity


@pytest.mark.parametrize("size", [0.05, 5e-4, 5e-9])
def test_a_few_roundings_of_any_case_do_less_than_the_bound(size):
    for seed in range(40):
        random = np.random.default_rng(seed)
        case = random_case(random, random.choice(OF_A_LOSS) if seed % 2 else None)
        shapes = ((0, 0) if x is None else x.shape for x in (case.t, case.h, case.g))
        t, h, g = (np.full(shape, size) for shape in shapes)
        if case.told is not None or case.gamma:
            t = 0 * t  # labels, and what weights and smoothing make of them, are exact
        errors = Errors(np.full(case.z.shape, size), None, t, h, g)
        for quantity in quantities(case):
            most = slack(case, quantity, errors) + 1e-14
            assert (drift(case, quantity, errors) <= most).all(), (seed, quantity)


@pytest.mark.parametrize("seed", range(12))
def test_a_pass_run_again_from_its_first_wrong_step_is_the_whole_pass(seed):
    random = np.random.default_rng(seed)
    case = random_case(random)
    usable = [m for m in MISTAKES if m.possible(case)]
    tried = [(), *((m,) for m in usable), *(tuple(random.choice(usable, 2)) for _ in range(100))]
    for quantity in quantities(case):
        again = Rerun(case, quantity)
        for mistakes in tried:
            wrong = {m.step: m.wrong for m in mistakes}
            np.testing.assert_array_equal(again(wrong), backward(case, wrong, quantity))


@each
def test_a_mistake_changes_what_it_says_and_nothing_else(mistake):
    changed = set()
    for seed in range(12):
        case = random_case(np.random.default_rng(seed), mistake)
        for quantity in quantities(case):
            wrong, truth = (
                backward(case, {mistake.step: mistake.wrong}, quantity),
                right(case, quantity),
            )
            same = wrong.shape == truth.shape and np.allclose(wrong, truth, rtol=1e-7, atol=1e-12)
            if not same:
                changed.add(quantity)
    assert changed
    assert changed <= set(mistake.quantities)


def test_names_are_unique_and_short():
    assert len(BY_NAME) == len(MISTAKES)
    assert all(len(name) <= 30 and name == name.replace(" ", "-") for name in BY_NAME)


def test_names_are_stable_as_links_and_tests_hold_on_to_them():
    assert set(BY_NAME) == set(NAMES.split())


def test_each_step_is_known_and_affects_something():
    assert set(AFFECTS) == set(STEPS)
    assert {m.step for m in MISTAKES} <= set(STEPS)


@each
def test_a_mistake_is_explained_in_a_few_whole_sentences(mistake):
    assert not mistake.title.endswith(".")
    assert mistake.explanation.endswith(".")
    assert 60 < len(mistake.explanation) < 420


@each
def test_a_fix_is_one_line_of_python(mistake):
    assert "\n" not in mistake.fix
    ast.parse(mistake.fix)


@each
def test_a_mistake_points_at_a_page_and_a_state_of_it(mistake):
    page, _, query = mistake.see.partition("?")
    assert page in PAGES
    for key, value in parse_qsl(query, strict_parsing=bool(query)):
        control = CONTROLS[key]
        if isinstance(control, Slider):
            assert control.low <= float(value) <= control.high
        else:
            assert value in control.options


NAMES = """
cap-forgotten cap-slope-forgotten focal-weight-forgotten focal-weight-held z-loss-factor-forgotten
shift-by-batch-maximum z-loss-forgotten z-loss-softmax-forgotten
absolute-error argmax-of-target backward-across-batch batch-mean-forgotten batch-mean-twice
batch-mean-unasked bias-averaged bias-not-summed binary-cross-entropy cross-entropy-upstream
diagonal-as-vector diagonal-only elementwise-product factor-half factor-one factor-one-nth
factor-two factor-two-nths float32-underflow float64-overflow fused-as-upstream
fused-for-squared-error inner-product-forgotten jacobian-from-the-left jacobian-twice
label-subtracted log-base-10 log-base-2 log-not-differentiated log-softmax log-softmax-jacobian
logits-in-jacobian loss-for-gradient mean-over-batch-only mean-over-tokens-only no-delta
no-exponential no-jacobian no-upstream not-normalised off-diagonal-only off-diagonal-sign
row-sums sigmoid sign-flipped softmax-across-batch softmax-across-tokens softmax-in-2-tiles
softmax-in-4-tiles softmax-jacobian softmax-over-everything softmax-twice
softmax-twice-backpropagated sum-of-upstream-added sum-of-upstream-forgotten target-entry-only
target-missing-in-upstream target-not-subtracted target-one-too-high target-one-too-low
target-row temperature-factor-missing temperature-factor-squared temperature-forgotten
temperature-multiplied transposed upstream-added upstream-added-to-J upstream-as-logits
upstream-ones upstream-twice weights-averaged
    target-sum-forgotten mean-over-all-rows weights-forgotten row-weights-forgotten smoothing-forgotten
    smoothing-over-the-others loss-weight-forgotten"""
