"""What a browser keeps of a learner's practice comes back whole; what is broken does no harm."""

import json

import pytest

from pages.exercise.memory import Memory, Work
from pages.exercise.progress import Done

ROW, OTHER = Done("row", 1, 0, True), Done("row", 1, 1, False)


def of(*done, **works):
    memory = Memory()
    for d in done:
        memory.lock(d)
    memory.works.update(works)
    return memory


def test_nothing_is_kept_before_anything_is_done():
    memory = Memory()
    memory.work("row.1.0")
    assert memory.text == ""


def test_what_is_kept_comes_back():
    before = of(ROW, OTHER, **{"row.1.1": Work({"0": "1/6", "1": "−0,5"}, 2)})
    after = Memory()
    after.work("row.1.1")  # the page has been drawn before the browser was heard
    after.add(before.text)
    assert after == before


def test_what_was_typed_before_the_browser_was_heard_stays():
    memory = of(row=Work({"0": "typed"}))
    memory.add(of(ROW, row=Work({"0": "kept"})).text)
    assert memory.works["row"].entries == {"0": "typed"}
    assert memory.done == (ROW,)


def test_what_was_done_in_two_tabs_is_joined_and_joining_twice_changes_nothing():
    one, other = of(ROW), of(OTHER)
    one.add(other.text)
    one.add(other.text)
    assert set(one.done) == {ROW, OTHER}
    before = one.text
    one.add(before)
    assert one.text == before


def test_the_exercises_of_last_use_are_kept():
    memory = Memory()
    for k in range(50):
        memory.work(f"row.1.{k}").entries["0"] = "1"
    memory.work("row.1.40")
    assert list(memory.works)[-2:] == ["row.1.49", "row.1.40"]
    assert len(memory.works) == 20


@pytest.mark.parametrize(
    "text",
    [
        *("", "no JSON", "7", "null", "[]", "[" * 100_000, '{"done": 7, "works": []}'),
        *('{"works": {"row": 7}}', '{"works": {"row": {"entries": [], "stage": 0}}}'),
        *(
            json.dumps({"works": {"row": {"entries": {"0": "1"}, "stage": s}}})
            for s in (-1, 99, True, "1", None)
        ),
        json.dumps({"done": "<script> row.9", "works": {"x" * 999: {"entries": {}, "stage": 1}}}),
    ],
    ids=lambda text: text[:30],
)
def test_whatever_a_browser_sends_does_no_harm(text):
    memory = of(ROW)
    memory.add(text)
    assert memory == of(ROW)


def test_an_entry_that_no_box_would_take_is_left_out():
    memory = Memory()
    entries = {"0": "x" * 301, "1": 7, "2": "1"}
    memory.add(json.dumps({"works": {"row": {"entries": entries, "stage": 1}}}))
    assert memory.works == {"row": Work({"2": "1"}, 1)}
