"""What a reader takes along: the link, code, and a CSV of the numbers."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import ArrayLike


def csv(quantities: Mapping[str, ArrayLike]) -> str:
    """One line a number: quantity, i, j (from 1; empty where there is none), value."""
    rows = [
        (name, *(k + 1 for k in index), *[None] * (2 - len(index)), float(array[index]))
        for name, array in ((name, np.asarray(v)) for name, v in quantities.items())
        for index in np.ndindex(array.shape)
    ]
    table = pd.DataFrame(rows, columns=["quantity", "i", "j", "value"])
    return table.astype({"i": "Int64", "j": "Int64"}).to_csv(index=False)


def take_along(
    page: str, quantities: Mapping[str, ArrayLike], *, numpy_code: str, torch_code: str
) -> None:
    """The foot of a page."""
    foot = st.expander(
        "Take it along: link, code, numbers",
        icon=":material/ios_share:",
        key="along",
        on_change="rerun",
    )
    if not foot.open:
        return  # code that nobody looks at is not sent with every change
    with foot:
        st.markdown("The address of this page holds its whole state. Copy it to share this view.")
        numpy_tab, torch_tab = st.tabs(["NumPy", "PyTorch"])
        numpy_tab.code(numpy_code)
        torch_tab.code(torch_code)
        st.download_button(
            "Numbers as CSV",
            lambda: csv(quantities),
            file_name=f"softmax-{page}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
