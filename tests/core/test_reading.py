"""Pasted text: its numbers, their shape, and how exactly they are known."""

import json

import numpy as np
import pytest
from hypothesis import example
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from core import ReadingError, read_numbers
from core.reading import FLOAT32, FLOAT64, MAX_NUMBERS, MAX_TEXT, reading
from tests.core.strategies import forall
from tests.patience import cpu_at_most

ROW, MATRIX = [0.21, -0.14], [[0.21, -0.14], [-0.07, 1]]
numbers = st.floats(-1e6, 1e6, allow_subnormal=False)
tables = arrays(np.float64, array_shapes(min_dims=1, max_dims=3, max_side=6), elements=numbers)


@pytest.mark.parametrize(
    "text",
    [
        "0.21 -0.14",
        "0.21, -0.14",
        "0.21,-0.14,",
        "0.21\t-0.14",
        "0.21; -0.14",
        "  0.21   −0.14  \n\n",
        "0.21\n-0.14",
        "0.21,\n-0.14,\n",
        "[0.21 -0.14]",
        "[ 0.21,\n -0.14]",
        "(0.21, -0.14)",
        "[0.21; -0.14]",
        "+.21 -.14",
        "2.1e-01 -1.4E-1",
        "array([ 0.21, -0.14])",
        "np.array([0.21, -0.14], dtype=np.float32)",
        "tensor([ 0.2100, -0.1400])",
        "torch.tensor([0.21, -0.14], device='cuda:0')",
        "tensor([ 0.2100, -0.1400], dtype=torch.float64,\n       grad_fn=<SoftmaxBackward0>)",
        "Parameter containing:\ntensor([0.21, -0.14], requires_grad=True)",
        "dL_dz = [0.21, -0.14]",
        "Out[3]: array([0.21, -0.14])",
        ">>> np.array([0.21, -0.14])",
        r"\begin{pmatrix} 0.21 & -0.14 \end{pmatrix}",
        r"\begin{bmatrix}0.21\\-0.14\end{bmatrix}",
        "$\\begin{pmatrix}\n0.21 & −0.14\\\\\n\\end{pmatrix}$",
        "1.0e-02 *\n\n   21  -14",
    ],
)
def test_one_row_is_read_in_every_form(text):
    np.testing.assert_allclose(read_numbers(text).values, ROW)


@pytest.mark.parametrize(
    "text",
    [
        "0.21 -0.14\n-0.07 1",
        "0.21,-0.14\r\n-0.07,1\r\n",
        "0.21;-0.14\n-0.07;1",
        "0.21 -0.14; -0.07 1",
        "[0.21 -0.14; -0.07 1]",
        "[[ 0.21 -0.14]\n [-0.07  1.  ]]",
        "[0.21, -0.14]\n[-0.07, 1]",
        "[[0.21, -0.14], [-0.07, 1]]",
        "((0.21, -0.14), (-0.07, 1))",
        "tensor([[ 0.2100, -0.1400],\n        [-0.0700,  1.0000]], grad_fn=<MmBackward0>)",
        r"\begin{pmatrix} 0.21 & -0.14 \\ -0.07 & 1 \end{pmatrix}",
        r"\left[\begin{array}{cc} 0.21 & -0.14 \\[2pt] -0.07 & 1 \\ \end{array}\right]",
    ],
)
def test_a_matrix_is_read_in_every_form(text):
    np.testing.assert_allclose(read_numbers(text).values, MATRIX)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("0.5", (1,)),
        ("tensor(0.5)", (1,)),
        ("[[0.5]]", (1, 1)),
        ("[[1], [2], [3]]", (3, 1)),
        ("1\n2\n3", (3,)),
        ("[[[1, 2]], [[3, 4]]]", (2, 1, 2)),
        ("[[[[1, 2]]]]", (1, 1, 1, 2)),
    ],
)
def test_brackets_give_the_axes_and_plain_lines_rows(text, shape):
    assert read_numbers(text).values.shape == shape


def test_nan_and_inf_are_read():
    np.testing.assert_array_equal(
        read_numbers("[nan, inf, -inf, NaN, Infinity]").values,
        [np.nan, np.inf, -np.inf, np.nan, np.inf],
    )


