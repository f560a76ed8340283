"""Why there is nan or inf among somebody's numbers: what the logits that they start from can do."""

from collections.abc import Iterator

import numpy as np

from core.diagnosis.case import Case
from core.inputs import Array

_RANGES = {"float64": (709.78, -745.13), "float32": (88.72, -103.97), "float16": (11.09, -17.33)}
"""Of a dtype, above which exp is inf, and below which it is 0."""
_OF_ROWS = ("y", "J", "dL_dy", "dL_dz")
"""Quantities that have something for each row."""
_NOTHING = (
    "There is nan or inf among your numbers, and nothing in these logits overflows, vanishes or divides "
    "by 0 in float32: it was there before, as in a mask, a mean over no rows, or the weights of an earlier "
    "step; or a result is beyond 65 504 in float16."
)


def reason(case: Case, quantity: str, got: Array) -> str:
    """A sentence for numbers of a quantity that are not all finite; "" if they are."""
    if np.isfinite(got).all():
        return ""
    m, causes = len(case.z), list(_causes(case))
    if quantity in _OF_ROWS and len(got) == m:
        bad = np.asarray(~np.isfinite(got.reshape(m, -1)).all(axis=1))
        exact = [says for rows, says in causes if np.array_equal(rows, bad)]
        wider = [says for rows, says in causes if (bad <= rows).all()]
        return next((says.format(where=_listed(bad)) for says in (*exact, *wider)), _NOTHING)
    return next((says.format(where=_listed(rows)) for rows, says in causes if rows.any()), _NOTHING)


def _causes(case: Case) -> Iterator[tuple[Array, str]]:
    """Rows and what happens in them, the likeliest first."""
    x = case.logits / case.temperature
    top = x.max(axis=-1)
    log_y = case.soft.log_y
    t = np.zeros(x.shape) if case.t is None else case.t
    yield (
        np.isneginf(top),
        "All logits are −inf in {where}: exp of each is 0, and 0/0 is nan. A row that is masked "
        "whole has no softmax.",
    )
    for dtype, (above, below) in _RANGES.items():
        yield (
            top > above,
            f"A logit is above {above:g} in {{where}}: its exp is inf in {dtype}, and inf/inf is nan. Subtract "
            "each row's own maximum first.",
        )
        yield (
            top - top.max() < below,
            f"All logits are more than {-below:g} below the largest of the batch in {{where}}: shifted by that, "
            f"and not by the row's own maximum, every exp is 0 in {dtype}, and 0/0 is nan.",
        )
        yield (
            ((log_y < below) & (t != 0)).any(axis=-1),
            f"y of the target is 0 in {dtype} in {{where}}: −log 0 is inf, 1/0 is inf, and inf · 0 is nan. Take "
            "y − t in one step, or log-softmax.",
        )
        yield (
            ((log_y < below) & (t == 0)).any(axis=-1),
            f"A y is 0 in {dtype} in {{where}}, where t is 0 as well: 0 · log 0 and 0/0 are nan. Sum over the "
            "target's class alone, or take log-softmax.",
        )


def _listed(rows: Array) -> str:
    """Rows as people count them."""
    if rows.all():
        return "every row" if len(rows) > 1 else "the row"
    which = [str(k + 1) for k in np.flatnonzero(rows)]
    if len(which) == 1:
        return f"row {which[0]}"
    more = f" and {len(which) - 8} more" if len(which) > 8 else ""
    return f"rows {', '.join(which[:8])}{more}"
