"""All exercises of all kinds, levels and seeds: `python -m tests.core.practice.sweep [seeds]`.

The answer is right by fractions, wrong answers are apart, and each is diagnosed as what made it. Minutes of
CPU; the tests have a part of it. Prints how many there were, and each that is not so.
"""

import sys
import time
from collections import Counter

import numpy as np

from core.practice import KINDS, LEVELS, Exercise, exercise, judge
from core.practice.choices import FAR
from core.practice.wrong import answer, wrong_answers
from tests.core.practice.test_exercises import by_hand


def faults(e: Exercise) -> list[str]:
    """What is not as it should be."""
    if e.question:
        told = judge(e, {"formula": e.question.answer})
        return [] if told.right else [f"{e.question.answer} is not right"]
    if e.kind == "find":
        return _faults_of_choices(e)
    found = []
    by_fractions = np.array([float(v) for v in by_hand(e)])
    if e.kind == "signs":
        by_fractions = np.sign(by_fractions)
    right = answer(e)
    if np.abs(right - by_fractions).max() > 1e-12:
        found.append(f"answer {right}, by hand {by_fractions}")
    wrong = wrong_answers(e)
    values = [right, *(w.values for w in wrong)]
    close = [k for k, a in enumerate(values) if any(np.abs(a - b).max() < FAR for b in values[:k])]
    found += [f"{wrong[k - 1].mistakes[0].name} is close to another" for k in close]
    for w in wrong:
        texts = [("−0+"[int(v) + 1] if e.kind == "signs" else f"{v:.6f}") for v in w.values]
        told = judge(e, dict(zip(e.keys, texts, strict=True)))
        named = {x.name for v in told.found.verdicts.values() for x in v.explanations}
        if told.right or not named & {m.name for m in w.mistakes}:
            found.append(f"{w.mistakes[0].name} is told {sorted(named) or 'nothing'}")
    return found


def _faults_of_choices(e: Exercise) -> list[str]:
    values = [e.right("dL_dz"), *(e.wrong(m, "dL_dz") for m in e.choices)]
    close = any(np.abs(a - b).max() < FAR for k, a in enumerate(values) for b in values[:k])
    found = ["choices are close"] if close else []
    return found + ([] if len(e.choices) == 4 else [f"{len(e.choices)} choices"])


def content(e: Exercise) -> tuple[object, ...]:
    """Whatever its numbers depend on."""
    match e.kind:
        case "entry":
            return e.weights, e.i, e.j
        case "row":
            return e.weights, e.i
        case "product":
            return e.weights, e.g
        case "find":
            return e.weights, e.target, e.loss, frozenset(m.name for m in e.choices)
        case "formula":
            return (e.question,)
        case _:
            return e.weights, e.target, e.loss, e.h


def main() -> int:
    """Returns how many faults there were."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    known: dict[object, list[str]] = {}
    exercises: Counter[str] = Counter()
    told: Counter[str] = Counter()
    began = time.process_time()
    for kind in KINDS:
        for level in LEVELS:
            for seed in range(seeds):
                e = exercise.__wrapped__(kind, level, seed)
                numbers = (kind, *content(e))
                if numbers not in known:
                    known[numbers] = faults(e)
                    for text in known[numbers]:
                        print(f"{e.name}: {text}", flush=True)
                        told[kind] += 1
                exercises[kind] += 1
    for kind in KINDS:
        states = sum(numbers[0] == kind for numbers in known)  # type: ignore[index]
        print(f"{kind:8} {exercises[kind]:7} exercises  {states:6} states  {told[kind]:4} faults")
    print(f"{time.process_time() - began:.0f} s of CPU")
    return sum(told.values())


if __name__ == "__main__":
    raise SystemExit(min(main(), 1))
