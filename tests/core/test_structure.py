import ast
import dataclasses
import inspect
import re
import subprocess
import sys
from importlib import import_module
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import core
from tests.core.strategies import ON_LOGITS, ON_TARGETS, arrays_of

FOLDER = Path(core.__file__).parent
SOURCES = sorted(FOLDER.rglob("*.py"))
on_logits = pytest.mark.parametrize("f", ON_LOGITS.values(), ids=ON_LOGITS.keys())
on_targets = pytest.mark.parametrize("f", ON_TARGETS.values(), ids=ON_TARGETS.keys())


def imported(source):
    """The top-level names of all that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "core" if node.level else str(node.module).split(".")[0]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_core_imports_numpy_and_the_standard_library_only(source):
    assert set(imported(source)) <= {"core", "numpy"} | sys.stdlib_module_names


def test_importing_core_loads_nothing_else():
    heavy = ["streamlit", "plotly", "pandas", "torch", "autograd", "scipy", "pages"]
    script = f"import core, sys; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=FOLDER.parent, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "[]"


def test_core_can_be_used_with_every_warning_an_error():
    script = "import core; core.product_record([2, 1, 0.1], [1, 2, 3])"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=FOLDER.parent,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr


def test_every_public_name_exists_and_is_listed_once():
    assert len(set(core.__all__)) == len(core.__all__)
    assert all(hasattr(core, name) for name in core.__all__)


def test_every_function_and_record_that_core_imports_is_public():
    found = {
        name
        for name, value in vars(core).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert found == set(core.__all__)


@pytest.mark.parametrize("name", [name for name in core.__all__ if callable(getattr(core, name))])
def test_every_public_function_and_record_has_a_docstring(name):
    value = getattr(core, name)
    assert value.__doc__
    # A dataclass without one is given its signature.
    assert not value.__doc__.startswith(f"{name}(")


@pytest.mark.parametrize(
    "name", [name for name in core.__all__ if not callable(getattr(core, name))]
)
def test_every_public_constant_is_explained_below_its_definition(name):
    for source in SOURCES:
        body = ast.parse(source.read_text(encoding="utf-8")).body
        for statement, following in zip(body, [*body[1:], None], strict=True):
            if isinstance(statement, ast.AnnAssign | ast.Assign):
                targets = getattr(statement, "targets", None) or [statement.target]
                if any(getattr(target, "id", None) == name for target in targets):
                    assert isinstance(following, ast.Expr)
                    assert isinstance(following.value, ast.Constant)
                    return
    pytest.fail(f"{name} is defined nowhere")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_module_begins_with_what_it_is(source):
    assert ast.get_docstring(ast.parse(source.read_text(encoding="utf-8")))


def test_every_record_is_frozen():
    paths = [s.relative_to(FOLDER.parent).with_suffix("") for s in SOURCES if s.stem[0] != "_"]
    modules = [import_module(".".join(path.parts)) for path in paths]
    found = [value for module in modules for value in vars(module).values()]
    records = {
        value for value in found if inspect.isclass(value) and dataclasses.is_dataclass(value)
    }
    assert {core.SoftmaxRecord, core.Network, core.EpochRecord, core.Dataset} <= records
    assert [record for record in records if not record.__dataclass_params__.frozen] == []


@on_logits
def test_a_batch_gives_what_its_rows_give_one_by_one(f):
    for leading, n in product([(1,), (4,), (2, 3), (2, 1, 2)], [1, 2, 5]):
        z = np.random.default_rng(n).normal(size=(*leading, n))
        whole = dict(arrays_of(f(z, 0.7)))
        for row in np.ndindex(leading):
            for name, alone in arrays_of(f(z[row], 0.7)):
                if name.endswith("spectral_norm_bound"):
                    continue
                said = f"{name} of {leading}, {n} classes"
                assert whole[name].shape == leading + alone.shape, said
                np.testing.assert_allclose(
                    whole[name][row], alone, rtol=1e-9, atol=1e-15, equal_nan=True, err_msg=said
                )


@on_logits
@pytest.mark.parametrize("shape", [(3, 4), (4,)], ids=["a batch of logits", "one row of logits"])
def test_each_row_may_have_its_own_temperature(f, shape):
    taus = np.array([0.25, 1.0, 5.0])
    z = np.random.default_rng(4).normal(size=shape)
    whole = dict(arrays_of(f(z, taus)))
    for row, tau in enumerate(taus):
        for name, alone in arrays_of(f(np.broadcast_to(z, (3, 4))[row], tau)):
            # A record's z is the z that it was given.
            found = whole[name] if name == ".z" and z.ndim == 1 else whole[name][row]
            np.testing.assert_allclose(found, alone, rtol=1e-9, atol=1e-15, err_msg=name)


def test_points_of_the_simplex_may_each_have_their_own_temperature():
    y, taus = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]), np.array([0.5, 2.0])
    whole = core.simplex_record(y, [1, 0, 0], taus)
    for row in range(2):
        alone = core.simplex_record(y[row], [1, 0, 0], taus[row])
        np.testing.assert_allclose(whole.step_ce[row], alone.step_ce)
        np.testing.assert_allclose(whole.step_mse[row], alone.step_mse)


@on_targets
def test_a_batch_of_targets_gives_what_its_rows_give_one_by_one(f):
    t = np.array([[[1, 0, 0], [0.1, 0.2, 0.7]], [[0, 2, 3], [0, 0, 1]]])
    whole = dict(arrays_of(f(t)))
    for row in np.ndindex(2, 2):
        for name, alone in arrays_of(f(t[row])):
            if name == ".y":  # the points of a simplex record, not broadcast to the targets
                continue
            found = whole[name] if whole[name].shape == alone.shape else whole[name][row]
            np.testing.assert_allclose(found, alone, rtol=1e-9, atol=1e-15, err_msg=name)


@on_logits
def test_lists_tuples_and_integers_are_as_good_as_arrays(f):
    for z in ([2, 1, 0], (2, 1, 0), np.array([2, 1, 0]), np.array([2, 1, 0], dtype=np.float32)):
        for (name, got), (_, expected) in zip(
            arrays_of(f(z)), arrays_of(f(np.array([2.0, 1.0, 0.0]))), strict=True
        ):
            np.testing.assert_array_equal(got, expected, err_msg=name)
            assert got.dtype == expected.dtype
            assert got.dtype in (np.float64, np.bool_, np.int64)


@on_logits
def test_no_function_changes_its_logits(f):
    z = np.array([[2.0, 1.0, 0.1], [0.0, -1.0, 5.0]])
    before = z.copy()
    f(z)
    np.testing.assert_array_equal(z, before)


@on_targets
def test_no_function_changes_its_target(f):
    t = np.array([0.2, 0.0, 1.8])
    f(t)
    np.testing.assert_array_equal(t, [0.2, 0, 1.8])


@on_logits
def test_results_do_not_depend_on_the_order_of_memory(f):
    z = np.random.default_rng(0).normal(size=(3, 4))
    strided = np.asfortranarray(z)
    for (name, got), (_, expected) in zip(arrays_of(f(strided)), arrays_of(f(z)), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-15, err_msg=name)


def refuses(f, *given, message):
    with pytest.raises(ValueError, match=message):
        f(*given)


@on_logits
def test_every_function_refuses_bad_logits(f):
    for z, message in (
        ([0.0, np.nan], "z: expected .*got nan"),
        ([0.0, np.inf], r"z: expected .*got .*\+inf"),
        ([-np.inf, -np.inf], "z: expected .*got a row of −inf"),
        ([[1, 2], [-np.inf, -np.inf]], "z: expected .*got a row of −inf"),
        (3.0, r"z: expected shape .*got shape \(\)"),
        (np.zeros((2, 0)), r"z: expected shape .*got shape \(2, 0\)"),
        (["a", "b"], "z: expected an array of numbers, got"),
    ):
        refuses(f, z, message=message)


@on_logits
def test_every_function_refuses_a_bad_temperature(f):
    for tau in (0, -1, np.nan, np.inf, "1", None, [1.0, 0.0], 1j):
        refuses(f, [1.0, 0.0], tau, message=r"temperature: expected .*, got")


@on_targets
def test_every_function_refuses_a_bad_target(f):
    for t, message in (
        ([1, -0.1, 0], "target: expected .*≥ 0, got a negative"),
        ([1, np.nan, 0], "target: expected finite.*, got .*non-finite"),
        ([1, np.inf, 0], "target: expected finite.*, got .*non-finite"),
        ([0, 0, 0], "target: expected .*positive.*, got all zeros"),
        ([[1, 0, 0], [0, 0, 0]], "target: expected .*positive.*, got all zeros"),
        (["a", "b", "c"], "target: expected an array of numbers, got"),
    ):
        refuses(f, t, message=message)


@on_targets
def test_every_function_names_a_ragged_target(f):
    with pytest.raises(ValueError, match="target: expected an array of numbers, got"):
        f([[1, 0, 0], [1]])


@on_targets
def test_every_function_refuses_a_complex_target_and_says_so(f):
    with pytest.raises(ValueError, match=r"target: expected .*got .*complex"):
        f([1, 1j, 0])


@pytest.mark.parametrize(
    "f",
    [f for name, f in ON_TARGETS.items() if name != "smooth"],
    ids=[name for name in ON_TARGETS if name != "smooth"],
)
def test_every_function_refuses_a_target_of_another_size(f):
    for t in ([1, 0], [1, 0, 0, 0], 1.0, []):
        found = re.escape(str(np.shape(t)))
        refuses(f, t, message=rf"target: expected shape \(…, 3\), got shape {found}")


def test_smoothing_refuses_a_target_without_classes():
    for t in (1.0, []):
        with pytest.raises(ValueError, match=r"target: expected .*got"):
            core.smooth(t, 0.1)


def module_of(source):
    """Its dotted name; that of a package for an __init__."""
    parts = source.relative_to(FOLDER.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules_imported(source, known):
    """The modules of core that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else node.module


