"""The table of printouts: what each is recognised by, and how its library is told to print all.

The next form is a row here and, where it puts more about numbers than brackets and separators, a
function in `core.reading.printouts`; the tests print arrays in every row's form and read them back.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.reading import printouts
from core.reading.sheet import Sheet


@dataclass(frozen=True)
class Dialect:
    """One library's printouts."""

    name: str
    sign: re.Pattern[str]
    """Found in a text that has them."""
    rewrite: Callable[[Sheet], None] | None = None
    print_all: str = ""
    """What to run, that a printout leaves no numbers out."""


def _row(
    name: str, sign: str, rewrite: Callable[[Sheet], None] | None = None, print_all: str = ""
) -> Dialect:
    return Dialect(name, re.compile(sign, re.MULTILINE), rewrite, print_all)


_NUMPY = "np.set_printoptions(threshold=np.inf)"

DIALECTS = (
    _row("TensorFlow", r"\btf\.|<KerasVariable|numpy=", print_all=_NUMPY),
    _row("JAX", r"\b(?:Sharded)?(?:Device)?Array\(|\bjnp\.", print_all=_NUMPY),
    _row(
        "Paddle",
        r"\bTensor\(shape=",
        print_all="paddle.set_printoptions(threshold=10**9)",
    ),
    _row(
        "PyTorch",
        r"\btensor\(|\btorch\.|\b(?:Parameter|Variable) containing|^[ ]*\[ ?(?:Variable\[)?\w+Type\]?\{|^[ ]*\([0-9]+[ ]?,\.[ ]?,\.\)",
        printouts.torch,
        'torch.set_printoptions(profile="full")',
    ),
    _row("MXNet and DJL", r"<NDArray |^ND:", printouts.mxnet, _NUMPY),
    _row("NumPy", r"\barray\(|\b(?:np|numpy)\.", print_all=_NUMPY),
    _row(
        "R",
        r"^[ ]*\[1\][ ]+[^\s\[=]|^[ ]*\[[0-9]+,\]|^[ ]*\[,[0-9]+\]|^, , [0-9]|^[ ]*num \[|\bstructure\(|\bmatrix\(c\(|^[ ]*(?:<\w+>[ ]*)+$|getOption",
        printouts.r,
        "options(max.print = 1e7)",
    ),
    _row(
        "Julia",
        r"^[ ]*[0-9]+-element |^[ ]*[0-9]+(?:[×x][0-9]+)+ [^\n]*:[ ]*$|\b(?:B?Float[0-9]+|U?Int[0-9]+|Any)\[|[⋮⋱⋯]",
        printouts.julia,
        "show(stdout, x) in place of the REPL's display",
    ),
    _row(
        "MATLAB and Octave",
        r"^[ ]*Columns? [0-9]|\(:,:,[0-9,]+\) =|=[ ]*[0-9]+[×x][0-9]|^[ ]*(?:Diagonal Matrix|single|double|[0-9]+[×x][0-9]+(?: (?:single|double|dlarray|gpuArray)[A-Za-z ]*)?)[ ]*$|\][ ]*;[ ]*$",
        printouts.matlab,
        'fprintf("%.17g\\n", x)',
    ),
    _row("Mathematica", r"\*\^|[0-9.]`|^[ ]*Out\[|<<[0-9]+>>", print_all="Print[InputForm[x]]"),
    _row(
        "C and C++",
        r"\{|\bstd::|\[f(?:32|64);|\bVec<",
        printouts.c,
        "set print elements 0 and set print repeats 0 (in gdb)",
    ),
    _row("a loop over printf", printouts.PRINTED_INDEX.pattern, printouts.indexed),
    _row(
        "pandas (a Series)",
        r"^[ ]*(?:Name: .*|Freq: .*|Length: .*)?dtype: \w+[ ]*$",
        printouts.series,
        'pd.set_option("display.max_rows", None)',
    ),
    _row(
        "pandas",
        r"^[ ]*\[[0-9]+ rows x [0-9]+ columns\]|[ ]\\[ ]*$",
        printouts.data_frame,
        'pd.set_option("display.max_rows", None, "display.max_columns", None)',
    ),
    _row(
        "Polars", r"^shape: \(|[┌┆╞]", printouts.data_frame, "pl.Config(tbl_rows=-1, tbl_cols=-1)"
    ),
    _row("Candle", r"^[ ]*Tensor\[\[", printouts.candle),
    _row(
        "JavaScript",
        r"\w+Array\([0-9]+\)|^\([0-9]+\)[ ]*\[",
        printouts.javascript,
        "console.log(JSON.stringify(Array.from(x)))",
    ),
    _row("LaTeX (a tabular)", r"\\begin\{tabular\}", printouts.latex),
)

_SPARSE = re.compile(
    r"torch\.sparse|\bindices=|\bnnz=|IndexedSlices|SparseTensor|[Ss]parse (?:matrix|array)|^[ ]*\([0-9]+, [0-9]+\)[ ]+[+-]?[0-9.]",
    re.MULTILINE,
)
_ELIDED = re.compile(
    r"\.\.\.|…|\\[cldv]?dots|[⋮⋱⋯]|<<[0-9]+>>|<repeats [0-9]+ times>|\[ reached |(?:(?<=\s)|^)\.\.(?=\s|$)",
    re.MULTILINE,
)
_MARKS = ("..", "…", "dots", "⋮", "⋱", "⋯", "<<", "<repeats", "reached")
_HEAD, _TAIL = 4000, 1000


def read_dialects(sheet: Sheet) -> None:
    """Take out what the libraries put around numbers, or refuse a printout that leaves some out."""
    sample = sheet.text.strip()
    if len(sample) > _HEAD + _TAIL:  # a printout says at its ends whose it is
        sample = sample[:_HEAD] + "\n" + sample[-_TAIL:]
    if sparse := _SPARSE.search(sample):
        sheet.fail(
            "expected all numbers, got those of a sparse array: print x.to_dense() or x.toarray()",
            max(sheet.text.find(sparse[0]), 0),
        )
    found = [dialect for dialect in DIALECTS if dialect.sign.search(sample)]
    sheet.print_all = next((d.print_all for d in found if d.print_all), sheet.print_all)
    gap = any(mark in sheet.text for mark in _MARKS) and _ELIDED.search(sheet.text)
    if gap:
        sheet.fail(
            f"the printout leaves numbers out ({gap[0].strip()}): print all of them, with "
            + sheet.print_all,
            gap.start(),
        )
    for dialect in found:
        if dialect.rewrite:
            before = sheet.text
            dialect.rewrite(sheet)
            if sheet.text != before:
                sheet.note(f"Read as printed by {dialect.name}.")
