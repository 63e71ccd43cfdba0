"""Handwritten digits: MNIST, verified by content, and the digits that scikit-learn bundles."""

import hashlib
import struct
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from mnist_cnn import arrays, places
from mnist_cnn.digits import unpacked
from mnist_cnn.errors import StudioError
from mnist_cnn.ink import sketch

PROJECT = Path(__file__).resolve().parents[2]
TRAIN_IMAGES = {"mnist": 60000, "digits": 1437}
TEST_IMAGES = {"mnist": 10000, "digits": 360}
DATASETS = tuple(TRAIN_IMAGES)
NO_DIGIT = 10  # label of a training image that is no digit
ARRAYS = ("x_train", "y_train", "x_test", "y_test")
MOST = 64 << 20  # bytes of an archive; MNIST's images take 55 million
MD5 = {  # of the four original IDX files, uncompressed
    "x_train": "6bbc9ace898e44ae57da46a324031adb",
    "y_train": "a25bea736e30d166cdddb491f175f624",
    "x_test": "2646ac647ad5339dbf082846283269ea",
    "y_test": "27ae3e4e09519cfbb04c329615203637",
}


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels as they were published.

    Attributes
    ----------
    name : one of `DATASETS`.
    x_train, x_test : uint8 (N, 28, 28), ink bright. Those of MNIST are a file's pages, which all processes share.
    y_train, y_test : uint8 (N,), 0 to 9.
    path : the file they came from; None for those bundled with scikit-learn.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    path: Path | None = None


def load(name: str) -> Dataset:
    """The dataset of that name, verified and kept at hand.

    Raises
    ------
    StudioError : "data.unknown"; for MNIST also "data.missing" where no file is found, and
        "data.absent", "data.unreadable" or "data.foreign" where the first one found is no good.
    """
    if name == "digits":
        return _digits()
    if name == "mnist":
        path = find_mnist()
        return _mnist(path, path.stat().st_mtime_ns)
    raise StudioError("data.unknown", name=name, choices=", ".join(DATASETS))


def at_hand(name: str = "mnist") -> Dataset:
    """The dataset of that name; where it cannot be had, the small digits, which always can."""
    try:
        return load(name)
    except StudioError:
        return load("digits")


def find_mnist() -> Path:
    """The first file that is to hold MNIST: `MNIST_CNN_DATA`, the project's, Keras's cache."""
    if named := places.named("MNIST_CNN_DATA"):
        if not places.is_file(named):
            raise StudioError("data.absent", path=named)
        return named
    for path in (project_file(), places.named("KERAS_HOME", "~/.keras") / "datasets" / "mnist.npz"):
        if places.is_file(path):
            return path
    raise StudioError("data.missing")


def project_file() -> Path:
    """Where the project keeps its own copy of MNIST."""
    return PROJECT / "data" / "mnist.npz"


def unpacked_file() -> Path:
    """Where what `find_mnist` found is kept unpacked, for the processes of the app to share."""
    return project_file().with_name("unpacked.mnist")


def read_npz(file, name=None) -> dict[str, np.ndarray]:
    """MNIST's four arrays from an .npz, verified; raises StudioError as `load` does.

    Parameters
    ----------
    file : a path or a binary file object.
    name : how messages call it; the path, unless given.
    """
    try:
        kept = arrays.load(file, MOST)
        four = {key: kept[key] for key in ARRAYS}
    except Exception as error:  # zip, zlib and NumPy raise nearly anything on a foreign file
        raise StudioError("data.unreadable", path=name or file, detail=error) from error
    verify(four, name or file)
    return four


def verify(four: dict[str, np.ndarray], path) -> None:
    """Raise "data.foreign" unless the arrays are MNIST's, byte for byte."""
    for key, array in four.items():
        if array.dtype != np.uint8 or array.ndim != (3 if key.startswith("x") else 1) or _idx_md5(array) != MD5[key]:
            raise StudioError("data.foreign", path=path, array=key)


def _idx_md5(array: np.ndarray) -> str:
    """MD5 of the array as an IDX file: magic number, big-endian dimensions, bytes."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 0x08, array.ndim, *array.shape)
    digest = hashlib.md5(header, usedforsecurity=False)
    digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _mnist(path: Path, modified: int) -> Dataset:
    if four := unpacked.load(unpacked_file(), path, modified):
        with suppress(StudioError):  # it was damaged
            verify(four, path)
            return Dataset("mnist", path=path, **four)
    return Dataset("mnist", path=path, **unpacked.keep(unpacked_file(), path, modified, read_npz(path)))


@lru_cache(maxsize=1)
def _digits() -> Dataset:
    """E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits (UCI, 1998), CC BY 4.0.

    1,797 images of 8x8; the last fifth is the test set. scikit-learn's own `load_digits` takes a second to import.
    """
    table = np.loadtxt(Path(find_spec("sklearn").origin).parent / "datasets/data/digits.csv.gz", np.uint8, delimiter=",")
    images = np.stack([_like_mnist(image.reshape(8, 8)) for image in table[:, :-1]])
    labels = table[:, -1]
    split = TRAIN_IMAGES["digits"]
    return Dataset("digits", images[:split], labels[:split], images[split:], labels[split:])


def _like_mnist(image: np.ndarray) -> np.ndarray:
    """An 8x8 image in [0, 16] as uint8 (28, 28), in MNIST's own way; networks read it best with its own lines."""
    fine = Image.fromarray(image.astype(np.float32) / 16).resize((64, 64), Image.Resampling.BICUBIC)
    normalised = sketch.normalise(np.clip(np.asarray(fine), 0, 1), even=False)
    return np.round(normalised.image * 255).astype(np.uint8)


def prepare(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a network takes: float32 (N, 28, 28, 1) in [0, 1] and one-hot float32 (N, 10)."""
    return images[..., np.newaxis].astype(np.float32) / 255, np.eye(10, dtype=np.float32)[labels]


def split(dataset: Dataset, validation_split: float, train_images: int):
    """The first `train_images` for training, of which the last share validates, as Keras's `fit` does.

    Returns
    -------
    (x_train, y_train), (x_val, y_val) : uint8 views of the dataset; the latter two may be empty.
    """
    count = min(train_images, len(dataset.x_train))
    cut = int(count * (1 - validation_split))
    x, y = dataset.x_train, dataset.y_train
    return (x[:cut], y[:cut]), (x[cut:count], y[cut:count])
