"""Texts that are no numbers: kept, shown as they are, and the character to blame is pointed at."""

import re
from functools import cache

import pytest
from hypothesis import example as example_text
from hypothesis import given, settings
from hypothesis import strategies as st

import core
from pages.instruments.check_softmax import SOFTMAX
from tests.pages.check.bench import (
    CANARY,
    ROW_SUMS,
    alerts,
    check,
    notes,
    paste,
    press,
    refusal,
    strings_by_type,
    title_of,
    titles,
)
from tests.pages.page_driver import boards


def blamed(text, source="dL_dz"):
    """What the page must say of a text, or None if it can be read."""
    try:
        core.read_numbers(text)
    except core.ReadingError as error:
        return error.of(source)
    return None


HOSTILE = [
    f"{CANARY} 0.1",
    f"**{CANARY}**",
    f"[{CANARY}](javascript:alert(1))",
    f"![{CANARY}](http://example.com/x.png)",
    f":red[{CANARY}]",
    f":material/{CANARY}:",
    f"${CANARY}$",
    f"$$\\href{{javascript:alert(1)}}{{{CANARY}}}$$",
    f"\\begin{{bmatrix}} {CANARY} \\end{{bmatrix}}",
    f"</code></pre><script>{CANARY}</script>",
    f"<img src=x onerror=alert('{CANARY}')>",
    f"```\n{CANARY}\n```\n# {CANARY}",
    f"\x00\x1b[31m{CANARY}\x07\u202e\u2028\r",
    f"0.1 0.2 {'{'}{CANARY}{'}'}",
    f"[[1, 2], [3, {CANARY}]]",
    f"{CANARY}" * 50,
]


FIELDS = {"input": "z", "target": "target", "h": "h", "got_dL_dW": "dL_dW"}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_text_reaches_the_browser_as_literal_code_and_in_its_area_only(text):
    link = {"input": "2 1", "target": "0", "h": "1", "got": "dL_dW", "got_dL_dW": "0 0"}
    for field, source in FIELDS.items():
        at = check(**(link | {field: text}))
        assert at.text_area(key=field).value == text
        error = blamed(text, source)
        assert refusal(at)[0] == str(error)
        where = {kind for kind, said in strings_by_type(at) if CANARY in said}
        assert {"text_area"} <= where <= {"text_area", "code"}
        assert all(c.language == "plaintext" for c in at.code)
        assert not boards(at)


def test_the_search_for_hostile_text_would_find_it_in_markdown():
    at = press(check(), "The row sums")
    assert "markdown" in {
        k for k, said in strings_by_type(at) if "right answer to the wrong" in said
    }


SIGNS = st.sampled_from(
    [
        *(
            "[",
            "]",
            "(",
            ")",
            ",",
            ";",
            "\n",
            "\t",
            " ",
            "0.5",
            "-1e-3",
            "nan",
            "...",
            "*",
            "_",
            "`",
        ),
        *("$", ":red[", "](javascript:alert(1))", "![](http://x)", "<b>", "&amp;", "\\\\", "🙂"),
        *(
            "\\begin{pmatrix}",
            "\\end{pmatrix}",
            "&",
            "tensor(",
            "dtype=",
            "\x00",
            "\x1b",
            "\r",
            "−",
        ),
    ]
)


ANY_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.lists(SIGNS, max_size=25).map("".join),
)


@cache
def workbench():
    return paste(check(), input="2 1 0.1", target="0")


@settings(max_examples=120)
@given(ANY_TEXT)
@example_text("\n,")
def test_any_text_is_kept_and_what_cannot_be_read_is_shown_with_a_caret_below(text):
    at = paste(workbench(), got_dL_dz=text)
    assert (at.text_area(key="got_dL_dz").value or "") == text
    error = blamed(text)
    if not text.strip():
        assert at.info
    elif error is None:
        assert alerts(at)
    elif error.line is None:
        assert refusal(at) == (str(error),)
    elif not text.split("\n")[error.line - 1]:
        assert refusal(at)[0] == str(error)  # "\n," has no numbers, and no character to blame
    else:
        message, snippet, caret = refusal(at)
        assert message == str(error)
        assert f"line {error.line}, column {error.column}: " in message
        line = text.split("\n")[error.line - 1]
        at_caret = len(caret) - 1
        assert caret == " " * at_caret + "^"
        before, behind = line[: error.column - 1], line[error.column - 1 :]
        assert at_caret <= 30
        assert len(snippet) <= 60
        shown_before, shown_behind = snippet[:at_caret], snippet[at_caret:]
        assert printable(before).endswith(printable(shown_before))
        assert printable(behind).startswith(printable(shown_behind))
        assert len(before) <= 29 or len(shown_before) == 29
        assert shown_behind or not behind


def printable(text):
    """Without what a page may show as a blank."""
    return re.sub(r"[^!-~−∂]", " ", text)


@pytest.mark.parametrize(
    ("text", "snippet", "caret"),
    [
        ("0.1 O.2", "0.1 O.2", "    ^"),
        ("  x", "  x", "  ^"),
        ("[1, 2],\n[3, 4x]", "[3, 4x]", "    ^"),
        ("1 2\r\n3 x", "3 x", "  ^"),
        ("−1 −2 oops", "−1 −2 oops", "      ^"),
        ("1 " * 40 + "x" + " 2" * 40, ("1 " * 40 + "x" + " 2" * 40)[51:111], " " * 29 + "^"),
        ("[1 2 3", "[1 2 3", "^"),
    ],
)
def test_the_caret_stands_below_the_character_to_blame(text, snippet, caret):
    assert refusal(paste(workbench(), got_dL_dz=text))[1:] == (snippet, caret)


@pytest.mark.parametrize(
    "text", ["1\t2\t\tx3", "\x0b\x0b!", "１ 2 x", "e\u0301 x", "🙂 1"], ids=ascii
)
def test_nothing_before_the_caret_is_wider_or_narrower_than_it_counts(text):
    _, snippet, caret = refusal(paste(workbench(), got_dL_dz=text))
    before = snippet[: len(caret) - 1]
    assert re.fullmatch(r"[ -~−∂é]*", before), ascii(before)
    assert len(snippet) == len(text)


def test_a_parse_error_in_the_target_is_shown_in_the_text_of_the_target():
    at = check(input="2 1 0.1", target="  first", got_dL_dz="0 0 0")
    assert refusal(at)[0].startswith("target: line 1, column 3: expected a number, got 'first'")
    assert refusal(at)[1:] == ("  first", "  ^")


def test_how_a_text_was_understood_is_said_where_it_could_be_understood_otherwise():
    at = check(input="2,0 1,0 0,1", target="0", got_dL_dz="0 0 0")
    assert title_of("row-sums") in titles(at)
    assert notes(at)[0].startswith("Reading z\\: 2,0 is read as 2\\.0")
    assert not [note for note in notes(check(**ROW_SUMS)) if "decimal comma" in note]


def test_a_short_text_is_read_once_and_nobody_can_change_what_others_are_given():
    read = SOFTMAX.read({"z": "2 1 0.1", "t": "0"})
    again = SOFTMAX.read({"z": "2 1 0.1", "t": "0"})
    assert all(read[name] is again[name] for name in ("z", "t"))
    with pytest.raises(ValueError, match="read-only"):
        read["z"].values[0] = 3
    long = " ".join(["0.5"] * 10_000)
    assert SOFTMAX.read({"z": long})["z"] is not SOFTMAX.read({"z": long})["z"]
