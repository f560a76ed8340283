"""An upstream gradient of one's own takes the place of a loss: of softmax, and of log-softmax."""

import numpy as np
import pytest

from core import diagnose, log_softmax, one_hot, softmax, softmax_jacobian, softmax_vjp
from tests.core.diagnoses import names
from tests.core.strategies import forall, seeds

Z, G = np.array([0.4, -0.2, 1.1, 0.0]), np.array([0.31, -0.12, 0.05, 0.44])
Y = softmax(Z)
J = softmax_jacobian(Z)
OF_LOG = G - Y * G.sum()


def the(result):
    (verdict,) = result.verdicts.values()
    return verdict


@forall(seeds)
def test_g_J_is_right_whatever_g_is(seed):
    random = np.random.default_rng(seed)
    z, g, h = random.normal(size=(3, 5)), random.normal(size=(3, 5)), random.normal(size=(3, 2))
    dL_dz = softmax_vjp(z, g, 0.7)
    more = {"dL_dW": h.T @ dL_dz, "dL_db": dL_dz.sum(axis=0), "J": softmax_jacobian(z, 0.7)}
    found = diagnose(z, dL_dy=g, dL_dz=dL_dz, h=h, temperature=0.7, **more)
    assert found.right, str(found)
    assert list(found.verdicts) == ["J", "dL_dz", "dL_dW", "dL_db"], "and g is not judged"
    of_log = (g - softmax(z, 0.7) * g.sum(axis=-1, keepdims=True)) / 0.7
    log_J = (np.eye(5) - softmax(z, 0.7)[:, None, :]) / 0.7
    log = {"outputs": "log_softmax", "y": log_softmax(z, 0.7), "J": log_J}
    assert diagnose(z, dL_dy=g, dL_dz=of_log, temperature=0.7, **log).right


def test_it_is_said_that_the_upstream_gradient_was_taken_as_given():
    found = diagnose(Z, dL_dy=G, dL_dz=G @ J)
    assert str(found).startswith("Without a target, dL_dy is taken for the upstream gradient g")
    assert "Without a target" in found.markdown()


@pytest.mark.parametrize(
    ("dL_dz", "name"),
    [
        (-(G @ J), "sign-flipped"),
        (G * (G @ J), "upstream-twice"),
        (J.sum(axis=0), "row-sums"),
        (J.diagonal(), "no-upstream"),
        (G, "no-jacobian"),
        (G * Y, "inner-product-forgotten"),
        (G * J.diagonal(), "elementwise-product"),
        (G @ J @ J, "jacobian-twice"),
        (softmax_vjp(G, G), "upstream-as-logits"),
        (softmax_vjp(np.log([0.5 - 0.15, 0.15, 0.375, 0.125]), G), None),
        (G - np.log(Y) * G.sum(), "log-softmax-jacobian + log-softmax"),
    ],
)
def test_mistakes_with_g_are_named(dL_dz, name):
    verdict = the(diagnose(Z, dL_dy=G, dL_dz=dL_dz))
    assert verdict.right is False
    found = [e.name for e in verdict.explanations]
    assert (name in found) if name else True
    assert all("t" not in e.fixes[0].partition("#")[0].split() for e in verdict.explanations)


def test_what_is_right_for_log_softmax_alone_is_open_until_it_is_said_which():
    verdict = the(diagnose(Z, dL_dy=G, dL_dz=OF_LOG))
    assert verdict.right is None
    assert "right with log-softmax; with softmax a mistake gives the same" in str(verdict)
    assert diagnose(Z, dL_dy=G, dL_dz=OF_LOG, outputs="log_softmax").right
    assert the(diagnose(Z, dL_dy=G, dL_dz=OF_LOG, outputs="softmax")).right is False
    assert the(diagnose(Z, dL_dy=G, dL_dz=G @ J, outputs="log_softmax")).right is False


