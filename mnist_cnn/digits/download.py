"""Fetch MNIST from whichever mirror answers, and keep it only when its content is right."""

import gzip
import io
import os
import time
import urllib.request
import zlib
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

import numpy as np

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError

IDX_FILES = {
    "x_train": "train-images-idx3-ubyte.gz",
    "y_train": "train-labels-idx1-ubyte.gz",
    "x_test": "t10k-images-idx3-ubyte.gz",
    "y_test": "t10k-labels-idx1-ubyte.gz",
}
MIRRORS = (  # a folder of IDX files, or one .npz; the first is in Beijing
    "https://dataset.bj.bcebos.com/mnist/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
SIZE = 11_600_000  # bytes, about the same from every mirror
SILENCE = 10  # seconds without an answer before the next mirror is tried
LIMIT = 180  # seconds for one mirror

Progress = Callable[[float], None]


def fetch_mnist(progress: Progress = lambda share: None, mirrors=MIRRORS) -> Path:
    """Download MNIST to `datasets.project_file()`, unless a good file is there already.

    Parameters
    ----------
    progress : called with the share done, 0 to 1, as bytes arrive.

    Raises
    ------
    StudioError : "data.download", after every mirror failed; no file is left behind.
    """
    target = datasets.project_file()
    try:
        datasets.read_npz(target)
        return target
    except StudioError:
        pass  # missing or bad: it is replaced below
    problems = []
    for mirror in mirrors:
        try:
            _save(_fetch_arrays(mirror, progress), target)
            return target
        except (OSError, ValueError, EOFError, zlib.error, HTTPException, StudioError) as error:
            problems.append(f"{mirror} {getattr(error, 'reason', error) or type(error).__name__}")
    raise StudioError("data.download", detail="; ".join(problems), path=target)


def _fetch_arrays(mirror: str, progress: Progress) -> dict[str, np.ndarray]:
    deadline = time.monotonic() + LIMIT
    if mirror.endswith(".npz"):
        return datasets.read_npz(io.BytesIO(_get(mirror, deadline, lambda n: progress(min(n / SIZE, 1)))), mirror)
    arrays, before = {}, 0
    for key, name in IDX_FILES.items():
        packed = _get(mirror + name, deadline, lambda n, before=before: progress(min((before + n) / SIZE, 1)))
        before += len(packed)
        raw = np.frombuffer(gzip.decompress(packed), np.uint8)
        arrays[key] = raw[16:].reshape(-1, 28, 28) if key.startswith("x") else raw[8:]
    datasets.verify(arrays, mirror)
    return arrays


def _get(url: str, deadline: float, report: Callable[[int], None]) -> bytes:
    """The body of `url`, read in pieces so that a slow host is given up in time."""
    body = bytearray()
    with urllib.request.urlopen(url, timeout=SILENCE) as response:
        while piece := response.read(1 << 16):
            body += piece
            report(len(body))
            if time.monotonic() > deadline:
                raise TimeoutError(f"slower than {LIMIT} seconds")
    return bytes(body)


def _save(arrays: dict[str, np.ndarray], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            np.savez_compressed(file, **arrays)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
