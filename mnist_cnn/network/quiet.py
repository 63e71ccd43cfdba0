"""TensorFlow imported without a word: its log comes before any setting of it counts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


def import_tensorflow() -> None:
    """Import TensorFlow ahead of its use, for a program that has the terminal to itself."""
    with _silence():
        import tensorflow  # noqa: F401


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing reaches the process's standard error, not from C++ either; what is raised passes, to be told after."""
    try:
        kept = os.dup(2)
    except OSError:  # it is closed
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
