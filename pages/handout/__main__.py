"""A handout from the command line: `python -m pages.handout 'losses?z1=6&t=2' > losses.html`."""

import sys
from datetime import date
from urllib.parse import urlsplit

from pages import PAGES
from pages.handout import page
from pages.handout.document import Made
from pages.state import link

USAGE = """\
usage: python -m pages.handout LINK > FILE.html

LINK is one of the explorer's, whole or from the page's name on: 'losses?z1=6&t=2'."""


def made(text: str, on: date) -> str:
    """The handout of a link.

    Raises ValueError if the link shows nothing that can be handed out.
    """
    stem, said = link.read(text)
    here = next(p for p in PAGES if p.stem == stem)
    return page.handout(stem, said, Made(page.address(here, said, _host(text)), on))


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
        text = made(arguments[0], date.today())
    except ValueError as error:
        print(f"{str(error)[:1].upper()}{str(error)[1:]}.", file=sys.stderr)
        return 2
    sys.stdout.buffer.write(text.encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
