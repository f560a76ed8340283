import contextlib
import io

import numpy as np
import pytest
from hypothesis import given, settings

from pages.notation import snippets
from tests.pages.page_driver import (
    PAGES,
    boards,
    logits,
    numbers,
    of_type,
    opened,
    quantities,
    states,
    target,
    upstream,
)

SOFTMAX = {"z", "y", "J", "row_sums", "column_sums"}
NUDGE = {"predicted", "actual", "difference"}
PRODUCT = {"g", "dL_dz"}
LOSSES = {"t", "loss_ce", "loss_mse", "g_ce", "g_mse", "dL_dz_ce", "dL_dz_mse"}

LIBRARIES = ["numpy", pytest.param("torch", marks=pytest.mark.torch)]
ON_PAGE = {"puzzle": PRODUCT, "jacobian": NUDGE, "upstream": PRODUCT, "losses": LOSSES}
"""Beside SOFTMAX, which code on every page computes."""


def run(code):
    """The variables that the code leaves behind, as arrays, and what it prints."""
    namespace, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "snippet", "exec"), namespace)
    arrays = {
        name: np.asarray(value.detach() if hasattr(value, "detach") else value)
        for name, value in namespace.items()
        if isinstance(value, float | np.ndarray | np.generic) or type(value).__name__ == "Tensor"
    }
    return arrays, printed.getvalue()


def assert_computes(code, names, known):
    """The code computes each of the names, and every quantity in it is the known one."""
    found, _ = run(code)
    assert names <= found.keys(), f"missing: {names - found.keys()}"
    for name in found.keys() & known.keys():
        # What is tiny has to be right too; what is a small difference cannot be.
        atol = 0 if name in {"z", "y", "g", "g_ce", "t"} else 1e-12
        np.testing.assert_allclose(found[name], known[name], rtol=1e-9, atol=atol, err_msg=name)


def upstreamed(state):
    return snippets.Upstreamed(
        state["up"], target(state), state["mse"], int(state["i"]) - 1, upstream(state)
    )


def assert_snippets_agree(library, state):
    z, tau = logits(state), state["tau"]
    head = getattr(snippets, f"{library}_softmax")(z, tau)
    nudge = getattr(snippets, f"{library}_nudge")(int(state["j"]) - 1, state["nudge"])
    product = getattr(snippets, f"{library}_product")(upstreamed(state))
    losses = getattr(snippets, f"{library}_losses")(target(state), state["mse"])
    both = {"A", "B"} if library == "numpy" else set()
    assert_computes(head, SOFTMAX | both, quantities("jacobian", state))
    assert_computes(head + nudge, SOFTMAX | NUDGE, quantities("jacobian", state))
    assert_computes(head + product, SOFTMAX | PRODUCT, quantities("upstream", state))
    assert_computes(head + losses, SOFTMAX | LOSSES, quantities("losses", state))


@settings(max_examples=80)
@given(states())
def test_numpy_code_computes_what_core_computes(state):
    assert_snippets_agree("numpy", state)


@pytest.mark.torch
@settings(max_examples=20)
@given(states())
def test_pytorch_code_computes_what_core_computes(state):
    assert_snippets_agree("torch", state)


@pytest.mark.parametrize("kind", ["CE", "MSE", "ones", "row", "custom"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_code_exists_for_every_kind_of_upstream_gradient(kind, library):
    state = {
        **{"n": 3, "z1": 6.0, "z2": -2.5, "z3": 0.1, "tau": 0.7, "t": "2", "eps": 0.1},
        **{"mse": "half", "i": "3", "j": "1", "nudge": 0.5, "g1": 2.5, "g2": -5.0, "g3": 0.1},
    }
    assert_snippets_agree(library, state | {"up": kind})


def test_the_code_prints_its_result():
    state = {"n": 2, "z1": 1.0, "z2": 0.0, "tau": 1.0, "t": "1", "eps": 0.0, "mse": "mean"}
    head = snippets.numpy_softmax(logits(state), 1.0)
    for more in (
        snippets.numpy_nudge(0, 0.5),
        snippets.numpy_losses(target(state), "mean"),
        snippets.numpy_product(snippets.Upstreamed("ones", target(state), "mean", 0, np.ones(2))),
    ):
        assert "[" in run(head + more)[1]


def code_on(at, library):
    (code,) = [c.value for c in of_type(at, "code") if c.value.startswith(f"import {library}")]
    return code


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("page", PAGES)
def test_numpy_code_on_the_page_computes_the_numbers_on_its_boards(page, seed):
    at, _ = opened(page, seed)
    on_boards = {k: v for board in boards(at).values() for k, v in numbers(board).items()}
    assert_computes(code_on(at, "numpy"), SOFTMAX | ON_PAGE[page], on_boards)


@pytest.mark.torch
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("page", PAGES)
def test_pytorch_code_on_the_page_computes_the_numbers_on_its_boards(page, seed):
    at, _ = opened(page, seed)
    on_boards = {k: v for board in boards(at).values() for k, v in numbers(board).items()}
    assert_computes(code_on(at, "torch"), SOFTMAX | ON_PAGE[page], on_boards)


@pytest.mark.parametrize("page", PAGES)
def test_the_code_on_a_page_stands_on_its_own(page):
    at, _ = opened(page, 0)
    for code in (c for c in of_type(at, "code") if c.language == "python"):
        imports = [line for line in code.value.splitlines() if "import" in line]
        assert imports in (["import numpy as np"], ["import torch"])
