"""MNIST verified by content, where it is looked for; the bundled digits; what a network is given."""

import io
import pickle
import shutil
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import RANGES


def blank_arrays() -> dict[str, np.ndarray]:
    shapes = {"x_train": (3, 28, 28), "y_train": (3,), "x_test": (2, 28, 28), "y_test": (2,)}
    return {key: np.zeros(shape, np.uint8) for key, shape in shapes.items()}


def npz(arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros((3, 28, 28), np.uint8))
    return buffer.getvalue()


def zip_of_texts() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for key in datasets.ARRAYS:
            archive.writestr(f"{key}.npy", "not an array")
    return buffer.getvalue()


def patched_directory(offset: int, value: int) -> bytes:
    """An .npz with a byte of its first entry in the zip directory changed."""
    content = bytearray(npz(blank_arrays()))
    content[content.index(b"PK\x01\x02") + offset] = value
    return bytes(content)


UNREADABLE = {
    "an empty file": b"",
    "a text file": b"not found, sorry",
    "a pickle": pickle.dumps({"x_train": [1]}),
    "a lone array": npy(),
    "other keys": npz({"images": np.zeros(3, np.uint8)}),
    "a key too few": npz({key: array for key, array in blank_arrays().items() if key != "y_test"}),
    "pickled objects": npz({key: np.array([{}], object) for key in datasets.ARRAYS}),
    "entries that are no arrays": zip_of_texts(),
    "an encrypted zip": patched_directory(8, 1),
    "an unknown compression": patched_directory(10, 77),
    "a cut zip": npz(blank_arrays())[:-40],
}


def code_of(content: bytes) -> str:
    with pytest.raises(StudioError) as caught:
        datasets.read_npz(io.BytesIO(content))
    return caught.value.code


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_archive_of_the_four_arrays_is_unreadable(tmp_path, content):
    path = tmp_path / "mnist.npz"
    path.write_bytes(content)
    with pytest.raises(StudioError) as caught:
        datasets.read_npz(path)
    assert caught.value.code == "data.unreadable"
    assert str(path) in str(caught.value)


def test_a_folder_is_unreadable(tmp_path):
    with pytest.raises(StudioError, match="cannot be read as MNIST") as caught:
        datasets.read_npz(tmp_path)
    assert str(tmp_path) in str(caught.value)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_words(content):
    assert code_of(content) == "data.unreadable"


@given(st.data())
def test_an_archive_with_one_byte_changed_is_refused_in_words(draw):
    content = bytearray(npz(blank_arrays()))
    content[draw.draw(st.integers(0, len(content) - 1))] ^= draw.draw(st.integers(1, 255))
    assert code_of(bytes(content)) in ("data.unreadable", "data.foreign")


def test_arrays_of_the_right_kind_but_other_content_are_foreign(tmp_path):
    path = tmp_path / "fashion.npz"
    path.write_bytes(npz(blank_arrays()))
    with pytest.raises(StudioError, match="x_train differs") as caught:
        datasets.read_npz(path)
    assert caught.value.code == "data.foreign" and str(path) in str(caught.value)


def test_real_mnist_is_loaded(real_mnist):
    mnist = datasets.load("mnist")
    assert mnist.name == "mnist" and mnist.path == real_mnist
    assert mnist.x_train.shape == (60000, 28, 28) and mnist.x_test.shape == (10000, 28, 28)
    assert mnist.y_train[:5].tolist() == [5, 0, 4, 1, 9] and mnist.y_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(mnist.y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert all(getattr(mnist, key).dtype == np.uint8 for key in datasets.ARRAYS)


def test_mnist_is_kept_in_memory_until_its_file_changes(real_mnist, project, monkeypatch):
    copy = project.parent / "copy.npz"
    shutil.copy(real_mnist, copy)
    monkeypatch.setenv("MNIST_CNN_DATA", str(copy))
    assert datasets.load("mnist") is datasets.load("mnist")
    copy.write_bytes(b"damaged")
    with pytest.raises(StudioError, match="cannot be read"):
        datasets.load("mnist")


@pytest.fixture
def unpacked_mnist(real_mnist, project, monkeypatch):
    """The file beside a copy of MNIST that has been loaded once, and a way to load it as another process would."""
    monkeypatch.setenv("MNIST_CNN_DATA", str(real_mnist))

    def again() -> datasets.Dataset:
        datasets._mnist.cache_clear()
        return datasets.load("mnist")

    again()
    return datasets.unpacked_file(), again


def test_mnist_is_unpacked_once_for_all_processes(unpacked_mnist, mnist_arrays, monkeypatch):
    file, again = unpacked_mnist
    monkeypatch.setattr(datasets, "read_npz", None)
    mnist = again()
    assert all(np.array_equal(getattr(mnist, key), mnist_arrays[key]) for key in datasets.ARRAYS)
    mnist.x_train[0, 14, 14] ^= 1  # in this process alone
    assert np.array_equal(again().x_train, mnist_arrays["x_train"])
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    "damage",
    [lambda content: b"", lambda content: content[:-1], lambda content: content[:5000] + b"x" + content[5001:]],
    ids=["emptied", "cut", "changed"],
)
def test_mnist_is_unpacked_anew_where_the_file_is_damaged(unpacked_mnist, mnist_arrays, damage):
    file, again = unpacked_mnist
    content = file.read_bytes()
    file.unlink()  # what has mapped it keeps it
    file.write_bytes(damage(content))
    assert np.array_equal(again().x_train, mnist_arrays["x_train"])
    assert file.read_bytes() == content


