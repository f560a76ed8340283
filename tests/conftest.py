"""What the tests of core and of the pages share."""

import os

# The bits of a race depend on it. The server and the process of a race take one; here NumPy is
# loaded before either of them could say so.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import subprocess

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no counterexample.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture
def children(monkeypatch):
    """The processes that a test starts: none is left at its end, dead but not waited for or alive."""
    started = []

    class Popen(subprocess.Popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Popen)
    yield started
    for child in started:
        assert child.returncode is not None, "it was not waited for"
        assert all(pipe is None or pipe.closed for pipe in (child.stdin, child.stdout))
