"""A Dask cluster that trains: which workers it has, and one of them for each training (see `relay`).

It is told by one setting, MNIST_CNN_SCHEDULER, the address of its scheduler. Whoever reaches a scheduler may run code on
its workers, and they on its clients: it belongs into a network of trusted machines, or behind TLS ("tls://...").
"""

import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from mnist_cnn.errors import StudioError
from mnist_cnn.training import remote
from mnist_cnn.training.relay import Relay

LOOK = 1.0  # seconds between two looks at the cluster
ANSWER = 5.0  # seconds within which a scheduler that can be reached answers
SETTLING = 30.0  # seconds for workers to come and make ready, before trainings go elsewhere
BUSY = 2.0  # seconds for which a worker that trains for another server is left alone


@dataclass(frozen=True)
class Standing:
    """How the cluster is.

    Attributes
    ----------
    address : of its scheduler.
    workers : how many can train; none at first, while they make ready.
    problem : why trainings do not go there; None where they do.
    """

    address: str
    workers: int
    problem: StudioError | None


class Cluster:
    """The connection to a scheduler, made in the background and again whenever it was lost; thread-safe."""

    def __init__(self, address: str):
        self.address, self.client = address, None
        self._greeted: dict = {}  # of each worker, by its address, its answer to a greeting, a future until it is there
        self._fit: set[str] = set()  # the addresses of workers that can train
        self._problem: StudioError | None = None
        self._settled = time.monotonic() + ANSWER + SETTLING  # when to be content with the workers that there are
        self._engaged: dict[str, Relay] = {}
        self._left_alone: dict[str, float] = {}  # until when
        self._lock, self._closed = threading.RLock(), threading.Event()
        self._looked = threading.Condition(self._lock)
        threading.Thread(target=self._keep, daemon=True).start()

    def standing(self) -> Standing:
        with self._lock:
            return Standing(self.address, len(self._fit), self._problem)

    def serves(self) -> bool:
        """Whether trainings go there, at once or in a moment; else they had better not wait for it."""
        with self._lock:
            return self._problem is None

    def vacancies(self) -> list[str]:
        """The addresses of workers that are free, as far as this server knows."""
        with self._lock:
            now = time.monotonic()
            return [a for a in self._fit if a not in self._engaged and self._left_alone.get(a, now) <= now]

    def engage(self, notify: Callable) -> Relay | None:
        """A worker for one training, on the machine that has the fewest of ours under way; None where none is free."""
        with self._lock:
            load = Counter(map(_host, self._engaged))
            address = min(self.vacancies(), key=lambda free: load[_host(free)], default=None)
            if address is None:
                return None
            self._engaged[address] = Relay(self, address, notify)
            return self._engaged[address]

    def free(self, address: str, good: bool) -> None:
        """A worker has done with its training; or it is lost or trains for another server, and is no `good` for a moment."""
        with self._lock:
            self._engaged.pop(address, None)
            self._left_alone[address] = time.monotonic() + (0 if good else BUSY)

    def await_look(self) -> None:
        """Return when the cluster was looked at once more."""
        with self._looked:
            self._looked.wait(LOOK + 2 * ANSWER)

    def close(self) -> None:
        self._closed.set()
        self._disconnect()

    def _keep(self) -> None:
        while not self._closed.is_set():
            try:
                self._look()
            except ImportError:
                self._problem = StudioError("cluster.package")
                return
            except Exception as error:  # whatever a network, a foreign server or a wrong address may raise
                logging.getLogger(__name__).debug("%r", error)
                self._disconnect()
                with self._lock:
                    self._problem = StudioError("cluster.lost", address=self.address)
                    self._settled = 0.0
            with self._looked:
                self._looked.notify_all()
            self._closed.wait(LOOK)

    def _look(self) -> None:
        """See which workers there are, and greet the new ones."""
        if self.client is None:
            from distributed import Client

            logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what is lost, the app tells
            self.client = Client(self.address, timeout=ANSWER, set_as_default=False)
        there = self.client.sync(self.client.scheduler.ncores, callback_timeout=ANSWER)
        for address in there.keys() - self._greeted.keys():
            self._greeted[address] = self.client.submit(remote.greet, workers=[address], pure=False)
        for address in self._greeted.keys() - there.keys():
            del self._greeted[address]
        self._greeted = {address: _answered(answer) for address, answer in self._greeted.items()}
        answers = [answer for answer in self._greeted.values() if isinstance(answer, str)]
        fit = {address for address, answer in self._greeted.items() if answer == remote.version()}
        with self._lock:
            if self._fit and not fit:
                self._settled = time.monotonic() + SETTLING  # as while a worker is being started again
            self._fit = fit
            waiting = time.monotonic() < self._settled and len(answers) < max(1, len(self._greeted))
            problem = "cluster.foreign" if answers else "cluster.empty"
            self._problem = None if fit or waiting else StudioError(problem, address=self.address)

    def _disconnect(self) -> None:
        with self._lock:
            client, self.client = self.client, None
            self._fit, self._greeted = set(), {}
        if client:
            with suppress(Exception):
                client.close(timeout=1)


def named() -> Cluster | None:
    """The cluster of the scheduler that MNIST_CNN_SCHEDULER names; None where it names none."""
    address = os.environ.get("MNIST_CNN_SCHEDULER")
    return Cluster(address) if address else None


def _host(address: str) -> str:
    """The machine of a worker, of its address as tcp://10.0.0.5:40123."""
    return address.rpartition(":")[0]


def _answered(answer):
    """What a worker has answered, if it has; of one that could not, "" ."""
    if isinstance(answer, str) or not answer.done():
        return answer
    return answer.result() if answer.status == "finished" else ""
