"""Forms that printers do not make: what people type, and what stands around what they paste."""

import json
import random
import time

import numpy as np
import pytest
from hypothesis import strategies as st

from core import ReadingError, read_numbers
from core.reading import FLOAT64
from tests.core.printers import CUT, PRINTERS
from tests.core.strategies import forall
from tests.core.test_reading_cases import TEXTS

ROW = [0.21, -0.14]


@pytest.mark.parametrize(
    "text",
    [
        "[np.float64(0.21), np.float64(-0.14)]",
        "[tensor(0.21), tensor(-0.14, grad_fn=<NegBackward0>)]",
        "[Decimal('0.21'), mpf('-0.14')]",
        "(tensor([0.21, -0.14]),)",
        "tf.Variable([0.21, -0.14], dtype=tf.float32)",
        "<tf.Variable 'w:0' shape=(2,) dtype=float32, numpy=array([ 0.21, -0.14], dtype=float32)>",
        "variable([0.21, -0.14])",
        "c(0.21, -0.14)",
        " [1]  0.21\n [2] -0.14",
        "## [1]  0.21 -0.14",
        " num [1:2] 0.21 -0.14",
        "    cat     dog \n   0.21   -0.14 ",
        "Float32[0.21, -0.14]",
        "1×2 Matrix{Float64}:\n 0.21  -0.14",
        "g = 1×2 single\n\n   0.2100   -0.1400\n",
        "  Column 1\n\n  0.21\n\n  Column 2\n\n  -0.14\n",
        "{0.21, -0.14}",
        "{2.1*^-1, -1.4*^-1}",
        "{0.21`, -0.14`15.95}",
        "Out[3]//MatrixForm= {0.21, -0.14}",
        "std::vector<float> g{0.21f, -.14f};",
        "$1 = std::vector of length 2, capacity 4 = {0.21, -0.14}",
        "vec![0.21_f32, -0.14]",
        "[]float64{0.21, -0.14}",
        "new double[]{0.21, -0.14}",
        "Float32Array(2) [ 0.21, -0.14 ]",
        "grad[0] = 0.21\ngrad[1] = -0.14",
        "grad[1]: -0.14 grad[0]: 0.21",
        "$0 = {\n  [0] = 0.21\n  [1] = -0.14\n}",
        "Array\n(\n    [0] => 0.21\n    [1] => -0.14\n)\n",
        "dz(1) = 0.21, dz(2) = -0.14",
        "0   0.21\n1  -0.14\ndtype: float64",
        "cat    0.21\ndog   -0.14\nName: grad, Length: 2, dtype: float64",
        '{"dL_dz": [0.21, -0.14]}',
        '{"dtype": "float32", "shape": [2], "data": [0.21, -0.14]}',
        '{"cat": 0.21, "dog": -0.14}',
        "{'cat': 0.21, 'dog': -0.14}",
        "{0: 0.21, 1: -0.14}",
        '["0.21", "-0.14"]',
        "| a | b |\n|--:|--:|\n| 0.21 | -0.14 |",
        "| 0.21 | -0.14 |\n|---|---|",
        "+------+-------+\n|    a |     b |\n+======+=======+\n| 0.21 | -0.14 |\n+------+-------+",
        "p.1;p.2\n0,21;-0,14",
        "class,dz\n0,0.21\n1,-0.14",
        "cat,0.21\ndog,-0.14",
        "grad 0.21 -0.14",
        '"","x"\n"1",0.21\n"2",-0.14',
        "0,0.2100\n1,-0.1400",
        r"\frac{\partial L}{\partial z} &= \begin{pmatrix} 0.21 & -0.14 \end{pmatrix}",
        r"\[ \nabla_z L = \left(\begin{array}{cc} 0.21 & -0.14 \end{array}\right) \]",
        "0,21 -0,14",
        "0,21; -0,14",
        "0,21\t-0,14",
        "0,21\n-0,14",
        "(0,21; −0,14)",
        "$0{,}21 \\quad -0{,}14$",
        "2.1×10^-1 -1.4×10⁻¹",
        "2.1 x 10^-1, -1.4*10**-1",
        r"2.1 \times 10^{-1} & -1.4 \cdot 10^{-1}",
        "2.1D-01 -1.4d-1",
        "21%, -14 %",
        r"21\% & -14\%",
        "21/100, -7/50",
        r"\frac{21}{100} & -\frac{14}{100}",
        "[Fraction(21, 100), Fraction(-7, 50)]",
        "21//100 -7//50",
        ">>> dz\narray([0.21, -0.14])",
        ">>> for a in dz:\n...     print(a)\n0.21\n-0.14",
        "In [4]: dz\nOut[4]: array([0.21, -0.14])",
        "julia> g\n2-element Vector{Float64}:\n  0.21\n -0.14",
        "> dz\n[1]  0.21 -0.14",
        "> 0.21 -0.14",
        "# step 3\n0.21 -0.14",
        "```python\n[0.21, -0.14]\n```",
        "`[0.21, -0.14]`",
        "0.21  # cat\n-0.14  # dog",
        "0.21,  // cat\n-0.14  // dog",
        "/* 2 classes */ {0.21, -0.14}",
        "0.21 -0.14 % of two classes",
        "grad: [0.21, -0.14]",
        "dL/dz (epoch 3) = 0.21 -0.14",
        "gradient of layer 2: [0.21 -0.14]",
        "grad tensor([0.21, -0.14])",
        "My gradient is\n[0.21, -0.14]",
        "∂L/∂z₁ = 0.21\n∂L/∂z₂ = -0.14",
        "z1 z2\n0.21 -0.14",
    ],
)
def test_one_row_is_read_in_every_form(text):
    read = read_numbers(text)
    np.testing.assert_allclose(read.values, ROW if read.values.ndim == 1 else [ROW])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,234.5 1,230.25", [1234.5, 1230.25]),
        ("1.234,5 1.230,25", [1234.5, 1230.25]),
        ("1'234.5 2'000", [1234.5, 2000]),
        ("1\u2009234.5; 2\u2009000.5", [1234.5, 2000.5]),
        ("[True, False]", [1, 0]),
        ("[1.5, null, NaN, -Infinity]", [1.5, np.nan, np.nan, -np.inf]),
        ("NA 1.5", [np.nan, 1.5]),
        ("-1.#IND 1.#INF", [np.nan, np.inf]),
        ("{Indeterminate, -Infinity}", [np.nan, -np.inf]),
        ("10^-3 10^{2}", [0.001, 100]),
        ("1.5\n2.5", [1.5, 2.5]),
        ("[[1,0],[0,1]]", [[1, 0], [0, 1]]),
        ("[1,2; 3,4]", [[1, 2], [3, 4]]),
        ("1,2\n3,4", [[1, 2], [3, 4]]),
        ("0,0,1", [0, 0, 1]),
        ("0.1 0.2\n-------\n0.3 0.4", [[0.1, 0.2], [0.3, 0.4]]),
        ("My gradient:\n0.1 0.2 0.3", [0.1, 0.2, 0.3]),
        ("x=1.5 y=2.5", [1.5, 2.5]),
        ("a[0]=1 a[1]=2\na[0]=3 a[1]=4", [[1, 2], [3, 4]]),
        ("w[0][0]=1\nw[0][1]=2\nw[1][0]=3\nw[1][1]=4", [[1, 2], [3, 4]]),
    ],
)
def test_what_can_be_read_in_one_way_or_the_other(text, values):
    np.testing.assert_array_equal(read_numbers(text).values, values)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("2,0 1,0", "2,0 is read as 2.0, with a decimal comma; if it stands between two numbers"),
        ("1,5\n2,5", "The comma in 1,5 is taken to stand between two numbers"),
        ("1,234.5", "The comma in 1,234.5 is taken to stand between two numbers"),
        ("1,234.5 2", "1,234.5 is read as 1234.5: commas between thousands"),
        (
            "0 1.5 2.5\n1 0.5 0.25",
            "The first column counts 0, 1, …: if it is an index, leave it out",
        ),
        ("0 0.125\n1 0.333", "The first column is taken for an index, and left out"),
        ("a b\n1 2\n3 4", "The heading of the table is left out"),
        ("cat 0.5\ndog 0.25", "The names before the rows are left out"),
        ("[1] 1.5 2.5", "Read as printed by R"),
        (">>> z\n1.5", "Lines that begin with a prompt are taken for code, and left out"),
        ("a = [1, 2]\nb = [3, 4]", "Arrays that have names of their own are read as rows"),
        ("[None, 1.5]", "None is read as nan"),
    ],
)
def test_what_could_be_read_otherwise_is_noted(text, note):
    assert any(note in n for n in read_numbers(text).notes)


