"""The page Practice: nothing is judged before the lock; then right, or which mistake it was."""

import json

import pytest

from core.practice import KINDS, exercise
from tests.core.practice.test_exercises import by_hand
from tests.pages.page_driver import boards, of_type, open_page


def opened(kind, level=2, seed=5):
    return open_page("practice", kind=kind, level=level, seed=seed), exercise(kind, level, seed)


def enter(at, e, values):
    for key, value in zip(e.keys, values, strict=True):
        name = f"box_{e.name}_{key}".replace(".", "_")
        if e.kind == "find":
            at.radio(key=name).set_value(value)
        elif e.kind == "signs":
            at.button_group(key=name).set_value(value)
        else:
            at.text_input(key=name).set_value(value)
    return at.run()


def press(at, key):
    return at.button(key=key).click().run()


def right(e):
    if e.kind == "formula":
        return [e.question.answer]
    if e.kind == "find":
        return [e.made.title]
    if e.kind == "signs":
        return ["+" if v > 0 else "−" if v < 0 else "0" for v in by_hand(e)]
    return [str(v) for v in by_hand(e)]


def wrong(e):
    if e.kind == "formula":
        return ["diag(y)" if e.question.quantity == "J" else "2*y"]
    if e.kind == "find":
        return [next(m.title for m in e.choices if m is not e.made)]
    if e.kind == "signs":
        return ["0" if v == "+" else "+" for v in right(e)]
    return ["7,77"] * len(e.keys)


def said(at):
    return " ".join(m.value for m in (*at.markdown, *at.success, *at.error))


def kept(at):
    (component,) = [
        e for e in of_type(at, "bidi_component") if e.proto.component_name == "practice_memory"
    ]
    return json.loads(json.loads(component.proto.json)["text"] or "{}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_answer_is_right_once_it_is_locked(kind):
    at, e = opened(kind)
    enter(at, e, right(e))
    assert not at.success
    assert not at.error
    press(at, "lock")
    assert not at.exception
    assert [s.value for s in at.success] == ["Right."]
    assert kept(at)["done"] == f"{e.name}+"


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_answer_has_a_hint_first_and_then_the_numbers_and_what_explains_them(kind):
    at, e = opened(kind)
    press(enter(at, e, wrong(e)), "lock")
    assert [s.value for s in at.error] == ["Not right."]
    assert ":material/lightbulb:" in said(at)
    assert boards(at) == {}
    press(at, "explain")
    assert not at.exception
    assert boards(at)
    assert "give" in said(at)
    assert kept(at)["done"] == f"{e.name}-"


def test_it_can_be_tried_again_and_the_first_answer_counts():
    at, e = opened("CE")
    press(enter(at, e, wrong(e)), "lock")
    press(at, "again")
    assert [t.value for t in at.text_input] == wrong(e)
    press(enter(at, e, right(e)), "lock")
    assert at.success
    assert kept(at)["done"] == f"{e.name}-"


def test_what_cannot_be_read_is_told_beside_it_stays_and_nothing_is_judged():
    at, e = opened("CE")
    enter(at, e, ["0,5", "O.5", ""])
    assert "expected a number such as" in said(at)
    press(at, "lock")
    assert not at.error
    assert "∂L/∂z₃ is still open" in said(at).replace("\\", "")
    assert "Nothing has been judged yet" in said(at)
    assert [t.value for t in at.text_input] == ["0,5", "O.5", ""]
    assert "done" not in kept(at) or not kept(at)["done"]


def test_a_decimal_that_is_right_only_as_it_is_coarse_is_asked_for_more_before_it_is_judged():
    seed = next(s for s in range(99) if str(by_hand(exercise("CE", 2, s))[0]) == "1/6")
    at, e = opened("CE", seed=seed)
    press(enter(at, e, ["0.2", *map(str, by_hand(e)[1:])]), "lock")
    assert "expected a fraction or two decimals at least, got '0.2'" in said(at).replace("\\", "")
    assert not at.error
    press(enter(at, e, ["0.17", *map(str, by_hand(e)[1:])]), "lock")
    assert [s.value for s in at.success] == ["Right."]


def test_a_formulas_cells_turn_right_one_by_one_before_the_lock_and_refusals_lose_nothing():
    at, e = opened("formula", seed=next(s for s in range(99) if asks_cross_entropy(s)))
    enter(at, e, ["y - 2*t"])
    assert "12 of 17 cells are right, at 5 states." in said(at)
    assert said(at).count(":green[✓]") == 12
    assert said(at).count(":red[✗]") == 5
    enter(at, e, ["y - <b>"])
    assert "got '\\<'" in said(at) or "got '<'" in said(at)
    assert at.text_input[0].value == "y - <b>"
    press(at, "lock")
    assert "Nothing has been judged yet" in said(at)
    press(enter(at, e, ["y - t"]), "lock")
    assert "All 17 cells are right, at 5 states." in said(at)
    assert [s.value for s in at.success] == ["Right."]


def asks_cross_entropy(seed):
    return exercise("formula", 2, seed).question.answer == "y - t"


def test_two_right_in_a_row_go_up_a_level_and_two_wrong_down():
    at, e = opened("entry")
    for answer, by in ((right, 1), (wrong, -1)):
        level, seed = int(at.button_group(key="level").value), at.number_input(key="seed").value
        for k in range(2):
            e = exercise("entry", level, seed + k)
            press(enter(at, e, answer(e)), "lock")
            press(at, "another")
        assert int(at.button_group(key="level").value) == level + by
        assert at.number_input(key="seed").value == seed + 2


def test_another_without_an_answer_is_the_next_seed_at_the_same_level():
    at, _ = opened("row", 3, 9999)
    press(at, "another")
    assert (at.number_input(key="seed").value, at.button_group(key="level").value) == (0, "3")
    assert at.query_params["level"] == "3"


def test_a_learners_line_is_shown_with_a_link_to_each_exercise():
    at = open_page("practice", done="row.2.5+ row.2.6- CE.1.0+")
    assert "[seed 6](practice?kind=row&level=2&seed=6) wrong" in said(at)
    assert "| A row of J | · | 1 of 2 |" in said(at)


def test_a_line_that_is_none_is_refused_by_name():
    at = open_page("practice", done="row.2.5+ <b>")
    assert [e.value for e in at.error] == ["This line cannot be read."]
    assert "got '<b>'" in at.code[0].value


@pytest.mark.parametrize(
    "link", [{"kind": "nothing", "level": "9", "seed": "-1"}, {"kind": ["", "x"]}]
)
def test_a_damaged_link_opens_an_exercise(link):
    at = open_page("practice", **link)
    assert not at.exception
    assert at.button(key="lock")


def test_a_class_is_offered_its_files_by_what_is_chosen_and_told_what_is_missing():
    at = open_page("practice", level=2, seed=5)
    assert not any(b.proto.label == "Worksheet" for b in of_type(at, "download_button"))
    at.session_state["class"] = True
    at.run()
    assert not at.exception
    labels = [b.proto.label for b in of_type(at, "download_button")]
    assert labels == ["Worksheet", "Key", "Moodle XML"]
    (command,) = [c.value for c in at.code if "pages.sheet" in c.value]
    assert "--levels 2 --count 10 --seed 0 --address " in command
    at.button_group(key="class_levels").set_value([]).run()
    assert "Choose one kind and one level at least" in said(at)
    assert not of_type(at, "download_button")
