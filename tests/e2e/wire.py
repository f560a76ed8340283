"""Streamlit's websocket protocol, and a tab without a browser that may misbehave in it."""

import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets import Origin, Subprotocol
from websockets.sync.client import ClientConnection, connect

from tests.patience import MOMENT, SECONDS

ENDED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


def drawn(message: ForwardMsg) -> tuple[str, Any]:
    """Kind and content of what a message draws; no kind if it draws nothing."""
    if message.WhichOneof("type") == "delta":
        element = message.delta.new_element
        if kind := element.WhichOneof("type"):
            return kind, getattr(element, kind)
    return "", None


@dataclass
class Run:
    """What the server sent in answer to one message."""

    frames: list[bytes] = field(default_factory=list)
    messages: list[ForwardMsg] = field(default_factory=list)

    def elements(self) -> Iterator[tuple[str, Any]]:
        """Kind and content of everything that was drawn."""
        for message in self.messages:
            kind, element = drawn(message)
            if kind:
                yield kind, element

    def of(self, kind: str) -> list[Any]:
        return [element for k, element in self.elements() if k == kind]


class Session:
    """What one session says and is told, however it travels."""

    def __init__(self, page: str = "", query: str = "") -> None:
        self.page, self.query, self.hash = page, query, ""
        self.name = ""
        """That the server gave it."""
        self.ids: dict[str, str] = {}
        """Of the widgets that were drawn, by their keys."""
        self.widgets: dict[str, WidgetState] = {}
        """What the browser sends of them with each message."""
        self.kept: dict[str, ForwardMsg] = {}
        """Messages that a server need not send again, by their hashes."""

    def message(self) -> bytes:
        """What a browser sends when something has changed."""
        wanted = BackMsg()
        state = wanted.rerun_script
        state.query_string = self.query
        state.cached_message_hashes.extend(self.kept)
        if self.hash:
            state.page_script_hash = self.hash
        else:
            state.page_name = self.page
        state.widget_states.SetInParent()
        state.widget_states.widgets.extend(self.widgets.values())
        packed: bytes = wanted.SerializeToString()
        return packed

    def release(self) -> None:
        """A button is pressed once: the next message does not say it again."""
        for key in [k for k, w in self.widgets.items() if w.HasField("trigger_value")]:
            del self.widgets[key]

    def take(self, frame: bytes) -> ForwardMsg:
        """A message that arrived."""
        message = ForwardMsg()
        message.ParseFromString(frame)
        if message.WhichOneof("type") == "ref_hash":
            metadata, message = message.metadata, copy(self.kept[message.ref_hash])
            message.metadata.CopyFrom(metadata)
        elif message.metadata.cacheable:
            self.kept[message.hash] = message
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.hash = message.navigation.page_script_hash
        elif kind == "new_session":
            self.name = message.new_session.initialize.session_id
        elif kind == "delta":
            identity = getattr(drawn(message)[1], "id", "")
            self.ids[identity.rpartition("-")[2]] = identity
        return message

    def set_button(self, key: str) -> None:
        self.widgets[key] = WidgetState(id=self.ids[key], trigger_value=True)

    def set_slider(self, key: str, value: float) -> None:
        state = WidgetState(id=self.ids[key])
        state.double_array_value.data.append(value)
        self.widgets[key] = state


class Tab(Session):
    """A session with a connection that waits."""

    def __init__(self, address: str, page: str = "", query: str = "") -> None:
        super().__init__(page, query)
        self.socket: ClientConnection = connect(
            f"ws://{urlsplit(address).netloc}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            origin=Origin(address),
            max_size=None,
            compression=None,
            ping_interval=None,
            open_timeout=SECONDS,
            close_timeout=MOMENT,  # a tab that has stopped reading has no better manners
            legacy=True,  # the connection itself, which a tab keeps as long as it likes
        )

    def __enter__(self) -> "Tab":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def vanish(self) -> None:
        """The machine is gone: nobody says goodbye."""
        self.socket.socket.shutdown(socket.SHUT_RDWR)

    def send(self) -> None:
        self.socket.send(self.message())
        self.release()

    def receive(self, run: Run, timeout: float = SECONDS) -> ForwardMsg:
        """The next message."""
        frame = self.socket.recv(timeout)
        assert isinstance(frame, bytes)
        message = self.take(frame)
        run.frames.append(frame)
        run.messages.append(message)
        return message

    def finish(self, timeout: float = SECONDS) -> Run:
        """All messages up to the end of the run that is under way."""
        run = Run()
        while True:
            message = self.receive(run, timeout)
            ended = message.WhichOneof("type") == "script_finished"
            if ended and message.script_finished in ENDED:
                return run

    def run(self, timeout: float = SECONDS) -> Run:
        self.send()
        return self.finish(timeout)

    def press(self, key: str) -> None:
        self.set_button(key)
        self.send()

    def slide(self, key: str, value: float) -> None:
        self.set_slider(key, value)
        self.send()


def healthy(address: str, timeout: float = SECONDS) -> bool:
    try:
        return bool(
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=timeout).status == 200
        )
    except OSError:
        return False


def memory(process: "subprocess.Popen[bytes]") -> float:
    """Megabytes that a server holds."""
    said = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(process.pid)], capture_output=True, text=True
    )
    return float(said.stdout) / 1024


def racing(process: "subprocess.Popen[bytes]") -> list[int]:
    """The processes of a server's races."""
    said = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True
    )
    return [int(pid) for pid in said.stdout.split()]


def alive(pid: int) -> bool:
    """Whether a process still runs; one that has ended may stay in the table of its host."""
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return said.stdout.strip()[:1] not in ("", "Z")
