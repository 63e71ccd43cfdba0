"""Where files are: what the environment names, what can be looked at, and what replaces them as a whole."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Generic, TypeVar

WINDOWS = os.name == "nt"
PATIENCE = 1.0  # seconds in which others have done with a file
Result = TypeVar("Result")
Told = TypeVar("Told")


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


def read_json(path: Path):
    """What a JSON file holds. Raises OSError or ValueError."""
    return json.loads(patiently(lambda: path.read_text("utf-8")))


def write_json(path: Path, record: dict) -> None:
    """Replace a JSON file as a whole: a reader sees the old one or the new one."""
    with replacing(path) as partial:
        partial.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8", "backslashreplace")


class Kept(Generic[Told]):
    """What a JSON file says that several threads and processes change; it is read again only when it is another.

    Parameters
    ----------
    parse : makes of its content, {} without a file and None of what is no JSON, what that says, and whether it is damaged.
    besides : what else that depends on.

    Attributes
    ----------
    told : what it said when it was looked at last.
    damaged : whether it was, then.
    """

    def __init__(self, path: Path, parse: Callable[[object], tuple[Told, bool]], besides: Callable[[], tuple] = tuple):
        self.path, self.parse, self.besides = path, parse, besides
        self.told, self.damaged = parse({})
        self._seen: tuple | None = None

    def read(self) -> Told:
        """What it says now; what it said last where it cannot be read."""
        with suppress(OSError):
            self.look()
        return self.told

    def look(self) -> None:
        """Have `told` be what it says now. Raises OSError where that cannot be known."""
        if (now := self._now()) != self._seen:
            try:
                content = read_json(self.path)
            except FileNotFoundError:
                content = {}
            except (ValueError, RecursionError):
                content = None
            (self.told, self.damaged), self._seen = self.parse(content), now

    def write(self, told: Told, write: Callable[[Told], None]) -> None:
        """Have `write` make the file say something else, after `look`; a damaged one is set aside. Raises OSError."""
        if self.damaged:
            set_aside(self.path)
        write(told)
        self.told, self.damaged, self._seen = told, False, self._now()

    def _now(self) -> tuple:
        return *stamp(self.path), *self.besides()