def circle(graph):
    """Modules that import each other in a ring, or None."""
    done, way = set(), []

    def visit(name):
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return None
        way.append(name)
        found = next((ring for other in graph.get(name, ()) if (ring := visit(other))), None)
        way.pop()
        done.add(name)
        return found

    return next((ring for name in graph if (ring := visit(name))), None)


def test_no_modules_import_each_other_in_a_circle_not_even_inside_functions():
    known = {module_of(source) for source in SOURCES}
    graph = {module_of(source): set(modules_imported(source, known)) for source in SOURCES}
    assert graph["core"] >= {"core.softmax", "core.losses"}
    assert circle(graph) is None


def test_the_check_for_circles_sees_one_that_is_hidden_in_a_function(tmp_path):
    sources = {"core.a": "from core import b", "core.b": "def f():\n    import core.a\n"}
    graph = {}
    for name, text in sources.items():
        path = tmp_path / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        graph[name] = set(modules_imported(path, {"core", *sources}))
    assert circle(graph) == ["core.a", "core.b", "core.a"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_module_is_over_350_lines(source):
    assert len(source.read_text(encoding="utf-8").splitlines()) <= 350


def bodies(source):
    """The name and the length of the body of each function, without its docstring."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                yield node.name, node.end_lineno - body[0].lineno + 1


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_function_is_over_60_lines(source):
    assert [found for found in bodies(source) if found[1] > 60] == []
