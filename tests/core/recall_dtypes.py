"""Does the verdict name the mistake that was made, in the dtype that it was made in?

`python -m tests.core.recall_dtypes [cases [first seed]]` prints, for each dtype, how single mistakes,
pairs of them and right answers at random states end:

- named: the mistake, or the pair, is among the explanations.
- equal: it is not, but all that are give the same numbers, up to the dtype's round-off.
- right: so does the right answer, and the verdict says right, or leaves it open.
- open: the verdict is left open.
- missed: anything else. Of right answers it is an accusation.
"""

import sys
from collections import Counter
from dataclasses import replace

import numpy as np

from core.diagnosis.case import right
from core.diagnosis.dtypes import HALF
from core.diagnosis.mistakes import MISTAKES
from core.diagnosis.mistakes_loss import MISTAKES as OF_A_LOSS
from core.diagnosis.mistakes_settings import MISTAKES as SETTINGS
from core.diagnosis.steps import backward
from core.reading.record import DTYPES
from tests.core.recall import ask, quantities, random_case

ROUNDED = {
    "float64": lambda x: x,
    "float32": lambda x: x.astype(np.float32),
    "float16": lambda x: x.astype(np.float16),
    "bfloat16": HALF["bfloat16"],
    "printed": lambda x: np.array2string(x, precision=4, threshold=10**6),
}
"""What becomes of numbers that were computed in float64; the last is read as text."""


def _same(a, b, dtype):
    """Whether values are the same numbers in a dtype."""
    if a.shape != b.shape:
        a, b = np.squeeze(a), np.squeeze(b)
    if a.shape != b.shape:
        return False
    if np.nanmax(np.abs([a, b]), initial=0.0) < 1e-6:
        return True  # zeros, and what round-off leaves of them
    unit = 1e-4 if dtype == "printed" else 4 * max(DTYPES[dtype], 2.0**-40)
    with np.errstate(invalid="ignore"):
        size = np.nan_to_num(np.abs(b), posinf=0.0)
        near = np.abs(a - b) <= unit * np.maximum(size, size.max(initial=0) if unit > 1e-5 else 0)
    return bool((near | (a == b) | (np.isnan(a) & np.isnan(b))).all())


def _verdict(case, quantity, values, dtype):
    with np.errstate(over="ignore"):
        claimed = ROUNDED[dtype](values)
    stated = {"dtype": dtype} if dtype in DTYPES else {}
    return ask(case, quantity, claimed, **stated)


def _of_any_kind(random):
    """A case with any loss and any setting; one in four is saturated, with y down to 1e-60."""
    pool = [None, *OF_A_LOSS, *SETTINGS]
    case = random_case(random, pool[int(random.integers(len(pool)))])
    if case.raw is not None:
        return case
    return replace(case, z=(case.z * float(random.choice([0.2, 1.0, 3.0, 10.0]))).round(2))


def ending(count, dtype, seed):
    """How one random case with so many mistakes ended, and the case: none of it is a right answer."""
    random = np.random.default_rng([seed, count, list(ROUNDED).index(dtype)])
    first = MISTAKES[int(random.integers(len(MISTAKES)))] if count == 1 else None
    case = random_case(random, first) if count else _of_any_kind(random)
    known = first.quantities if first else ["dL_dy", "dL_dz", "dL_dW", "dL_db"]
    quantity = str(random.choice(quantities(case, known)))
    made = (first,) if first else ()
    if count == 2:
        usable = [
            m
            for m in MISTAKES
            if quantity in m.quantities and m.possible(case) and m.name != "transposed"
        ]
        made = tuple(usable[k] for k in random.choice(len(usable), 2, replace=False))
        if made[0].step == made[1].step:
            return ending(count, dtype, seed + 10**6)
    values = (
        backward(case, {m.step: m.wrong for m in made}, quantity) if made else right(case, quantity)
    )
    verdict = _verdict(case, quantity, values, dtype)
    return _end(case, quantity, values, dtype, made, verdict), (case, quantity, made, verdict)


def _end(case, quantity, values, dtype, made, verdict):
    names = {m.name for m in made}
    if not made:
        return "right" if verdict.right else "open" if verdict.right is None else "missed"
    if any({m.name for m in e.mistakes} == names for e in verdict.explanations):
        return "named"
    if verdict.explanations and all(_same(e.values, values, dtype) for e in verdict.explanations):
        return "equal"
    if verdict.right is not False and _same(right(case, quantity), values, dtype):
        return "right"
    return "open" if verdict.right is None else "missed"


def table(count, seeds):
    """Of each dtype how its cases ended."""
    return {dtype: Counter(ending(count, dtype, seed)[0] for seed in seeds) for dtype in ROUNDED}


def main(arguments):
    cases = int(arguments[0]) if arguments else 400
    seeds = range(*((first := int(arguments[1]) if len(arguments) > 1 else 0), first + cases))
    for count, name in enumerate(("right answers", "single mistakes", "pairs")):
        for dtype, counts in table(count, seeds).items():
            said = ", ".join(
                f"{end} {counts[end]}" for end in ("named", "equal", "right", "open", "missed")
            )
            print(f"{name:16} {dtype:9} {said}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
