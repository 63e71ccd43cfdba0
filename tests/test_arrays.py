"""Arrays from a file that anybody may have written take no more memory than they may."""

import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from mnist_cnn import arrays

MOST = 1 << 20
KEPT = {"images": np.arange(784 * 9, dtype=np.uint8).reshape(9, 28, 28), "words": np.array(["a", "b"]), "one": np.array(0.5)}


def npz(save=np.savez, **named) -> bytes:
    save(file := io.BytesIO(), **named)
    return file.getvalue()


def header(shape: tuple, kind: str = "|u1") -> bytes:
    """The head of an array of that shape, with ten bytes of it."""
    told = repr({"descr": kind, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(told)) + told + bytes(10)


def archived(parts: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("opened", [False, True], ids=["path", "file"])
def test_what_numpy_saves_is_loaded(tmp_path, save, opened):
    path = tmp_path / "kept.npz"
    path.write_bytes(npz(save, **KEPT))
    loaded = arrays.load(io.BytesIO(path.read_bytes()) if opened else path, sum(array.nbytes for array in KEPT.values()))
    assert list(loaded) == list(KEPT) and all(np.array_equal(loaded[name], KEPT[name]) for name in KEPT)


CRAFTED = {
    "too much": npz(np.savez_compressed, x=np.zeros(1 << 28, np.uint8)),
    "too much in several": npz(np.savez_compressed, **{f"x{n}": np.zeros(1 << 19, np.uint8) for n in range(4)}),
    "more than there is": archived({"x.npy": header((1 << 40,))}),
    "more than there is, by two negatives": archived({"x.npy": header((-(1 << 20), -(1 << 20)))}),
    "thousands": archived({f"{n}.npy": header((10,)) for n in range(5000)}),
    "a bomb that is no array": archived({"x": bytes(1 << 28)}),
    "objects": npz(x=np.array([{}], object)),
    "another version": archived({"x.npy": b"\x93NUMPY\x09\x00" + bytes(100)}),
    "text": b"no archive",
    "nothing": b"",
}


@pytest.mark.parametrize("content", CRAFTED.values(), ids=CRAFTED.keys())
def test_a_crafted_file_is_refused_before_it_is_unpacked(content):
    tracemalloc.start()
    with pytest.raises((ValueError, LookupError, zipfile.BadZipFile)):
        arrays.load(io.BytesIO(content), MOST)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * MOST


def test_of_a_file_that_is_too_long_no_more_is_read_than_there_may_be(tmp_path):
    path = tmp_path / "long.npz"
    with path.open("wb") as file:
        file.truncate(1 << 34)
    with pytest.raises(zipfile.BadZipFile):
        arrays.load(path, MOST)
