"""Open hostile links at a real server: python -m tests.e2e.fuzz_links [how many, 10 000 if not said].

Each link is opened in a session of its own. What must not happen: an exception on the page, a
traceback in the server's log, text of the link where the browser would take it for markup, memory
that grows.
"""

import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from google.protobuf.message import Message

from pages import PAGES
from pages.state.controls import CONTROLS
from pages.state.kinds import Choice, Text
from tests.e2e.conftest import serve_process
from tests.e2e.wire import Tab, healthy, memory

MARK = "qWx7Kz"
"""In every text of every link: where it turns up again, it came from the link."""
SHOWN_AS_TEXT = {"text_area", "code", "bidi_component"}
"""What the browser shows letter by letter: the readers' own texts, code, the board's data."""
WARM_UP = 100
"""Links until the server has loaded all that it will."""

_PAGES = ("", *(page.stem for page in PAGES[1:]), "nowhere", f"<b>{MARK}</b>", "../check")
_KEYS = (
    *CONTROLS,
    *("embed", "embed_options", "page", "preset", "run", "epoch ", "z11", "z0", "N", "__class__"),
    *(f"<img src={MARK} onerror=alert(1)>", f"**{MARK}**", "a" * 10_000, "🙂", "\x00"),
)
_VALUES = (
    *("", "0", "1", "-1", "3", "2.5", "1e400", "-1e400", "9" * 400, "0x10", "1_0", "٣", "1,5"),
    *("nan", "NaN", "-inf", "Infinity", "true", "None", "null", "[1,2]", "{}", "[[[[[[[[1]]]]]]]]"),
    *(f"<script>alert('{MARK}')</script>", f'"><img src={MARK} onerror=alert(1)>', f"**{MARK}**"),
    *(f"[{MARK}](javascript:alert(1))", f"${MARK}$", f":material/{MARK}:", f":red[{MARK}]"),
    *(f"{MARK}%s%n%x", f"{{{MARK}.__class__}}", f"${{{MARK}}}", f"={MARK}+cmd|' /C calc'!A0"),
    *(f"../../{MARK}", f"{MARK}\x00\x01\x1b[31m\x7f", f"{MARK}\u202e\u2066\ufeff\ufdd0", "🙂" * 50),
    *("\r\nSet-Cookie: a=b", "%", "%zz", "%00", "&&==", "__import__('os').getcwd()"),
    *(
        "2.0 1.0 0.1",
        "[[1, 2], [3, 4]]",
        "1 2\n3",
        "(" * 2000,
        "1 " * 2000,
        f"1 2 {MARK}",
        "\n" * 500,
    ),
    *("x" * 100_000, "1," * 50_000, "\\begin{pmatrix}" * 200, f"{MARK}é" * 10_000),
)


def _value(chance: random.Random, key: str) -> str:
    control = CONTROLS.get(key)
    dice = chance.random()
    if isinstance(control, Choice) and control.options and dice < 0.4:
        return chance.choice(control.options)  # the others are then tried in more of the page
    if isinstance(control, Text) and dice < 0.3:
        return chance.choice(["0", "2 1 0.1", "[0.5 -0.2]", f"1 {MARK}", "[[1 0 0]\n [0 1 0]]"])
    if dice < 0.5:
        return repr(chance.choice([chance.uniform(-20, 20), chance.randint(-3, 300)]))
    if dice < 0.6:
        return "".join(chr(chance.randrange(1, 0xD800)) for _ in range(chance.randrange(1, 60)))
    return chance.choice(_VALUES)


def link(number: int) -> tuple[str, str]:
    """A page and the rest of the address, the same for the same number."""
    chance = random.Random(number)
    pairs = []
    for _ in range(chance.choice([1, 3, 10, 60, 400])):
        key = chance.choice(_KEYS if chance.random() < 0.8 else tuple(CONTROLS))
        value = _value(chance, key)
        raw = chance.random() < 0.1 and value.isprintable()
        pairs.append(f"{quote(key)}={value if raw else quote(value)}")
    return chance.choice(_PAGES), chance.choice(["&"] * 9 + [";"]).join(pairs)


def _strings(message: Message, path: str = "") -> list[tuple[str, str]]:
    """Every text of a message, with the names of the fields that lead to it."""
    found: list[tuple[str, str]] = []
    for field_, value in message.ListFields():
        here = f"{path}.{field_.name}"
        for one in value if isinstance(value, list) or hasattr(value, "add") else [value]:
            if isinstance(one, Message):
                found += _strings(one, here)
            elif isinstance(one, str | bytes):
                found.append((here, one if isinstance(one, str) else one.decode("latin-1")))
    return found


def _reflected(element: Any) -> list[str]:
    return [path for path, text in _strings(element) if MARK in text]


def wrong(address: str, page: str, query: str) -> list[str]:
    """What is wrong with the page that a link opens."""
    with Tab(address, page, query) as tab:
        run = tab.run()
    found = [f"exception: {e.type} {e.message[:200]}" for e in run.of("exception")]
    for frame, message in zip(run.frames, run.messages, strict=True):
        if MARK.encode() in frame and message.WhichOneof("type") == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") not in SHOWN_AS_TEXT:
                found += [f"reflected in {path}" for path in _reflected(message)]
    if not any(True for _ in run.elements()):
        found.append("an empty page")
    return found


@dataclass
class Report:
    """Of many links."""

    opened: int = 0
    wrong: list[str] = field(default_factory=list)
    """Link number, what is wrong with it."""
    log: str = ""
    """Lines of the server's log that speak of an error."""
    warm: float = 0.0
    end: float = 0.0
    """Megabytes after the warm-up and at the end."""
    seconds: float = 0.0


def fuzz(count: int) -> Report:
    """Open links 0 … count − 1 at a server of their own."""
    report = Report()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        with serve_process(log=log) as (address, process):
            for number in range(count):
                page, query = link(number)
                try:
                    faults = wrong(address, page, query)
                except (OSError, TimeoutError) as error:
                    faults = [f"no answer: {error!r}"]
                report.wrong += [f"{number} /{page}: {fault}" for fault in faults]
                report.opened += 1
                if number == min(WARM_UP, count // 2):
                    report.warm = memory(process)
                if count > 1000 and number % 500 == 0:
                    print(number, round(memory(process)), "MB", len(report.wrong), flush=True)
            report.end = memory(process)
            if not healthy(address):
                report.wrong.append("the server is not healthy at the end")
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    report.log = "\n".join(x for x in lines if "Traceback" in x or "Error" in x)
    report.seconds = time.monotonic() - start
    return report


if __name__ == "__main__":
    try:
        result = fuzz(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    except subprocess.SubprocessError as error:
        sys.exit(str(error))
    print(*result.wrong[:50], sep="\n")
    print(result.log)
    print(
        f"{result.opened} links in {result.seconds:.0f} s, {len(result.wrong)} wrong, "
        f"{result.warm:.0f} MB after the first {WARM_UP} and {result.end:.0f} MB at the end"
    )
    sys.exit(bool(result.wrong or result.log))
