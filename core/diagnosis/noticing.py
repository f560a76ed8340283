"""Would a test of a gradient notice the known mistakes?"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from core import inputs
from core.diagnosis.case import Case, right
from core.diagnosis.check import diagnose
from core.diagnosis.mistakes import MISTAKES
from core.diagnosis.steps import Mistake, Pass, Step, backward
from core.inputs import Array
from core.losses import one_hot, smooth
from core.reading.sheet import dtype_name
from core.softmax import softmax

Upstream = Literal["CE", "MSE", "ones", "random"]
Logits = Literal["zeros", "normal", "large", "mixed"]
Targets = Literal["hard", "soft"]

TOLERANCES = {
    "float64": (1e-7, 1e-7),
    "float32": (1.3e-6, 1e-5),
    "float16": (1e-3, 1e-5),
    "bfloat16": (1.6e-2, 1e-5),
}
"""rtol and atol by dtype, those of torch.testing.assert_close."""
UPSTREAMS: tuple[Upstream, ...] = ("CE", "MSE", "ones", "random")
LOGITS: tuple[Logits, ...] = ("zeros", "normal", "large", "mixed")
TARGETS: tuple[Targets, ...] = ("hard", "soft")
_ANY = 1e6
_DRAWS = 3
_MOST = 10_000


@dataclass(frozen=True)
class GradientTest:
    """How a test of ∂L/∂z is set up: it passes if |yours − right| ≤ atol + rtol |right|, everywhere."""

    upstream: Upstream
    shape: tuple[int, int]
    logits: Logits
    targets: Targets
    temperature: float
    batch_mean: bool
    dtype: str
    rtol: float
    atol: float

    def __str__(self) -> str:
        rows, classes = self.shape
        return (
            f"Upstream {self.upstream}, {rows} × {classes} {self.logits} logits, {self.targets} "
            f"targets, τ = {self.temperature:g}, {self.dtype}, rtol {self.rtol:g}, atol {self.atol:g}"
        )


@dataclass(frozen=True)
class Noticed:
    """What `would_notice` found; prints as a report."""

    test: GradientTest
    caught: tuple[Mistake, ...]
    missed: tuple[Mistake, ...]
    """They would pass."""
    changes: tuple[str, ...]
    """As few as catch all that is missed: leave one out, and something passes again."""
    margin: float
    """A gradient that is too large by this share of it passes as well."""
    fails_right: bool
    """Whether a right gradient may fail, computed in the test's dtype."""

    @property
    def headline(self) -> str:
        """How many pass, in a sentence."""
        known = len(self.caught) + len(self.missed)
        if self.missed:
            return f"This test lets {len(self.missed)} of {known} known mistakes pass."
        return f"This test would notice all {known} known mistakes."

    @property
    def notes(self) -> tuple[str, ...]:
        """What else passes, and what does not, a sentence each."""
        times = "any number" if self.margin > _ANY else f"{1 + self.margin:.8g}"
        said = [f"The right gradient times {times} passes as well."]
        if self.fails_right:
            dtype = self.test.dtype
            said.append(f"Right gradients may fail: {dtype} does not hold so many digits.")
        return tuple(said)

    def __str__(self) -> str:
        lines = [str(self.test), self.headline]
        if self.missed:
            lines += [f"  - {mistake.title} ({mistake.name})" for mistake in self.missed]
            lines += ["It would notice all with:", *(f"  - {change}" for change in self.changes)]
        return "\n".join([*lines, *self.notes])


