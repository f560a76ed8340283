"""Every control of the explorer, defined once. Its key is its name in the link."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.datasets import DATA
from core.diagnosis.attention_steps import QUANTITIES as OF_ATTENTION
from core.diagnosis.case import QUANTITIES
from core.diagnosis.noticing import LOGITS, TARGETS, UPSTREAMS
from core.diagnosis.settings import IGNORED
from core.diagnosis.verdict import NAMES
from core.losses import LOSSES, REDUCTIONS
from core.network import ACTIVATIONS
from core.practice import KINDS, LEVELS
from core.upstream import UPSTREAM
from pages.notation.palette import CLASS_COLORS, subscript
from pages.state.kinds import Choice, Control, Number, Several, Slider, Text

MAX_CLASSES = len(CLASS_COLORS)
_KINDS = "  \n".join(f"**{kind}**: {title}" for kind, title in KINDS.items())
_LEVELS = "1: a worked example like it stands above. 2: all steps but the last. 3: the first step. 4: none."
DTYPES = ("float64", "float32", "float16", "bf16")
"""As a link spells them."""
CLASSES = tuple(str(k + 1) for k in range(MAX_CLASSES))


def class_name(k: int) -> str:
    """A class from 0 as a control has it."""
    return CLASSES[k]


def _of_classes(symbol: str, end: float, defaults: tuple[float, ...]) -> dict[str, Slider]:
    """A slider a class, from −end to end."""
    return {
        f"{symbol}{k + 1}": Slider(
            subscript(symbol, k), -end, end, 0.1, defaults[k], color=CLASS_COLORS[k]
        )
        for k in range(MAX_CLASSES)
    }


_Z = (2.0, 1.0, 0.1, *[0.0] * (MAX_CLASSES - 3))
_G = (1.0, -1.0, *[0.0] * (MAX_CLASSES - 2))

_QUERIES, _KEYS = "a row for each query", "a row for each key"
_FORGOTTEN = {
    "P": "0.5760 0.1400 0.2840\n0.4717 0.4717 0.0565",
    "O": "0.2920 0.5641\n0.4152 1.0000",
    "dV": "[[0.5760, -0.1042], [0.1400, 0.3317], [0.2840, -0.2274]]",
    "dP": "1.0000 -2.0000 -2.0000\n0.0000 2.0000 1.0000",
    "dS": "0.5760 -0.2801 -0.5680\n0.0000 0.9435 0.0565",
    "dQ": "0.4129 0.2036\n0.0400 0.6271",
    "dK": "[[0.4073, 0.0000], [0.4691, 1.3342], [-0.3616, 0.0800]]",
}
"""What comes out of the Q, K, V and dO below if D = rowsum(dP ∘ P) is forgotten."""

CONTROLS: dict[str, Control] = {
    "n": Slider("Classes n", 2, MAX_CLASSES, 1, 3, "How many outputs the softmax has.", live=False),
    **_of_classes("z", 10.0, _Z),
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
    **_of_classes("g", 5.0, _G),
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
    "weight": Choice(
        "Weight to explain", (), "W1(1,1)", "Or pick a cell of W₁ or W₂.", listed=True
    ),
    "data": Choice("Data", DATA, "Iris", "Iris: 150 flowers. digits: 1 797 images of 8×8 pixels."),
    "confidence": Slider(
        "Initial confidence",
        0.0,
        15.0,
        0.5,
        4.0,
        "Added to class 1’s output bias at the start: both networks then believe in class 1 "
        "whatever they see.",
        live=False,
    ),
    "lr": Number("Learning rate η", 1e-6, 1e6, 0.1, "The same for both losses."),
    "epochs": Slider("Epochs", 10, 200, 10, 60, "Passes through the training part.", live=False),
    "hidden": Slider("Hidden units", 2, 64, 1, 16, live=False),
    "batch": Slider("Batch size", 1, 128, 1, 16, "Samples per gradient step.", live=False),
    "momentum": Slider(
        "Momentum", 0.0, 0.95, 0.05, 0.0, "v ← μ v + ∂L/∂θ, θ ← θ − η v.", live=False
    ),
    "epoch": Slider("Epoch", 0, 200, 1, 200, "Where the replay stands."),
    "given": Choice(
        "You know",
        ("z", "y", "QKV"),
        "z",
        "z: the logits. y: only the outputs of softmax. QKV: queries, keys and values, of attention.",
    ),
    "over": Choice("Loss over the rows", ("sum", "mean"), "sum", "mean: each row carries 1/m."),
    "examples": Choice(
        "Examples are",
        ("auto", "rows", "columns"),
        "auto",
        "auto: as the shapes say. columns: one example in each, as in Z = W h + b and PyTorch’s (N, C, d).",
    ),
    "outputs": Choice(
        "∂L/∂y and J are of",
        ("auto", "y", "logy"),
        "auto",
        "y: of softmax. logy: of log-softmax, log y. Without a target, ∂L/∂y is where ∂L/∂z = g J starts from.",
    ),
    "dtype": Choice(
        "Computed in",
        ("auto", *DTYPES),
        "auto",
        "auto: what the numbers name themselves. bf16 is bfloat16. How far a right answer may be off "
        "follows from it.",
    ),
    "smooth": Number(
        "Label smoothing ε", 0.0, 1.0, 0.0, "label_smoothing: t becomes (1 − ε) t + ε/n."
    ),
    "focal": Number(
        "Focal γ", 0.0, 100.0, 0.0, "gamma: each term of cross-entropy times (1 − y)^γ; 0 is none."
    ),
    "zloss": Number(
        "z-loss λ", 0.0, 1e6, 0.0, "z_loss: each row adds λ (log Σ exp(z/τ))² to the loss."
    ),
    "cap": Number(
        "Soft cap c of the logits",
        0.0,
        1e6,
        0.0,
        "softcap: softmax is taken of c tanh(z/c); 0 is none.",
    ),
    "ignore": Number(
        "Class that marks a row to ignore",
        -1_000_000,
        1_000_000,
        IGNORED,
        "ignore_index: rows of this class have no gradient, and the mean does not count them.",
    ),
    "scale": Number(
        "Factor of the whole loss", -1e9, 1e9, 1.0, "τ² of a distillation, a loss scale, −1."
    ),
    "weights": Text(
        "Weights of the classes, one for each", "1 1 2", "weight: zero and negative ones too."
    ),
    "rows": Text(
        "Weights of the rows, one for each",
        "1.5 -0.5",
        "An advantage, for one. The mean divides by the number of rows all the same.",
    ),
    "input": Text("Numbers, one row per example", "2.0 1.0 0.1"),
    "target": Text(
        "Target: classes from 0, or one-hot or soft rows", "0", "As in code: the first class is 0."
    ),
    "h": Text("h, the input of the linear layer z = h W + b", "0.5 -1.2 0.3 0.8"),
    "got": Several("What did you get?", QUANTITIES, ("dL_dz",), "dL_dz is ∂L/∂z, and so on."),
    **{
        f"got_{name}": Text(f"Your {symbol}", "[-0.341  0.242  0.099]")
        for name, symbol in NAMES.items()
    },
    "Q": Text(f"Q, {_QUERIES}", "[[1, 0], [1, 2]]", "(…, q, d). One query is [[1, 0]]."),
    "K": Text(f"K, {_KEYS}", "[[2, 0], [0, 1], [1, -1]]", "(…, k, d)"),
    "V": Text(f"V, {_KEYS}", "[[1, 0], [0, 2], [-1, 1]]", "(…, k, v)"),
    "dO": Text(
        f"dO = ∂L/∂O, {_QUERIES}",
        "[[1, -1], [0, 1]]",
        "(…, q, v), the upstream gradient. P and O need none.",
    ),
    "mask": Choice(
        "Mask",
        ("none", "causal"),
        "none",
        "causal: query i looks at the keys j ≤ i only, aligned at the top left as PyTorch’s is_causal.",
    ),
    "sm_scale": Number(
        "Scale of Q Kᵀ, 0 for 1/√d",
        0.0,
        1e6,
        0.0,
        "0: 1/√d, as PyTorch’s scaled_dot_product_attention.",
    ),
    "attn": Several(
        "What did you get?",
        OF_ATTENTION,
        ("dS",),
        "dV is ∂L/∂V, and so on; dP at the weights P, dS at the scores S, scaled and masked.",
    ),
    **{f"got_{name}": Text(f"Your {name}", text) for name, text in _FORGOTTEN.items()},
    "test_up": Choice(
        "Upstream gradient in your test",
        UPSTREAMS,
        "CE",
        "The gradient of the loss, or what a test of softmax alone hands in: ones, or random numbers.",
    ),
    "test_z": Choice(
        "Its logits",
        LOGITS,
        "normal",
        "normal: of standard deviation 1. large: the target’s 20 above the others, as when training "
        "is over. mixed: as normal, and a last row of ±1000.",
    ),
    "test_t": Choice("Its targets", TARGETS, "hard", "hard: one-hot. soft: smoothed by 0.1."),
    "test_m": Number("Its rows", 1, 100, 4),
    "test_n": Number("Its classes", 2, 100, 10),
    "test_tol": Number(
        "Its tolerance", 0.0, 1.0, 1e-7, "It passes if |yours − right| ≤ tolerance (1 + |right|)."
    ),
    "test_fp": Choice("Its dtype", DTYPES, "float64", "bf16 is bfloat16."),
    "kind": Choice("Kind", tuple(KINDS), "entry", _KINDS),
    "level": Choice("Level", tuple(map(str, LEVELS)), "1", _LEVELS),
    "done": Text("The line", "row.1.0+ row.1.1-", "As the learner has copied it."),
    "got_dL_dz": Text(f"Your {NAMES['dL_dz']}", "0 0 0"),
}


def narrowed(key: str, state: Mapping[str, Any], **own: Any) -> Control:
    """A control as it stands at a state: a class is one of the n that there are.

    Parameters
    ----------
    own : what it has otherwise than the table says: another end, fewer options
    """
    control = CONTROLS[key]
    if isinstance(control, Choice) and control.options is CLASSES:
        control = replace(control, options=CLASSES[: state["n"]])
    return replace(control, **own) if own else control


def defaults() -> dict[str, Any]:
    """The state that every control has before anything is said."""
    return {key: control.default for key, control in CONTROLS.items()}
