"""Are right numbers accused, or wrong ones let pass, in some layout? `python -m tests.core.layouts_fuzz [cases]` prints it.

Random cases of `tests.core.recall` are laid out as people have them, right and with one random mistake.
"""

import sys
from collections import Counter

import numpy as np

from core import MISTAKES, diagnose
from core.diagnosis.case import right
from core.diagnosis.steps import backward
from tests.core.recall import printed, quantities, random_case

LAYOUTS = ("rows", "columns", "last", "axis 1", "column")


def laid(x, lead, layout):
    """Rows (m, n) as a layout has them."""
    if layout in ("columns", "column"):
        return x.T
    if layout in ("last", "axis 1"):
        return np.moveaxis(x.reshape(*lead, -1), -1, -1 if layout == "last" else 1)
    return x


def one(seed):
    """What became of a right and a wrong claim: (layout, wrong?, verdict, report)."""
    random = np.random.default_rng(seed)
    layout = str(random.choice(LAYOUTS))
    mistake = MISTAKES[int(random.integers(len(MISTAKES)))] if seed % 2 else None
    case = random_case(random, mistake, rows=1 if layout == "column" and not mistake else None)
    m = len(case.z)
    if layout == "column" and m > 1:
        layout = "columns"
    lead = (2, m // 2) if m % 2 == 0 else (1, m)
    known = [q for q in quantities(case) if q != "J"]
    known = [q for q in known if mistake is None or q in mistake.quantities]
    if not known:
        return None
    q = str(random.choice(known))
    value = right(case, q)
    wrong = backward(case, {mistake.step: mistake.wrong}, q) if mistake else value
    if mistake and (wrong.shape != value.shape or np.allclose(wrong, value, 1e-3, equal_nan=True)):
        return None
    claim = laid(wrong, lead, layout) if q in ("y", "dL_dy", "dL_dz") else wrong
    if q == "dL_dW" and random.random() < 0.5:
        claim = claim.T
    t = case.t
    if t is not None:
        hard = (t.max(axis=-1) == 1).all()
        labels = t.argmax(axis=-1)
        t = labels if hard and random.random() < 0.5 else laid(t, lead, layout)
        if t.ndim == 1 and layout in ("last", "axis 1"):
            t = t.reshape(lead)
    h = case.h.T if layout in ("columns", "column") else case.h
    claims = {q: claim if random.random() < 0.5 else printed(claim, 8, random)}
    if case.g is not None:
        claims["dL_dy"] = laid(case.g, lead, layout)
    found = diagnose(
        laid(case.z, lead, layout),
        t,
        h=h,
        loss=case.loss,
        reduction=case.reduction,
        batch_mean=case.batch_mean,
        temperature=case.temperature,
        outputs="log_softmax" if case.log else "softmax",
        **claims,
    )
    return layout, mistake and mistake.name, found.verdicts[q].right, str(found)


if __name__ == "__main__":
    count, shown = Counter(), 0
    for seed in range(int(sys.argv[1]) if len(sys.argv) > 1 else 2000):
        found = one(seed)
        if found is None:
            continue
        layout, mistake, verdict, report = found
        count[layout, "wrong" if mistake else "right", verdict] += 1
        if verdict is (mistake is not None) and shown < 12:
            shown += 1
            print(f"seed {seed}, {layout}, {mistake}:\n{report}\n")
    for key, total in sorted(count.items(), key=str):
        print(*key, total)
