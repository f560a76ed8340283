"""What is pasted, uploaded or taken home: shown letter by letter, bounded, and harmless."""

import ast
import csv
import io
import tomllib
import zipfile

import numpy as np
import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import example, given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import core
from core import racing
from core.diagnosis import attention_steps
from core.reading import ReadingError
from pages.instruments.check_softmax import SOFTMAX
from pages.notation import snippets
from pages.state.controls import CONTROLS
from pages.state.kinds import MAX_TEXT, Text
from pages.ui import export, race
from tests.pages.page_driver import ROOT, elements, open_page, quantities, random_state
from tests.patience import cpu_at_most

MARKUP = [
    '"><img src=qWx7Kz onerror=alert(1)>',
    "</script><script>alert('qWx7Kz')</script>",
    "[qWx7Kz](javascript:alert(1))",
    "**qWx7Kz** :red[qWx7Kz] $qWx7Kz$ `qWx7Kz`",
    "```qWx7Kz\n# 1\n```",
    "qWx7Kz\x00\x07\x1b[31m\u202e\u2066",
    "1 2 qWx7Kz",
    "\n\n\n    1 2 <b>qWx7Kz</b>",
]
AS_TEXT = {"text_area", "code", "bidi_component"}
TEXTS = [key for key, control in CONTROLS.items() if isinstance(control, Text)]


def kinds_with(at, words):
    """The kinds of elements in which the words stand."""
    return {
        e.type
        for e in elements(at)
        if getattr(e, "proto", None) is not None and words in str(MessageToDict(e.proto))
    }


ROW = {
    "got": ["dL_dz", "dL_dW"],
    "input": "2 1 0.1",
    "target": "0",
    "h": "1 2",
    "got_dL_dz": "0 0 0",
}
PAIRS = dict.fromkeys(("Q", "K", "V", "dO", "got_dS"), "1 2\n3 4") | {"given": "QKV"}


@pytest.mark.parametrize("text", MARKUP, ids=range(len(MARKUP)))
@pytest.mark.parametrize(
    ("state", "key"),
    [
        *((ROW, key) for key in ("input", "target", "h", "got_dL_dz")),
        *((PAIRS, key) for key in ("Q", "K", "V", "dO", "got_dS")),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_markup_in_a_pasted_text_is_shown_letter_by_letter(state, key, text):
    at = open_page("check", **(state | {key: text}))
    assert not at.exception
    assert "code" in kinds_with(at, "qWx7Kz"), "the refusal quotes it"
    assert kinds_with(at, "qWx7Kz") <= AS_TEXT


@pytest.mark.parametrize("text", ["1 " * 10**6, "[" * 10**6, "x" * 10**6, "\n" * 10**6])
def test_a_huge_text_is_cut_and_answered_in_bounded_time(text):
    at = open_page("check", input="2 1 0.1", target="0")
    with cpu_at_most(5):
        at.text_area(key="got_dL_dz").set_value(text + text).run()
    assert not at.exception
    assert len(at.session_state["got_dL_dz"]) <= MAX_TEXT
    assert "got_dL_dz" not in at.query_params


def test_short_texts_that_make_a_huge_product_are_refused_before_it_is_made():
    at = open_page("check", given="QKV", attn="P", V="[[1]]", got_P="1")
    with cpu_at_most(5):
        for key in "QK":
            at.text_area(key=key).set_value("[" + "[1]," * 100_000 + "[1]]")
        at.run()
    assert not at.exception
    (said, *_) = [c.value for c in at.code]
    assert said.startswith("P: expected at most 1000000 numbers, got 10000200001")


def test_every_text_is_bounded_and_all_together_fit_one_message():
    of_softmax = {"got": list(core.diagnosis.case.QUANTITIES), "h": "1", "input": "1 2"}
    of_attention = {"given": "QKV", "attn": list(attention_steps.QUANTITIES)}
    known = {"done"}  # a page of its own
    for view in (of_softmax, of_attention):
        areas = open_page("check", **view).text_area
        known |= {area.key for area in areas}
        assert {area.proto.max_chars for area in areas} == {MAX_TEXT}
    assert known == set(TEXTS)
    server = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["server"]
    assert len(TEXTS) * MAX_TEXT < 1e6 * server["maxWidgetStateSize"]
    assert len(TEXTS) * MAX_TEXT < 1e6 * server["maxMessageSize"]


@pytest.mark.parametrize("name", MARKUP)
def test_the_name_of_a_file_is_shown_letter_by_letter(name):
    """A name of nothing known is refused in its own words; `verdicts.refusal` puts them in code."""

    def page(name):
        from pages.instruments.check_softmax import SOFTMAX
        from pages.ui import verdicts

        try:
            SOFTMAX.uploads([(name + ".csv", b"1 2")])
        except ValueError as error:
            verdicts.refusal(error, {})

    at = AppTest.from_function(page, args=(name,)).run()
    assert not at.exception
    assert kinds_with(at, "qWx7Kz") == {"code"}


@pytest.mark.parametrize(
    "member", ["../../etc/passwd", "<b>z</b>.npy", "z.npy/", "\u202ez.npy", ""]
)
def test_an_array_of_a_hostile_name_in_an_npz_is_refused_and_touches_no_file(
    member, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    array, packed = io.BytesIO(), io.BytesIO()
    np.save(array, np.eye(2))
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(member or "empty.npy", array.getvalue())
    with pytest.raises(ReadingError, match="expected"):
        SOFTMAX.uploads([("mine.npz", packed.getvalue())])
    assert list(tmp_path.iterdir()) == []


def test_the_largest_file_is_judged_in_bounded_time():
    file = io.BytesIO()
    np.save(file, np.random.default_rng(0).normal(size=(1000, 1000)))
    given_ = SOFTMAX.uploads([("dL_dz.npy", file.getvalue()), ("z.npy", file.getvalue())])
    with cpu_at_most(10):
        assert not core.diagnose(**given_, t=np.zeros(1000, int)).verdicts["dL_dz"].right


@given(st.dictionaries(st.sampled_from(["z", "t", "dL_dz"]), st.text(), min_size=1))
@example({"z": "0', __import__('os').system('x'), '"})
@example({"z": "'''\n\"\"\"\\"})
@example({"z": "1\r\u2028import os"})
def test_code_made_of_a_pasted_text_holds_it_as_a_string_and_nothing_else(texts):
    """Who sends the link writes the text; who opens it may run the code."""
    code = ast.parse(snippets.diagnosis("diagnose", texts, {"loss": "CE", "temperature": 1.0}))
    assert [type(statement).__name__ for statement in code.body] == ["ImportFrom", "Expr"]
    (call,) = [n for n in ast.walk(code) if isinstance(n, ast.Call) and n.keywords]
    found = {k.arg: ast.literal_eval(k.value) for k in call.keywords}
    assert {name: found[name] for name in texts} == texts


def cells(text):
    return [cell for row in csv.reader(io.StringIO(text)) for cell in row]


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_no_cell_of_an_exported_csv_is_a_formula():
    """A spreadsheet runs a cell that begins with = + - or @, unless it is a number."""
    tables = [
        export.csv(quantities(page, random_state(seed, page)))
        for page in ("puzzle", "jacobian", "upstream", "losses", "network")
        for seed in range(3)
    ]
    one = core.RaceSettings(epochs=2, hidden=2, batch_size=128)
    run = race.Race(one)
    run.advance(racing.advanced)
    for text in [*tables, run.csv(), export.csv({"z": [-np.inf, np.nan, -1e-300]})]:
        for cell in cells(text):
            assert cell == "" or is_number(cell) or cell[0].isalpha(), cell