def test_mnist_of_another_file_is_not_taken_from_the_one_unpacked_before(unpacked_mnist, tmp_path, monkeypatch):
    _, again = unpacked_mnist
    (tmp_path / "other.npz").write_bytes(npz(blank_arrays()))
    monkeypatch.setenv("MNIST_CNN_DATA", str(tmp_path / "other.npz"))
    with pytest.raises(StudioError, match="differs"):
        again()


def test_mnist_is_loaded_where_nothing_can_be_kept(unpacked_mnist, mnist_arrays):
    file, again = unpacked_mnist
    file.unlink()
    file.parent.rmdir()
    file.parent.touch()  # no folder
    assert np.array_equal(again().x_test, mnist_arrays["x_test"])


@pytest.mark.parametrize("share", [0.001, 0.5, 0.999999])
def test_real_mnist_cut_short_is_unreadable(real_mnist, tmp_path, share):
    content, path = real_mnist.read_bytes(), tmp_path / "mnist.npz"
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(StudioError) as caught:
        datasets.read_npz(path)
    assert caught.value.code == "data.unreadable" and str(path) in str(caught.value)


def test_real_mnist_with_one_pixel_changed_is_foreign(mnist_arrays, tmp_path):
    path, changed = tmp_path / "mnist.npz", mnist_arrays["x_test"].copy()
    changed[-1, 27, 27] ^= 1
    path.write_bytes(npz(mnist_arrays | {"x_test": changed}))
    with pytest.raises(StudioError, match="x_test differs") as caught:
        datasets.read_npz(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("x_train", lambda array: array.astype(np.int16)),
        ("x_train", lambda array: array.view(np.int8)),
        ("x_train", lambda array: array[::-1]),
        ("x_train", lambda array: array.reshape(-1, 784)),
        ("x_test", lambda array: array[:-1]),
        ("y_train", lambda array: (array + 1) % 10),
        ("y_test", lambda array: array[:, np.newaxis]),
    ],
)
def test_real_mnist_in_another_form_is_foreign(mnist_arrays, key, change):
    with pytest.raises(StudioError, match=f"{key} differs"):
        datasets.verify(mnist_arrays | {key: change(mnist_arrays[key])}, "some.npz")


def test_mnist_is_looked_for_in_the_variable_then_the_project_then_keras(project, tmp_path, monkeypatch):
    in_keras, in_project, named = tmp_path / "keras/datasets/mnist.npz", project / "data/mnist.npz", tmp_path / "named.npz"
    with pytest.raises(StudioError) as caught:
        datasets.find_mnist()
    assert caught.value.code == "data.missing"
    for path in (in_keras, in_project, named):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        if path == named:
            monkeypatch.setenv("MNIST_CNN_DATA", str(named))
        assert datasets.find_mnist() == path


