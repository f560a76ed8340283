"""Does the verdict name the mistake that was made?

`python -m tests.core.recall [cases [first seed]]` prints the table.

For each mistake random cases are drawn, its output is printed as people print it, and the text alone
is given to `diagnose`. Each case ends in one of these:

- named: the mistake is among the explanations.
- equal: it is not, but all that are give the same text (computed here, not taken from the verdict).
- right: the text is also what the right answer prints, and the verdict says right.
- missed: anything else.

`false` counts explanations whose own values do not give the text. Right answers are printed and
diagnosed the same way, and those that are not called right are counted.
"""

import json
import sys
import time
from collections import Counter
from dataclasses import replace

import numpy as np

from core.diagnosis.case import QUANTITIES, Case, right
from core.diagnosis.check import diagnose
from core.diagnosis.mistakes import MISTAKES
from core.diagnosis.mistakes_loss import MISTAKES as OF_A_LOSS
from core.diagnosis.mistakes_settings import MISTAKES as SETTINGS
from core.diagnosis.settings import IGNORED, Settings, target_of
from core.diagnosis.steps import backward
from core.reading import read_numbers
from core.softmax import softmax

PRECISIONS = (2, 4, 8)
# Where these mistakes show at all.
SCALE = {"float32-underflow": 80.0, "shift-by-batch-maximum": 90.0, "float64-overflow": 700.0}


