"""Where files are: what the environment names, what can be looked at, and what replaces them as a whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def named(variable: str, default: str | Path | None = None) -> Path | None:
    """The path that an environment variable names, else the default; "~" is somebody's home."""
    place = os.environ.get(variable) or default
    if place is None:
        return None
    try:
        return Path(place).expanduser()
    except RuntimeError:  # nobody knows whose home that is
        return Path(place)


def is_file(path: Path) -> bool:
    """Whether a path leads to a file; False as well where it may not be followed, or is too long to be one."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside a file, for a block to write; then that is the file. Where the block fails, the old one is kept."""
    partial = path.with_name(f"{path.stem}.part{path.suffix}")
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        with suppress(OSError):  # what went wrong is to be told
            partial.unlink()
        raise
