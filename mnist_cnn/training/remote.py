"""What a worker of a Dask cluster does for `cluster`: train a run that it was sent, in a process of its own as on any machine.

It trains one run at a time, whoever asks, and keeps the process for the next one warm meanwhile.
"""

import hashlib
import os
import shutil
import threading
import time
from functools import lru_cache
from pathlib import Path

from mnist_cnn import places
from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.runs import LOST, Run
from mnist_cnn.training import transfer
from mnist_cnn.training.hired import Worker

ENDING = 5.0  # seconds within which a process that is killed has ended
SILENT = 60.0  # seconds after which a server that has asked nothing more is gone
TRAINING = ("runs.py", "digits/*.py", "ink/*.py", "network/*.py", "reading/*.py", "training/*.py")
SOURCES = {"mnist.npz": "MNIST_CNN_DATA", "strokes.jsonl.gz": "MNIST_CNN_STROKES"}
"""The files that a server may give to learn from, and the variable that names each to the process that trains."""

_lock = threading.RLock()
_spare: "Process | None" = None  # one that is warm, or about to be
_busy: "Trainer | None" = None  # what has the place here


@lru_cache(maxsize=1)
def version() -> str:
    """Of the code that trains: machines that have the same train the same."""
    package = datasets.PROJECT / "mnist_cnn"
    files = sorted(path for pattern in TRAINING for path in package.glob(pattern))
    return hashlib.sha256("\0".join(path.read_text("utf-8") for path in files).encode()).hexdigest()


def digest(path: Path) -> str:
    """Of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def greet() -> str:
    """Have a process warm ahead of the first training; the `version` here."""
    _home()
    _warm()
    return version()


class Process(Worker):
    """One that trains a run; `over` is set once it has ended."""

    def __init__(self):
        self.over = threading.Event()
        super().__init__(lambda event, worker: event == "ended" and self.over.set())


class Trainer:
    """A training on this worker, for a server that asks how it is several times a second: a Dask actor."""

    def __init__(self):
        self._worker: Process | None = None
        self._asked = time.monotonic()

    def engage(self, files: dict[str, bytes], sources: dict[str, str]) -> list[str] | None:
        """Take the place here for a run.

        Parameters
        ----------
        files : of the run, as `transfer.pack` gives them.
        sources : those of `SOURCES` that it learns from, with their `digest`.

        Returns
        -------
        The sources that are to be given first; None where another training has the place.
        """
        global _busy
        with _lock:
            if _busy:
                return None
            _busy = self
        threading.Thread(target=self._guard, daemon=True).start()
        shutil.rmtree(self._folder, ignore_errors=True)
        transfer.unpack(self._folder, files)
        Run(self._folder).enqueue()
        self._watch = transfer.Watch(self._folder)
        return [source for source, known in sources.items() if not _has(source, known)]

    def give(self, source: str, content: bytes) -> None:
        """Bring one of `SOURCES`, which stays for trainings to come."""
        if source not in SOURCES:
            raise ValueError(source)
        with places.replacing(_home() / source) as partial:
            partial.write_bytes(content)

    def begin(self) -> None:
        """Have the run trained."""
        global _spare
        with _lock:
            _warm()
            self._worker, _spare = _spare, None
        self._worker.order(Run(self._folder))

    def look(self) -> dict:
        """How it is now.

        Returns
        -------
        {"status": (state, reason, values) as in `runs.Status`, "over": whether nothing more will come, "changes": what
        `transfer.Watch` tells, at least as new as the status, or None}
        """
        self._asked = time.monotonic()
        over, status = self._worker.over.is_set(), Run(self._folder).status()
        changes = self._watch.changes()
        if changes is None or not over and status == LOST:  # until its process is warm nobody has the run in hand
            return {"status": ("running", None, {}), "over": False, "changes": changes}
        if over and status.active:  # it ended before it began
            status = LOST
        return {"status": (status.state, status.reason, status.values), "over": over, "changes": changes}

    def stop(self, reason: str) -> None:
        """Ask the training to stop, for one of `runs.STOPS`; it keeps what it has learned."""
        Run(self._folder).request_stop(reason)

    def close(self) -> None:
        """End whatever is under way, and free the place."""
        global _busy
        with _lock:
            if _busy is not self:
                return
            if self._worker:
                self._worker.process.kill()
                self._worker.over.wait(ENDING)
            shutil.rmtree(self._folder, ignore_errors=True)
            _busy = None
            _warm()

    @property
    def _folder(self) -> Path:
        return _home() / "run"

    def _guard(self) -> None:
        """Close when the server is gone."""
        while _busy is self:
            if time.monotonic() - self._asked > SILENT:
                self.close()
            time.sleep(1)


@lru_cache(maxsize=1)
def _home() -> Path:
    """A folder below this Dask worker's own, which Dask removes however the worker ends; trainings find `SOURCES` there.

    The worker's own MNIST serves where it has a good one. Its own pen strokes may be others than the server's.
    """
    from distributed import get_worker

    home = Path(get_worker().local_directory) / "mnist-cnn"
    home.mkdir(parents=True, exist_ok=True)
    for source, variable in SOURCES.items():
        if source != "mnist.npz" or not _has(source):
            os.environ[variable] = str(home / source)
    return home


def _has(source: str, known: str = "") -> bool:
    """Whether a training here would find MNIST, whose content is known, or other `SOURCES` with that `digest`."""
    if source != "mnist.npz":
        path = Path(os.environ[SOURCES[source]])
        return path.is_file() and digest(path) == known
    try:
        datasets.read_npz(datasets.find_mnist())
        return True
    except StudioError:
        return False


def _warm() -> None:
    """Have a spare process."""
    global _spare
    with _lock:
        if _spare is None or _spare.over.is_set():
            _spare = Process()
