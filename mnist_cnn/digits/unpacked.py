"""MNIST unpacked, in a file whose pages all processes of the app share: none of them unpacks it again or keeps a copy.

The file holds the four arrays one after another, then which archive they were in: its path and its time.
"""

import hashlib
import secrets
from contextlib import suppress
from math import prod
from pathlib import Path

import numpy as np

SHAPES = {"x_train": (60000, 28, 28), "x_test": (10000, 28, 28), "y_train": (60000,), "y_test": (10000,)}
SIZE = sum(map(prod, SHAPES.values()))  # bytes


def load(file: Path, archive: Path, modified: int) -> dict[str, np.ndarray] | None:
    """The arrays of that archive, uint8, not verified; None where they are not kept in that file.

    They are the file's own pages, but for those that this process writes to.
    """
    source = _source(archive, modified)
    try:
        pages = np.asarray(np.memmap(file, np.uint8, "c"))
    except (OSError, ValueError):  # it is not there, or empty
        return None
    if len(pages) != SIZE + len(source) or pages[SIZE:].tobytes() != source:
        return None
    ends = np.cumsum([prod(shape) for shape in SHAPES.values()])
    return {key: part.reshape(SHAPES[key]) for key, part in zip(SHAPES, np.split(pages, ends), strict=False)}


def keep(file: Path, archive: Path, modified: int, four: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Keep the arrays of that archive in a file, and return them as they are there; as they are here, where that cannot be."""
    partial = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")  # no other process's
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as target:
            for key in SHAPES:
                target.write(four[key])
            target.write(_source(archive, modified))
        partial.replace(file)  # whoever reads the old one goes on with it
    except OSError:  # it may not be written, or the disk is full
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return load(file, archive, modified) or four


def _source(archive: Path, modified: int) -> bytes:
    return hashlib.sha256(f"{archive.absolute()} {modified}".encode(errors="surrogateescape")).digest()
