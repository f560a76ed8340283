"""The page table and the frame that all pages share."""

import os

# NumPy reads it when it is first imported. The matrices here are small: a second thread of the
# linear algebra would only spin, and take a core from everyone else's session.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import gc
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas  # noqa: F401  Streamlit would load both in the midst of a visitor's change
import plotly.io  # type: ignore[import-untyped]  # noqa: F401
import streamlit as st

from pages.parts import controls

if TYPE_CHECKING:
    from streamlit.navigation.page import Page


@dataclass(frozen=True)
class Entry:
    """One page; its URL is its file's stem, because a cold deep link finds it by that name."""

    stem: str
    title: str
    icon: str
    help: str


PAGES = (
    Entry(
        "puzzle",
        "The puzzle",
        ":material/help:",
        "Why do the rows of the softmax Jacobian sum to zero, and what to do instead?",
    ),
    Entry(
        "jacobian",
        "Jacobian",
        ":material/grid_on:",
        "Every entry of ∂y/∂z with its formula, and what a nudge of one logit really does.",
    ),
    Entry(
        "upstream",
        "Upstream product",
        ":material/arrow_back:",
        "The upstream gradient times the Jacobian, term by term: g J = ∂L/∂z.",
    ),
    Entry(
        "losses",
        "MSE vs cross-entropy",
        ":material/compare_arrows:",
        "The same state under both losses: where squared error's gradient dies.",
    ),
    Entry(
        "network",
        "Whole network",
        ":material/account_tree:",
        "A flower through a small network, and its gradient back to every weight, step by step.",
    ),
    Entry(
        "training",
        "Training race",
        ":material/sports_score:",
        "The same network trained with either loss on real data, from a fair or a bad start.",
    ),
    Entry(
        "check",
        "Check my gradient",
        ":material/fact_check:",
        "Paste what you got, and learn whether it is right or which mistake it is.",
    ),
)

_FRAMED = "framed"
_ICON = "data:image/svg+xml;base64," + (
    b64encode((Path(__file__).parent / "parts" / "icon.svg").read_bytes()).decode()
)

# What is loaded stays. A collection that looked through it again would hold up all visitors for
# a tenth of a second, every few hundred changes.
gc.collect()
gc.freeze()


def frame() -> "Page":
    """Set up the window and the navigation; the page returned is to be run."""
    st.set_page_config(
        page_title="Softmax backpropagation explorer", page_icon=_ICON, layout="wide"
    )
    page = st.navigation(
        [
            st.Page(
                f"pages/{page.stem}.py",
                title=page.title,
                icon=page.icon,
                help=page.help,
                default=page is PAGES[0],
            )
            for page in PAGES
        ],
        position="hidden" if st.context.is_embedded else "top",
    )
    before = st.session_state.get(_FRAMED, page.url_path)
    st.session_state[_FRAMED] = page.url_path
    if before != page.url_path:
        controls.carry()
    return page


def ensure_frame() -> None:
    """Every page's first statement.

    On a fresh server Streamlit still discovers `pages/` by itself and runs the first deep link's
    page without app.py. Declaring the navigation ends that discovery; the rerun comes by app.py.
    """
    if _FRAMED not in st.session_state:
        frame()
        st.rerun()
    controls.begin()
