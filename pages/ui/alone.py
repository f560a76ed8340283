"""A page's board alone, with its bars: what an embed with `board` in its link shows."""

import streamlit as st

from pages import Page
from pages.instruments.table import INSTRUMENTS
from pages.state.link import ALONE
from pages.ui import boards, export, session, widgets


def wanted() -> bool:
    """Whether the link asks for it."""
    return ALONE in st.query_params


def offered(page: Page) -> bool:
    """Whether the page has a board that can be shown so."""
    return page.stem in INSTRUMENTS


def show(page: Page) -> None:
    """The first board of a page; the controls that it needs stand in the closed panel."""
    session.begin()
    kind = INSTRUMENTS[page.stem]
    with st.sidebar:
        for key in kind.choices:
            widgets.draw(key, **kind.narrowed(key, session.state()))
        instrument = kind.at(session.state())
        widgets.draw(*instrument.slider_keys())
        export.own_window(page)
    key, board = instrument.main_board
    boards.show(page, key, board, on_pick=instrument.picked)

    def following() -> None:
        """The numbers."""
        boards.live(page, instrument, instrument.inputs(session.state()))

    session.follow(following)
