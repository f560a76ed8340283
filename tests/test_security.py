"""SECURITY.md names tests that exist, and the settings are as strict as it says."""

import ast
import base64
import hashlib
import re
import tomllib
from pathlib import Path

import pytest
import streamlit

ROOT = Path(__file__).parents[1]
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
THREATS = re.findall(r"^\| (?!Threat|-)(.+?) \| (.+?) \| (.+?) \|$", SECURITY, flags=re.M)


@pytest.mark.parametrize(("threat", "tests"), [(t, shown) for t, _, shown in THREATS])
def test_every_threat_names_tests_that_exist(threat: str, tests: str) -> None:
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", tests)
    assert named, threat
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}, (path, name)


def test_the_list_of_threats_is_found() -> None:
    assert len(THREATS) > 15


def test_the_settings_are_as_strict_as_streamlit_works_with() -> None:
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["client"]["showErrorDetails"] == "none"
    assert config["client"]["showErrorLinks"] is False
    assert config["runner"]["fastReruns"] is False
    assert config["server"]["enableCORS"] is True
    assert config["server"]["enableXsrfProtection"] is True
    assert config["server"]["maxUploadSize"] <= 32
    assert config["server"]["maxMessageSize"] <= 16
    assert config["server"]["maxWidgetStateSize"] <= 16


def test_the_policy_has_the_hash_of_this_releases_inline_script() -> None:
    page = Path(streamlit.__file__).parent / "static/index.html"
    (script,) = re.findall(r"<script>(.*?)</script>", page.read_text(encoding="utf-8"), flags=re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in SECURITY