def test_keras_keeps_its_cache_in_the_home_folder_unless_told_otherwise(project, tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_HOME")
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    cached = tmp_path / ".keras/datasets/mnist.npz"
    cached.parent.mkdir(parents=True)
    cached.touch()
    assert datasets.find_mnist() == cached


def test_a_variable_that_names_a_missing_file_is_an_error_even_where_another_file_is(project, tmp_path, monkeypatch):
    datasets.project_file().parent.mkdir(parents=True)
    datasets.project_file().touch()
    monkeypatch.setenv("MNIST_CNN_DATA", str(tmp_path / "gone.npz"))
    with pytest.raises(StudioError, match="gone.npz") as caught:
        datasets.load("mnist")
    assert caught.value.code == "data.absent"


def test_a_bad_file_is_named_and_not_passed_over(project, tmp_path):
    for path in (datasets.project_file(), tmp_path / "keras/datasets/mnist.npz"):
        path.parent.mkdir(parents=True)
        path.write_bytes(npz(blank_arrays()))
    with pytest.raises(StudioError) as caught:
        datasets.load("mnist")
    assert caught.value.code == "data.foreign" and str(datasets.project_file()) in str(caught.value)


def test_an_unknown_dataset_is_refused_with_the_choices():
    with pytest.raises(StudioError, match="fashion.*mnist, digits"):
        datasets.load("fashion")


def test_digits_are_all_there():
    digits = datasets.load("digits")
    assert digits.x_train.shape == (1437, 28, 28) and digits.x_test.shape == (360, 28, 28)
    assert len(digits.y_train) == 1437 and len(digits.y_test) == 360 and digits.path is None
    assert all(getattr(digits, key).dtype == np.uint8 for key in datasets.ARRAYS)
    assert set(digits.y_test) == set(range(10)) == set(digits.y_train)
    assert datasets.TRAIN_IMAGES["digits"] == len(digits.x_train) and datasets.TEST_IMAGES["digits"] == len(digits.x_test)


def extents(profiles: np.ndarray) -> np.ndarray:
    """From the first inked pixel of each profile (N, 28) to the last, in pixels."""
    inked = profiles > 0
    return 28 - inked.argmax(axis=1) - inked[:, ::-1].argmax(axis=1)


def test_digits_look_like_mnist():
    digits = datasets.load("digits")
    images = np.concatenate([digits.x_train, digits.x_test]).astype(float)
    assert (images.max(axis=(1, 2)) == 255).all()
    columns, rows = images.sum(axis=1), images.sum(axis=2)
    assert set(np.maximum(extents(columns), extents(rows))) <= {19, 20}
    for profiles in (columns, rows):
        centres = profiles @ (np.arange(28) + 0.5) / profiles.sum(axis=1)
        assert np.abs(centres - 14).max() < 0.6


def test_prepare_gives_what_a_network_takes():
    images = np.arange(2 * 784, dtype=np.uint16).reshape(2, 28, 28).astype(np.uint8)
    x, y = datasets.prepare(images, np.array([3, 9], np.uint8))
    assert x.shape == (2, 28, 28, 1) and x.dtype == np.float32
    assert x.min() == 0 and x.max() == 1 and np.allclose(x[..., 0] * 255, images)
    assert y.shape == (2, 10) and y.dtype == np.float32
    assert y.argmax(axis=1).tolist() == [3, 9] and y.sum() == 2


def test_the_last_fifth_validates():
    digits = datasets.load("digits")
    (x, y), (x_val, y_val) = datasets.split(digits, 0.2, 60000)
    assert (len(x), len(y), len(x_val), len(y_val)) == (1149, 1149, 288, 288)
    assert np.array_equal(np.concatenate([x, x_val]), digits.x_train)
    assert np.array_equal(np.concatenate([y, y_val]), digits.y_train)


def test_a_share_of_zero_leaves_nothing_to_validate():
    (x, _), (x_val, y_val) = datasets.split(datasets.load("digits"), 0.0, 60000)
    assert len(x) == 1437 and len(x_val) == len(y_val) == 0


@given(st.floats(0, RANGES["validation_split"]["high"]), st.integers(100, 60000))
def test_a_limit_takes_the_first_images_only(share, limit):
    digits = datasets.load("digits")
    (x, y), (x_val, y_val) = datasets.split(digits, share, limit)
    count = min(limit, 1437)
    assert len(x) + len(x_val) == count and len(x) == len(y) and len(x_val) == len(y_val)
    assert abs(len(x_val) - count * share) <= 1 and len(x) >= 50
    assert np.array_equal(np.concatenate([x, x_val]), digits.x_train[:count])


def test_the_small_digits_are_those_of_scikit_learn():
    bundled, digits = load_digits(), datasets.load("digits")
    assert np.array_equal(np.concatenate([digits.y_train, digits.y_test]), bundled.target)
    assert np.array_equal(digits.x_train[3], datasets._like_mnist(bundled.images[3]))
