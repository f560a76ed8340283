"""The shell that all pages share: the window and the navigation."""

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pages import PAGES, Page
from pages.board import scripts
from pages.ui import alone, session

if TYPE_CHECKING:
    from streamlit.navigation.page import Page as Script

_STANDS = "shell"
_TAPPED = "tapped"
_strip = st.components.v2.component(
    "pages_strip",
    html='<nav aria-label="Go to"></nav>',
    css=scripts.style("strip.css"),
    js=scripts.script("strip.js"),
)
_ICON = "data:image/svg+xml;base64," + (
    b64encode(Path(__file__).with_name("icon.svg").read_bytes()).decode()
)


def open_window() -> None:
    """The window's title and icon, and its whole width."""
    st.set_page_config(
        page_title="Softmax backpropagation explorer",
        page_icon=_ICON,
        layout="wide",
        initial_sidebar_state="collapsed" if alone.wanted() or _telephone() else "auto",
    )


def _telephone() -> bool:
    """Whether the browser says so: one that lies is wide enough for a panel, and too low for it."""
    return "Mobile" in st.context.headers.get("User-Agent", "")


def navigation() -> tuple["Script", Page, bool]:
    """The page's script and its row, and whether the visitor has just come to it from another."""
    script = st.navigation(
        [
            st.Page(
                f"pages/{page.stem}.py",
                title=page.title,
                help=page.help,
                default=page is PAGES[0],
            )
            for page in PAGES
        ],
        position="hidden" if st.context.is_embedded else "top",
    )
    before = st.session_state.get(_STANDS, script.url_path)
    st.session_state[_STANDS] = script.url_path
    here = script.url_path or PAGES[0].stem
    return script, next(page for page in PAGES if page.stem == here), before != script.url_path


def strip(here: Page) -> None:
    """On a narrow window the pages at its foot, one tap away; called once a run, by no part of one."""
    if st.context.is_embedded:
        return

    def tapped() -> None:
        st.session_state[_TAPPED] = st.session_state["strip"].go

    entries = [
        {
            "stem": page.stem,
            "href": "." if page is PAGES[0] else page.stem,
            "title": page.title,
            "icon": page.symbol,
        }
        for page in PAGES
    ]
    _strip(key="strip", data={"pages": entries, "here": here.stem}, on_go_change=tapped)


def go_where_tapped() -> None:
    """Switch to the page that was tapped on the strip, if one was."""
    stem = st.session_state.pop(_TAPPED, None)
    if stem in {page.stem for page in PAGES}:  # the browser may send anything
        # No parameters at all: Streamlit would refuse to clear those that controls are bound to.
        st.switch_page(f"pages/{stem}.py", query_params={})


def enter(file: str) -> Page:
    """Every page's first statement: which page it is.

    On a fresh server Streamlit still discovers `pages/` by itself and runs the first deep link's
    page without app.py. Declaring the navigation ends that discovery; the rerun comes by app.py.
    """
    if _STANDS not in st.session_state:
        open_window()
        navigation()
        st.rerun()
    page = next(page for page in PAGES if page.stem == Path(file).stem)
    session.begin(page.linked)
    return page
