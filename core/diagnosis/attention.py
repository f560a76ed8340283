"""Is this gradient of attention right, and if not, which mistake made it?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import prod

import numpy as np

from core.attention import attention
from core.diagnosis.attention_steps import (
    QUANTITIES,
    AttentionCase,
    AttentionMistake,
    backward,
    case_of,
    magnitude,
    measured,
    own_shape,
    right,
)
from core.diagnosis.dtypes import NO_CHANCE, arithmetic, least, recognised, unit
from core.diagnosis.given import Given, coarse, fine, read_all
from core.diagnosis.layout import long
from core.diagnosis.mistakes_attention import ATTENTION_MISTAKES
from core.diagnosis.search import MAX_EXPLANATIONS, Claim, factor, far, within
from core.diagnosis.verdict import AttentionDiagnosis, Explanation, Verdict
from core.inputs import Array
from core.reading import MAX_NUMBERS, Reading

_INPUTS = ("Q", "K", "V", "dO")
_ROUNDINGS = 32
"""Units of round-off that a correct program may be off by, and two more for each |score|."""
_NEAR, _SPREADS = 12, 6.0
"""Random roundings of printed inputs that are tried, and how many of their spreads may be drift."""
_PAIRS_LIMIT = 20_000
_LOOSE = 0.05
"""A relative round-off beyond which what fits by it alone is left open."""


def diagnose_attention(
    Q: Given,
    K: Given,
    V: Given,
    dO: Given | None = None,
    *,
    P: Given | None = None,
    O: Given | None = None,  # noqa: E741
    dV: Given | None = None,
    dP: Given | None = None,
    dS: Given | None = None,
    dQ: Given | None = None,
    dK: Given | None = None,
    scale: float | None = None,
    causal: bool = False,
) -> AttentionDiagnosis:
    """Check somebody's attention, forward and backward, and name the mistakes that reproduce what is wrong.

    It stands beside `diagnose`, and not in it, as it starts from other things (Q, K, V and ∂L/∂O in
    place of logits and a target) and makes others. Who has scores S and dP has no need of it:
    `diagnose(S, dL_dy=dP, dL_dz=dS)` is the softmax in it, row by row, with −inf where masked.

    Parameters
    ----------
    Q : (…, q, d)
    K : (…, k, d)
    V : (…, k, v)
    dO : (…, q, v), optional
        ∂L/∂O; needed for all but P and O.
    P, O, dV, dP, dS, dQ, dK
        What they got, for any of these: arrays, or pasted text. dS is the gradient at the scaled scores.
    scale, causal : as `attention`

    Returns
    -------
    AttentionDiagnosis

    Raises
    ------
    ValueError
        For text that cannot be read, shapes that do not match, or something needed but not given.

    >>> import numpy as np
    >>> from core import attention
    >>> one = np.eye(2)
    >>> P = attention(one, one, one).P
    >>> print(diagnose_attention(one, one, one, one, dS=P * one).verdicts["dS"].explanations[0].name)
    row-sum-forgotten
    """
    claimed = {"P": P, "O": O, "dV": dV, "dP": dP, "dS": dS, "dQ": dQ, "dK": dK}
    readings = read_all({"Q": Q, "K": K, "V": V, "dO": dO, **claimed})
    claims = {name: readings[name] for name in QUANTITIES if name in readings}
    if not claims:
        raise ValueError(f"expected numbers to check, for one of {', '.join(claimed)}, got none")
    missing = [name for name in claims if name not in ("P", "O")]
    if missing and dO is None:
        raise ValueError(f"dO: expected ∂L/∂O, as {missing[0]} is to be checked, got None")
    with np.errstate(all="ignore"):  # wrong numbers overflow, and make nan, where they like
        case, near, rough = _cases(readings, scale, causal)
        verdicts = {q: _verdict(case, near, rough, q, read) for q, read in claims.items()}
    return AttentionDiagnosis(verdicts, readings, (), case.at)


@dataclass(frozen=True, eq=False)
class _Rounded:
    """A case with its inputs rounded otherwise, at random; made anew each time, as it may be large."""

    starts: Sequence[Array]
    errors: Sequence[Array]
    scale: float | None
    causal: bool
    summed: bool = False

    def __bool__(self) -> bool:
        return any(error.any() for error in self.errors)

    def __iter__(self) -> Iterator[AttentionCase]:
        random = np.random.default_rng(0)
        for _ in range(_NEAR if self else 0):
            moved = [
                x + error * random.choice([-1.0, 1.0], x.shape)
                for x, error in zip(self.starts, self.errors, strict=True)
            ]
            yield replace(case_of(moved, self.scale, self.causal), summed=self.summed)


def _cases(
    readings: Mapping[str, Reading], scale: float | None, causal: bool
) -> tuple[AttentionCase, _Rounded, _Rounded]:
    """The case; with its printed inputs rounded otherwise; and with the typed ones, if there are any, too.

    As in `diagnose` an input of few digits was typed, and is meant as it stands; if nothing explains
    the numbers then, it may have been rounded all the same.
    """
    given = [readings[n] for n in _INPUTS if n in readings]
    starts, errors = [r.values for r in given], [r.tolerance for r in given]
    _check_size(*starts[:3])
    if len(starts) < len(_INPUTS):  # dO, which P and O do not ask for
        starts.append(np.zeros_like(attention(*starts).O))
        errors.append(np.zeros(()))
    typed = errors if any(map(coarse, errors)) else []
    return (
        case_of(starts, scale, causal),
        _Rounded(starts, [fine(error) for error in errors], scale, causal),
        _Rounded(starts, typed, scale, causal),
    )


def _check_size(Q: Array, K: Array, V: Array) -> None:
    """Raise ValueError where anything made of them is too large; what else is wrong, `attention` says."""
    if min(Q.ndim, K.ndim, V.ndim) < 2:
        return
    try:
        heads = prod(np.broadcast_shapes(Q.shape[:-2], K.shape[:-2], V.shape[:-2]))
    except ValueError:
        return
    (q, d), k, v = Q.shape[-2:], K.shape[-2], V.shape[-1]
    sizes = {"P": q * k, "O": q * v, "dV": k * v, "dQ": q * d, "dK": k * d}
    for name, size in sizes.items():
        if heads * size > MAX_NUMBERS:
            raise ValueError(
                f"{name}: expected at most {MAX_NUMBERS} numbers, got {heads * size} from Q, K and V"
            )


def _verdict(
    case: AttentionCase,
    near: _Rounded,
    rough: _Rounded,
    quantity: str,
    read: Reading,
) -> Verdict:
    expected = right(case, quantity)
    own = own_shape(case, quantity)
    if own is not None and long(read.values.shape) == long(own) != long(expected.shape):
        case = replace(case, summed=True)
        near, rough = replace(near, summed=True), replace(rough, summed=True)
        expected = right(case, quantity)
    if long(read.values.shape) != long(expected.shape):
        raise ValueError(
            f"{quantity}: expected shape {expected.shape}, got shape {read.values.shape}"
        )
    halves = [] if read.dtype else [d for d, p in recognised(read).items() if p < NO_CHANCE]
    dtype = next(iter(halves), arithmetic(read))
    claim = Claim(
        quantity,
        read.values.reshape(expected.shape),
        read.tolerance.reshape(expected.shape),
        _roundoff(case, quantity, max(read.roundoff, unit(dtype))),
        least=least(dtype),
    )
    size = magnitude(case, quantity)
    tolerance = claim.tolerance(expected, size)

    def may_be_right(others: _Rounded) -> bool:
        return bool(others) and claim.fits(expected, tolerance + _drift(others, quantity, expected))

    is_right: bool | None = claim.fits(expected, tolerance)
    strict = replace(claim, roundoff=np.minimum(claim.roundoff, _LOOSE))
    loose = bool(is_right) and not claim.fits(expected, strict.tolerance(expected, size))
    is_right = None if loose else is_right
    if is_right is False and may_be_right(near):
        is_right = None
    found = _explanations(case, near, claim, size) if is_right is False else ()
    if is_right is False and not found and may_be_right(rough):
        is_right = None
    off = np.nan_to_num(np.abs(claim.got - expected), nan=np.inf)
    worst = tuple(int(i) for i in np.unravel_index(int(off.argmax()), off.shape))
    return Verdict(
        quantity=quantity,
        right=is_right,
        got=claim.got,
        expected=expected,
        tolerance=np.broadcast_to(tolerance, expected.shape),
        worst=worst,
        numeric=measured(case, quantity, worst),
        explanations=found,
        hints=_hints(claim, expected, tolerance, is_right),
        depends="scores so large leave it open, by the round-off of the dtype" if loose else "",
    )


def _roundoff(case: AttentionCase, quantity: str, unit_roundoff: float) -> Array:
    """Relative, of each entry: exp(S) is off by |S| units, in the rows that have such scores."""
    S = np.where(np.isfinite(case.at.S), np.abs(case.at.S), 0.0)
    by_query = quantity in ("P", "O", "dP", "dS", "dQ") and not case.summed
    scores = S.max(axis=-1, keepdims=True, initial=0) if by_query else S.max(initial=0)
    return np.asarray(np.minimum(1.0, (_ROUNDINGS + 2 * scores) * unit_roundoff))


def _drift(near: _Rounded, quantity: str, expected: Array) -> Array:
    """How far rounding of the inputs may move the right value."""
    squares = sum((right(other, quantity) - expected) ** 2 for other in near)
    return np.asarray(_SPREADS * np.sqrt(squares / _NEAR))


def _explanations(
    case: AttentionCase, near: _Rounded, claim: Claim, size: Array
) -> tuple[Explanation, ...]:
    """The mistakes that reproduce a claim: single ones, or else pairs, the simplest first."""
    usable = [m for m in ATTENTION_MISTAKES if claim.quantity in m.quantities and m.applies(case)]
    found = [e for m in usable if (e := _tried(case, near, claim, size, (m,)))]
    large = max(claim.got.size, case.at.P.size) > _PAIRS_LIMIT
    if not found and not large and np.isfinite(claim.got).all():
        pairs = (pair for pair in combinations(usable, 2) if pair[0].step != pair[1].step)
        found = [e for pair in pairs if (e := _tried(case, near, claim, size, pair))]
    return tuple(found[:MAX_EXPLANATIONS])


def _tried(
    case: AttentionCase,
    near: _Rounded,
    claim: Claim,
    size: Array,
    mistakes: tuple[AttentionMistake, ...],
) -> Explanation | None:
    """The explanation, if mistakes give what is claimed, and what is right would not pass as well."""
    wrong = {m.step: m.wrong for m in mistakes}
    value = backward(case, wrong, claim.quantity)
    if value.shape != claim.got.shape:
        return None
    tolerance = claim.tolerance(value, size)
    if far(claim, value[None], tolerance[None]).all():
        return None
    for other in near:
        spread = 3 * np.abs(backward(other, wrong, claim.quantity) - value)
        tolerance = np.fmax(tolerance, claim.tolerance(value, size) + spread)
    if not claim.fits(value, tolerance):
        return None
    if near and claim.fits(right(case, claim.quantity), tolerance):
        return None
    return Explanation(mistakes, value, tuple(m.fix for m in mistakes))


def _hints(
    claim: Claim, expected: Array, tolerance: Array, is_right: bool | None
) -> tuple[str, ...]:
    """What wrong numbers have in common with the right ones."""
    if is_right is None:
        return ("The digits of the inputs leave this open: give them with more digits.",)
    if is_right:
        return ()
    said, got = [], claim.got
    if not np.isfinite(got).all():
        return (
            "There is nan or inf among your numbers: a row whose keys are all masked gives 0/0.",
        )
    ratio = factor(got, expected)
    if ratio and within(got, ratio * expected, tolerance * max(1, abs(ratio))).all():
        said.append(f"Your numbers are {ratio:.4g} times the right ones.")
    sums = got.sum(axis=-1)
    if claim.quantity == "dS" and (np.abs(sums) > np.sum(tolerance, axis=-1)).any():
        most = sums.flat[int(np.abs(sums).argmax())]
        said.append(f"Each row of a true dS sums to 0; one of yours sums to {most:.4g}.")
    if claim.quantity == "P" and (np.abs(sums - 1) > np.sum(tolerance, axis=-1)).any():
        most = sums.flat[int(np.abs(sums - 1).argmax())]
        said.append(f"Each row of P sums to 1; one of yours sums to {most:.4g}.")
    return tuple(said)
