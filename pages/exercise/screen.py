"""What a screen of an exercise shows: its question, what is given, its steps, the boxes of the answer."""

from dataclasses import dataclass
from typing import Literal

from core.practice import KINDS, Exercise, exercise
from core.practice.exercise import SIGNS
from pages.exercise.latex import matrix, row
from pages.exercise.steps import Step, steps
from pages.notation.number_format import tex
from pages.notation.palette import CLASS_COLORS, subscript
from pages.state.controls import CONTROLS
from pages.state.kinds import Number

_SYMBOLS = {"dL_dy": "∂L/∂y", "dL_dz": "∂L/∂z", "dL_dW": "∂L/∂W", "dL_db": "∂L/∂b"}
_LOSSES = {"CE": r"L = -\sum_i t_i \log y_i", "MSE": r"L = \tfrac12 \sum_i (y_i - t_i)^2"}


@dataclass(frozen=True)
class Box:
    """A place of the answer."""

    key: str
    """Among those of the exercise."""
    label: str
    form: Literal["number", "formula", "taps", "list"] = "number"
    """Typed, or chosen: by taps side by side, or from sentences in a list."""
    options: tuple[str, ...] = ()
    """Of those that are chosen."""
    color: str | None = None
    """Of its class, if it is one's."""


@dataclass(frozen=True)
class Screen:
    """What is on it, from above to below."""

    exercise: Exercise
    title: str
    task: str
    given: tuple[str, ...]
    """LaTeX."""
    example: "Screen | None"
    """One like it, worked out; its own steps are then all of them."""
    steps: tuple[Step, ...]
    """Those that are shown."""
    left: int
    """How many are left to the learner."""
    rows: tuple[tuple[Box, ...], ...]
    """The boxes in the shape of the answer."""

    @property
    def name(self) -> str:
        """As in a learner's line."""
        return self.exercise.name

    @property
    def boxes(self) -> tuple[Box, ...]:
        return tuple(box for line in self.rows for box in line)


def screen(kind: str, level: int, seed: int, worked: bool = False) -> Screen:
    """Of an exercise.

    Parameters
    ----------
    worked : whether all of its steps are shown
    """
    e = exercise(kind, level, seed)
    every = steps(e)
    count = len(every) if worked else {2: len(every) - 1, 3: 1}.get(level, 0)
    shown = every[: max(count, 0)]
    like = screen(kind, level, _other(e), worked=True) if level == 1 and not worked else None
    return Screen(
        e,
        KINDS[kind],
        _task(e),
        _given(e),
        like if like and like.steps else None,
        shown,
        len(every) - len(shown) if shown else 0,
        _rows(e),
    )


def next_seed(seed: int) -> int:
    """Of another exercise."""
    control = CONTROLS["seed"]
    assert isinstance(control, Number)
    return int(control.low) if seed >= control.high else seed + 1