def random_case(random, mistake=None, rows=None):
    """A case in which the mistake can be made.

    One in five starts from an upstream gradient of its own, one in six is log-softmax's.
    """
    for _ in range(1000):
        own, log = random.random() < 0.2, random.random() < 1 / 6
        m = rows or int(random.integers(1, 9))
        lead = (2, m // 2) if m % 2 == 0 and not rows and random.random() < 0.3 else (m,)
        n = int(random.integers(2, 11))
        tau = float(random.choice([1.0, 1.0, 0.5, 2.0, 1.7]))
        z = random.normal(0, SCALE.get(mistake.name, 2.0) if mistake else 2.0, size=(m, n)).round(2)
        t = np.eye(n)[random.integers(n, size=m)]
        if random.random() < 0.3:
            t = 0.9 * t + 0.1 / n
        told, weight = None, 1.0
        if not own and len(lead) == 1 and (random.random() < 0.1 or mistake in SETTINGS):
            told, weight = some_target(random, m, n), float(random.choice([1.0, 4.0, -0.5]))
            t = told.t
        gamma, z_loss, cap, raw = 0.0, 0.0, np.inf, None
        if mistake in OF_A_LOSS and not own and not log:
            gamma, z_loss = float(random.choice([0, 1, 2])), float(random.choice([0, 0.1]))
            cap = float(random.choice([np.inf, 3.0]))
            z, raw = (z, None) if cap == np.inf else (cap * np.tanh(z / cap), z)
        case = Case(
            z=z,
            raw=raw,
            cap=cap,
            gamma=gamma,
            z_loss=z_loss,
            t=None if own else t,
            h=random.normal(size=(m, int(random.integers(1, 5)))),
            g=random.normal(size=(m, n)).round(3) if own else None,
            loss="focal" if gamma else "CE" if log else str(random.choice(["CE", "MSE"])),
            reduction=str(random.choice(["mean", "sum", "half"])),
            batch_mean=bool(random.integers(2)),
            temperature=tau,
            lead=lead,
            z_known=True,
            log=log,
            told=told,
            loss_weight=weight,
        )
        if case.told is not None and case.loss == "MSE":  # it has no weights of classes
            told = replace(case.told, weights=np.ones((m, n)), by_class=False)
            told = replace(told, counted=float(told.counting.sum()))
            of_rows = random.choice([0.5, 1.0, 2.0, -1.0], size=(m, 1))
            told = replace(told, rows=told.rows * of_rows, by_row=bool((of_rows != 1).any()))
            case = replace(case, told=told, t=told.t)
        if mistake is None or mistake.possible(case):
            return case
    raise AssertionError(f"no case in which {mistake.name} can be made")


def some_target(random, m, n):
    """Labels, some of them ignored, with weights of the classes and label smoothing."""
    labels = random.integers(n, size=m)
    labels[1:][random.random(m - 1) < 0.3] = IGNORED
    plain = np.where((labels == IGNORED)[:, None], 0.0, np.eye(n)[np.maximum(labels, 0)])
    weight = random.choice([1.0, 0.5, 2.0], size=n)
    settings = Settings(weight=weight, label_smoothing=float(random.choice([0.0, 0.1])))
    return target_of(plain, labels == IGNORED, True, settings)


def stated(case):
    """The options of `diagnose` that say what a case's target was made of."""
    of_loss = {
        "loss_weight": case.loss_weight,
        "gamma": case.gamma,
        "z_loss": case.z_loss,
        "softcap": None if case.raw is None else case.cap,
    }
    if case.told is None:
        return of_loss
    return {
        **of_loss,
        "t": np.where(case.told.plain.any(axis=1), case.told.plain.argmax(axis=1), IGNORED),
        "weight": case.told.weights[0] if case.told.by_class else None,
        "row_weight": case.told.rows[:, 0] if case.told.by_row else None,
        "label_smoothing": case.told.smoothing,
    }


def quantities(case, known=QUANTITIES):
    """Those of a case that can be checked: an upstream gradient of one's own is where it starts."""
    return [q for q in known if q != "dL_dy" or case.g is None]


def printed(values, digits, random):
    """As NumPy, PyTorch, JSON or a spreadsheet would print them."""
    with np.errstate(all="ignore"):
        rounded = np.where(np.abs(values) < 1e30, np.round(values, digits), values)
    style = int(random.integers(5))
    if style == 0:
        return np.array2string(values, precision=digits, suppress_small=True, threshold=10**6)
    if style == 1:
        return repr(np.array(values)) if digits == 8 else str(rounded.tolist())
    if style == 2:
        text = np.array2string(
            values,
            formatter={"float": lambda v: f"{v:.{digits}f}"},
            separator=", ",
            threshold=10**6,
        )
        return f"tensor({text}, grad_fn=<MulBackward0>)"
    if style == 3:
        texts = np.array([f"{v:.{digits}g}" for v in values.ravel()]).reshape(values.shape)
        return json.dumps(texts.tolist()).replace('"', "")
    if values.ndim > 2:
        return str(rounded.tolist())
    return "\n".join(", ".join(f"{v:.{digits}f}" for v in row) for row in np.atleast_2d(values))


def ask(case, quantity, text, **inputs):
    """The verdict on a text; the inputs are those of the case unless given otherwise."""
    starts = {
        "z": case.z if case.raw is None else case.raw,
        "t": case.t,
        "h": case.h,
        "dL_dy": case.g,
    }
    shaped = {name: None if x is None else x.reshape(*case.lead, -1) for name, x in starts.items()}
    if case.g is None:
        del shaped["dL_dy"]
    given = {**shaped, **stated(case), **inputs}
    return diagnose(
        given.pop("z"),
        given.pop("t"),
        **given,
        loss="CE" if case.gamma else case.loss,
        reduction=case.reduction,
        batch_mean=case.batch_mean,
        temperature=case.temperature,
        outputs="log_softmax" if case.log else "softmax",
        **{quantity: text},
    ).verdicts[quantity]


def gives(values, text_values, tolerance):
    """Whether values print as a text does, up to its rounding and float32's."""
    if [k for k in values.shape if k > 1] == [k for k in text_values.shape if k > 1]:
        values = values.reshape(text_values.shape)  # an axis of length 1 more or less is no mistake
    if values.shape != text_values.shape:
        return False
    room = tolerance * 1.001 + 1e-5 * np.maximum(1, np.abs(values))
    with np.errstate(invalid="ignore"):
        near = np.abs(values - text_values) <= room
    return bool((near | (values == text_values) | (np.isnan(values) & np.isnan(text_values))).all())


def one(mistake, digits, seed):
    """One random case: how it ended, how many explanations do not hold, and the case itself."""
    random = np.random.default_rng([seed, MISTAKES.index(mistake)])
    case = random_case(random, mistake)
    quantity = str(random.choice(quantities(case, mistake.quantities)))
    values = backward(case, {mistake.step: mistake.wrong}, quantity)
    text = printed(values, digits, random)
    verdict = ask(case, quantity, text)
    reading = read_numbers(text)
    theirs, tolerance = (x.reshape(values.shape) for x in (reading.values, reading.tolerance))
    false = sum(not gives(e.values, theirs, tolerance) for e in verdict.explanations)
    names = [e.mistakes[0].name for e in verdict.explanations if len(e.mistakes) == 1]
    truth = right(case, quantity)
    if mistake.name in names:
        ending = "named"
    elif verdict.explanations and not false:
        ending = "equal"
    elif verdict.right and gives(truth, theirs, tolerance):
        ending = "right"
    else:
        ending = "missed"
    return ending, false, (case, quantity, text, verdict)


def table(mistakes, seeds):
    """Counts for each mistake and precision."""
    return {
        (m.name, d): sum(
            (
                Counter({ending: 1, "false": false})
                for ending, false, _ in (one(m, d, seed) for seed in seeds)
            ),
            Counter(),
        )
        for m in mistakes
        for d in PRECISIONS
    }


def in_float32(p):
    return softmax(p.case.z.astype(np.float32), p.tau).astype(np.float32)


def accused(digits, seed):
    """The quantities of a random case that are not called right, though they were printed right.

    One case in three was computed in float32. One in three has its inputs printed too, with as many
    digits; one in three has y printed and no z.
    """
    random = np.random.default_rng(seed)
    case = random_case(random)
    if random.random() < 0.5:
        case = replace(case, z=random.normal(0, 2, case.z.shape))
    wrong = {"y": in_float32} if seed % 3 == 0 else {}
    known = {}
    if seed // 3 % 3 == 1:
        z = case.z if digits > 2 else case.z.round(2)
        case = replace(case, z=z)
        known = {"z": fixed(z, digits), "h": fixed(case.h, digits)}
    elif seed // 3 % 3 == 2:
        y = softmax(case.z, case.temperature)
        known = {"z": None, "y": fixed(np.log(y) if case.log else y, digits)}
    found = []
    for quantity in quantities(case):
        if quantity in known:
            continue
        values = backward(case, wrong, quantity)
        values = values.astype(np.float32) if wrong else values
        text = printed(values, digits, random)
        verdict = ask(case, quantity, text, **known)
        if verdict.right is not True:
            found.append((quantity, text, verdict, known))
    return found


def fixed(values, digits):
    return "\n".join(" ".join(f"{v:.{digits}f}" for v in row) for row in values)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    cases, first = given + [200, 0][len(given) :]
    start = time.process_time()
    print(
        f"{'mistake':30}{'digits':>7}{'named':>7}{'equal':>7}{'right':>7}{'missed':>7}{'false':>7}"
    )
    total = Counter()
    for m in MISTAKES:
        for (name, digits), row in table([m], range(first, first + cases)).items():
            counts = [row[k] for k in ("named", "equal", "right", "missed", "false")]
            print(f"{name:30}{digits:7}" + "".join(f"{c:7}" for c in counts), flush=True)
            total += row
    print(dict(total))
    for digits in PRECISIONS:
        found = [
            v.right
            for seed in range(first, first + 10 * cases)
            for _, _, v, _ in accused(digits, seed)
        ]
        print(
            f"right answers with {digits} digits: {found.count(False)} of about {60 * cases} accused, "
            f"{found.count(None)} left open as their inputs have too few digits"
        )
    print(f"{time.process_time() - start:.0f} s of CPU")
