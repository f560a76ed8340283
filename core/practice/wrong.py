"""The wrong answers that known mistakes give, as far as they can be told apart."""

from dataclasses import dataclass

import numpy as np

from core.diagnosis.mistakes import MISTAKES
from core.diagnosis.steps import Mistake
from core.inputs import Array
from core.practice.choices import FAR
from core.practice.exercise import Exercise

_SAME = 1e-9


@dataclass(frozen=True)
class WrongAnswer:
    """An answer of numbers that is wrong in a known way."""

    mistakes: tuple[Mistake, ...]
    """All that give it here, everyday ones first."""
    values: Array
    """(k,) as `Exercise.keys` has them"""


def answer(e: Exercise) -> Array:
    """(k,) the right numbers, or signs, in the order of `Exercise.keys`."""
    return np.concatenate([e.part(e.right(q)).ravel() for q in e.asked])


def wrong_answers(e: Exercise) -> tuple[WrongAnswer, ...]:
    """Of an exercise whose answer is numbers or signs: each differs from all others by `FAR` at least.

    That is ten times the half unit of the decimals in which numbers are shown.
    """
    right = answer(e)
    found: list[WrongAnswer] = []
    for m in MISTAKES:
        values = _made(e, m)
        if values is None or values.shape != right.shape or not np.isfinite(values).all():
            continue
        far = [float(np.abs(values - one.values).max()) for one in found]
        if far and min(far) <= _SAME:
            k = far.index(min(far))
            found[k] = WrongAnswer((*found[k].mistakes, m), found[k].values)
        elif min([*far, float(np.abs(values - right).max())]) >= FAR:
            found.append(WrongAnswer((m,), values))
    return tuple(found)


def _made(e: Exercise, m: Mistake) -> Array | None:
    """What an answer with the mistake is; nothing where it cannot be made, or not be seen."""
    if not m.possible(e.case) or not set(m.quantities) & set(e.asked):
        return None
    parts = []
    for q in e.asked:
        values = e.wrong(m, q) if q in m.quantities else e.right(q)
        if values.shape != e.right(q).shape:
            return None
        parts.append(e.part(values).ravel())
    return np.concatenate(parts)
