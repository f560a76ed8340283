"""The frames that let the board follow a thumb, decoded here by other means than in the browser."""

import json
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core
from pages.board import frames
from pages.state.controls import CONTROLS
from pages.state.kinds import Slider


def with_logit(z, j, values):
    """Copies of z in which logit j takes each of the values."""
    return np.where(np.arange(len(z)) == j, np.asarray(values)[:, None], z)


def header(packed):
    """A header of JSON, and what follows it."""
    (size,) = struct.unpack_from("<I", packed)
    return json.loads(packed[4 : 4 + size]), packed[4 + size :]


def opened(packed):
    """Both headers as one, each quantity as it is now, and what is still packed."""
    whose, packed = header(packed)
    head, packed = header(packed)
    size = 8 * len(head["columns"])
    base = np.frombuffer(packed[:size], "<f8")
    now = {
        name: base[start : start + int(np.prod(shape))].reshape(shape)
        for name, (start, *shape) in head["quantities"].items()
    }
    return whose | head, base, now, packed[size:]


def decode(packed):
    """{slider: (steps, numbers)} and the header."""
    head, base, _, packed = opened(packed)
    planes = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(4, -1)
    differences = planes.T.copy().view(">u4").ravel().astype(np.uint32)
    swept, at = {}, 0
    for slider in head["sliders"]:
        values = np.tile(base, (slider["count"], 1))
        for moved in slider["moves"]:
            part = differences[at : at + slider["count"]]
            words = np.cumsum(part, dtype=np.uint32)
            column = (words.astype(np.uint64) << np.uint64(32)).view(np.float64)
            values[:, np.equal(head["columns"], moved)] = column[:, None]
            at += slider["count"]
        swept[slider["key"]] = values
    assert at == differences.size
    return swept, head


GRIDS = {key: c.grid for key, c in CONTROLS.items() if isinstance(c, Slider)}


def layer(t, up="CE", j=0):
    def numbers(z, tau, eps, g):
        y = core.softmax(z, tau)
        target = core.smooth(t, eps)
        upstream = core.upstream_gradient(up, y, t=target, custom=g)
        product = core.product_record(z, upstream, tau)
        return {
            "z": z,
            "y": y,
            "J": core.softmax_jacobian(z, tau),
            "g": product.g,
            "dL_dz": product.dL_dz,
            "terms": product.terms[..., j],
            "running": product.running[..., j],
        }

    return numbers


def packed(page, state, numbers, **inputs):
    return frames.frames(page, state, frames.sweeps(numbers, GRIDS, **inputs))


@settings(max_examples=15)
@given(
    z=st.lists(st.integers(-100, 100).map(lambda k: k / 10), min_size=2, max_size=6),
    tau=st.integers(1, 50).map(lambda k: k / 10),
    up=st.sampled_from(["CE", "MSE", "ones", "custom"]),
    data=st.data(),
)
def test_every_frame_is_what_core_says_of_that_state(z, tau, up, data):
    z = np.array(z)
    t, g = core.one_hot(len(z) - 1, len(z)), np.linspace(-1, 2, len(z))
    numbers = layer(t, up)
    swept, head = decode(packed("page", {}, numbers, z=z, tau=tau, eps=0.1, g=g))
    assert len(swept) == 2 * len(z) + 2
    key = data.draw(st.sampled_from(sorted(swept)))
    step = data.draw(st.integers(0, GRIDS[key].count - 1))
    moved = {"z": z.copy(), "tau": tau, "eps": 0.1, "g": g.copy()}
    if key[0] in "zg":
        moved[key[0]][int(key[1:]) - 1] = GRIDS[key].values[step]
    else:
        moved[key] = GRIDS[key].values[step]
    for name, value in numbers(**moved).items():
        first = head["quantities"][name][0]
        got = swept[key][step, first : first + value.size].reshape(value.shape)
        np.testing.assert_allclose(got, value, rtol=5e-7, atol=1e-15)