@pytest.mark.parametrize(
    ("text", "tolerance"),
    [
        ("0.66 0.242 0.1", [0.005, 0.0005, 0.05]),
        ("[0.25 0. 1.]", [0.005, 0.005, 0.05]),
        ("0 0 1", [0.005, 0.005, 0.05]),
        ("[1. 0. 0.]", [0.005, 0.005, 0.005]),
        ("12 0.34 0.56", [0.5, 0.005, 0.005]),
        ("-30 0 17", [0.5, 0.005, 0.5]),
        ("12.00 0.34", [0.005, 0.005]),
        ("6.590e-01 2.4e+02", [0.00005, 5]),
        ("[1.e+00 1.e-04]", [0.005, 5e-7]),
        ("1.2340e-05 0.0000e+00", [5e-10, 5e-10]),
        ("0.125 1e-05", [0.0005, 5e-6]),
        ("1.0e-03 *\n 1.5 2.25", [5e-5, 5e-6]),
        ("nan 0.5", [0, 0.05]),
    ],
)
def test_the_tolerance_is_half_a_unit_of_what_the_print_knows(text, tolerance):
    np.testing.assert_allclose(read_numbers(text).tolerance, tolerance, rtol=1e-12)


@forall(
    arrays(np.float64, st.integers(1, 8), elements=st.floats(-1e3, 1e3)),
    st.sampled_from(["{:.2f}", "{:.4f}", "{:.8f}", "{:.2g}", "{:.4g}", "{:.8g}", "{:.3e}", "{!r}"]),
)
def test_no_number_is_further_from_its_print_than_the_tolerance(values, form):
    tokens = [form.format(v) for v in np.where(np.abs(values) < 1e-200, 0, values).tolist()]
    read = read_numbers(" ".join(tokens))
    # 12 for 12.3 is one thing; 12 alone is taken as typed, and 0 and 1 to two decimals.
    typed = np.array([token.lstrip("-").isdigit() for token in tokens])
    room = np.where(typed, np.maximum(read.tolerance, 0.5), read.tolerance)
    assert (np.abs(read.values - values) <= room * 1.000001 + 1e-15 * np.abs(values)).all()


@pytest.mark.parametrize(
    ("text", "roundoff"),
    [
        ("0.6590 0.2424", FLOAT32),
        ("0.65900114 0.24243297", FLOAT32),
        ("0.6590011388859679, 0.24243297070471392", FLOAT64),
        ("[0.6590011715888977, 0.24243298172950745]", FLOAT32),  # float32 as a list
        ("tensor([0.6602, 0.2422], dtype=torch.bfloat16)", 2.0**-8),
        ("array([0.659, 0.2424], dtype=float16)", 2.0**-11),
    ],
)
def test_the_digits_tell_which_arithmetic_may_have_made_them(text, roundoff):
    assert read_numbers(text).roundoff == roundoff


def test_float32_as_a_list_knows_no_more_digits_than_float32():
    text = str(np.round(np.array([0.99, 0.01], np.float32), 2).tolist())
    assert len(text) > 30
    np.testing.assert_allclose(read_numbers(text).tolerance, [0.005, 0.005])


@forall(tables, st.integers(1, 12), st.booleans())
def test_what_numpy_prints_is_read_back(table, precision, suppress):
    with np.printoptions(precision=precision, suppress=suppress, threshold=10**6):
        for text in (str(table), repr(table)):
            read = read_numbers(text)
            assert read.values.shape == (table.shape if table.shape != (1,) else (1,))
            size = np.abs(table).max(initial=0)
            room = np.maximum(read.tolerance, 0.5 * 10.0**-precision * max(1, size))
            assert (np.abs(read.values - table) <= room * 1.001).all()


@forall(tables)
def test_what_json_and_python_print_is_read_back_exactly(table):
    for text in (json.dumps(table.tolist()), str(table.tolist()), str(tuple(table.tolist()))):
        np.testing.assert_array_equal(read_numbers(text).values, table)


