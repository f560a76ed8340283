import dataclasses
from itertools import count, pairwise

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import strategies as st

import core
from core import (
    ACTIVATIONS,
    LOSSES,
    REDUCTIONS,
    Layer,
    Network,
    activate,
    activation_derivative,
    after_steps,
    backward,
    check_gradient,
    cross_entropy,
    forward,
    gradient_norms,
    gradient_path,
    gradient_step,
    initial_network,
    loss_of,
    numeric_gradient,
    parameter_gradients,
    softmax,
    softmax_jacobian,
    squared_error,
)
from tests.core.strategies import arrays_of, forall, seeds

# A float warning in core would reach a learner's console: here it is a failure.
pytestmark = pytest.mark.filterwarnings("error")

LOG2, LOG3 = np.log(2), np.log(3)
activations = pytest.mark.parametrize("activation", ACTIVATIONS)
# Cross-entropy has no reduction: it is given one that must not matter.
LOSSES_REDUCED = [("CE", "half"), *(("MSE", reduction) for reduction in REDUCTIONS)]
losses = pytest.mark.parametrize(
    ("loss", "reduction"), LOSSES_REDUCED, ids=["CE", *(f"MSE {r}" for r in REDUCTIONS)]
)
depths = pytest.mark.parametrize("hidden", [(), (4,), (3, 2), (3, 4, 2)], ids=str)


# ── Networks and mini-batches by chance ──────────────────────────────────────────────────────────


def random_network(sizes, activation="tanh", seed=0, leading=()):
    """With random biases too: at 0 many a ReLU would stand on its kink."""
    rng = np.random.default_rng(seed)
    layers = [
        Layer(
            rng.normal(size=(*leading, below, units)) / np.sqrt(below),
            rng.normal(size=(*leading, units)) / 2,
        )
        for below, units in pairwise(sizes)
    ]
    return Network(tuple(layers), activation)


def random_batch(d, n, rows, seed=0, leading=()):
    """x, and targets of which some are one-hot, some smoothed, and some sum to anything."""
    rng = np.random.default_rng([seed, 1])
    one_hots = np.eye(n)[rng.integers(n, size=(*leading, rows))]
    kind = rng.integers(3, size=(*leading, rows, 1))
    others = np.where(kind == 1, 0.8 * one_hots + 0.2 / n, rng.uniform(0.1, 2, one_hots.shape))
    return rng.normal(size=(*leading, rows, d)), np.where(kind == 0, one_hots, others)


def away_from_kinks(hidden, activation, loss, reduction, seed=0, d=3, n=3, rows=4):
    """Arguments of `backward`, with no hidden unit near the kink of ReLU."""
    for attempt in count():
        network = random_network([d, *hidden, n], activation, [seed, attempt])
        x, t = random_batch(d, n, rows, [seed, attempt])
        if all(np.abs(a).min() > 0.01 for a in forward(network, x).a[:-1]):
            return network, x, t, loss, reduction


@st.composite
def problems(draw, rows=None, activation=ACTIVATIONS, min_n=1):
    """The same, of every size down to one input, one unit, one row and one class."""
    hidden = draw(st.lists(st.integers(1, 4), max_size=3))
    loss, reduction = draw(st.sampled_from(LOSSES_REDUCED))
    return away_from_kinks(
        hidden,
        draw(st.sampled_from(activation)),
        loss,
        reduction,
        draw(seeds),
        d=draw(st.integers(1, 4)),
        n=draw(st.integers(min_n, 4)),
        rows=rows or draw(st.integers(1, 4)),
    )


def parameters(network):
    """Every weight and bias in one vector."""
    return np.concatenate([p.ravel() for layer in network.layers for p in (layer.W, layer.b)])


def gradients_of(record):
    """∂L/∂· of every weight and bias, in the order of `parameters`."""
    return np.concatenate([g.ravel() for own in record.layers for g in (own.dL_dW, own.dL_db)])


def with_parameters(network, theta):
    layers, start = [], 0
    for layer in network.layers:
        stop = start + layer.W.size
        W, b = theta[start:stop], theta[stop : stop + layer.b.size]
        layers.append(Layer(W.reshape(layer.W.shape), b))
        start = stop + layer.b.size
    return dataclasses.replace(network, layers=tuple(layers))


def every_parameter(network):
    """layer, row, unit of each weight; row None of each bias."""
    for layer, own in enumerate(network.layers):
        inputs, units = own.W.shape[-2:]
        for row in (*range(inputs), None):
            for unit in range(units):
                yield layer, row, unit


def entry(record, layer, row, unit):
    own = record.layers[layer]
    return own.dL_db[..., unit] if row is None else own.dL_dW[..., row, unit]


def relative_error(found, expected):
    """The largest |difference| over max(|found|, |expected|, 0.001)."""
    size = np.maximum(np.maximum(np.abs(found), np.abs(expected)), 1e-3)
    return (np.abs(found - expected) / size).max(initial=0)


