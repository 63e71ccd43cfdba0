"""Arrays in `.npz` files, whoever wrote them: unpacked only where what they say of their size is what was meant."""

import io
import zipfile
from math import prod
from pathlib import Path

import numpy as np

HEADER = 1 << 12  # bytes of each array, at most, that tell its kind and shape
MANY = 1000  # arrays


def load(file, most: int) -> dict[str, np.ndarray]:
    """All arrays in a file, by name, in the order in which they were written; none that needs pickle.

    Parameters
    ----------
    file : a path, or a binary file object that can seek.
    most : bytes that all arrays may take together.

    Raises
    ------
    ValueError, zipfile.BadZipFile or whatever else zip and NumPy raise on a file that holds no arrays; ValueError where they
    are too large. Nothing of it is unpacked then.
    """
    if isinstance(file, str | Path):
        with Path(file).open("rb") as content:  # whole, and shut at once, so that it can be replaced
            file = io.BytesIO(content.read(most + MANY * HEADER))
    _check(file, most)
    file.seek(0)
    with np.load(file, allow_pickle=False) as kept:
        return {name: kept[name] for name in kept.files}


def _check(file, most: int) -> None:
    """Raise ValueError where an array takes more room than its file, or all take more than they may."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > MANY or sum(part.file_size for part in parts) > most + len(parts) * HEADER:
            raise ValueError("too many arrays, or too large")
        for part in parts:
            with archive.open(part) as member:
                if _size(member) > part.file_size:
                    raise ValueError(f"{part.filename} is larger than it can be")


def _size(member) -> int:
    """Bytes of the array that begins here."""
    version = np.lib.format.read_magic(member)
    read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
    shape, _, kind = read(member)
    return prod(shape) * kind.itemsize
