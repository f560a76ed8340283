"""Is this gradient right, and if not, which mistake made it?"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import product
from math import prod

import numpy as np

from core.diagnosis.case import OUTPUTS_OF, QUANTITIES, Case, OutputsOf, measured, right
from core.diagnosis.given import Given, base_of, check_labels, marked, nearby, read_all, read_case
from core.diagnosis.hints import carried, hints
from core.diagnosis.judged import Judged, Start, digits, judged, promising, usual
from core.diagnosis.layout import layouts
from core.diagnosis.search import MAX_EXPLANATIONS, PAIRS_LIMIT, Combination, pairs, single
from core.diagnosis.settings import IGNORED, Settings
from core.diagnosis.steps import Mistake, backward
from core.diagnosis.verdict import Diagnosis, Explanation, Verdict
from core.diagnosis.where import Part, explain_part, locate
from core.inputs import Array
from core.losses import Loss, Reduction
from core.reading import Reading
from core.reading.sheet import dtype_name


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
    axis: int | None = None,
    outputs: OutputsOf | None = None,
    dtype: str | None = None,
    ignore_index: int = IGNORED,
    weight: Given | None = None,
    row_weight: Given | None = None,
    label_smoothing: float = 0.0,
    loss_weight: float = 1.0,
    gamma: float = 0.0,
    z_loss: float = 0.0,
    softcap: float | None = None,
) -> Diagnosis:
    """Check somebody's numbers, and name the mistakes that reproduce the wrong ones.

    Parameters
    ----------
    z : (n,), (m, n) or (…, n)
        Logits. Without them y is taken as given, and z = τ log y up to a constant.
    t : class or classes counted from 0, or (n,) or z's shape
        Target; needed for all but y and J, or else an upstream gradient.
    y, J, dL_dy, dL_dz, dL_dW, dL_db
        What they got, for any of these: arrays, or pasted text. Without a target dL_dy is the upstream
        gradient that they start from, as of attention, of a policy or of any other L(y), and ∂L/∂z = g J.
    loss, reduction : "CE" or "MSE"; of squared error over the classes
    batch_mean : bool
        Whether the loss is the mean over the rows, or their sum.
    temperature : float > 0
    h : (k,) or (m, k)
        Input of the linear layer z = h W + b; needed for ∂L/∂W.
    axis : int, optional
        That of z along which the classes run: −1 for rows, 0 for columns, 1 for PyTorch's (N, C, d).
        Left out, it is the last one that goes with all that was given. Another is taken where only
        that goes with the shapes, or the target sums to 1 only so, or the numbers are right only so,
        and the report says it; where a mistake would look the same, the verdict is left open.
    outputs : "softmax" or "log_softmax", optional
        What y, J and dL_dy are of: y, or log y, whose J is δᵢⱼ − yⱼ. Left out it is softmax, unless a
        dL_dz that came from an upstream gradient is right for log-softmax only, which the report says.
    dtype : "float64", "float32", "float16" or "bfloat16", optional
        What the numbers to be checked were computed in. Left out, it is what they name themselves.
    ignore_index : int
        The class that marks a row as not counting.
    weight, row_weight : (n,), (m,), optional
        Of the classes, and of the rows: an advantage. Zero and negative ones too.
    label_smoothing : float, 0 to 1
        ε of (1 − ε) t + ε/n.
    loss_weight : float
        A factor of the whole loss, as the τ² of a distillation: KL to a teacher is cross-entropy with
        the teacher's softmax(z/τ) as t, up to what no gradient sees.
    gamma : float ≥ 0
        γ of the focal loss: each term of cross-entropy times (1 − y)^γ.
    z_loss : float ≥ 0
        λ of λ (log Σ exp(z/τ))², which each row that counts adds to the loss.
    softcap : float > 0, optional
        c of c tanh(z/c), of which softmax is taken in place of z. A logit scale s is τ = 1/s.

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
    own = (
        "t" not in readings
        and "dL_dy" in readings
        and any(q in readings for q in claimed if q != "dL_dy")
    )
    if dtype is not None:
        named = dtype_name(dtype)
        readings |= {q: readings[q].computed_in(named) for q in claimed if q in readings}
    claims = {q: readings[q] for q in claimed if q in readings and not (own and q == "dL_dy")}
    told = Settings(
        ignore_index,
        weight,
        row_weight,
        label_smoothing,
        loss_weight,
        gamma,
        z_loss,
        softcap,
    )
    if "t" in readings:
        readings["t"] = marked(readings["t"], readings[base_of(readings)], told)
    possible = layouts(readings, base_of(readings), axis)
    if "t" in readings:
        check_labels(readings["t"], possible[0])
    _check(claims, claimed, readings, own)
    if outputs not in (None, *OUTPUTS_OF):
        raise ValueError(f"outputs: expected one of {OUTPUTS_OF}, got {outputs!r}")
    if outputs == "log_softmax" and (loss != "CE" or gamma) and not own:
        of = "focal" if gamma else loss
        raise ValueError(f"outputs: expected softmax with loss {of!r}, got {outputs!r}")
    known = {**readings, "g": readings["dL_dy"]} if own else readings
    logs = [outputs == "log_softmax"] if outputs or not own else [False, True]
    with np.errstate(all="ignore"):  # wrong numbers overflow, and make nan, where they like
        starts, refused = [], None
        for log, layout in product(logs, possible):
            try:
                case, errors = read_case(
                    known, layout, loss, reduction, batch_mean, temperature, log, told
                )
                starts.append(Start(layout, case, errors))
            except ValueError as error:
                refused = refused or error
        if refused and not starts:
            raise refused
        start, verdicts = _read_best(starts, claims)
        if start.layout.classes == 1:
            verdicts = {q: _of_one_class(verdict) for q, verdict in verdicts.items()}
    return Diagnosis(verdicts, readings, start.told, start.case, start.layout)


