"""Arrays from uploaded files: bounded before they are read, and never unpickled."""

import io
import re
import zipfile
from math import prod
from pathlib import PurePath

import numpy as np

from core.reading import MAX_DIMENSIONS, MAX_NUMBERS, Reading, ReadingError, read_numbers, reading
from core.safetensors import read_safetensors

MAX_BYTES = 32 * 2**20
"""Of a file, and of all that an .npz holds, unpacked."""
MAX_ARRAYS = 32
"""In one file."""
ENDINGS = (".csv", ".tsv", ".txt", ".json", ".npy", ".npz", ".safetensors")
_HEADER = 10_000


def read_file(name: str, data: bytes) -> dict[str, Reading]:
    """Arrays of a file of text, .npy, .npz or .safetensors, by name.

    Parameters
    ----------
    name : str
        The file's name; its ending, one of `ENDINGS`, says what it is.
    data : bytes
        At most `MAX_BYTES`.

    Returns
    -------
    dict of Reading
        One entry named as the file for text and .npy; one for each array of an .npz or
        .safetensors, and of a .json that names several.

    Raises
    ------
    ReadingError
        For a file that is none of these, is damaged, or claims more than the limits allow.
    """
    if len(data) > MAX_BYTES:
        raise ReadingError(f"{name}: expected at most {MAX_BYTES} bytes, got {len(data)}")
    stem, ending = PurePath(name).stem, PurePath(name).suffix.lower()
    try:
        match ending:
            case ".csv" | ".tsv" | ".txt":
                return {stem: _table(_text(data))}
            case ".json":
                return _json(stem, _text(data))
            case ".npy":
                return {stem: _npy(data)}
            case ".npz":
                return _npz(data)
            case ".safetensors":
                return read_safetensors(data, MAX_ARRAYS)
    except ReadingError as error:
        raise error.of(name) from None
    except Exception as error:  # zipfile, zlib and NumPy's header parser raise many kinds
        raise ReadingError(
            f"{name}: expected a sound {ending} file, got a damaged one ({error})"
        ) from None
    raise ReadingError(
        f"{name}: expected a {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]} file, got {ending or 'no ending'!r}"
    )


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadingError(
            f"expected text saved as UTF-8, got byte {data[error.start]:#x}"
        ) from None


def _table(text: str) -> Reading:
    try:
        return read_numbers(text)
    except ReadingError as error:
        head, newline, rest = text.partition("\n")
        if error.line != 1 or not newline or not any(map(str.isalpha, head)):
            raise
        return read_numbers(newline + rest)  # a line of column names; the lines keep their numbers


_KEY = re.compile(r'"([^"\\\n]{0,80})"\s*:\s*(?=([\[{])?)|[\[{]|[\]}]')


def _json(stem: str, text: str) -> dict[str, Reading]:
    """One array, or those that an object names. It is cut into texts and read as these are."""
    depth = 0
    keys: list[re.Match[str]] = []
    for match in _KEY.finditer(text):
        if len(keys) > MAX_ARRAYS:
            break
        if match[1] is not None:
            keys += [match] if depth == 1 else []
        else:
            depth += 1 if match[0] in "[{" else -1
    if not text.lstrip().startswith("{") or len(keys) < 2 or not all(m[2] for m in keys):
        return {stem: read_numbers(text)}
    if len(keys) > MAX_ARRAYS:
        raise ReadingError(f"expected 1 to {MAX_ARRAYS} arrays, got {len(keys)}")
    ends = [*(match.start() for match in keys[1:]), text.rstrip().rfind("}")]
    found: dict[str, Reading] = {}
    for match, end in zip(keys, ends, strict=True):
        if match[1] in found:
            raise ReadingError(f"expected each name once, got {match[1]!r} twice")
        found[match[1]] = _part(text, match.end(), max(end, match.end()))
    return found


def _part(text: str, start: int, end: int) -> Reading:
    """A part of a text; an error names its line and column in the whole."""
    try:
        return read_numbers(text[start:end].rstrip().removesuffix(","))
    except ReadingError as error:
        line, column = error.line or 1, error.column or 1
        column += start - text.rfind("\n", 0, start) - 1 if line == 1 else 0
        raise ReadingError(error.message, line + text.count("\n", 0, start), column) from None


def _npy(data: bytes) -> Reading:
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read_header is None:
        raise ReadingError(f"expected an .npy file of version 1.0 or 2.0, got version {version}")
    shape, fortran, dtype = read_header(file, max_header_size=_HEADER)
    if dtype.kind not in "biuf":
        raise ReadingError(f"expected an array of real numbers, got {dtype}")
    if len(shape) > MAX_DIMENSIONS or min(shape, default=1) < 1 or prod(shape) > MAX_NUMBERS:
        raise ReadingError(
            f"expected 1 to {MAX_NUMBERS} numbers in at most {MAX_DIMENSIONS} dimensions, got shape {shape}"
        )
    body = memoryview(data)[file.tell() :]
    if len(body) != prod(shape) * dtype.itemsize:
        raise ReadingError(
            f"expected {prod(shape) * dtype.itemsize} bytes for shape {shape}, got {len(body)}"
        )
    array = np.frombuffer(body, dtype).reshape(shape, order="F" if fortran else "C")
    return reading("array", np.ascontiguousarray(array))


def _npz(data: bytes) -> dict[str, Reading]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if not 1 <= len(members) <= MAX_ARRAYS:
            raise ReadingError(f"expected 1 to {MAX_ARRAYS} arrays, got {len(members)}")
        found, room = {}, MAX_BYTES
        for member in members:
            # What the directory declares is a claim: the reader below holds to it whatever follows.
            if member.file_size > room:
                raise ReadingError(f"expected at most {MAX_BYTES} bytes unpacked, got more")
            with archive.open(member) as packed:
                content = packed.read(room + 1)
            if len(content) > room:
                raise ReadingError(f"expected at most {MAX_BYTES} bytes unpacked, got more")
            room -= len(content)
            try:
                found[member.filename.removesuffix(".npy")] = _npy(content)
            except ReadingError as error:
                raise ReadingError(f"{member.filename}: {error}") from None
    return found
