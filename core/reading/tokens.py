"""The tokens of the language that every printout is brought to: numbers, brackets, separators."""

import re

from core.reading.sheet import COLUMNS, FIRST_AXIS, LAST_AXIS

# Possessive digits, so that a long number that turns out to be none takes linear time. Not possessive
# groups: before Python 3.11.4 these matched what they should not.
_NUMBER = (
    r"[+-]?(?:(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?(?:[ ]?%|/[0-9]++)?"
    r"|nan|NaN|NAN|[iI]nf(?:inity)?)(?![\w.+:-])"
)
WORDS = {
    **dict.fromkeys(("True", "TRUE", "true"), "1"),
    **dict.fromkeys(("False", "FALSE", "false"), "0"),
    **dict.fromkeys(("None", "null", "NULL", "NA", "N/A", "<NA>", "Indeterminate"), "nan"),
    **dict.fromkeys(("INF", "∞", "ComplexInfinity", "INFINITY"), "inf"),
}
_LIBRARY = r"(?:np|numpy|torch|jnp|jax\.numpy|tf|cp|cupy|nd|mx|mx\.nd|paddle|sympy|th)"
_MAKER = (
    r"(?:tensor|Tensor|array|Array|asarray|matrix|Matrix|Parameter|Variable|variable|constant"
    r"|DeviceArray|ShardedDeviceArray|EagerTensor|NDArray|ndarray|masked_array|structure|memmap|OrderedDict|defaultdict|Counter|(?:float|double|vec)[234]|Vector|List|Tuple|tuple|list|c"
    r"|b?float(?:16|32|64|128)?|u?int(?:8|16|32|64)?|bool_?|longdouble|(?:Half|BFloat16|Float|Double)Tensor|double|half|mpf|Decimal"
    r"|DenseVector|DenseMatrix|floatArrayOf|doubleArrayOf)"
)
_CALL = rf"(?:\b{_LIBRARY}\.)?(?:\bcuda\.)?\b{_MAKER}[ ]*\("
_MATRIX = r"(?:[pbvBV]?matrix\*?|smallmatrix|array|tabular)"
_LABEL_WORD = r"(?:[^\W\d]|[∂∇])[\w./∂∇'^*]{0,60}(?:\[[0-9:, ]{0,20}\]|\([\w, ]{0,20}\))?"

TOKEN = re.compile(
    rf"""
      (?P<scale>  [0-9]++(?:\.[0-9]*+)?(?:[eE][+-]?[0-9]++)? [ ]* \* [ ]* (?=\n))           # MATLAB: 1.0e-03 *
    | (?P<numbers>{_NUMBER} (?:(?:[ ]*,[ ]*|[ ]+){_NUMBER})*)
    | (?P<line>   \n)
    | (?P<columns>{COLUMNS})
    | (?P<slice>  [{FIRST_AXIS}{LAST_AXIS}][0-9]+(?:[ ][0-9]+)?)
    | (?P<blank>  [ $`]+ | \\(?:left|right)(?:\\?[\[\](){{}}|.])? | \\[,;:!\ ()\[\]] | \\q?quad
                  | \\(?:hline|toprule|midrule|bottomrule) | \\(?:begin|end)\{{(?:equation|align|aligned|gather|center)\*?\}})
    | (?P<gap>    ,(?=\s*[,;]))
    | (?P<comma>  [,&])
    | (?P<row>    ; | \\\\(?:\[[^\]\n]*\])?)
    | (?P<word>   [+-]?(?:{"|".join(map(re.escape, WORDS))})(?![\w.:=]))
    | (?P<option> ["']?\b(?P<key>dtype|device|requires_grad|grad_fn|size|shape|layout|weak_type|id|names|mask|place|stop_gradient|ctx|path|fill_value|strides|const[ ]ndim)["']?\s*[=:]\s*
                  (?P<setting> <[^<>\n]*> | "[^"\n]*" | '[^'\n]*' | torch\.Size\(\[[^\]\n]*\]\)
                  | Place\([^()\n]*\) | \([^()\n]*\) | \[[^\[\]\n]*\] | [\w./+-]+(?:[ ]?\(\w*\))? ))
    | (?P<size>   torch\.Size\(\[[^\]\n]*\]\))
    | (?P<dtype>  (?:\bdtype[ ])?\b(?:{_LIBRARY}\.)?(?:b?float(?:16|32|64)|half|double)\b(?![ ]*[\[({{=*]))
    | (?P<call>   {_CALL})
    | (?P<angle>  <class[ ]'[\w.]+'> | <(?:tf\.\w+|KerasVariable|Variable|Tensor)\b[ ]?(?:'[^'\n]*')?:? | >(?=[\s,)\]]|$))
    | (?P<keyed>  (?:"[^"\n]{{0,80}}"|'[^'\n]{{0,80}}'|[0-9]{{1,9}})[ ]*(?::(?!\d)|=>))
    | (?P<begin>  \\begin\{{(?P<matrix>{_MATRIX})\}}(?:\{{[clr|\s]*\}})?)
    | (?P<end>    \\end\{{(?P<matrix_end>{_MATRIX})\}})
    | (?P<name>   (?:Parameter|Variable)[ ]containing: | (?:vec|array|arr[0-9]|tensor)!
                | \\(?!begin|end)[a-zA-Z]+[\w\\{{}}^ ()/'∂|,&]{{0,80}}=
                | {_LABEL_WORD}(?:[ ]{_LABEL_WORD}|[ ]\([^()\n]{{0,40}}\)|[ ][0-9]{{1,6}}(?=[ ]?[:=])){{0,6}}[ ]*(?:=(?!=)|:=?|<<|->|→|(?<=[ ])(?:is|are|was|equals)(?=[ ]+[+-]?[0-9.]))
                | ["'][A-Za-z_][\w.]{{0,60}}["'][ ]*(?=,))
    | (?P<word_before> {_LABEL_WORD}(?:[ ]{_LABEL_WORD}){{0,4}}[ ]*(?:\n[ ]*){{0,2}}(?=[\[{{]|{_CALL}))
    | (?P<open>   [\[({{])
    | (?P<close>  [\])}}])
    """,
    re.VERBOSE,
)