def _check(
    claims: Collection[str], known: Collection[str], readings: Mapping[str, Reading], own: bool
) -> None:
    """Raise ValueError unless there is something to check, and all that it needs."""
    if not claims:
        raise ValueError(f"expected numbers to check, for one of {', '.join(known)}, got none")
    for name in claims:
        if name not in ("y", "J") and "t" not in readings and not own:
            raise ValueError(
                f"t: expected a target, as {name} is to be checked, got None; without one, dL_dz is "
                "checked from a dL_dy that is given"
            )
        if name == "dL_dW" and "h" not in readings:
            raise ValueError("h: expected the layer's input, as dL_dW is to be checked, got None")


def _read_best(
    starts: list[Start], claims: Mapping[str, Reading]
) -> tuple[Start, dict[str, Verdict]]:
    """The start that most of the claims are right for, and what is to be said of them there.

    What is right in another layout than the likeliest is right only if no mistake looks the same in
    that: softmax along the wrong axis does, and the verdict then depends on what was meant.
    """
    tried: list[dict[str, Judged]] = []
    starts = [starts[0], *(start for start in starts[1:] if promising(start, claims))]
    for start in starts:
        tried.append({q: judged(start, q, claims[q]) for q in QUANTITIES if q in claims})
        if all(one.right is not False for one in tried[-1].values()):
            break
    scores = [sum(one.right is not False for one in ones.values()) for ones in tried]
    best = scores.index(max(scores))
    verdicts = _verdicts(tried[best])
    for other in range(best + 1, len(tried)):  # none is right for all; a known mistake in another?
        unexplained = [q for q, v in verdicts.items() if v.right is False and not v.explanations]
        if scores[other] == max(scores) and unexplained:
            found = _verdicts(tried[other])
            if all(found[q].explanations for q in unexplained):
                best, verdicts = other, found
                starts[best] = starts[best].because("as only so a known mistake gives your numbers")
    if best:
        starts[best] = starts[best].because("as your numbers are right only so")
    asked_for = starts[best].layout.rows_last and not starts[best].case.log
    for q, one in tried[0].items():
        if best and not asked_for and verdicts[q].right is not False and one.right is False:
            likely = _verdict(one)
            if any(len(e.mistakes) == 1 for e in likely.explanations):
                verdicts[q] = _open(likely, starts[best], starts[0])
    taken = starts[0] if all(v.depends for v in verdicts.values()) else starts[best]
    return taken, verdicts


def _of_one_class(verdict: Verdict) -> Verdict:
    """What is wrong for a softmax of one class may be right for what was meant."""
    if verdict.right is not False:
        return verdict
    return replace(
        verdict,
        right=None,
        depends="one class is no softmax, as its y is always 1",
        hints=(
            "For a sigmoid give two logits, z and 0: its output is softmax’s first.",
            *verdict.hints,
        ),
    )


def _open(likely: Verdict, other: Start, first: Start) -> Verdict:
    """A verdict on what is wrong as it would be read first, and right as read otherwise."""
    log = other.case.log is not first.case.log
    mine, theirs = (
        ("log-softmax" if s.case.log else "softmax") if log else s.layout.words
        for s in (other, first)
    )
    ask = "which of the two it is (outputs)" if log else "which of the two it is (axis)"
    return replace(
        likely,
        right=None,
        depends=f"right with {mine}; with {theirs} a mistake gives the same",
        hints=(f"Say {ask}, and it is settled.", *likely.hints),
    )


