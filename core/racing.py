"""A race in a process of its own, which lets everybody else go first: `python -m core.racing`.

Both ends of its pipe are in this room: pickles go from one to the other and nowhere else.
"""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from core.losses import Loss
from core.training import Checkpoint, EpochRecord, RaceSettings, checkpoints

Answer = dict[Loss, tuple[list[EpochRecord], Checkpoint | None]]
"""For each loss the epochs that it went on, and where it stands; None if it is at its end."""
Ask = Callable[[RaceSettings, Mapping[Loss, Checkpoint], float, bool], Answer]
"""`advanced`, wherever it runs."""

_ROOT = Path(__file__).parents[1]
_BEHIND = 10
"""Steps of priority: beside a server that wants all of a processor a race has a tenth of it."""


def advanced(
    settings: RaceSettings, racers: Mapping[Loss, Checkpoint], seconds: float, networks: bool
) -> Answer:
    """All racers side by side, for so many seconds, but at least one epoch.

    Parameters
    ----------
    racers : where each of those stands that are still in the race
    seconds : after which no further epoch begins
    networks : whether the records keep their networks
    """
    end = time.monotonic() + seconds
    answer: Answer = {loss: ([], point) for loss, point in racers.items()}
    running = {loss: checkpoints(settings, loss, point) for loss, point in racers.items()}
    while running:
        for loss, racer in list(running.items()):
            records, _ = answer[loss]
            point = next(racer, None)
            answer[loss] = records, point
            if point is None:
                del running[loss]
            else:
                records.append(point.record if networks else point.record.bare())
        if time.monotonic() >= end:
            break
    return answer


@contextmanager
def process() -> Iterator[Ask]:
    """A process that advances races as long as it is needed.

    Its priority is lower than this one's, where the system has any. It ends with the `with`, however that
    ends, and at the end of its input if this process is killed.

    Raises
    ------
    ChildProcessError
        If it cannot be started, and from what is yielded, if it has ended by itself.
    """
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "core.racing"],
            cwd=_ROOT,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C in the terminal is for the server. A session of its own would keep it away too,
            # but Linux may weigh priorities only within a session.
            process_group=0,
        )
    except OSError as error:
        raise ChildProcessError("the process of a race cannot be started") from error
    assert child.stdin is not None
    assert child.stdout is not None
    requests, answers = child.stdin, child.stdout

    def ask(*request: object) -> Answer:
        try:
            pickle.dump(request, requests)
            requests.flush()
            answer: Answer = pickle.load(answers)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise ChildProcessError("the process of a race has ended by itself") from error
        return answer

    try:
        with suppress(AttributeError, OSError):  # not on every system, nor at every host
            own = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, child.pid, min(own + _BEHIND, 19))
        yield ask
    finally:
        child.kill()
        child.communicate()  # closes the pipes, whatever is still in them, and waits


def main() -> None:
    """Answer requests to the end of the input, which comes with the end of whoever asks."""
    # Python's own handler waits for a read that is under way, and then has a traceback to show.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with (
        suppress(EOFError, BrokenPipeError, pickle.UnpicklingError),
        open(0, "rb", closefd=False) as requests,
        open(1, "wb", closefd=False) as answers,
    ):
        while True:
            pickle.dump(advanced(*pickle.load(requests)), answers)
            answers.flush()


if __name__ == "__main__":
    main()
