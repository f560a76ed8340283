"""States worth seeing, one click each."""

from dataclasses import dataclass
from typing import Any

from core.diagnosis.settings import IGNORED
from pages.state.controls import CONTROLS
from pages.state.kinds import Text


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
    empty |= {"examples": "auto", "outputs": "auto", "dtype": "auto"}
    empty |= {
        "smooth": 0.0,
        "ignore": IGNORED,
        "scale": 1.0,
        "focal": 0.0,
        "zloss": 0.0,
        "cap": 0.0,
    }
    empty |= {"mask": "none", "sm_scale": 0.0, "got": ["dL_dz"], "attn": ["dS"]}
    asked = {f"got_{name}": text for name, text in got.items()}
    of = "attn" if state.get("given") == "QKV" else "got"
    return Preset(label, help, {**empty, **state, of: list(got), **asked})


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
    _race("A start that leans", 4.0, "Both networks start out believing in class 1."),
    _race("A confidently wrong start", 10.0, "Both networks start certain of class 1."),
    _race("A fair start", 0.0, "No class is favoured: here the losses differ little."),
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
        "∂L/∂z is right; ∂L/∂W, in PyTorch’s layout, has the wrong sign.",
        {
            "dL_dz": "-0.3410 0.2424 0.0986",
            "dL_dW": "0.1705 -0.3410\n-0.1212 0.2424\n-0.0493 0.0986",
        },
        input="2 1 0.1",
        target="0",
        h="0.5 -1.0",
    ),
    _example(
        "A g of one’s own",
        "No loss and no target: ∂L/∂y came from above. ⟨g, y⟩ has been forgotten.",
        {"dL_dy": "0.31 -0.12 0.05 0.44", "dL_dz": "0.0732 -0.0156 0.0238 0.0697"},
        input="0.4 -0.2 1.1 0.0",
    ),
    _example(
        "A last tile",
        "Eight of ten rows are right. In the last two, a tile that is not full, t is not subtracted.",
        {
            "dL_dz": "-0.1332 0.0035 0.1296\n"
            "0.2693 -0.6711 0.4018\n"
            "0.0756 0.6176 -0.6933\n"
            "-0.0357 0.0238 0.0118\n"
            "0.5065 -0.6928 0.1863\n"
            "0.1914 0.5749 -0.7663\n"
            "-0.3771 0.1698 0.2073\n"
            "0.7229 -0.7823 0.0593\n"
            "0.0649 0.1444 0.7907\n"
            "0.1543 0.1543 0.6914"
        },
        input="2.4 -3.1 0.5\n"
        "-0.7 -0.5 -0.3\n"
        "-2.4 -0.3 -1\n"
        "4 0.3 -0.4\n"
        "-0.3 -0.8 -1.3\n"
        "-0.5 0.6 -0.3\n"
        "1.1 -0.2 0\n"
        "1.9 0.7 -0.6\n"
        "-0.2 0.6 2.3\n"
        "-0.3 -0.3 1.2",
        target="0 1 2 0 1 2 0 1 2 0",
    ),
    _example(
        "Inside attention",
        "∂L/∂S, at the scores of scaled dot-product attention. D = rowsum(dP ∘ P) has been forgotten.",
        {"dS": "0.5760 -0.2801 -0.5680\n0.0000 0.9435 0.0565"},
        given="QKV",
        Q="[[1, 0], [1, 2]]",
        K="[[2, 0], [0, 1], [1, -1]]",
        V="[[1, 0], [0, 2], [-1, 1]]",
        dO="[[1, -1], [0, 1]]",
    ),
    _example(
        "No known mistake",
        "Numbers that no formula here gives.",
        {"dL_dz": "-0.3410 0.2424 0.1986"},
        input="2 1 0.1",
        target="0",
    ),
)
