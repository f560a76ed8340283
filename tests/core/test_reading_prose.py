"""Numbers as people write them down: words, bullets, fractions, transposed, a few lines of code."""

import numpy as np
import pytest

from core import ReadingError, read_numbers

A, M = [0.25, -0.75, 0.5], [[0.25, -0.75, 0.5], [0.125, 0.375, -0.5]]
COLUMNS = "c(0.25, 0.125, -0.75, 0.375, 0.5, -0.5)"
FORMS = {
    "0.25, -0.75, and 0.5": A,
    "0.25 and -0.75 and 0.5.": A,
    "[0.25, -0.75, 0.5].": A,
    "≈ 0.25, -0.75, 0.5": A,
    "The gradient is 0.25, -0.75, 0.5": A,
    "dz → [0.25, -0.75, 0.5]": A,
    "dz -> 0.25 -0.75 0.5": A,
    "dz << 0.25, -0.75, 0.5;": A,
    "<0.25, -0.75, 0.5>": A,
    "⟨0.25, -0.75, 0.5⟩": A,
    "┌ 0.25   -0.75   0.5 ┐\n└ 0.125  0.375  -0.5 ┘": M,
    "¼ -¾ ½": A,
    "1⁄4, -3⁄4, 1⁄2": A,
    r"\dfrac14, -\dfrac34, \frac{1}{2}": A,
    "2.5 10^-1, -7.5 10^-1, 5. 10^-1": A,
    "{2.5 10^-1, -7.5 10^-1, 5. 10^-1}": A,
    r"{2.5\[Times]10^-1, -7.5\[Times]10^-1, 5.\[Times]10^-1}": A,
    "0.25d, -0.75D, 0.5d": A,
    "1.0 #NUM! 0.5": [1, np.nan, 0.5],
    "[0.25, -0.75, 0.5]^T": A,
    "[0.25, -0.75, 0.5]ᵀ": A,
    "(0.25, -0.75, 0.5)'": A,
    "[0.25, -0.75, 0.5].T": A,
    r"$\nabla_z L = \begin{bmatrix} 0.25 & -0.75 & 0.5 \end{bmatrix}^{\top}$": A,
    "[[0.25, 0.125], [-0.75, 0.375], [0.5, -0.5]].T": M,
    "• 0.25\n• -0.75\n• 0.5": A,
    "* 0.25\n* -0.75\n* 0.5": A,
    "dz:\n- 0.25\n- -0.75\n- 0.5": A,
    "- [0.25, -0.75, 0.5]\n- [0.125, 0.375, -0.5]": M,
    "1) 0.25\n2) -0.75\n3) 0.5": A,
    "(1) 0.25\n(2) -0.75\n(3) 0.5": A,
    "0. 0.25\n1. -0.75\n2. 0.5": A,
    "i=0 grad=0.25\ni=1 grad=-0.75\ni=2 grad=0.5": A,
    "i = 0, g = 0.25\ni = 1, g = -0.75\ni = 2, g = 0.5": A,
    "| class | grad |\n|---|---|\n| 0 | 0.25 |\n| 1 | -0.75 |\n| 2 | 0.5 |": A,
    '[{"dz": 0.25}, {"dz": -0.75}, {"dz": 0.5}]': A,
    "import numpy as np\ndz = np.array([0.25, -0.75, 0.5])\nprint(dz)": A,
    "masked_array(data=[0.25, -0.75, 0.5],\n             mask=False,\n       fill_value=1e+20)": A,
    "memmap([0.25, -0.75, 0.5])": A,
    "defaultdict(<class 'float'>, {0: 0.25, 1: -0.75, 2: 0.5})": A,
    "OrderedDict([('weight', tensor([[0.25, -0.75, 0.5], [0.125, 0.375, -0.5]]))])": [M],
    "float3(0.25, -0.75, 0.5)": A,
    "(float [3]) $0 = ([0] = 0.25, [1] = -0.75, [2] = 0.5)": A,
    "g = [0.25, -0.75, 0.5; ...\n     0.125, 0.375, -0.5]": M,
    "g = [0.25 -0.75 0.5\n0.125 0.375 -0.5];": M,
    "g =\n\n  2×3 single dlarray\n\n    0.2500   -0.7500    0.5000\n    0.1250    0.3750   -0.5000\n": M,
    f"structure({COLUMNS}, dim = 2:3)": M,
    f"structure({COLUMNS}, .Dim = c(2L, 3L), .Dimnames = NULL)": M,
    f"matrix({COLUMNS}, nrow = 2)": M,
    "matrix(c(0.25, -0.75, 0.5, 0.125, 0.375, -0.5), nrow=2, ncol=3, byrow=TRUE)": M,
    " num [1:2, 1:3] 0.25 0.125 -0.75 0.375 0.5 -0.5": M,
    "array([ 0.25, -0.75,  0.5 ], ctx=gpu(0))": A,
    "class 0 0.25\nclass 1 -0.75\nclass 2 0.5": A,
    "[0]: 0.25, [1]: -0.75, [2]: 0.5": A,
    "Example 1:\n0.25 -0.75 0.5\nExample 2:\n0.125 0.375 -0.5": M,
    "(2, 3)\n[[0.25 -0.75 0.5]\n [0.125 0.375 -0.5]]": M,
    "dz.shape = (1, 3)\ndz = [0.25 -0.75 0.5]": [A],
    "0.25 (class 0), -0.75 (class 1), 0.5 (class 2)": A,
    "[0.25, -0.75, 0.5] (sum 0)": A,
    "dL/dz = y - t = [0.25, -0.75, 0.5]": A,
    "softmax(z) - t = [0.25 -0.75 0.5]": A,
    "dz = y - t\n   = [0.25, -0.75, 0.5]": A,
    "1 / 4, -3 / 4, 1 / 2": A,
    r"\mathbf{g} = (0.25, -0.75, 0.5)^\mathsf{T}": A,
    "$`1`\n[1]  0.25 -0.75  0.50\n\n$`2`\n[1]  0.125 0.375 -0.500": M,
    "2-element Vector{Vector{Float64}}:\n [0.25, -0.75, 0.5]\n [0.125, 0.375, -0.5]": M,
    "let g: [f32; 3] = [0.25, -0.75, 0.5];": A,
    "let g: Vec<f64> = vec![0.25, -0.75, 0.5];": A,
    "array![0.25, -0.75, 0.5]": A,
    "g = {0.25, -0.75, 0.5}  -- of Lua": A,
    "Unnamed: 0,0,1,2\n0,0.25,-0.75,0.5\n1,0.125,0.375,-0.5": M,
    "| **0.25** | -0.75 | 0.5 |\n|---|---|---|\n| 0.125 | 0.375 | -0.5 |": M,
}
NOTED = {
    "2.5 10^-1, -7.5 10^-1": "10\\^-1 is read as a power",
    "1.0 #DIV/0! 0.5": "Errors of cells",
    "1. 0.25\n2. -0.75": "taken for a numbering",
    "i=0 grad=0.25\ni=1 grad=-0.75": "i=0 and what counts on below is taken for a numbering",
    "[[0.25, 0.125], [-0.75, 0.375]].T": "Read transposed",
}
ASKED = {
    "- 0.25\n- 0.75\n- 0.5": "write it without the blank if - is a minus, and without - if it is a bu",
    "1 234,5; 2 345,5": "write 1234.5 or 1 234.5",
    "tensor(indices=tensor([[0, 1]]),\n       values=tensor([0.25, -0.75]),\n       size=(3,), nnz=2, layout=torch.sparse_coo)": "to_dense",
    "  (0, 0)\t0.25\n  (0, 1)\t-0.75": "toarray",
}


