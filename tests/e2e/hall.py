"""A lecture hall: python -m tests.e2e.hall --people 200 --seconds 30 [--help for the rest].

People join, then each moves a slider to a random step every few seconds, but not before the last
answer is there. Prints figures, and judges none of them.

Latency: from a change to the end of a run that began after it, reconnections included.
Late, lost: no answer, no connection in 30 s, if --patience does not say otherwise. Wrong: an answer
whose boards do not say what this person's controls stand at.
"""

import argparse
import asyncio
import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.e2e.conftest import serve_process
from tests.e2e.crowd import FAILURES, Figures, Hall, Person, fetch

_TICK, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


class Mark(NamedTuple):
    """A moment: seconds, seconds of CPU that were used until then, megabytes that are held."""

    time: float
    servers: float
    own: float
    machine: float
    memory: float


class Servers:
    """The processes that are measured."""

    def __init__(self, pids: Sequence[int]) -> None:
        self.used = dict.fromkeys(pids, 0.0)
        """CPU of each; of one that has ended what was last seen."""

    def mark(self) -> Mark:
        held = 0.0
        for pid in self.used:
            with contextlib.suppress(OSError), open(f"/proc/{pid}/stat") as file:
                words = file.read().rpartition(")")[2].split()
                self.used[pid] = (int(words[11]) + int(words[12])) / _TICK
                held += int(words[21]) * _PAGE / 2**20
        with open("/proc/stat") as file:
            user, nice, system, _, _, irq, soft, steal = map(int, file.readline().split()[1:9])
        machine = (user + nice + system + irq + soft + steal) / _TICK
        used = sum(self.used.values())
        return Mark(time.monotonic(), used, time.process_time(), machine, held)


async def watch(hall: Hall, figures: Figures, servers: Servers, over: asyncio.Event) -> None:
    """Once a second: is the server healthy, and how soon does it say so?"""
    while not over.is_set():
        start = time.monotonic()
        try:
            async with asyncio.timeout(hall.patience):
                healthy = await fetch(hall.url, "/_stcore/health", {}) == 200
        except FAILURES:
            healthy = False
        figures.probes.append(time.monotonic() - start)
        figures.unhealthy += not healthy
        servers.mark()  # of one that is killed this much is known
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), start + 1 - time.monotonic())


async def tell(hall: Hall, figures: Figures, servers: Servers) -> None:
    start = time.monotonic()
    while hall.memory_every:
        await asyncio.sleep(hall.memory_every)
        minutes = (time.monotonic() - start) / 60
        print(
            f"{minutes:.1f} min: {servers.mark().memory:.0f} MB, {len(figures.changes)} changes",
            flush=True,
        )


async def measure(hall: Hall) -> tuple[Figures, dict[str, Mark]]:
    figures, servers = Figures(), Servers(hall.pid)
    marks = {"start": servers.mark()}
    crowd = [Person(hall, figures, hall.page, hall.query) for _ in range(hall.people)]
    raced = Figures()
    racers = [
        Person(hall, raced, "training", f"data={hall.race}")
        for _ in range(hall.racers if hall.race else 0)
    ]

    here: list[Person] = []

    async def come(person: Person, after: float) -> None:
        await asyncio.sleep(after)
        try:
            await person.join()
            here.append(person)
        except FAILURES:
            figures.refused += 1
            await person.leave()

    async def mark(name: str, when: float) -> None:
        await asyncio.sleep(when - time.monotonic())
        marks[name] = servers.mark()

    over = asyncio.Event()
    watching = asyncio.create_task(watch(hall, figures, servers, over))
    aside = [watching]
    try:
        for person in crowd[: _alone(hall)]:
            await come(person, 0)
        marks["first"] = servers.mark()
        await asyncio.gather(*(come(p, k / hall.join) for k, p in enumerate(crowd[_alone(hall) :])))
        for key in hall.sliders:
            if any(key not in person.state or key not in person.steps for person in here):
                raise SystemExit(f"no board of {hall.page!r} follows a slider {key!r}")

        figures.messages = figures.bytes = 0
        marks["joined"] = servers.mark()
        start = time.monotonic()
        half, end = start + hall.seconds / 2, start + hall.seconds
        aside.append(asyncio.create_task(tell(hall, figures, servers)))
        aside += [asyncio.create_task(racer.race(half)) for racer in racers]
        await asyncio.gather(mark("half", half), *(person.stay(start, end) for person in here))
        marks["end"] = servers.mark()
        over.set()
        await watching
        figures.races, figures.raced = raced.races, raced.raced
        figures.late += sum(latency > hall.patience for _, latency in figures.changes)
        return figures, marks
    finally:
        for task in aside:
            task.cancel()
        await asyncio.gather(*aside, return_exceptions=True)
        await asyncio.gather(*(p.leave() for p in [*crowd, *racers]), return_exceptions=True)


