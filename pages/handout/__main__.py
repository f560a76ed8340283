"""A handout from the command line: `python -m pages.handout 'losses?z1=6&t=2' > losses.html`."""

import sys
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from pages import PAGES
from pages.handout import check, lesson, page, race
from pages.handout.document import Made
from pages.instruments.check import FORMS
from pages.instruments.race import settings
from pages.instruments.table import INSTRUMENTS
from pages.lesson.lesson import Lesson
from pages.lesson.shelf import LESSON, opened, shelf
from pages.state import link
from pages.state.controls import defaults

USAGE = """\
usage: python -m pages.handout LINK > FILE.html

LINK is one of the explorer's, whole or from the page's name on: 'losses?z1=6&t=2'. A lesson is
'lessons?lesson=row-sums', or the path of its text: my-lesson.md."""


def handout(text: str, on: date) -> str:
    """The handout of a link.

    Raises ValueError if the link shows nothing that can be handed out.
    """
    if text.endswith(".md"):
        return lesson.handout(_read(Path(text)), Made("", on))
    if urlsplit(text.strip()).path.rpartition("/")[2] == "lessons":
        return _of_the_shelf(text, on)
    stem, said = link.read(text)
    if stem not in (able := (*INSTRUMENTS, "training", "check", "lessons")):
        raise ValueError(f"expected a page to hand out, one of {', '.join(able)}, got {stem}")
    here = next(p for p in PAGES if p.stem == stem)
    made = Made(page.address(here, said, _host(text)), on)
    state = {**defaults(), **said}
    if stem == "training":
        wanted = settings(state)
        return race.handout(wanted, race.run(wanted), made)
    if stem == "check":
        form = FORMS[state["given"]]
        found = form.diagnose(form.pasted(state), state)
        if found is None:
            raise ValueError(f"expected what you got as well, for example got_{form.usual}=0 0 0")
        return check.handout(found, made)
    return page.handout(stem, said, made)


def _of_the_shelf(text: str, on: date) -> str:
    """The handout of a lesson that a link names; the first, if it names none."""
    there = shelf()
    wanted = dict(parse_qsl(urlsplit(text.strip()).query)).get(LESSON, next(iter(there)))
    if wanted not in there:
        raise ValueError(f"expected a lesson, one of {', '.join(there)}, got {wanted[:40]!r}")
    made = Made(f"{_host(text)}lessons?{urlencode({LESSON: wanted})}", on)
    return lesson.handout(_read(there[wanted]), made)


def _read(path: Path) -> Lesson:
    """A lesson's file; what cannot be read in it is told. Raises ValueError if it is not there."""
    if path.exists() and not path.is_file():
        raise ValueError(f"expected a lesson's text, got {path}, which is no file")
    try:
        _, found = opened(path)
    except OSError as error:
        raise ValueError(f"expected a lesson's text, got {path}: {error.strerror}") from None
    for told in found.errors:
        print(f"{path}: {told}", file=sys.stderr)
    return found


def _host(text: str) -> str:
    """Where the explorer of a link is."""
    parts = urlsplit(text.strip())
    folder = parts.path.rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{folder}/" if parts.netloc else ""


def main(arguments: list[str]) -> int:
    """Write a handout to standard output; returns 0, or 2 if there is none."""
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print(USAGE, file=sys.stderr)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    try:
        text = handout(arguments[0], date.today())
    except ValueError as error:
        print(f"{str(error)[:1].upper()}{str(error)[1:]}.", file=sys.stderr)
        return 2
    sys.stdout.buffer.write(text.encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
