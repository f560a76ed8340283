"""One script at a time, and nobody waits for a slow one."""

import threading
import time

import pytest

from core import racing
from core.training import RaceSettings
from pages.parts import door, race
from tests.pages.test_parts_race import Visitor


class Script(threading.Thread):
    """A script that stays inside until it is told to end."""

    def __init__(self, then=lambda: None):
        super().__init__(daemon=True)
        self.then, self.entered, self.end = then, threading.Event(), threading.Event()
        self.start()

    def run(self):
        with door.turn():
            self.entered.set()
            self.then()
            self.end.wait(10)


@pytest.fixture(autouse=True)
def nobody_is_left():
    yield
    assert door._inside is None
    assert not door._line


def left(*scripts):
    for script in scripts:
        script.end.set()
        script.join(10)


@pytest.fixture
def patient(monkeypatch):
    """No script is a slow one."""
    monkeypatch.setattr(door, "LONG", 60.0)


def until_they_wait(number):
    while len(door._line) < number:
        time.sleep(0.005)


@pytest.mark.usefixtures("patient")
def test_one_script_is_inside_and_the_others_follow_in_the_order_in_which_they_came():
    scripts = []
    for k in range(4):
        scripts.append(Script())
        until_they_wait(k)
    for k, script in enumerate(scripts):
        assert script.entered.wait(5)
        assert not any(later.entered.is_set() for later in scripts[k + 1 :])
        left(script)


def test_beside_a_slow_script_the_others_go_on_one_at_a_time(monkeypatch):
    monkeypatch.setattr(door, "LONG", 0.1)
    slow = Script()
    assert slow.entered.wait(5)
    second = Script()
    assert second.entered.wait(5)
    monkeypatch.setattr(door, "LONG", 60.0)
    third = Script()
    until_they_wait(1)
    left(slow)  # it has lost its turn, and gives none away
    assert not third.entered.wait(0.1)
    left(second)
    assert third.entered.wait(5)
    left(third)


@pytest.mark.usefixtures("patient")
def test_whoever_leaves_early_lets_one_in_and_not_two():
    first = Script(then=lambda: (door.leave(), door.leave()))
    assert first.entered.wait(5)
    second = Script()
    assert second.entered.wait(5)
    third = Script()
    until_they_wait(1)
    left(first)
    assert not third.entered.wait(0.1)
    left(second)
    assert third.entered.wait(5)
    left(third)


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_script_that_ends_in_an_error_lets_the_next_one_in(error):
    with pytest.raises(error), door.turn():
        raise error
    with door.turn():
        assert door._inside is not None


@pytest.mark.usefixtures("patient")
def test_a_race_does_not_stand_in_the_door(monkeypatch):
    monkeypatch.setattr(race, "current", Visitor.session)
    monkeypatch.setattr(racing, "process", Visitor.process)
    runner = Visitor(RaceSettings(epochs=2000, hidden=2, batch_size=128))

    class Page(threading.Thread):
        def run(self):
            with door.turn():
                runner.run()

    page = Page(daemon=True)
    page.start()
    while runner.began is None:
        time.sleep(0.01)
    other = Script()
    assert other.entered.wait(5)
    assert page.is_alive()
    left(other)
    runner.race.running = False
    page.join(10)
    assert not page.is_alive()
