"""Worksheet, key and Moodle's questions: the same from the same, right, and nothing from elsewhere."""

import re
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.practice import KINDS, LEVELS, judge
from core.practice.choices import FAR
from core.practice.wrong import answer, wrong_answers
from pages.sheet.__main__ import main
from pages.sheet.choice import MOST, Choice, screens
from pages.sheet.cloze import Alternative, choice, numerical
from pages.sheet.files import FILES
from tests.core.practice.test_exercises import by_hand

EVERY = Choice(tuple(KINDS), (1, 3), 20, 7, "https://example.org/app/")
NUMBERS = [kind for kind in KINDS if kind not in ("find", "formula", "signs")]

choices = st.builds(
    Choice,
    st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=4, unique=True).map(tuple),
    st.lists(st.sampled_from(LEVELS), min_size=1, max_size=2, unique=True).map(tuple),
    st.integers(1, 5),
    st.integers(0, 9999),
)


@settings(max_examples=8, deadline=None)
@given(choices)
def test_the_same_choice_is_the_same_file_to_the_byte_and_another_seed_is_another(one):
    again = Choice(one.kinds, one.levels, one.count, one.seed)
    for make in FILES.values():
        assert make(one) == make(again)
    other = Choice(one.kinds, one.levels, one.count, (one.seed + 17) % 10000)
    assert [s.name for s in screens(other)] != [s.name for s in screens(one)]


def test_kinds_and_levels_come_in_order_and_equally_often_and_nothing_is_asked_twice():
    found = screens(Choice(("CE", "entry"), (2, 4), 40, 0))
    assert [s.exercise.kind for s in found] == ["entry"] * 20 + ["CE"] * 20
    assert [s.exercise.level for s in found] == ([2] * 10 + [4] * 10) * 2
    assert len({(s.task, s.given) for s in found}) == 40


def test_there_may_be_more_formulas_than_there_are_questions():
    assert len(screens(Choice(("formula",), (4,), 12, 9995))) == 12


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (((), (1,), 1, 0), "expected kinds among entry, row"),
        ((("CE", "ce"), (1,), 1, 0), "got CE, ce"),
        ((("CE",), (0,), 1, 0), "expected levels among 1, 2, 3, 4; got 0"),
        ((("CE",), (1,), 0, 0), f"a count from 1 to {MOST}"),
        ((("CE",), (1,), 1, 10000), "a seed from 0 to 9999"),
    ],
)
def test_a_choice_that_there_is_not_is_named(given, message):
    with pytest.raises(ValueError, match=message):
        Choice(*given)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(NUMBERS), st.integers(0, 9999))
def test_wrong_answers_are_apart_from_the_right_one_and_from_each_other_and_diagnosed_as_themselves(
    kind, seed
):
    (one,) = screens(Choice((kind,), (4,), 1, seed))
    e = one.exercise
    right = answer(e)
    np.testing.assert_allclose(right, [float(v) for v in by_hand(e)], atol=1e-12)
    found = wrong_answers(e)
    assert found
    values = [right, *(w.values for w in found)]
    for k, a in enumerate(values):
        assert all(np.abs(a - b).max() >= FAR for b in values[:k])
    w = found[seed % len(found)]
    entries = dict(zip(e.keys, (f"{v:.6f}" for v in w.values), strict=True))
    told = judge(e, entries)
    named = {x.name for v in told.found.verdicts.values() for x in v.explanations}
    assert {m.name for m in w.mistakes} & named
    assert not told.right


class Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("name", ["worksheet.html", "key.html"])
def test_what_is_printed_has_all_exercises_and_neither_script_nor_anything_from_elsewhere(name):
    found = Elements(FILES[name](EVERY))
    assert found.tags.count("h2") >= 20
    assert not {"script", "img", "iframe", "object", "form"} & set(found.tags)
    assert {key for key, _ in found.attributes} & {"src", "onclick", "style"} == set()
    links = [value for key, value in found.attributes if key == "href"]
    assert len(links) == 20
    assert all(
        re.fullmatch(r"https://example\.org/app/practice\?kind=\w+&level=\d&seed=\d+", v)
        for v in links
    )
    assert not any("\\" in text or "$" in text for text in found.text), "LaTeX that was not drawn"
    assert "default-src 'none'" in next(v for k, v in found.attributes if k == "content")


def test_a_worksheet_has_a_box_for_each_entry_and_no_answer():
    one = Choice(("CE", "find"), (4,), 2, 3)
    text = FILES["worksheet.html"](one)
    ce, find = screens(one)
    assert text.count('class="blank"') == len(ce.boxes)
    assert text.count('class="tick"') == 4
    assert ",".join(str(v) for v in by_hand(ce.exercise)) not in text
    assert find.exercise.made.explanation not in text


def test_a_key_has_a_row_for_each_wrong_answer_and_each_mistake_once():
    one = Choice(("CE", "row"), (2,), 4, 11)
    text = FILES["key.html"](one)
    wrong = [w for s in screens(one) for w in wrong_answers(s.exercise)]
    assert text.count("<li><span") == len(wrong)
    named = {m.name for w in wrong for m in w.mistakes}
    assert text.count("<dt>") == len(named)


FRACTION = r"=|%(-?[0-9]+(?:[.,][0-9]*)?)%"
ANSWER = r".+?(?<!\\|&)(?=[~#}]|$)"
FEEDBACK = r".*?(?<!\\)(?=[~}]|$)"
ALTERNATIVE = f"(?:({FRACTION}))?({ANSWER})(?:#({FEEDBACK}))?"
FIELD = re.compile(
    rf"\{{([0-9]*):(NUMERICAL|MULTICHOICE_H):((?:{ALTERNATIVE})(?:~(?:{ALTERNATIVE}))*)\}}", re.S
)
"""As Moodle documents its embedded answers, and finds them."""


