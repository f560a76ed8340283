"""Is this gradient right, and if not, which mistake made it?"""

from dataclasses import replace

import numpy as np

from core.backward import backward, magnitude
from core.case import QUANTITIES, Case, Loss, measured, right
from core.given import Errors, Given, read_case, slack
from core.hints import carried, hints
from core.inputs import Array
from core.losses import Reduction
from core.reading import MAX_NUMBERS, Reading, reading
from core.search import Claim, explain, within
from core.verdict import Diagnosis, Explanation, Verdict

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
    given = {"y": y, "J": J, "dL_dy": dL_dy, "dL_dz": dL_dz, "dL_dW": dL_dW, "dL_db": dL_db}
    if z is None and y is not None:
        del given["y"]
    claims = {name: reading(name, value) for name, value in given.items() if value is not None}
    case, lead, errors = read_case(z, y, t, h, loss, reduction, batch_mean, temperature)
    if not claims:
        raise ValueError(f"expected numbers to check, for one of {', '.join(given)}, got none")
    for name in claims:
        if name not in ("y", "J") and case.t is None:
            raise ValueError(f"t: expected a target, as {name} is to be checked, got None")
        if name == "dL_dW" and case.h is None:
            raise ValueError("h: expected the layer's input, as dL_dW is to be checked, got None")
    verdicts: dict[str, Verdict] = {}
    for name in (name for name in QUANTITIES if name in claims):
        verdicts[name] = _verdict(case, lead, errors, name, claims[name])
        if verdicts[name].right is False:
            known = {q: verdicts[q].got for q in verdicts if verdicts[q].right is False}
            more = carried(case, name, known, verdicts[name].tolerance)
            verdicts[name] = replace(verdicts[name], hints=(*more, *verdicts[name].hints))
    return Diagnosis(verdicts)


def _verdict(
    case: Case, lead: tuple[int, ...], errors: Errors, quantity: str, read: Reading
) -> Verdict:
    n = case.z.shape[-1]
    if quantity == "J" and case.z.size * n > MAX_NUMBERS:
        raise ValueError(f"J: expected at most {MAX_NUMBERS} entries, got {case.z.size * n}")
    expected = right(case, quantity)
    got, printed = read.values, read.tolerance
    shapes = {expected.shape, expected.shape[:-2] + expected.shape[:-3:-1]}
    shapes |= {case.z.shape} if quantity == "dL_db" else set()
    shape = next(
        (s for s in sorted(shapes, key=lambda s: s != expected.shape) if _same(s, got.shape)), None
    )
    if shape is None:
        raise ValueError(
            f"{quantity}: expected shape {_shown(expected, quantity, lead).shape}, got shape {got.shape}"
        )
    got, printed = got.reshape(shape), printed.reshape(shape)

    size, fine = magnitude(case, quantity), errors.fine()
    spread = _ROUNDINGS + 2 * np.abs(case.z[np.isfinite(case.z)]).max() / case.temperature
    relative = 2 * float(np.max(fine.z) / case.temperature if fine.y is None else np.max(fine.y))
    claim = Claim(
        quantity,
        got,
        printed,
        spread * read.roundoff,
        slack(case, quantity, fine),
        relative,
    )
    tolerance = np.broadcast_to(printed if shape == expected.shape else 0.0, expected.shape)
    tolerance = replace(claim, got=expected, printed=tolerance, input_error=0.0).tolerance(
        expected, size
    )
    fits = shape == expected.shape and bool(within(got, expected, tolerance).all())
    found = [] if fits else explain(case, claim)
    verdict: bool | None = fits
    notes: tuple[str, ...] = ()
    if fits:
        if (np.abs(got) <= tolerance).all():
            notes = (
                "Every entry is zero to the digits given, which says little: print more digits.",
            )
    elif not found and shape == expected.shape:
        coarse = tolerance + slack(case, quantity, errors)
        if within(got, expected, coarse).all():
            verdict = None
            notes = ("The digits of the inputs leave this open: give them with more digits.",)
    if verdict is False:
        notes = hints(case, quantity, got, expected, tolerance)

    worst = numeric = None
    if got.shape == expected.shape:
        with np.errstate(invalid="ignore"):
            off = np.where(got == expected, 0.0, np.abs(got - expected))
        index = np.unravel_index(int(np.nan_to_num(off, nan=np.inf).argmax()), off.shape)
        worst = tuple(int(i) for i in index)
        numeric = measured(case, quantity, worst)
        worst = worst if lead or quantity in ("dL_dW", "dL_db") else worst[1:]
    return Verdict(
        quantity=quantity,
        right=verdict,
        got=_shown(got, quantity, lead),
        expected=_shown(expected, quantity, lead),
        tolerance=_shown(tolerance, quantity, lead),
        worst=worst,
        numeric=numeric,
        explanations=tuple(
            Explanation(
                mistakes,
                _shown(
                    backward(case, {m.step: m.wrong for m in mistakes}, quantity), quantity, lead
                ),
            )
            for mistakes in found
        ),
        hints=notes,
    )


def _same(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Whether two shapes differ in axes of length 1 at most."""
    return [k for k in a if k != 1] == [k for k in b if k != 1]


def _shown(x: Array, quantity: str, lead: tuple[int, ...]) -> Array:
    """Without the batch's axis if z came without one."""
    return x if lead or quantity in ("dL_dW", "dL_db") or len(x) != 1 else x[0]
