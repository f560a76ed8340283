"""The page with the whole network, against a forward and backward pass written in the tests."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings

import core
from pages.notation.palette import labels
from pages.state.controls import CONTROLS
from pages.ui import export
from tests.pages import network_by_hand
from tests.pages.board.test_frames import decode
from tests.pages.network_by_hand import DERIVATIVE, FACTOR, PHI
from tests.pages.notation.test_snippets import LIBRARIES, code_on, run
from tests.pages.page_driver import (
    assert_shows_core,
    boards,
    frames_sent,
    numbers,
    open_page,
    parts,
    pick,
    quantities,
    random_state,
    shown,
    states,
)

KEYS = tuple(random_state(0, "network"))
DEFAULTS = {key: CONTROLS[key].default for key in KEYS}
VARIANTS = list(itertools.product(core.ACTIVATIONS, core.LOSSES, core.REDUCTIONS))
on_variants = pytest.mark.parametrize(("act", "loss", "mse"), VARIANTS)


def open_network(**state):
    at = open_page("network", **state)
    assert not at.exception, state
    return at


def values(at):
    """Every quantity of the page."""
    return {name: v for board in boards(at).values() for name, v in numbers(board).items()}


def state_of(at):
    return {key: shown(at)[key] for key in KEYS}


def press(at, label):
    (button,) = [b for b in at.button if b.label == label]
    return button.click().run()


@on_variants
def test_every_number_is_that_of_a_pass_by_hand_for_every_activation_and_loss(act, loss, mse):
    state = random_state(f"{act}{loss}{mse}", "network") | {"act": act, "loss": loss, "mse": mse}
    assert_shows_core(open_network(**state), "network", state)


@settings(max_examples=25)
@given(states("network"))
def test_every_number_is_that_of_a_pass_by_hand_in_any_state(state):
    at = open_network(**state)
    assert state_of(at) == state
    assert_shows_core(at, "network", state)


def test_the_check_against_the_pass_by_hand_can_fail():
    at = open_network()
    for other in ({"sample": 52}, {"seed": 1}, {"act": "ReLU"}, {"taken": 1}, {"loss": "MSE"}):
        with pytest.raises(AssertionError):
            assert_shows_core(at, "network", DEFAULTS | other)


# --- the cards -------------------------------------------------------------------------------


def cards(at):
    """(stage, sentence, blocks) of each card."""
    board = boards(at)["network_board"]
    return [
        (part["stage"], part["blocks"][0]["parts"][0], part["blocks"][1]["blocks"])
        for part in board["blocks"]
        if part["kind"] == "card"
    ]


def as_printed(block, known):
    """A block's numbers in the shape that its labels and its title say."""
    shape = len(block["rows"]), len(block["columns"])
    assert block["shape"] == f"{shape[0]}×{shape[1]}"
    value = known[block["quantity"]]
    assert value.size == shape[0] * shape[1]
    assert value.shape in (shape, (value.size,))
    return value.reshape(shape)


def signs(blocks):
    return [block["text"] for block in blocks if block.get("kind") == "symbol"]


def matrices(blocks):
    return [block for block in blocks if block.get("kind") == "matrix"]


def worked_out(blocks, known):
    """What stands left of the equals sign, worked out from left to right as it is printed."""
    ahead = [block.get("text") for block in blocks].index("=")
    first, *rest = blocks[:ahead]
    result = as_printed(first, known)
    for sign, block in zip(rest[::2], rest[1::2], strict=True):
        other = as_printed(block, known)
        if sign["text"] == "·":
            result = result @ other
        elif sign["text"] == "⊙":
            assert result.shape == other.shape
            result = result * other
        else:
            assert sign["text"] == "+"
            assert result.shape == other.shape
            result = result + other
    (end,) = blocks[ahead + 1 :]
    return result, as_printed(end, known), end["quantity"]


def test_each_step_has_one_card_which_says_where_it_goes():
    found = cards(open_network())
    assert [stage for stage, _, _ in found] == list(range(1, 15))
    for stage, sentence, _ in found:
        assert sentence.startswith(f"{stage}. {'Forward' if stage <= 6 else 'Backward'}: ")


