"""A handout is one file: whole, small, the same from the same, and closed to everything else."""

import base64
import hashlib
import re
import subprocess
import sys
from datetime import date

import pytest

from pages.handout import race
from pages.handout.__main__ import handout, main
from pages.handout.document import Made, Step, document
from pages.instruments.race import settings
from pages.instruments.table import INSTRUMENTS
from pages.notation import html
from pages.notation.html import tag
from pages.state.controls import defaults

TODAY = date(2026, 11, 27)
LINKS = (
    "puzzle?answer=Yes&ask=CE&z1=0.5",
    "jacobian?n=4&i=2&nudge=-1",
    "upstream?up=custom&g1=0.3&tau=2",
    "losses?z1=6&t=2",
    "network?stage=5&taken=3",
)
"""One of each page with an instrument."""
MOST = 150_000
"""Bytes of a step."""


def numbers_of(text):
    """The part of a handout that is a step's numbers."""
    return re.findall(r'<script type="text/plain">([^<]*)</script>', text)


def test_there_is_a_link_for_every_instrument():
    assert [link.partition("?")[0] for link in LINKS] == list(INSTRUMENTS)


@pytest.mark.parametrize("link", LINKS)
def test_the_same_link_and_day_give_the_same_bytes(link):
    assert handout(link, TODAY) == handout(link, TODAY)
    assert handout(link, TODAY) != handout(link, date(2026, 11, 28))


@pytest.mark.parametrize("link", [*LINKS, *(f"{stem}?n=10" for stem in INSTRUMENTS)])
def test_a_step_is_small_and_so_is_what_all_steps_share(link):
    text = handout(link, TODAY)
    (numbers,) = numbers_of(text)
    assert len(numbers) < MOST
    assert len(text.encode()) - len(numbers) < 60_000


@pytest.mark.parametrize("link", LINKS)
def test_all_that_runs_is_known_to_the_files_own_policy_by_hash(link):
    text = handout(link, TODAY)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    policy = policy.replace("&#x27;", "'")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    (script,) = re.findall(r'<script type="module">(.*?)</script>', text, re.S)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.S)
    for part in (script, style):
        digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert text.index("Content-Security-Policy") < text.index("<style>")
    assert not re.search(
        r"\b(src|srcset|on\w+|style)=", re.sub(r"(?s)<script.*?</script>", "", text)
    )


HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(1)">&amp;\'"'


def test_a_text_stays_a_text_wherever_it_stands():
    step = Step(HOSTILE, tag("p", HOSTILE, class_=HOSTILE), below=tag("pre", HOSTILE))
    text = document(HOSTILE, [step, step], Made(HOSTILE, TODAY), language=HOSTILE)
    assert "<img" not in text
    assert "alert(1)</script>" not in text
    assert text.count("<script") == 2
    assert '<html lang="en">' in text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//x"]
)
def test_only_the_web_is_linked_to(address):
    assert html.link(address, "words") == "words"
    assert 'href="https://a/?x=1&amp;y=2"' in html.link("https://a/?x=1&y=2", "words")


def test_the_link_of_a_host_stands_at_the_foot_with_the_day():
    text = handout("https://host/folder/losses?z1=6&t=2", TODAY)
    assert 'href="https://host/folder/losses?z1=6.0&amp;t=2"' in text.replace("z1=6&", "z1=6.0&")
    assert ">27 November 2026</time>" in text


def test_a_hostile_link_is_no_markup():
    text = handout('https://a"><script>x</script>/losses?z1=6', TODAY)
    assert "<script>x" not in text


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("losses?z1=60", "Expected z1 as a number from -10 to 10"),
        ("losses?z99=6", "Expected the name of a control"),
        ("losses?t=5", "Expected t as one of 1, 2, 3"),
        ("nowhere?z1=6", "Expected a page, one of"),
    ],
)
def test_what_cannot_be_handed_out_is_said_on_the_command_line(capsys, link, says):
    assert main([link]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(says)


def test_the_command_line_writes_a_file():
    run = subprocess.run(
        [sys.executable, "-m", "pages.handout", "puzzle"], capture_output=True, check=True
    )
    assert run.stdout.startswith(b"<!doctype html>")
    assert (
        b"usage"
        in subprocess.run([sys.executable, "-m", "pages.handout"], capture_output=True).stderr
    )


def test_a_race_that_has_been_run_is_handed_out_whole_and_small():
    wanted = settings({**defaults(), "epochs": 10, "confidence": 10.0})
    text = race.handout(wanted, race.run(wanted), Made("training", TODAY))
    (numbers,) = numbers_of(text)
    assert len(numbers) < MOST
    assert "ends at 33 %" in text


def test_a_report_is_handed_out_and_what_is_no_check_is_not():
    text = handout("check?input=2+1+0.1&target=0&got_dL_dz=0+0+0", TODAY)
    assert "the rows of J are summed" in text
    with pytest.raises(ValueError, match="expected what you got"):
        handout("check?input=2+1+0.1", TODAY)
