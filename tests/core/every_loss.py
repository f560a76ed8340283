"""Every loss of the registry, with options drawn at random, for the tests that hold for all."""

import dataclasses

import numpy as np
import pytest
from hypothesis import strategies as st

from core import LOSS_FUNCTIONS, REDUCTIONS, Outputs

every_loss = pytest.mark.parametrize("row", LOSS_FUNCTIONS.values(), ids=LOSS_FUNCTIONS.keys())
OPTIONS = {"reduction": st.sampled_from(REDUCTIONS), "gamma": st.floats(0, 5)}
"""Values of the options that are drawn; one that is not here keeps its default."""


def losses(row):
    drawn = {f.name: OPTIONS[f.name] for f in dataclasses.fields(row) if f.name in OPTIONS}
    return st.builds(row, **drawn)


def free(y, tau=1.0):
    """Outputs that may move one by one, off the simplex."""
    return Outputs(np.asarray(y), np.asarray(tau)[..., None])


def checked(loss, soft, t):
    """Value and both gradients of one row."""
    t = np.asarray(t, dtype=float)
    return loss.value(soft, t), loss.dL_dy(soft, t), loss.dL_dz(soft, t)
