"""The queue in which races stand: who advances, who waits, and that nothing is ever left behind."""

import sys
import threading
import time
import tracemalloc
from contextlib import contextmanager
from itertools import islice

import pytest
from streamlit.runtime.scriptrunner import RerunException, StopException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

import core
from core import racing
from core.training import RaceSettings
from pages.ui import race
from tests.patience import SECONDS, until

SETTINGS = RaceSettings(epochs=8, hidden=2, batch_size=128)


MARATHON = RaceSettings(epochs=200, hidden=2)
LONG = RaceSettings("digits", epochs=200, hidden=8, batch_size=4)
"""For a process, which goes at its own pace."""
PROCESS = racing.process


class Visitor(threading.Thread):
    """A session: its script runs one race; what Streamlit would raise in it, `ending` raises."""

    here = threading.local()
    processes = 0
    most = 0
    lock = threading.Lock()

    def __init__(self, settings=SETTINGS, pace=0.01):
        super().__init__(daemon=True)
        self.pace = pace
        self.race = race.Race(settings)
        self.positions, self.drawn, self.ended, self.ending = [], [], None, None
        self.began = None

    @staticmethod
    @contextmanager
    def process():
        """In place of a process: an epoch of each racer at a request, at the visitor's pace."""
        with Visitor.lock:
            Visitor.processes += 1
            Visitor.most = max(Visitor.most, Visitor.processes)
        try:
            yield Visitor.here.visitor.ask
        finally:
            with Visitor.lock:
                Visitor.processes -= 1

    def ask(self, settings, racers, seconds, networks):
        self.began = self.began or time.monotonic()
        time.sleep(self.pace)
        return racing.advanced(settings, racers, 0, networks)

    def run(self):
        Visitor.here.visitor = self
        try:
            race.run(self.race, self.draw, self.positions.append)
        except BaseException as error:
            self.ended = error

    def draw(self):
        self.drawn.append(self.race.done)

    @staticmethod
    def session():
        """In place of the look into the session: a yield point of the script."""
        visitor = Visitor.here.visitor
        if visitor.ending is not None:
            raise visitor.ending
        return visitor.race


@pytest.fixture(autouse=True)
def queue(monkeypatch):
    monkeypatch.setattr(race, "current", Visitor.session)
    monkeypatch.setattr(racing, "process", Visitor.process)
    Visitor.most = 0
    yield
    assert not race._queue, "a position was not given back"
    assert race._seats._value == race.AT_ONCE, "nor was a seat"
    assert Visitor.processes == 0
    assert Visitor.most <= race.AT_ONCE


def finished(*visitors):
    for visitor in visitors:
        visitor.join(SECONDS)
        assert not visitor.is_alive()


def stopped(*visitors):
    for visitor in visitors:
        visitor.ending = StopException()
    finished(*visitors)


def long(count, settings=MARATHON, **kwargs):
    """Visitors whose races do not end by themselves, in the queue one after the other."""
    visitors = [Visitor(settings, **kwargs) for _ in range(count)]
    for k, visitor in enumerate(visitors):
        visitor.start()
        until(lambda k=k: len(race._queue) == k + 1)
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


def test_who_waits_is_told_the_position_and_every_change_of_it():
    first, second, third, fourth = long(4)
    until(lambda: fourth.positions == [2])
    assert third.positions == [1]
    assert third.began is fourth.began is None, "neither has advanced"
    assert Visitor.processes == 2, "nor has a process"
    first.race.running = False
    until(lambda: third.race.done > 0)
    until(lambda: fourth.positions == [2, 1])
    second.race.running = False
    until(lambda: fourth.race.done > 0)
    assert third.positions == [1]
    assert first.positions == second.positions == []
    stopped(third, fourth)


def test_after_waiting_it_is_drawn_at_once_but_not_before_there_is_more_to_see():
    """Streamlit refuses a chart that is the same as one before it."""
    first, second, third = long(3)
    until(lambda: third.positions)
    stopped(first)
    until(lambda: third.drawn)
    assert third.drawn[0] == 1
    stopped(second, third)


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
    until(lambda: fourth.positions == [2])
    stopped(third)
    until(lambda: fourth.positions == [2, 1])
    assert third.began is None
    stopped(first, second, fourth)