def fields(text):
    """By field: its kind, and its alternatives as (percent, answer, tolerance, feedback)."""
    found = []
    for match in FIELD.finditer(text):
        alternatives = []
        for part in re.finditer(rf"(?:^|~){ALTERNATIVE}", match[3], re.S):
            sign, percent, given, told = part.groups()
            value, _, tolerance = unescape(given).partition(":")
            points = 100 if sign == "=" else float(percent or 0)
            alternatives.append((points, value, tolerance, unescape(unescape(told or ""))))
        found.append((match[2], alternatives))
    return found


def judged(alternatives, value):
    """The first alternative that a number meets, as Moodle takes it."""
    for points, text, tolerance, told in alternatives:
        if text == "*" or abs(float(text) - value) <= float(tolerance):
            return points, told
    return 0, ""


@pytest.fixture(scope="module")
def quiz():
    return ElementTree.fromstring(FILES["moodle.xml"](EVERY)).findall("question")


def test_moodles_file_is_a_category_and_a_question_for_each_exercise(quiz):
    first, *questions = quiz
    assert first.get("type") == "category"
    assert first.findtext("category/text").startswith("$course$/top/")
    assert len(questions) == 20
    assert len({q.findtext("name/text") for q in questions}) == 20
    kinds = [q.get("type") for q in questions]
    assert [kinds.count(k) for k in ("numerical", "cloze", "multichoice", "essay")] == [2, 14, 2, 2]
    for q in questions:
        assert q.find("questiontext").get("format") == "html"
        assert q.findtext("generalfeedback/text")
        markup = Elements(q.findtext("questiontext/text"))
        assert set(markup.tags) <= {"p", "ol", "li", "table", "tr", "td", "blockquote", "strong"}


def test_a_number_is_right_in_moodle_if_it_is_rounded_and_told_its_mistake_if_it_is_a_known_one(
    quiz,
):
    for q, one in zip(quiz[1:], screens(EVERY), strict=True):
        e = one.exercise
        if e.kind not in NUMBERS:
            continue
        if e.kind == "entry":
            asked = [
                (
                    "NUMERICAL",
                    [
                        (
                            float(a.get("fraction")),
                            a.findtext("text"),
                            a.findtext("tolerance"),
                            a.findtext("feedback/text"),
                        )
                        for a in q.findall("answer")
                    ],
                )
            ]
        else:
            asked = fields(q.findtext("questiontext/text"))
        assert len(asked) == len(e.keys)
        for k, (kind, alternatives) in enumerate(asked):
            right = float(by_hand(e)[k])
            assert kind == "NUMERICAL"
            assert judged(alternatives, round(right, 3))[0] == 100
            assert judged(alternatives, right)[0] == 100
            assert alternatives[-1][1] == "*"
            for w in wrong_answers(e):
                if abs(w.values[k] - right) >= FAR:
                    points, told = judged(alternatives, round(float(w.values[k]), 3))
                    assert points == 0
                    assert "comes out when" in unescape(told)


def test_signs_the_mistake_and_the_formula_have_their_answers_in_moodle(quiz):
    for q, one in zip(quiz[1:], screens(EVERY), strict=True):
        e = one.exercise
        if e.kind == "signs":
            asked = fields(q.findtext("questiontext/text"))
            rights = [[a[1] for a in alternatives if a[0] == 100] for _, alternatives in asked]
            assert rights == [["−0+"[int(np.sign(float(v))) + 1]] for v in by_hand(e)]
            assert all({a[1] for a in alternatives} == {"−", "0", "+"} for _, alternatives in asked)
        if e.kind == "find":
            right = [
                unescape(a.findtext("text"))
                for a in q.findall("answer")
                if a.get("fraction") == "100"
            ]
            assert right == [e.made.title]
            assert len(q.findall("answer")) == 4
        if e.kind == "formula":
            assert e.question.answer in unescape(q.findtext("graderinfo/text"))


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=30))
def test_any_text_comes_back_as_it_was_out_of_an_embedded_answer(text):
    text = " ".join(text.split())
    written = numerical([Alternative("0.5", 100, "x" + text, "0.001"), Alternative("*", 0, text)])
    ((_, alternatives),) = fields(written)
    assert [a[3] for a in alternatives] == ["x" + text, text]
    ((_, (one,)),) = fields(choice([Alternative("a" + text, 100)])) or ((None, ("",)),)
    assert unescape(one[1]) == ("a" + text).partition(":")[0]


@pytest.mark.parametrize("wrong", ["1/6", "0,5", "1e5", "", "**", "1}2", "nan"])
def test_only_plain_numbers_are_embedded(wrong):
    with pytest.raises(ValueError, match="expected a number"):
        numerical([Alternative(wrong, 100)])


def test_the_command_line_writes_the_three_files_and_names_what_there_is_not(tmp_path, capsys):
    out = tmp_path / "new" / "folder"
    arguments = [
        "--kinds",
        "CE,find",
        "--levels",
        "2,4",
        "--count",
        "4",
        "--seed",
        "9",
        "--out",
        str(out),
    ]
    assert main(arguments) == 0
    made = Choice(("CE", "find"), (2, 4), 4, 9)
    for name, make in FILES.items():
        assert (out / name).read_text(encoding="utf-8") == make(made)
        assert made.command in unescape((out / name).read_text(encoding="utf-8"))
    assert main(["--kinds", "CE,<b>"]) == 2
    assert "got CE, <b>" in capsys.readouterr().err
    assert main(["--levels", "1,x"]) == 2
    assert "got 1, x" in capsys.readouterr().err
    assert main(["--out", str(out / "key.html")]) == 2
