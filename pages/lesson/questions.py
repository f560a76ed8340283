"""Questions whose answers are computed from the state in which the step begins: choice, sign, number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pages.lesson.quantities import Claim, Numbers, Prose, Reference, cut
from pages.notation.number_format import ROUND_OFF, fixed

SIGNS = ("+", "0", "−")
"""The answers to a question for a sign."""
WITHIN = 0.02
"""A number is right if it is no further off than this part of the right one."""
AT_HOME = "Asked of the board as it stood at first: what was moved goes back."
"""Said where the reader may have moved something: an author's words are about the step as it begins."""
NEAR_ZERO = 5e-4
"""How far from zero an answer may be where zero is right."""


@dataclass(frozen=True)
class Option:
    """One answer of several."""

    text: str
    claim: Claim | None
    """None for the one that is right when no other is."""
    says: Prose = ()
    """What is said to whoever picks it."""


@dataclass(frozen=True)
class Verdict:
    """What became of an answer."""

    right: bool
    says: Prose = ()
    """The author's words to this answer."""


@dataclass(frozen=True)
class Question:
    """What all three kinds share."""

    text: Prose
    then: Mapping[str, Any]
    """What the question changes: controls' values, by their keys; empty for nothing."""

    def answers(self) -> tuple[str, ...]:
        """Those to choose from; none where a number is typed."""
        return ()

    def judge(self, answer: str, now: Numbers, then: Numbers) -> Verdict:
        """Whether an answer is right.

        Parameters
        ----------
        answer : one of `answers()`, or the digits of a number
        now, then : the board's numbers as they are, and after the change

        Raises
        ------
        ValueError : if it is no answer to this question, or its numbers are not there
        """
        raise NotImplementedError

    def right(self, now: Numbers, then: Numbers) -> list[str]:
        """Every answer that is right: exactly one where the author's step begins."""
        return [a for a in self.answers() if self.judge(a, now, then).right]


@dataclass(frozen=True)
class ChoiceQuestion(Question):
    """Several claims: which of them holds?"""

    options: tuple[Option, ...]

    def answers(self) -> tuple[str, ...]:
        return tuple(option.text for option in self.options)

    def judge(self, answer: str, now: Numbers, then: Numbers) -> Verdict:
        option = next((o for o in self.options if o.text == answer), None)
        if option is None:
            raise ValueError(f"expected one of the answers, got {cut(answer)}")
        if option.claim is not None:
            return Verdict(option.claim.holds(now, then), option.says)
        others = any(o.claim.holds(now, then) for o in self.options if o.claim)
        return Verdict(not others, option.says)


@dataclass(frozen=True)
class SignQuestion(Question):
    """Above, at or below zero?"""

    of: Reference

    def answers(self) -> tuple[str, ...]:
        return SIGNS

    def judge(self, answer: str, now: Numbers, then: Numbers) -> Verdict:
        if answer not in SIGNS:
            raise ValueError(f"expected one of {', '.join(SIGNS)}, got {cut(answer)}")
        value = _one(self.of, then)
        right = "0" if abs(value) < ROUND_OFF else "+" if value > 0 else "−"
        return Verdict(answer == right)


@dataclass(frozen=True)
class NumberQuestion(Question):
    """How much?"""

    of: Reference

    def accepted(self, then: Numbers) -> tuple[float, float]:
        """From where to where an answer is right."""
        value = _one(self.of, then)
        room = WITHIN * abs(value) if abs(value) > ROUND_OFF else NEAR_ZERO
        return value - room, value + room

    def judge(self, answer: str, now: Numbers, then: Numbers) -> Verdict:
        low, high = self.accepted(then)
        return Verdict(low <= typed_number(answer) <= high)

    def right(self, now: Numbers, then: Numbers) -> list[str]:
        return [fixed(_one(self.of, then), 4)]


def typed_number(text: str) -> float:
    """Digits as people type them: −0.34, 0,34.

    Raises ValueError if they are none.
    """
    plain = text.strip().replace("−", "-").replace(",", ".")
    try:
        value = float(plain) if len(plain) <= 40 else float("nan")
    except ValueError:
        value = float("nan")
    if not abs(value) < 1e300:
        raise ValueError(f"expected a number such as −0.34, got {cut(text)}")
    return value


def _one(of: Reference, numbers: Numbers) -> float:
    value = of.of(numbers)
    if value.ndim:
        raise ValueError(f"expected one number such as {of.quantity}[1], got all of {of}")
    return float(value)