def _verdicts(claims: Mapping[str, Judged]) -> dict[str, Verdict]:
    """The verdict on each claim, and whether one follows from another."""
    verdicts: dict[str, Verdict] = {}
    for name, one in claims.items():
        verdict = _verdict(one)
        verdicts[name] = verdict
        if verdict.right is False:
            wrong = {q: claims[q].claim.got for q, v in verdicts.items() if v.right is False}
            more = carried(one.start.case, name, wrong, one.tolerance)
            verdicts[name] = replace(verdict, hints=(*more, *verdict.hints))
    return verdicts


def _verdict(one: Judged) -> Verdict:
    case, claim, expected = one.start.case, one.claim, one.expected
    quantity, got, tolerance, stands = claim.quantity, claim.got, one.tolerance, one.stands
    near = nearby(case, one.start.errors.fine(), 6 if case.z.size <= PAIRS_LIMIT else 1)
    found: list[Combination] = []
    if one.right is False:
        found = single(case, claim, near) if near else one.mistakes
        found = found or pairs(case, claim, near)
    if one.otherwise and not found and (verdict := _verdict(one.otherwise)).explanations:
        return verdict
    same_shape = got.shape == expected.shape
    part = None
    if one.right is False and same_shape:
        part = locate(case, claim, expected, tolerance, stands.words(got.ndim))
    alone = part if not found else None
    found = explain_part(case, claim, near, alone, expected, tolerance) if alone else found
    notes = (*one.told, *_notes(one))
    if one.right is False:
        line = (*stands.words(got.ndim), "row")[0]
        notes = (*one.told, *hints(case, quantity, got, expected, tolerance, line))
        if len(found) == MAX_EXPLANATIONS or (
            found and digits(claim, expected) < 2 * len(found[0])
        ):
            notes = ("More digits, or more rows, would tell whether this fits by chance.", *notes)
    asked = usual(one.start, quantity)

    def shown(x: Array) -> Array:
        return next((a.shown(x) for a in (stands, asked) if x.size == prod(a.split)), x)

    mine, theirs = shown(got).shape, shown(expected).shape
    shape = () if mine == theirs else (f"Your shape is {mine}; the right one is {theirs}.",)
    worst = _worst(got, expected) if same_shape else None
    return Verdict(
        quantity=quantity,
        right=one.right,
        got=shown(got),
        expected=shown(expected),
        tolerance=shown(tolerance),
        worst=None if worst is None else stands.index(worst, expected.shape),
        numeric=None if worst is None else measured(case, quantity, worst),
        explanations=tuple(
            Explanation(
                mistakes,
                shown(_values(case, quantity, mistakes, alone)),
                tuple(mistake.mended(case) for mistake in mistakes),
            )
            for mistakes in found
        ),
        hints=(*((stands.told,) if stands.told else ()), *notes, *shape),
        where=(*part.sentences, *(part.values if alone else ())) if part else (),
        alone=bool(alone and found),
        depends=one.depends,
    )


def _notes(one: Judged) -> tuple[str, ...]:
    """What the digits cannot tell."""
    claim, tolerance, is_right = one.claim, one.tolerance, one.right
    if is_right is None and one.depends:
        return ()
    if is_right is None:
        return ("The digits of the inputs leave this open: give them with more digits.",)
    if is_right and np.isinf(tolerance[np.isfinite(claim.got)]).any():
        return ("Entries where y was given as 0 cannot be judged: give y with more digits, or z.",)
    if is_right and claim.printed.any() and (np.abs(claim.got) <= claim.printed).all():
        return ("Every entry is zero to the digits given, which says little: print more digits.",)
    return ()


def _worst(got: Array, expected: Array) -> tuple[int, ...]:
    off = np.where(got == expected, 0.0, np.abs(got - expected))
    off = np.nan_to_num(off, nan=np.inf)
    return tuple(int(i) for i in np.unravel_index(int(off.argmax()), off.shape))


def _values(case: Case, quantity: str, mistakes: tuple[Mistake, ...], part: Part | None) -> Array:
    """What mistakes give, made in a part alone or in all."""
    wrong = backward(case, {m.step: m.wrong for m in mistakes}, quantity)
    return wrong if part is None else np.where(part.inside, wrong, right(case, quantity))
