"""How the printouts of one library each become rows of plain numbers.

Each function rewrites what its library prints around the numbers: headings, indices, slices.
"""

import re

from core.reading.sheet import COLUMNS, FIRST_AXIS, LAST_AXIS, Sheet, dtype_name


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern of whole lines, unless it says otherwise."""
    return re.compile(text, re.MULTILINE)


def _integers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]{1,9}", text)))


def _declaration(sheet: Sheet, pattern: re.Pattern[str]) -> None:
    """Take out what declares the shape and the dtype, groups of these names."""

    def taken(match: re.Match[str]) -> str:
        groups = match.groupdict()
        if shape := _integers(groups.get("shape") or ""):
            sheet.shapes.append(shape)
        if groups.get("dtype"):
            sheet.dtype = dtype_name(groups["dtype"])
        return ""

    sheet.sub(pattern, taken)


def _slice(sheet: Sheet, pattern: re.Pattern[str], mark: str) -> None:
    """Mark where slices begin; the groups are their indices."""
    sheet.sub(pattern, lambda m: mark + " ".join(filter(None, m.groups())))


_COLUMN_HEADING = _pattern(r"^[ ]*Columns? [0-9]+(?: (?:through|and|to) [0-9]+)?:?(?=[ ]|$)")

_TORCH_SIZE = _pattern(
    r"^[ ]*\[ ?(?:Variable\[)?(?:torch\.)?(?:cuda\.)?(?:CPU|CUDA)?(?P<dtype>[A-Z]\w{2,8}?)(?:Tensor|Type)\]?"
    r"(?: of size |\{)(?P<shape>[0-9x,]+)[^\]\n]*\][ ]*$"
)
_TORCH_SLICE = _pattern(r"^[ ]*\(([0-9]+)[ ]?,(?:([0-9]+)[ ]?,)?\.[ ]?,\.\)[ ]?=")


def torch(sheet: Sheet) -> None:
    """Lines of old versions and of C++, with their type and size below them."""
    _slice(sheet, _TORCH_SLICE, FIRST_AXIS)
    sheet.sub(_COLUMN_HEADING, COLUMNS)
    _declaration(sheet, _TORCH_SIZE)


_ND_HEAD = _pattern(r"^ND: ?\((?P<shape>[0-9, ]*)\)(?: \w+\([0-9]*\))?(?: (?P<dtype>\w+))?[^\n]*$")
_ND_FOOT = _pattern(r"<NDArray (?P<shape>[0-9x]+) @\w+\([0-9]*\)>")


def mxnet(sheet: Sheet) -> None:
    """A line with the shape above or below."""
    _declaration(sheet, _ND_HEAD)
    _declaration(sheet, _ND_FOOT)


_R_VECTOR = _pattern(r"^[ ]*\[([0-9]+)\](?=[ ]+[^\s\[=])")
_R_ROW = _pattern(r"^[ ]*\[[0-9]+,\]")
_R_COLUMNS = _pattern(r"^[ ]*(?:\[,[0-9]+\][ ]*)+$")
_R_SLICE = _pattern(r"^, , ([0-9]+)(?:, ([0-9]+))?[ ]*$")
_R_ITEM = _pattern(r"^[ ]*(?:\[\[[0-9]+\]\]|\$(?:`[^`\n]{1,40}`?|[A-Za-z.][\w.]{0,40}))[ ]*$")
_R_STRUCTURE = _pattern(r"^[ ]*num \[1:(?P<shape>[0-9]{1,7})(?:, 1:(?P<columns>[0-9]{1,7}))?\]")
_R_CODE = _pattern(
    r",\s*(?:\.?[dD]im[ ]?=[ ]?(?:c\((?P<shape>[0-9]+[ L]{0,2}, ?[0-9]+[ L]{0,2})\)|(?P<range>[0-9]+:[0-9]+))"
    r"|nrow[ ]?=[ ]?(?P<rows>[0-9]+)|ncol[ ]?=[ ]?(?P<columns>[0-9]+)|byrow[ ]?=[ ]?(?P<byrow>T|F)\w*"
    r"|\.?[dD]imnames[ ]?=[ ]?(?:NULL|list\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)))(?=[,)])"
)
_R_TYPES = _pattern(r"^[ ]*(?:<\w+>[ ]*)+$")


def r(sheet: Sheet) -> None:
    """[1] before a vector, which goes on below; [1,] and [,1] about a matrix; , , 1 above a slice."""
    _r_code(sheet)
    sheet.sub(_R_ITEM)
    sheet.sub(_R_TYPES)
    _r_structure(sheet)
    _slice(sheet, _R_SLICE, LAST_AXIS)
    sheet.sub(_R_COLUMNS, COLUMNS)
    sheet.sub(_R_ROW)
    parts: list[str] = []
    for line in sheet.lines():
        head = _R_VECTOR.match(line)
        parts.append(" " if head and int(head[1][:9]) > 1 and parts else "\n")
        parts.append(" " * head.end() + line[head.end() :] if head else line)
    sheet.text = "".join(parts[1:])


def _r_structure(sheet: Sheet) -> None:
    """What str() shows of an array: its numbers run down the columns."""
    if found := _R_STRUCTURE.search(sheet.text):
        sheet.shapes.append(tuple(int(size) for size in found.groups() if size))
        sheet.columns_first = True
        sheet.sub(_R_STRUCTURE)


def _r_code(sheet: Sheet) -> None:
    """structure(c(…), dim = 2:3) and matrix(c(…), nrow = 2): the numbers run down the columns."""
    found = {
        key: value
        for m in _R_CODE.finditer(sheet.text)
        for key, value in m.groupdict().items()
        if value
    }
    if not found or "c(" not in sheet.text:
        return
    sheet.sub(_R_CODE)
    sheet.columns_first = found.get("byrow") != "T"
    shape = _integers(found.get("shape") or found.get("range") or "")
    if not shape and ("rows" in found or "columns" in found):
        count = len(re.findall(r"[0-9][0-9.eE+-]*", sheet.text))
        rows = int(found.get("rows") or count // int(found["columns"]))
        shape = (rows, int(found.get("columns") or count // max(1, rows)))
    if shape:
        sheet.shapes.append(shape)


_JULIA_HEAD = _pattern(
    r"^[ ]*(?P<shape>[0-9]+(?:-element|(?:[×x][0-9]+)+)) "
    r"(?:(?=[^\n]{0,200}?\b(?P<dtype>B?Float[0-9]+)))?[^\n]*:[ ]*$"
)
_JULIA_NESTED = _pattern(
    r"^[ ]*[0-9]+-element (?:Vector\{|Array\{)(?:Vector|Matrix|Array|SVector|NTuple|Tuple)\b[^\n]*:[ ]*$"
)
_JULIA_SLICE = _pattern(r"^\[:, :, ([0-9]+)(?:, ([0-9]+))?\] =[ ]*$")
_JULIA_TYPE = _pattern(r"\b(?:(?P<dtype>B?Float[0-9]+)|U?Int[0-9]+|Any|Real)(?=\[)")


def julia(sheet: Sheet) -> None:
    """A line with shape and type above the numbers; slices of all that follow the second axis."""
    sheet.sub(_JULIA_NESTED)
    _declaration(sheet, _JULIA_HEAD)
    _slice(sheet, _JULIA_SLICE, LAST_AXIS)
    _declaration(sheet, _JULIA_TYPE)


_MATLAB_SLICE = _pattern(r"^[ ]*\w+\(:,:,([0-9]+)(?:,([0-9]+))?\) =[ ]*$")
_MATLAB_SIZE = _pattern(
    r"(?:(?<==)|^)[ ]*(?P<shape>[0-9]+(?:[×x][0-9]+)+)"
    r"(?: (?P<dtype>single|double|half|logical))?(?: (?:row |column )?(?:vector|matrix|array|gpuArray|dlarray)){0,2}[ ]*$"
)
_MATLAB_LITERAL = re.compile(r"\[([^\[\]]*[^\[\],;\s][ ]*\n[^\[\]]*)\][ ]*;\s*\Z")
_MATLAB_CLASS = _pattern(r"^[ ]*(?:Diagonal Matrix|(?P<dtype>single|double))[ ]*$")


def matlab(sheet: Sheet) -> None:
    """Headings of columns that did not fit beside the first, and of slices; the size after a name.

    Of [1 2, over to the next line, 3 4]; each line is a row.
    """
    sheet.sub(_MATLAB_LITERAL, lambda m: m[0].replace("\n", ";"))
    _slice(sheet, _MATLAB_SLICE, LAST_AXIS)
    sheet.sub(_COLUMN_HEADING, COLUMNS)
    _declaration(sheet, _MATLAB_SIZE)
    _declaration(sheet, _MATLAB_CLASS)


_STD_LENGTH = _pattern(r"std::\w+(?:<[^<>\n]*>)? of length [0-9]+(?:, capacity [0-9]+)? =")
_C_TYPE = _pattern(
    r"\b(?:(?:const|static|unsigned|auto|let|mut|new)[ ]+)*"
    r"(?:(?:float|double|int|long)\b(?:\[\])*|std::\w+<[^<>\n]*(?:<[^<>\n]*>)?>)[ ]*"
    r"(?=\w+[^=\n{(]{0,60}[={(]|[{(])"
)
_RUST_TYPE = _pattern(
    r"(?<=\w)[ ]?:[ ]?&?(?:\[+f(?:32|64)(?:; ?[0-9]+\])+|Vec<[\w<>]{1,20}>)(?=[ ]*=)"
)
_C_SIZES = _pattern(r"(?<=\w)(?:\[[0-9 ]*\])+(?=[ ]*=[ ]*\{)")
_C_VARIABLE = _pattern(r"^[ ]*[A-Za-z_]\w*(?=[ ]?\{)")
_GO_TYPE = _pattern(
    r"(?:\[[0-9]*\])+(?P<dtype>float32|float64)(?=[{])|(?:\[[0-9]*\])+u?int[0-9]*(?=\{)"
)


def c(sheet: Sheet) -> None:
    """float g[2][3] = {{…}, {…}}; what gdb prints of a std::vector; []float64{…} of Go."""
    _declaration(sheet, _GO_TYPE)
    sheet.sub(_RUST_TYPE)
    sheet.sub(_STD_LENGTH)
    sheet.sub(_C_SIZES)
    sheet.sub(_C_TYPE)
    sheet.sub(_C_VARIABLE)


_CANDLE = _pattern(r"^[ ]*Tensor\[\[(?P<shape>[0-9, ]*)\], (?P<dtype>\w+)(?:, [\w:]+)?\][ ]*$")


def candle(sheet: Sheet) -> None:
    """A line with shape and dtype below, or above."""
    _declaration(sheet, _CANDLE)


_JS_ARRAY = _pattern(r"(?:\b(?P<dtype>Float)?\w*Array)?\([0-9]+\)[ ]*(?=\[)")


def javascript(sheet: Sheet) -> None:
    """Float32Array(4) [ … ], and (4) [ … ]."""
    sheet.sub(_JS_ARRAY)


_INDEX = r"(?:\[[0-9]{1,6}\]){1,4}|\[[0-9]{1,6}(?:, ?[0-9]{1,6}){1,3}\]"
PRINTED_INDEX = _pattern(
    rf"(?:(?<=[\s,;({{])|^)(?:[^\W\d][\w.∂/]{{0,40}}(?P<of_name>{_INDEX}|\([0-9]{{1,6}}(?:, ?[0-9]{{1,6}}){{0,3}}\))"
    rf"[ ]{{0,9}}(?:=>?|:|->|→)?|(?P<alone>{_INDEX})[ ]{{0,9}}(?:=>?|:|->|→))(?=[ ]{{0,9}}[+-]?(?:[0-9.]|nan|inf))"
)


def indexed(sheet: Sheet) -> None:
    """grad[0] = 0.25, as a loop over printf leaves it: the indices give the shape."""

    def name(match: re.Match[str]) -> str:
        sheet.indices.append(_integers(match["of_name"] or match["alone"]))
        return ""

    sheet.sub(PRINTED_INDEX, name)
    sheet.text = sheet.text.replace("\n", " ")


_PANDAS_DTYPE = _pattern(
    r"^[ ]*(?:Name: [^\n]*, |Freq: [^\n]*, |Length: [0-9]+, )?dtype: (?P<dtype>\w+)[ ]*$"
)


def series(sheet: Sheet) -> None:
    """An index before each number, the dtype below them."""
    _declaration(sheet, _PANDAS_DTYPE)
    lines = sheet.lines()
    for k, line in enumerate(lines):
        words = line.split()
        if len(words) == 1 and not any(map(str.isdigit, line)):
            lines[k] = " " * len(line)  # the name of the index
        elif len(words) > 1:
            start = line.rindex(words[-1])
            lines[k] = " " * start + line[start:]
    sheet.rewrite(lines)


_FRAME_SIZE = _pattern(
    r"^[ ]*\[(?P<shape>[0-9]+ rows x [0-9]+ columns)\][ ]*$|^shape: \((?P<polars>[0-9]+, [0-9]+)\)[ ]*$"
)
_FRAME_GOES_ON = _pattern(r"(?<=[ ])\\(?=[ ]*$)")


def data_frame(sheet: Sheet) -> None:
    """The size above or below a table, and the sign that columns follow."""
    _declaration(sheet, _FRAME_SIZE)
    sheet.sub(_FRAME_GOES_ON)


_TABULAR_HEAD = _pattern(
    r"(?<=\})\s*(?:\\toprule|\\hline)?\s*(?=[^\\\n]*[A-Za-z])[^\\0-9\n][^\\\n]{0,1000}\\\\(?=\s*\\(?:midrule|hline))"
)


def latex(sheet: Sheet) -> None:
    """A line of names in a tabular."""
    sheet.sub(_TABULAR_HEAD, lambda m: "\n" * m[0].count("\n"))
