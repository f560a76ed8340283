"""The direction of imports, and that no page or script computes."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE_SCRIPTS = sorted(p for p in (ROOT / "pages").glob("*.py") if p.name != "__init__.py")
PARTS = sorted((ROOT / "pages/parts").glob("*.py"))
WITHOUT_STREAMLIT = ("figures", "formulas", "live", "numbers", "palette", "snippets")


def imports(path):
    """Every module that a file imports, whole names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_front_door_knows_only_the_frame():
    assert {m.split(".")[0] for m in imports(ROOT / "app.py")} == {"pages"}


def test_core_knows_nothing_of_the_pages():
    for path in (ROOT / "core").rglob("*.py"):
        known = {m.split(".")[0] for m in imports(path)}
        assert not known & {"pages", "app", "streamlit", "plotly", "pandas"}, path


def test_parts_know_core_and_each_other_but_no_page():
    stems = {p.stem for p in PAGE_SCRIPTS}
    for path in PARTS:
        assert not {m for m in imports(path) if m.split(".")[:1] == ["app"]}
        assert not {m for m in imports(path) if m.startswith("pages.") and m.split(".")[1] in stems}


@pytest.mark.parametrize("name", WITHOUT_STREAMLIT)
def test_what_turns_numbers_into_text_or_figures_does_not_import_streamlit(name):
    known = {m.split(".")[0] for m in imports(ROOT / "pages/parts" / f"{name}.py")}
    assert "streamlit" not in known


def test_every_page_is_in_the_table_and_begins_with_the_frame():
    table = (ROOT / "pages/__init__.py").read_text(encoding="utf-8")
    for path in PAGE_SCRIPTS:
        assert f'"{path.stem}"' in table
        statements = ast.parse(path.read_text(encoding="utf-8")).body[1:3]
        assert ast.unparse(statements[0]) == "from pages import ensure_frame"
        assert ast.unparse(statements[1]) == "ensure_frame()"


def arithmetic(path):
    """Arithmetic in a script, but for joined text, labels i + 1, ends of axes and more decimals."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.BitOr):
            text = ast.unparse(node)
            joined = isinstance(node.op, ast.Add) and re.search(r"""['"]|snippets\.""", text)
            label = re.fullmatch(r"([ijkn]|row|unit) [+-] 1|D \+ \d", text)
            if not joined and not label and text != "1 / tau":
                yield text


@pytest.mark.parametrize("path", PAGE_SCRIPTS, ids=lambda p: p.stem)
def test_a_page_computes_nothing(path):
    assert list(arithmetic(path)) == []


def test_the_check_for_arithmetic_sees_it(tmp_path):
    script = tmp_path / "page.py"
    script.write_text("a = y * (1 - y)\nb = g @ J\nc = 'x' + 'y'\nd = i + 1\n", encoding="utf-8")
    assert sorted(arithmetic(script)) == ["1 - y", "g @ J", "y * (1 - y)"]


SCRIPTS = sorted((ROOT / "pages/board/js").glob("*.js"))


def test_the_browsers_modules_are_found():
    assert {"engine.js", "number_format.js"} <= {p.name for p in SCRIPTS}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_the_browser_has_no_formula(path):
    """What it is sent it shows: it has no function with which a softmax could be computed."""
    code = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
    assert set(re.findall(r"Math\.(\w+)", code)) <= {"abs", "round"}
    powers = re.findall(r"\S+ \*\* \S+", code)
    assert powers in ([], ["10 ** -decimals"]), "the only power is that of the last decimal"
    assert not re.search(r"\beval\b|innerHTML|insertAdjacentHTML|new Function", code)


def test_nothing_is_put_into_html_unescaped():
    for path in (*PAGE_SCRIPTS, *PARTS, ROOT / "pages/__init__.py"):
        code = path.read_text(encoding="utf-8")
        assert "unsafe_allow" not in code
        assert "st.html" not in code
        assert not re.search(r"\b(eval|exec|pickle)\b", code)


def test_only_the_two_ends_of_a_races_pipe_speak_in_pickles():
    """A pickle can run code when it is read: these come from our own process, started for it."""
    readers = {"pickle", "marshal", "shelve", "dill", "joblib", "multiprocessing"}
    paths = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "core").rglob("*.py")]
    found = [p.relative_to(ROOT).as_posix() for p in paths if readers & set(imports(p))]
    assert found == ["core/racing.py"]
