import csv
import dataclasses
import gzip
from pathlib import Path

import numpy as np
import pytest

import core
from core import DATA, dataset

FOLDER = Path(core.__file__).parent / "data"
LENGTHS = (
    "sepal length (cm)",
    "sepal width (cm)",
    "petal length (cm)",
    "petal width (cm)",
)
each = pytest.mark.parametrize("name", DATA)


def flower(number):
    """Measurements and species of a flower, counted from 1 as Fisher's table does."""
    iris = dataset("Iris")
    return iris.raw[number - 1].tolist(), iris.classes[iris.t[number - 1].argmax()]


def test_the_data_sets_have_the_names_of_their_controls():
    assert DATA == ("Iris", "digits")


def test_iris_has_fifty_flowers_of_each_of_three_species():
    iris = dataset("Iris")
    assert iris.raw.shape == iris.x.shape == (150, 4)
    assert iris.classes == ("setosa", "versicolor", "virginica")
    assert iris.features == LENGTHS
    np.testing.assert_array_equal(iris.t.sum(axis=0), 50)
    np.testing.assert_array_equal(iris.t.argmax(axis=1), np.repeat([0, 1, 2], 50))


@pytest.mark.parametrize(
    ("number", "measured", "species"),
    [
        (1, [5.1, 3.5, 1.4, 0.2], "setosa"),
        (50, [5.0, 3.3, 1.4, 0.2], "setosa"),
        (51, [7.0, 3.2, 4.7, 1.4], "versicolor"),
        (101, [6.3, 3.3, 6.0, 2.5], "virginica"),
        (150, [5.9, 3.0, 5.1, 1.8], "virginica"),
    ],
)
def test_flowers_stand_where_fisher_put_them(number, measured, species):
    assert flower(number) == (measured, species)


@pytest.mark.parametrize(
    ("number", "measured"), [(35, [4.9, 3.1, 1.5, 0.2]), (38, [4.9, 3.6, 1.4, 0.1])]
)
def test_the_two_flowers_that_uci_mistypes_are_as_fisher_measured_them(number, measured):
    assert flower(number) == (measured, "setosa")


def test_the_mean_flower_of_each_species_is_fishers():
    # Fisher 1936, table II: means of the 50 flowers.
    iris = dataset("Iris")
    np.testing.assert_allclose(
        iris.t.T @ iris.raw / 50,
        [
            [5.006, 3.428, 1.462, 0.246],
            [5.936, 2.770, 4.260, 1.326],
            [6.588, 2.974, 5.552, 2.026],
        ],
        atol=1e-12,
    )


def test_digits_are_1797_images_of_8_by_8_pixels_with_ink_from_0_to_16():
    digits = dataset("digits")
    assert digits.raw.shape == digits.x.shape == (1797, 64)
    assert digits.classes == tuple("0123456789")
    assert digits.features == tuple(f"p{row}{column}" for row in range(8) for column in range(8))
    assert digits.raw.min() == 0
    assert digits.raw.max() == 16
    np.testing.assert_array_equal(digits.raw, np.round(digits.raw))
    # As counted in the description that comes with the test part of the UCI data set.
    np.testing.assert_array_equal(
        digits.t.sum(axis=0), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    )


def test_the_first_image_is_a_zero_with_a_hole_in_it():
    digits = dataset("digits")
    assert digits.classes[digits.t[0].argmax()] == "0"
    image = digits.raw[0].reshape(8, 8)
    np.testing.assert_array_equal(image[0], [0, 0, 5, 13, 9, 1, 0, 0])
    np.testing.assert_array_equal(image[3:5, 3:5], 0)
    assert image[4, 2] > 0 < image[4, 5]


@each
def test_every_target_is_one_hot(name):
    t = dataset(name).t
    np.testing.assert_array_equal(np.sort(t, axis=1)[:, :-1], 0)
    np.testing.assert_array_equal(t.max(axis=1), 1)


@each
def test_a_label_is_the_class_that_the_target_names(name):
    data = dataset(name)
    np.testing.assert_array_equal(data.label, data.t.argmax(axis=1))
    assert data.label.dtype.kind == "i"


@each
def test_every_array_is_of_float64_but_for_labels_and_the_choice(name):
    data = dataset(name)
    assert data.raw.dtype == data.x.dtype == data.t.dtype == np.float64
    assert data.train.dtype == np.bool_
    assert len(data.features) == data.raw.shape[1]
    assert len(data.classes) == data.t.shape[1]
    assert np.isfinite(data.x).all()


@each
def test_every_fifth_sample_is_held_out(name):
    train = dataset(name).train
    assert train.shape == dataset(name).raw.shape[:1]
    np.testing.assert_array_equal(np.flatnonzero(~train), np.arange(4, train.size, 5))


def test_the_held_out_part_has_every_class():
    iris, digits = dataset("Iris"), dataset("digits")
    np.testing.assert_array_equal(iris.t[~iris.train].sum(axis=0), 10)
    assert (digits.t[~digits.train].sum(axis=0) > 20).all()
    assert (iris.train.sum(), digits.train.sum()) == (120, 1438)


@each
def test_each_feature_of_the_training_part_has_mean_0_and_spread_1(name):
    data = dataset(name)
    part = data.x[data.train]
    np.testing.assert_allclose(part.mean(axis=0), 0, atol=1e-13)
    inked = np.ptp(data.raw[data.train], axis=0) > 0
    np.testing.assert_allclose(part.std(axis=0)[inked], 1, rtol=1e-13)
    np.testing.assert_array_equal(part[:, ~inked], 0)


