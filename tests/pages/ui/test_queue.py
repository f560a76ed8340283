"""One script at a time, and nobody waits for a slow one."""

import threading

import pytest

from core import racing
from core.training import RaceSettings
from pages.ui import queue, race
from tests.pages.ui.test_race import Visitor
from tests.patience import MOMENT, SECONDS, until


class Script(threading.Thread):
    """A script that stays inside until it is told to end."""

    def __init__(self, then=lambda: None):
        super().__init__(daemon=True)
        self.then, self.entered, self.end = then, threading.Event(), threading.Event()
        self.start()

    def run(self):
        with queue.turn():
            self.entered.set()
            self.then()
            self.end.wait(SECONDS)


@pytest.fixture(autouse=True)
def nobody_is_left():
    yield
    assert queue._inside is None
    assert not queue._waiting


def left(*scripts):
    for script in scripts:
        script.end.set()
        script.join(SECONDS)


@pytest.fixture
def patient(monkeypatch):
    """No script is a slow one."""
    monkeypatch.setattr(queue, "LONG", SECONDS)


def until_they_wait(number):
    until(lambda: len(queue._waiting) >= number)


@pytest.mark.usefixtures("patient")
def test_one_script_is_inside_and_the_others_follow_in_the_order_in_which_they_came():
    scripts = []
    for k in range(4):
        scripts.append(Script())
        until_they_wait(k)
    for k, script in enumerate(scripts):
        assert script.entered.wait(SECONDS)
        assert not any(later.entered.is_set() for later in scripts[k + 1 :])
        left(script)


def test_beside_a_slow_script_the_others_go_on_one_at_a_time(monkeypatch):
    monkeypatch.setattr(queue, "LONG", 0.1)
    slow = Script()
    assert slow.entered.wait(SECONDS)
    second = Script()
    assert second.entered.wait(SECONDS)
    monkeypatch.setattr(queue, "LONG", SECONDS)
    third = Script()
    until_they_wait(1)
    left(slow)  # it has lost its turn, and gives none away
    assert not third.entered.wait(MOMENT)
    left(second)
    assert third.entered.wait(SECONDS)
    left(third)


@pytest.mark.usefixtures("patient")
def test_whoever_leaves_early_lets_one_in_and_not_two():
    first = Script(then=lambda: (queue.leave(), queue.leave()))
    assert first.entered.wait(SECONDS)
    second = Script()
    assert second.entered.wait(SECONDS)
    third = Script()
    until_they_wait(1)
    left(first)
    assert not third.entered.wait(MOMENT)
    left(second)
    assert third.entered.wait(SECONDS)
    left(third)


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_script_that_ends_in_an_error_lets_the_next_one_in(error):
    with pytest.raises(error), queue.turn():
        raise error
    with queue.turn():
        assert queue._inside is not None


@pytest.mark.usefixtures("patient")
def test_a_race_does_not_stand_in_the_queue(monkeypatch):
    monkeypatch.setattr(race, "current", Visitor.session)
    monkeypatch.setattr(racing, "process", Visitor.process)
    runner = Visitor(RaceSettings(epochs=2000, hidden=2, batch_size=128))

    class Page(threading.Thread):
        def run(self):
            with queue.turn():
                runner.run()

    page = Page(daemon=True)
    page.start()
    until(lambda: runner.began)
    other = Script()
    assert other.entered.wait(SECONDS)
    assert page.is_alive()
    left(other)
    runner.race.running = False
    page.join(SECONDS)
    assert not page.is_alive()
