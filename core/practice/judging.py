"""What a locked answer was found to be: right, or which mistake it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.diagnosis.mistakes import MISTAKES
from core.diagnosis.verdict import Diagnosis, Explanation, Verdict
from core.inputs import Array
from core.practice.exercise import SIGNS, Exercise
from core.practice.formula import missing, pattern, tried, undefined
from core.practice.hints import hint
from core.reading import read_numbers
from core.reading.entry import read_entry

_MOST_NAMED = 3
_COARSE = 0.005
"""An answer says at least so much: half a unit of the second decimal."""


@dataclass(frozen=True)
class Judgement:
    """What a locked answer was found to be."""

    right: bool
    hint: str
    """Where to look, without the name of the mistake; empty where the answer is right."""
    found: Diagnosis
    """Which mistakes give these numbers, beside the right ones."""


def judge(e: Exercise, entries: Mapping[str, str]) -> Judgement:
    """What answers, by their keys, are.

    Raises
    ------
    ReadingError : for an entry that is no number
    FormulaError : for a formula that cannot be read
    """
    match e.kind:
        case "find":
            found = e.diagnosed({"dL_dz": e.wrong(e.made, "dL_dz")})
            return _judged(e, found, entries["mistake"] == e.made.title)
        case "signs":
            got = np.array([SIGNS[entries[key]] for key in e.keys], dtype=float)
            return _partial(e, "dL_dz", got, np.full(got.shape, 0.5))
        case "formula":
            values = tried(e, entries["formula"])
            is_right = all(one.right.all() for one in values)
            judged = _judged(e, missing(values), is_right)
            told = "" if is_right else undefined(values) or pattern(values)
            return replace(judged, hint=told) if told else judged
        case "entry" | "row":
            texts = (read_entry(entries[key]) for key in e.keys)
            read = read_numbers(f"[{' '.join(texts)}]")
            return _partial(e, "J", read.values, read.tolerance + 1e-9)
        case _:
            found = e.diagnosed(_claims(e, entries))
            return _judged(e, found, all(v.right is True for v in found.verdicts.values()))


def coarse(e: Exercise, key: str, text: str) -> bool:
    """Whether an entry is right only as so few digits are: 0.2 for 1/6, which is so for 1/4 too.

    Raises
    ------
    ReadingError : for an entry that is no number
    """
    expected = np.concatenate([e.part(e.right(q)).ravel() for q in e.asked])
    read = read_numbers(f"[{read_entry(text)}]")
    off = abs(float(read.values[0]) - float(expected[e.keys.index(key)]))
    return _COARSE < off <= float(read.tolerance[0])


def _claims(e: Exercise, entries: Mapping[str, str]) -> dict[str, str]:
    """The entries of each quantity as the text of an array."""
    texts = {key: read_entry(entries[key]) for key in e.keys}
    claims = {}
    for q, shape in e.shapes.items():
        cells = [text for key, text in texts.items() if key.startswith(f"{q}:")]
        across = shape[-1]
        claims[q] = "\n".join(" ".join(cells[k : k + across]) for k in range(0, len(cells), across))
    return claims


def _judged(e: Exercise, found: Diagnosis, is_right: bool) -> Judgement:
    return Judgement(is_right, "" if is_right else hint(e.kind, found), found)


def _partial(e: Exercise, quantity: str, got: Array, tolerance: Array) -> Judgement:
    """Where a part of a quantity is asked: the mistakes that give it, none where it is right."""
    expected = e.part(e.right(quantity))
    difference = np.abs(got - expected)
    is_right = bool((difference <= tolerance).all())
    explanations: list[Explanation] = []
    for m in () if is_right else MISTAKES:
        if quantity not in m.quantities or not m.possible(e.case):
            continue
        values = e.wrong(m, quantity)
        if values.shape != e.right(quantity).shape:
            continue
        values = e.part(values)
        if (np.abs(got - values) <= tolerance).all():
            explanations.append(Explanation((m,), values, (m.mended(e.case),)))
    verdict = Verdict(
        quantity,
        is_right,
        got,
        expected,
        tolerance,
        (int(difference.argmax()),),
        None,
        tuple(explanations[:_MOST_NAMED]),
        (),
    )
    whole = e.diagnosed({quantity: e.right(quantity)})
    return _judged(e, replace(whole, verdicts={quantity: verdict}), is_right)
