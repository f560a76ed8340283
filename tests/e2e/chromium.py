"""Find a Chromium for the browser tests; as a program, install one where there is none.

An installed one first (or the one that the variable CHROMIUM names), else Playwright's, else
Debian's package. If none can be had, that is an error with its mend, never a skip.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.patience import SECONDS

_WITHOUT = [
    # What playwright leaves out too: the last list is the one that counts.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    # Two pages of the address bar, drawn anew for every tab: a second of CPU each time.
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
]
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={','.join(_WITHOUT)}",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # a container's root cannot use the sandbox; only our own page is opened
]
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MISSING = """\
The browser tests need Chromium, and none was found or could be installed.
Install one (Debian, Ubuntu: apt-get install chromium; others: python -m playwright install chromium)
or name one: CHROMIUM=/path/to/chromium make test
"""


def executable() -> str | None:
    """The path of a Chromium, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as p:
        path = p.chromium.executable_path
    return path if Path(path).exists() else None


def _try(*command: str) -> None:
    if shutil.which(command[0]):
        print("+", *command, flush=True)
        subprocess.run(command, check=False, timeout=3 * SECONDS)


def main() -> int:
    """Make sure that there is one; 1 if not."""
    if executable() is None:
        _try(sys.executable, "-m", "playwright", "install", "chromium")
    if executable() is None and sys.platform == "linux" and os.geteuid() == 0:
        _try("apt-get", "update")
        _try("apt-get", "install", "-y", "--no-install-recommends", "chromium")
    path = executable()
    print(f"Chromium: {path}" if path else _MISSING, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
