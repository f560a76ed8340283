"""Worksheet, key and Moodle's XML from the command line, the same from the same."""

import argparse
import sys
from pathlib import Path

from core.practice import KINDS, LEVELS
from pages.sheet.choice import MOST, Choice
from pages.sheet.files import FILES

_KNOWN = {str(level): level for level in LEVELS}


def main(arguments: list[str]) -> int:
    """Write the three files into a folder; returns 0, or 2 for a choice that there is not."""
    parser = argparse.ArgumentParser(
        prog="python -m pages.sheet", description="Exercises for a class: to print, and for Moodle."
    )
    every = ",".join(KINDS)
    parser.add_argument("--kinds", default=every, help=f"among {every}")
    parser.add_argument("--levels", default="2", help=f"among {','.join(map(str, LEVELS))}")
    parser.add_argument("--count", type=int, default=10, help=f"of exercises, up to {MOST}")
    parser.add_argument("--seed", type=int, default=0, help="another one gives other numbers")
    parser.add_argument(
        "--address", default="", help="of the explorer, for links to it: https://…/"
    )
    parser.add_argument(
        "--out", type=Path, default=Path(), help="folder; this one if none is named"
    )
    given = parser.parse_args(arguments)
    try:
        levels = tuple(_KNOWN.get(text.strip(), text) for text in given.levels.split(","))
        kinds = tuple(text.strip() for text in given.kinds.split(","))
        choice = Choice(kinds, levels, given.count, given.seed, given.address)
        given.out.mkdir(parents=True, exist_ok=True)
        for name, make in FILES.items():
            (given.out / name).write_text(make(choice), encoding="utf-8", newline="\n")
            print(given.out / name)
    except (ValueError, OSError) as error:
        print(f"{str(error)[:1].upper()}{str(error)[1:]}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
