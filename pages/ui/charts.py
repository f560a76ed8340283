"""A Plotly figure on the page."""

from base64 import b64encode
from typing import Any

import numpy as np
import streamlit as st
from plotly.basedatatypes import BaseFigure  # type: ignore[import-untyped]
from streamlit.delta_generator import DeltaGenerator

from pages.notation.figures import Figure


class _Checked(BaseFigure):  # type: ignore[misc]
    """A figure that needs no validation: the tests have done it.

    Plotly would go through a dictionary key by key with every change, at ten times the cost of all
    else that a chart takes.
    """

    def __init__(self, figure: Figure) -> None:
        self._figure = figure

    def to_dict(self) -> Figure:
        return self._figure


def _packed(part: Any) -> Any:
    """Arrays as Plotly takes them in JSON: https://plotly.com/javascript/reference, typed arrays."""
    if isinstance(part, dict):
        return {key: _packed(value) for key, value in part.items()}
    if isinstance(part, list) and part and isinstance(part[0], dict):
        return [_packed(value) for value in part]
    if not isinstance(part, np.ndarray):
        return part
    shape = {"shape": ", ".join(map(str, part.shape))} if part.ndim > 1 else {}
    return {"dtype": part.dtype.str[1:], "bdata": b64encode(part.tobytes()).decode(), **shape}


def show(
    figure: Figure, *, alt: str, key: str | None = None, host: DeltaGenerator | None = None
) -> None:
    """Draw a figure where the page stands, or in a host kept for it."""
    (host or st).plotly_chart(
        _Checked(_packed(figure)),
        config={"displayModeBar": False, "scrollZoom": False},
        alt=alt,
        key=key,
    )
