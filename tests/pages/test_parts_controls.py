import pytest

from pages.parts import controls
from pages.parts.controls import CONTROLS, PRESETS, Choice, Slider
from pages.parts.palette import CLASS_COLORS


def test_the_names_in_the_link_are_these_and_no_others():
    """Renaming one breaks the links that people have shared."""
    assert sorted(CONTROLS) == sorted(
        [
            *("n", "tau", "t", "eps", "mse", "up", "i", "j", "nudge", "answer", "ask", "seed"),
            *(f"z{k}" for k in range(1, 11)),
            *(f"g{k}" for k in range(1, 11)),
        ]
    )


@pytest.mark.parametrize("key", [k for k, c in CONTROLS.items() if isinstance(c, Slider)])
def test_the_default_of_a_slider_is_one_of_its_steps(key):
    c = CONTROLS[key]
    assert c.low <= c.default <= c.high
    steps = (c.default - c.low) / c.step
    assert steps == pytest.approx(round(steps), abs=1e-9)
    assert {type(v) for v in (c.low, c.high, c.step, c.default)} in ({int}, {float})


@pytest.mark.parametrize("key", [k for k, c in CONTROLS.items() if isinstance(c, Choice)])
def test_the_options_of_a_choice_are_short_and_the_default_is_one(key):
    c = CONTROLS[key]
    assert all(0 < len(o) <= 6 and o.isalnum() for o in c.options)
    assert c.default in (None, *c.options)


def test_the_default_logits_are_the_textbook_ones():
    assert [CONTROLS[f"z{k}"].default for k in (1, 2, 3)] == [2.0, 1.0, 0.1]


def test_the_presets_named_in_the_book_are_there_and_within_bounds():
    assert [p.label for p in PRESETS] == [
        *("Textbook", "Uniform", "Confident, right", "Confident, wrong"),
        *("Tie", "Saturated", "Sign flip"),
    ]
    for p in PRESETS:
        assert all(CONTROLS["z1"].low <= z <= CONTROLS["z1"].high for z in p.z)
        assert p.t in ("1", "2", "3")


def test_each_class_has_a_colour_of_its_own():
    assert len(set(CLASS_COLORS)) == controls.MAX_CLASSES == 10