@pytest.mark.parametrize("seed", range(6))
def test_the_factors_on_a_card_come_to_its_result_as_printed(seed):
    at = open_network(**random_state(seed, "network"))
    known = values(at)
    results = {}
    for stage, _, blocks in cards(at):
        if "=" in signs(blocks):
            got, result, results[stage] = worked_out(blocks, known)
            assert got.shape == result.shape, stage
            np.testing.assert_allclose(got, result, rtol=1e-7, atol=1e-10, err_msg=str(stage))
    assert results == {
        **{2: "a", 4: "z", 8: "dL_dz", 9: "dL_dW2", 10: "dL_db2"},
        **{11: "dL_dh", 12: "dL_da", 13: "dL_dW1", 14: "dL_db1"},
    }


def test_every_backward_product_is_upstream_times_local_and_upstream_came_from_a_card_before():
    known_from = {}
    for stage, _, blocks in cards(open_network()):
        *factors, end = matrices(blocks)
        if stage > 7:
            words = [block["title"].split()[0] for block in factors]
            assert sorted(words) == ["local", "upstream"] or words == ["upstream"]
            (upstream,) = [b for b in factors if b["title"].startswith("upstream")]
            assert known_from[upstream["quantity"]] < stage
            assert known_from[upstream["quantity"]] >= 7
            assert (len(factors) == 1) == (stage in (10, 14))
        known_from.setdefault(end["quantity"], stage)


TITLES = {
    "raw": {"as measured"},
    "x": {"x", "local xᵀ"},
    "W1": {"W₁"},
    "b1": {"b₁"},
    "a": {"a"},
    "h": {"h", "h = φ(a)", "local hᵀ"},
    "W2": {"W₂"},
    "b2": {"b₂"},
    "z": {"z"},
    "y": {"y", "y = softmax(z)"},
    "t": {"t"},
    "g": {"g = ∂L/∂y", "upstream g"},
    "J": {"local J = ∂y/∂z"},
    "dL_dz": {"∂L/∂z", "upstream ∂L/∂z"},
    "dL_dW2": {"∂L/∂W₂"},
    "dL_db2": {"∂L/∂b₂"},
    "W2_T": {"local W₂ᵀ"},
    "dL_dh": {"∂L/∂h", "upstream ∂L/∂h"},
    "dh_da": {"local φ′(a)"},
    "dL_da": {"∂L/∂a", "upstream ∂L/∂a"},
    "dL_dW1": {"∂L/∂W₁"},
    "dL_db1": {"∂L/∂b₁"},
}
OVERVIEW = {
    **{"b₁": "b1", "a": "a", "h": "h", "∂L/∂h": "dL_dh", "φ′(a)": "dh_da", "∂L/∂a": "dL_da"},
    **{"∂L/∂b₁": "dL_db1", "b₂": "b2", "z": "z", "y": "y", "t": "t", "g": "g"},
    **{"∂L/∂z": "dL_dz", "∂L/∂b₂": "dL_db2"},
}
"""Label of a row → quantity."""


def test_a_matrix_has_the_name_of_its_quantity_and_its_axes_those_of_the_layers():
    width = 5
    x, h, y, z = (labels(s, n) for s, n in (("x", 4), ("h", width), ("y", 3), ("z", 3)))
    axes = {
        **{"W1": (x, h), "dL_dW1": (x, h), "W2": (h, z), "dL_dW2": (h, z), "W2_T": (z, h)},
        **{"J": (y, z), "raw": ([""], list(core.dataset("Iris").features))},
        **dict.fromkeys(("y", "t", "g"), ([""], y)),
        **dict.fromkeys(("z", "b2", "dL_dz", "dL_db2"), ([""], z)),
        **dict.fromkeys(("b1", "a", "h", "dh_da", "dL_dh", "dL_da", "dL_db1"), ([""], h)),
        **{"x": ([""], x)},
    }
    found = list(parts(boards(open_network(width=width))["network_board"]))
    for block in matrices(found):
        name, shape = block["quantity"], (block["rows"], block["columns"])
        assert block["title"] in TITLES[name]
        upright = (axes[name][1], [""])  # a row that stands as a column
        assert shape == (upright if block["title"] in ("local xᵀ", "local hᵀ") else axes[name])
    assert {block["quantity"] for block in matrices(found)} == TITLES.keys()


