"""What the tests of core and of the pages share."""

import os

# The bits of a race depend on it. The server and the process of a race take one; here NumPy is
# loaded before either of them could say so.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import subprocess
from functools import cache

import pytest
from hypothesis import HealthCheck, settings
from streamlit.components.v2 import manifest_scanner

# A busy machine is no counterexample.
settings.register_profile(
    "patient",
    deadline=None,
    max_examples=60,  # of each property at each run of all; runs add up
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patient")

# A server looks once which installed packages bring components; AppTest at each run of each page,
# which takes nine tenths of it. What is installed does not change while tests run.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Those of a browser's file run one by one in one worker, beside all others.

    By hand, as xdist 3.8 writes its groups where pytest 9 no longer reads them.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByBrowserFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return nodeid.partition("::")[0] if nodeid.startswith("tests/e2e/") else nodeid

    return ByBrowserFile(config, log)


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