def would_notice(
    *,
    tolerance: float | tuple[float, float] | None = None,
    upstream: Upstream = "CE",
    shape: tuple[int, int] = (4, 10),
    dtype: str = "float64",
    logits: Logits = "normal",
    targets: Targets = "hard",
    temperature: float = 1.0,
    batch_mean: bool = True,
) -> Noticed:
    """Which known mistakes a test of ∂L/∂z would let pass, and the smallest change that catches all.

    Parameters
    ----------
    tolerance : float, or (rtol, atol)
        One number is both. Without it, that of torch.testing.assert_close for the dtype.
    upstream : "CE", "MSE", "ones" or "random"
        The loss whose gradient is tested; or what a test of softmax alone hands in as g.
    shape : (rows, classes)
    dtype : "float64", "float32", "float16" or "bfloat16"
    logits : "zeros", "normal", "large" or "mixed"
        All 0; of standard deviation 1; the target's 20 above the others, as when training is over;
        or as normal, with a last row of ±1000.
    targets : "hard" or "soft"
        One-hot, or with a label smoothing of 0.1.
    temperature : float > 0
    batch_mean : bool
        Whether the loss is the mean over the rows, or their sum.

    Returns
    -------
    Noticed

    Raises
    ------
    ValueError
        For settings that are none of these.

    Notes
    -----
    Each mistake is made on a few random draws; what passes once has passed. Those that no such test
    can show, as they change another quantity or are right for this loss, are not counted.

    >>> print(would_notice(upstream="ones", shape=(1, 3)).missed[0].name)
    row-sums
    """
    test = _settings(
        tolerance, upstream, shape, dtype_name(dtype), logits, targets, temperature, batch_mean
    )
    return _noticed(test)


@lru_cache(256)
def _noticed(test: GradientTest) -> Noticed:
    changes = _changes(test)
    best = _changed(test, changes)
    passing = _passing(best, MISTAKES)
    known = [m for m in MISTAKES if "dL_dz" in m.quantities and m not in passing]
    missed = _passing(test, known)
    needed = dict(changes) if missed else {}
    for sentence in reversed(list(needed)):
        fewer = {said: change for said, change in needed.items() if said != sentence}
        if not _passing(_changed(test, fewer), known):
            needed = fewer
    return Noticed(
        test,
        tuple(m for m in known if m not in missed),
        tuple(missed),
        tuple(needed),
        max(_margin(test, value) for _, _, value in _draws(test)),
        any(not _agree(_rounded_pass(case, g, test.dtype), r, test) for case, g, r in _draws(test)),
    )


def _margin(test: GradientTest, value: Array) -> float:
    """r with which (1 + r) times the right gradient passes."""
    size = float(np.abs(value).max())
    return test.rtol + test.atol / size if size else np.inf


def _changed(test: GradientTest, changes: dict[str, dict[str, Any]]) -> GradientTest:
    return replace(test, **{k: v for change in changes.values() for k, v in change.items()})


def _settings(
    tolerance: float | tuple[float, float] | None,
    upstream: Upstream,
    shape: tuple[int, int],
    dtype: str,
    logits: Logits,
    targets: Targets,
    temperature: float,
    batch_mean: bool,
) -> GradientTest:
    """The settings, checked."""
    for name, value, options in (
        ("upstream", upstream, UPSTREAMS),
        ("dtype", dtype, tuple(TOLERANCES)),
        ("logits", logits, LOGITS),
        ("targets", targets, TARGETS),
    ):
        if value not in options:
            raise ValueError(f"{name}: expected one of {', '.join(options)}, got {value!r}")
    sizes = tuple(shape)
    if len(sizes) != 2 or min(sizes) < 1 or sizes[1] < 2 or sizes[0] * sizes[1] > _MOST:
        raise ValueError(
            f"shape: expected (rows, classes), from (1, 2) to {_MOST} logits, got {shape}"
        )
    pair = TOLERANCES[dtype] if tolerance is None else np.broadcast_to(tolerance, 2)
    rtol, atol = (float(limit) for limit in pair)
    if not (np.isfinite([rtol, atol]).all() and min(rtol, atol) >= 0):
        raise ValueError(f"tolerance: expected finite numbers ≥ 0, got {tolerance}")
    tau = float(inputs.temperature(temperature))
    return GradientTest(
        upstream,
        (int(sizes[0]), int(sizes[1])),
        logits,
        targets,
        tau,
        bool(batch_mean),
        dtype,
        rtol,
        atol,
    )