def test_a_click_during_a_race_does_not_send_it_to_the_end_of_the_queue():
    first, second, third = long(3)
    until(lambda: third.positions == [1])
    stopped(first)
    again = Visitor()
    again.race = first.race  # the next run of the page takes it up
    done = first.race.done
    again.start()
    until(lambda: first.race.done > done + 2)
    assert again.positions == []
    until(lambda: third.positions[-1] == 1)
    stopped(again, second, third)


def test_two_runs_of_one_page_never_advance_its_race_together():
    """Each of its epochs is there once."""
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
    assert visitor.race.done == 1


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
    assert alone.positions == []


def test_a_race_that_is_no_longer_the_sessions_own_ends(monkeypatch):
    (visitor,) = long(1)
    monkeypatch.setattr(race, "current", lambda: None)
    finished(visitor)
    assert visitor.ended is None


# --- processes ---------------------------------------------------------------------------------


@pytest.fixture
def processes(monkeypatch, children):
    """With processes, all of which are to be gone at the end."""
    monkeypatch.setattr(racing, "process", PROCESS)
    return children


def test_the_process_of_a_race_is_there_in_its_turn_and_not_while_it_waits(processes):
    first, second, third = long(3, LONG)
    until(lambda: first.race.done > 0 and second.race.done > 0)
    until(lambda: third.positions == [1])
    assert [child.poll() for child in processes] == [None, None]
    stopped(first)
    until(lambda: third.race.done > 0)
    assert len(processes) == 3
    assert sum(child.poll() is None for child in processes) == 2
    stopped(second, third)


ENDINGS = [StopException(), RerunException(RerunData()), ValueError("a bug"), MemoryError()]


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("where", ["as it looks into the session", "as it draws"])
def test_no_process_outlives_its_script_however_that_ends(processes, monkeypatch, ending, where):
    visitor = Visitor(LONG)

    def draw():
        raise ending

    if where == "as it draws":
        visitor.draw = draw
        monkeypatch.setattr(race, "_REDRAW", -1.0)
    visitor.start()
    until(lambda: visitor.race.done > 0 or visitor.ended)
    visitor.ending = ending
    finished(visitor)
    assert visitor.ended is ending
    assert visitor.race.running, "the race itself stands where it stood"
    assert len(processes) == 1


def test_the_process_of_a_long_race_ends_with_its_turn(processes, monkeypatch):
    monkeypatch.setattr(race, "TURN", 0.1)
    marathons = long(3, LONG)
    until(lambda: all(v.race.done > 0 for v in marathons))
    until(lambda: len(processes) > 3)
    assert sum(child.poll() is None for child in processes) <= 2
    stopped(*marathons)


def test_a_race_whose_process_is_killed_is_over_and_keeps_what_it_has(processes):
    (visitor,) = long(1, LONG)
    until(lambda: visitor.race.done > 0)
    processes[0].kill()
    finished(visitor)
    assert visitor.ended is None
    assert visitor.race.lost
    assert not visitor.race.running
    assert visitor.race.diverged == []
    for loss, found in visitor.race.history.items():
        known = islice(core.racer(LONG, loss), len(found))
        assert [r.dL_dz_norm for r in found] == [r.dL_dz_norm for r in known]


def test_a_race_whose_process_cannot_be_started_is_over(monkeypatch, processes):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    visitor = Visitor()
    visitor.start()
    finished(visitor)
    assert visitor.ended is None
    assert visitor.race.lost
    assert visitor.race.done == 0
    assert processes == []


@pytest.mark.parametrize("data", core.DATA)
def test_the_longest_race_holds_little_memory(data):
    """A tenth of the epochs that the controls allow holds a tenth of 5 MB."""
    largest = RaceSettings(data=data, epochs=20, hidden=64, batch_size=128)
    core.dataset(data)
    tracemalloc.start()
    run = race.Race(largest)
    while run.running:
        run.advance(racing.advanced)
    run.replay.numbers(3)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 5e5
