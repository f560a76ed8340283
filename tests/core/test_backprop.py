"""Every gradient of the network, written out and by its laws."""

import numpy as np
import pytest
from hypothesis import strategies as st

from core import (
    REDUCTIONS,
    Layer,
    Network,
    activate,
    activation_derivative,
    backward,
    forward,
    gradient_norms,
    gradient_path,
    parameter_gradients,
    softmax,
    softmax_jacobian,
)
from tests.core.networks import HAND, LOG2, LOG3, X, entry, every_parameter, gradients_of, problems
from tests.core.strategies import forall

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")


def test_backpropagation_of_cross_entropy_written_out():
    record = backward(HAND, X, [[0, 1]], "CE")
    assert record.loss == pytest.approx(np.log(4))
    hidden, output = record.layers
    np.testing.assert_allclose(output.dL_dh, [[0, -4]], rtol=1e-14)  # g = −t/y
    assert output.dh_da.size == 0
    np.testing.assert_allclose(output.dL_da, [[0.75, -0.75]], rtol=1e-14)
    np.testing.assert_allclose(output.dL_dW, [[1.5, -1.5], [0, 0]], rtol=1e-14)
    np.testing.assert_allclose(output.dL_db, [0.75, -0.75], rtol=1e-14)
    # ¾·1 − ¾·½ and ¾·3 + ¾·2
    np.testing.assert_allclose(hidden.dL_dh, [[0.375, 3.75]], rtol=1e-14)
    np.testing.assert_array_equal(hidden.dh_da, [[1, 0]])
    np.testing.assert_allclose(hidden.dL_da, [[0.375, 0]], rtol=1e-14)
    np.testing.assert_allclose(hidden.dL_dW, [[0.375, 0], [0.75, 0]], rtol=1e-14)
    np.testing.assert_allclose(hidden.dL_db, [0.375, 0], rtol=1e-14)
    np.testing.assert_allclose(record.dL_dx, [[0.375, 0.375]], rtol=1e-14)
    assert record.dL_dz is output.dL_da


# y − t = (¾, −¾): g = 2c (¾, −¾), ⟨g, y⟩ = ¾ c, g J = c (9/16, −9/16): ¾ c times cross-entropy's
@pytest.mark.parametrize(("reduction", "c"), [("mean", 0.5), ("sum", 1.0), ("half", 0.5)])
def test_backpropagation_of_squared_error_written_out(reduction, c):
    record = backward(HAND, X, [[0, 1]], "MSE", reduction)
    assert record.loss == pytest.approx(c * 9 / 8)
    hidden, output = record.layers
    np.testing.assert_allclose(output.dL_dh, [[1.5 * c, -1.5 * c]], rtol=1e-14)
    np.testing.assert_allclose(record.dL_dz, c * np.array([[9, -9]]) / 16, rtol=1e-14)
    share = 0.75 * c
    np.testing.assert_allclose(output.dL_dW, share * np.array([[1.5, -1.5], [0, 0]]), rtol=1e-14)
    np.testing.assert_allclose(hidden.dL_dh, [[share * 0.375, share * 3.75]], rtol=1e-14)
    np.testing.assert_allclose(hidden.dL_dW, share * np.array([[0.375, 0], [0.75, 0]]), rtol=1e-14)
    np.testing.assert_allclose(hidden.dL_db, [share * 0.375, 0], rtol=1e-14)
    np.testing.assert_allclose(record.dL_dx, [[share * 0.375, share * 0.375]], rtol=1e-14)


def test_reductions_of_three_classes_divide_by_three_by_one_and_by_two():
    network = Network((Layer(np.zeros((1, 3)), np.log([1.0, 2, 1])),))
    # (y − t) = (¼, ½, −¾), whose squares sum to 7/8
    for reduction, c in (("mean", 1 / 3), ("sum", 1), ("half", 1 / 2)):
        record = backward(network, [[1.0]], [[0, 0, 1]], "MSE", reduction)
        assert record.loss == pytest.approx(c * 7 / 8)
        np.testing.assert_allclose(
            record.layers[0].dL_dh, [[c / 2, c, -3 * c / 2]], rtol=1e-14
        )  # 2c (y − t)