def test_the_full_range_of_a_double_survives():
    values = np.array([7e86, -3e-87, 0.0, -0.0, 1e308, np.inf, np.nan, 5e-324, 0.5, -1.0])
    words = frames._words(values.copy()).astype(np.uint64) << np.uint64(32)
    back = words.view(np.float64)
    np.testing.assert_allclose(back, values, rtol=5e-7, atol=1e-300)
    assert back[8:].tolist() == [0.5, -1.0]


@pytest.mark.parametrize("key", [k for k, c in CONTROLS.items() if isinstance(c, Slider)])
def test_the_grid_of_a_slider_starts_and_ends_at_its_bounds(key):
    steps, control = GRIDS[key].values, CONTROLS[key]
    assert (steps[0], steps[-1]) == (control.low, control.high)
    np.testing.assert_allclose(np.diff(steps), control.step, rtol=1e-9)


def test_what_a_slider_does_not_move_is_not_sent():
    _, head = decode(
        packed(
            "p", {}, layer(core.one_hot(0, 3), "CE"), z=np.zeros(3), tau=1.0, eps=0.0, g=np.zeros(3)
        )
    )
    columns = {s["key"]: len(s["moves"]) for s in head["sliders"]}
    assert columns["g1"] == columns["g2"] == 0
    assert columns["z1"] > 5


def test_equal_columns_are_sent_once():
    _, head = decode(
        packed(
            "p",
            {},
            layer(core.one_hot(0, 3), "MSE"),
            z=np.arange(3.0),
            tau=1.0,
            eps=0.0,
            g=np.zeros(3),
        )
    )
    J = head["columns"][head["quantities"]["J"][0] :][:9]
    assert J[1] == J[3]
    assert J[2] == J[6]
    assert J[5] == J[7]


@pytest.mark.parametrize(("n", "most"), [(3, 150_000), (10, 600_000)])
@pytest.mark.parametrize("up", ["CE", "MSE"])
def test_frames_are_small(n, most, up):
    z = np.random.default_rng(n).uniform(-3, 3, n).round(1)
    sent = packed("p", {}, layer(core.one_hot(0, n), up, j=1), z=z, tau=1.0, eps=0.1, g=np.zeros(n))
    assert len(sent) < most


def test_an_off_grid_value_of_another_slider_is_held_exactly():
    z = np.array([-3.14159, 1.0, 0.1])
    swept, head = decode(
        packed("p", {}, layer(core.one_hot(0, 3)), z=z, tau=1.0, eps=0.0, g=np.zeros(3))
    )
    first = head["quantities"]["y"][0]
    want = core.softmax(with_logit(z, 1, GRIDS["z2"].values))
    np.testing.assert_allclose(swept["z2"][:, first : first + 3], want, rtol=5e-7)


def test_sweeps_that_hold_another_value_differ_in_that_number_alone():
    made = frames.sweeps(
        lambda stage, eta: {"stage": stage, "a": eta[:, None] * np.arange(3.0), "still": 2.5},
        GRIDS,
        stage=1,
        eta=0.5,
    )
    held = made.holding("stage", 8)
    swept, head = decode(frames.frames("p", {}, made))
    again, known = decode(frames.frames("p", {}, held))
    offset, *_ = head["quantities"]["stage"]
    assert (known, held.now["stage"], made.now["stage"]) == (head, 8, 1)
    assert opened(frames.frames("p", {}, held))[2]["stage"] == 8
    np.testing.assert_array_equal(again["stage"][:, offset], np.arange(1, 15))
    assert (again["eta"][:, offset] == 8).all()
    for key in swept:
        others = np.arange(len(head["columns"])) != offset
        np.testing.assert_array_equal(again[key][:, others], swept[key][:, others])


def test_numbers_that_are_kept_do_not_keep_the_sweeps_they_were_cut_from():
    made = frames.sweeps(lambda z: {"z": z, "still": np.arange(3.0)}, GRIDS, z=np.arange(3.0))
    assert all(value.base is None for value in made.now.values())
