"""Would my test notice: what a state says of somebody's test, and what is to be said of it."""

import core
from pages.instruments.base import State

CHOICES = ("test_up", "test_z", "test_t", "test_fp")
NUMBERS = ("test_m", "test_n", "test_tol")


def noticed(state: State) -> core.Noticed:
    """Which known mistakes the test would let pass."""
    return core.would_notice(
        tolerance=state["test_tol"],
        upstream=state["test_up"],
        shape=(state["test_m"], state["test_n"]),
        dtype=state["test_fp"],
        logits=state["test_z"],
        targets=state["test_t"],
        temperature=state["tau"],
        batch_mean=state["over"] == "mean",
    )


def code(state: State) -> str:
    """The same from a notebook."""
    return (
        "from core import would_notice\n\n"
        "print(\n"
        "    would_notice(\n"
        f"        tolerance={state['test_tol']:g},\n"
        f"        upstream={state['test_up']!r},\n"
        f"        shape=({state['test_m']}, {state['test_n']}),\n"
        f"        dtype={state['test_fp']!r},\n"
        f"        logits={state['test_z']!r},\n"
        f"        targets={state['test_t']!r},\n"
        f"        temperature={state['tau']:g},\n"
        f"        batch_mean={state['over'] == 'mean'},\n"
        "    )\n"
        ")\n"
    )