def test_what_can_be_read_in_one_way_only_has_no_notes():
    for text in ("1 2", "[0.5, 1]", "tensor([1., 2.])", "array([0.1, 0.2])", "1.5,2.5", "1, 0, 0"):
        assert read_numbers(text).notes == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,234 5,678", "can be read in one way, got 1,234: write 1.234 or 1234 or 1, 234"),
        ("0,2563,-0,9653", "expected a comma either in numbers or between them"),
        ("–0.5 0.5", "expected a minus sign, got a dash"),
        ('{"z": [1, 2], "t": [0, 1]}', "expected one array, got several, each with its name"),
        ("g[0] = 1\ng[2] = 2", "expected every index once, from 0 or 1 on"),
        ("tf.Tensor([1. 2.], shape=(3,), dtype=float32)", r"the 3 numbers of shape \(3,\)"),
        ("2×3 Matrix{Float64}:\n 1.0  2.0\n 3.0  4.0\n", "the 6 numbers of shape"),
        ("z\n1 2 3\ndz\n0.1 0.2 0.3", "expected a number, got 'dz'"),
        (", , 1\n\n 1 2\n\n, , 2\n\n 1 2 3\n", "expected slices of one shape"),
        ("Columns 1 through 2\n 1 2\n 3 4\nColumn 3\n 5\n", "as many rows under each heading"),
        ("1/0", "expected a fraction of finite value"),
        ("1e999 *\n 1 2", "below 1.8e308"),
        ("1e300 *\n 1e300 2", "below 1.8e308, got 1e300"),
        ("1e308%\n1e400%", "below 1.8e308"),
        ("3-1", "expected a number, got '3-1'"),
        ("softmax([1, 2])", "expected a number"),
        ("0.21 x 0.3", "expected a number, got 'x'"),
        ("x 0.3", "expected a number, got 'x'"),
    ],
)
def test_what_cannot_be_read_in_one_way_is_refused(text, message):
    with pytest.raises(ReadingError, match=message) as e:
        read_numbers(text)
    assert e.value.line is not None


