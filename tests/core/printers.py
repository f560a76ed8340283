"""How each library prints an array: the library itself where it is installed, else a faithful copy.

A printer takes an array of at least one axis and returns text. Those of `FLAT` give no brackets and
state no shape: one row and one column of theirs are both read as (n,).
"""

import json
from collections.abc import Callable

import numpy as np
import pandas as pd

Printer = Callable[[np.ndarray], str]


def spelled(form, nan="nan", inf="inf", minus="-"):
    """A function that writes one number with `form`, and what is no number in its own way."""

    def write(x):
        if np.isnan(x):
            return nan
        if np.isinf(x):
            return (minus if x < 0 else "") + inf
        return form(x)

    return write


def julia_number(x):
    text = repr(float(x))
    mantissa, e, exponent = text.partition("e")
    return text if not e else f"{mantissa if '.' in mantissa else mantissa + '.0'}e{int(exponent)}"


r_number = spelled("{:.7g}".format, "NaN", "Inf")
julia = spelled(julia_number, "NaN", "Inf")
fixed = spelled("{:.4f}".format, "NaN", "Inf")
wolfram = spelled(lambda x: repr(float(x)).replace("e", "*^"), "Indeterminate", "Infinity")
c_number = spelled("{:.9g}f".format, "NAN", "INFINITY")
printf = spelled("{:f}".format)
comma = spelled(lambda x: f"{x:.6f}".replace(".", ","))


def nested(array, write, brackets="[]", comma=", "):
    """Rows in brackets."""
    if array.ndim == 0:
        return write(array)
    return brackets[0] + comma.join(nested(a, write, brackets, comma) for a in array) + brackets[1]


def lines(array, write, between="  "):
    """One line a row, numbers at the right of their columns."""
    rows = np.atleast_2d(array)
    words = [[write(x) for x in row] for row in rows]
    width = max(len(word) for row in words for word in row)
    return "\n".join(between.join(word.rjust(width) for word in row) for row in words)


def numpy(array):
    with np.printoptions(threshold=10**6):
        return repr(array) if array.size % 2 else str(array)


def numpy_scalars(array):
    return repr(array.tolist() if array.ndim > 1 else list(array))


def torch(array):
    body = np.array2string(array, separator=", ", prefix="tensor(", threshold=10**6, precision=4)
    return f"tensor({body}, device='cuda:0',\n       dtype=torch.float64, grad_fn=<SubBackward0>)"


def torch_of_old(array):
    size = "x".join(map(str, array.shape))
    if array.ndim < 3:
        table = array[:, None] if array.ndim == 1 else array
        return f"\n{lines(table, fixed)}\n[torch.DoubleTensor of size {size}]"
    pages = "".join(f"\n({k} ,.,.) = \n{lines(a, fixed)}\n" for k, a in enumerate(array))
    return f"{pages}[torch.DoubleTensor of size {size}]"


def tensorflow(array):
    shape = str(array.shape)
    return f"<tf.Tensor: shape={shape}, dtype=float64, numpy=\n{numpy_repr(array)}>"


def numpy_repr(array):
    with np.printoptions(threshold=10**6):
        return repr(array)


def jax(array):
    maker = "Array" if array.size % 2 else "DeviceArray"
    return numpy_repr(array).replace("array(", maker + "(", 1)[:-1] + ", dtype=float64)"


def paddle(array):
    body = np.array2string(array, separator=", ", prefix=" " * 7, threshold=10**6, precision=8)
    return (
        f"Tensor(shape={list(array.shape)}, dtype=float64, place=Place(gpu:0), stop_gradient=True,\n"
        f"       {body})"
    )


def mxnet(array):
    size = "x".join(map(str, array.shape))
    return f"\n{np.array2string(array, threshold=10**6)}\n<NDArray {size} @cpu(0)>"


