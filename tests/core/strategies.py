"""Strategies, tables and exact arithmetic that the tests of `core` share."""

from dataclasses import fields, is_dataclass
from decimal import Decimal, getcontext

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import core

getcontext().prec = 120  # e⁻²⁰⁰, the smallest share that is drawn, is 1e−87


def forall(*args, **kwargs):
    """`given` without a deadline: a busy machine is not a counterexample."""
    return lambda test: settings(deadline=None)(given(*args, **kwargs)(test))


temperatures = st.floats(0.1, 5)
seeds = st.integers(0, 2**32 - 1)


def vectors(n, low, high):
    """Without subnormals, whose quotients lose their digits: they have tests of their own."""
    return arrays(np.float64, n, elements=st.floats(low, high, allow_subnormal=False))


def logits(min_n=1, max_n=6, bound=10):
    return st.integers(min_n, max_n).flatmap(lambda n: vectors(n, -bound, bound))


def one_hots(n):
    return st.integers(0, n - 1).map(lambda label: np.eye(n)[label])


def targets(n):
    """One-hot, smoothed, and not summing to 1 at all."""
    smoothed = st.builds(
        lambda t, epsilon: (1 - epsilon) * t + epsilon / n, one_hots(n), st.floats(0, 1)
    )
    return st.one_of(one_hots(n), smoothed, vectors(n, 0, 3).filter(lambda t: t.sum() > 0.01))


@st.composite
def cases(draw, min_n=1, max_n=6, bound=10, target=targets):
    """z, t, τ."""
    z = draw(logits(min_n, max_n, bound))
    return z, draw(target(z.size)), draw(temperatures)


@st.composite
def products(draw, min_n=1, max_n=6, bound=10):
    """z, g, τ."""
    z = draw(logits(min_n, max_n, bound))
    return z, draw(vectors(z.size, -5, 5)), draw(temperatures)


# Every function that takes logits, as f(z, τ); the other arguments are fixed and lawful.
ON_LOGITS = {
    "softmax": core.softmax,
    "log_softmax": core.log_softmax,
    "softmax_complement": core.softmax_complement,
    "jacobian_parts": core.jacobian_parts,
    "softmax_jacobian": core.softmax_jacobian,
    "jacobian_facts": core.jacobian_facts,
    "softmax_record": lambda z, tau=1.0: all_of(core.softmax_record(z, tau)),
    "softmax_vjp": lambda z, tau=1.0: core.softmax_vjp(z, ramp(z), tau),
    "softmax_jvp": lambda z, tau=1.0: core.softmax_jvp(z, ramp(z), tau),
    "vjp_terms": lambda z, tau=1.0: core.vjp_terms(z, ramp(z), tau),
    "vjp_by_matrix": lambda z, tau=1.0: core.vjp_by_matrix(z, ramp(z), tau),
    "product_record": lambda z, tau=1.0: core.product_record(z, ramp(z), tau),
    "nudge_record": lambda z, tau=1.0: core.nudge_record(z, 0, 0.5, tau),
    "cross_entropy": lambda z, tau=1.0: core.cross_entropy(z, weights(z), tau),
    "cross_entropy_dL_dz": lambda z, tau=1.0: core.cross_entropy_dL_dz(z, weights(z), tau),
    "squared_error_dL_dz": lambda z, tau=1.0: core.squared_error_dL_dz(z, weights(z), tau),
    "compare_losses": lambda z, tau=1.0: core.compare_losses(z, weights(z), tau),
    **{
        f"loss_record {code}": lambda z, tau=1.0, code=code: core.loss_record(
            code, z, weights(z), tau
        )
        for code in core.LOSS_FUNCTIONS
    },
}

# Every function that takes a target, as f(t), with three classes; one row, or a batch, of t.
ON_TARGETS = {
    "smooth": lambda t: core.smooth(t, 0.2),
    "cross_entropy": lambda t: core.cross_entropy([2, 1, 0], t),
    "cross_entropy_dL_dy": lambda t: core.cross_entropy_dL_dy([0.2, 0.3, 0.5], t),
    "cross_entropy_dL_dz": lambda t: core.cross_entropy_dL_dz([2, 1, 0], t),
    "squared_error": lambda t: core.squared_error([0.2, 0.3, 0.5], t),
    "squared_error_dL_dy": lambda t: core.squared_error_dL_dy([0.2, 0.3, 0.5], t),
    "squared_error_dL_dz": lambda t: core.squared_error_dL_dz([2, 1, 0], t),
    "upstream_gradient CE": lambda t: core.upstream_gradient("CE", [0.2, 0.3, 0.5], t=t),
    "upstream_gradient MSE": lambda t: core.upstream_gradient("MSE", [0.2, 0.3, 0.5], t=t),
    "compare_losses": lambda t: core.compare_losses([2, 1, 0], t),
    **{
        f"loss_record {code}": lambda t, code=code: core.loss_record(code, [2, 1, 0], t)
        for code in core.LOSS_FUNCTIONS
    },
    "simplex_record": lambda t: core.simplex_record([0.2, 0.3, 0.5], t),
}


def all_of(soft):
    """Everything that a record can compute."""
    return (
        soft.y,
        soft.log_y,
        soft.complement,
        soft.A,
        soft.B,
        soft.row_sums,
        soft.column_sums,
    )


def ramp(z):
    """An upstream gradient 1, 2, 3, … as long as a row of z."""
    return np.arange(1.0, 1 + (np.shape(z)[-1] if np.ndim(z) else 1))


def weights(z):
    """A target with unequal entries that sums to 1, as long as a row of z."""
    return ramp(z) / ramp(z).sum()


def arrays_of(result, name=""):
    """(name, array) for an array, a tuple of arrays, or a record with records inside."""
    if is_dataclass(result):
        for field in fields(result):
            yield from arrays_of(getattr(result, field.name), f"{name}.{field.name}")
    elif isinstance(result, tuple):
        for position, item in enumerate(result):
            yield from arrays_of(item, f"{name}[{position}]")
    else:
        yield name, np.asarray(result)


def exact_softmax(z, tau=1.0):
    """y and log y as Decimals of 120 digits, straight from the definition."""
    powers = [(Decimal(float(zi)) / Decimal(float(tau))).exp() for zi in z]
    total = sum(powers)
    return [p / total for p in powers], [p.ln() - total.ln() for p in powers]


def exact_complement(z, tau=1.0):
    powers = [(Decimal(float(zi)) / Decimal(float(tau))).exp() for zi in z]
    return [sum(powers[:i] + powers[i + 1 :], Decimal(0)) / sum(powers) for i in range(len(z))]


def doubles(decimals):
    return np.array([float(d) for d in decimals])
