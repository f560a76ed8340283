"""Opens pages without a browser, and says from `core` alone what each board must show."""

import json
import logging
import random
from functools import cache
from pathlib import Path

import numpy as np
from google.protobuf.json_format import MessageToDict
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import core
from core.diagnosis.attention_steps import QUANTITIES as OF_ATTENTION
from core.diagnosis.case import QUANTITIES
from core.diagnosis.search import MAX_EXPLANATIONS
from pages.instruments import race
from pages.instruments.landscape import LEVELS, STARTS
from pages.instruments.losses import LOG_ODDS
from pages.state.controls import CONTROLS
from tests.pages import network_by_hand, race_by_hand
from tests.pages.board.test_frames import decode
from tests.pages.board.test_frames import opened as unpacked
from tests.patience import SECONDS

# Streamlit logs every uncaught exception; a test that meets one says so itself.
logging.getLogger("streamlit").setLevel(logging.CRITICAL)

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("puzzle", "jacobian", "upstream", "losses")
"""Those about one softmax, whose state is logits."""
EVERY_PAGE = (*PAGES, "network", "training")
CHECK_PARTS = (
    *(
        f"{quantity}_{k}"
        for quantity in (*QUANTITIES, *OF_ATTENTION)
        for k in range(1, MAX_EXPLANATIONS)
    ),
    "report",
)
"""What can be opened on the check page."""


def open_page(page, /, foot=True, **params):
    """A link opened in a fresh session on a cold server, with the foot of the page open or closed."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=SECONDS)
    at.switch_page(f"pages/{page}.py")
    at.query_params.update({k: v if isinstance(v, list) else str(v) for k, v in params.items()})
    at.session_state["along"] = foot
    for part in ("curves", "steps", *CHECK_PARTS):  # all opened
        at.session_state[part] = True
    return at.run()


@cache
def opened(page, seed):
    """A page at a random state; shared between tests, which only read it."""
    state = random_state(seed, page)
    return open_page(page, **state), state


def elements(at):
    def walk(block):
        for child in block.children.values():
            yield child
            if hasattr(child, "children"):
                yield from walk(child)

    return list(walk(at._tree))


def of_type(at, kind):
    return [e for e in elements(at) if e.type == kind]


def boards(at):
    """Each board by its key: what the page says of it, and the numbers that it is sent."""
    found = layouts(at)
    if found:
        now = {}
        for element in all_frames(at):
            head, _, numbers, _ = unpacked(element.proto.bytes)
            for board in found.values():
                assert board["page"] == head["page"]
                assert board["choices"].items() <= head["state"].items(), (
                    "the engine would not paint it"
                )
            now |= numbers | swept_to(at, element.proto.bytes, head)
        for board in found.values():
            board["numbers"] = {name: now[name] for name in named(board)}
    return found


def swept_to(at, packed, head):
    """The numbers of the frames where the one slider stands that is not where they are of."""
    away = [
        s["key"] for s in head["sliders"] if head["state"][s["key"]] != at.slider(s["key"]).value
    ]
    if not away:
        return {}
    (key,) = away
    (grid,) = (s for s in head["sliders"] if s["key"] == key)
    step = round((at.slider(key).value - grid["low"]) / grid["step"])
    row = decode(packed)[0][key][step]
    return {
        name: row[start : start + int(np.prod(shape))].reshape(shape)
        for name, (start, *shape) in head["quantities"].items()
    }


def layouts(at):
    """What stands where, without the numbers."""
    return {e.proto.id.split("-")[-1]: json.loads(e.proto.bytes) for e in board_elements(at)}


def board_elements(at):
    return [e for e in of_type(at, "bidi_component") if e.proto.component_name == "board"]


def all_frames(at):
    return [e for e in of_type(at, "bidi_component") if e.proto.component_name == "board_frames"]


def frames_sent(at, part="followed"):
    (found,) = [e for e in all_frames(at) if unpacked(e.proto.bytes)[0]["part"] == part]
    return found


def numbers(board):
    """Each quantity of a board as an array."""
    return board["numbers"]


def parts(board):
    """Every block of a board, and every number inside a sentence."""
    todo = list(board["blocks"])
    while todo:
        block = todo.pop()
        yield block
        todo += block.get("blocks", [])
        todo += [part for part in block.get("parts", []) if isinstance(part, dict)]


def named(board):
    """The quantities that a board shows."""
    found = set()
    for part in parts(board):
        found |= {part[k] for k in ("quantity", "rowSums", "columnSums") if part.get(k)}
        found |= {part[k] for k in ("arrows", "contours", "target", "point") if part.get(k)}
        places = [mark[axis] for mark in part.get("marks", []) for axis in ("x", "y")]
        places += [part[k] for k in ("shift", "stretch") if part.get(k)] + part.get("lines", [])
        found |= {place["quantity"] for place in places}
        rows = [row for row in part.get("rows", []) if isinstance(row, dict)]
        found |= {row["quantity"] for row in rows}
        found |= {"stage"} if any(p.get("stage") for p in (part, *rows)) else set()
    return found


def pick(at, board, value, event="pick"):
    """What the browser sends when a cell is picked; AppTest itself has no way to say it."""
    (element,) = [e for e in board_elements(at) if e.proto.id.endswith(f"-{board}")]
    states = at._tree.get_widget_states()
    trigger = states.widgets.add()
    trigger.id = f"$$STREAMLIT_INTERNAL_KEY_{element.proto.id}__events"
    trigger.json_trigger_value = json.dumps([{"event": event, "value": value}])
    return at._run(states)


def shown(at):
    """The state that the widgets show, by their keys in the URL."""
    widgets = (*at.slider, *at.number_input, *at.selectbox, *at.button_group)
    return {w.key: w.value for w in widgets if w.key in CONTROLS}


def texts(at):
    """Every string that is sent to the browser."""

    def strings(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from (s for v in value.values() for s in strings(v))
        elif isinstance(value, list):
            yield from (s for v in value for s in strings(v))

    protos = [e.proto for e in elements(at) if getattr(e, "proto", None) is not None]
    on_boards = (s for board in layouts(at).values() for s in strings(board))
    return [*(s for proto in protos for s in strings(MessageToDict(proto))), *on_boards]


def _state(integer):
    """A state on the sliders' grid from a source of integers(low, high)."""
    n = integer(2, 10)
    return {
        "n": n,
        **{f"z{k + 1}": integer(-100, 100) / 10 for k in range(n)},
        "tau": integer(1, 50) / 10,
        "t": str(integer(1, n)),
        "eps": integer(0, 50) / 100,
        "mse": core.REDUCTIONS[integer(0, 2)],
        "up": core.UPSTREAM[integer(0, 4)],
        **{f"g{k + 1}": integer(-50, 50) / 10 for k in range(n)},
        "i": str(integer(1, n)),
        "j": str(integer(1, n)),
        "nudge": integer(-30, 30) / 10,
        "answer": ("Yes", "No")[integer(0, 1)],
        "ask": ("ones", "CE", "MSE")[integer(0, 2)],
    }


