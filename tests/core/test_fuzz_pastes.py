"""Damaged printouts get a verdict or a clear refusal, and nothing else."""

from core import ReadingError
from tests.core import fuzz_pastes


def test_some_hundred_damaged_printouts_end_in_a_verdict_or_a_clear_refusal():
    ends, faults, _ = fuzz_pastes.run(400, seed=15)
    assert faults == []
    assert ends.keys() == {"right", "not right", "refused"} | ends.keys() & {"open"}


def test_the_fuzz_sees_a_crash_and_an_unclear_refusal(monkeypatch):
    monkeypatch.setattr(fuzz_pastes, "diagnose", lambda **given: 1 / 0)
    assert fuzz_pastes.end({}, "z")[0] == "fault"

    def refuse(**given):
        raise ReadingError("no")

    monkeypatch.setattr(fuzz_pastes, "diagnose", refuse)
    assert fuzz_pastes.end({}, "z") == ("refused", "no")
