"""The process of a race: it answers as core does, goes last, and outlives nobody."""

import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import core
from core import DATA, LOSSES, RaceSettings, checkpoints, racing
from tests.core.trainings import assert_same
from tests.patience import SECONDS

COMMAND = [sys.executable, "-m", "core.racing"]
ROOT = Path(core.__file__).parents[1]
QUICK = RaceSettings(epochs=4, hidden=3, momentum=0.5)
LONG = RaceSettings("digits", epochs=200, hidden=64, batch_size=2)


def starts(settings):
    return {loss: next(checkpoints(settings, loss)) for loss in LOSSES}


def whole(settings, loss):
    return list(core.racer(settings, loss))


def raced(ask, settings, seconds=0.0, networks=True):
    """All records that the answers bring, and how many answers there were."""
    history, racers, answers = {loss: [] for loss in LOSSES}, starts(settings), 0
    while racers:
        answer = ask(settings, racers, seconds, networks)
        answers += 1
        for loss, (records, _) in answer.items():
            history[loss] += records
        racers = {loss: point for loss, (_, point) in answer.items() if point}
    return history, answers


# --- what is answered ------------------------------------------------------------------------


def test_both_go_on_by_one_epoch_at_least_however_short_the_time():
    answer = racing.advanced(QUICK, starts(QUICK), 0, True)
    assert list(answer) == list(LOSSES)
    for records, point in answer.values():
        assert [r.epoch for r in records] == [1]
        assert point.record is records[-1]


def test_both_go_on_to_their_end_if_there_is_time():
    for loss, (records, point) in racing.advanced(QUICK, starts(QUICK), 1e9, True).items():
        assert point is None
        assert_same(records, whole(QUICK, loss)[1:])


def test_whoever_has_ended_is_not_asked_for_again():
    answer = racing.advanced(QUICK, {"MSE": starts(QUICK)["MSE"]}, 0, True)
    assert list(answer) == ["MSE"]
    assert racing.advanced(QUICK, {}, 0, True) == {}


def test_one_that_diverges_ends_and_the_other_goes_on():
    settings = RaceSettings(
        hidden=4,
        activation="ReLU",
        learning_rate=1e4,
        epochs=10,
        momentum=0.9,
        reduction="sum",
        seed=1,
    )
    history, _ = raced(racing.advanced, settings)
    for loss in LOSSES:
        assert_same(history[loss], whole(settings, loss)[1:])
    assert len(history["CE"]) < len(history["MSE"]) == 10


def test_records_come_without_their_networks_if_these_are_not_wanted():
    (records, point), _ = racing.advanced(QUICK, starts(QUICK), 0, False).values()
    assert records[0].network.layers == ()
    assert point.record.network.layers
    assert_same(records, [whole(QUICK, "CE")[1].bare()])


# --- the process -----------------------------------------------------------------------------


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("seconds", [0, 0.02, 60])
def test_the_process_answers_as_core_does_to_the_last_bit(children, data, seconds):
    settings = RaceSettings(data, epochs=5, hidden=16, momentum=0.7)
    with racing.process() as ask:
        history, answers = raced(ask, settings, seconds)
    assert len(children) == 1
    assert answers == {0: 6, 60: 1}.get(seconds, answers)
    for loss in LOSSES:
        assert_same(history[loss], whole(settings, loss)[1:])


def test_one_process_can_run_one_race_after_another(children):
    with racing.process() as ask:
        for settings in (QUICK, RaceSettings(epochs=2, seed=4)):
            history, _ = raced(ask, settings, 60)
            assert_same(history["MSE"], whole(settings, "MSE")[1:])
    assert len(children) == 1


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="there are no priorities")
def test_its_priority_is_lower_from_the_start(children):
    own = os.getpriority(os.PRIO_PROCESS, 0)
    with racing.process():
        assert os.getpriority(os.PRIO_PROCESS, children[0].pid) == min(own + 10, 19)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="there is no /proc")
def test_it_is_one_thread_whatever_the_server_takes(children, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    with racing.process() as ask:
        ask(LONG, starts(LONG), 0, False)
        assert len(list(Path(f"/proc/{children[0].pid}/task").iterdir())) == 1


# --- its end ---------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit])
def test_it_ends_with_the_block_however_that_ends(children, error):
    with pytest.raises(error), racing.process():
        raise error
    assert len(children) == 1


def test_it_ends_with_a_block_that_asks_nothing(children):
    with racing.process():
        pass
    assert len(children) == 1


@pytest.mark.parametrize("requests", [0, 2])
def test_a_process_that_was_killed_between_two_requests_is_reported(children, requests):
    with racing.process() as ask:
        for _ in range(requests):
            ask(QUICK, starts(QUICK), 0, True)
        children[0].kill()
        children[0].wait()
        with pytest.raises(ChildProcessError, match="ended by itself"):
            ask(LONG, starts(LONG), 0, True)


def test_a_process_that_is_killed_before_it_answers_is_reported(children):
    with racing.process() as ask:
        ask(QUICK, starts(QUICK), 0, True)
        killing = threading.Timer(0.2, children[0].kill)
        killing.start()
        with pytest.raises(ChildProcessError, match="ended by itself"):
            ask(LONG, starts(LONG), 60, True)
        killing.join()


def test_a_process_that_cannot_be_started_is_reported(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ChildProcessError, match="cannot be started"), racing.process():
        pytest.fail("there is none")


def ended(child):
    """Its code, and all that it said."""
    said, told = child.communicate(timeout=SECONDS)
    return child.returncode, said, told


def by_hand(**kwargs):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(COMMAND, cwd=ROOT, **pipes | kwargs)


@pytest.mark.parametrize("cut", [0, 1, 20, -1])
def test_it_ends_in_silence_at_the_end_of_its_input_even_in_the_middle_of_a_request(cut):
    request = pickle.dumps((QUICK, starts(QUICK), 0, True))
    child = by_hand()
    child.stdin.write(request[:cut])
    assert ended(child) == (0, b"", b"")


def test_it_ends_in_silence_when_nobody_reads_its_answer():
    child = by_hand()
    child.stdout.close()
    pickle.dump((QUICK, starts(QUICK), 0, True), child.stdin)
    child.stdin.flush()
    assert child.wait(SECONDS) == 0
    assert child.stderr.read() == b""
    child.stdin.close()
    child.stderr.close()


def test_an_interrupt_ends_it_in_silence():
    child = by_hand()
    pickle.dump((QUICK, starts(QUICK), 0, True), child.stdin)
    child.stdin.flush()
    assert np.isfinite(pickle.load(child.stdout)["CE"][0][0].dL_dz_norm)  # so it has started
    child.send_signal(signal.SIGINT)
    assert ended(child) == (-signal.SIGINT, b"", b"")


@pytest.mark.skipif(not hasattr(os, "getpgid"), reason="there are no groups of processes")
def test_an_interrupt_in_the_terminal_does_not_reach_it(children):
    with racing.process():
        assert os.getpgid(children[0].pid) != os.getpgrp()
        assert os.getsid(children[0].pid) == os.getsid(0)
