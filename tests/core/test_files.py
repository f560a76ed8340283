"""Files: safetensors, JSON and text; .npy, .npz and .csv are in test_files_of_numpy.py."""

import contextlib
import json
import random

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from core import ReadingError, read_file
from core.reading import FLOAT32, FLOAT64
from core.safetensors import DTYPES, MAX_HEADER
from tests.core.strategies import forall

NUMPY = {name: np.dtype(form) for name, form in DTYPES.items() if name != "BF16"}


def safetensors(header, body=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + body


def entry(dtype, shape, start, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def saved(**arrays_by_name):
    """A file as the library writes it, with its metadata."""
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, (dtype, array) in arrays_by_name.items():
        data = array.tobytes()
        header[name] = entry(dtype, list(array.shape), len(body), len(body) + len(data))
        body += data
    return safetensors(header, body)


@pytest.mark.parametrize("dtype", NUMPY)
@forall(st.data())
def test_safetensors_are_read_in_every_type(dtype, data):
    shapes = array_shapes(min_dims=1, max_dims=4, max_side=3)
    one, two = (data.draw(arrays(NUMPY[dtype], shapes)) for _ in range(2))
    found = read_file("x.safetensors", saved(y=(dtype, one), dL_dz=(dtype, two)))
    assert list(found) == ["y", "dL_dz"]
    for read, array in zip(found.values(), (one, two), strict=True):
        np.testing.assert_array_equal(read.values, array.astype(float))
        assert read.dtype == array.dtype.name
        assert not read.tolerance.any()


def test_bfloat16_is_the_upper_half_of_float32():
    halves = np.array([0x3F80, 0xBF00, 0x7F80, 0x0000, 0x3EAB], dtype="<u2")
    read = read_file("x.safetensors", saved(z=("BF16", halves)))["z"]
    np.testing.assert_array_equal(read.values, [1, -0.5, np.inf, 0, 0.333984375])
    assert (read.dtype, read.roundoff) == ("bfloat16", 2.0**-8)


def test_each_type_brings_its_roundoff():
    third = np.array([1 / 3])
    for dtype, name, roundoff in (
        ("F16", "f2", 2.0**-11),
        ("F32", "f4", FLOAT32),
        ("F64", "f8", FLOAT64),
    ):
        read = read_file("x.safetensors", saved(z=(dtype, third.astype(name))))["z"]
        assert read.roundoff == roundoff


ONE = entry("F64", [1], 0, 8)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "expected a header of 2 to"),
        (b"\0" * 8, "expected a header of 2 to"),
        (safetensors({"z": ONE}, b"12345678", length=2**63), "expected a header of 2 to"),
        (safetensors(b" " * (MAX_HEADER + 1)), "expected a header of 2 to"),
        (safetensors(b"\xff\xfe{}"), "expected a header of JSON"),
        (safetensors(b"{'z': 1}"), "expected a header of JSON"),
        (safetensors(b"[" * 90_000), "expected a header of JSON"),
        (safetensors(b'{"z": ' + b"9" * 5000 + b"}"), "expected a header of JSON"),
        (safetensors(b'{"z": {}, "z": {}}'), "'z' twice"),
        (safetensors([1]), "names arrays"),
        (safetensors({}), "1 to 32 arrays, got 0"),
        (safetensors({"__metadata__": {}}), "1 to 32 arrays, got 0"),
        (safetensors({str(k): ONE for k in range(33)}), "got 33"),
        (safetensors({"z" * 300: ONE}, b"12345678"), "names of at most 200"),
        (safetensors({"z": 1}), "z: expected a shape"),
        (safetensors({"z": ONE | {"shape": [True]}}, b"12345678"), "z: expected a shape"),
        (safetensors({"z": ONE | {"shape": [-1]}}, b"12345678"), "z: expected a shape"),
        (safetensors({"z": ONE | {"shape": [1.0]}}, b"12345678"), "z: expected a shape"),
        (safetensors({"z": ONE | {"data_offsets": [8]}}), "two data_offsets"),
        (safetensors({"z": ONE | {"data_offsets": [-8, 0]}}), "two data_offsets"),
        (safetensors({"z": ONE | {"dtype": "F8_E4M3"}}), "expected one of F64, F32.*got F8_E4M3"),
        (safetensors({"z": ONE | {"dtype": ["F64"]}}), "expected one of"),
        (safetensors({"z": entry("F64", [10**6, 10**6], 0, 8)}), "expected 1 to 1000000 numbers"),
        (safetensors({"z": entry("F64", [0], 0, 0)}), "expected 1 to 1000000 numbers"),
        (safetensors({"z": entry("F64", [1] * 5, 0, 8)}, b"12345678"), "at most 4 dimensions"),
        (safetensors({"z": entry("F64", [2], 0, 8)}, b"12345678"), "expected 16 bytes"),
        (safetensors({"z": entry("F64", [1], 8, 0)}, b"12345678"), "expected 8 bytes"),
        (safetensors({"z": ONE}, b"1234567"), "expected 8 bytes of data, got 7"),
        (safetensors({"z": ONE}, b"123456789"), "expected 8 bytes of data, got 9"),
        (safetensors({"z": entry("F64", [1], 8, 16)}, b"1" * 16), "from byte 0 on, got 8"),
        (safetensors({"y": ONE, "z": ONE}, b"12345678"), "from byte 8 on, got 0"),
    ],
    ids=range(31),
)
def test_a_safetensors_file_that_claims_what_it_does_not_hold_is_refused(data, message):
    with pytest.raises(ReadingError, match=message) as e:
        read_file("mine.safetensors", data)
    assert str(e.value).startswith("mine.safetensors: ")


