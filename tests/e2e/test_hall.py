"""The lecture hall's figures can be trusted: nothing is wrong where nothing is, and faults count."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.e2e.conftest import Server, serve_process
from tests.e2e.crowd import Figures, Hall, Person
from tests.e2e.hall import measure, table
from tests.e2e.wire import Session
from tests.patience import SECONDS

PEOPLE = 4


def hall(served: Server, seconds: float = 0.3, **options: object) -> Hall:
    address, process = served
    few = {"people": PEOPLE, "every": 0.1, "join": 50, "seconds": seconds, "patience": SECONDS}
    return Hall(address, [process.pid], **{**few, **options})  # type: ignore[arg-type]


def figures(wanted: Hall) -> Figures:
    with ThreadPoolExecutor(1) as thread:  # the browser's tests keep a loop running in this one
        found, marks = thread.submit(asyncio.run, measure(wanted)).result()
    rows = dict(table(wanted, found, marks))
    assert rows["changes"] == str(len(found.changes))
    return found


def faults(found: Figures) -> dict[str, int]:
    names = ("refused", "lost", "reconnected", "late", "wrong", "exceptions", "unhealthy")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


@pytest.mark.parametrize(
    ("page", "slider", "query"),
    [("losses", "z1", "z2=-1.5&t=2"), ("network", "sample,taken,eta,stage", "")],
)
def test_every_change_is_answered_with_the_persons_own_values(
    served: Server, page: str, slider: str, query: str
) -> None:
    found = figures(hall(served, page=page, slider=slider, query=query))
    assert faults(found) == {}
    assert len(found.joins) == PEOPLE
    assert len(found.changes) >= PEOPLE
    assert all(latency > 0 for _, latency in found.changes)


def test_races_run_beside_and_their_messages_are_not_counted(served: Server) -> None:
    seconds, found = 0.6, Figures()
    while not found.races:  # it begins at half time, which may be over before its page is there
        assert seconds < SECONDS
        found = figures(hall(served, seconds=seconds, race="Iris"))
        assert faults(found) == {}
        seconds *= 2
    assert found.messages / len(found.changes) < 50


def test_a_connection_that_ends_is_made_again_and_all_values_are_where_they_were(
    served: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = Person.move

    def move_and_break(self: Person) -> None:
        move(self)
        self.socket.transport.abort()

    monkeypatch.setattr(Person, "move", move_and_break)
    found = figures(hall(served, query="z2=-1.5"))
    assert faults(found) == {"reconnected": len(found.changes)}
    assert len(found.changes) >= PEOPLE


def test_a_value_that_was_there_before_is_answered_too(
    served: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = Person.move

    def move_between_two(self: Person) -> None:
        self.steps["stage"] = [3, 4]
        move(self)

    monkeypatch.setattr(Person, "move", move_between_two)
    found = figures(hall(served, page="network", slider="stage", every=0.02, seconds=0.5))
    assert faults(found) == {}
    assert len(found.changes) >= 3 * PEOPLE


def test_an_answer_to_another_value_is_seen(
    served: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def set_another(self: Person, key: str, value: float) -> None:
        Session.set_slider(self, key, next(step for step in self.steps[key] if step != value))

    monkeypatch.setattr(Person, "set_slider", set_another)
    found = figures(hall(served))
    assert faults(found) == {"wrong": len(found.changes)}
    assert len(found.changes) >= PEOPLE


def test_a_page_that_fails_is_seen(served: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def set_slider(self: Person, key: str, value: float) -> None:
        self.widgets[key] = WidgetState(id=self.ids[key], trigger_value=True)

    monkeypatch.setattr(Person, "set_slider", set_slider)
    found = figures(hall(served))
    assert found.wrong == found.exceptions == len(found.changes) >= PEOPLE


def test_a_server_that_hangs_is_late_and_unhealthy(
    served: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    stay = Person.stay

    async def stay_a_second(self: Person, start: float, end: float) -> None:
        self.hall.patience = 1
        await stay(self, start, end)

    monkeypatch.setattr(Person, "stay", stay_a_second)
    monkeypatch.setattr(Person, "move", lambda _: served[1].send_signal(signal.SIGSTOP))
    try:
        found = figures(hall(served))
    finally:
        served[1].send_signal(signal.SIGCONT)
    assert faults(found) == {"late": PEOPLE, "unhealthy": found.unhealthy}
    assert found.unhealthy


def test_a_server_that_is_killed_has_lost_its_people(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_process() as served:

        def kill(self: Person) -> None:
            served[1].kill()
            self.hall.patience = 1

        monkeypatch.setattr(Person, "move", kill)
        found = figures(hall(served))
    assert found.lost == PEOPLE
    assert found.unhealthy
