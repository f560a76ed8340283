"""Is this gradient right, and if not, which mistake made it?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.backward import LOSSES, QUANTITIES, Case, Loss, Mistake, backward, magnitude, right
from core.hints import carried, hints
from core.inputs import Array
from core.losses import REDUCTIONS, Reduction, cross_entropy, one_hot, squared_error
from core.reading import MAX_NUMBERS, Reading, reading
from core.search import Claim, explain, within
from core.softmax import softmax

Given = Reading | ArrayLike
"""Numbers from people: an array, pasted text, or what `read_numbers` made of it."""
_ROUNDINGS = 16
"""Units of round-off that a correct program may be off by, and two more for each |z|/τ."""
_COARSE = 1e-3
"""An input printed more coarsely than this was typed, and is meant as it stands."""


@dataclass(frozen=True)
class Explanation:
    """Mistakes that, made together, reproduce the numbers."""

    mistakes: tuple[Mistake, ...]
    values: Array
    """What they give."""

    @property
    def name(self) -> str:
        return " + ".join(m.name for m in self.mistakes)


@dataclass(frozen=True)
class Verdict:
    """What `diagnose` found for one quantity; prints as a paragraph."""

    quantity: str
    right: bool | None
    """None where the digits cannot tell."""
    got: Array
    expected: Array
    tolerance: Array
    """expected's shape: how far from it a right answer may be, given its digits and the inputs'."""
    worst: tuple[int, ...] | None
    """Where got is furthest from expected; None where their shapes differ."""
    numeric: float | None
    """The derivative there, measured from the loss alone by a complex step; None for y."""
    explanations: tuple[Explanation, ...]
    """Single mistakes, or else pairs, the simplest first; all reproduce the numbers."""
    hints: tuple[str, ...]

    @property
    def difference(self) -> Array | None:
        """got − expected."""
        if self.got.shape != self.expected.shape:
            return None
        with np.errstate(invalid="ignore"):
            return np.asarray(self.got - self.expected)

    def __str__(self) -> str:
        name = NAMES[self.quantity]
        opening = {
            True: "right to the digits given",
            False: "not right",
            None: "not to be told from these digits",
        }[self.right]
        lines = [f"{name}: {opening}."]
        if self.worst is not None and self.right is not True:
            measured = "" if self.numeric is None else f", measured {self.numeric:.6g}"
            lines.append(
                f"  Worst entry, {place(self.worst, self.expected.ndim)}: yours "
                f"{self.got[self.worst]:.6g}, right {self.expected[self.worst]:.6g}{measured}."
            )
        for k, explanation in enumerate(self.explanations):
            lines.append(f"  {'Or' if k else 'Your numbers are what comes out when'}:")
            for mistake in explanation.mistakes:
                lines += [
                    f"  - {mistake.title} ({mistake.name})",
                    f"      {mistake.explanation}",
                    f"      Fix: {mistake.fix}",
                    f"      See: {mistake.see}",
                ]
        if self.right is False and not self.explanations:
            lines.append("  No mistake that is known here, nor two together, gives your numbers.")
        return "\n".join([*lines, *(f"  {hint}" for hint in self.hints)])


NAMES = {
    "y": "y",
    "J": "J",
    "dL_dy": "∂L/∂y",
    "dL_dz": "∂L/∂z",
    "dL_dW": "∂L/∂W",
    "dL_db": "∂L/∂b",
}
"""As the quantities are written for people."""


def place(index: tuple[int, ...], ndim: int) -> str:
    """An index for people, counted from 1."""
    words = {1: ("entry",), 2: ("row", "column")}.get(ndim, ("example", "row", "column"))
    return ", ".join(f"{word} {i + 1}" for word, i in zip(words, index, strict=True))


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found; prints as a report."""

    verdicts: Mapping[str, Verdict]
    """By quantity, in the order of a backward pass."""

    @property
    def right(self) -> bool:
        """Whether everything given is right."""
        return all(verdict.right is True for verdict in self.verdicts.values())

    def __str__(self) -> str:
        return "\n".join(str(verdict) for verdict in self.verdicts.values())


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
    case, lead, errors = _case(z, y, t, h, loss, reduction, batch_mean, temperature)
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


