"""Nothing but verdicts and clear refusals: pastes of every form, changed at random, to `diagnose`.

`python -m tests.core.fuzz_pastes [pastes [seed]]` prints how they ended, and the slowest one.

A paste is what a library prints of a gradient, or of z or the target, with some of these done to it:
characters left out, doubled, swapped or put in, a part cut out or repeated, two printouts joined,
numbers made huge or nan, a decimal comma for each point, blanks for line ends. Anything else than a
`Diagnosis` or a `ValueError` that says what was expected and got is a fault, and is shown.
"""

import sys
import time
import warnings
from collections import Counter

import numpy as np

from core.diagnosis.check import diagnose
from core.losses import one_hot
from core.softmax import softmax
from tests.core.printers import PRINTERS, axes

ALPHABET = "0123456789.,;:eE+-−–[](){}<>|&\\'\"#%$^_*/=~ \n\t\r\0\ufeff½∞x×jnaif…⋮é漢🎲٣"
WORDS = (
    *("nan", "inf", "-Infinity", "...", "1e999", "1e-999", "None", "True", "tensor(", "array(["),
    *("\\begin{pmatrix}", "\\end{pmatrix}", "dtype=bfloat16", "shape=(2, 3)", ">>> ", "#", "//"),
    *(
        "Columns 1 through 4\n",
        "1.0e-03 *\n",
        "[1] ",
        "g[0] = ",
        "np.float64(",
        "%",
        "×10^-3",
        "^T",
    ),
    *("'", '"', "\n\n", "0" * 40, "[" * 9, "- ", "i=0 ", "and ", "layout=torch.sparse_coo"),
)
CLEAR = ("expected", "leaves numbers out", "unexpected end of a bracket")
LONGEST = 700


def paste(random):
    """Arguments of `diagnose`: a case with one of its texts damaged."""
    m, n = int(random.integers(1, 6)), int(random.integers(1, 6))
    z = random.normal(0, 2, (m, n)).round(2)
    t = random.integers(n, size=m)
    arrays = {"z": z, "t": one_hot(t, n), "dL_dz": softmax(z) - one_hot(t, n)}
    name = str(random.choice(["dL_dz", "dL_dz", "dL_dz", "z", "t"]))
    text = mutated(printed(arrays[name], random), random)
    if random.random() < 0.1:
        text += printed(arrays[name], random)
    return {"z": z, "t": t, "dL_dz": arrays["dL_dz"], name: text}, name


def printed(array, random):
    """By a library at random."""
    name = str(random.choice(list(PRINTERS)))
    return PRINTERS[name](array if axes(name) > 1 else array.ravel())


def mutated(text, random):
    """With one to four things done to it."""
    for _ in range(random.choice([1, 1, 1, 2, 3, 4])):
        at, to = sorted(int(k) for k in random.integers(len(text) + 1, size=2))
        match random.integers(10):
            case 0:
                text = text[:at] + text[at + 1 :]
            case 1:
                text = text[:at] + str(random.choice(list(ALPHABET))) + text[at:]
            case 2:
                text = text[:at] + str(random.choice(WORDS)) + text[at:]
            case 3:
                text = text[:at] + text[to:]
            case 4:
                text = text[:at] + text[at:to] * 2 + text[to:]
            case 5:
                text = text[:to] + text[at:at:-1] + text[to:]
            case 6:
                text = text.replace(".", ",")
            case 7:
                text = text.replace("\n", str(random.choice([" ", "\r\n", "\n\n", ";"])))
            case 8:
                text = text.replace(" ", str(random.choice(["\t", "", "  ", "\u00a0"])))
            case _:
                text = text[at:to] or text
    return text


def end(given, name):
    """How `diagnose` ended: the kind, and what is wrong with it or None."""
    try:
        found = diagnose(**given)
    except ValueError as refusal:
        said = str(refusal)
        clear = any(word in said for word in CLEAR) and len(said) <= LONGEST
        return "refused", None if clear else said
    except Exception as fault:
        return "fault", repr(fault)
    str(found), found.markdown()
    return {True: "right", False: "not right", None: "open"}[found.verdicts["dL_dz"].right], None


def run(pastes, seed=0):
    """The counts, the faults, and the most CPU seconds that one took, with its text."""
    ends, faults, slowest = Counter(), [], (0.0, "")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for k in range(pastes):
            given, name = paste(np.random.default_rng([seed, k]))
            start = time.process_time()
            kind, wrong = end(given, name)
            slowest = max(slowest, (time.process_time() - start, given[name]))
            ends[kind] += 1
            if wrong is not None:
                faults.append((k, name, given[name], wrong))
    return ends, faults, slowest


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    pastes, seed = numbers + [1000, 0][len(numbers) :]
    start = time.process_time()
    ends, faults, slowest = run(pastes, seed)
    for k, name, text, wrong in faults[:20]:
        print(f"paste {k}, {name}: {text!r}\n  {wrong}")
    print(f"{pastes} pastes: {dict(ends)}; {len(faults)} faults")
    print(f"slowest: {slowest[0]:.2f} s of CPU, {slowest[1][:80]!r}")
    print(f"{time.process_time() - start:.0f} s of CPU")
