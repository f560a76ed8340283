"""Colours: one per class everywhere, and the two ends of the signed scale."""

CLASS_COLORS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#8C7A00",
    "#8A8A8A",
    "#882255",
    "#44AA99",
)
"""Okabe & Ito 2008 (jfly.uni-koeln.de/color), its yellow darkened to be seen on white; classes 9
and 10 from Tol 2021 (personal.sron.nl/~pault). A label always stands beside the colour."""

POSITIVE = "#e08214"
NEGATIVE = "#8073ac"
"""ColorBrewer's PuOr, safe for the colour-blind; mixed into the theme's background."""

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subscript(symbol: str, *index: int) -> str:
    """A symbol with indices as people count them, from 1: ("y", 0) → y₁."""
    return symbol + ",".join(str(i + 1) for i in index).translate(_SUBSCRIPTS)


def labels(symbol: str, n: int) -> list[str]:
    """z₁ … zₙ."""
    return [subscript(symbol, k) for k in range(n)]