def test_a_mini_batch_of_two_rows_written_out():
    # The same row twice, once of each class: log 4 and log 4/3, (¾, −¾) and (−¼, ¼).
    record = backward(HAND, [*X, *X], [[0, 1], [1, 0]], "CE")
    assert record.loss == pytest.approx(np.log(16 / 3) / 2)
    np.testing.assert_allclose(record.dL_dz, [[0.375, -0.375], [-0.125, 0.125]], rtol=1e-14)
    np.testing.assert_allclose(record.layers[1].dL_dh, [[0, -2], [-2 / 3, 0]], rtol=1e-14)
    np.testing.assert_allclose(record.layers[1].dL_dW, [[0.5, -0.5], [0, 0]], rtol=1e-14)
    np.testing.assert_allclose(record.layers[1].dL_db, [0.25, -0.25], rtol=1e-14)
    np.testing.assert_allclose(record.layers[0].dL_dW, [[0.125, 0], [0.25, 0]], rtol=1e-14)


# One input 1, one hidden unit h, output weights (1, −1), and a bias that makes z = (log 3, 0):
# ∂L/∂z = (−¼, ¼) for class 1, so ∂L/∂h = −½ whatever the activation.
@pytest.mark.parametrize(
    ("activation", "weight", "h", "dh_da"),
    [("sigmoid", LOG3, 3 / 4, 3 / 16), ("tanh", LOG2, 3 / 5, 16 / 25), ("ReLU", 5, 5, 1)],
)
def test_one_hidden_unit_of_each_activation_written_out(activation, weight, h, dh_da):
    layers = (
        Layer(np.array([[weight]]), np.zeros(1)),
        Layer(np.array([[1.0, -1.0]]), np.array([LOG3 - h, h])),
    )
    record = backward(Network(layers, activation), [[1.0]], [[1, 0]])
    np.testing.assert_allclose(record.layers[1].dL_dW, [[-h / 4, h / 4]], rtol=1e-14)
    np.testing.assert_allclose(record.layers[0].dL_dh, [[-0.5]], rtol=1e-14)
    np.testing.assert_allclose(record.layers[0].dL_dW, [[-dh_da / 2]], rtol=1e-14)
    np.testing.assert_allclose(record.dL_dx, [[-dh_da / 2 * weight]], rtol=1e-14)


def test_the_paths_of_a_hidden_weight_written_out():
    path = gradient_path(HAND, backward(HAND, X, [[0, 1]]), layer=0, row=1, unit=0)
    np.testing.assert_array_equal(path.inputs, [2, 2])
    np.testing.assert_array_equal(path.dh_da, [1, 1])
    np.testing.assert_array_equal(path.weights, [1, 0.5])
    np.testing.assert_allclose(path.above, [0.75, -0.75], rtol=1e-14)
    np.testing.assert_allclose(path.products, [1.5, -0.75], rtol=1e-14)
    assert path.gradient == pytest.approx(0.75)


def test_no_gradient_takes_a_path_through_a_unit_that_is_off():
    path = gradient_path(HAND, backward(HAND, X, [[0, 1]]), layer=0, row=0, unit=1)
    np.testing.assert_array_equal(path.dh_da, [0, 0])
    np.testing.assert_array_equal(path.weights, [3, -2])
    np.testing.assert_array_equal(path.products, [0, 0])
    assert path.gradient == 0


def test_an_output_weight_has_one_path():
    path = gradient_path(HAND, backward(HAND, X, [[0, 1]]), layer=1, row=0, unit=1)
    np.testing.assert_array_equal(path.inputs, [2])
    np.testing.assert_array_equal(path.dh_da, [1])
    np.testing.assert_array_equal(path.weights, [1])
    np.testing.assert_allclose(path.above, [-0.75], rtol=1e-14)
    np.testing.assert_allclose(path.products, [-1.5], rtol=1e-14)
    assert path.gradient == pytest.approx(-1.5)