@pytest.mark.parametrize(
    ("text", "dtype"),
    [
        ("tensor([1.], dtype=torch.bfloat16)", "bfloat16"),
        ("tensor([1.], dtype=torch.float)", "float32"),
        ("array([1.], dtype=float16)", "float16"),
        ("<tf.Tensor: shape=(1,), dtype=half, numpy=array([1.])>", "float16"),
        ("Array([1.], dtype=float32)", "float32"),
        ("[np.float32(0.5)]", "float32"),
        ("1-element Vector{Float32}:\n 1.0", "float32"),
        ("Float16[1.0]", "float16"),
        ("0  1.0\ndtype: float32", "float32"),
        (" 1\n[torch.HalfTensor of size 1]", "float16"),
        ("[ 1.0 ]\n[ CPUBFloat16Type{1} ]", "bfloat16"),
        ("[1.0]", ""),
    ],
)
def test_the_dtype_that_is_named_is_kept(text, dtype):
    assert read_numbers(text).dtype == dtype


def test_nan_and_inf_are_kept_and_counted():
    read = read_numbers("[nan, 1.0, inf, -inf]")
    assert (read.nans, read.infs) == (1, 2)


@pytest.mark.parametrize(
    ("text", "tolerance"),
    [
        ("25.63% 4%", [0.5e-4, 0.5e-2]),
        ("1/8 0.25", [0, 0.005]),
        ("1.2×10^-3 3.456", [0.5e-4, 0.5e-3]),
        ("1.20*^-3", [0.5e-5]),
        ("0,25 0,5", [0.005, 0.05]),
        ("1,234.5 1,230.25", [0.05, 0.005]),
    ],
)
def test_the_tolerance_is_that_of_the_printed_digits_in_every_spelling(text, tolerance):
    np.testing.assert_allclose(read_numbers(text).tolerance, tolerance, rtol=1e-12)


def test_fractions_are_exact():
    read = read_numbers("1/3, -1/3")
    np.testing.assert_array_equal(read.values, [1 / 3, -1 / 3])
    assert not read.tolerance.any()
    assert read.roundoff == FLOAT64


def test_an_error_names_its_line_and_column_in_what_was_pasted():
    text = ">>> z  # 1.0\n1,5 2,5\n\n3,5 x\n"
    with pytest.raises(ReadingError) as e:
        read_numbers(text)
    assert (e.value.line, e.value.column) == (4, 5)


