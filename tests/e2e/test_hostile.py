"""What a hostile visitor sends, against the real server."""

import contextlib
import re
import subprocess
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.e2e import fuzz_links
from tests.e2e.conftest import ROOT, Server, serve_process
from tests.e2e.wire import Run, Tab, healthy, memory
from tests.patience import SECONDS, until

LONG = "data=digits&epochs=200&hidden=64&batch=2"
"""A race that takes longer than any test waits."""
PACE = 0.002
"""Seconds from one change of a flood to the next."""
FAIR = 10
"""One turn in so many: a server that answers this seldom has been taken by one visitor."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve_process() as (address, process):
        yield address, process


@pytest.fixture
def calm(address: str) -> Iterator[Tab]:
    """A tab at a server on the same machine that nobody troubles."""
    with Tab(address, "jacobian") as tab:
        tab.run()
        yield tab


def held_up(tab: Tab, calm: Tab) -> float:
    """How many times longer a tab waits for an answer than a calm one: third longest of ten each."""
    seconds: dict[Tab, list[float]] = {tab: [], calm: []}
    for k in range(10):
        for one, waited in seconds.items():
            start = time.monotonic()
            one.slide("z1", k / 10)
            one.finish()
            waited.append(time.monotonic() - start)
    troubled, untroubled = (sorted(waited)[-3] for waited in seconds.values())
    return troubled / untroubled


def threads(process: "subprocess.Popen[bytes]") -> int:
    said = subprocess.run(
        ["ps", "-o", "nlwp=", "-p", str(process.pid)], capture_output=True, text=True
    )
    return int(said.stdout)


@contextlib.contextmanager
def drained(tab: Tab) -> Iterator[None]:
    """A client that reads all, and looks at none of it."""

    def drain() -> None:
        with contextlib.suppress(ConnectionClosed, OSError):
            while True:
                tab.socket.recv()

    reader = threading.Thread(target=drain, daemon=True)
    reader.start()
    yield
    tab.socket.close()
    reader.join(SECONDS)


# --- links -----------------------------------------------------------------------------------


def test_fuzzed_links_raise_nothing_reflect_nothing_and_hold_no_memory() -> None:
    report = fuzz_links.fuzz(80)
    assert report.wrong == []
    assert report.log == ""
    assert report.end < report.warm + 80, "megabytes; up to 128 closed sessions are kept a while"


def test_the_fuzzer_knows_an_exception_and_reflected_markup_when_it_sees_them(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = server
    monkeypatch.setattr(fuzz_links, "SHOWN_AS_TEXT", set())
    query = f"got_dL_dz=<b>{fuzz_links.MARK}</b>"
    found = fuzz_links.wrong(address, "check", query)
    assert any(re.fullmatch(r"reflected in .*text_area\..*", fault) for fault in found), found
    assert any("code.code_text" in fault for fault in found), "the reader's message quotes the text"


# --- the websocket ---------------------------------------------------------------------------


def test_a_flood_of_changes_from_one_session_leaves_the_others_answered(
    server: Server, calm: Tab
) -> None:
    address, process = server
    with Tab(address, "jacobian") as other, Tab(address, "losses") as flooding:
        other.run()
        flooding.run()
        before = memory(process)
        with drained(flooding):
            over, sent, most = threading.Event(), 0, 0

            def flood() -> None:
                nonlocal sent
                while not over.wait(PACE):
                    state = WidgetState(id=flooding.ids["z1"])
                    state.double_array_value.data.append(sent % 100 / 10)
                    flooding.widgets["z1"] = state
                    flooding.socket.send(flooding.message())
                    sent += 1

            sender = threading.Thread(target=flood)
            sender.start()
            try:
                until(lambda: sent > 50)
                enough = False
                while not enough:
                    enough = sent >= 500
                    assert healthy(address)
                    assert held_up(other, calm) < FAIR
                    most = max(most, threads(process))
            finally:
                over.set()
                sender.join()
    assert most < 20, "a session has one thread, however much it asks"
    assert memory(process) < before + 60


def test_thousands_of_unknown_widgets_change_nothing(server: Server, calm: Tab) -> None:
    address, _ = server
    with Tab(address, "jacobian") as other, Tab(address, "losses") as hostile:
        other.run()
        hostile.run()
        for k in range(10_000):
            state = WidgetState(id=f"$$ID-{k:032d}-x{k}")
            state.double_array_value.data.append(1.0)
            hostile.widgets[f"x{k}"] = state
        with drained(hostile):
            for _ in range(10):
                hostile.send()
            assert held_up(other, calm) < FAIR
            assert healthy(address)


def _is_closed_after(address: str, frame: bytes | str) -> bool:
    with Tab(address, "check") as tab:
        tab.run()
        try:
            tab.socket.send(frame)
            while True:
                tab.socket.recv(SECONDS)
        except ConnectionClosed:
            return True
        except TimeoutError:
            return False


@pytest.mark.parametrize(
    "frame",
    [b"\xff" * 100, b"\x00" * 1000, b"\x0a\xff\xff\xff\xff\x7f", "text", bytes(17_000_000)],
    ids=["no message", "zeros", "a length that lies", "text", "17 MB"],
)
def test_a_message_that_is_none_closes_its_own_connection_only(
    server: Server, calm: Tab, frame: bytes | str
) -> None:
    address, process = server
    with Tab(address, "jacobian") as other:
        other.run()
        before = memory(process)
        for _ in range(3):
            assert _is_closed_after(address, frame)
        assert held_up(other, calm) < FAIR
        assert healthy(address)
        assert memory(process) < before + 40


@pytest.mark.parametrize(
    "value",
    [
        {"trigger_value": True},
        {"bool_value": True},
        {"int_value": -(2**63)},
        {"string_value": "<img src=x onerror=alert(1)>"},
        {"json_value": "[" * 5000},
        {"bytes_value": b"\xff" * 100},
    ],
    ids=lambda value: next(iter(value)),
)
def test_a_widget_of_another_type_breaks_its_own_page_at_most_and_tells_nothing(
    server: Server, calm: Tab, value: dict[str, object]
) -> None:
    address, _ = server
    with Tab(address, "jacobian") as other:
        other.run()
        for page in ("", "upstream", "network", "training", "check"):
            with Tab(address, page) as tab:
                tab.run()
                for key, identity in tab.ids.items():
                    if identity.startswith("$$ID"):
                        tab.widgets[key] = WidgetState(id=identity, **value)  # type: ignore[arg-type]
                tab.send()
                for error in tab.finish().of("exception"):
                    assert "redacted" in error.message
                    assert not error.stack_trace
        assert held_up(other, calm) < FAIR


def test_values_beyond_every_bound_raise_nothing(server: Server) -> None:
    address, _ = server
    for value in (1e308, float("nan"), float("-inf")):
        for page in ("jacobian", "upstream", "network", "training"):
            with Tab(address, page) as tab:
                drawn = [s.id.rpartition("-")[2] for s in tab.run().of("slider")]
                for key in drawn:
                    tab.slide(key, value)
                    assert tab.finish().of("exception") == [], (page, key, value)


# --- the race --------------------------------------------------------------------------------


def racing(address: str) -> Tab:
    tab = Tab(address, "training", LONG)
    tab.run()
    tab.press("run")
    return tab


def seen(tab: Tab, words: str) -> str:
    """The first text with these words that the tab is sent."""
    run = Run()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        element = tab.receive(run).delta.new_element
        for text in (element.alert.body, element.progress.text):
            if re.search(words, text):
                return str(text)
    raise AssertionError(f"no {words!r} in time")


@pytest.mark.parametrize("how", ["closes", "vanishes", "stops", "goes to another page"])
def test_a_third_race_is_told_its_position_and_starts_when_another(
    server: Server, how: str
) -> None:
    address, _ = server
    with racing(address) as first:
        seen(first, "Epoch [1-9]")
        with racing(address) as second, racing(address) as third:
            position = seen(third, "number 1 in the queue")
            assert position.startswith("2 races are running; yours is number 1 in the queue")
            if how == "closes":
                first.socket.close()
            elif how == "vanishes":
                first.vanish()
            elif how == "stops":
                first.press("run")
            else:
                first.page, first.hash, first.widgets = "jacobian", "", {}
                first.send()
            seen(third, "Epoch [1-9]")
            seen(second, "Epoch [1-9]")


def test_a_race_at_full_speed_leaves_the_others_answered(server: Server, calm: Tab) -> None:
    address, _ = server
    with (
        drained(racing(address)),
        drained(racing(address)),
        Tab(address, "jacobian") as other,
    ):
        other.run()
        assert held_up(other, calm) < FAIR
        assert healthy(address)


# --- uploads, origins, errors ----------------------------------------------------------------


def _upload(address: str, session: str, data: bytes, token: str | None) -> int:
    edge = uuid.uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="f"; filename="z.csv"\r\n\r\n'
    request = urllib.request.Request(
        f"{address}/_stcore/upload_file/{session}/{uuid.uuid4()}",
        data=head.encode() + data + f"\r\n--{edge}--\r\n".encode(),
        headers={"Content-Type": f"multipart/form-data; boundary={edge}"},
        method="PUT",
    )
    if token:
        request.add_header("Cookie", f"_streamlit_xsrf={token}")
        request.add_header("X-Xsrftoken", token)
    try:
        return int(urllib.request.urlopen(request, timeout=SECONDS).status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 413  # the server hung up before it had read all


def test_an_upload_needs_the_pages_own_token_an_open_session_and_a_bounded_size(
    server: Server,
) -> None:
    address, _ = server
    answer = urllib.request.urlopen(f"{address}/_stcore/health", timeout=SECONDS)
    token = re.search(r"_streamlit_xsrf=([^;]+)", answer.headers["Set-Cookie"])
    assert token
    with Tab(address, "check") as tab:
        run = tab.run()
        (session,) = {
            m.new_session.initialize.session_id
            for m in run.messages
            if m.WhichOneof("type") == "new_session"
        }
        assert _upload(address, session, b"1 2", token[1]) == 204
        assert _upload(address, session, b"1 2", None) == 403
        assert _upload(address, "of-nobody", b"1 2", token[1]) == 400
        assert _upload(address, session, bytes(33 * 2**20), token[1]) == 413


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"]
)
def test_a_page_of_another_origin_cannot_open_a_session(server: Server, origin: str) -> None:
    stream = server[0].replace("http", "ws", 1) + "/_stcore/stream"
    with pytest.raises(InvalidStatus) as refused, connect(stream, origin=origin):  # type: ignore[arg-type]
        pass
    assert refused.value.response.status_code == 403


def test_visitors_do_not_see_an_errors_details_and_the_log_has_them(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text('password = "s3cret"\nraise RuntimeError(password)\n')
    (tmp_path / ".streamlit").mkdir()
    settings = (ROOT / ".streamlit/config.toml").read_text(encoding="utf-8")
    (tmp_path / ".streamlit/config.toml").write_text(settings, encoding="utf-8")
    log = tmp_path / "log"
    with serve_process(folder=tmp_path, log=log) as (address, _), Tab(address) as tab:
        run = tab.run()
    (shown,) = run.of("exception")
    assert shown.message
    assert not any(word in str(shown) for word in ("s3cret", "RuntimeError", "app.py", "line 2"))
    assert "RuntimeError: s3cret" in log.read_text(encoding="utf-8")
    assert "Traceback" in log.read_text(encoding="utf-8")