def test_gradient_norms_written_out_from_the_output_layer_down():
    # ∂L/∂z = ¾(1, −1), ∂L/∂W₂ = 3/2 (1, −1); ∂L/∂a₁ = (⅜, 0), ∂L/∂W₁ = ⅜ and ¾ below one another
    expected = np.array([0.75, 1.5, 0.75]) * np.sqrt(2), [0.375, 0.375 * np.sqrt(5), 0.375]
    found = gradient_norms(backward(HAND, X, [[0, 1]]))
    np.testing.assert_allclose(found, np.concatenate(expected), rtol=1e-14)


@forall(problems(min_n=2))
def test_every_row_of_the_gradient_at_the_logits_sums_to_0(problem):
    record = backward(*problem)
    np.testing.assert_allclose(record.dL_dz.sum(axis=-1), 0, atol=1e-14)
    assert record.layers[-1].dL_db.sum() == pytest.approx(0, abs=1e-14)


@forall(problems())
def test_a_mini_batch_has_the_mean_loss_and_the_mean_gradients_of_its_rows(problem):
    network, x, t, loss, reduction = problem
    whole = backward(*problem)
    alone = [backward(network, x[[r]], t[[r]], loss, reduction) for r in range(len(x))]
    assert whole.loss == pytest.approx(np.mean([record.loss for record in alone]), rel=1e-13)
    mean = np.mean([gradients_of(record) for record in alone], axis=0)
    np.testing.assert_allclose(gradients_of(whole), mean, rtol=1e-12, atol=1e-13)
    for r, record in enumerate(alone):
        np.testing.assert_allclose(len(x) * whole.dL_dx[r], record.dL_dx[0], atol=1e-14)
        for k, own in enumerate(record.layers):
            for name in ("dL_dh", "dL_da"):
                np.testing.assert_allclose(
                    len(x) * getattr(whole.layers[k], name)[r],
                    getattr(own, name)[0],
                    rtol=1e-12,
                    atol=1e-14,
                )


@forall(problems())
def test_the_order_of_the_rows_does_not_matter(problem):
    network, x, t, loss, reduction = problem
    turned = backward(network, x[::-1], t[::-1], loss, reduction)
    np.testing.assert_allclose(
        gradients_of(turned), gradients_of(backward(*problem)), rtol=1e-12, atol=1e-13
    )


@forall(problems())
def test_every_intermediate_follows_from_the_one_above_it(problem):
    network, x, _, _, _ = problem
    record = backward(*problem)
    trace, layers = record.trace, record.layers
    assert len(layers) == len(network.layers)
    np.testing.assert_array_equal(trace.inputs[0], x)
    np.testing.assert_array_equal(trace.y, softmax(trace.z))
    for k, layer in enumerate(network.layers):
        np.testing.assert_allclose(trace.a[k], trace.inputs[k] @ layer.W + layer.b, atol=1e-14)
        below = record.dL_dx if k == 0 else layers[k - 1].dL_dh
        np.testing.assert_allclose(below, layers[k].dL_da @ layer.W.T, atol=1e-14)
        np.testing.assert_allclose(
            layers[k].dL_dW,
            np.einsum("ri,ru->iu", trace.inputs[k], layers[k].dL_da),
            atol=1e-14,
        )
        np.testing.assert_allclose(layers[k].dL_db, layers[k].dL_da.sum(axis=0), atol=1e-14)
    for k, own in enumerate(layers[:-1]):
        h = trace.inputs[k + 1]
        np.testing.assert_array_equal(h, activate(trace.a[k], network.activation))
        np.testing.assert_array_equal(own.dh_da, activation_derivative(h, network.activation))
        np.testing.assert_array_equal(own.dL_da, own.dL_dh * own.dh_da)


@forall(problems())
def test_the_gradient_at_the_logits_is_g_times_the_jacobian(problem):
    record = backward(*problem)
    g, J = record.layers[-1].dL_dh, softmax_jacobian(record.trace.z)
    np.testing.assert_allclose(record.dL_dz, np.einsum("ri,rij->rj", g, J), rtol=1e-9, atol=1e-13)


