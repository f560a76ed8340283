"""The house: who may know whom, how long a room may be, and that no page or script computes."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE_SCRIPTS = sorted(p for p in (ROOT / "pages").glob("*.py") if p.name != "__init__.py")
ROOMS = (
    "notation",
    "board",
    "state",
    "instruments",
    "lesson",
    "handout",
    "exercise",
    "sheet",
    "ui",
)
MODULES = sorted([ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "core").rglob("*.py")])
MAY_KNOW = {
    "core": {"core"},
    "notation": {"core", "notation"},
    "board": {"core", "notation", "board"},
    "state": {"core", "notation", "board", "state"},
    "instruments": {"core", "notation", "board", "state", "instruments"},
    "lesson": {"core", "notation", "board", "state", "instruments", "lesson"},
    "handout": {"core", "notation", "board", "state", "instruments", "lesson", "handout"},
    "exercise": {"core", "notation", "board", "state", "instruments", "exercise"},
    "sheet": {"core", "notation", "board", "state", "exercise", "sheet"},
    "ui": {"core", *ROOMS},
    "page": {"core", *ROOMS},
    "app": {"ui"},
}
"""By room, what it may import of this project; all may know the table of pages but core."""
MOST_LINES, LONGEST_BODY = 350, 60


def name_of(path):
    """Its dotted name, a package by its own."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


NAMES = {name_of(path) for path in MODULES}


@cache
def imports(path):
    """Every module that a file imports, inside functions too, by its whole name."""
    return tuple(_imports(path))


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from inner
            if not all(name in NAMES for name in inner):
                yield node.module


def room(name):
    """What a module, or a name in one, belongs to."""
    first, *rest = (name if name in NAMES else name.rpartition(".")[0]).split(".")
    if first != "pages":
        return first
    return rest[0] if rest and rest[0] in ROOMS else "page" if rest else "table"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_knows_those_below_it_and_no_other(path):
    here = room(name_of(path))
    known = {room(name) for name in imports(path) if name.split(".")[0] in ("app", "pages", "core")}
    known -= {"table"} if here != "core" else set()
    assert known <= MAY_KNOW.get(here, set())


def test_only_the_shared_part_and_the_pages_know_streamlit_and_only_they_pandas_and_plotly():
    for path in MODULES:
        if room(name_of(path)) not in ("ui", "page"):
            known = {name.split(".")[0] for name in imports(path)}
            assert not known & {"streamlit", "plotly", "pandas"}, path


