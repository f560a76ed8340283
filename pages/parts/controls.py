"""Every control of the explorer, defined once. Its key is its name in the URL.

A page calls the functions below inside `panel()` (or beside its board); each draws its
controls, bound to the URL, and returns plain values for `core`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any, cast

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import core
from core.datasets import DATA, Data
from core.diagnosis.case import QUANTITIES
from core.diagnosis.verdict import NAMES
from core.inputs import Array
from core.losses import LOSSES, REDUCTIONS, Loss, Reduction
from core.network import ACTIVATIONS, Activation
from core.training import RaceSettings
from core.upstream import UPSTREAM, Upstream
from pages.parts import door
from pages.parts.palette import CLASS_COLORS, subscript

MAX_CLASSES = len(CLASS_COLORS)
MAX_TEXT_IN_LINK = 1500
"""Characters of one text; a longer one would make the link too long for some servers."""
MAX_TEXT = 2**20
"""Characters of one text; what is longer comes as a file. All of a page's texts are one message."""
CLASSES = tuple(str(k + 1) for k in range(MAX_CLASSES))
_FOLLOWED = "followed"
"""The part of a page that is drawn alone, and whether the rest of it stands."""


@dataclass(frozen=True)
class Slider:
    """A number between bounds."""

    label: str
    low: float
    high: float
    step: float
    default: float
    help: str | None = None
    live: bool = True
    """Whether it moves numbers only, which the board follows; not what stands on the page, and where."""


@dataclass(frozen=True)
class Number:
    """A number between bounds that is typed."""

    label: str
    low: float
    high: float
    default: float
    help: str | None = None


@dataclass(frozen=True)
class Choice:
    """One of a few short words; the word itself stands in the URL."""

    label: str
    options: tuple[str, ...]
    default: str | None
    help: str | None = None


@dataclass(frozen=True)
class Text:
    """Numbers that are pasted or typed."""

    label: str
    placeholder: str
    help: str | None = None
    default: str = ""


@dataclass(frozen=True)
class Several:
    """Any number of a few short words."""

    label: str
    options: tuple[str, ...]
    default: tuple[str, ...]
    help: str | None = None


def _class_label(symbol: str, k: int) -> str:
    return f':color[■]{{foreground="{CLASS_COLORS[k]}"}} {subscript(symbol, k)}'


_Z = (2.0, 1.0, 0.1, *[0.0] * (MAX_CLASSES - 3))
_G = (1.0, -1.0, *[0.0] * (MAX_CLASSES - 2))

CONTROLS: dict[str, Slider | Number | Choice | Text | Several] = {
    "n": Slider("Classes n", 2, MAX_CLASSES, 1, 3, "How many outputs the softmax has.", live=False),
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
    "seed": Number("Seed", 0, 9999, 0, "Fixes every random choice."),
    "act": Choice("Activation φ", ACTIVATIONS, "tanh", "Of the hidden layer."),
    "sample": Slider("Flower", 1, 150, 1, 51, "1–50 setosa, 51–100 versicolor, 101–150 virginica."),
    "width": Slider("Hidden units", 2, 6, 1, 3, live=False),
    "loss": Choice("Loss", LOSSES, "CE", "CE: cross-entropy. MSE: squared error."),
    "stage": Slider("Step", 1, 14, 1, 8, "1–6 go forward, 7–14 come back."),
    "eta": Slider("Learning rate η", 0.1, 5.0, 0.1, 0.5, "A step is θ − η ∂L/∂θ."),
    "taken": Slider("Gradient steps taken", 0, 10, 1, 0, "On this flower alone, from the start."),
    "weight": Choice("Weight to explain", (), "W1(1,1)", "Or pick a cell of W₁ or W₂."),
    "data": Choice("Data", DATA, "Iris", "Iris: 150 flowers. digits: 1 797 images of 8×8 pixels."),
    "confidence": Slider(
        "Initial confidence",
        0.0,
        15.0,
        0.5,
        0.0,
        "Added to class 1’s output bias at the start: both networks then believe in class 1 "
        "whatever they see.",
        live=False,
    ),
    "lr": Number("Learning rate η", 1e-6, 1e6, 0.1, "The same for both losses."),
    "epochs": Slider("Epochs", 10, 200, 10, 60, "Passes through the training part.", live=False),
    "hidden": Slider("Hidden units", 2, 64, 1, 16, live=False),
    "batch": Slider("Batch size", 1, 128, 1, 16, "Samples a gradient step.", live=False),
    "momentum": Slider(
        "Momentum", 0.0, 0.95, 0.05, 0.0, "v ← μ v + ∂L/∂θ, θ ← θ − η v.", live=False
    ),
    "epoch": Slider("Epoch", 0, 200, 1, 200, "Where the replay stands."),
    "given": Choice("You know", ("z", "y"), "z", "The logits z, or only the outputs y."),
    "over": Choice("Loss over the rows", ("sum", "mean"), "sum", "mean: each row carries 1/m."),
    "input": Text("{given}, a row an example", "2.0 1.0 0.1"),
    "target": Text(
        "Target: classes from 0, or one-hot or soft rows", "0", "As in code: the first class is 0."
    ),
    "h": Text("h, the input of the linear layer z = h W + b", "0.5 -1.2 0.3 0.8"),
    "got": Several("What did you get?", QUANTITIES, ("dL_dz",), "dL_dz is ∂L/∂z, and so on."),
    **{
        f"got_{name}": Text(f"Your {symbol}", "[-0.341  0.242  0.099]")
        for name, symbol in NAMES.items()
    },
}


