import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core
from pages.notation import formulas
from pages.notation.losses import written
from pages.notation.number_format import digits, fixed
from tests.pages.page_driver import logits, states, target, upstream

TAU_IN_LATEX = r"\\frac\{1\}\{([\d.]+)\}\\,"


def numerals(latex):
    """The numbers in LaTeX, written as `fixed` writes them; indices and colours left out."""
    latex = re.sub(r"_\{[^{}]*\}|_\w|\\color\{#\w+\}", "", latex)
    found = re.findall(r"(?<![\w^])(-?\d+(?:\.\d+)?)(?:\\cdot 10\^\{(-?\d+)\})?", latex)
    return [(m + (f"e{e}" if e else "")).replace("-", "−") for m, e in found]


def number_of(text):
    return float(text.replace("−", "-"))


def over_tau(tau):
    return [] if tau == 1 else ["1", f"{tau:g}"]


def assert_well_formed(latex):
    depth = 0
    for bracket in re.findall(r"(?<!\\)[{}]", latex):
        depth += 1 if bracket == "{" else -1
        assert depth >= 0, latex
    assert depth == 0, latex
    assert latex.count(r"\left(") == latex.count(r"\right)")
    assert re.findall(r"\\begin\{(\w+)\}", latex) == re.findall(r"\\end\{(\w+)\}", latex)
    # KaTeX has no Unicode minus or infinity worth having, and a sign never follows a sign.
    assert not re.search("[−∞]", latex)
    assert not re.search(r"(\\cdot|[+-]) -", latex)


@settings(max_examples=100)
@given(states(), st.data())
def test_an_entry_of_the_jacobian_holds_the_numbers_of_its_product(state, data):
    z, tau, d = logits(state), state["tau"], digits(state["n"])
    y, J = core.softmax(z, tau), core.softmax_jacobian(z, tau)
    entry = st.integers(0, state["n"] - 1)
    i, j = data.draw(entry), data.draw(entry)
    latex = formulas.jacobian_entry(i, j, y, J, tau, d)
    assert_well_formed(latex)
    assert latex.startswith(r"\begin{aligned}&")
    first, second = latex.removesuffix(r"\end{aligned}").split(r" \\ &= ")
    name, derivative, symbols = first.removeprefix(r"\begin{aligned}&").split(" = ")
    product, result = second.split(" = ")
    assert name == f"J_{{{i + 1},{j + 1}}}"
    assert derivative == rf"\frac{{\partial y_{{{i + 1}}}}}{{\partial z_{{{j + 1}}}}}"
    assert (r"\frac{1}{\tau}" in symbols) == (tau != 1)
    yi, yj = fixed(y[i], d), fixed(y[j], d)
    if i == j:
        assert symbols.endswith(rf"y_{{{i + 1}}}\,(1 - y_{{{i + 1}}})")
        assert numerals(product) == [*over_tau(tau), yi, "1", yi]
    else:
        assert symbols.startswith("-")
        assert symbols.endswith(rf"y_{{{i + 1}}}\,y_{{{j + 1}}}")
        assert product.startswith("-")
        assert numerals(product[1:]) == [*over_tau(tau), yi, yj]
    assert numerals(result) == [fixed(J[i, j], d)]


@settings(max_examples=100)
@given(states(), st.data())
def test_an_entry_of_the_product_lists_every_term_in_order_and_then_the_sum(state, data):
    z, g, d = logits(state), upstream(state), digits(state["n"])
    J, dL_dz = core.softmax_jacobian(z, state["tau"]), core.softmax_vjp(z, g, state["tau"])
    j = data.draw(st.integers(0, state["n"] - 1))
    latex = formulas.product_entry(j, g, J, dL_dz, d)
    assert_well_formed(latex)
    head, *terms, total = latex.split(r" \\ ")
    assert rf"\partial z_{{{j + 1}}}" in head
    assert rf"g_i\,J_{{i{j + 1}}}" in head
    expected = [fixed(v, d) for pair in zip(g, J[:, j], strict=True) for v in pair]
    assert [number for line in terms for number in numerals(line)] == expected
    assert numerals(total) == [fixed(dL_dz[j], d)]
    # A sum: lines and terms within a line are joined by plus signs, and a phone shows a line.
    assert [line[:3] for line in terms[1:]] == ["&+ "] * (len(terms) - 1)
    assert all(line.count(r"\cdot") - line.count(r"\cdot 10^") <= 2 for line in terms)
    assert sum(line.count(" + ") for line in terms) + len(terms) == state["n"]