# ── By hand ──────────────────────────────────────────────────────────────────────────────────────

# a₁ = (1 + 2 − 1, 1 − 2 + ½) = (2, −½), h = (2, 0), z = (log 3, 0), y = (¾, ¼)
HAND = Network(
    (
        Layer(np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([-1.0, 0.5])),
        Layer(np.array([[1.0, 0.5], [3.0, -2.0]]), np.array([LOG3 - 2, -1.0])),
    ),
    "ReLU",
)
X = np.array([[1.0, 2.0]])


def test_activations_and_losses_have_the_names_of_their_controls():
    assert ACTIVATIONS == ("tanh", "ReLU", "sigmoid")
    assert LOSSES == ("CE", "MSE")


@pytest.mark.parametrize(
    ("activation", "a", "h", "dh_da"),
    [
        ("tanh", LOG2, 3 / 5, 16 / 25),  # (2 − ½)/(2 + ½)
        ("tanh", -LOG2, -3 / 5, 16 / 25),
        ("tanh", 0, 0, 1),
        ("sigmoid", LOG3, 3 / 4, 3 / 16),
        ("sigmoid", -LOG3, 1 / 4, 3 / 16),
        ("sigmoid", 0, 1 / 2, 1 / 4),
        ("ReLU", 2, 2, 1),
        ("ReLU", 1e-300, 1e-300, 1),
        ("ReLU", -2, 0, 0),
        ("ReLU", 0, 0, 0),
    ],
)
def test_activations_and_their_derivatives_written_out(activation, a, h, dh_da):
    assert activate(a, activation) == pytest.approx(h, rel=1e-15, abs=1e-16)
    assert activation_derivative(h, activation) == pytest.approx(dh_da, rel=1e-15)


@activations
def test_the_derivative_of_an_activation_is_what_a_complex_step_finds(activation):
    a = np.linspace(-5, 5, 34)  # without 0, the kink
    h = activate(a, activation)
    found = check_gradient(
        lambda u: activate(u, activation).sum(), a, activation_derivative(h, activation), "complex"
    )
    assert found.error < 1e-15


def test_the_forward_pass_written_out():
    trace = forward(HAND, X)
    np.testing.assert_array_equal(trace.inputs[0], [[1, 2]])
    np.testing.assert_array_equal(trace.a[0], [[2, -0.5]])
    np.testing.assert_array_equal(trace.inputs[1], [[2, 0]])
    np.testing.assert_allclose(trace.z, [[LOG3, 0]], atol=1e-15)
    np.testing.assert_allclose(trace.y, [[0.75, 0.25]], rtol=1e-15)
    assert trace.z is trace.a[1]
    assert len(trace.inputs) == len(trace.a) == 2


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


def test_one_gradient_step_written_out():
    after = gradient_step(HAND, backward(HAND, X, [[0, 1]]), 0.4)
    np.testing.assert_allclose(after.layers[1].W, [[0.4, 1.1], [3, -2]], rtol=1e-14)
    np.testing.assert_allclose(after.layers[1].b, [LOG3 - 2.3, -0.7], rtol=1e-14)
    np.testing.assert_allclose(after.layers[0].W, [[0.85, 1], [0.7, -1]], rtol=1e-14)
    np.testing.assert_allclose(after.layers[0].b, [-1.15, 0.5], rtol=1e-14)
    assert after.activation == "ReLU"


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


# ── Two independent measurements of every gradient ───────────────────────────────────────────────

CASES = [
    pytest.param(
        hidden, activation, loss, reduction, id=f"{hidden} {activation} {loss} {reduction}"
    )
    for hidden in [(), (4,), (3, 2), (3, 4, 2)]
    for activation in (ACTIVATIONS if hidden else ["tanh"])
    for loss, reduction in LOSSES_REDUCED
]
cases = pytest.mark.parametrize(("hidden", "activation", "loss", "reduction"), CASES)


def loss_at(network, t, loss, reduction):
    """L as a function of all weights, biases and inputs in one vector."""
    d = network.layers[0].W.shape[0]

    def value(point):
        x = point[parameters(network).size :].reshape(-1, d)
        return loss_of(forward(with_parameters(network, point), x).z, t, loss, reduction)

    return value


def central_error(network, x, t, loss, reduction):
    """Of every ∂L/∂W, ∂L/∂b and ∂L/∂x against central differences."""
    record = backward(network, x, t, loss, reduction)
    point = np.concatenate([parameters(network), x.ravel()])
    claim = np.concatenate([gradients_of(record), record.dL_dx.ravel()])
    numeric = check_gradient(loss_at(network, t, loss, reduction), point, claim).numeric
    return relative_error(claim, numeric)