def test_pixels_that_are_never_inked_are_0_and_not_nan():
    digits = dataset("digits")
    blank = np.ptp(digits.raw[digits.train], axis=0) == 0
    assert blank[[0, 32, 39]].all()  # the first pixel, and both ends of the fifth line
    assert blank.sum() < 10
    np.testing.assert_array_equal(digits.x[:, 0], 0)


@each
def test_the_statistics_are_those_of_the_training_part_alone(name):
    data = dataset(name)
    part = data.raw[data.train]
    spread = np.array([column.std() or 1 for column in part.T])
    np.testing.assert_allclose(data.x, (data.raw - part.mean(axis=0)) / spread, atol=1e-13)
    # Statistics of all samples would give the whole, not the part, a mean of 0.
    assert np.abs(data.x.mean(axis=0)).max() > 1e-3


def test_held_out_samples_do_not_move_the_training_part(tmp_path, monkeypatch):
    lines = (FOLDER / "iris.csv").read_text(encoding="utf-8").splitlines()
    spoilt = [
        f"99,99,99,99,{line.rsplit(',', 1)[1]}" if number % 5 == 0 else line
        for number, line in enumerate(lines)  # line 0 is the head: sample 5 is the first held out
        if line
    ]
    spoilt[0] = lines[0]
    (tmp_path / "iris.csv").write_text("\n".join(spoilt), encoding="utf-8")
    monkeypatch.setattr(core.datasets, "_FOLDER", tmp_path)
    found, expected = dataset.__wrapped__("Iris"), dataset("Iris")
    assert (found.raw[~found.train] == 99).all()
    np.testing.assert_array_equal(found.x[found.train], expected.x[expected.train])


@each
def test_the_numbers_are_those_of_the_file(name):
    data = dataset(name)
    path = FOLDER / {"Iris": "iris.csv", "digits": "digits.csv.gz"}[name]
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = list(csv.DictReader(text.decode().splitlines()))
    assert len(rows) == len(data.raw)
    for i in (0, 4, len(rows) // 2, len(rows) - 1):
        *measured, label = rows[i].values()
        np.testing.assert_array_equal(data.raw[i], [float(value) for value in measured])
        assert data.classes[data.t[i].argmax()] == label


@each
def test_one_copy_serves_every_session_and_no_one_can_write_on_it(name):
    data = dataset(name)
    assert dataset(name) is data
    arrays = [value for value in vars(data).values() if isinstance(value, np.ndarray)]
    assert len(arrays) >= 4
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.x = None


def test_a_sample_is_a_mini_batch_of_one_row_and_counted_from_1():
    iris = dataset("Iris")
    row = iris.rows(51)
    np.testing.assert_array_equal(row.raw, [[7.0, 3.2, 4.7, 1.4]])
    np.testing.assert_array_equal(row.x, iris.x[[50]])
    np.testing.assert_array_equal(row.t, [[0, 1, 0]])
    assert row.label == 1


@each
def test_many_samples_are_as_many_mini_batches(name):
    data = dataset(name)
    m, d = data.x.shape
    numbers = np.array([[1, m, 7], [7, 2, 5]])
    found = data.rows(numbers)
    assert found.raw.shape == found.x.shape == (2, 3, 1, d)
    assert found.t.shape == (2, 3, 1, len(data.classes))
    assert found.label.shape == (2, 3)
    for index in np.ndindex(2, 3):
        for of_many, of_one in zip(
            vars(found).values(), vars(data.rows(numbers[index])).values(), strict=True
        ):
            np.testing.assert_array_equal(of_many[index], of_one)


def test_whole_numbers_may_come_as_floats():
    np.testing.assert_array_equal(dataset("Iris").rows(3.0).raw, dataset("Iris").rows(3).raw)


@pytest.mark.parametrize("number", [0, -1, 151, 1.5, np.nan, [1, 151], "ab", None])
def test_a_sample_that_is_not_there_is_named(number):
    with pytest.raises(ValueError, match="number: expected 1 to 150, got") as e:
        dataset("Iris").rows(number)
    assert str(e.value).endswith(repr(number))


@pytest.mark.parametrize("name", ["iris", "Digits", "", None, 0])
def test_an_unknown_data_set_is_named(name):
    with pytest.raises(ValueError, match=r"data: expected one of \('Iris', 'digits'\), got") as e:
        dataset(name)
    assert str(e.value).endswith(repr(name))


def test_each_file_stands_beside_its_source_and_licence():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in FOLDER.iterdir() if path.is_file()} - {"README.md"}
    assert files == {"iris.csv", "digits.csv.gz"}
    entries = {
        name: next(part for part in readme.split("\n- ") if part.startswith(f"`{name}`"))
        for name in files
    }
    assert "Fisher (1936)" in entries["iris.csv"]
    assert "https://doi.org/10.24432/C56C76" in entries["iris.csv"]
    assert "Alpaydin" in entries["digits.csv.gz"]
    assert "https://doi.org/10.24432/C50P49" in entries["digits.csv.gz"]
    assert "CC BY 4.0" in readme
    assert "https://creativecommons.org/licenses/by/4.0/" in readme


def test_the_files_are_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 100_000