@settings(max_examples=100)
@given(states(), st.data())
def test_cross_entropy_is_y_minus_t_over_tau_with_its_numbers(state, data):
    z, t, tau, d = logits(state), target(state), state["tau"], digits(state["n"])
    y, dL_dz = core.softmax(z, tau), core.cross_entropy_dL_dz(z, t, tau)
    j = data.draw(st.integers(0, state["n"] - 1))
    latex = formulas.cross_entropy_entry(j, y, t, dL_dz, tau, d)
    assert_well_formed(latex)
    name, difference, result = latex.split(" = ")
    assert rf"\partial z_{{{j + 1}}}" in name
    assert r"\text{CE}" in name
    shown = numerals(difference)
    assert shown == [*over_tau(tau), fixed(y[j], d), fixed(t[j], d)]
    assert numerals(result) == [fixed(dL_dz[j], d)]
    # The reader's own arithmetic on the shown numbers comes to the shown result.
    by_hand = (number_of(shown[-2]) - number_of(shown[-1])) / tau
    assert abs(by_hand - number_of(numerals(result)[0])) <= (1 / tau + 1) * 10.0**-d


@settings(max_examples=100)
@given(states(), st.data())
def test_squared_error_keeps_y_in_front_with_its_numbers(state, data):
    z, t, tau, d = logits(state), target(state), state["tau"], digits(state["n"])
    y = core.softmax(z, tau)
    g = core.squared_error_dL_dy(y, t, state["mse"])
    inner, dL_dz = float(g @ y), core.squared_error_dL_dz(z, t, tau, state["mse"])
    j = data.draw(st.integers(0, state["n"] - 1))
    latex = formulas.squared_error_entry(j, y, g, inner, dL_dz, tau, d)
    assert_well_formed(latex)
    assert rf"\partial z_{{{j + 1}}}" in latex
    assert r"\text{MSE}" in latex
    shown = numerals(latex)
    expected = [fixed(v, d) for v in (y[j], g[j], inner, dL_dz[j])]
    assert shown == [*over_tau(tau), *expected]
    y_, g_, inner_, result = map(number_of, shown[-4:])
    assert abs(y_ * (g_ - inner_) / tau - result) <= (4 / tau + 1) * 10.0**-d


@pytest.mark.parametrize("tau", [0.1, 0.5, 0.9, 1.0, 1.1, 2.0, 3.3, 5.0])
def test_one_over_tau_is_shown_unless_it_is_one(tau):
    z, t = np.array([2.0, 1.0, 0.1]), np.array([0.0, 1.0, 0.0])
    y, J = core.softmax(z, tau), core.softmax_jacobian(z, tau)
    g, dL_dz = core.squared_error_dL_dy(y, t), core.squared_error_dL_dz(z, t, tau)
    for latex in (
        formulas.jacobian_entry(0, 0, y, J, tau, 4),
        formulas.jacobian_entry(0, 2, y, J, tau, 4),
        formulas.cross_entropy_entry(1, y, t, core.cross_entropy_dL_dz(z, t, tau), tau, 4),
        formulas.squared_error_entry(1, y, g, float(g @ y), dL_dz, tau, 4),
    ):
        assert [float(shown) for shown in re.findall(TAU_IN_LATEX, latex)] == (
            [] if tau == 1 else [tau]
        )


@pytest.mark.parametrize("n", range(2, 11))
def test_the_sum_of_all_outputs_is_one_and_its_gradient_has_a_zero_for_each_logit(n):
    latex = formulas.sums_of_the_rows(n)
    assert_well_formed(latex)
    assert latex.endswith(" = (" + ",".join(["0"] * n) + r")\end{aligned}")
    assert r"\frac{\partial\,1}{\partial z}" in latex
    named = [int(k) for k in re.findall(r"y_\{?(\d+)\}?", latex)]
    assert named == list(range(1, n + 1)) if r"y_1 + \dots" not in latex else named == [1, n]


@pytest.mark.parametrize("reduction", core.REDUCTIONS)
@pytest.mark.parametrize("n", [2, 3, 10])
def test_the_factor_of_squared_error_is_the_one_core_uses(reduction, n):
    factor = {r"\frac{2}{n}": 2 / n, "2": 2, "": 1}[written("MSE", reduction).factor]
    y, t = np.full(n, 0.25), np.eye(n)[0]
    np.testing.assert_allclose(core.squared_error_dL_dy(y, t, reduction), factor * (y - t))
    first, *_ = formulas.squared_error_derivation(reduction)
    assert first.endswith(f" = {written('MSE', reduction).factor}(y_i - t_i)")


@pytest.mark.parametrize(
    "latex",
    [
        *formulas.CROSS_ENTROPY_DERIVATION,
        *(f for r in core.REDUCTIONS for f in formulas.squared_error_derivation(r)),
    ],
)
def test_derivations_are_well_formed(latex):
    assert_well_formed(latex)
