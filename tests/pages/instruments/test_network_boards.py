"""The boards of the whole network, before they have numbers."""

from pages.instruments.network_boards import overview, paths
from pages.instruments.network_cards import Shape, first_shown, steps
from pages.notation.losses import written
from pages.state.controls import CONTROLS

SHAPE = Shape(("length",), 2, ("a", "b"))
HOW = written("CE")


def test_a_board_is_made_once_for_its_choices():
    assert overview(SHAPE, "tanh", HOW, (0, 0, 0)) is overview(SHAPE, "tanh", HOW, (0, 0, 0))
    assert overview(SHAPE, "tanh", HOW, (0, 0, 0)) != overview(SHAPE, "tanh", HOW, (1, 0, 0))
    assert paths(SHAPE, (1, None, 0)) is paths(SHAPE, (1, None, 0))


def test_the_slider_of_the_step_has_a_step_for_each_card_and_begins_at_the_gradient_of_the_logits():
    cards, slider = steps(SHAPE, "tanh", HOW), CONTROLS["stage"]
    assert (slider.low, slider.high) == (1, len(cards))
    assert slider.default == first_shown(cards)["dL_dz"]


def test_the_help_of_the_slider_says_which_steps_go_forward():
    forward = sum(step.text.startswith("Forward") for step in steps(SHAPE, "tanh", HOW))
    total = len(steps(SHAPE, "tanh", HOW))
    assert CONTROLS["stage"].help == f"1–{forward} go forward, {forward + 1}–{total} come back."


def test_a_quantity_is_lit_from_the_first_card_that_shows_it():
    cards = steps(SHAPE, "tanh", HOW)
    stage = first_shown(cards)
    assert [stage[q] for q in ("x", "W1", "h", "z", "y", "loss", "g", "dL_dz", "dL_db1")] == [
        *(1, 2, 3, 4, 5, 6, 7, 8, 14)
    ]
    assert first_shown(cards[::-1])["dL_db1"] == 1
