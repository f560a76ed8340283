"""A lecture hall: python -m tests.e2e.hall --people 200 --seconds 30 [--help for the rest].

People join, then each moves a slider to a random step every few seconds, as browsers do: the
address has the value too, and a connection that ends is made again with the same cookie, address
and values. Nobody moves on before the answer is there. Prints figures, and judges none of them.

Latency: from a change to the end of a run that began after it, reconnections included.
Wrong: an answer whose boards do not say what this person's controls stand at.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from websockets import Origin, Subprotocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.e2e.conftest import serve_process
from tests.e2e.wire import ENDED, Session, drawn

_STATE = re.compile(rb'"state": (\{[^}]*\})')
"""What a board says of the controls, found without reading the board."""
_FAILURES = (OSError, WebSocketException, EOFError)
"""Of a connection; what takes too long is an OSError too."""
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Hall:
    """What is to be measured."""

    url: str = ""
    pid: Sequence[int] = ()
    people: int = 200
    join: float = 20
    page: str = "losses"
    query: str = ""
    slider: str = "z1"
    every: float = 3
    seconds: float = 30
    race: str = ""
    racers: int = 1
    memory_every: float = 0
    patience: float = 30
    """Seconds after which an answer is late and a connection lost."""


@dataclass
class Figures:
    """What was measured."""

    changes: list[tuple[float, float]] = field(default_factory=list)
    """When each was sent, and its latency, in seconds."""
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
    memory: dict[str, float] = field(default_factory=dict)
    """Megabytes at the start and so on."""
    marks: list[tuple[float, float, float, float]] = field(default_factory=list)
    """Time, and CPU seconds of the servers, this program and the machine: start, half, end."""


class Servers:
    """Their memory and CPU; of one that has ended what it had used."""

    def __init__(self, pids: Sequence[int]) -> None:
        self.used = dict.fromkeys(pids, 0.0)
        self.sample()

    def sample(self) -> float:
        """Megabytes that they hold."""
        held = 0.0
        for pid in self.used:
            with contextlib.suppress(OSError), open(f"/proc/{pid}/stat") as file:
                words = file.read().rpartition(")")[2].split()
                self.used[pid] = (int(words[11]) + int(words[12])) / _TICK
                held += int(words[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        return held

    def mark(self) -> tuple[float, float, float, float]:
        self.sample()
        with open("/proc/stat") as file:
            user, nice, system, _, _, irq, soft, steal = map(int, file.readline().split()[1:9])
        machine = (user + nice + system + irq + soft + steal) / _TICK
        return time.monotonic(), sum(self.used.values()), time.process_time(), machine


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
        self.steps: list[float] = []
        """Of the slider."""

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
            close_timeout=1,
            proxy=None,
        )

    async def reopen(self) -> None:
        """As a browser: at once, then at growing intervals."""
        pause, end = 0.5, time.monotonic() + self.hall.patience
        while True:
            try:
                await self.open()
                self.figures.reconnected += 1
                return
            except _FAILURES as error:
                if time.monotonic() + pause > end:
                    raise ConnectionError("no server in time") from error
                await asyncio.sleep(pause * random.uniform(0.75, 1))
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
                told += map(json.loads, _STATE.findall(frame))
            elif kind == "exception":
                self.figures.exceptions += 1
            elif kind == "slider" and element.id == self.ids.get(self.hall.slider):
                count = round((element.max - element.min) / element.step) + 1
                self.steps = [round(element.min + k * element.step, 10) for k in range(count)]
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
        shown = any(key == self.hall.slider for key, _ in said)
        if not shown or any(self.state.get(key, value) != value for key, value in said):
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
        key = self.hall.slider
        value = random.choice([step for step in self.steps if step != self.state[key]])
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
        except TimeoutError:
            self.figures.late += 1
        except _FAILURES:
            self.figures.lost += 1

    async def race(self, start: float) -> None:
        """One race after another."""
        await asyncio.sleep(start - time.monotonic())
        await self.open()
        await self.say()
        while True:
            self.set_button("run")
            await self.say()
            self.figures.races += 1

    async def leave(self) -> None:
        if "socket" in vars(self):
            await self.socket.close()


async def watch(hall: Hall, figures: Figures, servers: Servers) -> None:
    """Once a second: is the server healthy, and how soon does it say so?"""
    while True:
        start = time.monotonic()
        try:
            async with asyncio.timeout(hall.patience):
                healthy = await fetch(hall.url, "/_stcore/health", {}) == 200
        except _FAILURES:
            healthy = False
        figures.probes.append(time.monotonic() - start)
        figures.unhealthy += not healthy
        servers.sample()  # of one that is killed this much is known
        await asyncio.sleep(start + 1 - time.monotonic())


async def tell(hall: Hall, figures: Figures, servers: Servers) -> None:
    start = time.monotonic()
    while hall.memory_every:
        await asyncio.sleep(hall.memory_every)
        minutes = (time.monotonic() - start) / 60
        print(
            f"{minutes:.1f} min: {servers.sample():.0f} MB, {len(figures.changes)} changes",
            flush=True,
        )


async def measure(hall: Hall) -> Figures:
    figures, servers = Figures(), Servers(hall.pid)
    figures.memory["start"] = servers.sample()
    crowd = [Person(hall, figures, hall.page, hall.query) for _ in range(hall.people)]
    racers = [
        Person(hall, Figures(), "training", f"data={hall.race}")
        for _ in range(hall.racers if hall.race else 0)
    ]

    async def come(person: Person, after: float) -> None:
        await asyncio.sleep(after)
        try:
            await person.join()
        except _FAILURES:
            figures.refused += 1

    first = max(1, len(hall.pid))
    """The first page is where a server loads what it will need: one person for each."""
    aside = [asyncio.create_task(watch(hall, figures, servers))]
    try:
        for person in crowd[:first]:
            await come(person, 0)
        figures.memory["first"] = servers.sample()
        await asyncio.gather(*(come(p, k / hall.join) for k, p in enumerate(crowd[first:])))
        figures.memory["joined"] = servers.sample()
        here = [person for person in crowd if person.state]
        if any(hall.slider not in person.state for person in here):
            raise SystemExit(f"no board of page {hall.page!r} follows a slider {hall.slider!r}")

        figures.messages = figures.bytes = 0
        start = time.monotonic()
        half, end = start + hall.seconds / 2, start + hall.seconds
        figures.marks.append(servers.mark())

        async def mark_half() -> None:
            await asyncio.sleep(half - time.monotonic())
            figures.marks.append(servers.mark())

        aside.append(asyncio.create_task(tell(hall, figures, servers)))
        aside += [asyncio.create_task(racer.race(half)) for racer in racers]
        await asyncio.gather(mark_half(), *(person.stay(start, end) for person in here))
        figures.marks.append(servers.mark())
        figures.memory["end"] = servers.sample()
        figures.races = sum(racer.figures.races for racer in racers)
        figures.late += sum(latency > hall.patience for _, latency in figures.changes)
        return figures
    finally:
        for task in aside:
            task.cancel()
        await asyncio.gather(*aside, return_exceptions=True)
        await asyncio.gather(*(p.leave() for p in [*crowd, *racers]), return_exceptions=True)


def quantile(values: Sequence[float], share: float) -> float:
    """In milliseconds; nan of nothing."""
    return 1000 * sorted(values)[int(share * (len(values) - 1) + 0.5)] if values else float("nan")


def table(hall: Hall, figures: Figures) -> Iterator[tuple[str, str]]:
    """Name and figure."""
    times, servers, own, machine = zip(*figures.marks, strict=True)
    latencies = [latency for _, latency in figures.changes]
    halves = [[s for t, s in figures.changes if (t < times[1]) == early] for early in (True, False)]
    count = max(1, len(latencies))
    quiet, changes = (1, max(1, len(halves[0]))) if hall.race else (2, count)
    seconds = times[2] - times[0]
    memory = figures.memory
    each = (memory["end"] - memory["first"]) / max(1, len(figures.joins) - max(1, len(hall.pid)))

    def ms(values: Sequence[float], *shares: float) -> str:
        return " / ".join(f"{quantile(values, share):.0f}" for share in shares)

    def cores(*used: float) -> str:
        return f"{100 * sum(used) / seconds:.0f} %"

    yield "people", str(len(figures.joins))
    yield "changes", str(len(latencies))
    yield "changes a second, asked for", f"{len(figures.joins) / hall.every:.1f}"
    yield "changes a second, answered", f"{len(latencies) / seconds:.1f}"
    yield "latency p50 / p95 / p99 / max, ms", ms(latencies, 0.5, 0.95, 0.99, 1)
    if hall.race:
        without, with_ = halves
        yield "without a race: p50 / p95, ms", ms(without, 0.5, 0.95)
        yield f"with {hall.racers} racing: p50 / p95, ms", ms(with_, 0.5, 0.95)
        ratios = [quantile(with_, share) / quantile(without, share) for share in (0.5, 0.95)]
        yield "their ratios", " / ".join(f"{ratio:.2f}" for ratio in ratios)
        yield "races run to their end", str(figures.races)
    yield "joining p50 / p95 / max, ms", ms(figures.joins, 0.5, 0.95, 1)
    for name in ("refused", "lost", "reconnected", "late", "wrong", "exceptions"):
        yield name, str(getattr(figures, name))
    yield "health p50 / p95 / max, ms", ms(figures.probes, 0.5, 0.95, 1)
    yield "health failures", f"{figures.unhealthy} of {len(figures.probes)}"
    yield "server CPU a change, ms", f"{1000 * (servers[quiet] - servers[0]) / changes:.1f}"
    yield "messages a change", f"{figures.messages / count:.1f}"
    yield "kB a change", f"{figures.bytes / 1000 / count:.1f}"
    held = (memory[when] for when in ("start", "first", "joined", "end"))
    yield "MB at the start / first page / all joined / end", " / ".join(f"{x:.0f}" for x in held)
    yield "MB a session", f"{each:.2f}"
    yield "CPU of the servers", cores(servers[2] - servers[0])
    yield "CPU of this program", cores(own[2] - own[0])
    others = machine[2] - machine[0], servers[0] - servers[2], own[0] - own[2]
    yield "CPU of all others", cores(*others)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[2])
    parser.add_argument("--url", default="", help="of a server that runs; else one is started")
    parser.add_argument("--pid", type=int, action="append", default=[], help="of its processes")
    parser.add_argument("--people", type=int, default=Hall.people)
    parser.add_argument("--join", type=float, default=Hall.join, help="people a second")
    parser.add_argument("--page", default=Hall.page)
    parser.add_argument("--query", default="", help="their address after the ?")
    parser.add_argument("--slider", default=Hall.slider, help="its key, one that the boards follow")
    parser.add_argument("--every", type=float, default=Hall.every, help="seconds between changes")
    parser.add_argument("--seconds", type=float, default=Hall.seconds)
    parser.add_argument("--race", default="", metavar="DATA", help="races in the second half")
    parser.add_argument("--racers", type=int, default=Hall.racers)
    parser.add_argument("--memory-every", type=float, default=0, help="seconds between lines of it")
    hall = Hall(**vars(parser.parse_args()))
    with contextlib.ExitStack() as stack:
        if not hall.url:
            hall.url, process = stack.enter_context(serve_process())
            hall.pid = [process.pid]
        if urlsplit(hall.url).hostname not in ("127.0.0.1", "localhost", "::1"):
            parser.error("only a server on this machine is measured")
        figures = asyncio.run(measure(hall))
    print("| figure | measured |\n|---|---|")
    for name, value in table(hall, figures):
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
