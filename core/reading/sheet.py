"""A pasted text on its way to numbers.

Every stage rewrites `text` to one of the same length, so that an index in it is the same index in
what was pasted: an error names the line and column that people see.
"""

import re
from collections.abc import Callable, Iterable
from typing import NoReturn

from core.reading.record import ReadingError

COLUMNS, LAST_AXIS, FIRST_AXIS = "\x1d", "\x1c", "\x1e"
"""Marks that printouts are rewritten with, each in a line of its own: here begin further columns of
the same rows; or a slice, whose indices follow, along the last or the first axes."""
_MARKS = re.compile(f"[{COLUMNS}{LAST_AXIS}{FIRST_AXIS}]")

PRINT_ALL = 'np.set_printoptions(threshold=np.inf), or torch.set_printoptions(profile="full")'


class Sheet:
    """A text, and what the stages have found out about it."""

    def __init__(self, source: str):
        self.source, self.text = source, _MARKS.sub(" ", source)
        self.notes: list[str] = []
        self.shapes: list[tuple[int, ...]] = []
        """That the printout itself states."""
        self.indices: list[tuple[int, ...]] = []
        """Of each number, where each is printed with its own."""
        self.dtype = ""
        self.transposed = False
        """Whether a sign says so behind them."""
        self.columns_first = False
        """Whether the numbers run down the columns, as in R and Julia."""
        self.print_all = PRINT_ALL
        """What makes the library that printed this leave nothing out."""

    def fail(self, message: str, at: int) -> NoReturn:
        line = self.source.count("\n", 0, at) + 1
        raise ReadingError(message, line, at - self.source.rfind("\n", 0, at))

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def sub(self, pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str] = "") -> int:
        """Replace each match by something no longer, filled up with blanks; how many there were."""

        def filled(match: re.Match[str]) -> str:
            text = new if isinstance(new, str) else new(match)
            assert len(text) <= len(match[0])
            return text + " " * (len(match[0]) - len(text))

        self.text, count = pattern.subn(filled, self.text)
        return count

    def sub_spans(self, matches: Iterable[re.Match[str]], new: Callable[[str], str]) -> None:
        """Replace what was matched, in the text as it is now."""
        parts, at = [], 0
        for match in sorted(matches, key=lambda m: m.start()):
            parts += [self.text[at : match.start()], new(match[0]).ljust(len(match[0]))]
            at = match.end()
        self.text = "".join(parts) + self.text[at:]

    def lines(self) -> list[str]:
        return self.text.split("\n")

    def rewrite(self, lines: list[str]) -> None:
        """The text from its lines, each as long as it was."""
        text = "\n".join(lines)
        assert len(text) == len(self.text)
        self.text = text


_DTYPES = {
    "Float": "float32",  # PyTorch's, as in FloatTensor
    "torch.float": "float32",
    "float": "float64",  # Python's
    "single": "float32",
    "double": "float64",
    "half": "float16",
    "fp16": "float16",
    "bf16": "bfloat16",
}


def dtype_name(text: str) -> str:
    """A dtype as NumPy spells it: torch.bfloat16, Float32 and single are bfloat16, float32, float32."""
    name = text.strip(" '\"<>")
    last = name.rpartition(".")[2].lower()
    return _DTYPES.get(name) or _DTYPES.get(last, last)
