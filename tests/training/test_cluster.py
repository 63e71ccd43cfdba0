"""Trainings on a real Dask cluster: a scheduler and two worker processes over TCP, which share no folder with the server."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from unittest.mock import Mock

import numpy as np
import pytest

from mnist_cnn.reading import evaluation, snapshots
from mnist_cnn.training import batches, cluster, remote, training, transfer
from mnist_cnn.training.cluster import Cluster
from mnist_cnn.training.hired import Worker
from mnist_cnn.training.jobs import Queue
from mnist_cnn.training.relay import Relay

ROOT = Path(__file__).parents[2]
LONG = {"epochs": 100, "train_images": 1400, "batch_size": 20}


class Dask:
    """A scheduler and its workers, each a process of its own, as their commands start them."""

    def __init__(self, folder: Path, workers: int):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self.folder = folder
        self.scheduler = self._start("scheduler", "--host", self.address)
        self.workers = [self._start("worker", self.address, "--nthreads", "1", "--no-nanny") for _ in range(workers)]

    def _start(self, role: str, *options: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "dask", role, *options, "--no-dashboard"]
        environment = os.environ | {"DASK_TEMPORARY_DIRECTORY": str(self.folder)}
        return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def training(self) -> list[Path]:
        """The folders in which workers train a run now."""
        return [*self.folder.glob("dask-scratch-space/worker-*/mnist-cnn/run")]


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    pytest.importorskip("distributed", reason="needs requirements-cluster.txt")
    dask = Dask(tmp_path_factory.mktemp("dask"), workers=2)
    yield dask
    dask.stop()


@pytest.fixture(scope="module")
def jobs(dask, until):
    """The queue of a server that has the cluster, for all tests of this file, until the last one takes it away."""
    queue = Queue(slots=1, cluster=Cluster(dask.address))
    until(lambda: queue.cluster.standing().workers == 2)
    yield queue
    queue.close()
    for worker in local(queue):
        worker.process.kill()


def local(jobs) -> list[Worker]:
    """The processes on this machine."""
    return [worker for worker in list(jobs._workers) if isinstance(worker, Worker)]


def place_of(jobs, run) -> str | None:
    """The address of the cluster's worker that trains the run, None where it is trained here."""
    return next(getattr(worker, "address", None) for worker in list(jobs._workers) if worker.run and worker.run.id == run.id)


def figures(run) -> list[dict]:
    """Of its epochs, but for how long they took."""
    return [row | {"seconds": 0} for row in run.history()]


def test_a_training_on_the_cluster_is_seen_live_and_the_same_as_one_here(jobs, dask, store, new_run, until):
    settings = {"epochs": 8, "train_images": 1400, "batch_size": 20}
    run, here, live = new_run(store, **settings), new_run(store, **settings), set()
    jobs.submit(run)
    assert place_of(jobs, run) and not local(jobs) and jobs.training() == [run]
    until(lambda: live.add((len(run.history()), len(run.events()), len(batches.read(run)))) or not run.status().active)
    assert run.status().state == "finished" and run.complete() and len(live) > 5
    training.train(here)
    assert figures(run) == figures(here) and evaluation.summary(run) == evaluation.summary(here)
    assert batches.read(run).tolist() == batches.read(here).tolist()
    assert snapshots.moments(run) == snapshots.moments(here) and run.model_file.is_file()
    ends = (snapshots.load(one, snapshots.moments(one)[-1]) for one in (run, here))
    assert all(map(np.array_equal, *ends))
    until(lambda: len(jobs.cluster.vacancies()) == 2)
    assert not dask.training()


def test_a_training_on_the_cluster_stops_is_measured_and_goes_on(jobs, store, new_run, until):
    run = new_run(store, **LONG)
    jobs.submit(run)
    until(lambda: len(run.history()) > 0)
    jobs.stop(run, "reason.teacher")
    until(lambda: not run.status().active)
    assert (run.status().state, run.status().reason) == ("stopped", "reason.teacher") and run.resumable()
    until(lambda: evaluation.summary(run) is not None)
    before = run.history()
    jobs.submit(run)
    until(lambda: len(run.history()) > len(before))
    assert run.history()[: len(before)] == before and place_of(jobs, run) and evaluation.summary(run) is None
    jobs.stop(run)
    until(lambda: not jobs.training())


def test_servers_share_the_workers_and_the_end_of_one_stops_its_training_alone(jobs, dask, store, new_run, until):
    beside, run, other = Queue(slots=1, cluster=Cluster(dask.address)), new_run(store, **LONG), new_run(store)
    until(lambda: beside.cluster.standing().workers == 2)
    beside.submit(run)
    until(lambda: len(run.history()) > 0)
    told = SimpleQueue()
    relay = Relay(jobs.cluster, place_of(beside, run), lambda event, relay: told.put(event))
    relay.order(other)  # to the worker that is taken, which only the worker knows
    assert told.get(timeout=60) == "lost" and other.status().state == "queued"
    beside.close()
    assert run.status().state == "queued" and run.orphaned()  # for the next server
    assert run.model_file.is_file() and run.checkpoint_file.is_file()
    until(lambda: not dask.training())


def test_when_its_worker_is_killed_a_training_goes_on_from_its_last_epoch_on_the_other(jobs, store, new_run, until):
    run = new_run(store, **LONG)
    jobs.submit(run)
    until(lambda: len(run.history()) > 1)
    first = place_of(jobs, run)
    os.kill(jobs.cluster.client.run(os.getpid, workers=[first])[first], signal.SIGKILL)
    before = run.history()
    until(lambda: len(run.history()) > len(before) + 2)
    assert run.history()[: len(before)] == before and run.status().state == "running"
    assert place_of(jobs, run) not in (first, None) and jobs.cluster.standing().workers == 1
    jobs.stop(run)
    until(lambda: not jobs.training())


