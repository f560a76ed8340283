"""The page Lessons: a step beside its board, the address, and questions that core answers."""

import re

import numpy as np
import pytest

from pages.lesson.prose import MARK
from pages.lesson.shelf import opened, shelf
from pages.state.controls import CONTROLS
from pages.state.kinds import Slider
from tests.pages.page_driver import all_frames, boards, named, of_type, open_page, quantities, texts

LESSONS = {name: opened(path)[1] for name, path in shelf().items()}


def test_every_lesson_offers_its_handout():
    for name in LESSONS:
        at = open_page("lessons", foot=False, lesson=name)
        assert [e.proto.label for e in of_type(at, "download_button")] == ["Handout"]


def words(at):
    return "\n".join(e.proto.body for e in of_type(at, "markdown"))


def assert_step_shows_core(at, step, **moved):
    """Each number of its boards, prose included, is core's at the step's state."""
    shown = step.shown
    state = {**shown.state, **moved}
    known = quantities(shown.stem, state)
    found = boards(at)
    assert found
    for board in found.values():
        for name in named(board):
            np.testing.assert_allclose(
                board["numbers"][name], known[name], rtol=1e-12, atol=1e-14, err_msg=name
            )


def test_the_first_lesson_opens_at_its_first_step():
    at = open_page("lessons", foot=False)
    assert not at.exception
    step = LESSONS["row-sums"].steps[0]
    assert [e.value for e in at.title] == [step.title]
    assert_step_shows_core(at, step)


def test_next_and_back_go_through_the_steps_and_the_address_says_so():
    at = open_page("lessons", foot=False, lesson="row-sums", step=2)
    next(b for b in at.button if b.label == "Next").click().run()
    assert at.title[0].value == LESSONS["row-sums"].steps[2].title
    assert at.query_params["step"] == "3"
    next(b for b in at.button if b.label == "Back").click().run()
    assert at.title[0].value == LESSONS["row-sums"].steps[1].title


@pytest.mark.parametrize(("step", "shown"), [("0", 0), ("-3", 0), ("999", -1), ("two", 0), ("", 0)])
def test_a_step_that_there_is_not_is_the_nearest(step, shown):
    at = open_page("lessons", foot=False, lesson="row-sums", step=step)
    assert not at.exception
    assert at.title[0].value == LESSONS["row-sums"].steps[shown].title


def test_a_lesson_that_there_is_not_is_the_first_and_no_text_of_the_link_is_shown():
    at = open_page("lessons", foot=False, lesson="<b>x</b>")
    assert not at.exception
    assert at.title[0].value == LESSONS["row-sums"].steps[0].title
    assert not any("<b>x" in text for text in texts(at))
    assert (
        at.warning[0].value == "The lesson that this link names is not here. This is the first one."
    )
    assert (
        at.title[0].value == open_page("lessons", foot=False, lesson="nope", step=3).title[0].value
    )


def test_the_projector_is_in_the_address_and_stays_when_another_lesson_is_picked():
    at = open_page("lessons", foot=False, lesson="row-sums", step=2)
    at.button(key="lesson_projector").click().run()
    assert at.query_params["projector"] == "true"
    at.selectbox[0].select_index(2).run()
    assert at.query_params["projector"] == "true"
    assert "step" not in at.query_params
    at.button(key="lesson_projector").click().run()
    assert "projector" not in at.query_params


def test_a_control_of_the_step_moves_the_board_and_a_new_step_begins_anew():
    at = open_page("lessons", foot=False, lesson="row-sums", step=2)
    at.slider(key="z1").set_value(5.0).run()
    step = LESSONS["row-sums"].steps[1]
    assert_step_shows_core(at, step, z1=5.0)
    next(b for b in at.button if b.label == "Next").click().run()
    assert at.slider(key="z1").value == LESSONS["row-sums"].steps[2].shown.state["z1"]
    assert "z1" not in at.query_params


def test_numbers_in_the_prose_stand_between_marks_and_follow_with_the_board():
    at = open_page("lessons", foot=False, lesson="row-sums", step=6)
    assert f"({MARK}−0.3410{MARK}, {MARK}0.2424{MARK}" in words(at)
    at.button_group(key="t").set_value("2").run()
    assert f"({MARK}0.6590{MARK}, {MARK}−0.7576{MARK}" in words(at)


def test_nothing_can_be_moved_on_the_board_that_the_step_does_not_offer():
    at = open_page("lessons", foot=False, lesson="row-sums", step=1)
    (board,) = boards(at).values()
    assert '"handles": [{' not in str(board).replace("'", '"')
    assert len(all_frames(at)) == 1


def test_a_wrong_answer_is_told_why_and_then_what_follows():
    at = open_page("lessons", foot=False, lesson="row-sums", step=2)
    follows = "No place on the sliders escapes."
    assert follows not in words(at)
    at.radio[0].set_value("It grows").run()
    assert ":material/close: **No.**" in words(at)
    assert "Move τ and look at the last column." in words(at)
    assert follows in words(at)
    at.radio[0].set_value("It stays zero").run()
    assert ":material/check: **Right.**" in words(at)


def test_a_question_can_be_passed_over_and_an_answer_is_kept_during_the_visit():
    at = open_page("lessons", foot=False, lesson="row-sums", step=2)
    at.radio[0].set_value("It stays zero").run()
    next(b for b in at.button if b.label == "Next").click().run()
    assert at.radio[0].value is None
    next(b for b in at.button if b.label == "Go on without an answer").click().run()
    assert "Softmax sees only the **differences**" in words(at)
    next(b for b in at.button if b.label == "Back").click().run()
    assert at.radio[0].value == "It stays zero"


def test_the_full_page_opens_at_the_state_that_stands():
    at = open_page("lessons", foot=False, lesson="row-sums", step=2)
    at.slider(key="z1").set_value(5.0).run()
    (link,) = of_type(at, "page_link")
    assert re.search(r"(^|&)z1=5(&|$)", link.proto.query_string)
    assert "puzzle" in link.proto.page or link.proto.page == ""


ASKED = [
    (name, k)
    for name, lesson in LESSONS.items()
    for k, step in enumerate(lesson.steps)
    if step.question and step.question.answers() and step.shown.controls
]


@pytest.mark.parametrize(("name", "k"), ASKED)
def test_a_right_answer_is_right_wherever_the_reader_has_moved_the_board(name, k):
    step = LESSONS[name].steps[k]
    shown, question = step.shown, step.question
    home, then = (shown.numbers({**shown.state, **more}) for more in ({}, question.then))
    (right,) = question.right(home, then)
    at = open_page("lessons", foot=False, lesson=name, step=k + 1)
    moved = {key: value for key, value in question.then.items() if key in shown.controls}
    for key in shown.controls:
        control = CONTROLS[key]
        if isinstance(control, Slider) and key not in moved and key in {s.key for s in at.slider}:
            moved[key] = control.low
    for key, value in moved.items():
        at.session_state[key] = value
    at.run()
    at.radio[0].set_value(right).run()
    assert not at.exception
    assert ":material/check: **Right.**" in words(at)
    assert {key: at.session_state[key] for key in moved} == {k: shown.state[k] for k in moved}
