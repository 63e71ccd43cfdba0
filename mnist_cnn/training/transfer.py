"""What of a run's folder goes over the network where a worker elsewhere trains it, and how it is put in place there.

A worker is sent what resuming needs. It sends back what changes: files that grow, by what they have grown, and files that
are replaced as a whole, all of one moment, so that a folder is at any time as a trainer on this machine would leave it.
"""

from contextlib import suppress
from pathlib import Path

from mnist_cnn import places
from mnist_cnn.reading import snapshots
from mnist_cnn.runs import Run

NEEDED = ("run.json", "history.csv", "checkpoint.npz", "batches.bin", "base.keras", "taught.npz", "calibration.json")
GROWING = ("batches.bin", "events.jsonl")
REPLACED = (  # in the order of being written: model before history before checkpoint, which makes an epoch count
    "model.keras", "history.csv", "checkpoint.npz", "calibration.json", "predictions.npz", "evaluation.json", "teaching.json",
)  # fmt: skip
LARGEST = 1 << 30  # bytes that a trainer sends of a file; the largest network's checkpoint has less
TAIL = 1 << 10  # bytes by which a file that has grown is told from one that began anew
TRIES = 5  # looks at a folder, until nothing was written meanwhile


def pack(run: Run) -> dict[str, bytes]:
    """The files that a trainer goes on from, by their names; of those that it only looks for, or removes, just the names."""
    named = [name for name in REPLACED if name not in NEEDED]
    named += [f"snapshots/{snapshots.file(run, moment).name}" for moment in snapshots.moments(run)]
    there = {name: b"" for name in named if (run.folder / name).is_file()}
    return there | {name: (run.folder / name).read_bytes() for name in NEEDED if (run.folder / name).is_file()}


def unpack(folder: Path, files: dict[str, bytes]) -> None:
    """Make a run's folder of what `pack` gave."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class Watch:
    """Sees what changes in a run's folder, which somebody else writes to, from its making on."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._seen = self._look()
        self._ends = dict.fromkeys(GROWING, (0, b""))  # of each file, how long it was and its last bytes
        for name in GROWING:
            self._growth(name)

    def changes(self) -> dict | None:
        """What has changed since the last time; None while files change faster than they can be read.

        Returns
        -------
        {"replaced": {name: content}, "gone": [name], "grown": {name: (offset, content)}}; a file that grew ends where its
        content does.
        """
        for _ in range(TRIES):
            seen = self._look()
            try:
                changed = [name for name in seen if seen[name] != self._seen.get(name)]
                replaced = {name: (self.folder / name).read_bytes() for name in changed}
            except FileNotFoundError:
                continue
            if self._look() == seen:
                break
        else:
            return None
        gone, self._seen = [name for name in self._seen if name not in seen], seen
        grown = {name: growth for name in GROWING if (growth := self._growth(name))}
        return {"replaced": replaced, "gone": gone, "grown": grown}

    def _look(self) -> dict[str, tuple[int, ...]]:
        """By which each file that is there is told from the one that replaces it."""
        paths = [self.folder / name for name in REPLACED]
        with suppress(FileNotFoundError):
            paths += [path for path in (self.folder / "snapshots").iterdir() if snapshots.NAME.fullmatch(path.name)]
        seen = {}
        for path in paths:
            with suppress(FileNotFoundError):
                about = path.stat()
                seen[path.relative_to(self.folder).as_posix()] = about.st_ino, about.st_mtime_ns, about.st_size
        return seen

    def _growth(self, name: str) -> tuple[int, bytes] | None:
        size, tail = self._ends[name]
        try:
            with (self.folder / name).open("rb") as file:
                file.seek(size - len(tail))
                offset = size if file.read(len(tail)) == tail else 0
                file.seek(offset)
                new = file.read(LARGEST)
        except FileNotFoundError:
            return None
        self._ends[name] = offset + len(new), ((tail if offset else b"") + new)[-TAIL:]
        return (offset, new) if new or offset < size else None


def put(run: Run, changes: dict) -> None:
    """Have the run's folder follow what `Watch.changes` told of one elsewhere. May raise ValueError or OSError."""
    replaced, gone, grown = changes["replaced"], changes["gone"], changes["grown"]
    for name in (*replaced, *gone, *grown):
        _check(name)
    for name, (offset, content) in grown.items():
        snapshots.give_way(run, _grow, run.folder / name, offset, content)
    for name in gone:
        if name != run.checkpoint_file.name:
            (run.folder / name).unlink(missing_ok=True)
    for name in sorted(replaced, key=(*REPLACED, *replaced).index):
        if name in REPLACED:
            snapshots.give_way(run, _replace, run.folder / name, replaced[name])
        else:
            with suppress(OSError):  # a run goes on without its snapshots
                (run.folder / name).parent.mkdir(exist_ok=True)
                _replace(run.folder / name, replaced[name])
    if run.checkpoint_file.name in gone:  # only now is there all that makes up for it
        run.checkpoint_file.unlink(missing_ok=True)


def _check(name: str) -> None:
    """Raise ValueError unless that is a file that a trainer writes: nothing else is touched, whoever sends it."""
    folder, _, file = name.rpartition("/")
    known = name in REPLACED or name in GROWING or folder == "snapshots" and snapshots.NAME.fullmatch(file)
    if not known:
        raise ValueError(f"no file that a trainer writes: {name!r}")


def _grow(path: Path, offset: int, content: bytes) -> None:
    """Have a file go on with that content from there, and end with it."""
    with path.open("ab") as file:
        if file.tell() < offset:
            raise ValueError(f"{path.name} has {file.tell()} bytes, fewer than {offset}")
        file.truncate(offset)
        file.write(content)


def _replace(path: Path, content: bytes) -> None:
    with places.replacing(path) as partial:
        partial.write_bytes(content)
