"""Formulas as LaTeX, with the current numbers in them. Numbers come in; none is computed here."""

from collections.abc import Sequence

from core.inputs import Array
from core.losses import Reduction
from pages.notation.losses import written
from pages.notation.number_format import tex, tex_factor


def sums_of_the_rows(n: int) -> str:
    """Why g = (1, …, 1) gives zero."""
    total = (
        " + ".join(f"y_{{{k + 1}}}" for k in range(n)) if n <= 4 else rf"y_1 + \dots + y_{{{n}}}"
    )
    zeros = ",".join("0" * n)
    return _lines(
        rf"(1,\dots,1)\,J = \frac{{\partial({total})}}{{\partial z}}",
        rf"= \frac{{\partial\,1}}{{\partial z}} = ({zeros})",
    )


def _lines(*lines: str) -> str:
    """A formula on several lines, so that a telephone shows all of it."""
    return r"\begin{aligned}&" + r" \\ &".join(lines) + r"\end{aligned}"


def displayed(heading: str, *formulas: str) -> str:
    """A heading with formulas below it, as Markdown: one element, where each costs a message."""
    return "\n\n".join([heading, *(f"$$\n{formula}\n$$" for formula in formulas)])


def _over_tau(tau: float) -> str:
    return "" if tau == 1 else rf"\frac{{1}}{{{tex(tau, 2).rstrip('0').rstrip('.')}}}\,"


def jacobian_entry(i: int, j: int, y: Array, J: Array, tau: float, decimals: int) -> str:
    """Jᵢⱼ as a formula, with its numbers."""
    a, b = i + 1, j + 1
    left = rf"J_{{{a},{b}}} = \frac{{\partial y_{{{a}}}}}{{\partial z_{{{b}}}}}"
    factor, over = _over_tau(tau), r"\frac{1}{\tau}\," if tau != 1 else ""
    yi, yj = tex(float(y[i]), decimals), tex(float(y[j]), decimals)
    result = tex(float(J[i, j]), decimals)
    if i == j:
        return _lines(
            rf"{left} = {over}y_{{{a}}}\,(1 - y_{{{a}}})",
            rf"= {factor}{yi}\,(1 - {yi}) = {result}",
        )
    return _lines(
        rf"{left} = -{over}y_{{{a}}}\,y_{{{b}}}", rf"= -{factor}{yi}\cdot {yj} = {result}"
    )


def product_entry(j: int, g: Array, J: Array, dL_dz: Array, decimals: int) -> str:
    """∂L/∂zⱼ = Σᵢ gᵢJᵢⱼ, term by term, two terms a line so that a telephone shows them."""
    b = j + 1
    terms = [
        rf"{tex_factor(float(g[i]), decimals)}\cdot {tex_factor(float(J[i, j]), decimals)}"
        for i in range(len(g))
    ]
    pairs = [" + ".join(terms[k : k + 2]) for k in range(0, len(terms), 2)]
    return _lines(
        rf"\frac{{\partial L}}{{\partial z_{{{b}}}}} = \sum_i g_i\,J_{{i{b}}}",
        f"= {pairs[0]}",
        *(f"+ {pair}" for pair in pairs[1:]),
        f"= {tex(float(dL_dz[j]), decimals)}",
    )


_SQUARED_ERROR = r"\frac1\tau\,{{\color{{{color}}}y_j}}\,\big(g_j - \langle g, y\rangle\big)"
CROSS_ENTROPY_DERIVATION: Sequence[str] = (
    r"g_i = \frac{\partial L}{\partial y_i} = -\frac{t_i}{y_i}",
    r"\begin{aligned}\frac{\partial L}{\partial z_j} &= \sum_i g_i J_{ij} \\"
    r" &= \frac1\tau\sum_i\left(-\frac{t_i}{y_i}\right)y_i(\delta_{ij} - y_j)\end{aligned}",
    r"= \frac1\tau\Big(y_j\sum_i t_i - t_j\Big) = \frac{y_j - t_j}{\tau}",
)
"""Every yᵢ of the Jacobian cancels against the 1/yᵢ of the loss."""
CROSS_ENTROPY_GRADIENT = r"\frac{\partial L}{\partial z_j} = \frac{y_j - t_j}{\tau}"
"""Where that comes to."""


def cross_entropy_entry(j: int, y: Array, t: Array, dL_dz: Array, tau: float, decimals: int) -> str:
    """(yⱼ − tⱼ)/τ with numbers."""
    numbers = rf"{tex(float(y[j]), decimals)} - {tex(float(t[j]), decimals)}"
    if tau != 1:
        numbers = rf"{_over_tau(tau)}({numbers})"
    return (
        rf"\frac{{\partial L_\text{{CE}}}}{{\partial z_{{{j + 1}}}}}"
        rf" = {numbers} = {tex(float(dL_dz[j]), decimals)}"
    )


def squared_error_derivation(reduction: Reduction) -> Sequence[str]:
    """The same steps for squared error: yⱼ stays in front."""
    mse = written("MSE", reduction)
    c = mse.factor
    return (
        rf"g_i = \frac{{\partial L}}{{\partial y_i}} = {c}(y_i - t_i)",
        r"\begin{aligned}\frac{\partial L}{\partial z_j} &= \sum_i g_i J_{ij} \\"
        r" &= \frac1\tau\sum_i g_i\,y_i(\delta_{ij} - y_j)\end{aligned}",
        rf"= {_SQUARED_ERROR.format(color=mse.color)}",
    )


def squared_error_gradient() -> str:
    """Where that comes to."""
    end = _SQUARED_ERROR.format(color=written("MSE").color)
    return rf"\frac{{\partial L}}{{\partial z_j}} = {end}"


def squared_error_entry(
    j: int, y: Array, g: Array, inner: float, dL_dz: Array, tau: float, decimals: int
) -> str:
    """yⱼ(gⱼ − ⟨g, y⟩)/τ with numbers."""
    return (
        r"\begin{aligned}"
        rf"\frac{{\partial L_\text{{MSE}}}}{{\partial z_{{{j + 1}}}}}"
        rf" &= {_over_tau(tau)}{{\color{{{written('MSE').color}}}{tex(float(y[j]), decimals)}}}"
        rf"\,\big({tex(float(g[j]), decimals)} - {tex_factor(inner, decimals)}\big) \\"
        rf" &= {tex(float(dL_dz[j]), decimals)}"
        r"\end{aligned}"
    )