@dataclass(frozen=True)
class _Errors:
    """Half a unit in the last place of the inputs."""

    z: Array
    y: Array | None
    """In place of z's where y was given."""
    t: Array
    h: Array

    def fine(self) -> "_Errors":
        """Without those of inputs that were typed and are meant as they stand."""
        z, t, h = (np.where(e > _COARSE, 0.0, e) for e in (self.z, self.t, self.h))
        return _Errors(z, self.y, t, h)


def _case(
    z: Given | None,
    y: Given | None,
    t: Given | None,
    h: Given | None,
    loss: Loss,
    reduction: Reduction,
    batch_mean: bool,
    temperature: float,
) -> tuple[Case, tuple[int, ...], _Errors]:
    """The case, z's leading axes, and how exactly its inputs are known."""
    if loss not in LOSSES:
        raise ValueError(f"loss: expected one of {LOSSES}, got {loss!r}")
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction: expected one of {REDUCTIONS}, got {reduction!r}")
    tau = inputs.temperature(temperature)
    if tau.ndim:
        raise ValueError(f"temperature: expected one number, got shape {tau.shape}")
    name, source = ("z", z) if z is not None else ("y", y)
    if source is None:
        raise ValueError("expected logits z, or outputs y, got neither")
    base = reading(name, source)
    if base.values.ndim not in (1, 2) or not 1 <= base.values.size <= MAX_NUMBERS:
        raise ValueError(
            f"{name}: expected shape (n,) or (m, n) with 1 to {MAX_NUMBERS} numbers, got shape {base.values.shape}"
        )
    lead, n = base.values.shape[:-1], base.values.shape[-1]
    values, error = base.values.reshape(-1, n), base.tolerance.reshape(-1, n)
    m = len(values)
    logits = inputs.logits(values if name == "z" else _logits_of(values, error, float(tau)))

    target, target_error = (None, np.zeros(())) if t is None else _target(t, m, n)
    layer, layer_error = None, np.zeros(())
    if h is not None:
        read = reading("h", h)
        shape = (m, read.values.size) if not lead and read.values.ndim == 1 else read.values.shape
        shape = (m, 1) if shape == (m,) else shape
        if len(shape) != 2 or shape[0] != m or not np.isfinite(read.values).all():
            raise ValueError(
                f"h: expected finite numbers of shape ({m}, k), got shape {read.values.shape}"
            )
        layer, layer_error = read.values.reshape(shape), read.tolerance.reshape(shape)
    with np.errstate(all="ignore"):
        shifted = np.exp((logits - logits.max()) / tau)
        across = np.exp((logits - logits.max(axis=0)) / tau)
        case = Case(
            z=logits,
            t=target,
            h=layer,
            loss=loss,
            reduction=reduction,
            batch_mean=bool(batch_mean),
            temperature=float(tau),
            rows=m,
            across=across / across.sum(axis=0),
            whole=shifted / shifted.sum(),
            z_known=name == "z",
        )
    if name == "z":
        return case, lead, _Errors(error, None, target_error, layer_error)
    error = error + values * np.abs(values.sum(axis=-1, keepdims=True) - 1)  # y is made to sum to 1
    return case, lead, _Errors(np.zeros(()), error, target_error, layer_error)


def _logits_of(y: Array, error: Array, tau: float) -> Array:
    """z = τ log y, up to a constant; −inf for y = 0."""
    off = np.abs(y.sum(axis=-1) - 1)
    if not (y >= 0).all() or not (off <= error.sum(axis=-1) + 1e-4).all():
        raise ValueError(
            f"y: expected outputs of softmax, ≥ 0 and summing to 1, got a row that sums to "
            f"{y.sum(axis=-1)[np.nan_to_num(off, nan=np.inf).argmax()]:.6g}"
        )
    with np.errstate(divide="ignore"):
        return np.asarray(tau * np.log(y))


