"""Uploads: judged by their names, never unpickled."""

import contextlib
import io
import pickle
import zipfile

import numpy as np
import pytest

import core
from tests.pages.check.bench import (
    CANARY,
    ROW_SUMS,
    alerts,
    areas,
    check,
    links,
    refusal,
    report,
    strings_by_type,
    title_of,
    titles,
)
from tests.pages.page_driver import boards


def npy(x, **options):
    file = io.BytesIO()
    np.save(file, np.asarray(x), **options)
    return file.getvalue()


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def upload(at, *files):
    at.file_uploader[0].set_value([(name, data, "") for name, data in files]).run()
    assert not at.exception, [e.message for e in at.exception]
    return at


Z, RIGHT = np.array([2.0, 1.0, 0.1]), core.cross_entropy_dL_dz([2.0, 1.0, 0.1], [1.0, 0, 0])
FILES = {
    "csv": [("z.csv", b"2,1,0.1"), ("t.csv", b"0"), ("dL_dz.csv", b"-0.3410,0.2424,0.0986")],
    "csv with a line of names": [
        ("z.csv", b"a,b,c\n2,1,0.1"),
        ("t.csv", b"0"),
        ("dL_dz.csv", "\ufeffcat,dog,owl\r\n-0.3410,0.2424,0.0986\r\n".encode()),
    ],
    "npy": [("z.npy", npy(Z)), ("t.npy", npy([0])), ("dL_dz.npy", npy(RIGHT))],
    "npz": [("all.npz", npz(z=Z, t=[1.0, 0, 0], dL_dz=RIGHT))],
    "mixed": [("z.csv", b"2 1 0.1"), ("rest.npz", npz(t=np.array([0]), dL_dz=RIGHT))],
    "float32": [("a.npz", npz(z=Z.astype("f4"), t=np.array([0]), dL_dz=RIGHT.astype("f4")))],
    "capitals in the ending": [("z.NPY", npy(Z)), ("b.npz", npz(t=np.array([0]), dL_dz=RIGHT))],
}


@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_uploaded_arrays_are_judged_by_their_names(files):
    at = upload(check(), *files)
    assert alerts(at) == ["∂L/∂z is right, to the digits given."]
    assert report(at).splitlines()[0] == "∂L/∂z: right to the digits given."
    assert not at.query_params
    assert not [c for c in at.code if "diagnose(" in c.value], "code would need the files"


def test_an_uploaded_array_stands_in_for_the_text_of_its_name():
    at = check(**ROW_SUMS)
    assert title_of("row-sums") in titles(at)
    upload(at, ("dL_dz.npy", npy(RIGHT)))
    assert alerts(at) == ["∂L/∂z is right, to the digits given."]
    assert areas(at)["got_dL_dz"] == "0 0 0", "the text itself stays"
    at.file_uploader[0].clear().run()
    assert title_of("row-sums") in titles(at)


def test_a_quantity_that_was_not_picked_may_be_uploaded():
    at = upload(check(**ROW_SUMS), ("J.npy", npy(np.zeros((3, 3)))), ("h.npy", npy([1.0])))
    assert any(said.startswith("J is not right.") for said in alerts(at))
    assert any(said.startswith("∂L/∂z is not right.") for said in alerts(at))


def test_the_link_is_at_uploaded_logits_and_not_at_those_of_the_text():
    at = upload(check(**ROW_SUMS), ("z.npy", npy([9.0, 8.0, 7.0])))
    _, query, label = links(at)[title_of("row-sums")]
    assert label == "See it in the explorer, at your numbers"
    assert [query[f"z{k}"] for k in (1, 2, 3)] == ["9", "8", "7"]


class Bomb:
    gone_off = False

    def __reduce__(self):
        return exec, (f"import {__name__} as m; m.Bomb.gone_off = True",)


def header(shape, dtype="<f8"):
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def zip_of(name, data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


BAD_FILES = {
    "a name that is none": ("gradients.npy", npy(RIGHT), "expected arrays named z, y, t, h, J"),
    "a name inside": ("a.npz", npz(logits=Z), "expected arrays named z, y, t, h, J"),
    "a pickle": ("z.npy", npy([Bomb()], allow_pickle=True), "expected an array of real numbers"),
    "a pickle inside": ("a.npz", zip_of("z.npy", npy([Bomb()], allow_pickle=True)), "real numbers"),
    "only a pickle": ("z.npy", pickle.dumps(Bomb()), "damaged"),
    "a zip bomb": ("a.npz", zip_of("z.npy", header((5_000_000,)) + bytes(40_000_000)), "unpacked"),
    "a claim of 10⁶×10⁶": ("z.npy", header((10**6, 10**6)), "expected 1 to 1000000 numbers"),
    "half a file": ("z.npy", npy(Z)[:-5], "expected 24 bytes for shape (3,), got 19"),
    "no zip": ("a.npz", b"PK\x03\x04 nothing", "expected a sound .npz file, got a damaged one"),
    "words": ("z.csv", b"1,2\n3,x", "z.csv: line 2, column 3: expected a number, got 'x'"),
    "not UTF-8": ("z.csv", b"\xff\xfe1", "expected text saved as UTF-8"),
    "an empty one": ("z.csv", b"", "expected numbers, got none"),
    "a name like a path": ("../../etc/z.exe.npy", npy(Z), "expected arrays named"),
    "a hostile name": (f"**{CANARY}**.npy", npy(Z), "expected arrays named"),
    "complex numbers": ("z.npy", npy([1j]), "expected an array of real numbers"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_not_what_it_should_be_is_told_apart_and_never_unpickled(name):
    filename, data, message = BAD_FILES[name]
    at = upload(check(**ROW_SUMS), (filename, data))
    assert message in refusal(at)[0]
    assert len(refusal(at)) == 1, "no line of another text is blamed"
    assert not boards(at)
    assert not Bomb.gone_off
    assert "markdown" not in {kind for kind, said in strings_by_type(at) if CANARY in said}
    assert areas(at) == {k: ROW_SUMS[k] for k in areas(at)}


def test_the_test_would_notice_an_unpickled_file():
    with contextlib.suppress(Exception):
        pickle.loads(pickle.dumps(Bomb()))
    assert Bomb.gone_off
    Bomb.gone_off = False