@dataclass(frozen=True)
class Preset:
    """A state worth seeing."""

    label: str
    help: str
    state: dict[str, Any]


def _softmax(label: str, z: tuple[float, float, float], t: str, help: str) -> Preset:
    state: dict[str, Any] = {"n": 3, "t": t, "tau": 1.0, "eps": 0.0}
    return Preset(label, help, {**state, **{f"z{k + 1}": value for k, value in enumerate(z)}})


def _race(label: str, confidence: float, help: str) -> Preset:
    fixed: dict[str, Any] = {
        "act": "tanh",
        "lr": 0.1,
        "epochs": 60,
        "hidden": 16,
        "batch": 16,
        "momentum": 0.0,
    }
    return Preset(label, help, {**fixed, "confidence": confidence, "mse": "sum"})


def _example(label: str, help: str, got: dict[str, str], **state: Any) -> Preset:
    empty: dict[str, Any] = {key: "" for key, c in CONTROLS.items() if isinstance(c, Text)}
    empty |= {"given": "z", "over": "sum", "loss": "CE", "mse": "mean", "tau": 1.0}
    asked = {f"got_{name}": text for name, text in got.items()}
    return Preset(label, help, {**empty, **state, "got": list(got), **asked})


PRESETS = (
    _softmax("Textbook", (2.0, 1.0, 0.1), "1", "The usual example: z = (2, 1, 0.1)."),
    _softmax("Uniform", (0.0, 0.0, 0.0), "1", "Equal logits: the softmax knows nothing."),
    _softmax("Confident, right", (6.0, 0.0, 0.0), "1", "Nearly all on class 1, the target."),
    _softmax("Confident, wrong", (6.0, 0.0, 0.0), "2", "Nearly all on class 1; the target is 2."),
    _softmax("Tie", (2.0, 2.0, -2.0), "1", "Two classes share the lead."),
    _softmax("Saturated", (10.0, -10.0, -10.0), "2", "As far out as the sliders go, and wrong."),
    _softmax("Sign flip", (2.0, 0.0, 0.0), "2", "The two losses push z₃ in opposite directions."),
)
RACE_PRESETS = (
    _race("A fair start", 0.0, "No class is favoured, and squared error is summed over classes."),
    _race("A confidently wrong start", 10.0, "Both networks start certain of class 1."),
)

