"""One script at a time, and nobody who waits for long."""

import threading
import time

import pytest

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
def all_gone():
    yield
    assert door._door._value == 1


def left(*scripts):
    for script in scripts:
        script.end.set()
        script.join(10)


def test_one_script_is_inside_and_the_next_waits_until_it_is_out():
    first = Script()
    assert first.entered.wait(5)
    second = Script()
    assert not second.entered.wait(0.2)
    left(first)
    assert second.entered.wait(5)
    left(second)


def test_nobody_waits_for_a_slow_script_for_longer_than_the_patience(monkeypatch):
    monkeypatch.setattr(door, "PATIENCE", 0.1)
    slow = Script()
    assert slow.entered.wait(5)
    others = [Script() for _ in range(3)]
    assert all(other.entered.wait(5) for other in others)
    left(*others)  # who came in without a turn gives none away
    waiting = Script()
    assert waiting.entered.wait(5)
    left(slow, waiting)


def test_whoever_leaves_early_lets_one_in_and_not_two():
    first = Script(then=lambda: (door.leave(), door.leave()))
    second, third = Script(), Script()
    inside = [s for s in (second, third) if s.entered.wait(0.3)]
    assert len(inside) == 1
    left(first, *inside)
    assert all(s.entered.wait(5) for s in (second, third))
    left(second, third)


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_script_that_ends_in_an_error_lets_the_next_one_in(error):
    with pytest.raises(error), door.turn():
        raise error
    with door.turn():
        assert door._door._value == 0


def test_a_race_does_not_stand_in_the_door(monkeypatch):
    monkeypatch.setattr(race, "current", Visitor.session)
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
    assert other.entered.wait(door.PATIENCE / 2)
    assert page.is_alive()
    left(other)
    runner.race.running = False
    page.join(10)
    assert not page.is_alive()
