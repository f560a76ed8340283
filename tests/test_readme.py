"""The README's promises."""

import doctest
import re
from pathlib import Path

import numpy as np

import core
from pages import PAGES
from pages.state.controls import CONTROLS
from tests.test_structure import MAY_KNOW, ROOMS

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


def test_the_table_of_pages_has_a_row_for_each_in_their_order() -> None:
    table = README.partition("## Pages")[2].partition("##")[0]
    rows = re.findall(r"^\| (.+?) \| .{20,} \|$", table, flags=re.M)
    assert rows == [page.title for page in PAGES]


def _mapped() -> list[str]:
    """Whatever the map of the code begins a line with."""
    (code,) = re.findall(r"## Map of the code\n+```\n(.*?)```", README, flags=re.S)
    return re.findall(r"^(\S+)", code, flags=re.M)


def test_the_map_names_what_is_there() -> None:
    for name in _mapped():
        assert list(ROOT.glob(name.removesuffix("/"))), name
    (code,) = re.findall(r"## Map of the code\n+```\n(.*?)```", README, flags=re.S)
    inner = re.findall(r"(\w+/|racing\.py):", code)
    assert inner
    assert all((ROOT / "core" / name).exists() for name in inner)


def test_every_package_is_on_the_map() -> None:
    (code,) = re.findall(r"## Map of the code\n+```\n(.*?)```", README, flags=re.S)
    packages = [
        folder
        for part in ("core", "pages")
        for folder in sorted((ROOT / part).iterdir())
        if folder.is_dir() and folder.name != "__pycache__"
    ]
    for folder in packages:
        name = f"pages/{folder.name}/" if folder.parent.name == "pages" else f"{folder.name}/"
        assert name in code, name
    top = {p.name for p in ROOT.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    assert top <= {name.split("/")[0] for name in _mapped()}


def test_the_way_of_imports_is_the_one_that_is_tested() -> None:
    (way,) = re.findall(r"Imports go one way: app → (.+?) → core → numpy", README)
    order = ["pages", *reversed(ROOMS)]
    assert way.split(" → ") == order
    rooms = ["core", *ROOMS]
    for k, room in enumerate(ROOMS):
        assert MAY_KNOW[room] <= set(rooms[: k + 2])


def test_the_documents_that_it_points_to_are_there() -> None:
    for path in re.findall(r"\]\((?!http)(\S+?)\)", README):
        assert (ROOT / path).exists(), path
