"""A link that stands in a text."""

import random
from urllib.parse import urlencode

import pytest

from pages import PAGES
from pages.state.controls import CONTROLS, defaults
from pages.state.kinds import Choice, Number, Several, Slider
from pages.state.link import ALONE, linked, read


def a_value(control, rng):
    """One that a control can have."""
    if isinstance(control, Slider):
        grid = control.grid
        return type(control.default)(grid.values[rng.randrange(grid.count)])
    if isinstance(control, Number):
        return type(control.default)(rng.uniform(control.low, control.high))
    if isinstance(control, Choice):
        return rng.choice(control.options or ("W2(1,3)", "b1(2)"))
    if isinstance(control, Several):
        return rng.sample(control.options, 2)
    return rng.choice(["", "[1, 2]\n3&4 = <b>", "0 0 0"])


@pytest.mark.parametrize("seed", range(20))
def test_what_a_link_says_is_read_as_it_was_written(seed):
    rng = random.Random(seed)
    state = {key: a_value(control, rng) for key, control in CONTROLS.items()}
    stem = rng.choice(PAGES).stem
    query = urlencode(linked(CONTROLS, state), doseq=True)
    found, said = read(f"{stem}?{query}")
    assert found == stem
    for key, value in (defaults() | said).items():
        assert type(value) is type(state[key]), key
        assert value == (pytest.approx(state[key]) if isinstance(value, float) else state[key])


@pytest.mark.parametrize(
    ("link", "stem"),
    [
        ("losses?z1=6", "losses"),
        (" losses ", "losses"),
        ("/losses?z1=6", "losses"),
        ("https://uni.example/softmax/losses?z1=6#top", "losses"),
        ("http://localhost:8501/?z1=6", "puzzle"),
        ("https://uni.example/softmax", "puzzle"),
        ("?z1=6", "puzzle"),
        ("", "puzzle"),
    ],
)
def test_an_address_is_read_as_people_copy_it(link, stem):
    assert read(link) == (stem, {"z1": 6.0} if "z1" in link else {})


def test_how_a_page_is_shown_is_no_part_of_its_state():
    assert read(f"losses?embed=true&{ALONE}=true&embed_options=dark_theme&t=2")[1] == {"t": "2"}


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("loses?z1=6", r"expected a page, one of puzzle, jacobian, .*, got 'loses'"),
        ("losses?zz=6", r"expected the name of a control, got 'zz'"),
        ("losses?z1=11", r"expected z1 as a number from -10 to 10, got '11'"),
        ("losses?z1=nan", r"expected z1 as a number from -10 to 10, got 'nan'"),
        ("losses?z1=", r"expected z1 as a number from -10 to 10, got ''"),
        ("losses?n=3.5", r"expected n as a whole number from 2 to 10, got '3.5'"),
        ("losses?t=11", r"expected t as one of 1, 2, 3, .*, got '11'"),
        ("check?got=dL_dx", r"expected got as one of .*dL_dz.*, got 'dL_dx'"),
        ("losses?z1=" + "9" * 5000, r"got '9{40}…'$"),
    ],
)
def test_who_wrote_a_wrong_link_is_told_what_is_accepted(link, told):
    with pytest.raises(ValueError, match=told):
        read(link)
