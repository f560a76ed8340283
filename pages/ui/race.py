"""A race inside a visitor's session: it goes on from run to run of the page, and ends with its tab.

A process of its own advances it, at the request of the page's script, and ends with this script.
Whatever ends that (a click, a closed tab) leaves the race where it stands; the next run of the
page, if there is one, takes it up again.

Few races run at once; the others stand in a queue, and have no process. A script stands in it only
while it is inside `run`, so that nothing has to be given back by a session that disappears.
"""

import itertools
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Condition, Lock, Semaphore

import pandas as pd
import streamlit as st

import core
from core import racing
from core.losses import LOSSES, Loss
from core.training import Checkpoint, EpochRecord, RaceSettings
from pages.instruments import race as instrument
from pages.state.controls import CONTROLS
from pages.ui import queue

_STRIDE = 0.15
"""Seconds for which a race advances before its script looks up."""
_REDRAW = 0.7
"""Seconds between two drawings of the curves: the browser needs a good part of it for each."""
AT_ONCE = 2
"""Races that run at once, each in a process of its own: more would only slow each other."""
TURN = 20.0
"""Seconds after which a race lets those go first who stand in the queue."""

KEPT = 16
"""Races that have ended, of all sessions: whoever asks for one of them again has it at once."""
_ended: OrderedDict[RaceSettings, "Race"] = OrderedDict()
_one = Lock()
"""Held by whoever looks into them."""

_tickets = itertools.count()
_queue: set[int] = set()
"""The tickets of all races inside `run`. The lowest `AT_ONCE` of them advance."""
_moved = Condition()
_seats = Semaphore(AT_ONCE)
"""Of those who have a process: a turn that has just begun waits until the last one's is gone."""


@dataclass
class Race:
    """Both networks in training, and what they have shown so far."""

    settings: RaceSettings
    racers: dict[Loss, Checkpoint] = field(init=False)
    """Where each stands; whoever has ended is not among them."""
    history: dict[Loss, list[EpochRecord]] = field(init=False)
    running: bool = True
    lost: bool = False
    """Whether its process could not be started, or has ended by itself."""
    ticket: int = field(default_factory=lambda: next(_tickets))
    alone: Lock = field(default_factory=Lock, repr=False, compare=False)
    """Held by the script that advances: a click starts the next before the last has ended."""

    def __post_init__(self) -> None:
        """Epoch 0: where both start."""
        self.racers = {k: next(core.checkpoints(self.settings, k)) for k in LOSSES}
        records = {k: point.record for k, point in self.racers.items()}
        self.history = {k: [r if self.drawn else r.bare()] for k, r in records.items()}

    @property
    def drawn(self) -> bool:
        """Whether the replay draws every sample's y, on the triangle of three classes."""
        return instrument.is_drawn(core.dataset(self.settings.data))

    @property
    def done(self) -> int:
        """Epochs that both have behind them, or all that there will be."""
        return max(len(records) for records in self.history.values()) - 1

    @property
    def stopped(self) -> bool:
        """Whether it stands before its end, by a click or because its process was lost."""
        return not self.running and bool(self.racers)

    @property
    def share(self) -> float:
        """Of the epochs that were asked for, from 0 to 1."""
        return self.done / self.settings.epochs

    @property
    def diverged(self) -> list[Loss]:
        """Whose numbers stopped being finite before the end."""
        wanted = self.settings.epochs
        return [k for k in LOSSES if k not in self.racers and len(self.history[k]) - 1 < wanted]

    def advance(self, ask: racing.Ask) -> None:
        """Some epochs more for each that is still in the race."""
        answer = ask(self.settings, self.racers, _STRIDE, self.drawn)
        for loss, (records, point) in answer.items():
            self.history[loss] += records
            if point is None:
                del self.racers[loss]
            else:
                self.racers[loss] = point
        if not self.racers:
            self.running = False  # never True here: a stop in the meantime is to stay
            _keep(self)

    def csv(self) -> str:
        """All that was measured as a table: one row per epoch and loss."""
        columns = instrument.columns(self.history)
        parts = [pd.DataFrame({"loss": k, **measured}) for k, measured in columns.items()]
        return pd.concat(parts).to_csv(index=False)

    @cached_property
    def replay(self) -> instrument.Replay:
        """To be asked for when the race is over."""
        return instrument.Replay(core.dataset(self.settings.data), self.history)


def current() -> Race | None:
    """This session's race, if one was started."""
    race: Race | None = st.session_state.get("race")
    return race


def start(settings: RaceSettings) -> None:
    """A new race in place of the last; for callbacks."""
    last = current()
    if last is not None and st.session_state.get("epoch") == last.done:
        del st.session_state["epoch"]  # at the end of the last race: so at the end of this one
    with _one:
        ended = _ended.get(settings)
    st.session_state["race"] = ended or Race(settings)


def greeting() -> Race:
    """A race to look at before any was asked for: that of the controls' defaults, run once a process."""
    settings = instrument.settings({key: c.default for key, c in CONTROLS.items()})
    with _one:
        race = _ended.get(settings) or Race(settings)
    while race.running:
        race.advance(racing.advanced)
    st.session_state["race"] = race
    return race


def _keep(race: Race) -> None:
    with _one:
        _ended[race.settings] = race
        while len(_ended) > KEPT:
            _ended.popitem(last=False)


def stop() -> None:
    """What was computed stays; for callbacks."""
    race = current()
    if race is not None:
        race.running = False


def run(race: Race, draw: Callable[[], None], wait: Callable[[int], None]) -> None:
    """Advance to the end, when it is this race's turn, drawing now and then.

    Streamlit may end the script at any drawing, and wherever it looks into the session.

    Parameters
    ----------
    draw : shows how far it is
    wait : is told the position in the queue, from 1, whenever it changes
    """
    queue.leave()
    with race.alone:
        try:
            _join(race)
            _advance(race, draw, wait)
        finally:
            _leave(race)


def _join(race: Race) -> None:
    with _moved:
        _queue.add(race.ticket)


def _leave(race: Race) -> None:
    with _moved:
        _queue.discard(race.ticket)
        _moved.notify_all()


def _position(race: Race) -> int:
    """In the queue, from 1; 0 and below for those whose turn it is."""
    with _moved:
        return sum(ticket < race.ticket for ticket in _queue) - AT_ONCE + 1


def _advance(race: Race, draw: Callable[[], None], wait: Callable[[int], None]) -> None:
    told = 0
    while race.running and current() is race:  # the look into the session is where it may end
        position = _position(race)
        if position > 0:
            if position != told:
                wait(position)
            told = position
            with _moved:
                _moved.wait(0.5)
            continue
        try:
            with _seats, racing.process() as ask:
                _take_turn(race, ask, draw, waited=told > 0)
        except ChildProcessError:
            race.running, race.lost = False, True
        told = 0


def _take_turn(race: Race, ask: racing.Ask, draw: Callable[[], None], waited: bool) -> None:
    """Until the race is over or another is to go first, which after a while is any that waits."""
    began = time.monotonic()
    drawn = began - _REDRAW if waited else began  # in place of the position in the queue
    while race.running and current() is race and _position(race) <= 0:
        race.advance(ask)
        now = time.monotonic()
        if race.running and now - drawn > _REDRAW:
            draw()
            drawn = now
        if now - began > TURN and len(_queue) > AT_ONCE:
            _leave(race)
            race.ticket, began = next(_tickets), now
            _join(race)