def test_the_overview_lights_a_quantity_at_the_first_card_that_shows_it():
    at = open_network()
    first = {}
    for stage, _, blocks in cards(at):
        for block in blocks:
            names = [
                block.get("quantity"),
                *(p.get("quantity") for p in block.get("parts", [])[1:]),
            ]
            for name in filter(None, names):
                first.setdefault(name, stage)
    first["x"] = 1
    board = boards(at)["network_board"]
    lit = {}
    for part in parts({"blocks": [b for b in board["blocks"] if b["kind"] != "card"]}):
        if part.get("kind") == "matrix" and part["stage"]:
            lit[part["quantity"]] = part["stage"]
        for row in part.get("rows", []) if part.get("kind") == "vectors" else []:
            assert row["quantity"] == OVERVIEW[row["label"]]
            lit[row["quantity"]] = row["stage"]
        if part.get("kind") == "text" and part["stage"]:
            lit[part["parts"][1]["quantity"]] = part["stage"]
    assert lit == {name: first[name] for name in lit}
    assert lit.keys() == first.keys() - {"raw", "J", "W2_T"}


def difference(y, t):
    return y - t


ACTIVATION_WORDS = {
    "h = tanh a": PHI["tanh"],
    "h = max(0, a)": PHI["ReLU"],
    "h = 1/(1 + e⁻ᵃ)": PHI["sigmoid"],
}
DERIVATIVE_WORDS = {
    "φ′(a) = 1 − h²": lambda a, h: 1 - h * h,
    "φ′(a) is 1 where a > 0, else 0": lambda a, h: np.where(a > 0, 1.0, 0.0),
    "φ′(a) = h (1 − h)": lambda a, h: h * (1 - h),
}
LOSS_WORDS = {
    "L = −Σ tᵢ log yᵢ": lambda y, t: -(t * np.log(y)).sum(),
    "L = 1/n Σ(yᵢ − tᵢ)²": lambda y, t: ((y - t) ** 2).mean(),
    "L = Σ(yᵢ − tᵢ)²": lambda y, t: ((y - t) ** 2).sum(),
    "L = ½Σ(yᵢ − tᵢ)²": lambda y, t: ((y - t) ** 2).sum() / 2,
}
G_WORDS = {
    "gᵢ = −tᵢ/yᵢ": lambda y, t: -t / y,
    "gᵢ = 2/n (yᵢ − tᵢ)": lambda y, t: 2 / 3 * (y - t),
    "gᵢ = 2 (yᵢ − tᵢ)": lambda y, t: 2 * (y - t),
    "gᵢ = yᵢ − tᵢ": difference,
}


@on_variants
def test_the_formula_on_a_card_gives_the_numbers_beside_it(act, loss, mse):
    at = open_network(act=act, loss=loss, mse=mse, sample=108, taken=1)
    q, said = values(at), {stage: sentence for stage, sentence, _ in cards(at)}

    def meant(stage, words):
        (key,) = [key for key in words if f"{key}. " in said[stage]]
        return words[key]

    close = {"rtol": 1e-9, "atol": 1e-12}
    np.testing.assert_allclose(meant(3, ACTIVATION_WORDS)(q["a"]), q["h"], **close)
    np.testing.assert_allclose(meant(12, DERIVATIVE_WORDS)(q["a"], q["h"]), q["dh_da"], **close)
    np.testing.assert_allclose(meant(6, LOSS_WORDS)(q["y"], q["t"]), q["loss"], **close)
    np.testing.assert_allclose(meant(7, G_WORDS)(q["y"], q["t"]), q["g"], **close)
    e = np.exp(q["z"])
    np.testing.assert_allclose(e / e.sum(), q["y"], **close)
    assert "yᵢ = eᶻⁱ / Σ eᶻᵏ. " in said[5]


def test_a_card_with_an_arrow_leads_from_what_goes_in_to_what_comes_out():
    found = {stage: blocks for stage, _, blocks in cards(open_network()) if "→" in signs(blocks)}
    flow = {
        stage: [b.get("quantity") or b.get("text") or b["parts"][1]["quantity"] for b in blocks]
        for stage, blocks in found.items()
    }
    assert flow == {
        1: ["raw", "→", "x"],
        3: ["a", "→", "h"],
        5: ["z", "→", "y"],
        6: ["y", "t", "→", "loss"],
        7: ["y", "t", "→", "g"],
    }


# --- the steps --------------------------------------------------------------------------------


