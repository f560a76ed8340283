"""What people give as the start of their backward pass, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from core import inputs
from core.diagnosis.case import Case, right
from core.diagnosis.layout import Layout, layer_inputs, long
from core.diagnosis.settings import IGNORED, Settings, Target, target_of
from core.diagnosis.sizes import Off, added
from core.inputs import Array
from core.losses import LOSSES, REDUCTIONS, Loss, Reduction, one_hot
from core.reading import MAX_NUMBERS, Reading, reading

Given = Reading | ArrayLike
"""Numbers from people: an array, pasted text, or what `read_numbers` made of it."""
_PLAIN = Settings()
_ROUNDINGS = 20
"""As many are tried at random."""
_COARSE = 1e-3
"""An input printed more coarsely than this was typed, and is meant as it stands."""


def coarse(error: Array) -> bool:
    """Whether some of an input may have been typed."""
    return bool((error > _COARSE).any())


def fine(error: Array) -> Array:
    """An input's errors, without those of what was typed."""
    return np.where(error > _COARSE, 0.0, error)


@dataclass(frozen=True)
class Errors:
    """Half a unit in the last place of the inputs."""

    z: Array
    y: Array | None
    """In place of z's where y was given."""
    t: Array
    h: Array
    g: Array
    unsummed: float = 0.0
    """The most that a row of y as it was given is off from 1."""

    def any(self) -> bool:
        return any(e is not None and e.any() for e in (self.z, self.y, self.t, self.h, self.g))

    def coarse(self) -> bool:
        """Whether there are inputs that may have been typed, or rounded; there is no telling."""
        return any(map(coarse, (self.z, self.t, self.h, self.g)))

    def fine(self) -> "Errors":
        """Without those of inputs that were typed and are meant as they stand."""
        z, t, h, g = map(fine, (self.z, self.t, self.h, self.g))
        return Errors(z, self.y, t, h, g, self.unsummed)


def read_all(given: Mapping[str, Given | None]) -> dict[str, Reading]:
    """What was given, read: text once, and a reading as it is."""
    return {
        name: reading("target" if name == "t" else name, value)
        for name, value in given.items()
        if value is not None
    }


def read_case(
    readings: Mapping[str, Reading],
    layout: Layout,
    loss: Loss = "CE",
    reduction: Reduction = "mean",
    batch_mean: bool = False,
    temperature: float = 1.0,
    log: bool = False,
    settings: Settings = _PLAIN,
) -> tuple[Case, Errors]:
    """The case, and how exactly its inputs are known.

    Parameters
    ----------
    readings : of z, or else y; of t and h, where they are known; and of g, where it takes the place of t
    layout : of z, or else y

    Raises
    ------
    ValueError
        For options that are not known, or shapes and numbers that make no case.
    """
    if loss not in LOSSES:
        raise ValueError(f"loss: expected one of {LOSSES}, got {loss!r}")
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction: expected one of {REDUCTIONS}, got {reduction!r}")
    tau = inputs.temperature(temperature)
    if tau.ndim:
        raise ValueError(f"temperature: expected one number, got shape {tau.shape}")
    name = base_of(readings)
    base = readings[name]
    t, h, upstream = (readings.get(other) for other in ("t", "h", "g"))
    m, n = layout.rows, layout.classes
    values, error = (layout.own.taken(x).reshape(m, n) for x in (base.values, base.tolerance))
    if name == "y" and log:
        values, error = np.exp(values), np.exp(values) * error
    logits = inputs.logits(values if name == "z" else _logits_of(values, error, float(tau)))
    _check_options(settings, name, loss)
    cap = settings.softcap
    told, target_error = None, np.zeros(())
    if t is not None:
        told, target_error = _target(t, layout, settings, linear=loss == "CE")
    if told is not None and batch_mean and not told.counted > 0:
        raise ValueError(
            f"target: expected rows that count for the mean, got a sum of weights of {told.counted:g}"
        )
    layer, layer_error = (None, np.zeros(())) if h is None else _layer_input(h, layout)
    g, g_error = (None, np.zeros(())) if upstream is None else _upstream(upstream, layout)
    case = Case(
        z=logits if cap is None else np.asarray(cap * np.tanh(logits / cap)),
        raw=None if cap is None else logits,
        cap=np.inf if cap is None else cap,
        gamma=settings.gamma,
        z_loss=settings.z_loss,
        t=None if told is None else told.t,
        h=layer,
        g=g,
        loss="focal" if settings.gamma else loss,
        reduction=reduction,
        batch_mean=bool(batch_mean),
        temperature=float(tau),
        lead=layout.lead or (1,),
        z_known=name == "z",
        log=log,
        told=told,
        loss_weight=settings.loss_weight,
    )
    if settings.z_loss and not np.isfinite(case.lse).all():
        raise ValueError(
            "z_loss: expected logits of which log Σ exp(z/τ) is finite, got ones beyond float64’s range"
        )
    if name == "z":
        return case, Errors(_typed(values, error), None, target_error, layer_error, g_error)
    off = np.abs(values.sum(axis=-1, keepdims=True) - 1)
    error = error + values * off  # y is made to sum to 1
    return case, Errors(
        np.zeros(()), error, target_error, layer_error, g_error, float(off.max(initial=0))
    )