@pytest.mark.parametrize(
    ("dL_dz", "name"),
    [
        (G - (G * Y).sum(), "jacobian-from-the-left"),
        (G @ J, "softmax-jacobian"),
        (G - Y, "sum-of-upstream-forgotten"),
        (G + Y * G.sum(), "sum-of-upstream-added"),
        (G - np.log(Y) * G.sum(), "log-softmax"),
        (G * OF_LOG, "upstream-twice"),
        (-OF_LOG, "sign-flipped"),
        (G, "no-jacobian"),
    ],
)
def test_mistakes_with_log_softmax_are_named(dL_dz, name):
    assert name in names(diagnose(Z, dL_dy=G, dL_dz=dL_dz, outputs="log_softmax"))


def test_log_softmax_with_a_target_is_negative_log_likelihood():
    t = one_hot(2, 4)
    found = diagnose(Z, 2, y=np.log(Y), dL_dy=-t, dL_dz=Y - t, outputs="log_softmax")
    assert found.right, str(found)


@pytest.mark.parametrize("tiles", [2, 4])
def test_softmax_of_tiles_is_named(tiles):
    z, t = np.array([0.3, -1.2, 2.1, 0.7, -0.4, 0.9, 1.3, -0.2]), one_hot(3, 8)
    e = np.exp(z.reshape(tiles, -1))
    y = (e / e.sum(axis=-1, keepdims=True)).ravel()
    assert f"softmax-in-{tiles}-tiles" in names(diagnose(z, 3, dL_dz=y - t))


def test_softmax_along_the_batch_is_open_with_g_alone_and_wrong_where_classes_are_known():
    random = np.random.default_rng(2)
    z, g = random.normal(size=(3, 4)), random.normal(size=(3, 4))
    dL_dz = softmax_vjp(z.T, g.T).T
    verdict = the(diagnose(z, dL_dy=g, dL_dz=dL_dz))
    assert verdict.right is None
    assert "right with one example in each column" in verdict.depends
    told = the(diagnose(z, dL_dy=g, dL_dz=dL_dz, axis=-1))
    assert "backward-across-batch" in [e.name for e in told.explanations]


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (J, "It is J itself, not yet multiplied by the upstream gradient"),
        (G[:, None] * J, "It holds the terms gᵢJᵢⱼ, not yet summed over the outputs i"),
        (J * G, "It holds the terms Jᵢⱼgⱼ, not yet summed over the outputs j"),
        (np.diag(G @ J), "It has ∂L/∂z on its diagonal"),
        (np.tile(G @ J, (4, 1)), "It has ∂L/∂z in every row"),
        (np.arange(16.0).reshape(4, 4), r"expected shape \(4,\), got shape \(4, 4\)$"),
    ],
)
def test_a_matrix_for_the_gradient_is_refused_and_told_what_it_is(matrix, words):
    for given in (matrix, str(matrix.round(6).tolist())):
        with pytest.raises(ValueError, match=words):
            diagnose(Z, dL_dy=G, dL_dz=given)


def test_a_column_minus_a_row_is_recognised():
    with pytest.raises(ValueError, match="It is yᵢ − tⱼ: a column minus a row"):
        diagnose(Z, 1, dL_dz=Y[:, None] - one_hot(1, 4))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"dL_dy": G}, "t: expected a target, as dL_dy is to be checked"),
        ({"dL_dy": G[:3], "dL_dz": G}, r"dL_dy: expected finite numbers of shape \(4,\)"),
        ({"dL_dy": [np.nan, 0, 0, 0], "dL_dz": G}, "dL_dy: expected finite numbers"),
        ({"dL_dy": G, "dL_dz": G, "outputs": "sigmoid"}, "outputs: expected one of"),
        ({"t": 0, "dL_dz": G, "outputs": "log_softmax", "loss": "MSE"}, "outputs: expected"),
    ],
)
def test_what_cannot_be_understood_is_told(given, message):
    with pytest.raises(ValueError, match=message):
        diagnose(Z, **given)
