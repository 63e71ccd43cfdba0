"""Trainings in worker processes, each in a fresh one: as many at a time as there are cores for, the rest in line."""

import atexit
import heapq
import os
import queue
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, replace

from mnist_cnn import tickets
from mnist_cnn.errors import StudioError
from mnist_cnn.locks import Lock
from mnist_cnn.reading import snapshots
from mnist_cnn.runs import HEARTBEAT, STOPS, Run, Store
from mnist_cnn.tickets import Ticket
from mnist_cnn.training import estimate
from mnist_cnn.training.hired import Worker
from mnist_cnn.training.line import Entry, Rounds, order, person
from mnist_cnn.training.rules import Rulebook

CORES_PER_TRAINING = 2
LINE = 300  # single runs in line at most, and as many of series: each holds an open file
SHARE = 120  # of them that one person's series may be
TRIES = 5  # times in a row that no worker comes to be, a second or more apart, before a run is told so
LOOK = 5.0  # seconds between two looks for runs whose server has ended
INSTANT = 1e-3  # seconds that one arrival is later than the one before, whatever the clock says


@dataclass
class Waiting:
    """A run in line, and the lock by which it is in no other.

    Attributes
    ----------
    done : epochs that it has been trained for already.
    """

    run: Run
    lock: Lock
    ticket: Ticket
    done: int

    @property
    def entry(self) -> Entry:
        return Entry(person(self.run), self.run.series is not None, self.ticket)