def _network_state(integer):
    """A state of the page with the network."""
    width = integer(2, 6)
    layer, bias, unit = integer(1, 2), integer(0, 3) == 0, 1
    unit = integer(1, width if layer == 1 else 3)
    row = "" if bias else f"{integer(1, 4 if layer == 1 else width)},"
    return {
        "sample": integer(1, 150),
        "loss": core.LOSSES[integer(0, 1)],
        "mse": core.REDUCTIONS[integer(0, 2)],
        "act": core.ACTIVATIONS[integer(0, 2)],
        "width": width,
        "seed": integer(0, 9999),
        "taken": integer(0, 10),
        "eta": integer(1, 20) / 10,
        "stage": integer(1, 14),
        "weight": f"{'b' if bias else 'W'}{layer}({row}{unit})",
    }


def _race_state(integer):
    """What the page with the race draws before there is one."""
    return {
        "data": ("Iris", "digits")[integer(0, 1)],
        "confidence": integer(0, 30) / 2,
        "lr": 10.0 ** integer(-6, 6),
        "epochs": 10 * integer(1, 20),
        "hidden": integer(2, 64),
        "batch": integer(1, 128),
        "momentum": integer(0, 19) / 20,
        "act": core.ACTIVATIONS[integer(0, 2)],
        "mse": core.REDUCTIONS[integer(0, 2)],
        "seed": integer(0, 9999),
    }


