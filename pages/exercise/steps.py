"""How each kind is worked out: a rule, the numbers put in, the result."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.practice import Exercise
from pages.exercise.latex import factor, fraction, matrix, row

_DZ = r"\frac{\partial L}{\partial z}"
_DY = r"\frac{\partial L}{\partial y}"


def _at(symbol: str, index: str) -> str:
    """∂L by one entry of y or z."""
    return rf"\frac{{\partial L}}{{\partial {symbol}_{{{index}}}}}"


@dataclass(frozen=True)
class Step:
    """One of a worked example."""

    words: str
    formula: str
    """LaTeX."""


def steps(e: Exercise) -> tuple[Step, ...]:
    """All of an exercise; none where there is nothing to be worked out."""
    return _OF_KIND[e.kind](e) if e.kind in _OF_KIND else ()


def _entry(e: Exercise) -> tuple[Step, ...]:
    i, j = e.i, e.j
    left, yi, yj = f"J_{{{i + 1}{j + 1}}}", e.y[i], e.y[j]
    result = Step("The result.", f"{left} = {fraction(e.right('J')[i, j])}")
    if i == j:
        return (
            Step("The entry is on the diagonal.", rf"{left} = y_{i + 1}\,(1 - y_{i + 1})"),
            Step("Its output, put in.", rf"{left} = {fraction(yi)}\,(1 - {fraction(yi)})"),
            result,
        )
    return (
        Step("The entry is beside the diagonal.", rf"{left} = -\,y_{i + 1}\,y_{j + 1}"),
        Step("Both outputs, put in.", rf"{left} = -\,{fraction(yi)} \cdot {fraction(yj)}"),
        result,
    )


def _row(e: Exercise) -> tuple[Step, ...]:
    i, unit = e.i + 1, np.eye(len(e.y))[e.i]
    return (
        Step("On the diagonal and beside it.", rf"J_{{{i}j}} = y_{i}\,(\delta_{{{i}j}} - y_j)"),
        Step(
            "The outputs, put in.",
            rf"J_{{{i}}} = {fraction(e.y[e.i])}\left({row(unit)} - {row(e.y)}\right)",
        ),
        Step("The result. A row sums to 0.", f"J_{{{i}}} = {row(e.right('J')[e.i])}"),
    )


def _upstream(e: Exercise) -> tuple[Step, ...]:
    if e.loss == "CE":
        rule, k = rf"{_at('y', 'i')} = -\frac{{t_i}}{{y_i}}", e.target
        put_in = rf"{_at('y', str(k + 1))} = -\,1 / {fraction(e.y[k])}"
        return (
            Step("The log, differentiated.", rule),
            Step("t is 1 for the target alone.", put_in),
            Step("The result.", rf"{_DY} = {row(e.right('dL_dy'))}"),
        )
    return (
        Step("The square, differentiated.", rf"{_DY} = y - t"),
        Step("Both, put in.", rf"{_DY} = {row(e.y)} - {row(e.t)}"),
        Step("The result.", rf"{_DY} = {row(e.right('dL_dy'))}"),
    )


def _product(e: Exercise) -> tuple[Step, ...]:
    g, J = np.array(e.g), e.right("J")
    terms = " + ".join(rf"{factor(g[k])} \cdot {factor(J[k, 0])}" for k in range(len(g)))
    return (
        Step("The row g times the matrix J.", rf"{_at('z', 'j')} = \sum_i g_i\,J_{{ij}}"),
        Step("The first of the three.", rf"{_at('z', '1')} = {terms}"),
        Step("All three.", rf"{_DZ} = {row(e.right('dL_dz'))}"),
    )


def _cross_entropy(e: Exercise) -> tuple[Step, ...]:
    return (
        Step("The 1/y of the loss and the y of J cancel.", rf"{_DZ} = y - t"),
        Step("Both, put in.", rf"{_DZ} = {row(e.y)} - {row(e.t)}"),
        Step("The result. It sums to 0.", rf"{_DZ} = {row(e.right('dL_dz'))}"),
    )


def _squared_error(e: Exercise) -> tuple[Step, ...]:
    g = e.right("dL_dy")
    return (
        Step(
            "Nothing cancels: y stays in front.",
            rf"{_DZ} = y \odot (g - \langle g, y\rangle), \qquad g = y - t",
        ),
        Step(
            "g and its mean under y.",
            rf"g = {row(g)}, \qquad \langle g, y\rangle = {fraction(e.inner)}",
        ),
        Step("The result. It sums to 0.", rf"{_DZ} = {row(e.right('dL_dz'))}"),
    )


def _signs(e: Exercise) -> tuple[Step, ...]:
    return _cross_entropy(e) if e.loss == "CE" else _squared_error(e)


def _layer(e: Exercise) -> tuple[Step, ...]:
    return (
        Step("First the gradient at the logits.", rf"{_DZ} = y - t = {row(e.right('dL_dz'))}"),
        Step(
            "Then the layer’s own.",
            rf"\frac{{\partial L}}{{\partial W}} = h^\top {_DZ}, \qquad \frac{{\partial L}}{{\partial b}} = {_DZ}",
        ),
        Step(
            "The result.",
            rf"\frac{{\partial L}}{{\partial W}} = {matrix(e.right('dL_dW'))}, \qquad "
            rf"\frac{{\partial L}}{{\partial b}} = {row(e.right('dL_db'))}",
        ),
    )


def _formula(e: Exercise) -> tuple[Step, ...]:
    """Of the formula that is asked for, down to how it is typed."""
    assert e.question is not None
    rules = {
        ("J", False, "CE"): (
            Step("Each output by each logit.", r"J_{ij} = y_i\,([i = j] - y_j)"),
            Step("All of them: y on the diagonal, less each product.", r"J = A - y\,y^\top"),
        ),
        ("dL_dy", False, "CE"): (
            Step("Each output has a term of its own.", r"L = -\sum_i t_i \log y_i"),
            Step("The log, differentiated.", rf"{_at('y', 'i')} = -t_i\,\frac{{1}}{{y_i}}"),
        ),
        ("dL_dz", True, "CE"): (
            Step("Each logit moves every output.", rf"{_at('z', 'j')} = \sum_i g_i\,J_{{ij}}"),
            Step("J, put in.", rf"{_at('z', 'j')} = g_j\,y_j - y_j \sum_i g_i\,y_i"),
        ),
        ("dL_dz", False, "CE"): (
            Step("The loss by each output.", rf"{_at('y', 'i')} = -\frac{{t_i}}{{y_i}}"),
            Step(
                "Times J: 1/y and y cancel, and t sums to 1.",
                rf"{_at('z', 'j')} = -t_j + y_j \sum_i t_i",
            ),
        ),
        ("dL_dz", False, "MSE"): (
            Step("The loss by each output.", rf"{_at('y', 'i')} = y_i - t_i"),
            Step(
                "Times J: nothing cancels.",
                rf"{_at('z', 'j')} = y_j\,\Bigl(y_j - t_j - \sum_i (y_i - t_i)\,y_i\Bigr)",
            ),
        ),
    }
    q = e.question
    typed = rf"\texttt{{{q.answer}}}"
    return (
        *rules[q.quantity, q.own_upstream, q.loss],
        Step("Typed for all classes at once.", typed),
    )


_OF_KIND: dict[str, Callable[[Exercise], tuple[Step, ...]]] = {
    "entry": _entry,
    "row": _row,
    "dLdy": _upstream,
    "product": _product,
    "CE": _cross_entropy,
    "MSE": _squared_error,
    "signs": _signs,
    "layer": _layer,
    "formula": _formula,
}
