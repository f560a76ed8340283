"""What is written beside a number is what the number is."""

import re

import pytest

from pages.notation.palette import subscript
from tests.pages.page_driver import boards, numbers, open_page, opened, parts

MATRICES = {
    "A: yᵢ(1 − yᵢ)": ("A", "y", "z"),
    "B: −yᵢyⱼ": ("B", "y", "z"),
    "A + B": ("J", "y", "z"),
    "J": ("J", "y", "z"),
    "J = ∂y/∂z": ("J", "y", "z"),
    "Jᵀ": ("J", "z", "y"),
    "g = ∂L/∂y": ("g", "g", "y"),
    "gᵀ": ("g", "y", "gᵀ"),
    "∂L/∂z = g J": ("dL_dz", "∂L", "z"),
    "(∂L/∂z)ᵀ = Jᵀgᵀ": ("dL_dz", "z", "∂L"),
}
"""Title → quantity, and the symbols down its rows and along its columns."""

BARS = {
    "Logits z": ("z", "z"),
    "y = softmax(z/τ)": ("y", "y"),
    "Cross-entropy: ∂L/∂z": ("dL_dz_ce", "z"),
    "Squared error: ∂L/∂z": ("dL_dz_mse", "z"),
}

ROWS = {
    "predicted: column {j} of J times δ": "predicted",
    "true change of y": "actual",
    "true − predicted": "difference",
    "gᵢ": "g",
    "Jᵢⱼ in column {j}": "J_column",
    "term gᵢ · Jᵢⱼ": "terms",
    "running total": "running",
    "matrix product g J": "by_matrix",
    "sum of terms Σᵢ gᵢJᵢⱼ": "by_terms",
    "y ⊙ (g − ⟨g, y⟩)/τ": "dL_dz",
    "logit z": "z",
    "output y": "y",
    "target t": "t",
    "cross-entropy  g = ∂L/∂y": "g_ce",
    "squared error  g = ∂L/∂y": "g_mse",
    "cross-entropy  ∂L/∂z": "dL_dz_ce",
    "squared error  ∂L/∂z": "dL_dz_mse",
    "push on the logit": "opposite",
}

BEFORE = {
    "the largest difference is ": "asymmetry",
    "the rank is ": "rank",
    "Eigenvalues ": "eigenvalues",
    "No product g J is longer than ": "spectral_norm",
    "1/(2τ) = ": "spectral_norm_bound",
    "Saturation ": "saturation",
    "of 1: y is ": "regime",
    "The largest difference between them is ": "disagreement",
    "Loss: cross-entropy ": "loss_ce",
    ", squared error ": "loss_mse",
    "Length of ∂L/∂z: ": "norm_ce",
    " with cross-entropy, ": "norm_mse",
    "a ratio of ": "norm_ratio",
    "±1/τ = ±": "end",
}
"""The end of the words before a number in a sentence → its quantity."""

VIEWS = [
    ("puzzle", {"answer": "No", "ask": "CE"}),
    ("jacobian", {}),
    ("upstream", {}),
    ("losses", {}),
]
STATE = {"n": 4, "i": "3", "j": "4", "t": "2"}


def blocks(kind):
    """Every block of a kind on every page, with its page."""
    return [
        block
        for page, whole in VIEWS
        for board in boards(open_page(page, **STATE, **whole)).values()
        for block in parts(board)
        if block.get("kind") == kind
    ]


def classes(symbol):
    return [subscript(symbol, k) for k in range(STATE["n"])]


def test_a_matrix_has_the_name_the_rows_and_the_columns_of_its_quantity():
    found = blocks("matrix")
    assert {block["title"] for block in found} == MATRICES.keys()
    for block in found:
        quantity, down, along = MATRICES[block["title"]]
        n = STATE["n"]
        assert block["quantity"] == quantity
        assert block["rows"] == (classes(down) if down in ("y", "z") else [down])
        assert block["columns"] == (classes(along) if along in ("y", "z") else [along])
        assert block["shape"] == f"{len(block['rows'])}×{len(block['columns'])}"
        assert {len(block["rows"]), len(block["columns"])} <= {1, n}
        assert (block["rowSums"], block["columnSums"]) in (
            (None, None),
            ("row_sums", None),
            ("row_sums", "column_sums"),
        )