_STATES = dict.fromkeys(PAGES, _state) | {"network": _network_state, "training": _race_state}


def random_state(seed, page="puzzle"):
    return _STATES[page](random.Random(seed).randint)


@st.composite
def states(draw, page="puzzle"):
    return _STATES[page](lambda low, high: draw(st.integers(low, high)))


def logits(state):
    return np.array([state[f"z{k + 1}"] for k in range(state["n"])])


def one_hot(state):
    return core.one_hot(int(state["t"]) - 1, state["n"])


def target(state):
    return core.smooth(one_hot(state), state["eps"])


def upstream(state):
    """g for the upstream page."""
    n, y = state["n"], core.softmax(logits(state), state["tau"])
    kind = state["up"]
    if kind == "ones":
        return np.ones(n)
    if kind == "row":
        return core.one_hot(int(state["i"]) - 1, n)
    if kind == "custom":
        return np.array([state[f"g{k + 1}"] for k in range(n)])
    if kind == "CE":
        return core.cross_entropy_dL_dy(y, target(state))
    return core.squared_error_dL_dy(y, target(state), state["mse"])


def asked(state):
    """g for the puzzle: a one-hot target, and the mean for squared error."""
    y, t = core.softmax(logits(state), state["tau"]), one_hot(state)
    return {
        "ones": np.ones(state["n"]),
        "CE": core.cross_entropy_dL_dy(y, t),
        "MSE": core.squared_error_dL_dy(y, t, "mean"),
    }[state["ask"]]


def _softmax(state):
    z, tau = logits(state), state["tau"]
    A, B = core.jacobian_parts(z, tau)
    J = core.softmax_jacobian(z, tau)
    return {
        "z": z,
        "y": core.softmax(z, tau),
        "A": A,
        "B": B,
        "J": J,
        "row_sums": J.sum(axis=1),
        "column_sums": J.sum(axis=0),
    }


def _nudged(state):
    z, tau = logits(state), state["tau"]
    step = state["nudge"] * np.eye(state["n"])[int(state["j"]) - 1]
    predicted = core.softmax_jvp(z, step, tau)
    actual = core.softmax(z + step, tau) - core.softmax(z, tau)
    return {"predicted": predicted, "actual": actual, "difference": actual - predicted}


def _facts(state):
    facts = core.jacobian_facts(logits(state), state["tau"])
    names = ("asymmetry", "rank", "eigenvalues", "spectral_norm", "saturation", "regime")
    return {name: getattr(facts, name) for name in names} | {
        "spectral_norm_bound": 0.5 / state["tau"]
    }


def _product(state, g):
    z, tau, j = logits(state), state["tau"], int(state["j"]) - 1
    J = core.softmax_jacobian(z, tau)
    terms = core.vjp_terms(z, g, tau)
    routes = core.vjp_by_matrix(z, g, tau), terms.sum(axis=0), core.softmax_vjp(z, g, tau)
    return {
        "g": g,
        "dL_dz": routes[2],
        "J_column": J[:, j],
        "terms": g * J[:, j],
        "running": np.cumsum(g * J[:, j]),
        "by_matrix": routes[0],
        "by_terms": routes[1],
        "disagreement": np.ptp(routes, axis=0).max(),
    }


def _losses(state):
    z, t, tau, reduction = logits(state), target(state), state["tau"], state["mse"]
    y = core.softmax(z, tau)
    ce = core.cross_entropy_dL_dz(z, t, tau)
    mse = core.squared_error_dL_dz(z, t, tau, reduction)
    return {
        "t": t,
        "loss_ce": core.cross_entropy(z, t, tau),
        "loss_mse": core.squared_error(y, t, reduction),
        "g_ce": core.cross_entropy_dL_dy(y, t),
        "g_mse": core.squared_error_dL_dy(y, t, reduction),
        "inner_mse": core.squared_error_dL_dy(y, t, reduction) @ y,
        "dL_dz_ce": ce,
        "dL_dz_mse": mse,
        "norm_ce": np.linalg.norm(ce),
        "norm_mse": np.linalg.norm(mse),
        "norm_ratio": np.linalg.norm(ce) / np.linalg.norm(mse),
        "opposite": core.compare_losses(z, t, tau, reduction).opposite,
    }


