"""The files to host it, as far as they can be tried without a container engine."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import SECONDS, until

ROOT = Path(__file__).parents[1]
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
BALANCER = (ROOT / "hosting/haproxy.cfg").read_text(encoding="utf-8")


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """A Dockerfile's instructions in order, each with its text."""
    lines = "\n".join(line for line in dockerfile.splitlines() if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", "", lines)
    return [(word, rest) for word, rest in re.findall(r"^([A-Z]+) (.+)$", joined, flags=re.M)]


IMAGE = instructions((ROOT / "Dockerfile").read_text(encoding="utf-8"))
ONCE = dict(IMAGE)


def linted(dockerfile: str) -> str:
    """What a linter of Dockerfiles says of one; nothing if all is well."""
    linter = shutil.which("hadolint", path=sysconfig.get_path("scripts"))
    assert linter, "it comes with requirements-dev.txt, but not for Windows"
    said = subprocess.run([linter, "-"], input=dockerfile, capture_output=True, text=True)
    return said.stdout + said.stderr


def test_the_linter_finds_nothing_in_the_dockerfile_and_would_find_something() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert linted(dockerfile) == ""
    assert "DL3006" in linted(dockerfile.replace("python:3.11-slim-trixie", "python"))
    assert "DL3025" in linted(dockerfile + "CMD python app.py\n")


def test_the_base_image_is_pinned_and_its_python_is_new_enough() -> None:
    found = re.fullmatch(r"python:3\.(\d+)-slim-[a-z]+", ONCE["FROM"])
    assert found
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f">=3.{found[1]}" == project["requires-python"], "the version that the tests run on"


def test_the_image_installs_what_the_app_is_pinned_to_without_compiling() -> None:
    (run,) = (text for word, text in IMAGE if word == "RUN")
    install, uninstall = run.split(" && ")
    assert install.endswith("--no-cache-dir --only-binary=:all: -r requirements.txt")
    assert shlex.split(uninstall)[4:] == ["--yes", "pip", "setuptools", "wheel"]


def test_the_image_ends_as_a_user_without_rights() -> None:
    words = [word for word, _ in IMAGE]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", ONCE["USER"])
    assert set(words[words.index("USER") :]) == {"USER", "EXPOSE", "HEALTHCHECK", "CMD"}


def test_a_health_check_waits_three_seconds_or_more() -> None:
    image = re.search(r"--timeout=(\d+)s.*timeout=(\d+)\)", ONCE["HEALTHCHECK"])
    assert image
    (balancer,) = re.findall(r"timeout check (\d+)s", BALANCER)
    assert min(map(int, (*image.groups(), balancer))) >= 3
    assert "curl" not in ONCE["HEALTHCHECK"]


def test_the_context_is_a_list_of_what_is_allowed_and_all_of_it_exists() -> None:
    rules = [line for line in IGNORED if not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {line[1:] for line in rules if line.startswith("!")}
    assert allowed == {
        *("requirements.txt", "app.py", "core", "pages", ".streamlit", ".streamlit/config.toml")
    }
    assert {".streamlit/*", "**/__pycache__"} < set(rules)
    assert all((ROOT / path).exists() for path in allowed)


def test_compose_and_the_balancer_name_the_same_replicas_and_files_that_exist() -> None:
    replicas = re.findall(r"^  (\w+): (?:&|\*)replica$", COMPOSE, flags=re.M)
    servers = re.findall(r'^ +server (\w+) "\$\{(\w+)-(\w+):8501\}" cookie (\w+)$', BALANCER, re.M)
    assert len(replicas) >= 2
    assert servers == [(name, name.upper(), name, name) for name in replicas]
    assert f"depends_on: [{', '.join(replicas)}]" in COMPOSE
    assert ONCE["EXPOSE"] == "8501"
    assert "build: ." in COMPOSE
    (mounted,) = re.findall(r"\./(\S+):\S+:ro", COMPOSE)
    assert (ROOT / mounted).is_file()
    assert COMPOSE.count("read_only: true") == 2


@pytest.fixture
def image() -> Iterator[Path]:
    """A folder with what `COPY . .` would put there, which nobody but root may write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in ("requirements.txt", "app.py", "core", "pages"):
            if (ROOT / path).is_dir():
                ignore = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / path, folder / path, ignore=ignore)
            else:
                shutil.copy(ROOT / path, folder)
        (folder / ".streamlit").mkdir()
        shutil.copy(ROOT / ".streamlit/config.toml", folder / ".streamlit")
        everything = [folder, *folder.rglob("*")]
        for path in everything:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield folder
        for path in everything:
            path.chmod(0o755)


def reachable_by(user: int) -> str | None:
    """A Python of this version that this user may start and that finds the app's packages."""
    packages = {"PYTHONPATH": sysconfig.get_path("purelib")}
    probe = f"import sys, streamlit; assert sys.version_info[:2] == {sys.version_info[:2]}"
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            subprocess.run([python, "-c", probe], check=True, env=packages, user=user, **quiet)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    return None


@pytest.mark.parametrize("user", [None, int(ONCE["USER"].split(":")[0])], ids=["me", "nobody"])
def test_the_image_writes_nothing_answers_its_health_check_and_ends_at_sigterm(
    image: Path, user: int | None
) -> None:
    python: str | None = sys.executable
    if user is not None:
        if os.geteuid() != 0:
            pytest.skip("only root may start a process as someone else")
        python = reachable_by(user)
        if python is None:
            pytest.skip(f"user {user} may not start this Python, nor is there another like it")
    assert python is not None

    def command(text: str) -> list[str]:
        """An exec form, with this Python for the image's."""
        return [python if word == "python" else word for word in json.loads(text)]

    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = str(s.getsockname()[1])
    settings = dict(pair.split("=", 1) for pair in shlex.split(ONCE["ENV"]))
    settings |= {"STREAMLIT_SERVER_PORT": port, "PYTHONPATH": sysconfig.get_path("purelib")}
    probe = command(ONCE["HEALTHCHECK"].split("CMD ")[1].replace("8501", port))
    before = {path: path.stat().st_mtime_ns for path in image.rglob("*")}

    rights = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    server = subprocess.Popen(command(ONCE["CMD"]), cwd=image, env=settings, **rights)
    try:
        until(
            lambda: (
                subprocess.run(probe, stderr=subprocess.DEVNULL).returncode == 0
                or server.poll() is not None
            )
        )
        assert server.poll() is None
        server.terminate()
        assert server.wait(SECONDS) == 0
    finally:
        server.kill()
        server.wait()
    assert subprocess.run(probe, stderr=subprocess.DEVNULL).returncode != 0
    assert {path: path.stat().st_mtime_ns for path in image.rglob("*")} == before


def test_the_balancer_sends_the_policy_that_the_pages_are_tested_under() -> None:
    policy = (
        (ROOT / "SECURITY.md").read_text(encoding="utf-8").split("```http\n")[1].split("\n```")[0]
    )
    sent = re.findall(r'http-response set-header (\S+) "(.*)"', BALANCER)
    assert [f"{name}: {value}" for name, value in sent] == policy.splitlines()