PHI = {
    "tanh": anp.tanh,
    "ReLU": lambda a: anp.where(a > 0, a, 0.0),
    "sigmoid": lambda a: 1 / (1 + anp.exp(-a)),
}


def plain_loss(layers, x, t, activation, loss, reduction):
    """The network and its loss as a textbook writes them, for autograd to differentiate."""
    h = x
    for W, b in layers[:-1]:
        h = PHI[activation](anp.dot(h, W) + b)
    W, b = layers[-1]
    powers = anp.exp(anp.dot(h, W) + b)
    y = powers / anp.sum(powers, axis=1, keepdims=True)
    if loss == "CE":
        rows = -anp.sum(t * anp.log(y), axis=1)
    else:
        rows = {
            "mean": anp.mean,
            "sum": anp.sum,
            "half": lambda e, axis: anp.sum(e, axis=axis) / 2,
        }[reduction]((y - t) ** 2, axis=1)
    return anp.mean(rows)


def autograd_error(network, x, t, loss, reduction):
    """Of every ∂L/∂W, ∂L/∂b and ∂L/∂x against HIPS autograd."""
    record = backward(network, x, t, loss, reduction)
    layers = [(layer.W, layer.b) for layer in network.layers]
    expected, dL_dx = autograd.grad(plain_loss, (0, 1))(
        layers, x, t, network.activation, loss, reduction
    )
    errors = [relative_error(record.dL_dx, dL_dx)]
    for own, (dL_dW, dL_db) in zip(record.layers, expected, strict=True):
        errors += [relative_error(own.dL_dW, dL_dW), relative_error(own.dL_db, dL_db)]
    return max(errors)


@cases
def test_every_gradient_is_what_central_differences_measure(hidden, activation, loss, reduction):
    assert central_error(*away_from_kinks(hidden, activation, loss, reduction)) < 1e-6


@cases
def test_every_gradient_is_what_autograd_finds(hidden, activation, loss, reduction):
    assert autograd_error(*away_from_kinks(hidden, activation, loss, reduction)) < 1e-10


@forall(problems())
def test_every_gradient_of_any_network_is_what_autograd_finds(problem):
    assert autograd_error(*problem) < 1e-10


@forall(problems())
def test_every_gradient_of_any_network_is_what_a_complex_step_measures(problem):
    network, x, t, loss, reduction = problem
    record = backward(*problem)
    point = np.concatenate([parameters(network), x.ravel()])
    claim = np.concatenate([gradients_of(record), record.dL_dx.ravel()])
    found = check_gradient(loss_at(network, t, loss, reduction), point, claim, "complex")
    assert relative_error(found.given, found.numeric) < 1e-10, str(found)


@forall(problems())
def test_the_loss_is_that_of_the_plain_formula(problem):
    network, x, t, loss, reduction = problem
    layers = [(layer.W, layer.b) for layer in network.layers]
    expected = plain_loss(layers, x, t, network.activation, loss, reduction)
    assert backward(*problem).loss == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("start", range(3))
@losses
def test_the_gradients_of_a_random_start_are_what_autograd_finds(start, loss, reduction):
    x, t = random_batch(4, 3, 5, start)
    for activation in ACTIVATIONS:
        for confidence in (0.0, 3.0):
            network = initial_network([4, 5, 3], activation, start, confidence)
            assert autograd_error(network, x, t, loss, reduction) < 1e-10


@cases
def test_each_weight_by_itself_is_what_central_differences_measure(
    hidden, activation, loss, reduction
):
    chosen = away_from_kinks(hidden, activation, loss, reduction, seed=1)
    record = backward(*chosen)
    for parameter in every_parameter(chosen[0]):
        numeric = numeric_gradient(*chosen, *parameter)
        assert relative_error(entry(record, *parameter), numeric) < 1e-6


@cases
def test_central_differences_catch_one_part_in_a_thousand(hidden, activation, loss, reduction):
    chosen = away_from_kinks(hidden, activation, loss, reduction, seed=2)
    record = backward(*chosen)
    caught = [
        relative_error(1.001 * entry(record, *parameter), numeric_gradient(*chosen, *parameter))
        for parameter in every_parameter(chosen[0])
        if abs(entry(record, *parameter)) > 1e-3
    ]
    assert caught
    assert min(caught) > 0.9e-3


def test_the_numeric_gradient_asks_for_values_of_the_loss_alone(monkeypatch):
    chosen = away_from_kinks((3,), "tanh", "MSE", "sum")
    expected = backward(*chosen).layers[0].dL_dW[2, 1]

    def refuse(*args, **kwargs):
        raise AssertionError("a gradient was asked for")

    for name in ("backward", "parameter_gradients", "activation_derivative", "_down"):
        monkeypatch.setattr(core.backprop, name, refuse)
    for loss in core.LOSS_FUNCTIONS.values():
        monkeypatch.setattr(loss, "dL_dy", refuse)
        monkeypatch.setattr(loss, "dL_dz", refuse)
    with pytest.raises(AssertionError, match="a gradient was asked for"):
        backward(*chosen)
    assert numeric_gradient(*chosen, 0, 2, 1) == pytest.approx(expected, rel=1e-6)