def test_next_and_back_go_one_step_and_stop_at_both_ends():
    at = open_network()
    assert shown(at)["stage"] == 8
    assert shown(press(at, "Next"))["stage"] == 9
    assert at.query_params["stage"] == "9"
    assert shown(press(press(at, "Back"), "Back"))["stage"] == 7
    for label, end, inside in (("Next", 14, 13), ("Back", 1, 2)):
        at = open_network(stage=inside)
        for _ in range(3):
            press(at, label)
            assert shown(at)["stage"] == end
            assert values(at)["stage"] == end
        assert not at.exception


def test_the_step_moves_no_number_but_its_own():
    seen = [values(open_network(stage=stage)) for stage in (1, 8, 14)]
    for q in seen[1:]:
        for name in q.keys() - {"stage"}:
            np.testing.assert_array_equal(q[name], seen[0][name])


# --- the weight ------------------------------------------------------------------------------


def test_every_weight_and_bias_can_be_chosen_and_is_explained():
    at = open_network(width=2)
    (select,) = at.selectbox
    assert sorted(select.options) == sorted(
        [
            *(f"W1({i},{k})" for i in range(1, 5) for k in (1, 2)),
            *(f"W2({i},{k})" for i in (1, 2) for k in (1, 2, 3)),
            *(f"b1({k})" for k in (1, 2)),
            *(f"b2({k})" for k in (1, 2, 3)),
        ]
    )
    for name in select.options:
        at.selectbox[0].select(name).run()
        assert not at.exception
        assert_shows_core(at, "network", DEFAULTS | {"width": 2, "weight": name})


def outlined(at):
    """The cells that are outlined, by their quantity."""
    return {
        block["quantity"]: (block["row"], block["column"])
        for block in parts(boards(at)["network_board"])
        if block.get("kind") == "matrix" and (block["row"], block["column"]) != (None, None)
    }


@pytest.mark.parametrize("quantity", ["W1", "dL_dW1", "W2", "dL_dW2"])
def test_a_cell_of_a_weight_or_of_its_gradient_picks_that_weight(quantity):
    at = pick(open_network(sample=60), "network_board", [quantity, 2, 1])
    name = quantity[-2:]
    assert shown(at)["weight"] == at.query_params["weight"] == f"{name}(3,2)"
    assert_shows_core(at, "network", DEFAULTS | {"sample": 60, "weight": f"{name}(3,2)"})
    assert outlined(at) == {name: (2, 1), f"dL_d{name}": (2, 1)}


def test_of_a_bias_the_column_is_outlined_in_neither_layer_it_does_not_belong_to():
    for weight, layer in (("b1(2)", "1"), ("b2(3)", "2"), ("W1(4,3)", "1"), ("W2(1,2)", "2")):
        names = outlined(open_network(weight=weight))
        assert {name[-1] for name in names} == {layer}
        column = int(weight[-2]) - 1
        assert {cell[1] for cell in names.values()} == {column}
        assert (None in {cell[0] for cell in names.values()}) == (weight[0] == "b")


def test_only_cells_of_weights_and_their_gradients_in_the_overview_can_be_picked():
    board = boards(open_network())["network_board"]
    overview = list(parts({"blocks": [b for b in board["blocks"] if b["kind"] != "card"]}))
    pickable = {b["quantity"] for b in overview if b.get("pick")}
    assert pickable == {"W1", "W2", "dL_dW1", "dL_dW2"}


HOSTILE = [
    *([], None, "W1(1,1)", 7, [0, 0], ["W1", 0], ["W1", 0, 0, 0], {"W1": [0, 0]}, ["W1", -1, 0]),
    *(["W1", 0, 10], ["W1", 0.5, 0], ["W1", "0", "0"], ["W1", True, False], [["W1"], 0, 0]),
    *(["W1", 9, 9], ["W2", 0, 7], ["W3", 0, 0], ["x", 0, 0], ["W2_T", 0, 0], ["stage", 0, 0]),
    *(["dL_dh", 0, 1], ["dL_d", 0, 0], ["loss", 3, 3], ["weight", 0, 0], ["b1", 0, 0]),
]


@pytest.mark.parametrize("message", HOSTILE, ids=str)
def test_whatever_the_browser_sends_as_a_pick_the_weight_is_one_of_the_network(message):
    at = pick(open_network(weight="W2(3,1)"), "network_board", message)
    assert not at.exception
    state = state_of(at)
    assert state["weight"] in ("W2(3,1)", DEFAULTS["weight"])
    assert_shows_core(at, "network", state)