def _alone(hall: Hall) -> int:
    """The people who come one by one: at its first page a server loads what it will need."""
    return max(1, len(hall.pid))


def quantile(values: Sequence[float], share: float) -> float:
    """In milliseconds; nan of nothing."""
    return 1000 * sorted(values)[int(share * (len(values) - 1) + 0.5)] if values else float("nan")


def table(hall: Hall, figures: Figures, marks: dict[str, Mark]) -> Iterator[tuple[str, str]]:
    """Name and figure."""
    _, first, joined, half, end = (marks[k] for k in ("start", "first", "joined", "half", "end"))
    people, seconds = len(figures.joins), end.time - joined.time
    latencies = [latency for _, latency in figures.changes]
    without = [latency for due, latency in figures.changes if due < half.time]
    with_race = [latency for due, latency in figures.changes if due >= half.time]
    count = max(1, len(latencies))

    def ms(values: Sequence[float], *shares: float) -> str:
        return " / ".join(f"{quantile(values, share):.0f}" for share in shares)

    def cores(used: float) -> str:
        return f"{100 * used / seconds:.0f} %"

    yield "people", str(people)
    yield "changes", str(len(latencies))
    yield "changes a second, wanted", f"{people / hall.every:.1f}"
    yield "changes a second, answered", f"{len(latencies) / seconds:.1f}"
    yield "latency p50 / p95 / p99 / max, ms", ms(latencies, 0.5, 0.95, 0.99, 1)
    if hall.race:
        yield "without a race: p50 / p95, ms", ms(without, 0.5, 0.95)
        yield f"with {hall.racers} racing: p50 / p95, ms", ms(with_race, 0.5, 0.95)
        ratios = [quantile(with_race, share) / quantile(without, share) for share in (0.5, 0.95)]
        yield "their ratios", " / ".join(f"{ratio:.2f}" for ratio in ratios)
        yield "races begun / ended", f"{figures.races} / {figures.raced}"
    yield "joining p50 / p95 / max, ms", ms(figures.joins, 0.5, 0.95, 1)
    for name in ("refused", "lost", "reconnected", "late", "wrong", "exceptions"):
        yield name, str(getattr(figures, name))
    yield "health p50 / p95 / max, ms", ms(figures.probes, 0.5, 0.95, 1)
    yield "health failures", f"{figures.unhealthy} of {len(figures.probes)}"
    if hall.race:  # the race's own CPU belongs to no change
        a_change = (half.servers - joined.servers) / max(1, len(without))
    else:
        a_change = (end.servers - joined.servers) / count
    yield "server CPU a change, ms", f"{1000 * a_change:.1f}"
    yield "messages a change", f"{figures.messages / count:.1f}"
    yield "kB a change", f"{figures.bytes / 1000 / count:.1f}"
    held = " / ".join(f"{marks[k].memory:.0f}" for k in ("start", "first", "joined", "end"))
    yield "MB at the start / first page / all joined / end", held
    each = [(m.memory - first.memory) / max(1, people - _alone(hall)) for m in (joined, end)]
    yield "MB a session, all joined / end", " / ".join(f"{x:.2f}" for x in each)
    servers, own = end.servers - joined.servers, end.own - joined.own
    yield "CPU of the servers", cores(servers)
    yield "CPU of this program", cores(own)
    yield "CPU of all others", cores(end.machine - joined.machine - servers - own)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[2])
    for option in fields(Hall):
        name, help = f"--{option.name.replace('_', '-')}", option.metadata["help"]
        if option.name == "pid":
            parser.add_argument(name, type=int, action="append", default=[], help=help)
        else:
            kind = type(option.default)
            parser.add_argument(name, type=kind, default=option.default, help=help)
    hall = Hall(**vars(parser.parse_args()))
    with contextlib.ExitStack() as stack:
        if not hall.url:
            hall.url, process = stack.enter_context(serve_process())
            hall.pid = [process.pid]
        if urlsplit(hall.url).hostname not in ("127.0.0.1", "localhost", "::1"):
            parser.error("only a server on this machine is measured")
        figures, marks = asyncio.run(measure(hall))
    print("| figure | measured |\n|---|---|")
    for name, value in table(hall, figures, marks):
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
