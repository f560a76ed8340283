"""Every control of the explorer, defined once. Its key is its name in the URL.

A page calls the functions below inside `st.sidebar` (or beside its board); each draws its
controls, bound to the URL, and returns plain values for `core`.
"""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import streamlit as st

import core
from core.inputs import Array
from core.losses import REDUCTIONS, Reduction
from core.upstream import UPSTREAM, Upstream
from pages.parts.palette import CLASS_COLORS, subscript

MAX_CLASSES = len(CLASS_COLORS)
CLASSES = tuple(str(k + 1) for k in range(MAX_CLASSES))


@dataclass(frozen=True)
class Slider:
    """A number between bounds."""

    label: str
    low: float
    high: float
    step: float
    default: float
    help: str | None = None


@dataclass(frozen=True)
class Choice:
    """One of a few short words; the word itself stands in the URL."""

    label: str
    options: tuple[str, ...]
    default: str | None
    help: str | None = None


def _class_label(symbol: str, k: int) -> str:
    return f':color[■]{{foreground="{CLASS_COLORS[k]}"}} {subscript(symbol, k)}'


_Z = (2.0, 1.0, 0.1, *[0.0] * (MAX_CLASSES - 3))
_G = (1.0, -1.0, *[0.0] * (MAX_CLASSES - 2))

CONTROLS: dict[str, Slider | Choice] = {
    "n": Slider("Classes n", 2, MAX_CLASSES, 1, 3, "How many outputs the softmax has."),
    **{
        f"z{k + 1}": Slider(_class_label("z", k), -10.0, 10.0, 0.1, _Z[k])
        for k in range(MAX_CLASSES)
    },
    "tau": Slider(
        "Temperature τ", 0.1, 5.0, 0.1, 1.0, "y = softmax(z/τ): small sharpens, large flattens."
    ),
    "t": Choice("Target class", CLASSES, "1", "The class that is right: t is 1 there."),
    "eps": Slider(
        "Label smoothing ε", 0.0, 0.5, 0.01, 0.0, "t becomes (1 − ε) t + ε/n: never quite 0 or 1."
    ),
    "mse": Choice(
        "Squared error",
        REDUCTIONS,
        "mean",
        "mean: 1/n Σ(y−t)². sum: Σ(y−t)². half: ½Σ(y−t)².",
    ),
    "up": Choice(
        "Upstream gradient g = ∂L/∂y",
        UPSTREAM,
        "CE",
        "CE: cross-entropy, −t/y. MSE: squared error. ones: L = Σyᵢ. "
        "row: L = yᵢ alone. custom: your own numbers.",
    ),
    **{
        f"g{k + 1}": Slider(_class_label("g", k), -5.0, 5.0, 0.1, _G[k]) for k in range(MAX_CLASSES)
    },
    "i": Choice("Output i (row)", CLASSES, "1"),
    "j": Choice("Logit j (column)", CLASSES, "2"),
    "nudge": Slider(
        "Nudge δ of the logit", -3.0, 3.0, 0.1, 0.5, "How far logit j is moved for comparison."
    ),
    "answer": Choice("So the gradient is zero?", ("Yes", "No"), None),
    "ask": Choice("Upstream gradient g", ("ones", "CE", "MSE"), "ones"),
    "seed": Slider("Seed", 0, 9999, 1, 0, "Fixes every random choice."),
}


@dataclass(frozen=True)
class Preset:
    """A state worth seeing: logits and target class of a three-class softmax."""

    label: str
    z: tuple[float, float, float]
    t: str
    help: str


PRESETS = (
    Preset("Textbook", (2.0, 1.0, 0.1), "1", "The usual example: z = (2, 1, 0.1)."),
    Preset("Uniform", (0.0, 0.0, 0.0), "1", "Equal logits: the softmax knows nothing."),
    Preset("Confident, right", (6.0, 0.0, 0.0), "1", "Nearly all on class 1, the target."),
    Preset("Confident, wrong", (6.0, 0.0, 0.0), "2", "Nearly all on class 1; the target is 2."),
    Preset("Tie", (2.0, 2.0, -2.0), "1", "Two classes share the lead."),
    Preset("Saturated", (10.0, -10.0, -10.0), "2", "As far out as the sliders go, and wrong."),
    Preset("Sign flip", (2.0, 0.0, 0.0), "2", "The two losses push z₃ in opposite directions."),
)


def carry() -> None:
    """On arriving from another page bring the controls' values along, in the link too.

    Streamlit clears a page's controls, and what the link says of them, with the page.
    """
    carried = {k: v for k, v in _carried().items() if v not in (None, CONTROLS[k].default)}
    if not carried:
        return
    for key, value in carried.items():
        st.session_state[key] = value
    st.query_params.from_dict(
        {
            **st.query_params.to_dict(),
            **{k: f"{v:g}" if isinstance(v, float) else str(v) for k, v in carried.items()},
        }
    )
    st.rerun()  # a value is taken up by controls drawn in a later run than the one that set it


def _carried() -> dict[str, Any]:
    return cast(dict[str, Any], st.session_state.setdefault("carried", {}))


