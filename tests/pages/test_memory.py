"""Nothing of a change outlives it, although no full collection runs after each."""

import gc
import subprocess
import sys

import pytest

from tests.pages.page_driver import open_page


@pytest.mark.parametrize(("page", "key"), [("losses", "z1"), ("network", "sample")])
def test_changes_leave_nothing_that_a_collection_would_not_find(page, key):
    at = open_page(page)

    def change(count):
        for k in range(count):
            at.slider(key=key).set_value(1 + k % 2).run()
        gc.collect()
        return len(gc.get_objects())

    change(4)
    held = change(2)
    assert change(20) - held < 500  # what one change makes is thousands of objects


def test_the_count_of_objects_would_show_what_is_held():
    gc.collect()
    before = len(gc.get_objects())
    held = [[k] for k in range(600)]
    gc.collect()
    assert len(gc.get_objects()) - before > 500, len(held)


def test_ordinary_collection_goes_on_and_passes_over_what_was_loaded():
    code = (
        "import gc; from pages.ui import startup; startup.load(); "
        "print(gc.isenabled(), gc.get_threshold()[0] > 0, gc.get_freeze_count())"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    enabled, often, frozen = told.stdout.split()
    assert (enabled, often) == ("True", "True")
    assert int(frozen) > 50_000