@pytest.mark.parametrize("text", FORMS)
def test_each_form_is_read_with_its_shape(text):
    read = read_numbers(text)
    np.testing.assert_allclose(read.values, FORMS[text], rtol=1e-12)
    assert read.values.shape == np.shape(FORMS[text])


@pytest.mark.parametrize(
    ("text", "dtype"),
    [
        ("tensor([0.25, -0.75], device='cuda:0') torch.float32", "float32"),
        ("z.grad = tensor([0.25, -0.75]) , dtype torch.bfloat16", "bfloat16"),
        ("[0.25 -0.75] float16", "float16"),
        ("np.array([0.25, -0.75], np.float16)", "float16"),
        ("torch.HalfTensor([0.25, -0.75])", "float16"),
        ("torch.cuda.FloatTensor([0.25, -0.75])", "float32"),
        ("torch.cuda.BFloat16Tensor([0.25, -0.75])", "bfloat16"),
    ],
)
def test_a_dtype_is_known_wherever_it_stands(text, dtype):
    read = read_numbers(text)
    assert read.dtype == dtype
    np.testing.assert_array_equal(read.values, [0.25, -0.75])


@pytest.mark.parametrize("text", NOTED)
def test_a_reading_that_could_be_another_is_noted(text):
    with pytest.raises(AssertionError, match=NOTED[text]):
        assert not read_numbers(text).notes


@pytest.mark.parametrize("text", ASKED)
def test_what_can_be_read_in_two_ways_or_leaves_numbers_out_is_asked_about(text):
    with pytest.raises(ReadingError, match=ASKED[text]):
        read_numbers(text)


@pytest.mark.parametrize(
    "text", ["- 0.25", "-0.25\n-0.75", "- 0.25 0.5", "1. 0.25", "1. 2. 3.", "2. 0.5\n1. 0.25"]
)
def test_what_only_looks_like_a_bullet_or_a_numbering_is_left_alone(text):
    said = ""
    try:
        said = " ".join(read_numbers(text).notes)
    except ReadingError as refusal:
        said = str(refusal)
    assert "numbering" not in said
    assert "bullet" not in said


def test_an_error_behind_a_fraction_of_one_sign_still_names_its_line():
    with pytest.raises(ReadingError, match="line 2, column 3") as refusal:
        read_numbers("½ ¼\n1 x")
    assert refusal.value.line == 2
