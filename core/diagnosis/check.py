"""Is this gradient right, and if not, which mistake made it?"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from core.diagnosis.case import QUANTITIES, Case, measured, right
from core.diagnosis.given import Errors, Given, drift, nearby, read_all, read_case, slack
from core.diagnosis.hints import carried, hints
from core.diagnosis.search import MAX_EXPLANATIONS, PAIRS_LIMIT, Claim, explain, within
from core.diagnosis.steps import Mistake, backward, magnitude
from core.diagnosis.verdict import Diagnosis, Explanation, Verdict
from core.diagnosis.where import Part, explain_part, locate
from core.inputs import Array
from core.losses import Loss, Reduction
from core.reading import MAX_NUMBERS, Reading

_ROUNDINGS = 16
"""Units of round-off that a correct program may be off by, and two more for each |z|/τ."""


def diagnose(
    z: Given | None = None,
    t: Given | None = None,
    *,
    y: Given | None = None,
    J: Given | None = None,
    dL_dy: Given | None = None,
    dL_dz: Given | None = None,
    dL_dW: Given | None = None,
    dL_db: Given | None = None,
    loss: Loss = "CE",
    reduction: Reduction = "mean",
    batch_mean: bool = False,
    temperature: float = 1.0,
    h: Given | None = None,
) -> Diagnosis:
    """Check somebody's numbers, and name the mistakes that reproduce the wrong ones.

    Parameters
    ----------
    z : (n,) or (m, n)
        Logits. Without them y is taken as given, and z = τ log y up to a constant.
    t : class or classes counted from 0, or (n,) or (m, n)
        Target; needed for all but y and J.
    y, J, dL_dy, dL_dz, dL_dW, dL_db
        What they got, for any of these: arrays, or pasted text.
    loss, reduction : "CE" or "MSE"; of squared error over the classes
    batch_mean : bool
        Whether the loss is the mean over the rows, or their sum.
    temperature : float > 0
    h : (k,) or (m, k)
        Input of the linear layer z = h W + b; needed for ∂L/∂W.

    Returns
    -------
    Diagnosis

    Raises
    ------
    ValueError
        For text that cannot be read, shapes that do not match, or something needed but not given.

    Notes
    -----
    A number is right if it is within half a unit of its last printed digit, widened by a few
    round-offs of the arithmetic that it may have been made in, and by what the printed digits of
    the inputs leave open. A mistake is named only if it reproduces every number so closely and the
    right answer does not.

    >>> print(diagnose([2, 1, 0.1], 0, dL_dz="0 0 0"))  # doctest: +ELLIPSIS
    ∂L/∂z: not right.
      Worst entry, entry 1: yours 0, right -0.340999, measured -0.340999.
      Your numbers are what comes out when:
      - the rows of J are summed (row-sums)
    ...
    """
    claimed = {"y": y, "J": J, "dL_dy": dL_dy, "dL_dz": dL_dz, "dL_dW": dL_dW, "dL_db": dL_db}
    if z is None and y is not None:
        del claimed["y"]
    readings = read_all({**claimed, "z": z, "y": y, "t": t, "h": h})
    claims = {name: readings[name] for name in claimed if name in readings}
    with np.errstate(all="ignore"):  # wrong numbers overflow, and make nan, where they like
        case, lead, errors = read_case(readings, loss, reduction, batch_mean, temperature)
        _check(case, claims, claimed)
        verdicts: dict[str, Verdict] = {}
        for name in (name for name in QUANTITIES if name in claims):
            verdict = _verdict(case, lead, errors, name, claims[name])
            verdicts[name] = verdict
            if verdict.right is False:
                wrong = {q: v.got for q, v in verdicts.items() if v.right is False}
                more = carried(case, name, wrong, verdict.tolerance)
                verdicts[name] = replace(verdict, hints=(*more, *verdict.hints))
    return Diagnosis(verdicts, case, readings)


def _check(case: Case, claims: Collection[str], known: Collection[str]) -> None:
    """Raise ValueError unless there is something to check, and all that it needs."""
    if not claims:
        raise ValueError(f"expected numbers to check, for one of {', '.join(known)}, got none")
    for name in claims:
        if name not in ("y", "J") and case.t is None:
            raise ValueError(f"t: expected a target, as {name} is to be checked, got None")
        if name == "dL_dW" and case.h is None:
            raise ValueError("h: expected the layer's input, as dL_dW is to be checked, got None")


def _verdict(
    case: Case, lead: tuple[int, ...], errors: Errors, quantity: str, read: Reading
) -> Verdict:
    n = case.z.shape[-1]
    if quantity == "J" and case.z.size * n > MAX_NUMBERS:
        raise ValueError(f"J: expected at most {MAX_NUMBERS} entries, got {case.z.size * n}")
    expected = right(case, quantity)
    shape = _shape(case, quantity, expected, read.values.shape)
    if shape is None:
        shown = _shown(expected, quantity, lead).shape
        raise ValueError(f"{quantity}: expected shape {shown}, got shape {read.values.shape}")

    fine = errors.fine()
    steepest = np.abs(case.z[np.isfinite(case.z)]).max() / case.temperature
    claim = Claim(
        quantity=quantity,
        got=read.values.reshape(shape),
        printed=read.tolerance.reshape(shape),
        roundoff=min(1.0, (_ROUNDINGS + 2 * steepest) * read.roundoff),
    )
    got, same_shape = claim.got, shape == expected.shape
    tolerance = claim.tolerance(expected, magnitude(case, quantity))
    tolerance = tolerance + slack(case, quantity, fine)
    is_right: bool | None = claim.fits(expected, tolerance)
    if not is_right and same_shape and errors.coarse():
        rounded = tolerance + drift(case, quantity, errors)
        is_right = None if within(got, expected, rounded).all() else False
    near = nearby(case, fine, 6 if case.z.size <= PAIRS_LIMIT else 1)
    found = explain(case, claim, near) if is_right is False else []
    part = locate(case, claim, expected, tolerance) if is_right is False and same_shape else None
    alone = part if not found else None
    found = explain_part(case, claim, near, alone, expected, tolerance) if alone else found
    notes = _notes(claim, tolerance, is_right)
    if is_right is False:
        notes = hints(case, quantity, got, expected, tolerance)
        if len(found) == MAX_EXPLANATIONS or (
            found and _digits(claim, expected) < 2 * len(found[0])
        ):
            notes = ("More digits, or more rows, would tell whether this fits by chance.", *notes)

    worst = _worst(got, expected) if same_shape else None
    return Verdict(
        quantity=quantity,
        right=is_right,
        got=_shown(got, quantity, lead),
        expected=_shown(expected, quantity, lead),
        tolerance=_shown(tolerance, quantity, lead),
        worst=worst if worst is None or _keeps_rows(quantity, lead) else worst[1:],
        numeric=None if worst is None else measured(case, quantity, worst),
        explanations=tuple(
            Explanation(
                mistakes,
                _shown(_values(case, quantity, mistakes, alone), quantity, lead),
                tuple(mistake.mended(case) for mistake in mistakes),
            )
            for mistakes in found
        ),
        hints=notes,
        where=(*part.sentences, *(part.values if alone else ())) if part else (),
        alone=bool(alone and found),
    )


def _shape(
    case: Case, quantity: str, expected: Array, given: tuple[int, ...]
) -> tuple[int, ...] | None:
    """What numbers of a given shape are: right, transposed, or a ∂L/∂b that was not summed."""
    shapes = [expected.shape, (*expected.shape[:-2], *expected.shape[:-3:-1])]
    if quantity == "dL_db":
        shapes = [expected.shape, case.z.shape]
    long = [k for k in given if k != 1]
    return next((shape for shape in shapes if [k for k in shape if k != 1] == long), None)


def _notes(claim: Claim, tolerance: Array, is_right: bool | None) -> tuple[str, ...]:
    """What the digits cannot tell."""
    if is_right is None:
        return ("The digits of the inputs leave this open: give them with more digits.",)
    if is_right and np.isinf(tolerance).any():
        return ("Entries where y was given as 0 cannot be judged: give y with more digits, or z.",)
    if is_right and claim.printed.any() and (np.abs(claim.got) <= claim.printed).all():
        return ("Every entry is zero to the digits given, which says little: print more digits.",)
    return ()


def _digits(claim: Claim, expected: Array) -> float:
    """How many digits of evidence a claim holds; one entry a row follows from the others.

    Among some 60 mistakes, and 1 500 pairs, one may fit 2, and 4, by chance.
    """
    known = np.abs(expected).max() / np.maximum(claim.printed, 1e-9).mean()
    free = claim.got.size * (1 - 1 / claim.got.shape[-1])
    return float(free * np.log10(max(1.0, known)))


def _worst(got: Array, expected: Array) -> tuple[int, ...]:
    off = np.where(got == expected, 0.0, np.abs(got - expected))
    off = np.nan_to_num(off, nan=np.inf)
    return tuple(int(i) for i in np.unravel_index(int(off.argmax()), off.shape))


def _values(case: Case, quantity: str, mistakes: tuple[Mistake, ...], part: Part | None) -> Array:
    """What mistakes give, made in a part alone or in all."""
    wrong = backward(case, {m.step: m.wrong for m in mistakes}, quantity)
    return wrong if part is None else np.where(part.inside, wrong, right(case, quantity))


def _keeps_rows(quantity: str, lead: tuple[int, ...]) -> bool:
    """Whether an array's first axis is to be shown: not that of a batch where z came without one."""
    return bool(lead) or quantity in ("dL_dW", "dL_db")


def _shown(x: Array, quantity: str, lead: tuple[int, ...]) -> Array:
    return x if _keeps_rows(quantity, lead) or len(x) != 1 else x[0]