def test_the_colour_of_a_matrix_reaches_its_end_at_the_largest_value_it_can_have():
    """yᵢ(1 − yᵢ) and yᵢyⱼ are at most ¼ at τ = 1."""
    for block in blocks("matrix"):
        assert (
            block["scale"]
            == {"A": 0.25, "B": 0.25, "J": 0.25, "g": 5, "dL_dz": 1}[block["quantity"]]
        )


def test_bars_have_the_name_and_the_classes_of_their_quantity():
    found = blocks("bars")
    assert {block["title"] for block in found} == BARS.keys()
    for block in found:
        quantity, symbol = BARS[block["title"]]
        assert block["quantity"] == quantity
        assert block["labels"] == classes(symbol)
        # An output has no sign; everything else may be negative.
        assert block["signed"] == (quantity != "y")


def test_a_row_of_vectors_is_labelled_with_its_quantity():
    found = {row["label"]: row["quantity"] for b in blocks("vectors") for row in b["rows"]}
    assert found == {label.format(j=STATE["j"]): q for label, q in ROWS.items()}


def test_the_words_before_a_number_name_it():
    unseen = set(BEFORE)
    for block in blocks("text"):
        for words, number in zip(block["parts"], block["parts"][1:], strict=False):
            if not (isinstance(words, str) and isinstance(number, dict)) or words == ", ":
                continue
            if ends := re.search(r"∂(.)(.)/∂z(.) = $", words):
                i, j = (str("₀₁₂₃₄₅₆₇₈₉".index(k) - 1) for k in (ends[2], ends[3]))
                expected = ("J", f"{i},{j}") if ends[1] == "y" else None
                assert (number["quantity"], number["index"]) == expected
            elif ends := re.search(r"∂L/∂z(.) = $", words):
                j = str("₀₁₂₃₄₅₆₇₈₉".index(ends[1]) - 1)
                assert (number["quantity"], number["index"]) == ("dL_dz", j)
            else:
                (name,) = [end for end in BEFORE if words.endswith(end)]
                assert number["quantity"] == BEFORE[name]
                unseen.discard(name)
    assert unseen == set()


def test_the_picked_cell_and_column_are_framed():
    framed = {
        (block["quantity"], block.get("row"), block.get("column"))
        for block in blocks("matrix")
        if block["pick"]
    }
    # Row 3 and column 4 as people count; on the upstream page only a column is picked.
    assert framed == {("J", 2, 3), ("J", None, 3), ("dL_dz", None, 3)}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("page", [page for page, _ in VIEWS])
def test_every_number_a_block_points_at_exists(page, seed):
    for board in boards(opened(page, seed)[0]).values():
        shapes = {name: value.shape for name, value in numbers(board).items()}
        for part in parts(board):
            n = next(shape[0] for shape in shapes.values() if shape) if any(shapes.values()) else 0
            if "index" in part:
                index = tuple(int(k) for k in part["index"].split(",") if k)
                shape = shapes[part["quantity"]]
                assert len(index) == len(shape)
                assert all(0 <= k < size for k, size in zip(index, shape, strict=True))
            elif part.get("kind") == "bars":
                assert shapes[part["quantity"]] == (len(part["labels"]),)
            elif part.get("kind") == "matrix":
                rows, columns = len(part["rows"]), len(part["columns"])
                expected = {(rows, columns), *((s,) for s in (rows, columns) if rows != columns)}
                assert shapes[part["quantity"]] in expected
                for sums in (part["rowSums"], part["columnSums"]):
                    assert sums is None or shapes[sums] == (n,)
            elif part.get("kind") == "vectors":
                for row in part["rows"]:
                    assert shapes[row["quantity"]] == (len(part["columns"]),)


REGIMES = [
    ({"z1": 0, "z2": 0, "z3": 0}, "spread out"),
    ({"z1": 2, "z2": 0, "z3": 0}, "leaning"),
    ({"z1": 9, "z2": 0, "z3": 0}, "saturated"),
]


@pytest.mark.parametrize(("z", "word"), REGIMES, ids=[word for _, word in REGIMES])
def test_the_word_for_saturation_fits_the_number(z, word):
    board = boards(open_page("jacobian", **z))["facts_board"]
    (wording,) = [part for part in parts(board) if part.get("quantity") == "regime"]
    assert wording["words"][int(numbers(board)["regime"])].startswith(word)