def _check_options(settings: Settings, base: str, loss: Loss) -> None:
    """Raise ValueError for an option that does not go with what is given, or with the loss."""
    for option in ("z_loss", "softcap"):
        if base != "z" and getattr(settings, option):
            raise ValueError(
                f"{option}: expected logits z with it, as y leaves a constant in them open"
            )
    if settings.gamma and loss != "CE":
        raise ValueError(f"gamma: expected loss 'CE' with it, got {loss!r}")


def _typed(z: Array, error: Array) -> Array:
    """How exactly logits are known: 2 beside 0.1 was typed, and is not 2.4."""
    fractions = error[np.isfinite(z) & (z != np.round(z))]
    return np.minimum(error, fractions.max()) if fractions.size else error


def base_of(readings: Mapping[str, Reading]) -> str:
    """What the case starts from: z or else y, which must hold numbers in one axis at least.

    Raises ValueError where there is neither, or it is of no shape that is understood.
    """
    name = "z" if "z" in readings else "y"
    if name not in readings:
        raise ValueError("expected logits z, or outputs y, got neither")
    shape, size = readings[name].values.shape, readings[name].values.size
    if not shape or not 1 <= size <= MAX_NUMBERS:
        raise ValueError(
            f"{name}: expected shape (n,), (m, n) or (…, n) with 1 to {MAX_NUMBERS} numbers, got shape {shape}"
        )
    return name


def _layer_input(h: Reading, layout: Layout) -> tuple[Array, Array]:
    """h (m, k), and how exactly it is known."""
    m, stands = layout.rows, layer_inputs(layout, h.values.shape)
    if not stands or not np.isfinite(h.values).all():
        raise ValueError(
            f"h: expected finite numbers of shape ({m}, k), got shape {h.values.shape}"
        )
    return stands[0].taken(h.values), stands[0].taken(h.tolerance)


def _upstream(g: Reading, layout: Layout) -> tuple[Array, Array]:
    """g (m, n), and how exactly it is known."""
    shape = g.values.shape
    stands = next(iter(layout.stands("dL_dy", shape)), None)
    if stands is None or not np.isfinite(g.values).all():
        raise ValueError(f"dL_dy: expected finite numbers of shape {layout.shape}, got {shape}")
    m, n = layout.rows, layout.classes
    return stands.taken(g.values).reshape(m, n), stands.taken(g.tolerance).reshape(m, n)


def _logits_of(y: Array, error: Array, tau: float) -> Array:
    """z = τ log y, up to a constant; −inf for y = 0."""
    off = np.abs(y.sum(axis=-1) - 1)
    if not (y >= 0).all() or not (off <= error.sum(axis=-1) + 1e-4).all():
        raise ValueError(
            f"y: expected outputs of softmax, ≥ 0 and summing to 1, got a row that sums to "
            f"{y.sum(axis=-1)[np.nan_to_num(off, nan=np.inf).argmax()]:.6g}"
        )
    return np.asarray(tau * np.log(y))


def marked(t: Reading, base: Reading, settings: Settings) -> Reading:
    """A target whose ignored labels are −100, whatever marks them."""
    if settings.ignore_index == IGNORED or t.values.size == base.values.size > 1:
        return t
    values = np.where(t.values == settings.ignore_index, float(IGNORED), t.values)
    return replace(t, values=values)


def check_labels(t: Reading, layout: Layout) -> None:
    """Raise ValueError for a label below 0 that marks nothing."""
    stands = next(iter(layout.stands("t", t.values.shape)), None)
    if layout.labels(t) and stands is None and ((t.values < 0) & (t.values != IGNORED)).any():
        raise _no_class(t, layout.classes)