class Queue:
    """The one place that starts trainings for a server; thread-safe. In which order, `line.order` says.

    Parameters
    ----------
    slots : trainings at a time; as many as there are pairs of cores, unless given.
    rules : whether the line is paused; where runs are kept, unless given.
    store : where to look for runs that another server has left in line; nowhere, unless given.
    cluster : a `cluster.Cluster` whose workers train, as long as it serves; else trainings go to processes here.
    """

    def __init__(self, slots: int | None = None, rules: Rulebook | None = None, store: Store | None = None, cluster=None):
        self.slots = slots or max(1, (os.cpu_count() or 1) // CORES_PER_TRAINING)
        self.rules = rules or Rulebook()
        self.cluster = cluster
        self._store = store
        self._waiting: list[Waiting] = []
        self._rounds = Rounds()
        self._in_vain, self._tried = 0, -HEARTBEAT  # how often no worker came to be, and when on the monotonic clock
        self._workers: list[Worker] = []
        self._lock = threading.RLock()
        self._news: queue.SimpleQueue = queue.SimpleQueue()
        self._closed = False
        self._tended = time.monotonic()
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
        StudioError : "run.busy", as where it trains or waits already, here or elsewhere; "line.full"; else as `Run.claim` does.
        """
        with self._lock:
            if (waiting := sum(not one.entry.series for one in self._waiting)) >= LINE:
                raise StudioError("line.full", waiting=waiting)
            self._line_up(run)
            self._dispatch()

    def adopt(self) -> None:
        """Take on the runs whose server has ended: those in its line, and those that its orderly end interrupted."""
        for id in tickets.holders(self._store.folder)[::-1] if self._store else []:  # who goes before comes later to the front
            with suppress(OSError), self._lock:
                if id not in [run.id for run in self.waiting() + self.training()] and not self._closed:
                    self._take_on(id)
        with self._lock:
            self._dispatch()

    def submit_series(self, runs: list[Run]) -> None:
        """Train the runs of a series, or put them in line; those that somebody else has in hand by now are left to them.

        Raises
        ------
        StudioError : as `check_room` does; OSError as on a full disk. Then none of them is in line.
        """
        with self._lock:
            self.check_room(len(runs), person(runs[0]) if runs else "")
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

    def check_room(self, count: int, whose: str | None) -> None:
        """Raise StudioError "line.full" where so many more runs of series of that person are too many."""
        with self._lock:
            of_series = [one.entry.person for one in self._waiting if one.entry.series]
        theirs = of_series.count(whose)
        if theirs + count > SHARE or len(of_series) + count > LINE:
            raise StudioError("line.full", waiting=theirs if theirs + count > SHARE else len(of_series))

    def stop_all(self, runs: list[Run], reason: str = STOPS[0]) -> None:
        """Stop several runs, as `stop` does; none of them begins meanwhile."""
        with self._lock:
            for run in runs:
                self.stop(run, reason)

    def stop(self, run: Run, reason: str = STOPS[0]) -> None:
        """Stop a run under way, or take it out of the line; for one of `runs.STOPS`."""
        with self._lock:
            place = self.place(run)
            if place:
                self._end(place, "stopped", reason)
        if not place:
            run.request_stop(reason)

    def place(self, run: Run) -> int | None:
        """A run's place in line, 1 for the next; None where it is not waiting."""
        with self._lock:
            ids = [other.id for other in self.waiting()]
            return ids.index(run.id) + 1 if run.id in ids else None

    def waiting(self) -> list[Run]:
        """The runs in line, the next one first."""
        with self._lock:
            return [one.run for one in self._waiting]

    def training(self) -> list[Run]:
        """The runs that workers have in hand."""
        with self._lock:
            return [worker.run for worker in self._workers if worker.run]

    def to_front(self, run: Run) -> None:
        """Have a run that waits be the next to be trained."""
        with self._lock:
            for one in self._waiting:
                if one.run.id == run.id:
                    self._note(one, replace(one.ticket, front=self._after("front")))
            self._arrange()

    def seconds_to_wait(self, run: Run, rate: float) -> float | None:
        """How long until a run in line begins; None where nobody can tell, as while the line is paused.

        Parameters
        ----------
        rate : as for `estimate.seconds`.
        """
        with self._lock:
            place, training = self.place(run), self.training()
            ahead = self._waiting[: (place or 1) - 1]
        if place is None or self.rules.read().paused:
            return None
        free = [estimate.left(other, rate) for other in training]
        slots = self.cluster.standing().workers if self._elsewhere() else self.slots
        free += [0.0] * max(1 - len(free), slots - len(free))
        heapq.heapify(free)
        for one in ahead:
            heapq.heapreplace(free, free[0] + estimate.to_come(one.run, rate, one.done))
        return free[0]

    def ready(self) -> bool:
        """Whether a training submitted now would begin at once."""
        with self._lock:
            if self._elsewhere():
                return bool(self.cluster.vacancies())
            return any(worker.ready and worker.run is None for worker in self._workers)

    def close(self) -> None:
        """End all workers; runs under way stop and say that the server ended. The next one goes on with them and the line."""
        with self._lock:
            self._closed = True
            while self._waiting:
                one = self._waiting.pop()
                with one.lock, suppress(OSError):  # of a folder that was removed by hand
                    one.run.fall_silent()
            for worker in self._workers:
                worker.close()
        if self.cluster:
            self.cluster.close()

    def _line_up(self, run: Run, ticket: Ticket | None = None) -> None:
        """Put a run in line; see `submit`. One that has a ticket keeps its turn."""
        if self._has(run) and run.status().active:
            raise StudioError("run.busy", name=run.name)
        lock, new, whose = run.claim(), ticket is None, (person(run), run.series is not None)
        if not self._waiting and not self.training():
            self._rounds.rest()
        joined = self._rounds.join(*whose, ticket and ticket.round)
        ticket = ticket or Ticket(self._after("arrived"), round=joined)
        try:
            snapshots.give_way(run, tickets.write, run.folder, ticket)
            snapshots.give_way(run, run.enqueue)
        except OSError:  # as on a disk that is full all the same
            if new:
                tickets.drop(run.folder)
            self._rounds.leave(*whose, joined)
            lock.release()
            raise
        self._waiting.append(Waiting(run, lock, ticket, len(run.history())))
        self._arrange()

    def _take_on(self, id: str) -> None:
        """Put a run of another server in line, unless that one has it in hand; it has a ticket, which may be out of date."""
        folder = self._store.folder / id
        try:
            run = Run(folder)
            if run.orphaned() and run.stop_requested():
                run.request_stop(run.stop_reason())
            elif run.orphaned():
                ticket = tickets.read(folder)
                interrupted = ticket is not None and ticket.begun
                self._line_up(run, replace(ticket, front=self._after("front"), begun=False) if interrupted else ticket)
            elif not run.status().active:
                _conclude(run)
        except StudioError as error:
            if error.code in ("run.missing", "run.complete"):
                tickets.drop(folder)

    def _after(self, time_of: str) -> float:
        """Now, as a time of tickets: later than that of any in line, whatever the clock says."""
        return max([time.time(), *(getattr(one.ticket, time_of) + INSTANT for one in self._waiting)])

    def _arrange(self) -> None:
        """Put the line in its order, after whatever may have changed it."""
        under_way = map(person, self.training())
        self._waiting = [self._waiting[place] for place in order([one.entry for one in self._waiting], under_way)]

    def _note(self, one: Waiting, ticket: Ticket) -> None:
        """Give a run in line another ticket, for the next server as well where the disk takes it."""
        one.ticket = ticket
        with suppress(OSError):
            tickets.write(one.run.folder, ticket)

    def _has(self, run: Run) -> bool:
        """Whether a run waits here, or a worker has not done with it."""
        return self.place(run) is not None or run.id in [worker.run.id for worker in self._workers if worker.run]

    def _end(self, place: int, state: str, reason: str, **values) -> None:
        """Take the run of that place out of the line, for good."""
        one = self._waiting.pop(place - 1)
        self._rounds.leave(one.entry.person, one.entry.series, one.ticket.round)
        with one.lock, suppress(OSError):  # of a folder that was removed by hand, or a full disk
            tickets.drop(one.run.folder)
            one.run.set_status(state, reason, **values)
        self._arrange()

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
                if time.monotonic() - self._tried < HEARTBEAT and self._in_vain:
                    return
                try:
                    self._hire()
                except (OSError, RuntimeError) as error:  # no memory, no process, no thread
                    if not here:  # else the line goes on with them
                        self._miss("reason.start", detail=str(getattr(error, "strerror", None) or error))
                    return
            else:
                return

    def _miss(self, reason: str, **values) -> None:
        """Once more no worker came to be; after several times in a row the next run is told so, and the line goes on."""
        self._in_vain, self._tried = self._in_vain + 1, time.monotonic()
        if self._in_vain >= TRIES and self._waiting:
            self._in_vain = 0
            self._end(1, "failed", reason, **values)

    def _order(self, worker: Worker) -> None:
        """Have a worker train the next run in line."""
        one = self._waiting.pop(0)
        self._note(one, replace(one.ticket, front=0.0, begun=True))
        self._rounds.begin(one.entry.series, one.ticket.round)
        one.lock.release()  # for the worker to take
        worker.order(one.run)
        self._arrange()

    def _notify(self, event: str, worker: Worker) -> None:
        self._news.put((event, worker))

    def _watch(self) -> None:
        """Take in what workers report, tend the line, and look for runs whose server has ended."""
        looked = time.monotonic()
        while not self._closed:
            try:
                event, worker = self._news.get(timeout=HEARTBEAT)
            except queue.Empty:
                event = None
            try:
                with self._lock:
                    if event:
                        self._settle(event, worker)
                    self._tend()
                if time.monotonic() - looked > LOOK:
                    looked = time.monotonic()
                    self.adopt()
            except Exception:  # whatever it is, the line of all others goes on
                traceback.print_exc()

    def _tend(self) -> None:
        """Keep the heartbeat of those in line, take out who is to stop, end who hangs, and have trained whoever can be."""
        for run in self.waiting():
            if run.stop_requested():  # by another server, or on the command line
                self.stop(run, run.stop_reason())
                continue
            with suppress(OSError):  # removed by hand; the trainer will find out
                run.touch()
        self._end_who_hangs()
        self._dispatch()

    def _end_who_hangs(self) -> None:
        """Kill workers that hang; that tells of their runs, and makes room for the next."""
        now, before = time.monotonic(), self._tended
        self._tended = now
        for worker in self._workers:
            if isinstance(worker, Worker):
                worker.process.quiet += min(now - before, 2 * HEARTBEAT)  # more, and this process itself was held
                if worker.hangs():
                    worker.process.quiet = 0.0
                    worker.kill()

    def _settle(self, event: str, worker: Worker) -> None:
        if event == "ready":
            worker.ready, self._in_vain = True, 0
            return
        self._workers.remove(worker)
        if self._closed:
            return
        if event == "lost":  # with a worker of the cluster; it goes on elsewhere, before all others
            with suppress(OSError, StudioError):  # another server was quicker
                self._line_up(worker.run, tickets.read(worker.run.folder))
            self.to_front(worker.run)
            return
        if not worker.ready:
            self._miss("reason.killed")
        if worker.run and not self._has(worker.run):  # stopped and resumed at once, it is here again
            _conclude(worker.run)
        self._arrange()
        if worker.ready:
            self.warm()


def _conclude(run: Run) -> None:
    """What is left to say of a run whose trainer has ended: that it failed, where nothing else is told."""
    try:
        with run.claim(), suppress(OSError):  # of a folder that was removed by hand, or a full disk
            tickets.drop(run.folder)
            if run.status().active:
                run.set_status("failed", "reason.killed")
    except StudioError as error:
        if error.code != "run.busy":  # elsewhere it goes on; else it has finished, or is gone
            tickets.drop(run.folder)
    except OSError:
        return
