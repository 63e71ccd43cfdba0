"""Trainings in worker processes, each in a fresh one: as many at a time as there are cores for, the rest in line."""

import atexit
import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress

from mnist_cnn.digits.datasets import PROJECT
from mnist_cnn.errors import StudioError
from mnist_cnn.locks import Lock
from mnist_cnn.reading import snapshots
from mnist_cnn.runs import HEARTBEAT, Run
from mnist_cnn.training.rules import Rulebook

CORES_PER_TRAINING = 2
LINE = 300  # runs of series in line at most: each holds an open file, and many systems allow 1,024


class Worker:
    """A `mnist_cnn.training.worker` process: warming up, ready, or at the one run that it trains."""

    def __init__(self, notify):
        environment = os.environ | {"PYTHONPATH": str(PROJECT)}
        command = [sys.executable, "-m", "mnist_cnn.training.worker"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.run: Run | None = None
        self.ready = False
        threading.Thread(target=self._listen, args=(notify,), daemon=True).start()

    def order(self, run: Run) -> None:
        """Have the run trained; the process ends with it."""
        self.run = run
        with suppress(OSError):  # it has ended; so has its output, which says so
            self.process.stdin.write(json.dumps(str(run.folder)) + "\n")
            self.process.stdin.flush()

    def close(self) -> None:
        """End the process, and a training under way, which says that the server ended."""
        with suppress(OSError):
            self.process.stdin.close()

    def _listen(self, notify) -> None:
        for line in self.process.stdout:
            notify(line.strip(), self)
        self.process.wait()
        notify("ended", self)


class Queue:
    """The one place that starts trainings for a server; thread-safe. Runs of series wait behind all others.

    Parameters
    ----------
    slots : trainings at a time; as many as there are pairs of cores, unless given.
    rules : whether the line is paused; where runs are kept, unless given.
    cluster : a `cluster.Cluster` whose workers train, as long as it serves; else trainings go to processes here.
    """

    def __init__(self, slots: int | None = None, rules: Rulebook | None = None, cluster=None):
        self.slots = slots or max(1, (os.cpu_count() or 1) // CORES_PER_TRAINING)
        self.rules = rules or Rulebook()
        self.cluster = cluster
        self._waiting: list[tuple[Run, Lock]] = []
        self._workers: list[Worker] = []
        self._lock = threading.RLock()
        self._news: queue.SimpleQueue = queue.SimpleQueue()
        self._closed = False
        threading.Thread(target=self._watch, daemon=True).start()
        atexit.register(self.close)

    def warm(self) -> None:
        """Have one worker import TensorFlow ahead of the first training; those of a cluster do so by themselves."""
        with self._lock:
            if not self._workers and not self._closed and not self._elsewhere():
                with suppress(OSError, RuntimeError):  # whoever wants to train will be told
                    self._hire()

    def submit(self, run: Run) -> None:
        """Train a run, or put it in line.

        Raises
        ------
        StudioError : "run.busy", as where it trains or waits already, here or elsewhere; else as `Run.claim` does.
        """
        with self._lock:
            self._line_up(run)
            self._dispatch()

    def submit_series(self, runs: list[Run]) -> None:
        """Train the runs of a series, or put them in line; those that somebody else has in hand by now are left to them.

        Raises
        ------
        StudioError : "series.line", as `check_room` does; OSError as on a full disk. Then none of them is in line.
        """
        with self._lock:
            self.check_room(len(runs))
            taken: list[Run] = []
            try:
                for run in runs:
                    with suppress(StudioError):
                        self._line_up(run)
                        taken.append(run)
            except OSError:
                for run in taken:
                    self._end(self.place(run), "stopped", "reason.disk_full")
                raise
            self._dispatch()

    def check_room(self, count: int) -> None:
        """Raise StudioError "series.line" where so many more runs of series are too many."""
        with self._lock:
            waiting = sum(run.series is not None for run, _ in self._waiting)
        if waiting + count > LINE:
            raise StudioError("series.line", waiting=waiting)

    def stop_all(self, runs: list[Run]) -> None:
        """Stop several runs; none of them begins meanwhile."""
        with self._lock:
            for run in runs:
                self.stop(run)

    def stop(self, run: Run) -> None:
        """Stop a run under way, or take it out of the line."""
        with self._lock:
            place = self.place(run)
            if place:
                self._end(place, "stopped", "reason.stopped")
        if not place:
            run.request_stop()

    def place(self, run: Run) -> int | None:
        """A run's place in line, 1 for the next; None where it is not waiting."""
        with self._lock:
            ids = [other.id for other, _ in self._waiting]
            return ids.index(run.id) + 1 if run.id in ids else None

    def waiting(self) -> list[Run]:
        """The runs in line, the next one first."""
        with self._lock:
            return [run for run, _ in self._waiting]

    def training(self) -> list[Run]:
        """The runs that workers have in hand."""
        with self._lock:
            return [worker.run for worker in self._workers if worker.run]

    def to_front(self, run: Run) -> None:
        """Have a run that waits be the next to be trained."""
        with self._lock:
            self._waiting.sort(key=lambda one: one[0].id != run.id)

    def ready(self) -> bool:
        """Whether a training submitted now would begin at once."""
        with self._lock:
            if self._elsewhere():
                return bool(self.cluster.vacancies())
            return any(worker.ready and worker.run is None for worker in self._workers)

    def close(self) -> None:
        """End all workers; runs under way and in line stop and say that the server ended."""
        with self._lock:
            self._closed = True
            while self._waiting:
                self._end(1, "stopped", "reason.server")
            for worker in self._workers:
                worker.close()
        if self.cluster:
            self.cluster.close()

    def _line_up(self, run: Run) -> None:
        """Put a run in line; see `submit`."""
        if self._has(run) and run.status().active:
            raise StudioError("run.busy", name=run.name)
        lock = run.claim()
        try:
            snapshots.give_way(run, run.enqueue)
        except OSError:  # as on a disk that is full all the same
            lock.release()
            raise
        self._waiting.append((run, lock))
        self._waiting.sort(key=lambda one: one[0].series is not None)  # keeps the order of arrival among equals

    def _has(self, run: Run) -> bool:
        """Whether a run waits here, or a worker has not done with it."""
        return self.place(run) is not None or run.id in [worker.run.id for worker in self._workers if worker.run]

    def _end(self, place: int, state: str, reason: str, **values) -> None:
        """Take the run of that place out of the line, for good."""
        run, lock = self._waiting.pop(place - 1)
        with lock, suppress(OSError):  # of a folder that was removed by hand, or a full disk
            run.set_status(state, reason, **values)

    def _hire(self) -> None:
        self._workers.append(Worker(self._notify))

    def _elsewhere(self) -> bool:
        """Whether trainings go to a cluster now."""
        return self.cluster is not None and self.cluster.serves()

    def _dispatch(self) -> None:
        while self._waiting and not self._closed and not self.rules.read().paused:
            if self._elsewhere():
                if not (engaged := self.cluster.engage(self._notify)):
                    return
                self._workers.append(engaged)
                self._order(engaged)
                continue
            here = [worker for worker in self._workers if isinstance(worker, Worker)]
            if idle := [worker for worker in here if worker.ready and worker.run is None]:
                self._order(idle[0])
            elif len(here) < self.slots and all(worker.ready for worker in here):
                try:
                    self._hire()
                except (OSError, RuntimeError) as error:  # no memory, no process, no thread
                    if here:  # the line goes on with them
                        return
                    self._end(1, "failed", "reason.start", detail=str(getattr(error, "strerror", None) or error))
            else:
                return

    def _order(self, worker: Worker) -> None:
        """Have a worker train the next run in line."""
        run, lock = self._waiting.pop(0)
        lock.release()  # for the worker to take
        worker.order(run)

    def _notify(self, event: str, worker: Worker) -> None:
        self._news.put((event, worker))

    def _watch(self) -> None:
        """Take in what workers report; keep the heartbeat of those in line, and hear who is to stop."""
        while not self._closed:
            try:
                event, worker = self._news.get(timeout=HEARTBEAT)
            except queue.Empty:
                event = None
            with self._lock:
                if event:
                    self._settle(event, worker)
                for run, _ in list(self._waiting):
                    if run.stop_requested():  # by another server, or on the command line
                        self.stop(run)
                        continue
                    with suppress(OSError):  # removed by hand; the trainer will find out
                        run.touch()
                self._dispatch()

    def _settle(self, event: str, worker: Worker) -> None:
        if event == "ready":
            worker.ready = True
            return
        self._workers.remove(worker)
        if self._closed:
            return
        if event == "lost":  # with a worker of the cluster; it goes on elsewhere, before all others
            with suppress(OSError, StudioError):  # another server was quicker
                self._line_up(worker.run)
            self.to_front(worker.run)
            return
        if not worker.ready and self._waiting:  # the next one would not start either
            self._end(1, "failed", "reason.killed")
        if worker.run and not self._has(worker.run):  # stopped and resumed at once, it is here again
            with suppress(OSError, StudioError), worker.run.claim():  # or elsewhere, or has finished
                if worker.run.status().active:
                    worker.run.set_status("failed", "reason.killed")
        if worker.ready:
            self.warm()
