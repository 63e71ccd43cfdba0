"""Where files are: what the environment names, what can be looked at, and what replaces them as a whole."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

WINDOWS = os.name == "nt"
PATIENCE = 1.0  # seconds in which others have done with a file
Result = TypeVar("Result")


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


def stamp(path: Path) -> tuple[int, ...]:
    """Time, size and number of a file, another whenever what it holds may be; empty where there is none."""
    try:
        file = path.stat()
    except OSError:
        return ()
    return file.st_mtime_ns, file.st_size, file.st_ino


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside a file, for a block to write; then that is the file. Where the block fails, the old one is kept."""
    partial = path.with_name(f"{path.stem}.part{path.suffix}")
    try:
        yield partial
        patiently(lambda: partial.replace(path))
    except BaseException:
        with suppress(OSError):  # what went wrong is to be told
            partial.unlink()
        raise


def aside(path: Path) -> Path:
    """Where a file is kept once it is found damaged: "rules.damaged.json" of "rules.json"."""
    return path.with_name(f"{path.stem}.damaged{path.suffix}")


def set_aside(path: Path) -> None:
    """Rename a damaged file before another takes its place, so that what can be saved of it is kept. Raises OSError."""
    patiently(lambda: path.replace(aside(path)))


def patiently(act: Callable[[], Result]) -> Result:
    """What an act on a file or folder returns, which Windows refuses while anybody else has it open or replaces it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except PermissionError:
            if not WINDOWS or time.monotonic() > deadline:
                raise
        time.sleep(0.01)