# ── Laws ─────────────────────────────────────────────────────────────────────────────────────────


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


@forall(problems())
def test_the_loss_of_a_mini_batch_is_the_mean_of_its_rows(problem):
    network, x, t, loss, reduction = problem
    z = forward(network, x).z
    rows = cross_entropy(z, t) if loss == "CE" else squared_error(softmax(z), t, reduction)
    assert loss_of(z, t, loss, reduction) == pytest.approx(rows.mean(), rel=1e-15)
    assert backward(*problem).loss == loss_of(z, t, loss, reduction)


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


@cases
def test_a_small_step_lowers_the_loss_by_its_length_times_the_derivative(
    hidden, activation, loss, reduction
):
    network, x, t, _, _ = chosen = away_from_kinks(hidden, activation, loss, reduction, seed=3)
    record = backward(*chosen)
    eta = 1e-5
    after = loss_of(forward(gradient_step(network, record, eta), x).z, t, loss, reduction)
    expected = eta * (gradients_of(record) ** 2).sum()
    assert expected > 0
    assert record.loss - after == pytest.approx(expected, rel=1e-3)


@forall(problems(), st.floats(0.001, 1), st.integers(0, 4))
def test_after_steps_is_a_gradient_step_again_and_again(problem, eta, steps):
    network = problem[0]
    for _ in range(steps):
        network = gradient_step(network, backward(network, *problem[1:]), eta)
    found = after_steps(*problem, eta, steps)
    np.testing.assert_array_equal(parameters(found), parameters(network))
    assert found.activation == network.activation


def test_no_step_leaves_every_weight_where_it_is():
    chosen = away_from_kinks((3,), "tanh", "CE", "mean")
    np.testing.assert_array_equal(parameters(after_steps(*chosen, 0.1, 0)), parameters(chosen[0]))


# ── Leading axes ─────────────────────────────────────────────────────────────────────────────────

LEADING = [
    pytest.param((3,), (3,), (3,), id="each problem has weights, data and targets of its own"),
    pytest.param((3,), (), (), id="many weights on one mini-batch"),
    pytest.param((), (3,), (3,), id="many mini-batches through one network"),
    pytest.param((), (3,), (), id="many inputs with one target"),
    pytest.param((), (), (3,), id="many targets of one input"),
    pytest.param((2, 1), (3,), (2, 3), id="a table of weights by inputs"),
    pytest.param((2, 3), (2, 1), (3,), id="a table of weights, inputs and targets"),
]
leadings = pytest.mark.parametrize(("of_weights", "of_x", "of_t"), LEADING)


def shared(array, leading, index):
    """The part of an array with these leading axes that belongs to one problem."""
    own = index[len(index) - len(leading) :]
    return array[tuple(0 if size == 1 else i for size, i in zip(leading, own, strict=True))]


def many(of_weights, of_x, of_t, activation="tanh", rows=2):
    """A network and a mini-batch with leading axes; the same for one problem; and all problems."""
    network = random_network([3, 4, 2, 3], activation, 5, of_weights)
    x, _ = random_batch(3, 3, rows, 5, of_x)
    _, t = random_batch(3, 3, rows, 6, of_t)

    def one(index):
        layers = tuple(
            Layer(shared(layer.W, of_weights, index), shared(layer.b, of_weights, index))
            for layer in network.layers
        )
        return (
            Network(layers, activation),
            shared(x, of_x, index),
            shared(t, of_t, index),
        )

    return (network, x, t), one, np.broadcast_shapes(of_weights, of_x, of_t)


def broadcast_at(array, leading, own_ndim, index):
    """One problem's part of a result, which need not have axes that it does not depend on."""
    own = array.shape[array.ndim - own_ndim :]
    return np.broadcast_to(array, (*leading, *own))[index]


@leadings
@losses
def test_leading_axes_are_independent_problems(of_weights, of_x, of_t, loss, reduction):
    whole, one, leading = many(of_weights, of_x, of_t)
    record = backward(*whole, loss, reduction)
    for index in np.ndindex(leading):
        alone = dict(arrays_of(backward(*one(index), loss, reduction)))
        for name, found in arrays_of(record):
            expected = alone[name]
            if expected.size:
                np.testing.assert_allclose(
                    broadcast_at(found, leading, expected.ndim, index),
                    expected,
                    rtol=1e-10,
                    atol=1e-14,
                    err_msg=name,
                )