@forall(problems(rows=1, min_n=2))
def test_a_hidden_layer_is_linear_in_the_gradient_above_it(problem):
    # Cross-entropy for class k has ∂L/∂z = y − eₖ, and −Σₖ vₖ (y − eₖ) = v for a v that sums to 0:
    # with v the ∂L/∂z of any loss, the same sum of gradients must be that loss's, in every layer.
    network, x, _, _, _ = problem
    record = backward(*problem)
    n = record.dL_dz.shape[-1]
    classes = [backward(network, x, np.eye(n)[[k]], "CE") for k in range(n)]
    v = record.dL_dz[0]
    for mine in (gradients_of, lambda of: of.dL_dx.ravel(), lambda of: of.dL_dz.ravel()):
        combined = -sum(v[k] * mine(classes[k]) for k in range(n))
        np.testing.assert_allclose(mine(record), combined, rtol=1e-9, atol=1e-13)


@forall(problems(rows=1, min_n=2), st.sampled_from(REDUCTIONS))
def test_with_two_classes_both_losses_point_every_layer_the_same_way(problem, reduction):
    # Their ∂L/∂z are both multiples of (1, −1): all that lies below is in the same proportion.
    network, x, _, _, _ = problem
    narrow = Network(
        (
            *network.layers[:-1],
            Layer(network.layers[-1].W[:, :2], network.layers[-1].b[:2]),
        ),
        network.activation,
    )
    ce = backward(narrow, x, [[0, 1]], "CE")
    mse = backward(narrow, x, [[0, 1]], "MSE", reduction)
    share = mse.dL_dz[0, 0] / ce.dL_dz[0, 0]
    assert share > 0
    np.testing.assert_allclose(gradients_of(mse), share * gradients_of(ce), rtol=1e-9, atol=1e-14)


@forall(problems(), st.floats(0.1, 10))
def test_gradients_of_cross_entropy_grow_with_the_weight_of_the_target(problem, weight):
    network, x, t, _, _ = problem
    np.testing.assert_allclose(
        gradients_of(backward(network, x, weight * t, "CE")),
        weight * gradients_of(backward(network, x, t, "CE")),
        rtol=1e-9,
        atol=1e-12,
    )


@forall(problems(rows=1))
def test_the_paths_of_every_weight_sum_to_its_gradient(problem):
    network = problem[0]
    record = backward(*problem)
    for layer, row, unit in every_parameter(network):
        path = gradient_path(network, record, layer, row, unit)
        assert path.gradient == pytest.approx(entry(record, layer, row, unit), rel=1e-12, abs=1e-13)
        np.testing.assert_allclose(
            path.products, path.inputs * path.dh_da * path.weights * path.above, atol=1e-15
        )
        assert path.gradient == pytest.approx(path.products.sum(), abs=1e-15)
        above = network.layers[layer + 1].b.size if layer + 1 < len(network.layers) else 1
        for factor in (path.inputs, path.dh_da, path.weights, path.above, path.products):
            assert factor.shape == (above,)
        if row is None:
            np.testing.assert_array_equal(path.inputs, 1)
        if layer + 1 == len(network.layers):
            assert path.dh_da == path.weights == 1


@forall(problems())
def test_gradient_norms_are_lengths_over_all_rows_and_units(problem):
    record = backward(*problem)
    expected = [
        np.linalg.norm(array.ravel())
        for own in record.layers[::-1]
        for array in (own.dL_da, own.dL_dW, own.dL_db)
    ]
    np.testing.assert_allclose(gradient_norms(record), expected, rtol=1e-13, atol=1e-150)


@forall(problems())
def test_the_gradients_of_the_parameters_are_those_of_the_backward_pass(problem):
    full = backward(*problem)
    for own, layer in zip(parameter_gradients(*problem), full.layers, strict=True):
        np.testing.assert_array_equal(own.W, layer.dL_dW)
        np.testing.assert_array_equal(own.b, layer.dL_db)
    network, x, *rest = problem
    again = backward(network, forward(network, x), *rest)
    np.testing.assert_array_equal(again.dL_dx, full.dL_dx)
