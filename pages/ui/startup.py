"""What a process does once, before it serves anybody. `app.py` calls it."""

import gc
import os
from functools import cache


def limit_threads() -> None:
    """One thread for the linear algebra; to be called before NumPy is first imported.

    The matrices here are small: a second thread would only spin, and take a core from everyone
    else's session.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@cache
def load() -> None:
    """Import what Streamlit would else load in the midst of a visitor's change, and keep it.

    What is loaded stays: a collection that looked through it again would hold up all visitors for a
    tenth of a second, every few hundred changes.
    """
    import pandas  # noqa: F401
    import plotly.io  # type: ignore[import-untyped]  # noqa: F401

    gc.collect()
    gc.freeze()