def _no_class(t: Reading, n: int) -> ValueError:
    return ValueError(
        f"target: expected classes from 0 to {n - 1}, or {IGNORED} for a row that is ignored, got "
        f"{t.values.tolist()}"
    )


def _target(
    t: Reading, layout: Layout, settings: Settings, *, linear: bool
) -> tuple[Target, Array]:
    """A target (m, n), what it is made of, and how exactly it is known."""
    m, n, shape = layout.rows, layout.classes, t.values.shape
    stands = next(iter(layout.stands("t", shape)), None)
    if layout.labels(t) and (stands is None or long(shape) != long((m, n))):
        labels = np.broadcast_to(t.values.astype(int).reshape(-1), (m,))
        ignored = labels == IGNORED
        if ((labels >= 0) | ignored).all():
            plain = np.where(ignored[:, None], 0.0, one_hot(np.where(ignored, 0, labels), n))
            return target_of(plain, ignored, True, settings, linear=linear), np.zeros(())
    if stands is None and long(shape) == [n]:
        values, error = (np.broadcast_to(x.reshape(n), (m, n)) for x in (t.values, t.tolerance))
    elif stands is None and long(shape) in ([], [m], long(layout.lead)):
        raise _no_class(t, n)
    elif stands is None:
        raise ValueError(
            f"target: expected a class for each of {m} rows, or shape ({m}, {n}), got shape {shape}"
        )
    else:
        values, error = (stands.taken(x).reshape(m, n) for x in (t.values, t.tolerance))
    if not np.isfinite(values).all():
        raise ValueError("target: expected finite numbers, got nan or inf")
    return target_of(values, np.zeros(m, bool), False, settings, linear=linear), error


def slack(case: Case, quantity: str, errors: Errors) -> Array:
    """The most that rounding of the inputs can do to the right value."""
    if not errors.any():
        return np.zeros(())
    off = Off(y=0.0 if errors.y is None else errors.y, t=errors.t, h=errors.h, g=errors.g)
    if errors.y is None:  # zᵢ up, and all others down, by as much
        dz = np.broadcast_to(errors.z, case.z.shape).max(axis=-1, keepdims=True)
        of_lse = dz / case.temperature
        off = replace(off, y=case.y * case.soft.complement * np.expm1(2 * of_lse), lse=of_lse)
        if case.raw is not None:
            off = replace(off, slope=case.slope * np.expm1(2 * dz / case.cap))
    slack = added(case, quantity, off)
    return np.where(np.isnan(slack), np.inf, slack)


def nearby(case: Case, errors: Errors, count: int) -> list[Case]:
    """The case with its inputs rounded otherwise, at random; none if they are exact.

    By half a unit in the mean square: not by just that each, as then two numbers of which the
    difference counts would every other time move together.
    """
    random = np.random.default_rng(0)

    def moved(x: Array, error: Array) -> Array:
        return np.asarray(x + error * random.uniform(-(3**0.5), 3**0.5, x.shape))

    def one() -> Case:
        z = moved(case.logits, errors.z)
        if errors.y is not None:
            z = _log(moved(case.y, errors.y), case.temperature)
        t = None if case.t is None else moved(case.t, errors.t)
        h = None if case.h is None else moved(case.h, errors.h)
        g = None if case.g is None else moved(case.g, errors.g)
        return replace(case.at(z), t=t, h=h, g=g)

    return [one() for _ in range(count)] if errors.any() else []


def drift(case: Case, quantity: str, errors: Errors) -> Array:
    """What rounding of the inputs would do to the right value, as a few random roundings tell.

    No more than `slack`, which is a bound, and so fit to tell a rounded input from one that was
    meant. What is rounded is off by half a unit at most, and 0.6 of that in the mean square:
    three times what half a unit does is five times that, and of thousands of entries none is beyond.
    """
    expected = right(case, quantity)
    squares = [
        (right(other, quantity) - expected) ** 2 for other in nearby(case, errors, _ROUNDINGS)
    ]
    if not squares:
        return np.zeros(())
    several = 3 * np.sqrt(np.mean(squares, axis=0))
    return np.asarray(np.minimum(several, slack(case, quantity, errors)))


def _log(y: Array, tau: float) -> Array:
    return np.asarray(tau * np.log(np.maximum(y, np.finfo(float).tiny)))
