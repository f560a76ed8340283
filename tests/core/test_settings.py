"""What a loss may be told beside its target, as torch.nn.functional.cross_entropy has it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import diagnose
from core.diagnosis.mistakes_settings import MISTAKES

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed):
    rng = np.random.default_rng(seed)
    m, n = int(rng.integers(2, 6)), int(rng.integers(2, 6))
    z, labels = rng.normal(size=(m, n)) * 2, rng.integers(n, size=m)
    labels[1:][rng.random(m - 1) < 0.4] = -100
    return {
        "z": z,
        "t": labels,
        "weight": rng.choice([0.5, 1.0, 3.0], size=n),
        "row_weight": rng.choice([-0.8, 0.0, 1.0, 2.0], size=m),
        "label_smoothing": float(rng.choice([0.0, 0.1, 0.3])),
        "loss_weight": float(rng.choice([1.0, 16.0])),
        "batch_mean": bool(rng.integers(2)),
    }


def squares_by_definition(state, z):
    """Squared error row by row, each times its weight; an ignored row costs nothing."""
    n, e = z.shape[1], state["label_smoothing"]
    total = 0.0
    for row, label, factor in zip(z, state["t"], state["row_weight"], strict=True):
        if label != -100:
            t = (1 - e) * np.eye(n)[label] + e / n
            y = np.exp(row) / np.exp(row).sum()
            total += factor * ((y - t) ** 2).sum() / n
    counted = (state["t"] != -100).sum()
    return state["loss_weight"] * total / (counted if state["batch_mean"] else 1)


def by_definition(state, z):
    """L row by row, as the words of PyTorch's documentation have it."""
    n, total, counted = z.shape[1], 0.0, 0.0
    w, e = state["weight"], state["label_smoothing"]
    for row, label, factor in zip(z, state["t"], state["row_weight"], strict=True):
        if label == -100:
            continue
        log_y = row - np.log(np.exp(row).sum())
        hard = -w[label] * log_y[label]
        spread = -(w * log_y).sum() / n
        total += factor * ((1 - e) * hard + e * spread)
        counted += w[label]
    return state["loss_weight"] * total / (counted if state["batch_mean"] else 1)


def measured(state, loss=by_definition):
    """∂L/∂z by a complex step."""
    z = state["z"].astype(complex)
    found = np.zeros(z.shape)
    for index in np.ndindex(z.shape):
        moved = z.copy()
        moved[index] += 1e-30j
        found[index] = loss(state, moved).imag / 1e-30
    return found


@settings(max_examples=40)
@given(SEEDS)
def test_the_gradient_of_the_loss_by_definition_is_right(seed):
    state = drawn(seed)
    found = diagnose(**state, dL_dz=measured(state))
    assert found.right, str(found)
    halved = diagnose(**state, dL_dz=measured(state) * 0.5)
    assert halved.right is False or not measured(state).any()


@settings(max_examples=40)
@given(SEEDS)
def test_rows_of_squared_error_are_weighted_and_ignored_as_rows_and_not_in_their_target(seed):
    state = drawn(seed)
    del state["weight"]
    right = measured(state, squares_by_definition)
    assert diagnose(**state, loss="MSE", dL_dz=right).right, state
    if np.abs(right).max() > 1e-9:
        (verdict,) = diagnose(**state, loss="MSE", dL_dz=-right).verdicts.values()
        assert "sign-flipped" in [e.name for e in verdict.explanations]
        assert verdict.numeric == pytest.approx(right[verdict.worst], abs=1e-12)


@pytest.mark.parametrize(
    ("factor", "name"), [(3, "batch-mean-forgotten"), (3 / 4, "mean-over-all-rows")]
)
def test_mistakes_of_the_mean_are_named_beside_the_weights_of_rows_of_squared_error(factor, name):
    z = np.array([[0.5, -1, 2], [1.5, 0.2, -0.3], [-0.7, 0.9, 0.4], [0, 2.2, -1.1]])
    state = {"t": np.array([-100, 0, 1, 0]), "row_weight": [1.0, 2.0, -0.5, 1.5], "z": z}
    state |= {"batch_mean": True, "label_smoothing": 0.0, "loss_weight": 1.0}
    right = measured(state, squares_by_definition)
    (verdict,) = diagnose(**state, loss="MSE", dL_dz=factor * right).verdicts.values()
    assert name in [e.name for e in verdict.explanations]