@forall(st.lists(st.integers(-99999, 99999), min_size=2, max_size=6), st.sampled_from("; \t"))
def test_decimal_commas_are_read_as_points_are(numbers, between):
    texts = [f"{k / 10**4:.4f}" for k in numbers]
    commas = read_numbers((between + " ").join(texts).replace(".", ","))
    np.testing.assert_array_equal(commas.values, [float(text) for text in texts])


PASTES = [
    *(text for text in TEXTS.values() if len(text) < 1000),
    *CUT.values(),
    *(print_(np.array([0.25, -1.5e-7, np.nan, -np.inf])) for print_ in PRINTERS.values()),
]
PIECES = [
    *"[](){}<>,;\n\t .eE+-%/#|&\\$\"'=:*^`1_",
    *("...", "//", "/*", "*/", "(*", "\\\\", "nan", "None", "9" * 400, "1/0", "1e999", "1e-400%"),
    *("[1]", "[,1]", "[1,]", ", , 1", "Columns 1 through 2", "(0 ,.,.) = ", "ans(:,:,2) ="),
    *("\x1c", "\x1d", "\x1e", "\x00", "\x85", "\u2028", "²", "٣", "−", "–", "½", "\ufeff"),
    *("dtype=", "shape=(2,)", "tensor(", "np.float64(", "1.0e-03 *\n", "×10^", ">>> ", "| --- |"),
    *("dtype: object", "2×3 Matrix{Float64}:", "g[9] = 1", "\\frac{1}{0}", "ND: (2,)", "1,234"),
    *("\\begin{array}", "\\begin{tabular}", "[torch.FloatTensor of size 4]", "<NDArray 2 @c(0)>"),
]


def mutated(text, rng):
    """A few cuts, repetitions, and pieces that mean something elsewhere."""
    for _ in range(rng.choice([1, 1, 2, 3, 6])):
        i = rng.randrange(len(text) + 1)
        j = min(len(text), i + rng.choice([1, 1, 3, 10, 30]))
        other = rng.choice(PASTES)
        k = rng.randrange(len(other) + 1)
        new = rng.choice(
            ["", rng.choice(PIECES), text[i:j] * 3, other[k : k + rng.choice([3, 20, 100])]]
        )
        text = text[:i] + new + text[rng.choice([i, j]) :]
    return text


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.filterwarnings("error")
def test_damaged_pastes_give_readings_and_clear_refusals_only(seed):
    rng, refusals = random.Random(seed), []
    for _ in range(400):
        text = mutated(rng.choice(PASTES), rng)
        try:
            read = read_numbers(text)
        except ReadingError as error:
            refusals.append(str(error))
            continue
        assert read.values.shape == read.tolerance.shape, text
        assert read.values.size, text
        assert (read.tolerance >= 0).all(), text
        assert np.isfinite(read.tolerance).all(), text
    assert refusals
    assert all("expected" in said or "leaves numbers out" in said for said in refusals)


HOSTILE = [
    *("---\n", "| ", "1'234", "×10^", "`", "/*", "(*", "%", "# ", "//", "1,2 ", "0,5 ", "1,234 "),
    *("[1] ", "[1]\n", "[,1]\n", "Columns 1\n", "2×3 ", "1-element ", "tensor(", "np.float64(1),"),
    *("shape=(1", "shape=(1) ", "<tf.Tensor: ", '"a":', "\\frac{", "\\nabla ", "x[0] = 1\n", "x[0"),
    *(
        "std::vector<",
        "float x ",
        "Name: , dtype: ",
        "a(b) ",
        "'1",
        "1/",
        ">>> \n",
        "<",
        "┌",
        "0 1\n",
    ),
    *(
        "a b\n",
        "a 0.1\n",
        "a: ",
        "a = ",
        " \\\n",
        "1.0e-03 *\n",
        "word ",
        "\\begin{tabular}",
        "<<1",
    ),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_in_the_length_of_a_hostile_text(piece):
    def seconds(length):
        text = (piece * (length // len(piece) + 1))[:length] + "x"
        start = time.process_time()
        with pytest.raises(ReadingError):
            read_numbers(text)
        return time.process_time() - start

    short, long = seconds(25_000), seconds(200_000)
    assert long < 24 * short + 0.25  # eight times the length; the square would be 64


@pytest.mark.parametrize("text", ["[20000.0, 0.34448242]", "[65504.0, 0.344482421875]"])
def test_a_large_whole_number_beside_a_fraction_in_a_list_of_float32_is_read(text):
    assert read_numbers(text).values.tolist() == json.loads(text)
