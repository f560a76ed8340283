"""What a formula gives, cell by cell, as Markdown: which are right at each of the states."""

from collections.abc import Sequence
from fractions import Fraction

from core.inputs import Array
from core.practice import Exercise, Tried
from pages.notation.number_format import fixed

FORMULA_HELP = (
    "+ − * / work entry by entry. sum(v) of a vector; dot(a, b) or a @ b; outer(a, b); diag(v) makes a "
    "matrix, diag(M) takes its diagonal; rowsum(M), colsum(M), transpose(M); exp, log, softmax; ^2."
)
_BETWEEN = "\u2002 "
"""Between two cells: a wide space, and one at which a line may break."""


def summary(found: Sequence[Tried]) -> str:
    """How many cells are right, at how many states."""
    right, count = sum(int(one.right.sum()) for one in found), sum(one.right.size for one in found)
    if right == count:
        return f"All {count} cells are right, at {len(found)} states."
    return f"{right} of {count} cells are right, at {len(found)} states."


def cells(found: Sequence[Tried]) -> str:
    """An item for each state, with its cells below it; of matrices only the first state’s."""
    first, *others = found
    if first.got.ndim == 1:
        return "\n".join(_item(one.state, _row(one.got, one.right)) for one in found)
    matrix = [_row(*line) for line in zip(first.got, first.right, strict=True)]
    return "\n".join(
        [
            _item(first.state, *matrix),
            *(
                _item(
                    o.state, f"{_mark(bool(o.right.all()))} {int(o.right.sum())} of {o.right.size}"
                )
                for o in others
            ),
        ]
    )


def _item(state: Exercise, *lines: str) -> str:
    return "  \n  ".join([f"- {_at(state)}", *lines])


def _at(e: Exercise) -> str:
    total = sum(e.weights)
    y = f"y = ({', '.join(str(Fraction(w, total)) for w in e.weights)})"
    if e.asked == ("J",):
        return y
    if e.g:
        return f"{y}, g = ({', '.join(str(k).replace('-', '−') for k in e.g)})"
    return f"{y}, target {e.target + 1}"


def _row(values: Array, right: Array) -> str:
    """(n,)"""
    return _BETWEEN.join(
        f"{_mark(bool(ok))}\u00a0{fixed(float(v), 3)}" for v, ok in zip(values, right, strict=True)
    )


def _mark(right: bool) -> str:
    return ":green[✓]" if right else ":red[✗]"