EXAMPLES = (
    _example(
        "The row sums",
        "The question that this explorer grew from.",
        {"dL_dz": "0 0 0"},
        input="2.0 1.0 0.1",
        target="0",
    ),
    _example(
        "A right one",
        "y − t, printed with four digits.",
        {"dL_dz": "tensor([-0.3410,  0.2424,  0.0986])"},
        input="[2.0, 1.0, 0.1]",
        target="0",
    ),
    _example(
        "Two at once",
        "A flipped sign and a forgotten 1/m, in a batch of two.",
        {"dL_dz": "[[ 0.3410 -0.2424 -0.0986]\n [-0.0420  0.8858 -0.8438]]"},
        input="[[2.0, 1.0, 0.1],\n [0.0, 1.0, 3.0]]",
        target="0 1",
        over="mean",
    ),
    _example(
        "y − t with squared error",
        "Right for cross-entropy only.",
        {"dL_dz": r"\begin{bmatrix} -0.3410 & 0.2424 & 0.0986 \end{bmatrix}"},
        input="2, 1, 0.1",
        target="1 0 0",
        loss="MSE",
        mse="half",
    ),
    _example(
        "A whole layer",
        "∂L/∂z is right, and ∂L/∂W lies on its side.",
        {
            "dL_dz": "-0.3410 0.2424 0.0986",
            "dL_dW": "-0.1705 0.3410\n0.1212 -0.2424\n0.0493 -0.0986",
        },
        input="2 1 0.1",
        target="0",
        h="0.5 -1.0",
    ),
    _example(
        "No known mistake",
        "Numbers that no formula here gives.",
        {"dL_dz": "-0.3410 0.2424 0.1986"},
        input="2 1 0.1",
        target="0",
    ),
)


def carry() -> None:
    """On arriving from another page bring the controls' values along, in the link too.

    Streamlit clears a page's controls, and what the link says of them, with the page.
    """
    carried = {
        k: v
        for k, v in _carried().items()
        if v not in (None, CONTROLS[k].default) and k not in st.query_params  # a link has the say
    }
    if not carried:
        return
    for key, value in carried.items():
        st.session_state[key] = value
    st.query_params.from_dict(
        {
            **st.query_params.to_dict(),
            **{
                k: _spelled(v)
                for k, v in carried.items()
                if not isinstance(CONTROLS[k], Text | Several)
            },
        }
    )
    st.rerun()  # a value is taken up by controls drawn in a later run than the one that set it


def _carried() -> dict[str, Any]:
    return cast(dict[str, Any], st.session_state.setdefault("carried", {}))


def _drawn() -> dict[str, Any]:
    return cast(dict[str, Any], st.session_state.setdefault("drawn", {}))


def drawn() -> dict[str, Any]:
    """The controls that stand on the page so far, with their values; without texts, which may be long."""
    return {k: v for k, v in _drawn().items() if not isinstance(CONTROLS[k], Text)}


def choices() -> dict[str, Any]:
    """Those of them that decide what a board has where: all but the sliders that it follows."""
    return {k: v for k, v in drawn().items() if not getattr(CONTROLS[k], "live", False)}


def _spelled(value: Any) -> str:
    """A control's value as it stands in a link."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def linked() -> dict[str, str | list[str]]:
    """What a link to this view says: the controls drawn so far that are not at their defaults.

    Not all that the address says: anyone can put anything there.
    """
    link: dict[str, str | list[str]] = {}
    for key, value in _drawn().items():
        if isinstance(value, list):
            if tuple(value) != CONTROLS[key].default:
                link[key] = value or [""]
        elif value not in (None, CONTROLS[key].default) and not _too_long(key, value):
            link[key] = _spelled(value)
    return link


def begin() -> None:
    """At the start of a page no control is drawn yet."""
    _drawn().clear()
    st.session_state[_FOLLOWED] = False


def follow(draw: Callable[[], None]) -> None:
    """What a page draws of its live sliders' values; when one moves, this alone is drawn again.

    Called last. The rest of the page stands as it is: all that it shows of these values is on boards.
    """

    def following() -> None:
        with door.turn():  # alone it does not come by app.py
            draw()

    st.fragment(key=_FOLLOWED)(following)()
    st.session_state[_FOLLOWED] = True  # when the page has been drawn to its end


def _moved(key: str) -> None:
    """The page stands, if it was drawn to its end and all other controls are where they were then."""
    others = (st.session_state.get(k) == v for k, v in drawn().items() if k != key)
    if st.session_state.get(_FOLLOWED) and all(others):
        st.rerun(_FOLLOWED)


def _slider(key: str, end: int | None = None) -> float:
    """A slider, or where it stands if it is drawn; with an end it stops there, short of the control's own."""
    value: float = st.session_state[key] if key in _drawn() else _draw_slider(key, end)
    _carried()[key] = _drawn()[key] = value
    return value


