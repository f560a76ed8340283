import pytest

from pages.notation.palette import CLASS_COLORS
from pages.state import controls
from pages.state.controls import CONTROLS
from pages.state.kinds import Choice, Number, Slider
from pages.state.presets import PRESETS, RACE_PRESETS


def test_the_names_in_the_link_are_these_and_no_others():
    """Renaming one breaks the links that people have shared."""
    assert sorted(CONTROLS) == sorted(
        [
            *("n", "tau", "t", "eps", "mse", "up", "i", "j", "nudge", "answer", "ask", "seed"),
            *(f"z{k}" for k in range(1, 11)),
            *(f"g{k}" for k in range(1, 11)),
            *("act", "sample", "width", "loss", "stage", "eta", "taken", "weight"),
            *("data", "confidence", "lr", "epochs", "hidden", "batch", "momentum", "epoch"),
            *(
                "given",
                "over",
                "examples",
                "outputs",
                "input",
                "target",
                *("dtype", "smooth", "focal", "zloss", "cap", "ignore", "scale", "weights", "rows"),
                "h",
                "got",
                "kind",
                "level",
                "done",
            ),
            *(f"test_{name}" for name in ("up", "z", "t", "m", "n", "tol", "fp")),
            *(f"got_{name}" for name in ("y", "J", "dL_dy", "dL_dz", "dL_dW", "dL_db")),
            *("Q", "K", "V", "dO", "mask", "sm_scale", "attn"),
            *(f"got_{name}" for name in ("P", "O", "dV", "dP", "dS", "dQ", "dK")),
        ]
    )


@pytest.mark.parametrize("key", [k for k, c in CONTROLS.items() if isinstance(c, Slider)])
def test_the_default_of_a_slider_is_one_of_its_steps(key):
    c = CONTROLS[key]
    assert c.low <= c.default <= c.high
    steps = (c.default - c.low) / c.step
    assert steps == pytest.approx(round(steps), abs=1e-9)
    assert {type(v) for v in (c.low, c.high, c.step, c.default)} in ({int}, {float})


@pytest.mark.parametrize("key", [k for k, c in CONTROLS.items() if isinstance(c, Number)])
def test_the_default_of_a_number_is_within_its_bounds(key):
    c = CONTROLS[key]
    assert c.low <= c.default <= c.high
    # st.number_input takes its type from the default; a whole number has whole bounds.
    assert isinstance(c.default, float) or {type(v) for v in (c.low, c.high)} == {int}


CHOICES = {k: c for k, c in CONTROLS.items() if isinstance(c, Choice)}


def test_only_the_weight_has_its_options_made_on_its_page():
    assert [key for key, c in CHOICES.items() if not c.options] == ["weight"]


@pytest.mark.parametrize("key", [k for k, c in CHOICES.items() if c.options])
def test_the_options_of_a_choice_are_short_and_the_default_is_one(key):
    c = CONTROLS[key]
    assert all(0 < len(o) <= 7 and o.isalnum() for o in c.options)
    assert c.default in (None, *c.options)


def test_the_default_logits_are_the_textbook_ones():
    assert [CONTROLS[f"z{k}"].default for k in (1, 2, 3)] == [2.0, 1.0, 0.1]


def test_the_presets_named_in_the_book_are_there_and_within_bounds():
    assert [p.label for p in PRESETS] == [
        *("Textbook", "Uniform", "Confident, right", "Confident, wrong"),
        *("Tie", "Saturated", "Sign flip"),
    ]
    for p in PRESETS:
        assert p.state.keys() == {"n", "tau", "t", "eps", "z1", "z2", "z3"}
        assert all(CONTROLS["z1"].low <= p.state[f"z{k}"] <= CONTROLS["z1"].high for k in (1, 2, 3))
        assert p.state["t"] in ("1", "2", "3")


@pytest.mark.parametrize("preset", [*PRESETS, *RACE_PRESETS], ids=lambda p: p.label)
def test_a_preset_sets_controls_to_what_they_can_show(preset):
    for key, value in preset.state.items():
        c = CONTROLS[key]
        assert type(value) is type(c.default), key
        if isinstance(c, Choice):
            assert value in c.options, key
        else:
            assert c.low <= value <= c.high, key
        if isinstance(c, Slider):
            steps = (value - c.low) / c.step
            assert steps == pytest.approx(round(steps), abs=1e-9), key


def test_each_class_has_a_colour_of_its_own():
    assert len(set(CLASS_COLORS)) == controls.MAX_CLASSES == 10
