"""Arrays from uploaded files: bounded before they are read, and never unpickled."""

import io
import zipfile
from math import prod
from pathlib import PurePath

import numpy as np

from core.reading import MAX_DIMENSIONS, MAX_NUMBERS, Reading, ReadingError, read_numbers, reading

MAX_BYTES = 32 * 2**20
"""Of a file, and of all that an .npz holds, unpacked."""
MAX_ARRAYS = 32
"""In one .npz."""
_HEADER = 10_000


def read_file(name: str, data: bytes) -> dict[str, Reading]:
    """Arrays of a .csv, .npy or .npz file, by name.

    Parameters
    ----------
    name : str
        The file's name; its ending says what it is.
    data : bytes
        At most `MAX_BYTES`.

    Returns
    -------
    dict of Reading
        One entry named as the file for .csv and .npy; one for each array of an .npz.

    Raises
    ------
    ReadingError
        For a file that is none of these, is damaged, or claims more than the limits allow.
    """
    if len(data) > MAX_BYTES:
        raise ReadingError(f"{name}: expected at most {MAX_BYTES} bytes, got {len(data)}")
    stem, ending = PurePath(name).stem, PurePath(name).suffix.lower()
    try:
        if ending == ".csv":
            return {stem: _csv(data)}
        if ending == ".npy":
            return {stem: _npy(data)}
        if ending == ".npz":
            return _npz(data)
    except ReadingError as error:
        raise error.of(name) from None
    except Exception as error:  # zipfile, zlib and NumPy's header parser raise many kinds
        raise ReadingError(
            f"{name}: expected a sound {ending} file, got a damaged one ({error})"
        ) from None
    raise ReadingError(f"{name}: expected a .csv, .npy or .npz file, got {ending or 'no ending'!r}")


def _csv(data: bytes) -> Reading:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadingError(f"expected text in UTF-8, got byte {data[error.start]:#x}") from None
    try:
        return read_numbers(text)
    except ReadingError as error:
        head, newline, rest = text.partition("\n")
        if error.line != 1 or not newline or not any(map(str.isalpha, head)):
            raise
        return read_numbers(newline + rest)  # a line of column names; the lines keep their numbers


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