def _drawn_curve(state):
    """The chart's, each at points of its own: in units of 1/τ."""
    z, t, tau, reduction = logits(state), target(state), state["tau"], state["mse"]
    j = int(state["j"]) - 1
    center = tau * np.logaddexp.reduce(np.delete(z, j) / tau)
    moved = np.tile(z, (len(LOG_ODDS), 1))
    moved[:, j] = center + tau * LOG_ODDS
    ce, mse = (
        tau * np.vstack([gradient(moved, t, tau), gradient(z, t, tau)])[:, j]
        for gradient in (
            core.cross_entropy_dL_dz,
            lambda z, t, tau: core.squared_error_dL_dz(z, t, tau, reduction),
        )
    )
    return {
        "tau": tau,
        "end": 1 / tau,
        "center": center,
        "curve_ce": ce[:-1],
        "curve_mse": mse[:-1],
        "mark_ce": ce[-1],
        "mark_mse": mse[-1],
    }


def _drawn_simplex(state):
    """Both triangles', for three classes."""
    t, tau = target(state), state["tau"]
    starts = core.to_plane(STARTS)
    field = core.simplex_record(STARTS, t, tau, state["mse"])
    found = {
        "y_in_plane": core.to_plane(core.softmax(logits(state), tau)),
        "t_in_plane": core.to_plane(t),
        "contours_ce": core.to_plane(core.contours("CE", t, LEVELS, 12)),
    }
    for loss, step in (("ce", field.step_ce), ("mse", field.step_mse)):
        step = core.to_plane(step)
        longest = np.linalg.norm(step, axis=1).max()
        found |= {f"longest_{loss}": longest, f"arrows_{loss}": starts + step * 0.09 / longest}
    return found


def quantities(page, state):
    """Every quantity that a page may show at a state, by its name."""
    if page == "network":
        return network_by_hand.quantities(state)
    if page == "training":
        greeting = race.settings({key: control.default for key, control in CONTROLS.items()})
        return race_by_hand.expected_on_replay(
            greeting, state.get("epoch", CONTROLS["epoch"].default)
        )
    known = _softmax(state)
    if page == "jacobian":
        known |= _nudged(state) | _facts(state)
    elif page == "puzzle" and state.get("answer") is not None:
        g = asked(state)
        known |= {"g": g, "dL_dz": core.softmax_vjp(known["z"], g, state["tau"])}
    elif page == "upstream":
        known |= _product(state, upstream(state))
    elif page == "losses":
        known |= _losses(state) | _drawn_curve(state)
        known |= _drawn_simplex(state) if state["n"] == 3 else {}
    return known


ROUND_OFF = {"row_sums", "column_sums", "asymmetry", "disagreement", "eigenvalues", "saturation"}
"""Differences of nearly equal numbers: only their size is certain."""


DRAWN = {
    **dict.fromkeys(("curve_ce", "curve_mse", "contours_ce", "arrows_ce", "arrows_mse"), 0.5 / 256),
    **dict.fromkeys(("center", "mark_ce", "mark_mse", "y_in_plane", "t_in_plane"), 0.5 / 2048),
}
"""What is rounded as it is only drawn, and by how much at most."""


def tolerances(page, name, known, rtol):
    """(rtol, atol) of a quantity. What is computed by another route differs by its round-off."""
    if name in DRAWN:
        return 0, DRAWN[name] * (1 + 1e-6)
    if page != "network":
        return rtol, 1e-14 if name in ROUND_OFF else 0
    if name == "path_numeric":  # a difference of two losses, 1e-5 apart
        return 1e-6, 1e-8 * max(1, float(known["loss"]))
    return 1e-8, 1e-11


def assert_shows_core(at, page, state, rtol=1e-12):
    """Each number of each board of the page is core's at the state."""
    known = quantities(page, state)
    found = boards(at)
    assert found or not known, "no board on the page"
    for key, board in found.items():
        for name, value in numbers(board).items():
            assert name in known, f"{key}: {name} is a quantity that no test knows"
            np.testing.assert_allclose(
                value,
                known[name],
                **dict(zip(("rtol", "atol"), tolerances(page, name, known, rtol), strict=True)),
                err_msg=f"{key}: {name}",
                strict=False,
            )
            assert value.shape == np.shape(known[name]), f"{key}: {name}"
