"""Writes reference.md and mistakes.md from what `core` says of itself: `python docs/build.py`.

A test compares: a name without a place here, and a page that was not written anew, are failures.
"""

import dataclasses
import inspect
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import core
from core.diagnosis import (
    mistakes_forward,
    mistakes_loss,
    mistakes_product,
    mistakes_settings,
    mistakes_upstream,
    mistakes_vjp,
)
from core.diagnosis.verdict import NAMES
from pages import PAGES

WORDS = """\
- **Logits** z go into the softmax: **y** = softmax(z/τ), with **temperature** τ. **Jacobian** J:
  Jᵢⱼ = ∂yᵢ/∂zⱼ, row = output, column = logit.
- **Upstream gradient** g = ∂L/∂y, a row vector; **∂L/∂z** = g J, the vector-Jacobian product.
- **Target** t: one-hot, or smoothed: (1 − ε) t + ε/n. **Saturated**: y nearly one-hot, J nearly zero."""
SUBJECTS = {
    "Softmax": """softmax log_softmax softmax_complement jacobian_parts softmax_jacobian softmax_vjp
        softmax_jvp vjp_terms vjp_by_matrix softmax_record SoftmaxRecord""",
    "Losses and their gradients": """cross_entropy cross_entropy_dL_dy cross_entropy_dL_dz
        squared_error squared_error_dL_dy squared_error_dL_dz one_hot smooth upstream_gradient
        loss_function LossFunction Outputs LOSS_FUNCTIONS LOSSES REDUCTIONS UPSTREAM""",
    "Records: what the explorer shows": """loss_record LossRecord compare_losses ComparisonRecord
        product_record ProductRecord nudge_record NudgeRecord jacobian_facts JacobianFacts
        simplex_record SimplexRecord to_plane from_plane contours circle_radius interior logit_curve
        LogitCurve norm""",
    "Checking a gradient": "check_gradient GradientCheck central_difference",
    "Which mistake is it?": """diagnose assert_gradient would_notice Diagnosis Verdict Explanation Mistake MISTAKES read_numbers
        read_file Reading ReadingError Noticed GradientTest Understood""",
    "Softmax inside attention": """attention attention_backward AttentionRecord AttentionGradients
        diagnose_attention AttentionDiagnosis ATTENTION_MISTAKES""",
    "A whole network": """initial_network Network Layer forward ForwardRecord loss_of backward
        BackwardRecord LayerGradient parameter_gradients gradient_norms gradient_path PathRecord
        numeric_gradient gradient_step after_steps activate activation_derivative ACTIVATIONS""",
    "Training and data": """train racer checkpoints Checkpoint RaceSettings EpochRecord epochs_to
        confusion_matrix SATURATED dataset Dataset Rows DATA""",
}
CONSTANTS = {
    "ACTIVATIONS": "The activations that a hidden layer may have.",
    "ATTENTION_MISTAKES": "Every mistake that `diagnose_attention` knows; see [mistakes.md](mistakes.md).",
    "DATA": "The data sets that come along.",
    "LOSSES": "The two losses that the explorer sets side by side.",
    "LOSS_FUNCTIONS": "Every loss by its code.",
    "MISTAKES": "Every mistake that `diagnose` knows; see [mistakes.md](mistakes.md).",
    "REDUCTIONS": "Of squared error over the classes.",
    "SATURATED": "A row is saturated when its largest output is at least this.",
    "UPSTREAM": "The kinds of upstream gradient.",
}
KINDS = {
    "In the product with J, and in the layer behind it": mistakes_product.MISTAKES,
    "In the loss and its upstream gradient": mistakes_upstream.MISTAKES,
    "In the forward pass": mistakes_forward.MISTAKES,
    "In g J, whatever g is": mistakes_vjp.MISTAKES,
    "With rows that do not count, weights and smoothing": mistakes_settings.MISTAKES,
    "With a focal loss, a z-loss, a soft cap": mistakes_loss.MISTAKES,
    "In attention, which `core.diagnose_attention` knows": core.ATTENTION_MISTAKES,
}


def _said(thing: object) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def _entry(name: str) -> str:
    thing = getattr(core, name)
    if name in CONSTANTS:
        values = thing if isinstance(thing, tuple) and isinstance(thing[0], str) else ()
        values = tuple(thing) if isinstance(thing, dict) else values
        told = ", ".join(f"`{value}`" for value in values) or (
            f"{thing}" if isinstance(thing, float) else ""
        )
        return f"- **`{name}`**: {CONSTANTS[name]}{f' {told}' if told else ''}"
    if inspect.isclass(thing) and not dataclasses.is_dataclass(thing):
        return f"- **`{name}`**: {_said(thing)}"
    if inspect.isclass(thing):
        fields = ", ".join(field.name for field in dataclasses.fields(thing))
        return f"- **`{name}`**{f'`({fields})`' if fields else ''}: {_said(thing)}"
    arguments = ", ".join(inspect.signature(thing).parameters)
    return f"- **`{name}`**`({arguments})`: {_said(thing)}"


def reference() -> str:
    """Every public name of `core`, by subject."""
    parts = [
        "# The mathematics, name by name",
        "`import core` has these names; `help(core.softmax)` says shapes, errors, formula and source.",
        "## Words",
        WORDS,
        "## Conventions",
        (core.__doc__ or "").partition("------\n")[2].strip(),
    ]
    for subject, names in SUBJECTS.items():
        parts += [f"## {subject}", "\n".join(_entry(name) for name in names.split())]
        if "loss_function" in names:
            rows = core.LOSS_FUNCTIONS.items()
            parts.append(
                "\n".join(f'- `loss_function("{code}")`: {_said(row)}' for code, row in rows)
            )
    return "\n\n".join(parts) + "\n"


def _address(see: str) -> str:
    """The first page's address is that of the app itself."""
    stem, mark, query = see.partition("?")
    return f"/{'' if stem == PAGES[0].stem else stem}{mark}{query}"


def mistakes() -> str:
    """Every mistake that `diagnose` names."""
    titles = {page.stem: page.title for page in PAGES}
    parts = [
        "# The mistakes by name",
        f"`core.diagnose` and the page Check my gradient know these {len(core.MISTAKES)}, alone and "
        "two at a time. A mistake is named only if it gives every digit of your numbers and the "
        "right answer does not.",
    ]
    for kind, rows in KINDS.items():
        parts.append(f"## {kind}")
        for m in rows:
            where = ", ".join(NAMES.get(quantity, quantity) for quantity in m.quantities)
            page = titles[m.see.partition("?")[0]]
            parts += [
                f"### {m.name}",
                f"**{m.title}.** {m.explanation}",
                f"```python\n{m.fix}\n```",
                f"Changes {where}. To be seen on the page {page}: `{_address(m.see)}`.",
            ]
    return "\n\n".join(parts) + "\n"


FILES = {"reference.md": reference, "mistakes.md": mistakes}

if __name__ == "__main__":
    for name, text in FILES.items():
        (HERE / name).write_text(text(), encoding="utf-8")
