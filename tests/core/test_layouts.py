"""Numbers are judged in the layout that they were given in, and the layout is said."""

import numpy as np
import pytest
from hypothesis import strategies as st

from core import cross_entropy_dL_dz, diagnose, one_hot, softmax, softmax_jacobian
from tests.core.diagnoses import names
from tests.core.strategies import forall, seeds

Z = np.array([[0.51, -1.02, 2.03, 0.4], [1.54, 0.25, -0.36, -0.9], [-0.75, 0.93, 0.44, 1.2]])
LABELS = [2, 0, 1]
T = one_hot(LABELS, 4)
H = np.array([[0.2, -1.0], [1.5, 0.3], [-0.4, 0.8]])
DZ = cross_entropy_dL_dz(Z, T)
SQUARE, TURNED = Z[:, :3], one_hot([1, 2, 0], 3)


def the(result):
    (verdict,) = result.verdicts.values()
    return verdict


@pytest.mark.parametrize("t", [LABELS, T.T, T])
def test_examples_in_columns_are_recognised_by_shapes_or_by_the_target_and_said(t):
    result = diagnose(Z.T, t, dL_dz=DZ.T)
    assert result.right
    assert str(result).startswith(
        "Read with one example in each column: 3 examples of 4 classes, as"
    )
    wrong = diagnose(Z.T, t, dL_dz=-DZ.T)
    assert names(wrong) == ["sign-flipped"]
    assert the(wrong).got.shape == (4, 3)
    worst = np.unravel_index(np.abs(DZ.T).argmax(), (4, 3))
    assert the(wrong).worst == worst
    assert the(wrong).numeric == pytest.approx(DZ.T[worst])
    assert "Each column of a true ∂L/∂z sums to 0" in str(diagnose(Z.T, t, dL_dz=DZ.T + 0.1))


def test_rows_are_not_remarked_upon():
    said = str(diagnose(Z, LABELS, dL_dz=DZ)).split("\n")
    assert said[0] == "∂L/∂z: right to the digits given."
    assert said[1:] == [
        "Understood as 3 examples of 4 classes, float64, loss: cross-entropy, sum over the rows."
    ]


def test_as_many_examples_as_classes_leave_softmax_along_the_wrong_axis_open():
    right_in_columns = cross_entropy_dL_dz(SQUARE.T, TURNED.T).T
    verdict = the(diagnose(SQUARE, TURNED, dL_dz=right_in_columns))
    assert verdict.right is None
    assert "right with one example in each column; with one example in each row" in str(verdict)
    assert [e.name for e in verdict.explanations] == ["softmax-across-batch"]
    assert diagnose(SQUARE, TURNED, dL_dz=right_in_columns, axis=0).right
    told = the(diagnose(SQUARE, TURNED, dL_dz=right_in_columns, axis=-1))
    assert told.right is False
    assert "softmax-across-batch" in [e.name for e in told.explanations]


def test_a_class_for_each_of_more_examples_than_classes_leaves_nothing_open():
    labels = [0, 1, 2, 3]
    wrong = softmax(Z.T).T - one_hot(LABELS, 4)  # along the examples
    assert names(diagnose(Z, LABELS, dL_dz=wrong)) == ["softmax-across-batch"]
    assert diagnose(Z, LABELS, dL_dz=wrong).verdicts["dL_dz"].right is False
    assert diagnose(Z.T[:, :3], [*LABELS], dL_dz=DZ.T[:, :3]).right
    assert diagnose(
        Z.T, [k % 3 for k in labels], dL_dz=cross_entropy_dL_dz(Z.T, np.eye(3)[[0, 1, 2, 0]])
    ).right


def test_a_target_that_sums_to_1_along_columns_only_settles_a_square():
    t = one_hot([0, 0, 1], 3)
    dL_dz = cross_entropy_dL_dz(SQUARE, t)
    result = diagnose(SQUARE.T, t.T, dL_dz=dL_dz.T)
    assert result.right
    assert "in each column: 3 examples of 3 classes, as only so the target sums to 1" in str(result)