@pytest.mark.parametrize("weight", ["W1(2,6)", "W2(5,1)", "b1(6)", "W2(6,3)"])
def test_a_weight_that_a_narrower_layer_has_not_gives_way_to_the_default(weight):
    at = open_network(width=6, weight=weight)
    assert shown(at)["weight"] == weight
    at.slider(key="width").set_value(4).run()
    assert not at.exception
    assert shown(at)["weight"] == DEFAULTS["weight"]
    assert "weight" not in at.query_params
    assert_shows_core(at, "network", DEFAULTS | {"width": 4})


def test_a_weight_that_is_still_there_in_a_narrower_layer_stays():
    at = open_network(width=6, weight="W1(4,3)")
    at.slider(key="width").set_value(3).run()
    assert shown(at)["weight"] == "W1(4,3)"


def tables(at):
    """One weight's paths, then the lengths of all gradients, and what stands between them."""
    blocks = boards(at)["path_board"]["blocks"]
    (heading,) = [block["text"] for block in blocks if block["kind"] == "heading"]
    assert heading == "Switch the loss: what changes, and what does not?"
    return [block for block in blocks if block["kind"] == "vectors"]


@pytest.mark.parametrize("weight", ["W1(3,2)", "b1(2)", "W2(2,3)", "b2(1)"])
def test_the_products_of_the_paths_sum_to_the_gradient_and_to_the_cell(weight):
    at = open_network(weight=weight, act="sigmoid", sample=120, taken=2)
    table = tables(at)[0]
    q = values(at)
    *factors, total = [q[row["quantity"]] for row in table["rows"]]
    np.testing.assert_allclose(np.prod(factors, axis=0), total, rtol=1e-12)
    np.testing.assert_allclose(total.sum(), q["path_gradient"], rtol=1e-12)
    name, index = network_by_hand.picked(weight)
    np.testing.assert_allclose(q["path_gradient"], q[f"dL_d{name}"][index], rtol=1e-9)
    # One path a unit above, named after it; the weight's own name in the title.
    ways = labels("z", 3) if name[1] == "1" else [labels("z", 3)[index[-1]]]
    assert table["columns"] == [f"by way of {z}" for z in ways]
    spelled = {"1": "₁", "2": "₂"}[name[1]]
    assert f"∂L/∂{name[0]}{spelled}[{weight.partition('(')[2][:-1]}]" in table["title"]


def test_the_rows_of_the_path_say_what_they_are():
    expected = {
        "W1(3,2)": [
            ("x₃, what flows into it", "path_inputs"),
            ("× φ′(a), the activation", "path_dh_da"),
            ("× W₂ from h₂ upward", "path_weights"),
            ("× ∂L/∂z there", "path_above"),
        ],
        "b1(3)": [
            ("1, as for every bias", "path_inputs"),
            ("× φ′(a), the activation", "path_dh_da"),
            ("× W₂ from h₃ upward", "path_weights"),
            ("× ∂L/∂z there", "path_above"),
        ],
        "W2(2,3)": [("h₂, what flows into it", "path_inputs"), ("× ∂L/∂z there", "path_above")],
        "b2(1)": [("1, as for every bias", "path_inputs"), ("× ∂L/∂z there", "path_above")],
    }
    for weight, rows in expected.items():
        table = tables(open_network(weight=weight))[0]
        found = [(row["label"], row["quantity"]) for row in table["rows"]]
        assert found == [*rows, ("= product", "path_products")]


@pytest.mark.parametrize("seed", range(5))
def test_nudging_the_weight_gives_the_gradient(seed):
    q = values(open_network(**random_state(100 + seed, "network")))
    scale = max(1, abs(float(q["path_gradient"])), float(q["loss"]))
    assert abs(q["path_numeric"] - q["path_gradient"]) < 1e-8 * scale


# --- steps and losses ------------------------------------------------------------------------


def test_a_gradient_step_lowers_the_loss_as_foretold_and_counts_in_the_link():
    at = open_network()
    for k in range(1, 4):
        before = values(at)
        press(at, "Take a gradient step")
        after = values(at)
        assert at.query_params["taken"] == str(k)
        assert after["loss"] < before["loss"]
        assert after["loss"] == pytest.approx(before["loss_next"], rel=1e-12)
        assert after["loss_start"] == values(open_network())["loss_start"]
        for name in ("W1", "b1", "W2", "b2"):
            step = before[name] - 0.5 * before[f"dL_d{name}"]
            np.testing.assert_allclose(after[name], step, rtol=1e-12, atol=1e-15)
    assert_shows_core(at, "network", DEFAULTS | {"taken": 3})


