"""What a reader takes along: the link, an embed for a course page, code, and a CSV of the numbers."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from html import escape
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import ArrayLike
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from pages import Page
from pages.board.size import height
from pages.handout import page as page_of_handout
from pages.handout.document import Made
from pages.instruments.table import INSTRUMENTS
from pages.notation.snippets import Code
from pages.state.link import ALONE
from pages.ui import session

Handout = Callable[[Made], str]
"""Makes a handout as HTML."""


def csv(quantities: Mapping[str, ArrayLike]) -> str:
    """One line per number: quantity, i, j (from 1; empty where there is none), value."""
    rows = [
        (name, *(k + 1 for k in index), *[None] * (2 - len(index)), float(array[index]))
        for name, array in ((name, np.asarray(v)) for name, v in quantities.items())
        for index in np.ndindex(array.shape)
    ]
    table = pd.DataFrame(rows, columns=["quantity", "i", "j", "value"])
    return table.astype({"i": "Int64", "j": "Int64"}).to_csv(index=False)


def link(page: Page, **more: str) -> str:
    """The address of what the page shows now."""
    address = st.context.url or ""
    if not address.endswith(f"/{page.stem}"):
        address += "/"  # the landing page's address; a host's folder is served with its slash
    return f"{address}?{urlencode({**more, **session.linked()}, doseq=True)}".removesuffix("?")


def embed(source: str, height: int = 800) -> str:
    """HTML that shows a link inside another page, no wider than its column."""
    return (
        f'<iframe src="{escape(source)}" title="Softmax backpropagation explorer" width="700" '
        f'height="{height}" style="border: 0; max-width: 100%" loading="lazy" '
        'allow="clipboard-write"></iframe>'
    )


def own_window(page: Page) -> None:
    """The way out of an embed."""
    st.link_button("Open this view in its own window", link(page), icon=":material/open_in_new:")


def foot(*, numbers: bool = True) -> ExpanderContainer:
    """The foot of a page, folded, for `take_along` to fill.

    It is drawn before what follows the sliders, so that a change of these does not draw it again.

    Parameters
    ----------
    numbers : whether the page has numbers and code to offer, or its link alone
    """
    return st.expander(
        "Take it along: link, code, numbers" if numbers else "Take it along: link",
        icon=":material/ios_share:",
        key="along",
        on_change="rerun",
    )


def take_along(
    host: ExpanderContainer,
    page: Page,
    quantities: Mapping[str, ArrayLike] | None = None,
    code: Code | None = None,
    handout: Handout | None = None,
) -> None:
    """What the foot of a page offers when it is open.

    Parameters
    ----------
    host : the page's `foot`
    handout : what makes the page's handout; a page with an instrument has one of itself
    """
    if not host.open:
        return  # code that nobody looks at is not sent with every change
    with host:
        if st.context.is_embedded:
            own_window(page)
        else:
            st.markdown(
                "The address of this page holds its whole state. Copy it to share this view."
            )
        texts = {} if code is None else {"NumPy": code.numpy, "PyTorch": code.torch}
        *code_tabs, embed_tab = st.tabs([*texts, "Course page"])
        for tab, text in zip(code_tabs, texts.values(), strict=True):
            tab.code(text)
        source = link(page, embed="true")
        with embed_tab:
            if page.stem in INSTRUMENTS:
                _, board = INSTRUMENTS[page.stem].at(session.state()).main_board
                alone = link(page, embed="true", **{ALONE: "true"})
                st.caption("HTML for a page of yours: the board alone, with its bars.")
                st.code(embed(alone, height(board)), language="html", wrap_lines=True)
            st.code(embed(source), language="html", wrap_lines=True)
            st.caption(
                "The whole view, with its controls and words, embedded, light or dark as its reader’s system is. "
                "To have it light or dark for all, add `&amp;embed_options=light_theme` or "
                "`&amp;embed_options=dark_theme` to the link in it. The link alone, for a page "
                "that embeds by itself:"
            )
            st.code(source, language=None, wrap_lines=True)
        with st.container(horizontal=True):
            _hand_out(page, handout)
            if quantities:
                st.download_button(
                    "Numbers as CSV",
                    lambda: csv(quantities),
                    file_name=f"softmax-{page.stem}.csv",
                    mime="text/csv",
                    icon=":material/download:",
                    on_click="ignore",
                )


def _hand_out(page: Page, handout: Handout | None) -> None:
    """A button that makes the handout when it is pressed, and not before."""
    if handout is None:
        if page.stem not in INSTRUMENTS:
            return
        handout = partial(page_of_handout.handout, page.stem, session.state())
    hand_out(handout, link(page), page.stem)


def hand_out(handout: Handout, address: str, name: str) -> None:
    """A button for a handout.

    Parameters
    ----------
    address : the link to the same view
    name : of the file, without its ending
    """
    st.download_button(
        "Handout",
        lambda: handout(Made(address, date.today())),
        file_name=f"softmax-{name}.html",
        mime="text/html",
        key="handout",
        icon=":material/file_save:",
        on_click="ignore",
        help="This view as one HTML file: it opens from a disk without a network, its sliders are live, "
        "and it prints.",
    )