@leadings
def test_every_gradient_of_a_weight_has_the_leading_axes_of_its_problem(of_weights, of_x, of_t):
    whole, _, leading = many(of_weights, of_x, of_t)
    record = backward(*whole)
    assert record.loss.shape == leading
    for own, layer in zip(record.layers, whole[0].layers, strict=True):
        assert own.dL_dW.shape == leading + layer.W.shape[-2:]
        assert own.dL_db.shape == leading + layer.b.shape[-1:]


@leadings
def test_each_problem_has_gradient_norms_of_its_own(of_weights, of_x, of_t):
    whole, one, leading = many(of_weights, of_x, of_t)
    found = gradient_norms(backward(*whole))
    assert found.shape == (*leading, 9)
    for index in np.ndindex(leading):
        np.testing.assert_allclose(found[index], gradient_norms(backward(*one(index))), rtol=1e-12)


@leadings
def test_each_problem_may_have_its_own_steps_and_learning_rate(of_weights, of_x, of_t):
    whole, one, leading = many(of_weights, of_x, of_t)
    steps = np.arange(np.prod(leading)).reshape(leading)
    eta = 0.1 * (1 + steps % 3)
    found = after_steps(*whole, "MSE", "sum", eta, steps)
    for index in np.ndindex(leading):
        expected = after_steps(*one(index), "MSE", "sum", eta[index], steps[index])
        for layer, own in zip(found.layers, expected.layers, strict=True):
            np.testing.assert_allclose(layer.W[index], own.W, rtol=1e-12, atol=1e-13)
            np.testing.assert_allclose(layer.b[index], own.b, rtol=1e-12, atol=1e-13)


def test_a_problem_that_has_made_its_steps_stays_where_it_is():
    chosen = away_from_kinks((3,), "tanh", "CE", "mean")
    found = after_steps(*chosen, 0.5, [0, 7, 2])
    for i, steps in enumerate((0, 7, 2)):
        expected = after_steps(*chosen, 0.5, steps)
        for layer, own in zip(found.layers, expected.layers, strict=True):
            np.testing.assert_allclose(layer.W[i], own.W, rtol=1e-13, atol=1e-15)
    np.testing.assert_array_equal(found.layers[0].W[0], chosen[0].layers[0].W)


@leadings
def test_paths_and_numeric_gradients_have_leading_axes_too(of_weights, of_x, of_t):
    whole, one, leading = many(of_weights, of_x, of_t, rows=1)
    record = backward(*whole)
    for parameter in every_parameter(one((0,) * len(leading))[0]):
        path = gradient_path(whole[0], record, *parameter)
        numeric = numeric_gradient(*whole, "CE", "mean", *parameter)
        assert path.gradient.shape == numeric.shape == leading
        for index in np.ndindex(leading):
            alone = one(index)
            single = gradient_path(alone[0], backward(*alone), *parameter)
            for name, expected in arrays_of(single):
                found = dict(arrays_of(path))[name]
                np.testing.assert_allclose(
                    broadcast_at(found, leading, expected.ndim, index),
                    expected,
                    rtol=1e-10,
                    atol=1e-14,
                    err_msg=name,
                )
            assert relative_error(single.gradient, numeric[index]) < 1e-6


# ── Where a network starts ───────────────────────────────────────────────────────────────────────


@activations
def test_the_same_seed_gives_the_same_weights(activation):
    first, again = (initial_network([4, 5, 3], activation, seed=7) for _ in range(2))
    np.testing.assert_array_equal(parameters(first), parameters(again))
    other = initial_network([4, 5, 3], activation, seed=8)
    assert not np.isin(first.layers[0].W, other.layers[0].W).any()
    assert first.activation == activation


@pytest.mark.parametrize(
    ("activation", "gain"), [("tanh", 1), ("sigmoid", 1), ("ReLU", np.sqrt(2))]
)
def test_weights_are_normal_with_a_spread_of_gain_over_the_root_of_the_inputs(activation, gain):
    network = initial_network([400, 100, 300], activation, seed=1)
    for layer in network.layers:
        inputs = layer.W.shape[0]
        scaled = layer.W.ravel() * np.sqrt(inputs) / gain
        # 30 000 or more of them: the spread of a mean is 0.006, of a spread 0.004.
        assert abs(scaled.mean()) < 0.03
        assert abs(scaled.std() - 1) < 0.02
        assert abs((np.abs(scaled) < 1).mean() - 0.6827) < 0.02
        np.testing.assert_array_equal(layer.b, 0)


def test_no_weight_is_used_twice():
    drawn = parameters(initial_network([3, 4, 5, 2], seed=3))
    drawn = drawn[drawn != 0]
    assert drawn.size == 3 * 4 + 4 * 5 + 5 * 2
    assert np.unique(drawn).size == drawn.size


