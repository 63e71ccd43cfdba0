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
from mnist_cnn.runs import HEARTBEAT, Run

CORES_PER_TRAINING = 2


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

    def _listen(self, notify) -> None:
        for line in self.process.stdout:
            notify(line.strip(), self)
        self.process.wait()
        notify("ended", self)


class Queue:
    """The one place that starts trainings for a server; thread-safe.

    Parameters
    ----------
    slots : trainings at a time; as many as there are pairs of cores, unless given.
    """

    def __init__(self, slots: int | None = None):
        self.slots = slots or max(1, (os.cpu_count() or 1) // CORES_PER_TRAINING)
        self._waiting: list[Run] = []
        self._workers: list[Worker] = []
        self._lock = threading.RLock()
        self._news: queue.SimpleQueue = queue.SimpleQueue()
        self._closed = False
        threading.Thread(target=self._watch, daemon=True).start()
        atexit.register(self.close)

    def warm(self) -> None:
        """Have one worker import TensorFlow ahead of the first training."""
        with self._lock:
            if not self._workers and not self._closed:
                self._workers.append(Worker(self._notify))

    def submit(self, run: Run) -> None:
        """Train a run, or put it in line; one that trains or waits already goes on doing so."""
        with self._lock:
            known = self._waiting + [worker.run for worker in self._workers if worker.run]
            if run.id not in [other.id for other in known] or not run.status().active:
                run.enqueue()
                self._waiting.append(run)
                self._dispatch()

    def stop(self, run: Run) -> None:
        """Stop a run under way, or take it out of the line."""
        with self._lock:
            if waiting := [other for other in self._waiting if other.id == run.id]:
                self._waiting.remove(waiting[0])
                run.set_status("stopped", "reason.stopped")
                return
        run.request_stop()

    def place(self, run: Run) -> int | None:
        """A run's place in line, 1 for the next; None where it is not waiting."""
        with self._lock:
            ids = [other.id for other in self._waiting]
            return ids.index(run.id) + 1 if run.id in ids else None

    def ready(self) -> bool:
        """Whether a training submitted now would begin at once."""
        with self._lock:
            return any(worker.ready and worker.run is None for worker in self._workers)

    def close(self) -> None:
        """End all workers; runs under way and in line stop and say that the server ended."""
        with self._lock:
            self._closed = True
            for run in self._waiting:
                with suppress(OSError):
                    run.set_status("stopped", "reason.server")
            self._waiting.clear()
            for worker in self._workers:
                with suppress(OSError):
                    worker.process.stdin.close()

    def _dispatch(self) -> None:
        while self._waiting and not self._closed:
            idle = [worker for worker in self._workers if worker.ready and worker.run is None]
            if idle:
                idle[0].order(self._waiting.pop(0))
            elif len(self._workers) < self.slots and all(worker.ready for worker in self._workers):
                self._workers.append(Worker(self._notify))
            else:
                return

    def _notify(self, event: str, worker: Worker) -> None:
        self._news.put((event, worker))

    def _watch(self) -> None:
        """Take in what workers report; keep the heartbeat of those in line."""
        while not self._closed:
            try:
                event, worker = self._news.get(timeout=HEARTBEAT)
            except queue.Empty:
                event = None
            with self._lock:
                if event:
                    self._settle(event, worker)
                for run in self._waiting:
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
        run = worker.run
        if not worker.ready and self._waiting:  # the next one would not start either
            run = self._waiting.pop(0)
        if run and self.place(run) is None:  # stopped and resumed at once, it is in line again
            with suppress(OSError):
                if run.status().active:
                    run.set_status("failed", "reason.killed")
        if worker.ready:
            self.warm()
