"""The README's promises."""

import doctest
import re
from pathlib import Path

import numpy as np

import core
from pages.state.controls import CONTROLS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_worked_example_prints_what_it_says() -> None:
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False, encoding="utf-8")
    assert result.attempted >= 9
    assert result.failed == 0


def test_it_is_short_and_its_picture_is_there() -> None:
    assert len(README.splitlines()) < 100
    pictures = re.findall(r"!\[.+?\]\((.+?)\)", README)
    assert pictures
    assert all((ROOT / p).is_file() for p in pictures)


def test_both_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = re.findall(r"^make (\w+)", README, flags=re.M)
    assert commands == ["run", "test"]
    assert all(re.search(rf"^{c}:", makefile, flags=re.M) for c in commands)


def test_ci_calls_the_test_command() -> None:
    assert "make test" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_the_links_use_controls_that_exist_and_show_what_is_said() -> None:
    (query,) = re.findall(r"losses\?(\S+?)>", README)
    state = dict(pair.split("=") for pair in query.split("&"))
    assert set(state) <= set(CONTROLS)
    both = core.compare_losses([2.0, 0.0, 0.0], core.one_hot(int(state["t"]) - 1, 3))
    assert (state["z2"], state["z3"]) == ("0", "0")
    assert np.flatnonzero(both.opposite).tolist() == [2]


def test_every_pin_is_exact() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-torch.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r", "--extra-index-url")):
                assert re.fullmatch(r"[a-z0-9-]+==[\w.]+(; sys_platform .= \"\w+\")?", line), line