@forall(st.lists(st.integers(1, 5), min_size=2, max_size=5), seeds, st.floats(-1e3, 1e3))
def test_confidence_moves_one_bias_and_nothing_else(sizes, seed, confidence):
    fair = initial_network(sizes, seed=seed)
    sure = initial_network(sizes, seed=seed, confidence=confidence)
    assert sure.layers[-1].b[0] == confidence
    sure.layers[-1].b[0] = 0
    np.testing.assert_array_equal(parameters(sure), parameters(fair))
    for layer, (inputs, units) in zip(fair.layers, pairwise(sizes), strict=True):
        assert layer.W.shape == (inputs, units)
        assert layer.b.shape == (units,)


def test_an_over_confident_start_believes_in_class_1_whatever_it_sees():
    network = initial_network([4, 8, 3], seed=0, confidence=10)
    y = forward(network, random_batch(4, 3, 50)[0]).y
    assert (y[:, 0] > 0.9).all()
    fair = forward(initial_network([4, 8, 3], seed=0), random_batch(4, 3, 50)[0]).y
    assert (fair.max(axis=-1) < 0.99).all()


def test_a_start_may_be_given_as_numpy_numbers():
    found = initial_network(np.array([2, 3]), seed=np.int64(0), confidence=np.float64(0))
    np.testing.assert_array_equal(parameters(found), parameters(initial_network([2, 3])))


# ── Extremes ─────────────────────────────────────────────────────────────────────────────────────


def test_a_confident_mistake_at_logits_of_700_has_a_gradient_under_cross_entropy_alone():
    network = Network((Layer(np.array([[700.0, -700.0]]), np.zeros(2)),))
    x, t = [[1.0], [-1.0]], [[0, 1], [1, 0]]
    ce = backward(network, x, t, "CE")
    assert ce.loss == 1400
    np.testing.assert_array_equal(ce.dL_dz, [[0.5, -0.5], [-0.5, 0.5]])
    np.testing.assert_array_equal(ce.layers[0].dL_dW, [[1, -1]])
    mse = backward(network, x, t, "MSE", "sum")
    assert mse.loss == 2
    np.testing.assert_array_equal(mse.dL_dz, 0)
    np.testing.assert_array_equal(mse.layers[0].dL_dW, 0)


def test_a_confident_start_is_the_one_start_where_squared_error_has_no_gradient():
    network = initial_network([2, 3, 3], seed=0, confidence=1e3)
    x, _ = random_batch(2, 3, 6)
    t = np.eye(3)[[0, 1, 2, 0, 1, 2]]
    ce, mse = backward(network, x, t, "CE"), backward(network, x, t, "MSE")
    assert ce.loss == pytest.approx(1000 * 4 / 6, rel=0.01)
    np.testing.assert_allclose(6 * ce.dL_dz, np.eye(3)[0] - t, atol=1e-15)
    assert np.abs(gradients_of(ce)).max() > 0.1
    np.testing.assert_array_equal(gradients_of(mse), 0)
    assert mse.loss == pytest.approx(2 / 3 * 4 / 6)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("size", [1e3, 1e150, 1e308])
def test_a_saturated_hidden_unit_lets_nothing_through_and_nothing_is_nan(activation, size):
    layers = (
        Layer(np.array([[size, -size]]), np.zeros(2)),
        Layer(np.array([[1.0, 2.0, 3.0], [0.5, 1.0, 2.0]]), np.zeros(3)),
    )
    record = backward(Network(layers, activation), [[1.0]], [[0, 1, 0]])
    for name, values in arrays_of(record):
        assert np.isfinite(values).all(), name
    np.testing.assert_array_equal(record.layers[0].dL_dW, 0)
    assert np.abs(record.layers[1].dL_dW).max() > 0.1


@activations
@pytest.mark.parametrize("a", [-1e308, -745.0, -40.0, 40.0, 745.0, 1e308])
def test_activations_stand_at_every_extreme(activation, a):
    h = activate(a, activation)
    expected = {"tanh": np.sign(a), "ReLU": max(0.0, a), "sigmoid": float(a > 0)}[activation]
    assert h == pytest.approx(expected, abs=1e-15)
    assert activation_derivative(h, activation) == float(activation == "ReLU" and a > 0)


@losses
@activations
def test_one_class_has_no_loss_and_no_gradient(activation, loss, reduction):
    record = backward(
        random_network([3, 2, 1], activation),
        random_batch(3, 1, 4)[0],
        np.ones((4, 1)),
        loss,
        reduction,
    )
    assert record.loss == 0
    assert not np.signbit(record.loss)
    for own in record.layers:
        np.testing.assert_array_equal(own.dL_dW, 0)
        np.testing.assert_array_equal(own.dL_db, 0)
    np.testing.assert_array_equal(record.dL_dx, 0)


@losses
@activations
def test_one_input_one_hidden_unit_and_one_row_are_enough(activation, loss, reduction):
    chosen = away_from_kinks((1, 1), activation, loss, reduction, d=1, n=2, rows=1)
    assert autograd_error(*chosen) < 1e-10
    assert central_error(*chosen) < 1e-6


