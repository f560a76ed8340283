"""What a page costs, beside a bare page of the same sliders: python -m tests.e2e.figures [--rounds 5].

CPU: of the server, from a slider's release to the end of the run. kB: all that is sent for it.
Load: from an empty cache to the last change on the page; of a page under an address of its own some
100 ms are the client's, which first looks for its server there and then at the root. Release: from letting a slider go in a
browser to the last change. Prints figures, medians over rounds in which all pages take turns, and
judges none of them.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.chromium import FLAGS, executable
from tests.e2e.conftest import ROOT, serve_process
from tests.e2e.hall import Servers
from tests.e2e.test_live import thumb
from tests.e2e.wire import Tab
from tests.patience import MILLISECONDS

SLIDERS = {
    "puzzle": "z1",
    "jacobian": "z1",
    "upstream": "z1",
    "losses": "z1",
    "network": "sample",
    "training": "epoch",
    "check": "tau",
    "bare": "z1",
    "four charts": "z1",
}
QUERIES = {
    "puzzle": "answer=No&ask=CE",
    "check": "input=2+1+0.1&target=0&got_dL_dz=0+0+0",
    "four charts": "charts=",
}
_CHANGES = 12
"""Releases whose CPU is taken together: the clock of a process ticks every 10 ms."""
_PAUSE = 1500
"""Milliseconds without a change after which none is expected."""
_QUIET = """ms => new Promise(ring => {
  const look = () => (performance.now() - window.changed > ms ? ring() : setTimeout(look, 50));
  look();
})"""
_AFTER = 0.05
"""Seconds in which a session tidies up when its answer has gone."""
_WATCH = """(() => {
  window.changed = 0;
  const watch = new MutationObserver(() => { window.changed = performance.now(); });
  const all = {subtree: true, childList: true, characterData: true, attributes: true};
  watch.observe(document, all);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    watch.observe(root, all);
    return root;
  };
})();"""

Figures = dict[str, list[float]]


class Site:
    """The server of a page, with what was measured of it."""

    def __init__(self, name: str, address: str, pid: int) -> None:
        self.name, self.address = name, address
        self.servers = Servers([pid])
        self.path = "" if name in ("puzzle", "bare", "four charts") else name
        self.query = QUERIES.get(name, "")
        self.figures: Figures = {"cpu": [], "kb": [], "load": [], "release": []}

    def change(self, turn: int) -> None:
        """Releases without a browser."""
        key = SLIDERS[self.name]
        with Tab(self.address, self.path, self.query) as tab:
            tab.run()
            sizes = []
            before = self.servers.mark().servers
            for k in range(_CHANGES):
                tab.slide(key, 1 + (turn + k) % 2 if key in ("sample", "epoch") else 0.5 + 0.1 * k)
                sizes.append(sum(map(len, tab.finish().frames)))
                time.sleep(_AFTER)
            spent = self.servers.mark().servers - before
        self.figures["cpu"].append(1000 * spent / _CHANGES)
        self.figures["kb"].append(median(sizes) / 1000)

    def look(self, browser: Browser) -> None:
        """A visit and a release in a browser that has never been here."""
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(MILLISECONDS)
        context.add_init_script(_WATCH)
        page = context.new_page()
        page.goto(f"{self.address}/{self.path}?{self.query}")
        key = SLIDERS[self.name]
        page.locator(f".st-key-{key} input[type=range]").wait_for(state="attached")
        page.evaluate(_QUIET, _PAUSE)
        self.figures["load"].append(page.evaluate("window.changed"))
        with thumb(page, key) as drag:
            for share in (0.4, 0.5, 0.85):
                drag(share)
            let_go = page.evaluate("performance.now()")
        page.evaluate(_QUIET, _PAUSE)
        self.figures["release"].append(page.evaluate("window.changed") - let_go)
        context.close()


@contextmanager
def sites() -> Iterator[list[Site]]:
    """The project's pages and the bare ones, each kind with a server."""
    with ExitStack() as stack:
        bare = (
            Path(__file__).parent / "bare"
        )  # with our setting that spares most of what a rerun costs
        ours, process = stack.enter_context(serve_process())
        theirs, other = stack.enter_context(
            serve_process(
                folder=bare, PYTHONPATH=str(ROOT), STREAMLIT_RUNNER_POST_SCRIPT_GC="false"
            )
        )
        yield [
            Site(name, theirs, other.pid)
            if name in ("bare", "four charts")
            else Site(name, ours, process.pid)
            for name in SLIDERS
        ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with sync_playwright() as p, sites() as measured:
        browser = p.chromium.launch(executable_path=executable(), args=FLAGS)
        for turn in range(rounds + 1):
            for site in measured:
                site.change(turn)
                site.look(browser)
                if not turn:
                    site.figures = {kind: [] for kind in site.figures}  # the first one warms up
        browser.close()
    medians = {s.name: {kind: median(v) for kind, v in s.figures.items()} for s in measured}
    bare, puzzle = medians["bare"], medians["puzzle"]
    print("page          CPU ms  × bare    kB   load ms  × puzzle  release ms")
    for name, m in medians.items():
        print(
            f"{name:12} {m['cpu']:7.1f} {m['cpu'] / bare['cpu']:7.2f} {m['kb']:6.1f} {m['load']:8.0f} "
            f"{m['load'] / puzzle['load']:9.2f} {m['release']:10.0f}"
        )


if __name__ == "__main__":
    main()
