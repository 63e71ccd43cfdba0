"""A training on a worker of a Dask cluster: it is sent what it needs, and what it makes is kept in the run's folder here."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from mnist_cnn.digits import datasets, strokes
from mnist_cnn.errors import StudioError
from mnist_cnn.locks import Lock
from mnist_cnn.reading import snapshots
from mnist_cnn.runs import ACTIVE, Run
from mnist_cnn.training import reasons, remote, transfer

POLL = 0.2  # seconds between two looks at a training
PATIENCE = 20.0  # seconds within which a worker that is alive answers
LOSSES = 3  # workers that a run may lose without getting an epoch further

_losses: dict[str, tuple[int, int]] = {}  # by the run's id: its epochs when it was last lost, and how often with no more


class Lost(Exception):
    """The worker cannot be reached any more, or does not do what it should."""


class Taken(Lost):
    """The worker trains for another server."""


class Relay:
    """What `jobs.Queue` knows of a worker of the cluster: as a `hired.Worker`, always ready, for one run.

    Instead of "ended" it may notify "lost": then the run is to go on elsewhere, from its last epoch.
    """

    ready = True

    def __init__(self, cluster, address: str, notify: Callable):
        self._cluster, self._client, self.address, self._notify = cluster, cluster.client, address, notify
        self.run: Run | None = None
        self._lock: Lock | None = None
        self._actor, self._over = None, False
        self._closing, self._settling = threading.Event(), threading.RLock()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def order(self, run: Run) -> None:
        """Have the run trained."""
        self.run = run
        self._thread.start()

    def close(self) -> None:
        """Stop the training because the server ends; what the last epoch has taught is here."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(5 * POLL)
        self._settle("stopped", "reason.server")

    def _work(self) -> None:
        event = "ended"
        try:
            event = self._train()
        except Exception as error:  # as of a full disk; a run that somebody else trains is left as it is
            with suppress(Exception):
                self._settle("failed", *reasons.why(error))
        finally:
            if self._actor:
                with suppress(Exception):
                    self._ask("close", patience=1.0)
            self._cluster.free(self.address, good=event != "lost")
            self._notify(event, self)

    def _train(self) -> str:
        """Have it trained, and say what to notify."""
        try:
            self._lock = self.run.claim()
            snapshots.give_way(self.run, self.run.set_status, "running")
            self._begin()
            self._follow()
        except Lost as lost:
            self._cluster.await_look()
            return self._give_back(counts=not isinstance(lost, Taken) and self._cluster.serves())
        return "ended"

    def _begin(self) -> None:
        """Send what the trainer goes on from, and have it begin."""
        try:
            with self._client.as_current():
                actor = self._client.submit(remote.Trainer, actor=True, workers=[self.address], pure=False)
                self._actor = actor.result(timeout=PATIENCE)
        except Exception as error:
            raise Lost from error
        sources = _sources(self.run)
        lacking = self._ask("engage", transfer.pack(self.run), {name: remote.digest(path) for name, path in sources.items()})
        if lacking is None:
            raise Taken
        for source in lacking:
            self._ask("give", source, sources[source].read_bytes())
        self._ask("begin")

    def _follow(self) -> None:
        """Keep what the trainer makes, until it has ended."""
        asked = None
        while not self._closing.is_set():
            state, reason, values = self._look()
            if asked and time.monotonic() - asked > PATIENCE or state == "finished" and not self._measured():
                raise Lost
            if state not in ACTIVE:
                self._settle(state, reason, values)
                break
            self.run.touch()
            if not asked and self.run.stop_requested():
                self._ask("stop", self.run.stop_reason())
                asked = time.monotonic()
            self._closing.wait(POLL)
        with suppress(Lost, OSError):  # a stopped run is measured all the same, unless it goes on or is deleted meanwhile
            while not (self._over or self._closing.wait(POLL)) and self.run.status().state == "stopped":
                self._look()

    def _measured(self) -> bool:
        """Whether what a finished run leaves has come."""
        return self.run.model_file.is_file() and (self.run.folder / "evaluation.json").is_file()

    def _look(self) -> tuple[str, str | None, dict]:
        told = self._ask("look")
        self._over = told["over"]
        if told["changes"] and (self._lock or self.run.status().state == "stopped"):
            transfer.put(self.run, told["changes"])
        return told["status"]

    def _ask(self, method: str, *values, patience: float = PATIENCE):
        """What the trainer answers. Raises Lost where it does not, or fails."""
        try:
            with self._client.as_current():
                return getattr(self._actor, method)(*values).result(timeout=patience)
        except Exception as error:
            raise Lost from error

    def _settle(self, state: str, reason: str | None, values: dict | None = None) -> None:
        """Say how it ended here, once, and let go of the run."""
        with self._settling:
            lock, self._lock = self._lock, None
            if lock:
                with lock, suppress(OSError):  # of a folder that was removed by hand
                    snapshots.give_way(self.run, partial(self.run.set_status, state, reason, **(values or {})))
                    (self.run.folder / "stop").unlink(missing_ok=True)
                    if state == "finished":
                        self.run.checkpoint_file.unlink(missing_ok=True)

    def _give_back(self, counts: bool) -> str:
        """What to notify of a run that was lost; one that is lost again and again has failed."""
        with self._settling:
            if self._closing.is_set():
                self._settle("stopped", "reason.server")
            elif self.run.stop_requested():
                self._settle("stopped", self.run.stop_reason())
            elif counts and _often_lost(self.run):
                self._settle("failed", "reason.killed")
            elif self._lock:
                self._settle("queued", None)
                return "lost"
        return "ended"


def _often_lost(run: Run) -> bool:
    """Count a loss; whether there were too many since its last epoch."""
    epochs, (before, times) = len(run.history()), _losses.get(run.id, (0, 0))
    times = times + 1 if epochs == before else 1
    _losses[run.id] = epochs, times
    return times >= LOSSES


def _sources(run: Run) -> dict[str, Path]:
    """Those of `remote.SOURCES` that it learns from and that are here."""
    found = {}
    if run.dataset == "mnist":
        with suppress(StudioError):
            found["mnist.npz"] = datasets.find_mnist()
    if run.hyperparameters.pen_copies and (path := strokes.find()):
        found["strokes.jsonl.gz"] = path
    return found
