"""Focal loss, z-loss and soft-capped logits: right by an independent way, and their mistakes named."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import core
from core.diagnosis.case import measured

FINITE = st.floats(-6, 6).map(lambda v: round(v, 3))


@st.composite
def states(draw):
    m, n = draw(st.integers(1, 4)), draw(st.integers(2, 5))
    return {
        "z": draw(arrays(float, (m, n), elements=FINITE)),
        "t": draw(arrays(np.int64, m, elements=st.integers(0, n - 1))),
        "gamma": draw(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.5])),
        "z_loss": draw(st.sampled_from([0.0, 1e-3, 0.1])),
        "softcap": draw(st.sampled_from([None, 2.0, 30.0])),
        "temperature": draw(st.sampled_from([1.0, 0.5, 2.0])),
        "row_weight": draw(
            st.none() | arrays(float, m, elements=st.sampled_from([-1.0, 0.5, 2.0]))
        ),
        "batch_mean": draw(st.booleans()),
        "loss_weight": draw(st.sampled_from([1.0, -3.0])),
    }


def loss(z, s):
    """L as it is defined, of complex logits too."""
    m = len(z)
    if s["softcap"]:
        z = s["softcap"] * np.tanh(z / s["softcap"])
    x = z / s["temperature"]
    lse = np.log(np.exp(x).sum(axis=1))
    p = np.exp(x - lse[:, None])[np.arange(m), s["t"]]
    each = -((1 - p) ** s["gamma"]) * np.log(p) + s["z_loss"] * lse**2
    each = each * (1 if s["row_weight"] is None else s["row_weight"])
    return s["loss_weight"] * (each.mean() if s["batch_mean"] else each.sum())


def derivative(s):
    found = np.zeros(s["z"].shape)
    for index in np.ndindex(found.shape):
        moved = s["z"].astype(complex)
        moved[index] += 1e-30j
        found[index] = loss(moved, s).imag / 1e-30
    return found


LOST_IN_THE_LOGARITHM = {
    **{
        "z": np.array([[0.0, -3.0]]),
        "t": np.array([0]),
        "gamma": 3.5,
        "z_loss": 1e-3,
        "softcap": None,
    },
    **{"temperature": 0.5, "row_weight": None, "batch_mean": False, "loss_weight": 1.0},
}
"""log Σ exp(z/τ) = log(1 + e⁻⁶) is known to a unit of 1 alone."""


@given(states())
@example(LOST_IN_THE_LOGARITHM)
def test_the_gradient_is_that_of_the_loss_as_it_is_defined(s):
    want = derivative(s)
    found = core.diagnose(**s, dL_dz=want)
    assert found.right, str(found)
    case = found.case
    np.testing.assert_allclose(found.verdicts["dL_dz"].expected, want, rtol=1e-9, atol=1e-12)
    at = (len(want) - 1, 0)
    assert measured(case, "dL_dz", at) == pytest.approx(want[at], rel=1e-9, abs=1e-12)


@given(states())
@example(LOST_IN_THE_LOGARITHM | {"z": np.array([[0, 0, 5.144]]), "z_loss": 0.0, "softcap": 30.0})
def test_the_jacobian_of_capped_logits_is_that_of_the_composition(s):
    z, c, tau = s["z"], s["softcap"] or np.inf, s["temperature"]
    J = np.zeros((*z.shape, z.shape[1]))
    for k in range(z.shape[1]):
        moved = z.astype(complex)
        moved[:, k] += 1e-30j
        x = (moved if c == np.inf else c * np.tanh(moved / c)) / tau
        J[:, :, k] = (np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)).imag / 1e-30
    found = core.diagnose(z, J=J if len(z) > 1 else J[0], temperature=tau, softcap=s["softcap"])
    assert found.right, str(found)
    assert measured(found.case, "J", (0, 0, 1)) == pytest.approx(J[0, 0, 1], rel=1e-9, abs=1e-12)


Z = np.array([[2.0, -1.0, 0.5, 0.1], [0.3, 3.0, -0.7, 1.1], [-2.0, 0.4, 0.9, 2.5]])
LABELS = np.array([0, 2, 1])
T = core.one_hot(LABELS, 4)
Y = core.softmax(Z)
LSE = np.log(np.exp(Z).sum(axis=1, keepdims=True))
CAP = 2.0
SLOPE = 1 - np.tanh(Z / CAP) ** 2
CAPPED = core.softmax(CAP * np.tanh(Z / CAP))


def focal(held):
    p = (Y * T).sum(axis=1, keepdims=True)
    other = 0 if held else 2.0 * (1 - p) * np.log(p) * p
    return ((1 - p) ** 2 - other) * (Y - T)


@pytest.mark.parametrize(
    ("options", "wrong", "name"),
    [
        ({"gamma": 2.0}, focal(held=True), "focal-weight-held"),
        ({"gamma": 2.0}, Y - T, "focal-weight-forgotten"),
        ({"z_loss": 0.1}, Y - T, "z-loss-forgotten"),
        ({"z_loss": 0.1}, Y - T + 0.1 * LSE * Y, "z-loss-factor-forgotten"),
        ({"z_loss": 0.1}, Y - T + 0.2 * LSE, "z-loss-softmax-forgotten"),
        ({"softcap": CAP}, CAPPED - T, "cap-slope-forgotten"),
        ({"softcap": CAP}, Y - T, "cap-forgotten"),
    ],
)
def test_a_mistake_with_an_option_is_named(options, wrong, name):
    found = core.diagnose(Z, LABELS, dL_dz=wrong, **options).verdicts["dL_dz"]
    assert found.right is False
    assert [m.name for m in found.explanations[0].mistakes] == [name]


def test_the_focal_gradient_by_hand():
    assert core.diagnose(Z, LABELS, dL_dz=focal(held=False), gamma=2.0).right


def test_a_right_gradient_with_a_z_loss_is_not_told_to_sum_to_0():
    right = Y - T + 0.2 * LSE * Y
    assert core.diagnose(Z, LABELS, dL_dz=right, z_loss=0.1).right
    printed = core.diagnose(Z, LABELS, dL_dz=np.array2string(right, precision=4), z_loss=0.1)
    assert printed.right
    off = core.diagnose(Z, LABELS, dL_dz=right + 0.013, z_loss=0.1)
    assert "sums to 0" not in str(off)


def test_what_was_stated_is_said():
    found = core.diagnose(
        Z, LABELS, dL_dz=Y, gamma=2, z_loss=1e-4, softcap=30, temperature=2
    ).understood
    assert found.temperature == "τ = 2"
    assert found.loss == "logits capped at 30, loss: focal (γ = 2), z-loss 0.0001"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gamma": -1}, "gamma: expected a finite number, 0 or more"),
        ({"z_loss": np.inf}, "z_loss: expected a finite number, 0 or more"),
        ({"softcap": 0}, "softcap: expected a finite number above 0, or None"),
        ({"z_loss": 0.1, "temperature": 1e-308}, "z_loss: expected logits of which log Σ exp"),
        ({"gamma": 2, "loss": "MSE"}, "gamma: expected loss 'CE' with it, got 'MSE'"),
        ({"gamma": 2, "outputs": "log_softmax"}, "outputs: expected softmax with loss 'focal'"),
    ],
)
def test_an_option_that_cannot_be_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        core.diagnose(Z, LABELS, dL_dz=Y, **options)


@pytest.mark.parametrize("option", ["z_loss", "softcap"])
def test_outputs_alone_are_not_enough_for_what_depends_on_the_logits(option):
    with pytest.raises(ValueError, match=f"{option}: expected logits z with it"):
        core.diagnose(y=Y, t=LABELS, dL_dz=Y, **{option: 1.0})


def test_one_class_with_every_option_ends_in_a_verdict():
    options = {"label_smoothing": 1.0, "gamma": 0.5, "z_loss": 0.1, "softcap": 2.0, "weight": [2.0]}
    for quantity in ("dL_dy", "dL_dz"):
        found = core.diagnose([1.0], 0, **{quantity: [-0.7]}, **options)
        assert found.verdicts[quantity].right is None  # one class is no softmax
    assert not core.diagnose(
        y="1.0", t="1.0", dL_dy="-0.7", label_smoothing=1, loss_weight=0.5
    ).right


@pytest.mark.parametrize(
    "options",
    [
        {"weight": [1e308] * 4},
        {"row_weight": [-1e200] * 3},
        {"loss_weight": 1e150},
        {"z_loss": 1e200},
        {"softcap": 1e-200},
        {"gamma": 1e9},
    ],
    ids=lambda options: next(iter(options)),
)
def test_an_option_that_leaves_no_digit_is_refused_and_no_number_is_right_by_overflow(options):
    with pytest.raises(ValueError, match=f"{next(iter(options))}: expected"):
        core.diagnose(Z, LABELS, dL_dz=Y, **options)


@pytest.mark.parametrize("scale", [1e-9, 1e-30, 1e30])
def test_a_factor_of_the_loss_makes_no_verdict_laxer(scale):
    right = scale * (Y - T)
    assert core.diagnose(Z, LABELS, dL_dz=right, loss_weight=scale).right
    off = right * np.where(T > 0, 1.0, 1.02)
    assert core.diagnose(Z, LABELS, dL_dz=off, loss_weight=scale).verdicts["dL_dz"].right is False


def test_the_slope_of_a_saturated_cap_may_be_made_as_everyone_makes_it():
    z, c = np.array([[150.0, 20.0, -60.0, 5.0], [200.0, 300.0, 1.0, 0.0]]), 30.0
    capped = c * np.tanh(z / c)
    e = np.exp(capped - capped.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    right = (y - core.one_hot([1, 0], 4)) * (1 - np.tanh(z / c) ** 2)
    assert core.diagnose(z, [1, 0], dL_dz=right, softcap=c).right
    assert core.diagnose(z, [1, 0], dL_dz=str(right.tolist()), softcap=c).right
    assert not core.diagnose(z, [1, 0], dL_dz=1.01 * right, softcap=c).right