@pytest.mark.torch
def test_what_pytorch_prints_is_read_back():
    import torch

    random = np.random.default_rng(0)
    for shape in [(1,), (3,), (40,), (2, 3), (5, 20), (2, 3, 4)]:
        for scale in (1e-6, 1.0, 1e5):
            for dtype in (torch.float32, torch.float64, torch.bfloat16):
                values = torch.tensor(scale * random.normal(size=shape), dtype=dtype)
                for tensor in (values, values.clone().requires_grad_() * 1, values.round()):
                    read = read_numbers(repr(tensor))
                    expected = tensor.detach().double().numpy()
                    assert read.values.shape == expected.shape
                    assert (np.abs(read.values - expected) <= read.tolerance * 1.001).all()


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("0.21 x 0.3", 1, 6, "expected a number, got 'x'"),
        ("0.21 0.3\n0.1 0.2o", 2, 5, "expected a number, got '0.2o'"),
        ("1.2.3", 1, 1, "expected a number, got '1.2.3'"),
        ("0.5+1j", 1, 1, "expected a number"),
        ("[1, 2", 1, 1, "end of this bracket"),
        ("1, 2]", 1, 5, "nothing is open"),
        ("[1, 2)", 1, 6, "'\\[' is open"),
        ("1 2\n3", 2, 1, "expected a row of 2 numbers like those before, got 1 number"),
        ("[[1, 2], [3]]", 1, 10, "expected a row of 2 numbers"),
        ("[1, [2, 3]]", 1, 5, "got a bracket among numbers"),
        ("[[1, 2], 3]", 1, 10, "got a number outside"),
        ("1,,2", 1, 2, "between two separators"),
        ("[0.1 0.2 ... 0.9]", 1, 10, "leaves numbers out"),
        ("", 1, 1, "got none"),
        ("[]", 1, 1, "got none"),
        ("[[1], []]", 1, 7, "got none"),
        ("1e999", 1, 1, "below 1.8e308, got 1e999"),
        ("0 1e999", 1, 3, "below 1.8e308"),
        ('{"y": [1], "z": [2]}', 1, 17, "got several, each with its name"),
        (r"\frac{1}{x}", 1, 1, "expected a number"),
        ("1_000", 1, 1, "expected a number"),
        ("__import__('os')", 1, 1, "expected a number"),
        ("[[[[[1]]]]]", 1, 1, "at most 4 dimensions"),
        ("(" * 100_000, 1, 9, "at most 4 brackets"),
    ],
)
def test_an_error_names_line_and_column_and_what_is_wrong(text, line, column, message):
    with pytest.raises(ReadingError, match=message) as e:
        read_numbers(text)
    assert (e.value.line, e.value.column) == (line, column)
    assert str(e.value).startswith(f"line {line}, column {column}: ")


@forall(st.text())
@example("[" * 50)
@example("1" * 5000)
@example("\\begin{pmatrix}")
@example("tensor(1, dtype=)")
@example("1\x002")
def test_arbitrary_text_raises_nothing_but_a_reading_error(text):
    try:
        read = read_numbers(text)
    except ReadingError:
        return
    assert read.values.shape == read.tolerance.shape


@forall(st.text(alphabet="0123456789.,;eE+-−[]()&\\ \n\tnaif*=…", max_size=40))
def test_nearly_numbers_raise_nothing_but_a_reading_error(text):
    test_arbitrary_text_raises_nothing_but_a_reading_error.hypothesis.inner_test(text)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 10**6 + "x",
        "1" + " " * 10**6 + "x",
        "." * 10**6,
        "a" * 10**6,
        "1e" * 10**5,
        ", " * 10**5,
        "0." + "0" * 10**6 + "1e",
        "[" + "1 " * 10**5,
        "\\" * 10**6,
        "1\n" * 10**5 + "x",
        "(" * 10**6,
    ],
    ids=range(11),
)
def test_no_text_takes_more_than_linear_time(text):
    with cpu_at_most(2), pytest.raises(ReadingError):
        read_numbers(text)


def test_a_million_numbers_are_read_in_a_few_seconds():
    table = np.random.default_rng(0).normal(size=(1000, 1000)).round(4)
    text = str(table.tolist()).replace(",", "").replace("] [", "]\n [")  # as NumPy prints
    with cpu_at_most(4):
        read = read_numbers(text)
    np.testing.assert_array_equal(read.values, table)


def test_too_much_text_and_too_many_numbers_are_refused():
    with pytest.raises(ReadingError, match="characters"):
        read_numbers(" " * (MAX_TEXT + 1))
    with pytest.raises(ReadingError, match=f"at most {MAX_NUMBERS} numbers"):
        read_numbers("0 " * (MAX_NUMBERS + 1))


@pytest.mark.torch
def test_arrays_tensors_and_text_are_all_readings():
    import torch

    for given in ([1.0, 2.5], "1.0 2.5", np.array([1, 2.5]), torch.tensor([1, 2.5])):
        np.testing.assert_array_equal(reading("z", given).values, [1, 2.5])
    assert reading("z", torch.tensor([1.1], dtype=torch.bfloat16)).roundoff == 2.0**-8
    assert reading("z", np.array([0.1])).roundoff == FLOAT64
    assert reading("z", np.array([0.1], np.float32)).roundoff == FLOAT32
    with pytest.raises(ReadingError, match=r"^z: line 1, column 3: ") as e:
        reading("z", "1 x")
    assert (e.value.line, e.value.column) == (1, 3)
    with pytest.raises(ValueError, match="z: expected real numbers"):
        reading("z", [1j])