def test_a_target_that_does_not_sum_to_1_is_still_read_in_rows_where_that_is_right():
    t = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
    result = diagnose(Z[:2], t, dL_dz=cross_entropy_dL_dz(Z[:2], t))
    assert result.right
    assert "one example in each row: 2 examples of 4 classes, as your numbers are right" in str(
        result
    )


def test_outputs_in_columns_are_recognised_by_their_sums():
    result = diagnose(y=softmax(Z).T, t=LABELS, dL_dz=DZ.T)
    assert result.right
    assert "in each column" in str(result)


@pytest.mark.parametrize("t", ["[[1], [0], [0]]", "0", [1, 0, 0], [[1], [0], [0]]])
def test_a_column_vector_is_one_example(t):
    z = [[2.04], [1.03], [0.17]]
    for dL_dz in ("[[-0.3414], [0.2399], [0.1015]]", "-0.3414 0.2399 0.1015"):
        result = diagnose(z, t, dL_dz=dL_dz)
        assert result.right
        assert "one example in each column: 1 example of 3 classes" in str(result)


@forall(seeds, st.lists(st.integers(2, 3), min_size=2, max_size=3), st.booleans())
def test_any_number_of_leading_axes_is_a_batch(seed, lead, mean):
    random = np.random.default_rng(seed)
    z = random.normal(size=(*lead, 5)).round(2)
    labels = random.integers(5, size=lead)
    dL_dz = cross_entropy_dL_dz(z, one_hot(labels, 5), batch_mean=mean)
    h = random.normal(size=(*lead, 2))
    rows = {"h": h, "batch_mean": mean}
    dL_dW = h.reshape(-1, 2).T @ dL_dz.reshape(-1, 5)
    dL_db = dL_dz.reshape(-1, 5).sum(axis=0)
    for t in (labels, labels.reshape(-1), one_hot(labels, 5)):
        result = diagnose(
            z, t, dL_dz=dL_dz, dL_dW=dL_dW, dL_db=dL_db, J=softmax_jacobian(z), **rows
        )
        assert result.right, str(result)
        assert "classes along the last axis" in str(result)
        assert diagnose(z.reshape(-1, 5), t, dL_dz=dL_dz, batch_mean=mean).right
    wrong = the(diagnose(z, labels, dL_dz=-dL_dz, batch_mean=mean))
    assert wrong.expected.shape == z.shape
    assert wrong.worst == np.unravel_index(np.abs(dL_dz).argmax(), z.shape)
    assert wrong.numeric == pytest.approx(dL_dz[wrong.worst])
    # PyTorch's cross_entropy has the classes along axis 1
    moved = diagnose(
        np.moveaxis(z, -1, 1), labels, dL_dz=np.moveaxis(dL_dz, -1, 1), batch_mean=mean
    )
    assert moved.right
    assert "the classes along axis 1" in str(moved)


def test_softmax_along_another_axis_of_several_is_named():
    random = np.random.default_rng(3)
    z, labels = random.normal(size=(2, 3, 5)), random.integers(5, size=(2, 3))
    for axis, name in ((0, "softmax-across-batch"), (1, "softmax-across-tokens")):
        e = np.exp(z)
        y = e / e.sum(axis=axis, keepdims=True)
        assert names(diagnose(z, labels, dL_dz=y - one_hot(labels, 5)))[0] == name


@pytest.mark.parametrize(
    ("rows", "name"), [(2, "mean-over-batch-only"), (3, "mean-over-tokens-only")]
)
def test_a_mean_over_one_axis_of_several_is_named(rows, name):
    random = np.random.default_rng(4)
    z, labels = random.normal(size=(2, 3, 5)), random.integers(5, size=(2, 3))
    dL_dz = cross_entropy_dL_dz(z, one_hot(labels, 5))
    assert diagnose(z, labels, dL_dz=dL_dz / 6, batch_mean=True).right
    assert names(diagnose(z, labels, dL_dz=dL_dz / rows, batch_mean=True))[0] == name


