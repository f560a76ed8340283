"""Is the mistake named that only some rows have?

`python -m tests.core.recall_of_parts [cases]` prints how they ended, and those that were missed.

For each mistake at ∂L/∂z random cases are drawn and a part of the rows: a last tile that is not full,
those of one class, every fourth, a single one. The part has the mistake, the rest is right; all is
printed with six decimals. The endings are those of `tests.core.recall`.
"""

import sys
import time
from collections import Counter

import numpy as np

from core.diagnosis.check import diagnose
from core.diagnosis.mistakes import MISTAKES
from core.diagnosis.steps import backward
from core.losses import one_hot, smooth
from core.softmax import softmax
from tests.core.recall import gives

KINDS = ("tail", "class", "fourth", "row")


def parts(rows, labels):
    """(rows,) bool, by what they are."""
    at = np.arange(rows)
    return {
        "tail": at >= (rows - 1) // 16 * 16,
        "class": labels == labels[0],
        "fourth": at % 4 == 1,
        "row": at == rows // 2,
    }


def one(mistake, seed):
    """How one random case ended, and the verdict; None where the mistake cannot be made."""
    random = np.random.default_rng([seed, MISTAKES.index(mistake)])
    m, n = int(random.integers(17, 90)), int(random.integers(3, 12))
    z, labels = random.normal(0, 2, (m, n)).round(2), random.integers(n, size=m)
    t = one_hot(labels, n)
    options = {
        "loss": str(random.choice(["CE", "MSE"])),
        "batch_mean": bool(random.integers(2)),
        "temperature": float(random.choice([1.0, 2.0])),
    }
    t = smooth(t, 0.1) if random.random() < 0.3 else t
    case = diagnose(z, t, y=softmax(z, options["temperature"]), **options).case
    if not mistake.applies(case):
        return None
    part = parts(m, labels)[KINDS[seed % len(KINDS)]]
    got = backward(case, {}, "dL_dz").copy()
    got[part] = backward(case, {mistake.step: mistake.wrong}, "dL_dz")[part]
    text = np.array2string(got, precision=6, threshold=10**6, floatmode="fixed")
    verdict = diagnose(z, t, dL_dz=text, **options).verdicts["dL_dz"]
    if verdict.right:
        return "right", verdict
    if mistake.name in [e.name for e in verdict.explanations]:
        return "named", verdict
    equal = [gives(e.values, verdict.got, verdict.tolerance) for e in verdict.explanations]
    return "equal" if equal and all(equal) else "missed", verdict


def run(cases):
    """Counts of the endings, and the mistakes that were missed with what was said in their place."""
    endings, missed = Counter(), []
    for mistake in MISTAKES:
        if "dL_dz" not in mistake.quantities or mistake.name == "transposed":
            continue
        for seed in cases:
            if (found := one(mistake, seed)) is None:
                continue
            endings[found[0]] += 1
            if found[0] == "missed":
                missed.append((mistake.name, seed, found[1].where))
    return endings, missed


if __name__ == "__main__":
    start = time.process_time()
    endings, missed = run(range(int(sys.argv[1]) if len(sys.argv) > 1 else 12))
    print(dict(endings), *missed, sep="\n")
    print(f"{time.process_time() - start:.0f} s of CPU")
