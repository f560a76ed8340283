"""What the browser keeps of a learner's practice: what was done, and what was being typed."""

import json
from dataclasses import dataclass, field
from typing import Any

from pages.exercise import progress
from pages.exercise.progress import Done, Progress

_MOST_OPEN = 20
"""Exercises whose entries are kept, the last ones."""
_LONGEST = 300
"""Characters of one entry, and of a name."""


@dataclass
class Work:
    """An exercise on which something was done."""

    entries: dict[str, str] = field(default_factory=dict)
    """What was typed or tapped, by the box."""
    stage: int = 0
    """How much has been revealed: 0 is before the lock."""

    @property
    def begun(self) -> bool:
        return self.stage > 0 or any(self.entries.values())


@dataclass
class Memory:
    """All of it; the one thing of a learner that a session holds."""

    done: Progress = ()
    works: dict[str, Work] = field(default_factory=dict)
    """By the exercise's name, the one of last use last."""

    def work(self, name: str) -> Work:
        """On the exercise of this name, made if there is none."""
        self.works[name] = self.works.pop(name, Work())
        while len(self.works) > _MOST_OPEN:
            del self.works[next(iter(self.works))]
        return self.works[name]

    def lock(self, done: Done) -> None:
        """An answer was locked; that of an exercise that was answered before does not count."""
        self.done = progress.joined([*self.done, done])

    def add(self, text: str) -> None:
        """What the browser kept goes before what this visit did; whatever cannot be read, it leaves out."""
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return
        if not isinstance(found, dict):
            return
        line, works = found.get("done"), found.get("works")
        if isinstance(line, str):
            self.done = progress.joined([*progress.kept(line.split()), *self.done])
        if isinstance(works, dict):
            kept = {name: _work(value) for name, value in works.items() if len(name) <= _LONGEST}
            own = {name: work for name, work in self.works.items() if work.begun}
            self.works = {name: work for name, work in kept.items() if work} | own
            while len(self.works) > _MOST_OPEN:
                del self.works[next(iter(self.works))]

    @property
    def text(self) -> str:
        """For the browser to keep; nothing, while nothing was done."""
        works = {
            name: {"entries": work.entries, "stage": work.stage}
            for name, work in self.works.items()
            if work.begun
        }
        if not self.done and not works:
            return ""
        return json.dumps({"done": progress.line(self.done), "works": works}, ensure_ascii=False)


def _work(value: Any) -> Work | None:
    """From the browser, which may send anything."""
    if not isinstance(value, dict):
        return None
    entries, stage = value.get("entries"), value.get("stage")
    if not isinstance(entries, dict) or type(stage) is not int or not 0 <= stage <= 9:
        return None
    texts = {
        name: text
        for name, text in entries.items()
        if isinstance(text, str) and len(text) <= _LONGEST and len(name) <= _LONGEST
    }
    return Work(texts, stage)