def _other(e: Exercise) -> int:
    """The seed of one like it, which is far away: nobody is asked it next. Of another formula."""
    control = CONTROLS["seed"]
    assert isinstance(control, Number)
    seeds = int(control.high) + 1
    far = (int(e.seed + seeds // 2 + k) % seeds for k in range(seeds))
    return next(
        s for s in far if not e.question or exercise(e.kind, e.level, s).question != e.question
    )


def _task(e: Exercise) -> str:
    if e.question:
        return f"{_asked(e)} Write a formula for all classes at once, in {_names(e)}."
    loss = {"CE": "cross-entropy", "MSE": "squared error"}[e.loss]
    i, j = e.i + 1, e.j + 1
    return {
        "entry": f"Softmax has made y of the logits z. What is $J_{{{i}{j}}} = \\partial y_{i} / \\partial z_{j}$?",
        "row": f"Softmax has made y of the logits z. What is row {i} of J, the gradient of $y_{i}$?",
        "dLdy": f"What is the upstream gradient ∂L/∂y of {loss}?",
        "product": "The upstream gradient g = ∂L/∂y came from above. What is ∂L/∂z?",
        "CE": "The loss is cross-entropy. What is ∂L/∂z?",
        "MSE": "The loss is squared error, with ½ in front. What is ∂L/∂z?",
        "signs": f"The loss is {loss}. Which sign has each entry of ∂L/∂z?",
        "layer": "The logits come from a layer z = h W + b, the loss is cross-entropy. What are ∂L/∂W and ∂L/∂b?",
        "find": f"The loss is {loss}, and somebody’s ∂L/∂z is wrong. What have they done?",
    }[e.kind]


def _asked(e: Exercise) -> str:
    """What the formula is to give."""
    assert e.question is not None
    if e.question.quantity == "J":
        return "Softmax has made y of the logits z. What is its Jacobian J?"
    if e.question.own_upstream:
        return "The upstream gradient g = ∂L/∂y came from above. What is ∂L/∂z?"
    if e.question.quantity == "dL_dy":
        return "The loss is cross-entropy. What is the upstream gradient ∂L/∂y?"
    loss = {"CE": "cross-entropy", "MSE": "squared error, with ½ in front"}[e.loss]
    return f"The loss is {loss}. What is ∂L/∂z?"


def _names(e: Exercise) -> str:
    assert e.question is not None
    *names, n = e.question.names
    return f"{', '.join(names)} and {n}, the number of classes"


def _given(e: Exercise) -> tuple[str, ...]:
    y = f"y = {row(e.y)}"
    z = ",".join(rf"\ln {w}" if w > 1 else "0" for w in e.weights)
    if e.kind in ("entry", "row"):
        return (rf"z = ({z}), \qquad {y}",)
    if e.kind == "product":
        return (f"g = {row(e.g or ())}", f"J = {matrix(e.right('J'))}")
    loss, t = _LOSSES[e.loss], f"t = {row(e.t)}"
    if e.question:
        own = e.question.own_upstream or e.question.quantity == "J"
        return (r"y = \mathrm{softmax}(z)",) if own else (r"y = \mathrm{softmax}(z)", loss)
    if e.kind == "layer":
        return (rf"h = {row(e.h or ())}, \qquad {y}", t)
    if e.kind == "find":
        numbers = r" & ".join(tex(float(v), 3) for v in e.wrong(e.made, "dL_dz"))
        theirs = rf"\text{{theirs:}} \quad \begin{{pmatrix}}{numbers}\end{{pmatrix}}"
        return (loss, rf"{y}, \qquad {t}", theirs)
    return (loss, rf"{y}, \qquad {t}")


def _rows(e: Exercise) -> tuple[tuple[Box, ...], ...]:
    if e.kind == "find":
        titles = tuple(m.title for m in e.choices)
        return ((Box("mistake", "This is what comes out when", "list", titles),),)
    if e.question:
        return ((Box("formula", {"J": "J", **_SYMBOLS}[e.question.quantity], "formula"),),)
    lines: dict[str, list[Box]] = {}
    for key in e.keys:
        quantity, _, index = key.partition(":")
        places = [int(k) - 1 for k in index.split(",")]
        label, k = _label(e, quantity, places)
        taps = tuple(SIGNS) if e.kind == "signs" else ()
        line = f"{quantity}{places[:-1]}"
        box = Box(key, label, "taps" if taps else "number", taps, CLASS_COLORS[k])
        lines.setdefault(line, []).append(box)
    return tuple(tuple(boxes) for boxes in lines.values())


def _label(e: Exercise, quantity: str, places: list[int]) -> tuple[str, int]:
    """What is asked, and the class that it is of."""
    if quantity == "J":
        j = e.j if e.kind == "entry" else places[0]
        return f"{subscript('∂y', e.i)}/{subscript('∂z', j)}", j
    return subscript(_SYMBOLS[quantity], *places), places[-1]