def test_a_target_that_the_softmax_gives_no_share_shows_an_infinite_g_without_a_warning():
    network = Network((Layer(np.array([[1000.0, 0.0]]), np.zeros(2)),))
    record = backward(network, [[1.0]], [[0, 1]], "CE")
    np.testing.assert_array_equal(record.layers[0].dL_dh, [[0, -np.inf]])
    np.testing.assert_array_equal(record.dL_dz, [[1, -1]])


# ── What goes in and what comes out ──────────────────────────────────────────────────────────────


@forall(problems())
def test_every_number_of_a_record_is_a_float64(problem):
    for name, values in arrays_of(backward(*problem)):
        assert values.dtype == np.float64, name


def test_lists_and_whole_numbers_are_as_good_as_arrays():
    expected = dict(arrays_of(backward(HAND, X, np.array([[0.0, 1.0]]))))
    for x in ([[1, 2]], ((1, 2),), X.astype(np.float32), np.asfortranarray(X)):
        for name, found in arrays_of(backward(HAND, x, [[0, 1]])):
            np.testing.assert_array_equal(found, expected[name], err_msg=name)
            assert found.dtype == np.float64


@losses
def test_nothing_that_goes_in_is_changed(loss, reduction):
    network, x, t, _, _ = away_from_kinks((3, 2), "ReLU", loss, reduction)
    before = parameters(network), x.copy(), t.copy()
    record = backward(network, x, t, loss, reduction)
    kept = gradients_of(record)
    gradient_step(network, record, 0.1)
    after_steps(network, x, t, loss, reduction, 0.1, 3)
    for parameter in every_parameter(network):
        numeric_gradient(network, x, t, loss, reduction, *parameter)
    np.testing.assert_array_equal(parameters(network), before[0])
    np.testing.assert_array_equal(x, before[1])
    np.testing.assert_array_equal(t, before[2])
    np.testing.assert_array_equal(gradients_of(record), kept)


def test_cross_entropy_takes_no_notice_of_the_reduction():
    found = [gradients_of(backward(HAND, X, [[0, 1]], "CE", r)) for r in REDUCTIONS]
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_the_loss_is_cross_entropy_and_the_reduction_the_mean_unless_told():
    np.testing.assert_array_equal(
        gradients_of(backward(HAND, X, [[0, 1]])), gradients_of(backward(HAND, X, [[0, 1]], "CE"))
    )
    assert loss_of([[1.0, 0, 0]], [[0, 1, 0]], "MSE") == loss_of(
        [[1.0, 0, 0]], [[0, 1, 0]], "MSE", "mean"
    )


@pytest.mark.parametrize("x", [[1.0, 2.0], 1.0, [[1.0]], [[1.0, 2.0, 3.0]], np.zeros((3, 1))])
def test_an_input_of_another_shape_is_named(x):
    with pytest.raises(ValueError, match=r"x: expected shape \(…, rows, 2\), got shape") as e:
        forward(HAND, x)
    assert str(e.value).endswith(str(np.shape(x)))


@pytest.mark.parametrize("x", ["ab", None, [[1, 2], [3]]])
def test_an_input_that_is_no_array_of_numbers_is_named(x):
    with pytest.raises(ValueError, match="x: expected an array of numbers, got"):
        forward(HAND, x)


@pytest.mark.parametrize("x", [np.nan, np.inf])
def test_logits_that_are_not_finite_are_refused(x):
    with pytest.raises(ValueError, match=r"z: expected finite logits.*got nan or"):
        forward(Network((Layer(np.array([[1.0, 2.0]]), np.zeros(2)),)), [[x]])


@pytest.mark.parametrize(
    ("t", "message"),
    [
        ([[1, 0, 0]], r"target: expected shape \(…, 2\), got shape \(1, 3\)"),
        ([[0, 0]], "target: expected .*positive.*, got all zeros"),
        ([[1, -1]], "target: expected .*≥ 0, got a negative"),
        ([[0, 1], [0, 1], [0, 1]], r"expected shapes that broadcast, got [zy] \(2, 2\) and target"),
    ],
)
@pytest.mark.parametrize("loss", LOSSES)
def test_a_bad_target_is_named(t, message, loss):
    rows = [*X, *X]
    for f in (backward, parameter_gradients):
        with pytest.raises(ValueError, match=message):
            f(HAND, rows, t, loss)


@pytest.mark.parametrize("loss", ["ce", "", None, 0])
def test_an_unknown_loss_is_named(loss):
    for f in (
        lambda: backward(HAND, X, [[0, 1]], loss),
        lambda: parameter_gradients(HAND, X, [[0, 1]], loss),
        lambda: loss_of([[1.0, 0.0]], [[0, 1]], loss),
        lambda: after_steps(HAND, X, [[0, 1]], loss, "mean", 0.1, 1),
        lambda: numeric_gradient(HAND, X, [[0, 1]], loss, "mean", 0, 0, 0),
    ):
        with pytest.raises(
            ValueError, match=r"loss: expected one of \('CE', 'MSE', .*\), got"
        ) as e:
            f()
        assert str(e.value).endswith(repr(loss))


