"""Which exercises a sheet has."""

from dataclasses import dataclass
from itertools import cycle, islice

from core.practice import KINDS, LEVELS, Exercise
from pages.exercise.screen import Screen, next_seed, screen
from pages.state.controls import CONTROLS
from pages.state.kinds import Number

MOST = 40
"""Exercises of a sheet."""
_TRIED = 8
"""Seeds, until one asks something else. There are five formulas."""


@dataclass(frozen=True)
class Choice:
    """What a teacher chooses.

    Raises
    ------
    ValueError : for a kind or a level that there is not, and for too many exercises, or none
    """

    kinds: tuple[str, ...]
    levels: tuple[int, ...]
    count: int
    seed: int
    address: str = ""
    """Of the explorer, with its last slash: each exercise then has its link. Else only its name."""

    def __post_init__(self) -> None:
        control = CONTROLS["seed"]
        assert isinstance(control, Number)
        for name, values, known in (
            ("kinds", self.kinds, tuple(KINDS)),
            ("levels", self.levels, LEVELS),
        ):
            if not values or not set(values) <= set(known):
                among = ", ".join(map(str, known))
                got = ", ".join(map(str, values)) or "none"
                raise ValueError(f"expected {name} among {among}; got {got}")
        if not 1 <= self.count <= MOST:
            raise ValueError(f"expected a count from 1 to {MOST}; got {self.count}")
        if not control.low <= self.seed <= control.high:
            raise ValueError(
                f"expected a seed from {control.low:.0f} to {control.high:.0f}; got {self.seed}"
            )

    @property
    def command(self) -> str:
        """That makes the same from a shell."""
        kinds, levels = ",".join(self.kinds), ",".join(map(str, self.levels))
        return (
            f"python -m pages.sheet --kinds {kinds} --levels {levels} "
            f"--count {self.count} --seed {self.seed}"
        )

    def link(self, e: Exercise) -> str:
        """To an exercise; nothing where the address is not known."""
        if not self.address:
            return ""
        return f"{self.address}practice?kind={e.kind}&level={e.level}&seed={e.seed}"


def screens(choice: Choice) -> tuple[Screen, ...]:
    """By kind and level, as equal in number as they can be; no two ask the same, while there are others."""
    pairs = [(kind, level) for kind in choice.kinds for level in choice.levels]
    seeds = dict.fromkeys(pairs, choice.seed)
    found: list[Screen] = []
    for kind, level in islice(cycle(pairs), choice.count):
        known = {(s.task, s.given) for s in found}
        for _ in range(_TRIED):
            one = screen(kind, level, seeds[kind, level])
            seeds[kind, level] = next_seed(one.exercise.seed)
            if (one.task, one.given) not in known:
                break
        found.append(one)
    order = list(KINDS)
    return tuple(sorted(found, key=lambda s: (order.index(s.exercise.kind), s.exercise.level)))
