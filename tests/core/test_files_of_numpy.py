"""Files: .npy, .npz and tables of text; safetensors and JSON are in test_files.py."""

import contextlib
import io
import zipfile

import numpy as np
import pytest
from hypothesis import strategies as st

from core import ReadingError, files, read_file
from tests.core.strategies import forall


def npy(array, **kwargs):
    file = io.BytesIO()
    np.save(file, array, **kwargs)
    return file.getvalue()


def header(text, body=b""):
    """An .npy file with a header of one's own."""
    text = (text + "\n").encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + body


def npz(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("dtype", ["f8", ">f8", "f4", "f2", "i4", "u1", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_npy_files_are_read_in_each_order_and_type(dtype, order):
    array = np.array([[1, 0, 1], [0, 1, 1]], dtype=dtype, order=order)
    found = read_file("dL_dz.npy", npy(array))
    assert list(found) == ["dL_dz"]
    np.testing.assert_array_equal(found["dL_dz"].values, array)
    assert not found["dL_dz"].tolerance.any()


def test_npz_gives_each_array_by_its_name():
    file = io.BytesIO()
    np.savez_compressed(file, y=np.eye(2), dL_dz=np.arange(3.0))
    found = read_file("mine.NPZ", file.getvalue())
    np.testing.assert_array_equal(found["y"].values, np.eye(2))
    np.testing.assert_array_equal(found["dL_dz"].values, [0, 1, 2])


def test_csv_is_text_with_or_without_a_line_of_names():
    for data in (b"1.5,2\n3,4\n", b"\xef\xbb\xbfa,b\r\n1.5,2\r\n3,4\r\n", b"1.5;2\n3;4"):
        np.testing.assert_array_equal(read_file("z.csv", data)["z"].values, [[1.5, 2], [3, 4]])
    with pytest.raises(ReadingError, match=r"^z.csv: line 3, column 3: ") as e:
        read_file("z.csv", b"a,b\n1,2\n3,x\n")
    assert (e.value.line, e.value.column) == (3, 3)


HUGE = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000)}"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.npy", npy(np.array([{}], dtype=object), allow_pickle=True), "real numbers, got object"),
        ("a.npy", npy(np.zeros(2, dtype="f8,i4")), "real numbers"),
        ("a.npy", npy(np.zeros(2, dtype=complex)), "real numbers, got complex"),
        ("a.npy", npy(np.array(["1"])), "real numbers"),
        ("a.npy", npy(np.zeros(0)), "expected 1 to"),
        ("a.npy", npy(np.zeros((1,) * 5)), "at most 4 dimensions"),
        ("a.npy", header(HUGE), "expected 1 to 1000000 numbers"),
        ("a.npy", header(HUGE.replace("(1000000, 1000000)", "(-1, -1)")), "expected 1 to"),
        ("a.npy", header(HUGE.replace("(1000000, 1000000)", "(3,)"), b"12345678"), "24 bytes"),
        ("a.npy", header("-" * 9000 + "1"), "damaged"),
        ("a.npy", header("(" * 9000), "damaged"),
        ("a.npy", header(" " * 20_000 + HUGE), "damaged"),
        ("a.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff{", "damaged"),
        ("a.npy", b"\x93NUMPY\x09\x00", "version"),
        ("a.npy", b"", "damaged"),
        ("a.npy", npy(np.zeros(3))[:-1], "24 bytes"),
        ("a.npz", b"PK\x03\x04", "damaged"),
        ("a.npz", npz(), "1 to 32 arrays, got 0"),
        ("a.npz", npz(**{f"{k}.npy": npy(np.zeros(1)) for k in range(33)}), "got 33"),
        ("a.npz", npz(**{"b.npy": b"\0" * (files.MAX_BYTES + 1)}), "unpacked"),
        ("a.npz", npz(**{"b.npy": header(HUGE)}), "b.npy: expected 1 to"),
        ("a.csv", b"\xff1", "UTF-8"),
        ("a.csv", b"", "got none"),
        ("a.pt", b"1", r"expected a \.csv, .* or \.safetensors file, got '\.pt'"),
        ("a", b"1", "got 'no ending'"),
        ("a.csv", b"0" * (files.MAX_BYTES + 1), "bytes"),
    ],
)
def test_a_file_that_is_no_array_of_numbers_is_refused_by_name(name, data, message):
    with pytest.raises(ReadingError, match=message) as e:
        read_file(name, data)
    assert str(e.value).startswith(f"{name}: ")


def test_a_zip_that_lies_about_its_size_is_not_unpacked():
    bomb = npz(**{"b.npy": b"\0" * (files.MAX_BYTES + 2**20)})
    size = (files.MAX_BYTES + 2**20).to_bytes(4, "little")
    lying = bomb.replace(size, (100).to_bytes(4, "little"))
    assert lying != bomb
    with pytest.raises(ReadingError):
        read_file("a.npz", lying)


@forall(st.binary(max_size=200), st.sampled_from([".npy", ".npz", ".csv"]))
def test_arbitrary_bytes_raise_nothing_but_a_reading_error(data, ending):
    starts = {".npy": b"\x93NUMPY\x01\x00v\x00", ".npz": b"PK\x03\x04", ".csv": b""}
    for content in (data, starts[ending] + data):
        with contextlib.suppress(ReadingError):
            read_file("a" + ending, content)


@pytest.mark.parametrize("offset", range(0, 200, 7))
def test_a_damaged_npy_or_npz_raises_nothing_but_a_reading_error(offset):
    file = io.BytesIO()
    np.savez(file, y=np.eye(3))
    for name, whole in (("a.npy", npy(np.eye(3))), ("a.npz", file.getvalue())):
        for byte in (0, 0x7F, 0xFF):
            damaged = bytearray(whole)
            damaged[offset] = byte
            with contextlib.suppress(ReadingError):
                read_file(name, bytes(damaged))
