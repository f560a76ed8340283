"""The browser's text: the modules of js/ joined into one for each entry, and the style.

There is no build: a module is sent as it is written, after those that it imports, without its
imports and comments. So names at the top of a module are unique among all of them.
"""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{\s*\w+(?:,\s+\w+)*,?\s*\} from "\./(\w+\.js)";\n', re.M)
_OTHER_IMPORT = re.compile(r"^import\b.*|^export [*{].*", re.M)
_COMMENT = re.compile(r"/\*.*?\*/|(?<!\S)//[^\n]*", re.S)


@cache
def script(entry: str) -> str:
    """A module of js/ and all that it imports, as one module that exports what this one does.

    Raises
    ------
    ValueError : if modules import each other in a circle, or otherwise than `import { … } from "./….js"`
    """
    exported = re.compile(r"^export (?:default )?", re.M)
    *imported, (_, text) = _modules(entry, ()).items()
    return _bare("\n".join([*(exported.sub("", text) for _, text in imported), text]))


@cache
def style(name: str = "board.css") -> str:
    """The style of a board, or of another component."""
    return _bare((HERE / name).read_text(encoding="utf-8"))


def _modules(name: str, importing: tuple[str, ...]) -> dict[str, str]:
    """A module's text without its imports, after those of all modules that it needs."""
    if name in importing:
        raise ValueError(f"expected modules without a circle, got {' → '.join((*importing, name))}")
    text = (HERE / "js" / name).read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for needed in _IMPORT.findall(text):
        found |= {k: v for k, v in _modules(needed, (*importing, name)).items() if k not in found}
    text = _IMPORT.sub("", text)
    if other := _OTHER_IMPORT.search(text):
        raise ValueError(f'expected import {{ … }} from "./….js" in {name}, got {other[0]}')
    return found | {name: text}


def _bare(text: str) -> str:
    """Without comments and indentation."""
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    return "\n".join(line for line in lines if line)
