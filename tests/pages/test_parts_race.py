"""The line in which races stand: who advances, who waits, and that no place is ever lost."""

import threading
import time
import tracemalloc

import pytest
from streamlit.runtime.scriptrunner import RerunException, StopException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

import core
from core.training import RaceSettings
from pages.parts import race

SETTINGS = RaceSettings(epochs=8, hidden=2, batch_size=128)


class Visitor(threading.Thread):
    """A session: its script runs one race; what Streamlit would raise in it, `ending` raises."""

    here = threading.local()
    advancing = 0
    most = 0
    lock = threading.Lock()

    def __init__(self, settings=SETTINGS, pace=0.01):
        super().__init__(daemon=True)
        self.pace = pace
        racers = {k: self.slow(core.racer(settings, k)) for k in core.LOSSES}
        self.race = race.Race(settings, racers)
        self.places, self.drawn, self.ended, self.ending = [], 0, None, None
        self.began = None

    def slow(self, racer):
        for record in racer:
            with Visitor.lock:
                Visitor.advancing += 1
                Visitor.most = max(Visitor.most, Visitor.advancing)
            self.began = self.began or time.monotonic()
            time.sleep(self.pace)
            with Visitor.lock:
                Visitor.advancing -= 1
            yield record

    def run(self):
        Visitor.here.visitor = self
        try:
            race.run(self.race, self.draw, self.places.append)
        except BaseException as error:
            self.ended = error

    def draw(self):
        self.drawn += 1

    @staticmethod
    def session():
        """In place of the look into the session: a yield point of the script."""
        visitor = Visitor.here.visitor
        if visitor.ending is not None:
            raise visitor.ending
        return visitor.race


@pytest.fixture(autouse=True)
def line(monkeypatch):
    monkeypatch.setattr(race, "current", Visitor.session)
    Visitor.most = 0
    yield race._line
    assert not race._line, "a place was not given back"


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to this"
        time.sleep(0.005)


def finished(*visitors):
    for visitor in visitors:
        visitor.join(20)
        assert not visitor.is_alive()


def stopped(*visitors):
    for visitor in visitors:
        visitor.ending = StopException()
    finished(*visitors)


def long(count, **kwargs):
    """Visitors whose races do not end by themselves, in line one after the other."""
    visitors = [Visitor(RaceSettings(epochs=200, hidden=2), **kwargs) for _ in range(count)]
    for k, visitor in enumerate(visitors):
        visitor.start()
        until(lambda k=k: len(race._line) == k + 1)
    return visitors


def test_at_most_two_races_advance_at_once_and_all_get_to_their_end():
    assert race.AT_ONCE == 2
    visitors = [Visitor() for _ in range(6)]
    for visitor in visitors:
        visitor.start()
    finished(*visitors)
    assert Visitor.most == 2
    assert [v.race.done for v in visitors] == [8] * 6
    assert [v.ended for v in visitors] == [None] * 6


def test_who_waits_is_told_the_place_and_every_change_of_it():
    first, second, third, fourth = long(4)
    until(lambda: fourth.places == [2])
    assert third.places == [1]
    assert third.race.done == fourth.race.done == -1, "neither has advanced"
    first.race.running = False
    until(lambda: third.race.done > 0)
    until(lambda: fourth.places == [2, 1])
    second.race.running = False
    until(lambda: fourth.race.done > 0)
    assert third.places == [1]
    assert first.places == second.places == []
    stopped(third, fourth)


@pytest.mark.parametrize(
    "ending",
    [
        StopException(),
        RerunException(RerunData()),
        ValueError("a bug"),
        MemoryError(),
        SystemExit(),
    ],
    ids=lambda e: type(e).__name__,
)
def test_a_place_is_given_back_however_its_script_ends(ending):
    first, second, third = long(3)
    first.ending = ending
    until(lambda: third.race.done > 0)
    assert first.ended is ending
    assert first.race.running, "the race itself stands where it stood"
    stopped(second, third)


def test_who_leaves_while_waiting_moves_up_those_behind():
    first, second, third, fourth = long(4)
    until(lambda: fourth.places == [2])
    stopped(third)
    until(lambda: fourth.places == [2, 1])
    assert third.race.done == -1
    stopped(first, second, fourth)


def test_a_click_during_a_race_does_not_send_it_to_the_end_of_the_line():
    first, second, third = long(3)
    until(lambda: third.places == [1])
    stopped(first)
    again = Visitor()
    again.race = first.race  # the next run of the page takes it up
    done = first.race.done
    again.start()
    until(lambda: first.race.done > done + 2)
    assert again.places == []
    until(lambda: third.places[-1] == 1)
    stopped(again, second, third)


def test_two_runs_of_one_page_never_advance_its_race_together():
    """A generator that is advanced twice at a time raises."""
    first = Visitor()
    second = Visitor()
    second.race = first.race
    first.start()
    second.start()
    finished(first, second)
    assert first.ended is None
    assert second.ended is None
    assert Visitor.most == 1
    assert [r.epoch for r in first.race.history["CE"]] == list(range(9))


def test_a_stop_in_the_middle_of_an_epoch_is_not_forgotten():
    (visitor,) = long(1, pace=0.2)
    until(lambda: visitor.began)
    visitor.race.running = False
    finished(visitor)
    assert not visitor.race.running
    assert visitor.race.done == 0


def test_a_long_race_lets_those_go_first_who_wait(monkeypatch):
    monkeypatch.setattr(race, "TURN", 0.1)
    marathons = long(2)
    short = Visitor()
    short.start()
    finished(short)
    assert short.race.done == 8
    assert all(v.race.running and v.ended is None for v in marathons)
    done = [v.race.done for v in marathons]
    until(lambda: all(v.race.done > d for v, d in zip(marathons, done, strict=True)))
    stopped(*marathons)


def test_a_long_race_alone_is_not_interrupted(monkeypatch):
    monkeypatch.setattr(race, "TURN", 0.01)
    alone = Visitor()
    ticket = alone.race.ticket
    alone.start()
    finished(alone)
    assert alone.race.ticket == ticket
    assert alone.places == []


def test_a_race_that_is_no_longer_the_sessions_own_ends(monkeypatch):
    (visitor,) = long(1)
    monkeypatch.setattr(race, "current", lambda: None)
    finished(visitor)
    assert visitor.ended is None


@pytest.mark.parametrize("data", core.DATA)
def test_the_longest_race_holds_little_memory(data):
    """A tenth of the epochs that the controls allow holds a tenth of 5 MB."""
    largest = RaceSettings(data=data, epochs=20, hidden=64, batch_size=128)
    core.dataset(data)
    tracemalloc.start()
    run = race.Race(largest, {k: core.racer(largest, k) for k in core.LOSSES})
    while run.running:
        run.advance()
    run.replay(3)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 5e5