def _draw_slider(key: str, end: int | None) -> float:
    c = cast(Slider, CONTROLS[key])
    whole = isinstance(c.step, int)
    if end is not None and st.session_state.get(key, c.default) > end:
        st.session_state[key] = end
    return st.slider(
        c.label,
        c.low,
        c.high if end is None else end,
        c.default if end is None else end,
        c.step,
        key=key,
        help=c.help,
        format="%d" if whole else "%.2f" if c.step < 0.1 else "%.1f",
        on_change=_moved if c.live else None,
        args=(key,),
        bind="query-params",
    )


def _infinite(text: str) -> bool:
    try:
        return bool(np.isinf(float(text)))
    except ValueError:
        return False


def _number(key: str) -> float:
    c = cast(Number, CONTROLS[key])
    whole = isinstance(c.default, int)
    if whole and _infinite(st.query_params.get(key, "")):
        del st.query_params[key]  # Streamlit would make an int of it, which raises
        st.rerun()
    value = st.number_input(
        c.label,
        c.low,
        c.high,
        c.default,
        1 if whole else None,
        "%d" if whole else "%.6g",
        key=key,
        help=c.help,
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


def panel() -> DeltaGenerator:
    """Where a page's controls go: in the sidebar; in a frame, too narrow for one, above the board."""
    return st.container(horizontal=True) if st.context.is_embedded else st.sidebar


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


def smoothing() -> float:
    """ε of the target’s label smoothing."""
    return _slider("eps")


def reduction() -> Reduction:
    """The reduction of the squared error."""
    return cast(Reduction, _choice("mse"))


def upstream(n: int) -> tuple[Upstream, int]:
    """The kind of upstream gradient, and the row i for "row"."""
    kind = cast(Upstream, _choice("up"))
    return kind, output(n) if kind == "row" else 0


def custom_upstream(n: int) -> Array:
    """g (n,), a slider an output and five in a row."""
    keys = [f"g{k + 1}" for k in range(n)]
    if keys[0] not in _drawn():
        for key, column in zip(keys, cycle(st.columns(min(n, 5))), strict=False):
            with column:
                _slider(key)
    return np.array([_slider(key) for key in keys])


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


def pick(_: str, row: int, column: int) -> None:
    """Set the picked output and logit; for callbacks, before the controls are drawn."""
    st.session_state["i"], st.session_state["j"] = CLASSES[row], CLASSES[column]


def pick_column(_: str, __: int, column: int) -> None:
    """Set the picked logit only."""
    st.session_state["j"] = CLASSES[column]


def drag(message: object) -> None:
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


def seed() -> int:
    """The seed of every random choice."""
    return int(_number("seed"))


def activation() -> Activation:
    """φ of the hidden layer."""
    return cast(Activation, _choice("act"))


def sample() -> int:
    """Which flower, from 1."""
    return int(_slider("sample"))


def width() -> int:
    """Hidden units of the small network."""
    return int(_slider("width"))


def loss() -> Loss:
    """Which loss is backpropagated."""
    return cast(Loss, _choice("loss"))


def steps() -> tuple[int, float]:
    """How many gradient steps were taken, and their learning rate."""
    return int(_slider("taken")), _slider("eta")


def step() -> None:
    """Take one gradient step more; for callbacks."""
    _move("taken", 1)


def stage() -> int:
    """Where the walk forward and back stands, beside a button for either way."""
    if "stage" in _drawn():
        return int(_slider("stage"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for label, icon, by in (
            ("Back", ":material/arrow_back:", -1),
            ("Next", ":material/arrow_forward:", 1),
        ):
            st.button(label, icon=icon, on_click=_move, args=("stage", by))
        return int(_slider("stage"))


def _move(key: str, by: int) -> None:
    """Set a slider some steps on, as far as it goes."""
    c = cast(Slider, CONTROLS[key])
    place = st.session_state.get(key, c.default) + by
    st.session_state[key] = min(max(place, c.low), c.high)


def weight(layers: Sequence[tuple[int, int]]) -> tuple[int, int | None, int]:
    """The weight to explain: its layer, row and unit from 0; a bias has no row.

    Takes the shapes (inputs, units) of the layers.
    """
    names = {
        f"{letter}{k + 1}({'' if row is None else f'{row + 1},'}{unit + 1})": (k, row, unit)
        for k, (below, units) in enumerate(layers)
        for letter, rows in (("W", range(below)), ("b", (None,)))
        for row in rows
        for unit in range(units)
    }
    c = cast(Choice, CONTROLS["weight"])
    if st.session_state.get("weight", c.default) not in names:
        st.session_state["weight"] = c.default  # the hidden layer has become narrower
    value = st.selectbox(c.label, list(names), key="weight", help=c.help, bind="query-params")
    _carried()["weight"] = _drawn()["weight"] = value
    return names[value]


def pick_weight(quantity: str, row: int, unit: int) -> None:
    """Set the weight to explain to a cell of W1, dL_dW1, W2 or dL_dW2."""
    if quantity.removeprefix("dL_d") in ("W1", "W2"):
        st.session_state["weight"] = f"{quantity.removeprefix('dL_d')}({row + 1},{unit + 1})"


def race() -> RaceSettings:
    """All that decides a race."""
    return RaceSettings(
        data=cast(Data, _choice("data")),
        confidence=_slider("confidence"),
        learning_rate=_number("lr"),
        epochs=int(_slider("epochs")),
        hidden=int(_slider("hidden")),
        batch_size=int(_slider("batch")),
        momentum=_slider("momentum"),
        activation=activation(),
        reduction=reduction(),
        seed=seed(),
    )


def epoch(last: int) -> int:
    """Where the replay stands, at most at the last epoch."""
    return int(_slider("epoch", last)) if last else 0


def _text(key: str, **words: str) -> str:
    """A text area, in the link while it is short.

    Not bound as the others are: Streamlit would put a text of any length into the address.
    """
    c = cast(Text, CONTROLS[key])
    if key not in st.session_state:  # Streamlit forgets what a run has not drawn
        st.session_state[key] = st.query_params.get(key, _carried().get(key, c.default))
    value = st.text_area(
        c.label.format(**words),
        max_chars=MAX_TEXT,
        key=key,
        placeholder=c.placeholder,
        help=c.help,
        height=90,
    )
    value = value or ""
    linked = value if len(value) <= MAX_TEXT_IN_LINK else ""
    if linked and st.query_params.get(key) != linked:
        st.query_params[key] = linked
    elif not linked and key in st.query_params:
        del st.query_params[key]
    _carried()[key] = _drawn()[key] = value
    return value


def over_rows() -> bool:
    """Whether the loss is the mean over the rows of the batch, and not their sum."""
    return _choice("over") == "mean"


def known() -> dict[str, str]:
    """What a backward pass starts from: z or y, and the target, as text."""
    given = cast(str, _choice("given"))
    return {given: _text("input", given=given), "t": _text("target")}


def layer_input() -> dict[str, str]:
    """h, as text."""
    return {"h": _text("h")}


def claims() -> dict[str, str]:
    """The quantities that were got, as text."""
    c = cast(Several, CONTROLS["got"])
    names = st.pills(
        c.label,
        c.options,
        selection_mode="multi",
        default=list(c.default),
        key="got",
        help=c.help,
        bind="query-params",
    )
    _carried()["got"] = _drawn()["got"] = names
    return {name: _text(f"got_{name}") for name in c.options if name in names}


def too_long() -> list[str]:
    """The texts drawn in this run that are too long for the link."""
    return [key for key, value in _drawn().items() if _too_long(key, value)]


def _too_long(key: str, value: Any) -> bool:
    return isinstance(CONTROLS[key], Text) and len(value) > MAX_TEXT_IN_LINK


def _apply(table: Sequence[Preset]) -> None:
    label = st.session_state["preset"]
    preset = next(p for p in table if p.label == label)
    for key, value in {**preset.state, "preset": None}.items():
        st.session_state[key] = value
    _carried().update(preset.state)  # for a control of another page, when it is next drawn there,
    for key in preset.state.keys() & st.query_params.keys():
        if key not in _drawn() or isinstance(CONTROLS[key], Text):
            del st.query_params[key]  # and its old value leaves the link


def presets(table: Sequence[Preset] = PRESETS, label: str = "Start from") -> None:
    """States worth seeing, one click each. One widget: each element costs the server a message."""
    st.pills(
        label,
        [preset.label for preset in table],
        key="preset",
        on_change=_apply,
        args=(table,),
        help="  \n".join(f"**{preset.label}**: {preset.help}" for preset in table),
    )