def test_without_its_scheduler_trainings_go_on_here_and_the_app_says_so(jobs, dask, store, new_run, until):
    run, later = new_run(store, **LONG), new_run(store)
    jobs.submit(run)
    until(lambda: len(run.history()) > 1)
    assert place_of(jobs, run)
    dask.scheduler.kill()
    before = run.history()
    until(lambda: jobs.cluster.standing().problem is not None)
    assert jobs.cluster.standing().problem.code == "cluster.lost"
    until(lambda: len(run.history()) > len(before) + 2)
    assert run.history()[: len(before)] == before and place_of(jobs, run) is None
    jobs.stop(run)
    jobs.submit(later)
    until(lambda: not later.status().active)
    assert later.status().state == "finished"


def test_without_the_setting_there_is_no_cluster(monkeypatch):
    monkeypatch.delenv("MNIST_CNN_SCHEDULER", raising=False)
    assert cluster.named() is None


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://", "10.0.0.256"])
def test_a_scheduler_that_is_not_there_is_told_and_trainings_go_nowhere(address, monkeypatch, until):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "ANSWER", 0.2)
    monkeypatch.setenv("MNIST_CNN_SCHEDULER", address)
    lost = cluster.named()
    until(lambda: lost.standing().problem, 30)
    assert lost.standing().problem.values == {"address": address} and not lost.serves() and not lost.vacancies()
    lost.close()


def test_a_missing_package_is_told(monkeypatch, until):
    monkeypatch.setitem(sys.modules, "distributed", None)
    without = Cluster("tcp://127.0.0.1:1")
    until(lambda: without.standing().problem, 10)
    assert without.standing().problem.code == "cluster.package" and not without.serves()


@pytest.mark.parametrize(
    "answers, workers, problem",
    [
        ({}, 0, "cluster.empty"),
        ({"a": "other", "b": None}, 0, "cluster.foreign"),
        ({"a": "other", "b": "mine"}, 1, None),
        ({"a": ...}, 0, "cluster.empty"),
    ],
)
def test_only_workers_that_have_the_same_code_train(answers, workers, problem, monkeypatch):
    monkeypatch.setattr(remote, "version", lambda: "mine")
    monkeypatch.setattr(Cluster, "_keep", lambda self: None)
    known = Cluster("tcp://1.2.3.4:8786")
    known.client = Mock(sync=lambda *_, **__: dict.fromkeys(answers, 1))
    known.client.submit = lambda _, workers, pure: answered(answers[workers[0]])
    known._look()
    assert known.serves() == (problem != "cluster.foreign")  # who is not there, or has not answered, may yet
    known._settled = 0
    known._look()
    assert known.standing().workers == workers and getattr(known.standing().problem, "code", None) == problem


def answered(answer) -> Mock:
    """A future of what a worker says: ... for nothing yet, None where it fails."""
    return Mock(done=lambda: answer is not ..., status="finished" if answer else "error", result=lambda: answer)


def test_a_training_is_given_to_the_machine_that_has_the_fewest(monkeypatch):
    monkeypatch.setattr(Cluster, "_keep", lambda self: None)
    many = Cluster("tcp://1.2.3.4:8786")
    many._fit = {"tcp://10.0.0.1:1", "tcp://10.0.0.1:2", "tcp://10.0.0.2:1"}
    machines = [many.engage(print).address.rpartition(":")[0] for _ in range(2)]
    assert sorted(machines) == ["tcp://10.0.0.1", "tcp://10.0.0.2"] and many.engage(print) and many.engage(print) is None


@pytest.fixture
def here(monkeypatch, tmp_path):
    """What a Dask worker does, in this process, with processes that train nothing."""
    monkeypatch.setattr(remote, "_home", lambda: tmp_path)
    monkeypatch.setattr(remote, "Process", lambda: Mock(over=threading.Event()))
    monkeypatch.setattr(remote, "ENDING", 0)
    monkeypatch.setattr(remote, "_spare", None)
    monkeypatch.setattr(remote, "_busy", None)
    monkeypatch.setenv("MNIST_CNN_STROKES", str(tmp_path / "strokes.jsonl.gz"))


def test_a_worker_trains_for_one_server_at_a_time(here, store, new_run):
    files, first, second = transfer.pack(new_run(store)), remote.Trainer(), remote.Trainer()
    assert first.engage(files, {}) == [] and second.engage(files, {}) is None
    first.begin()
    second.close()  # is none of its business
    assert second.engage(files, {}) is None and first.look()["status"][0] == "queued"
    process = first._worker.process
    first.close()
    assert process.kill.called and second.engage(files, {}) == []


def test_a_worker_whose_server_is_gone_is_free_again(here, store, new_run, monkeypatch, until):
    monkeypatch.setattr(remote, "SILENT", 0.1)
    remote.Trainer().engage(transfer.pack(new_run(store)), {})
    until(lambda: remote._busy is None, 10)


def test_what_a_run_learns_from_is_given_once(here, store, new_run, tmp_path):
    strokes = tmp_path / "server.gz"
    strokes.write_bytes(b"strokes")
    files, wanted, trainer = transfer.pack(new_run(store)), {"strokes.jsonl.gz": remote.digest(strokes)}, remote.Trainer()
    assert trainer.engage(files, wanted) == ["strokes.jsonl.gz"]
    trainer.give("strokes.jsonl.gz", b"strokes")
    trainer.close()
    assert trainer.engage(files, wanted) == []
    with pytest.raises(ValueError):
        trainer.give("../other", b"")
    trainer.close()