def test_a_weight_gradient_is_right_in_the_layout_of_w_or_of_pytorch():
    for h in (
        H,
        np.array([[-2.47, -1.24, 1.19, 0.3], [-0.8, -1.5, -1.3, 1], [0.0, -0.03, 0.9, 2]]),
    ):
        dL_dW = h.T @ DZ
        said = str(diagnose(Z, LABELS, dL_dW=dL_dW, h=h)).split("\n")
        assert said[0] == "∂L/∂W: right to the digits given."
        assert said[1].startswith("Understood as")
        assert len(said) == 2
        turned = diagnose(Z, LABELS, dL_dW=dL_dW.T, h=h)
        assert turned.right
        assert "Read as (out, in), the layout of PyTorch’s Linear.weight." in str(turned)
        for claimed in (-dL_dW, -dL_dW.T):
            wrong = diagnose(Z, LABELS, dL_dW=claimed, h=h)
            assert names(wrong, "dL_dW") == ["sign-flipped"]
            np.testing.assert_array_equal(the(wrong).difference, 2 * claimed)


def test_weights_of_columns_are_those_of_z_equals_W_h():
    result = diagnose(Z.T, LABELS, dL_dW=(H.T @ DZ).T, dL_db=DZ.sum(axis=0)[:, None], h=H.T)
    assert result.right
    assert "Read as" not in str(result)
    assert diagnose(Z.T, LABELS, dL_dW=H.T @ DZ, h=H.T).right


def test_a_gradient_of_another_shape_than_z_is_right_in_its_own():
    turned = diagnose(Z, LABELS, dL_dz=DZ.T)
    assert turned.right
    assert "one example in each column, unlike z" in str(turned)
    assert names(diagnose(Z, LABELS, dL_dz=-DZ.T)) == ["sign-flipped"]


def test_a_square_gradient_that_is_transposed_is_wrong():
    t = one_hot([0, 0, 1], 3)
    dL_dz = cross_entropy_dL_dz(SQUARE, t)
    assert names(diagnose(SQUARE, t, dL_dz=dL_dz.T)) == ["transposed"]


@pytest.mark.parametrize("z", [Z, Z[0]])
def test_a_vector_for_the_jacobian_is_its_diagonal(z):
    y = softmax(z)
    verdict = the(diagnose(z, J=y * (1 - y)))
    assert verdict.right is False
    assert [e.name for e in verdict.explanations] == ["diagonal-as-vector"]
    assert f"Your shape is {z.shape}; the right one is {(*z.shape, 4)}." in verdict.hints


def test_axes_of_the_batch_in_another_order_are_said_or_refused():
    random = np.random.default_rng(5)
    z, labels = random.normal(size=(2, 3, 5)), random.integers(5, size=(2, 3))
    dL_dz = cross_entropy_dL_dz(z, one_hot(labels, 5))
    result = diagnose(z, labels, dL_dz=dL_dz.swapaxes(0, 1))
    assert result.right
    assert "Read with the first two axes exchanged, unlike z." in str(result)
    with pytest.raises(ValueError, match="target: expected a class for each of 6 rows"):
        diagnose(z, labels.T, dL_dz=dL_dz)


def test_one_class_is_no_softmax():
    verdict = the(diagnose("0.73", "1", dL_dz="-0.3252"))  # a sigmoid, less its target 1
    assert verdict.right is None
    assert "one class is no softmax" in str(verdict)
    assert [e.name for e in verdict.explanations] == ["sigmoid"]
    assert diagnose("0.73", "1", dL_dz="0").right


def test_one_class_in_each_row_is_meant_where_only_so_the_target_sums_to_1():
    z, ones = [[3.0], [1.0]], [[1.0], [1.0]]
    found = diagnose(z, ones, y=ones, dL_dy=[[-1.0], [-1.0]], dL_dz=[[0.0], [0.0]])
    assert found.right, str(found)
    column = diagnose(z, [[1.0], [0.0]], dL_dz=[[0.5], [-0.5]])
    assert column.layout.classes == 2
    assert column.verdicts["dL_dz"].right is False
