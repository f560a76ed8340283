"""A class's colour before the label of its slider or box.

By style: Streamlit reads a label aloud as it is written, with whatever Markdown is in it.
"""

from pages.notation.palette import CLASS_COLORS
from pages.state.controls import CONTROLS
from pages.state.kinds import Slider


def marked(key: str, color: str | None) -> str:
    """The key of a widget, or of what it stands in, so that it has a mark of this colour."""
    return key if color is None else f"{key}_{_called(color)}_"


def _called(color: str) -> str:
    return f"class{CLASS_COLORS.index(color) + 1}"


def style() -> str:
    """CSS for the whole page; the sliders of the link have keys of their own."""
    return "\n".join(_rule(color) for color in CLASS_COLORS)


def _rule(color: str) -> str:
    sliders = [k for k, c in CONTROLS.items() if isinstance(c, Slider) and c.color == color]
    of = ", ".join([*(f".st-key-{key}" for key in sliders), f'[class*="_{_called(color)}_"]'])
    label = '[data-testid="stWidgetLabel"] p::before'
    return f':is({of}) {label} {{ content: "■ "; content: "■ " / ""; color: {color}; }}'