def _drawn() -> dict[str, Any]:
    return cast(dict[str, Any], st.session_state.setdefault("drawn", {}))


def drawn() -> dict[str, Any]:
    """The controls that this run has drawn so far, with their values."""
    return dict(_drawn())


def begin() -> None:
    """At the start of a run no control is drawn yet."""
    _drawn().clear()


def _slider(key: str) -> float:
    c = cast(Slider, CONTROLS[key])
    whole = isinstance(c.step, int)
    value: float = st.slider(
        c.label,
        c.low,
        c.high,
        c.default,
        c.step,
        key=key,
        help=c.help,
        format="%d" if whole else "%.2f" if c.step < 0.1 else "%.1f",
        bind="query-params",
    )
    _carried()[key] = _drawn()[key] = value
    return value


def _choice(key: str, options: int | None = None) -> str | None:
    """One of the control's options, or of the first few where they are classes."""
    c = cast(Choice, CONTROLS[key])
    allowed = c.options[:options] if c.default else (None, *c.options)
    if st.session_state.get(key, c.default) not in allowed:
        st.session_state[key] = c.default  # class 5 was picked and n is now 3: the link says so too
    value = st.segmented_control(
        c.label,
        c.options[:options],
        default=c.default,
        required=c.default is not None,
        key=key,
        help=c.help,
        bind="query-params",
    )
    if value is None and c.default:
        st.rerun()  # a link with an empty `t=`: the next run puts the default in its place
    _carried()[key] = _drawn()[key] = value
    return value


def _class(key: str, n: int) -> int:
    """A class, counted from 0."""
    return int(_choice(key, n) or "1") - 1


def logits() -> Array:
    """The number of classes and a slider a logit: z (n,)."""
    n = int(_slider("n"))
    return np.array([_slider(f"z{k + 1}") for k in range(n)])


def temperature() -> float:
    """τ."""
    return _slider("tau")


def target_class(n: int) -> Array:
    """A one-hot target t (n,)."""
    return core.one_hot(_class("t", n), n)


def target(n: int) -> tuple[Array, float]:
    """A one-hot target t (n,), and ε of its label smoothing."""
    return target_class(n), _slider("eps")


def reduction() -> Reduction:
    """The reduction of the squared error."""
    return cast(Reduction, _choice("mse"))


def upstream(n: int) -> tuple[Upstream, int, Array]:
    """The kind of upstream gradient, the row i for "row", and g (n,) for "custom"."""
    kind = cast(Upstream, _choice("up"))
    row = output(n) if kind == "row" else 0
    custom = np.zeros(n)
    if kind == "custom":
        columns = st.columns(min(n, 5))
        for k in range(n):
            with columns[k % 5]:
                custom[k] = _slider(f"g{k + 1}")
    return kind, row, custom


def output(n: int) -> int:
    """The picked output i, from 0."""
    return _class("i", n)


def logit(n: int) -> int:
    """The picked logit j, from 0."""
    return _class("j", n)


def nudge() -> float:
    """δ."""
    return _slider("nudge")


def answer() -> str | None:
    """The reader's answer to the puzzle: "Yes", "No" or none yet."""
    return _choice("answer")


def ask() -> Upstream:
    """The puzzle's switch of g."""
    return cast(Upstream, _choice("ask"))


def pick(row: int, column: int) -> None:
    """Set the picked output and logit; for callbacks, before the controls are drawn."""
    st.session_state["i"], st.session_state["j"] = CLASSES[row], CLASSES[column]


def pick_column(_: int, column: int) -> None:
    """Set the picked logit only."""
    st.session_state["j"] = CLASSES[column]


def pull(message: object) -> None:
    """Set a slider to [key, value] as the board's bars send it; anything else is left alone."""
    if not (isinstance(message, list) and len(message) == 2 and isinstance(message[0], str)):
        return
    key, value = message
    control = CONTROLS.get(key)
    if (
        key in _drawn()
        and isinstance(control, Slider)
        and type(value) in (int, float)
        and control.low <= value <= control.high
    ):
        st.session_state[key] = type(control.default)(round(value, 2))


def _apply() -> None:
    label = st.session_state["preset"]
    preset = next(p for p in PRESETS if p.label == label)
    state: dict[str, Any] = {"n": 3, "t": preset.t, "tau": 1.0, "eps": 0.0, "preset": None}
    state |= {f"z{k + 1}": value for k, value in enumerate(preset.z)}
    for key, value in state.items():
        st.session_state[key] = value
    del state["preset"]
    _carried().update(state)  # a control that this page does not draw has it when it is next drawn,
    for key in state.keys() - _drawn().keys() & st.query_params.keys():
        del st.query_params[key]  # and its old value leaves the link


def presets() -> None:
    """States worth seeing, one click each. One widget: each element costs the server a message."""
    st.pills(
        "Start from",
        [preset.label for preset in PRESETS],
        key="preset",
        on_change=_apply,
        help="  \n".join(f"**{preset.label}**: {preset.help}" for preset in PRESETS),
    )
