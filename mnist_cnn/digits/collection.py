"""The class's own drawings: what was drawn, and which digit it was, kept in one file that travels."""

import base64
import json
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from mnist_cnn import locks, places
from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.ink.sketch import SIZE

LIMIT = 2000  # drawings
PATIENCE = 10.0  # seconds in which others have done with the file
_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Example:
    """A drawing as the network received it, uint8 (28, 28), the digit that it was, whose it is, and if it came from a file."""

    id: str
    digit: int
    image: np.ndarray
    owner: str | None
    imported: bool = False


class Collection:
    """The drawings in a file of JSON Lines; any number of threads and processes may use it.

    Parameters
    ----------
    path : `data/collection.jsonl` in the project, unless `MNIST_CNN_COLLECTION` names another.
    """

    def __init__(self, path: Path | None = None):
        self.path = Path(path or places.named("MNIST_CNN_COLLECTION", datasets.PROJECT / "data" / "collection.jsonl"))

    def examples(self) -> list[Example]:
        """All drawings, oldest first; a damaged line is passed over."""
        state = self.state()
        try:
            return list(_kept(self.path, *state)) if state else []
        except OSError:
            return []

    def state(self) -> tuple[int, ...]:
        """Time, size and number of the file, another whenever its drawings are; empty where there is none."""
        return places.stamp(self.path)

    def add(self, digit: int, image: np.ndarray, owner: str | None, most: int | None = None) -> Example:
        """Keep a drawing, float32 (28, 28) in [0, 1].

        Parameters
        ----------
        most : drawings that this owner may have, those from files apart; any number, unless given.

        Raises
        ------
        StudioError : "class.drawings" where they have so many, "collection.full"; else as `remove` does.
        """
        example = Example(secrets.token_hex(8), digit, np.round(image * 255).astype(np.uint8), owner)
        with self._alone() as here:
            if most is not None and _owned(here, owner, imported=False) >= most:
                raise StudioError("class.drawings", most=most)
            self._write([*here, example])
        return example

    def remove(self, ids: set[str]) -> None:
        """Forget drawings for good. Raises "collection.busy" or "collection.folder"."""
        with self._alone() as here:
            self._write([example for example in here if example.id not in ids])

    def relabel(self, identity: str, digit: int) -> None:
        """Say that a drawing is another digit. Raises as `remove` does."""
        with self._alone() as here:
            self._write([replace(example, digit=digit) if example.id == identity else example for example in here])

    def export(self) -> bytes:
        """The drawings as a file that `take` reads; whose they are stays here."""
        return b"".join(_line(example, with_owner=False) for example in self.examples())

    def take(self, exported: bytes, owner: str | None, most: int | None = None) -> int:
        """Add the drawings of an exported file that are not here yet; returns how many.

        Parameters
        ----------
        most : drawings from files that this owner may have; any number, unless given.

        Raises
        ------
        StudioError : "collection.foreign" where a line holds no drawing; "class.imports" or "collection.full" where they
            would be too many, and none is added; else as `remove` does.
        """
        parsed = {number: _parsed(line) for number, line in enumerate(exported.splitlines(), 1) if line.strip()}
        if not parsed or not all(parsed.values()):
            raise StudioError("collection.foreign", line=next((n for n, e in parsed.items() if not e), 1))
        with self._alone() as here:
            known = {example.id for example in here}
            fresh = {example.id: example for example in parsed.values() if example.id not in known}
            if most is not None and _owned(here, owner, imported=True) + len(fresh) > most:
                raise StudioError("class.imports", most=most)
            self._write(here + [replace(example, owner=owner, imported=True) for example in fresh.values()])
        return len(fresh)

    @contextmanager
    def _alone(self) -> Iterator[list[Example]]:
        """The drawings as they are now; nobody else changes them before the block ends."""
        if self.path.is_dir():
            raise StudioError("collection.folder", path=self.path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _lock:
            lock = locks.acquire(self.path.with_suffix(".lock"), PATIENCE)
            if lock is None:
                raise StudioError("collection.busy")
            with lock:
                drawings, damaged = _sorted(self.path)
                if damaged:
                    shutil.copyfile(self.path, places.aside(self.path))  # what can be saved of it is kept
                yield drawings

    def _write(self, examples: list[Example]) -> None:
        if len(examples) > LIMIT:
            raise StudioError("collection.full", limit=LIMIT)
        with places.replacing(self.path) as partial:
            partial.write_bytes(b"".join(map(_line, examples)))


@lru_cache(maxsize=1)
def _kept(path: Path, modified: int, size: int, number: int) -> list[Example]:
    """What `_read` reads, until the file changes."""
    return _read(path)


def _read(path: Path) -> list[Example]:
    return _sorted(path)[0]


def _sorted(path: Path) -> tuple[list[Example], bool]:
    """The drawings in a file, each once, and whether there are lines that hold none."""
    lines = path.read_bytes().splitlines() if path.exists() else []
    parsed = [_parsed(line) for line in lines if line.strip()]
    return list({example.id: example for example in parsed if example}.values()), not all(parsed)


def _owned(examples: list[Example], owner: str | None, imported: bool) -> int:
    """How many of these are that owner's, of those from files or of the others."""
    return sum(example.owner == owner and example.imported is imported for example in examples)


def _line(example: Example, with_owner: bool = True) -> bytes:
    record = {"id": example.id, "digit": example.digit, "image": base64.b64encode(example.image.tobytes()).decode()}
    if with_owner:
        record |= {"owner": example.owner} | ({"imported": True} if example.imported else {})
    return json.dumps(record).encode() + b"\n"


def _parsed(line: bytes) -> Example | None:
    try:
        record = json.loads(line)
        pixels = np.frombuffer(base64.b64decode(record["image"], validate=True), np.uint8).reshape(SIZE, SIZE)
        identity, digit, owner = record["id"], record["digit"], record.get("owner")
        good = isinstance(identity, str) and 0 < len(identity) <= 32 and identity.isalnum() and type(digit) is int
        good = good and 0 <= digit < 10 and isinstance(owner, str | None) and pixels.max() > 0
        return Example(identity, digit, pixels, owner, record.get("imported") is True) if good else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