def test_an_unknown_reduction_is_named_by_the_network():
    for f in (
        lambda: backward(HAND, X, [[0, 1]], "MSE", "max"),
        lambda: loss_of([[1.0, 0.0]], [[0, 1]], "MSE", "max"),
        lambda: numeric_gradient(HAND, X, [[0, 1]], "MSE", "max", 0, 0, 0),
    ):
        with pytest.raises(ValueError, match=r"reduction: expected one of .*, got 'max'"):
            f()


@pytest.mark.parametrize("activation", ["relu", "", None, 1])
def test_an_unknown_activation_is_named(activation):
    for f in (
        lambda: activate([1.0], activation),
        lambda: activation_derivative([1.0], activation),
        lambda: initial_network([2, 3], activation),
        lambda: forward(Network(HAND.layers, activation), X),
    ):
        with pytest.raises(ValueError, match=r"activation: expected one of .*sigmoid'\), got") as e:
            f()
        assert str(e.value).endswith(repr(activation))


@pytest.mark.parametrize("sizes", [[], [3], [3, 0], [3, -1, 2], [3, 2.0], ["3", 2], [None, 2]])
def test_sizes_that_are_no_network_are_named(sizes):
    with pytest.raises(ValueError, match="sizes: expected at least two whole numbers ≥ 1") as e:
        initial_network(sizes)
    assert str(e.value).endswith(repr(sizes))


@pytest.mark.parametrize("confidence", [np.nan, np.inf, -np.inf])
def test_a_confidence_that_is_not_finite_is_named(confidence):
    with pytest.raises(ValueError, match="confidence: expected a finite number, got") as e:
        initial_network([2, 3], confidence=confidence)
    assert str(e.value).endswith(repr(confidence))


@pytest.mark.parametrize("steps", [-1, 0.5, np.nan, [1, -1], [1, 2.5]])
def test_steps_that_cannot_be_counted_are_named(steps):
    with pytest.raises(ValueError, match="steps: expected whole numbers ≥ 0, got") as e:
        after_steps(HAND, X, [[0, 1]], "CE", "mean", 0.1, steps)
    assert str(e.value).endswith(repr(steps))


@pytest.mark.parametrize("bad", ["ab", None, [[1], [1, 2]]])
def test_a_learning_rate_or_steps_that_are_no_numbers_are_named(bad):
    with pytest.raises(ValueError, match="learning_rate: expected an array of numbers, got"):
        after_steps(HAND, X, [[0, 1]], "CE", "mean", bad, 1)
    with pytest.raises(ValueError, match="learning_rate: expected an array of numbers, got"):
        gradient_step(HAND, backward(HAND, X, [[0, 1]]), bad)
    with pytest.raises(ValueError, match="steps: expected an array of numbers, got"):
        after_steps(HAND, X, [[0, 1]], "CE", "mean", 0.1, bad)


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ((2, 0, 0), "layer: expected an integer from 0 to 1, got 2"),
        ((-1, 0, 0), "layer: expected an integer from 0 to 1, got -1"),
        ((0, 2, 0), "row: expected an integer from 0 to 1, got 2"),
        ((0, -1, 0), "row: expected an integer from 0 to 1, got -1"),
        ((1, 0.0, 0), "row: expected an integer from 0 to 1, got 0.0"),
        ((1, 0, 2), "unit: expected an integer from 0 to 1, got 2"),
        ((1, None, 2), "unit: expected an integer from 0 to 1, got 2"),
        ((0, None, True), "unit: expected an integer from 0 to 1, got True"),
    ],
)
def test_a_weight_that_is_not_there_is_named(parameter, message):
    with pytest.raises(ValueError, match=message):
        gradient_path(HAND, backward(HAND, X, [[0, 1]]), *parameter)
    with pytest.raises(ValueError, match=message):
        numeric_gradient(HAND, X, [[0, 1]], "CE", "mean", *parameter)


def test_a_path_belongs_to_a_single_row():
    record = backward(HAND, [*X, *X], [[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="gradients: expected a single row, got 2 rows"):
        gradient_path(HAND, record, 0, 0, 0)


@forall(problems())
def test_the_gradients_of_the_parameters_are_those_of_the_backward_pass(problem):
    full = backward(*problem)
    for own, layer in zip(parameter_gradients(*problem), full.layers, strict=True):
        np.testing.assert_array_equal(own.W, layer.dL_dW)
        np.testing.assert_array_equal(own.b, layer.dL_db)
    network, x, *rest = problem
    again = backward(network, forward(network, x), *rest)
    np.testing.assert_array_equal(again.dL_dx, full.dL_dx)
