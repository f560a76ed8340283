"""What a handout's browser is given of an instrument: boards, sliders, and frames for all their steps.

A choice decides what stands where, so each of its options is a view of its own, with its own boards
and frames. One control at a time leaves its home: that needs a sum of views and not a product.
"""

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pages.board.blocks import Board
from pages.board.frames import Sweeps, frames, stored
from pages.board.grid import Grid
from pages.notation.palette import CLASS_COLORS, NEGATIVE, POSITIVE
from pages.state.kinds import Slider

COLORS = {"classes": CLASS_COLORS, "positive": POSITIVE, "negative": NEGATIVE}


@dataclass(frozen=True)
class View:
    """Boards, the sliders that move them with where they stand, and their numbers at every step."""

    boards: Sequence[Board]
    sweeps: Sequence[Sweeps]
    sliders: Mapping[str, tuple[Slider, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Offered:
    """A choice: its options, where it stands at first, and the view of each other option."""

    key: str
    label: str
    options: Sequence[str]
    home: str | None
    views: Mapping[str, View]


def grids(keys: Sequence[str], state: Mapping[str, Any], sliders: Mapping[str, Slider]) -> Any:
    """The steps of an instrument's sliders; one that is not offered stays where it is."""
    return {k: sliders[k].grid if k in sliders else Grid(state[k], 1.0, 1) for k in keys}


def packed(home: View, choices: Sequence[Offered] = ()) -> bytes:
    """All of it: length of the header (4 bytes, little-endian), header (JSON), frames; deflate.

    Parameters
    ----------
    home : the view of the state itself
    choices : those that the reader may change
    """
    views = [home, *(view for choice in choices for view in choice.views.values())]
    blobs = [
        [stored(frames("handout", {}, s, f"part {k}")) for k, s in enumerate(view.sweeps)]
        for view in views
    ]
    number = iter(range(1, len(views)))
    head = json.dumps(
        {
            "colors": COLORS,
            "views": [
                _view(view, [len(blob) for blob in own])
                for view, own in zip(views, blobs, strict=True)
            ],
            "choices": [
                {
                    "key": choice.key,
                    "label": choice.label,
                    "options": list(choice.options),
                    "home": choice.home,
                    "views": {option: next(number) for option in choice.views},
                }
                for choice in choices
            ],
        },
        ensure_ascii=False,
    ).encode()
    whole = [struct.pack("<I", len(head)), head, *(blob for own in blobs for blob in own)]
    return zlib.compress(b"".join(whole), 9)


def _view(view: View, sizes: Sequence[int]) -> dict[str, Any]:
    return {
        "boards": [{"blocks": b.blocks, "alt": b.alt, "dense": b.dense} for b in view.boards],
        "sliders": [_slider(key, *at) for key, at in view.sliders.items()],
        "frames": sizes,
    }


def _slider(key: str, slider: Slider, home: float) -> dict[str, Any]:
    whole = isinstance(slider.step, int)
    return {
        "key": key,
        "label": slider.label,
        "color": slider.color,
        "low": slider.low,
        "step": slider.step,
        "count": slider.grid.count,
        "home": home,
        "decimals": 0 if whole else 2 if slider.step < 0.1 else 1,
    }