def _changes(test: GradientTest) -> dict[str, dict[str, Any]]:
    """What can be done about a test, by what is said of it: the first of them is kept the longest."""
    rows, classes = test.shape
    rtol, atol = TOLERANCES["float64"]
    found: dict[str, dict[str, Any]] = {}
    if test.upstream in ("ones", "random"):
        found["the gradient of the loss as upstream, in place of " + test.upstream] = {
            "upstream": "CE"
        }
    if test.rtol > rtol or test.atol > atol or test.dtype != "float64":
        found[f"float64, with rtol {rtol:g} and atol {atol:g}"] = {
            "dtype": "float64",
            "rtol": min(rtol, test.rtol),
            "atol": min(atol, test.atol),
        }
    if rows < 3 or classes < 3:
        shape = (max(rows, 3), classes if classes > 2 else 4)
        found[f"{shape[0]} rows of {shape[1]} classes"] = {"shape": shape}
    if test.logits in ("zeros", "large"):
        found["logits of standard deviation 1"] = {"logits": "normal"}
    if test.targets == "hard" and test.upstream != "MSE":
        found["soft targets, as those of label smoothing"] = {"targets": "soft"}
    if test.temperature == 1:
        found["a temperature other than 1"] = {"temperature": 1.7}
    if test.logits != "mixed":
        shape = (max(rows, 3), classes if classes > 2 else 4)
        said = f"{shape[0]} rows of {shape[1]} logits, the last of ±1000, the others of deviation 1"
        found[said] = {"logits": "mixed", "shape": shape}
    return found


def _passing(test: GradientTest, mistakes: tuple[Mistake, ...] | list[Mistake]) -> list[Mistake]:
    """The mistakes that pass a test in one of the draws at least."""
    passing: dict[str, Mistake] = {}
    for case, g, value in _draws(test):
        fixed: dict[str, Step] = {} if g is None else {"dL_dy": _constant(g)}
        for mistake in mistakes:
            if mistake.name in passing:
                continue
            wrong = {**fixed, mistake.step: mistake.wrong}
            if not mistake.applies(case) or _agree(backward(case, wrong, "dL_dz"), value, test):
                passing[mistake.name] = mistake
    return [m for m in mistakes if m.name in passing]


def _constant(g: Array) -> Step:
    def handed_in(p: Pass) -> Array:
        return g

    return handed_in


def _agree(found: Array, value: Array, test: GradientTest) -> bool:
    if found.shape != value.shape:
        return False
    with np.errstate(invalid="ignore"):
        return bool((np.abs(found - value) <= test.atol + test.rtol * np.abs(value)).all())


def _draws(test: GradientTest) -> tuple[tuple[Case, Array | None, Array], ...]:
    """Cases, with the upstream gradient that is handed in or None, and the right ∂L/∂z of each."""
    return _drawn(replace(test, rtol=0.0, atol=0.0))  # the tolerance draws nothing


@lru_cache(64)
def _drawn(test: GradientTest) -> tuple[tuple[Case, Array | None, Array], ...]:
    found = []
    for seed in range(_DRAWS):
        random = np.random.default_rng([seed, *test.shape])
        m, n = test.shape
        scale = {"zeros": 0.0, "normal": 1.0, "large": 1.0, "mixed": 1.0}[test.logits]
        z = _rounded(scale * random.normal(size=(m, n)), test.dtype)
        if test.logits == "mixed":
            z[-1] = 1000 * random.choice([-1.0, 1.0], n)
        labels = random.integers(n, size=m)
        if test.logits == "large":
            z[np.arange(m), labels] = z.max(axis=1) + 20
        t = one_hot(labels, n)
        t = smooth(t, 0.1) if test.targets == "soft" else t
        case = diagnose(
            z,
            t,
            y=softmax(z, test.temperature),
            loss="MSE" if test.upstream == "MSE" else "CE",
            batch_mean=test.batch_mean,
            temperature=test.temperature,
        ).case
        g = {"ones": np.ones((m, n)), "random": random.normal(size=(m, n))}.get(test.upstream)
        found.append((case, g, right(case, "dL_dz") if g is None else case.soft.vjp(g)))
    return tuple(found)


def _rounded_pass(case: Case, g: Array | None, dtype: str) -> Array:
    """∂L/∂z as careful code in a dtype has it: y is rounded to it, and what comes out."""
    steps: dict[str, Step] = {"y": lambda p: np.fmax(_rounded(case.y, dtype), 1e-300)}
    if g is not None:
        steps["dL_dy"] = _constant(g)
    return _rounded(backward(case, steps, "dL_dz"), dtype)


def _rounded(x: Array, dtype: str) -> Array:
    """To the nearest number of a dtype, as float64."""
    if dtype == "bfloat16":  # the upper half of a float32
        bits = x.astype(np.float32).view(np.uint32)
        bits = (bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)
        return np.asarray(bits.view(np.float32).astype(np.float64))
    return np.asarray(x.astype(dtype).astype(np.float64))
