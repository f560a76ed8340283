"""The recipes of CONTRIBUTING.md, followed by their own blocks in a copy of the explorer."""

import json
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.patience import SECONDS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BEFORE = {
    "pages/__init__.py": "\n)\n",
    "pages/jacobian.py": "\nwidgets.draw_presets()",
    "core/losses/__init__.py": "\nfrom core.losses.base import",
}
"""Where the recipe says that a block goes: before this, or at the beginning of the table."""
AFTER = {
    "pages/state/controls.py": "CONTROLS: dict[str, Control] = {\n",
    "core/diagnosis/mistakes_product.py": "MISTAKES = (\n",
}
TOLD = """
import json
from streamlit.testing.v1 import AppTest

def opened(page, **query):
    at = AppTest.from_file("app.py", default_timeout=%(seconds)s)
    at.switch_page(f"pages/{page}.py")
    at.query_params.update(query)
    return at.run()

page, control = opened("outputs", z1="4"), opened("jacobian", gamma="3.5")
boards = [e for e in page.main if getattr(e, "proto", None) is not None
          and getattr(e.proto, "component_name", "") == "board"]

import core
from core.losses import at_logits
mae, z, t = core.loss_function("MAE"), [2.0, 1.0, 0.1], [1.0, 0.0, 0.0]
value = lambda z: mae.value(*at_logits(z, t, 1.0))
right = core.loss_record("MAE", z, t).dL_dz
checks = [core.check_gradient(value, z, dL_dz).ok for dL_dz in (right, 1.001 * right)]

found = core.diagnose([2.0, 1.0, 0.1], 0, dL_dz=3 * core.cross_entropy_dL_dz(z, t))
names = [e.name for v in found.verdicts.values() for e in v.explanations]

from docs import build
print(json.dumps({
    "page": [[e.value for e in page.exception], page.title[0].value, len(boards)],
    "control": [[e.value for e in control.exception], control.slider(key="gamma").value],
    "loss": checks,
    "mistake": names,
    "docs": ["gradients-accumulated" in build.mistakes(), '"MAE"' in build.reference()],
}))
"""


def blocks():
    """Each block of a recipe: where it goes, and its text."""
    found = re.findall(r"^   ```python (\S+)\n(.*?)^   ```$", TEXT, re.M | re.S)
    return [
        (path, textwrap.dedent(text.replace("\n   ", "\n").removeprefix("   ")))
        for path, text in found
    ]


def put(path, text, whole):
    """A block in a file that may be there already."""
    if path in BEFORE:
        assert whole.count(BEFORE[path]) == 1, path
        return whole.replace(BEFORE[path], f"\n{text.rstrip()}{BEFORE[path]}")
    if path in AFTER:
        assert whole.count(AFTER[path]) == 1, path
        return whole.replace(AFTER[path], f"{AFTER[path]}{text}")
    assert not whole, f"{path}: there already"
    return text


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the explorer says of itself when all four recipes have been followed."""
    copy = tmp_path_factory.mktemp("recipes")
    for part in ("app.py", "core", "pages", "docs", ".streamlit"):
        come = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        come(ROOT / part, copy / part)
    for path, text in blocks():
        file = copy / path
        there = file.read_text(encoding="utf-8") if file.exists() else ""
        if path in (*BEFORE, "pages/state/controls.py", "core/diagnosis/mistakes_product.py"):
            text = indented_as_in(path, text)
        file.write_text(put(path, text, there), encoding="utf-8")
    registry = copy / "core/losses/__init__.py"
    rows = registry.read_text(encoding="utf-8")
    assert rows.count("TeacherKL)\n") == 1
    registry.write_text(
        rows.replace("TeacherKL)\n", "TeacherKL, AbsoluteError)\n"), encoding="utf-8"
    )
    run = subprocess.run(
        [sys.executable, "-c", TOLD % {"seconds": SECONDS}],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout.splitlines()[-1])


def indented_as_in(path, text):
    """A row of a table stands four columns in."""
    row = text.lstrip().startswith(("Page(", "Mistake(", '"'))
    return textwrap.indent(text, "    ") if row else text


def test_each_recipe_has_its_blocks():
    paths = [path for path, _ in blocks()]
    assert paths == [
        *("pages/__init__.py", "pages/outputs.py"),
        *("pages/state/controls.py", "pages/jacobian.py"),
        *("core/losses/absolute_error.py", "core/losses/__init__.py"),
        "core/diagnosis/mistakes_product.py",
    ]
    assert re.findall(r"^## (.+)$", TEXT, re.M) == ["A page", "A control", "A loss", "A mistake"]


def test_a_page_made_by_the_recipe_opens_and_shows_a_board(told):
    exceptions, title, boards = told["page"]
    assert exceptions == []
    assert title == "What the softmax makes of the logits"
    assert boards == 1


def test_a_control_made_by_the_recipe_is_drawn_and_set_by_a_link(told):
    assert told["control"] == [[], 3.5]


def test_a_loss_made_by_the_recipe_has_the_gradient_of_its_value(told):
    assert told["loss"] == [True, False]  # and one off by a thousandth has not
    assert told["docs"][1]


def test_a_mistake_made_by_the_recipe_is_named(told):
    assert told["mistake"] == ["gradients-accumulated"]
    assert told["docs"][0]


def test_every_file_and_folder_that_is_named_is_there():
    for path in re.findall(r"`((?:core|pages|tests|docs)/[\w./]*)`", TEXT):
        if path != "pages/outputs.py":
            assert (ROOT / path).exists(), path
