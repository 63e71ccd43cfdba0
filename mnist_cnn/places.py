"""Where files are: what the environment names, and what can be looked at."""

import os
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