def test_a_damaged_safetensors_file_raises_nothing_but_a_reading_error():
    rng = random.Random(0)
    whole = saved(z=("F32", np.eye(3, dtype="f4")), t=("BF16", np.zeros(3, dtype="u2")))
    for _ in range(2000):
        damaged = bytearray(whole)
        for _ in range(rng.choice([1, 1, 2, 5])):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        with contextlib.suppress(ReadingError):
            read_file("a.safetensors", bytes(damaged[: rng.choice([len(damaged), 40, 90])]))


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".txt"])
def test_text_in_a_file_is_read_as_pasted_text_is(ending):
    for text in ("[1]  1.5 2.5", "tensor([1.5, 2.5])", "a b\n1.5 2.5", "\ufeff1,5;2,5"):
        np.testing.assert_array_equal(
            read_file("z" + ending, text.encode())["z"].values, [1.5, 2.5]
        )


def test_csv_with_an_index_column_is_read_without_it():
    read = read_file("z.csv", b",a,b\n0,0.5,1.5\n1,2.5,3.5\n")["z"]
    np.testing.assert_array_equal(read.values, [[0.5, 1.5], [2.5, 3.5]])
    assert any("index" in note for note in read.notes)


def test_json_gives_each_array_by_its_name_or_one_by_the_files():
    text = '{"z": [[1, 2], [3, 4]],\n "dL_dz": {"dtype": "float32", "data": [0.5, null]}}'
    found = read_file("mine.json", text.encode())
    assert list(found) == ["z", "dL_dz"]
    np.testing.assert_array_equal(found["z"].values, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(found["dL_dz"].values, [0.5, np.nan])
    for one in (b"[1, 2]", b'{"grad": [1, 2]}', b'{"cat": 1, "dog": 2}'):
        np.testing.assert_array_equal(read_file("z.json", one)["z"].values, [1, 2])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"z": [1],\n "y": [2, x]}', "line 2, column 11: expected a number, got 'x"),
        ('{"z": [1], "z": [2]}', "expected each name once, got 'z' twice"),
        ("{" + ", ".join(f'"a{k}": [1]' for k in range(40)) + "}", "1 to 32 arrays"),
        ('{"z": [1], "y": [2]', "line 1"),
        ("{", "line 1"),
        ("", "got none"),
    ],
)
def test_json_that_holds_no_arrays_of_numbers_is_refused(text, message):
    with pytest.raises(ReadingError, match=message):
        read_file("a.json", text.encode())


@forall(st.text(alphabet='{}[]":,01 ab\\\n', max_size=60))
def test_nearly_json_raises_nothing_but_a_reading_error(text):
    with contextlib.suppress(ReadingError):
        read_file("a.json", text.encode())
