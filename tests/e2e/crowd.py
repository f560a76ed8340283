"""People in a lecture hall: sessions on one event loop, which count what they see.

As a browser does, they keep cookies, carry the slider's value in the address, and make a
connection that ends again, with the same cookies, address and values.
"""

import asyncio
import json
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from websockets import Origin, Subprotocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.e2e.wire import ENDED, Session, drawn
from tests.patience import MOMENT

FAILURES = (OSError, WebSocketException, EOFError)
"""Of a connection; what takes too long is an OSError too."""
_STATE = re.compile(rb'"state": (\{[^}]*\})')
"""What a board says of the controls, found without reading the board."""


def _option(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass
class Hall:
    """What is to be measured; the options of `python -m tests.e2e.hall`."""

    url: str = _option("", "of a server that runs; else one is started")
    pid: Sequence[int] = _option((), "of its process, once for each")
    people: int = _option(200, "how many")
    join: float = _option(20.0, "people a second")
    page: str = _option("losses", "which they open")
    query: str = _option("", "of its address, after the ?")
    slider: str = _option(
        "z1", "the keys of some that the boards follow, by commas: each change moves one of them"
    )
    every: float = _option(3.0, "seconds from one change of a person to the next")
    seconds: float = _option(30.0, "how long they stay")
    race: str = _option("", "the data of a training race that runs in the second half")
    racers: int = _option(1, "how many run it")
    memory_every: float = _option(0.0, "seconds from one line about the memory to the next")
    patience: float = _option(30.0, "seconds after which an answer is late, a connection lost")

    @property
    def sliders(self) -> set[str]:
        return set(self.slider.split(","))


@dataclass
class Figures:
    """What was measured."""

    changes: list[tuple[float, float]] = field(default_factory=list)
    """When each was due, and its latency, in seconds."""
    joins: list[float] = field(default_factory=list)
    probes: list[float] = field(default_factory=list)
    unhealthy: int = 0
    refused: int = 0
    lost: int = 0
    reconnected: int = 0
    late: int = 0
    wrong: int = 0
    exceptions: int = 0
    messages: int = 0
    bytes: int = 0
    races: int = 0
    raced: int = 0
    """Of the races that were begun, those that came to their end."""


async def fetch(address: str, path: str, cookies: dict[str, str]) -> int:
    """The status of an answer over a connection of its own; its cookies are kept."""
    where = urlsplit(address)
    reader, writer = await asyncio.open_connection(where.hostname, where.port or 80)
    try:
        head = f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n"
        writer.write(f"{head}Cookie: {_header(cookies)}\r\n\r\n".encode())
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
    finally:
        writer.close()
    for line in lines:
        if line.lower().startswith("set-cookie:"):
            name, _, value = line.partition(":")[2].partition(";")[0].strip().partition("=")
            cookies[name] = value
    return int(first.split()[1])


def _header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


class Person(Session):
    """One browser."""

    socket: ClientConnection

    def __init__(self, hall: Hall, figures: Figures, page: str, query: str) -> None:
        super().__init__(page, query)
        self.hall, self.figures = hall, figures
        self.cookies: dict[str, str] = {}
        self.state: dict[str, object] = {}
        """What the controls stand at."""
        self.steps: dict[str, list[float]] = {}
        """Of each of the sliders."""

    async def open(self) -> None:
        """As a browser: first health, which brings the cookies, then the connection."""
        if await fetch(self.hall.url, "/_stcore/health", self.cookies) != 200:
            raise OSError("not healthy")
        words = ["streamlit"]
        if self.name:
            words += [self.cookies.get("_streamlit_xsrf", "none"), self.name]
        self.socket = await connect(
            f"ws://{urlsplit(self.hall.url).netloc}/_stcore/stream",
            subprotocols=[Subprotocol(word) for word in words],
            origin=Origin(self.hall.url),
            additional_headers={"Cookie": _header(self.cookies)},
            max_size=None,
            max_queue=None,
            compression=None,
            ping_interval=None,
            open_timeout=self.hall.patience,
            close_timeout=MOMENT,
            proxy=None,
        )

    async def reopen(self) -> None:
        """As a browser: at once, then at growing intervals."""
        pause, end = 0.5, time.monotonic() + self.hall.patience
        while True:
            try:
                async with asyncio.timeout(self.hall.patience):
                    await self.open()
                self.figures.reconnected += 1
                return
            except FAILURES as error:
                left = end - time.monotonic()
                if left <= 0:
                    raise ConnectionError("no server in time") from error
                await asyncio.sleep(min(left, pause * random.uniform(0.75, 1)))
                pause *= 2

    async def say(self) -> list[dict[str, object]]:
        """Send all; what the boards of the run that follows say of the controls."""
        await self.socket.send(self.message())
        self.release()
        told: list[dict[str, object]] = []
        began = False
        while True:
            frame = await self.socket.recv(decode=False)
            assert isinstance(frame, bytes)
            self.figures.messages += 1
            self.figures.bytes += len(frame)
            message = self.take(frame)
            kind, element = drawn(message)
            if kind == "bidi_component":
                # Of the message, not of the frame: what the server has sent before it only names.
                told += map(json.loads, _STATE.findall(element.SerializeToString()))
            elif kind == "exception":
                self.figures.exceptions += 1
            elif kind == "slider" and (key := element.id.rpartition("-")[2]) in self.hall.sliders:
                count = round((element.max - element.min) / element.step) + 1
                self.steps[key] = [round(element.min + k * element.step, 10) for k in range(count)]
            elif message.WhichOneof("type") == "new_session":
                told, began = [], True
            elif message.WhichOneof("type") == "script_finished" and began:
                began = message.script_finished not in ENDED
                if not began:
                    return told

    async def join(self) -> None:
        start = time.monotonic()
        async with asyncio.timeout(self.hall.patience):
            await self.open()
            for told in await self.say():
                self.state |= told
        self.figures.joins.append(time.monotonic() - start)

    async def ask(self) -> None:
        """Until there is an answer, over another connection if need be."""
        while True:
            try:
                told = await self.say()
                break
            except ConnectionClosed:
                await self.reopen()
        said = [pair for state in told for pair in state.items()]
        shown = {key for key, _ in said}
        if not shown >= self.hall.sliders or any(
            self.state.get(key, value) != value for key, value in said
        ):
            self.figures.wrong += 1

    async def rest(self, end: float) -> None:
        """A browser whose connection ends does not wait for the next change."""
        while (left := end - time.monotonic()) > 0:
            try:
                await asyncio.wait_for(self.socket.wait_closed(), left)
            except TimeoutError:
                return
            await self.reopen()
            await self.ask()

    def move(self) -> None:
        key = random.choice(sorted(self.hall.sliders))
        value = random.choice([step for step in self.steps[key] if step != self.state[key]])
        self.state[key] = value
        self.set_slider(key, value)
        link = dict(parse_qsl(self.query, keep_blank_values=True))
        self.query = urlencode({**link, key: f"{value:.12g}"})

    async def stay(self, start: float, end: float) -> None:
        due = start + random.random() * self.hall.every
        try:
            async with asyncio.timeout_at(end + self.hall.patience):
                while due < end:
                    await self.rest(due)
                    self.move()
                    await self.ask()
                    now = time.monotonic()
                    self.figures.changes.append((due, now - due))
                    due = max(due + self.hall.every, now)
                await self.rest(end)
        except TimeoutError:
            self.figures.late += 1
        except FAILURES:
            self.figures.lost += 1

    async def race(self, start: float) -> None:
        """One race after another."""
        await asyncio.sleep(start - time.monotonic())
        await self.open()
        await self.say()
        while True:
            self.set_button("run")
            self.figures.races += 1
            await self.say()
            self.figures.raced += 1

    async def leave(self) -> None:
        if "socket" in vars(self):
            await self.socket.close()