def test_no_more_steps_are_taken_than_the_slider_has():
    at = open_network(taken=9)
    for _ in range(2):
        press(at, "Take a gradient step")
        assert shown(at)["taken"] == 10
    assert not at.exception


FORWARD = ("raw", "x", "W1", "b1", "a", "h", "W2", "b2", "z", "y", "t", "J", "dh_da", "species")


@pytest.mark.parametrize("act", core.ACTIVATIONS)
def test_the_forward_pass_does_not_know_the_loss(act):
    at = open_network(act=act, sample=140)
    before = values(at)
    at.button_group(key="loss").set_value("MSE").run()
    after = values(at)
    for name in FORWARD:
        np.testing.assert_array_equal(after[name], before[name], err_msg=name)
    for name in ("loss", "g", "dL_dz", "dL_dW2", "dL_db2", "dL_dh", "dL_da", "dL_dW1", "dL_db1"):
        assert not np.array_equal(after[name], before[name]), name
    # Both losses' lengths are compared whichever is backpropagated.
    for name in ("norms_CE", "norms_MSE"):
        np.testing.assert_array_equal(after[name], before[name])


def test_the_lengths_of_the_chosen_loss_are_those_of_the_gradients_on_the_board():
    order = ("dL_dz", "dL_dW2", "dL_db2", "dL_da", "dL_dW1", "dL_db1")
    for loss in core.LOSSES:
        at = open_network(loss=loss, taken=2)
        q = values(at)
        np.testing.assert_allclose(
            q[f"norms_{loss}"], [np.linalg.norm(q[name]) for name in order], rtol=1e-12
        )
    table = tables(at)[1]
    assert [(row["label"], row["quantity"]) for row in table["rows"]] == [
        ("cross-entropy", "norms_CE"),
        ("squared error", "norms_MSE"),
    ]
    assert table["columns"] == [
        *("‖∂L/∂z‖", "‖∂L/∂W₂‖", "‖∂L/∂b₂‖", "‖∂L/∂a‖", "‖∂L/∂W₁‖", "‖∂L/∂b₁‖")
    ]


def test_the_sentence_names_the_species_and_the_three_losses_in_order():
    for sample, species in ((7, "setosa"), (51, "versicolor"), (150, "virginica")):
        board = boards(open_network(sample=sample))["network_board"]
        sentence = board["blocks"][-1]["parts"]
        assert sentence[0] == "This flower is a "
        assert sentence[1]["words"][int(numbers(board)["species"])] == species
        told = [part["quantity"] for part in sentence if isinstance(part, dict)]
        assert told == ["species", "loss_start", "loss", "loss_next"]
        assert [part.split(" ")[-2] for part in sentence[2::2][:3]] == ["was", "is", "be"]


# --- frames, code, links ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_the_frames_of_every_slider_are_what_the_pass_by_hand_says(seed):
    state = random_state(200 + seed, "network")
    at = open_network(**state)
    swept, head = decode(frames_sent(at).proto.bytes)
    assert swept.keys() == {"sample", "taken", "eta", "stage"}
    assert head["page"] == "network"
    assert head["state"] == state
    for key, table in swept.items():
        steps = CONTROLS[key].grid.values
        assert len(table) == len(steps)
        for k in range(seed % 3, len(steps), 3 if len(steps) < 100 else 13):
            moved = state | {key: steps[k].item() if key == "eta" else int(steps[k])}
            known = quantities("network", moved)
            for name, (first, *_) in head["quantities"].items():
                got = table[k, first : first + np.size(known[name])]
                atol = 1e-7 * max(1, float(known["loss"])) if name == "path_numeric" else 1e-9
                np.testing.assert_allclose(
                    got, np.ravel(known[name]), rtol=1e-6, atol=atol, err_msg=f"{key}: {name}"
                )


COMPUTED = {
    *("a", "h", "z", "y", "loss", "g", "dL_dz", "dL_dW2", "dL_db2", "dL_dh", "dL_da"),
    *("dL_dW1", "dL_db1"),
}