def r(array):
    if array.ndim == 1:
        words = [r_number(x) for x in array]
        width = max(map(len, words))
        some = max(1, 70 // (width + 1))
        label = len(str(len(words))) + 2
        return "\n".join(
            f"[{k + 1}]".rjust(label) + " " + " ".join(w.rjust(width) for w in words[k : k + some])
            for k in range(0, len(words), some)
        )
    if array.ndim == 3:
        return "\n".join(f", , {k + 1}\n\n{r(array[..., k])}\n" for k in range(array.shape[2]))
    width = max(len(r_number(x)) for x in array.ravel())
    some = max(1, 70 // (width + 1))
    parts = []
    for k in range(0, array.shape[1], some):
        part = array[:, k : k + some]
        heads = " ".join(f"[,{k + j + 1}]".rjust(width) for j in range(part.shape[1]))
        rows = [
            f"[{i + 1},] " + " ".join(r_number(x).rjust(width) for x in row)
            for i, row in enumerate(part)
        ]
        parts.append("\n".join(["     " + heads, *rows]))
    return "\n".join(parts)


def julia_display(array):
    if array.ndim == 1:
        return f"{len(array)}-element Vector{{Float64}}:\n" + "\n".join(
            f" {julia(x)}" for x in array
        )
    size = "×".join(map(str, array.shape))
    if array.ndim == 2:
        return f"{size} Matrix{{Float64}}:\n{lines(array, julia)}"
    pages = "\n\n".join(
        f"[:, :, {k + 1}] =\n{lines(array[..., k], julia)}" for k in range(array.shape[2])
    )
    return f"{size} Array{{Float64, 3}}:\n{pages}"


def matlab(array):
    if array.ndim == 3:
        return "\n".join(
            matlab_page(array[..., k], f"g(:,:,{k + 1})") for k in range(array.shape[2])
        )
    return matlab_page(np.atleast_2d(array), "g")


def matlab_page(table, name):
    size = np.abs(table[np.isfinite(table)]).max(initial=0)
    power = int(np.floor(np.log10(size))) if size else 0
    scaled = power > 2 or power < -2
    with np.errstate(over="ignore"):
        shown = table / 10.0**power if scaled else table
    head = f"   1.0e{power:+03d} *\n\n" if scaled else ""
    if table.shape[1] <= 8:
        return f"{name} =\n\n{head}{lines(shown, fixed, '   ')}\n"
    parts = [
        f"  Columns {k + 1} through {min(k + 8, table.shape[1])}\n\n{lines(shown[:, k : k + 8], fixed, '   ')}\n"
        if table.shape[1] - k > 1
        else f"  Column {k + 1}\n\n{lines(shown[:, k:], fixed)}\n"
        for k in range(0, table.shape[1], 8)
    ]
    return f"{name} =\n\n{head}" + "\n".join(parts)


def mathematica(array):
    return "Out[7]= " + nested(array, wolfram, "{}")


def c(array):
    sizes = "".join(f"[{n}]" for n in array.shape)
    return f"const float dz{sizes} = {nested(array, c_number, '{}')};"


def loop(array):
    return "\n".join(
        f"dz{''.join(f'[{i}]' for i in at)} = {printf(x)}" for at, x in np.ndenumerate(array)
    )


def series(array):
    return str(pd.Series(array, name="grad"))


def data_frame(array):
    with pd.option_context(
        "display.width", 60, "display.max_columns", 100, "display.max_rows", 100
    ):
        table = pd.DataFrame(np.atleast_2d(array))
        return str(table if array.size % 2 else table.add_prefix("z"))


def polars(array):
    table = np.atleast_2d(array)
    words = [[spelled("{:.6f}".format, "NaN")(x) for x in row] for row in table]
    names = [f"column_{k}" for k in range(table.shape[1])]
    rows = [names, ["---"] * len(names), ["f64"] * len(names)]
    width = max(len(w) for row in rows + words for w in row)
    line = lambda row: "│ " + " ┆ ".join(w.ljust(width) for w in row) + " │"  # noqa: E731
    rule = lambda a, b, e, d: a + b.join([d * (width + 2)] * len(names)) + e  # noqa: E731
    return "\n".join(
        [
            f"shape: {table.shape}",
            rule("┌", "┬", "┐", "─"),
            *map(line, rows),
            rule("╞", "╪", "╡", "═"),
            *map(line, words),
            rule("└", "┴", "┘", "─"),
        ]
    )


def candle(array):
    body = np.array2string(array, separator=", ", threshold=10**6, precision=4)
    return f"{body}\nTensor[{list(array.shape)}, f64]"


def javascript(array):
    write = spelled("{!r}".format, "NaN", "Infinity")
    text = nested(array, lambda x: write(float(x)))
    return f"Float64Array({len(array)}) {text}" if array.ndim == 1 else text


def tabular(array):
    table = np.atleast_2d(array)
    head = " & ".join(f"z{'abcdefghijkl'[k % 12]}" for k in range(table.shape[1]))
    rows = " \\\\\n".join(" & ".join(printf(x) for x in row) for row in table)
    return (
        f"\\begin{{tabular}}{{{'r' * table.shape[1]}}}\n\\toprule\n{head} \\\\\n\\midrule\n{rows} \\\\\n"
        "\\bottomrule\n\\end{tabular}"
    )


def latex(array):
    def write(x):
        if not np.isfinite(x):
            return printf(x)
        mantissa, _, exponent = f"{x:.8e}".partition("e")
        return f"{mantissa} \\times 10^{{{int(exponent)}}}"

    rows = " \\\\\n".join(" & ".join(map(write, row)) for row in np.atleast_2d(array))
    return (
        f"$$\\frac{{\\partial L}}{{\\partial z}} = \\begin{{bmatrix}}\n{rows}\n\\end{{bmatrix}}$$"
    )


def json_object(array):
    return json.dumps({"grad": array.tolist()}, indent=1)


def markdown(array):
    table = np.atleast_2d(array)
    cells = [["class " + "abcdefghijkl"[k % 12] for k in range(table.shape[1])]]
    cells += [[":---:"] * table.shape[1]]
    cells += [[repr(float(x)) for x in row] for row in table]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def csv_with_index(array):
    return pd.DataFrame(np.atleast_2d(array)).to_csv(na_rep="nan")


def decimal_commas(array):
    rows = np.atleast_2d(array)
    mark = ";" if array.size % 2 else "\t"
    return "\n".join(mark.join(map(comma, row)) for row in rows)


def powers_of_ten(array):
    write = spelled(lambda x: "×10^".join(f"{x:.8e}".split("e")))
    return lines(array, write)


def session(array):
    return f">>> dz = y - t  # of 3 classes\n>>> dz\n{numpy_repr(array)}"


PRINTERS: dict[str, Printer] = {
    "NumPy": numpy,
    "NumPy scalars in a list": numpy_scalars,
    "PyTorch": torch,
    "PyTorch of old": torch_of_old,
    "TensorFlow": tensorflow,
    "JAX": jax,
    "Paddle": paddle,
    "MXNet and DJL": mxnet,
    "R": r,
    "Julia": julia_display,
    "MATLAB and Octave": matlab,
    "Mathematica": mathematica,
    "C and C++": c,
    "a loop over printf": loop,
    "pandas (a Series)": series,
    "pandas": data_frame,
    "Polars": polars,
    "Candle": candle,
    "JavaScript": javascript,
    "LaTeX (a tabular)": tabular,
    "LaTeX": latex,
    "JSON": json_object,
    "Markdown": markdown,
    "CSV with an index": csv_with_index,
    "decimal commas": decimal_commas,
    "powers of ten": powers_of_ten,
    "a session": session,
}
"""By the names in `core.reading.dialects.DIALECTS`, and others."""

FLAT = {
    "R", "MATLAB and Octave", "pandas", "Polars", "LaTeX", "LaTeX (a tabular)", "Markdown",
    "CSV with an index", "decimal commas", "powers of ten",
}  # fmt: skip
AXES = {"R": 3, "MATLAB and Octave": 3, "NumPy scalars in a list": 1, "pandas (a Series)": 1}
"""The most axes that a printer takes, if not 3, or 2 for those of `FLAT`."""


def axes(name):
    return AXES.get(name, 2 if name in FLAT else 3)


def shape_read(name, shape):
    """The shape that is read where `shape` was printed."""
    if name not in FLAT:
        return shape
    if len(shape) == 3:  # one table a slice
        rows, columns, slices = shape
        if slices == 1:
            return shape_read(name, (rows, columns))
        return (*shape_read(name, (rows, columns)), slices)
    return (max(shape),) if len(shape) == 2 and 1 in shape else shape


CUT = {
    "NumPy": "array([0.1, 0.2, ..., 0.9], shape=(1200,))",
    "PyTorch": "tensor([0.1, 0.2,  ..., 0.9])",
    "TensorFlow": "tf.Tensor([0.1 0.2 ... 0.9], shape=(1200,), dtype=float32)",
    "JAX": "Array([0.1, 0.2, ..., 0.9], dtype=float32)",
    "Paddle": "Tensor(shape=[1200], dtype=float32,\n       [0.1, ..., 0.9])",
    "MXNet and DJL": "\n[0.1 0.2 ... 0.9]\n<NDArray 1200 @cpu(0)>",
    "R": '[1] 0.1 0.2\n [ reached getOption("max.print") -- omitted 1198 entries ]',
    "Julia": "1200-element Vector{Float64}:\n 0.1\n 0.2\n ⋮\n 0.9",
    "MATLAB and Octave": "ans =\n\n  Columns 1 through 3\n\n   0.1   ...   0.9",
    "Mathematica": "Out[1]= {0.1, <<1198>>, 0.9}",
    "C and C++": "$1 = std::vector of length 1200 = {0.1, 0.2...}",
    "pandas (a Series)": "0    0.1\n     ..\n9    0.9\nName: g, Length: 10, dtype: float64",
    "pandas": "     0  ...  9\n0  0.1  ...  0.9\n\n[1 rows x 10 columns]",
    "Polars": "shape: (9, 1)\n┌─────┐\n│ a   │\n╞═════╡\n│ 0.1 │\n│ …   │\n└─────┘",
    "JavaScript": "Float32Array(1200) [ 0.1, 0.2, ... 1198 more items ]",
}
"""Printouts that leave numbers out."""