def test_row_weights_that_were_left_out_of_squared_error_are_named():
    z = np.array([[0.5, -1, 2], [1.5, 0.2, -0.3], [-0.7, 0.9, 0.4]])
    state = {"t": np.array([-100, 0, 1]), "z": z, "loss": "MSE", "batch_mean": True}
    y = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    off = y - np.eye(3)[[0, 0, 1]]
    plain = 2 / 3 * y * (off - (off * y).sum(axis=1, keepdims=True)) / 2
    plain[0] = 0  # it is ignored, whatever its weight
    weights = np.array([5.0, 3.0, -0.5])
    assert diagnose(**state, row_weight=weights, dL_dz=plain * weights[:, None]).right
    (verdict,) = diagnose(**state, row_weight=weights, dL_dz=plain).verdicts.values()
    assert [e.name for e in verdict.explanations] == ["row-weights-forgotten"]


def test_weights_of_classes_are_those_of_cross_entropy_alone():
    with pytest.raises(ValueError, match="weight: expected cross-entropy with it, got squared"):
        diagnose([2, 1], 0, dL_dz=[0, 0], loss="MSE", weight=[1, 2])


def test_an_ignored_row_has_no_gradient_and_the_mean_divides_by_those_that_count():
    z = np.array([[0.5, -1, 2], [1.5, 0.2, -0.3], [-0.7, 0.9, 0.4], [0, 2.2, -1.1]])
    y = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    right = (y - np.eye(3)[[0, 0, 1, 0]]) / 3
    right[0] = 0
    case = {"z": z, "t": "-100 0 1 0", "batch_mean": True}
    assert diagnose(**case, dL_dz=right).right
    assert diagnose(z, [255, 0, 1, 0], ignore_index=255, batch_mean=True, dL_dz=right).right
    (verdict,) = diagnose(**case, dL_dz=right * 3 / 4).verdicts.values()
    assert [e.name for e in verdict.explanations] == ["mean-over-all-rows"]
    forgotten = right.copy()
    forgotten[0] = y[0] / 3
    (verdict,) = diagnose(**case, dL_dz=forgotten).verdicts.values()
    assert "target-sum-forgotten" in [e.name for e in verdict.explanations]


def test_an_advantage_may_be_negative_as_a_weight_or_in_the_target():
    z, y = np.log([0.2, 0.3, 0.5]), np.array([0.2, 0.3, 0.5])
    right = -0.8 * (y - np.eye(3)[0])
    assert diagnose(z, 0, row_weight=[-0.8], dL_dz=right).right
    assert diagnose(z, [-0.8, 0, 0], dL_dz=right).right
    assert not diagnose(z, 0, dL_dz=right).right


def test_tau_squared_times_the_loss_is_recognised_and_can_be_stated():
    z, t, tau = np.array([0.3, -1.2, 2.1]), np.array([0.2, 0.5, 0.3]), 4.0
    e = np.exp(z / tau)
    got = tau * (e / e.sum() - t)
    (verdict,) = diagnose(z, t, temperature=tau, dL_dz=got).verdicts.values()
    assert verdict.right
    assert "τ² times the loss" in str(verdict)
    assert diagnose(z, t, temperature=tau, loss_weight=16, dL_dz=got).right


def test_every_mistake_with_a_setting_says_when_it_applies():
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES) == 7
    case = diagnose([2, 1, 0.1], 0, dL_dz="0 0 0").case
    assert not any(mistake.possible(case) for mistake in MISTAKES)


@pytest.mark.parametrize("labels", ["-1 0", "-7 1"])
def test_a_negative_label_that_marks_nothing_is_refused_with_the_one_that_does(labels):
    with pytest.raises(ValueError, match="-100 for a row that is ignored"):
        diagnose([[1, 2, 3], [2, 1, 0]], labels, dL_dz=np.zeros((2, 3)))