def _target(t: Given, m: int, n: int) -> tuple[Array, Array]:
    """A target (m, n), and how exactly it is known."""
    read = reading("target", t)
    values, shape = read.values, read.values.shape
    if shape in ((), (1,), (m,), (m, 1)) and shape not in ((m, n), (n,))[: 2 if m == 1 else 1]:
        labels = values.astype(int) if np.isfinite(values).all() else np.full(shape, -1)
        if (labels != values).any() or (labels < 0).any() or (labels >= n).any():
            raise ValueError(f"target: expected classes from 0 to {n - 1}, got {values.tolist()}")
        return np.broadcast_to(one_hot(labels.reshape(-1), n), (m, n)), np.zeros(())
    if shape not in ((n,), (1, n), (m, n)):
        raise ValueError(
            f"target: expected a class for each of {m} rows, or shape ({m}, {n}), got shape {shape}"
        )
    target = np.broadcast_to(inputs.target(values, n), (m, n))
    return target, np.broadcast_to(read.tolerance, (m, n))


def _slack(case: Case, quantity: str, errors: _Errors) -> Array:
    """The most that rounding of the inputs can do to the right value."""
    if not any(e is not None and np.any(e) for e in (errors.z, errors.y, errors.t, errors.h)):
        return np.zeros(())
    if errors.y is None:
        z = np.expm1(
            2
            * np.broadcast_to(errors.z, case.z.shape).max(axis=-1, keepdims=True)
            / case.temperature
        )
        dy = softmax(case.z, case.temperature) * z
    else:
        dy = errors.y
    with np.errstate(invalid="ignore"):
        slack = magnitude(case, quantity, dy, errors.t, errors.h) - magnitude(case, quantity)
    return np.where(np.isnan(slack), np.inf, slack)


def _verdict(
    case: Case, lead: tuple[int, ...], errors: _Errors, quantity: str, read: Reading
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
        _slack(case, quantity, fine),
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
        coarse = tolerance + _slack(case, quantity, errors)
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


def measured(case: Case, quantity: str, index: tuple[int, ...]) -> float | None:
    """An entry of a derivative from the values of the function alone: Im f(x + iε)/ε.

    For ∂L/∂W and ∂L/∂b it is z that moves, by the input of the layer.
    """
    if quantity == "y":
        return None
    step, tau = 1e-30, case.temperature
    mean = case.batch_mean
    if quantity == "J":
        row, i, j = index
        z = case.z[row] + 1j * step * np.eye(case.z.shape[-1])[j]
        return float(softmax(z, tau)[i].imag / step)
    assert case.t is not None
    if quantity == "dL_dy":
        row, j = index
        y, t = softmax(case.z[row], tau).astype(complex), case.t[row]
        y[j] += 1j * step
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = -np.where(t > 0, t * np.log(y), 0).sum()
        L = logs if case.loss == "CE" else squared_error(y, t, case.reduction)
        return float(np.asarray(L).imag / step / (case.rows if mean else 1))
    direction = np.zeros(case.z.shape)
    if quantity == "dL_dz":
        direction[index] = 1
    elif quantity == "dL_dW":
        assert case.h is not None
        direction[:, index[1]] = case.h[:, index[0]]
    else:
        direction[:, index[0]] = 1
    rows = np.flatnonzero(direction.any(axis=1))
    z, t = case.z[rows] + 1j * step * direction[rows], case.t[rows]
    if case.loss == "CE":
        L = cross_entropy(z, t, tau)
    else:
        L = squared_error(softmax(z, tau), t, case.reduction)
    return float(L.sum().imag / step / (case.rows if mean else 1))