@on_variants
@pytest.mark.parametrize("library", LIBRARIES)
def test_the_code_in_the_foot_computes_the_numbers_on_the_boards(library, act, loss, mse):
    state = random_state(f"{mse}{act}{loss}", "network") | {"act": act, "loss": loss, "mse": mse}
    at = open_network(**state)
    found, printed = run(code_on(at, library))
    known = values(at)
    more = {"J", "dh_da"} if library == "numpy" else set()
    assert found.keys() & known.keys() >= COMPUTED | more
    for name in found.keys() & known.keys():
        np.testing.assert_allclose(found[name], known[name], rtol=1e-8, atol=1e-12, err_msg=name)
    assert "[" in printed
    (loss_printed,) = re.findall(r"^(?:tensor\()?([\d.e-]+)", printed)[:1]
    assert float(loss_printed) == pytest.approx(float(known["loss"]), rel=1e-3, abs=1e-4)


def test_the_numbers_to_take_along_are_those_on_the_boards(monkeypatch):
    taken = {}
    monkeypatch.setattr(export, "take_along", lambda _, page, q, code: taken.update(q))
    on_boards = values(open_network(**random_state(9, "network")))
    for name, value in on_boards.items():
        np.testing.assert_array_equal(taken[name], value, err_msg=name)
    assert export.csv(taken).count("\n") == 1 + sum(np.size(v) for v in taken.values())


def test_a_link_made_by_hand_on_the_page_shows_the_same_in_a_fresh_session():
    at = open_network()
    at.selectbox[0].select("b2(2)").run()
    at.number_input[0].set_value(77).run()
    press(press(press(at, "Next"), "Take a gradient step"), "Take a gradient step")
    changed = {"weight": "b2(2)", "seed": 77, "stage": 9, "taken": 2}
    assert state_of(at) == DEFAULTS | changed
    # AppTest puts in the link what a callback sets; what a widget sets the browser does.
    fresh = open_network(**changed)
    assert state_of(fresh) == state_of(at)
    for name, value in values(fresh).items():
        np.testing.assert_array_equal(value, values(at)[name])
    assert {"stage": "9", "taken": "2"}.items() <= dict(at.query_params).items()


@pytest.mark.parametrize("key", KEYS)
def test_one_damaged_part_shows_its_default_and_leaves_the_others_alone(key):
    state = random_state(3, "network") | {"width": 4, "weight": "W2(4,3)"}
    for value in ("", "nan", "-99", "W9(1,1)", "9" * 40, "1e6x", ["-99", "99999999"]):
        at = open_network(**state | {key: value})
        expected = state | {key: DEFAULTS[key]}
        if key == "width":
            expected["weight"] = DEFAULTS["weight"]  # there are but three hidden units
        assert state_of(at) == expected, value
        assert_shows_core(at, "network", expected)


@pytest.mark.parametrize("value", ["inf", "-inf", "1e400"])
def test_an_infinite_seed_shows_its_default(value):
    at = open_network(seed=value)
    assert shown(at)["seed"] == DEFAULTS["seed"]


@pytest.mark.parametrize(
    "weight", ["W1(0,1)", "W1(5,1)", "W1(1,4)", "W3(1,1)", "b1(1,1)", "w1(1,1)", "W1(1)", "b3(1)"]
)
def test_a_weight_that_is_not_there_shows_the_default(weight):
    at = open_network(weight=weight)
    assert_shows_core(at, "network", DEFAULTS)
    assert shown(at)["weight"] == DEFAULTS["weight"]


def test_a_learning_rate_between_two_steps_is_taken_as_it_is():
    at = open_network(eta=0.777, taken=3)
    assert_shows_core(at, "network", DEFAULTS | {"eta": 0.777, "taken": 3})


def test_the_reduction_of_squared_error_is_a_factor_of_every_gradient():
    found = {mse: values(open_network(loss="MSE", mse=mse)) for mse in FACTOR}
    for mse, factor in FACTOR.items():
        for name in ("loss", "g", "dL_dz", "dL_dh", "dL_dW1", "dL_db2"):
            np.testing.assert_allclose(
                found[mse][name], factor * found["sum"][name], rtol=1e-12, atol=1e-16
            )


def test_the_derivative_by_hand_is_that_of_the_activation_by_hand():
    """The yardstick of this module, measured."""
    a = np.linspace(-3, 3, 60)
    for act, phi in PHI.items():
        np.testing.assert_allclose(
            (phi(a + 1e-6) - phi(a - 1e-6)) / 2e-6, DERIVATIVE[act](a), atol=1e-9
        )