def test_what_is_outside_of_it_loads_neither_streamlit_nor_pandas_nor_plotly():
    """In a process of its own, as somebody with a notebook or a handout would have it."""
    pure = [name_of(p) for p in MODULES if room(name_of(p)) not in ("ui", "page", "app")]
    code = (
        f"import importlib, sys\nfor name in {pure!r}: importlib.import_module(name)\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(told.stdout.split())
    assert {"core", "pages", "numpy"} <= loaded
    assert not loaded & {"streamlit", "pandas", "plotly"}


def test_a_package_of_pages_loads_nothing_but_itself():
    """It sets nothing either: what a process does once, app.py asks for."""
    for path in (ROOT / "pages").rglob("__init__.py"):
        assert set(imports(path)) <= {"dataclasses", "dataclasses.dataclass"}, path
        body = ast.parse(path.read_text(encoding="utf-8")).body
        allowed = (ast.Expr, ast.ImportFrom, ast.ClassDef, ast.Assign)
        assert all(isinstance(statement, allowed) for statement in body), path


def circles(graph):
    """Every way that comes back to where it began."""
    found = []

    def go(name, way):
        if name in way:
            found.append([*way[way.index(name) :], name])
        elif name not in done:
            for known in sorted(graph.get(name, ())):
                go(known, [*way, name])
            done.add(name)

    done = set()
    for name in sorted(graph):
        go(name, [])
    return found


def test_nobody_imports_in_a_circle_not_even_inside_a_function():
    graph = {name_of(path): set(imports(path)) & NAMES for path in MODULES}
    assert circles(graph) == []


def test_the_search_for_circles_finds_one():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [["b", "c", "b"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}}) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_short_and_so_is_each_function(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert [found for found in bodies(text) if found[1] > LONGEST_BODY] == []


def bodies(text):
    """Each function's name, and the lines of its body without its docstring."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            yield node.name, body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_the_measure_of_bodies_counts_their_lines():
    lines = "\n".join("    a = 1" for _ in range(61))
    assert list(bodies(f'def f():\n    """Doc."""\n{lines}\n')) == [("f", 61)]


def test_every_page_is_in_the_table_and_begins_by_entering_the_shell():
    table = (ROOT / "pages/__init__.py").read_text(encoding="utf-8")
    for path in PAGE_SCRIPTS:
        assert f'"{path.stem}"' in table
        statements = ast.parse(path.read_text(encoding="utf-8")).body[1:3]
        assert ast.unparse(statements[0]) == "from pages.ui import shell"
        assert ast.unparse(statements[1]) == "page = shell.enter(__file__)"


def arithmetic(path):
    """Arithmetic in a script, but for joined text and the number of a class as people count."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.BitOr):
            text = ast.unparse(node)
            joined = isinstance(node.op, ast.Add) and re.search(r"""['"]""", text)
            if not joined and text != "k + 1":
                yield text


@pytest.mark.parametrize("path", PAGE_SCRIPTS, ids=lambda p: p.stem)
def test_a_page_computes_nothing(path):
    assert list(arithmetic(path)) == []


def test_the_check_for_arithmetic_sees_it(tmp_path):
    script = tmp_path / "page.py"
    script.write_text("a = y * (1 - y)\nb = g @ J\nc = 'x' + 'y'\nd = k + 1\n", encoding="utf-8")
    assert sorted(arithmetic(script)) == ["1 - y", "g @ J", "y * (1 - y)"]


SCRIPTS = sorted((ROOT / "pages/board/js").glob("*.js"))


def test_the_browsers_modules_are_found():
    assert {"engine.js", "number_format.js"} <= {p.name for p in SCRIPTS}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_a_module_of_the_browser_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_the_browser_has_no_formula(path):
    """What it is sent it shows: it has no function with which a softmax could be computed."""
    code = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
    assert set(re.findall(r"Math\.(\w+)", code)) <= {"abs", "round"}
    powers = re.findall(r"\S+ \*\* \S+", code)
    assert powers in ([], ["10 ** -decimals"]), "the only power is that of the last decimal"
    assert not re.search(r"\beval\b|innerHTML|insertAdjacentHTML|new Function", code)


def test_nothing_is_put_into_html_unescaped():
    for path in MODULES:
        code = path.read_text(encoding="utf-8")
        assert "unsafe_allow" not in code
        assert "st.html" not in code
        if path.name not in ("racing.py",):
            assert not re.search(r"\b(eval|exec|pickle)\b", code), path


def test_only_the_two_ends_of_a_races_pipe_speak_in_pickles():
    """A pickle can run code when it is read: these come from our own process, started for it."""
    readers = {"pickle", "marshal", "shelve", "dill", "joblib", "multiprocessing"}
    found = [p.relative_to(ROOT).as_posix() for p in MODULES if readers & set(imports(p))]
    assert found == ["core/racing.py"]


def test_a_logit_enters_the_table_of_controls_once_on_its_way_to_the_screen():
    """`widgets.draw` looks a control up; the session, the boards and the instruments are told."""
    for path in (*PAGE_SCRIPTS, *(ROOT / "pages").rglob("*.py")):
        if room(name_of(path)) in ("page", "instruments", "board", "notation"):
            lookups = re.findall(r"CONTROLS\[[^\]]*\]", path.read_text(encoding="utf-8"))
            bounds = ['CONTROLS["z1"]', 'CONTROLS["g1"]']
            assert lookups in ([], bounds[:1], bounds), path
