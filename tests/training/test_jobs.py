"""Trainings in worker processes: one at a time, the others in line, and no accident ends the line."""

import pytest

from mnist_cnn.runs import Store
from mnist_cnn.training.jobs import Queue

LONG = {"epochs": 100, "train_images": 1400, "batch_size": 20}
PATIENCE = 30


@pytest.fixture
def jobs():
    """A queue for one training at a time, whose workers end with the test."""
    queue = Queue(slots=1)
    yield queue
    queue.close()
    for worker in list(queue._workers):
        worker.process.kill()
        worker.process.wait()


def state(run) -> str:
    return run.status().state


def ended(run) -> tuple[str, str | None]:
    return run.status().state, run.status().reason


def process_of(jobs, run):
    return next(worker.process for worker in jobs._workers if worker.run and worker.run.id == run.id)


def test_the_second_run_waits_for_the_first(jobs, store, new_run, until):
    first, second, third = new_run(store, **LONG), new_run(store), new_run(store)
    for run in (first, second, third):
        jobs.submit(run)
    until(lambda: state(first) == "running")
    assert (jobs.place(first), jobs.place(second), jobs.place(third)) == (None, 1, 2)
    assert not jobs.ready() and state(second) == state(third) == "queued"
    jobs.stop(second)
    assert ended(second) == ("stopped", "reason.stopped") and second.resumable()
    assert (jobs.place(second), jobs.place(third)) == (None, 1)
    jobs.stop(first)
    until(lambda: state(third) == "finished")
    assert ended(first) == ("stopped", "reason.stopped") and first.model_file.is_file()
    until(jobs.ready)
    assert third.model_file.is_file() and len(third.history()) == 2 and second.history() == []


def test_a_run_resumed_as_soon_as_it_stopped_goes_on_when_its_last_worker_has_ended(jobs, store, new_run, until):
    run = new_run(store, **LONG)
    jobs.submit(run)
    until(lambda: len(run.history()) > 0)
    jobs.stop(run)
    until(lambda: not run.status().active)
    jobs.submit(run)
    assert state(run) == "queued"
    last = process_of(jobs, run)
    until(lambda: last.poll() is not None, PATIENCE)
    epochs = len(run.history())
    until(lambda: len(run.history()) > epochs, PATIENCE)
    assert state(run) == "running"


def test_every_run_has_a_process_of_its_own(jobs, store, new_run, until):
    processes = []
    for _ in range(2):
        run = new_run(store)
        jobs.submit(run)
        until(lambda run=run: state(run) == "running", PATIENCE)
        processes.append(process_of(jobs, run).pid)
        until(lambda run=run: state(run) == "finished", PATIENCE)
    assert processes[0] != processes[1]


def test_a_run_in_line_keeps_its_heartbeat(jobs, store, new_run, until):
    for run in (new_run(store, **LONG), waiting := new_run(store)):
        jobs.submit(run)
    before = (waiting.folder / "status.json").stat().st_mtime_ns
    until(lambda: (waiting.folder / "status.json").stat().st_mtime_ns > before)
    assert state(waiting) == "queued"


def test_a_run_submitted_twice_is_in_line_once(jobs, store, new_run):
    first, second = new_run(store, **LONG), new_run(store)
    for run in (first, second, Store(store.folder).get(second.id)):
        jobs.submit(run)
    jobs.stop(second)
    assert jobs.place(second) is None and state(second) == "stopped"


def test_a_worker_that_is_killed_fails_its_run_only(jobs, store, new_run, until):
    first, second, third = new_run(store, **LONG), new_run(store, **LONG), new_run(store)
    for run in (first, second, third):
        jobs.submit(run)
    until(lambda: state(first) == "running")
    process_of(jobs, first).kill()
    until(lambda: not first.status().active)
    assert ended(first) == ("failed", "reason.killed") and first.resumable()
    until(lambda: state(second) == "running")
    (second.folder / "status.part").mkdir()  # no status can be written any more, as when the disk is full
    process_of(jobs, second).kill()
    until(lambda: state(third) == "finished", PATIENCE)


def test_a_worker_that_cannot_start_fails_the_run(jobs, store, new_run, until, monkeypatch):
    monkeypatch.setenv("PYTHONHOME", str(store.folder))
    run = new_run(store)
    jobs.submit(run)
    until(lambda: not run.status().active, 10)
    assert state(run) == "failed"


def test_the_end_of_the_server_stops_a_training_which_can_be_resumed(jobs, store, new_run, until):
    run = new_run(store, **LONG)
    jobs.submit(run)
    until(lambda: len(run.history()) > 0)
    process = process_of(jobs, run)
    jobs.close()
    until(lambda: not run.status().active)
    assert ended(run) == ("stopped", "reason.server")
    assert run.resumable() and run.model_file.is_file() and run.checkpoint_file.is_file()
    assert process.wait(PATIENCE) == 0


def test_the_end_of_the_server_stops_the_runs_in_line(jobs, store, new_run):
    runs = [new_run(store), new_run(store)]
    for run in runs:
        jobs.submit(run)
    jobs.close()
    assert [ended(run) for run in runs] == [("stopped", "reason.server")] * 2


def test_the_folder_may_have_any_name_whatever_the_language_of_the_system(jobs, tmp_path, new_run, until, monkeypatch):
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("PYTHONIOENCODING", "cp936")  # as on Windows in Chinese
    run = new_run(Store(tmp_path / "手写 数字"), epochs=1)
    jobs.submit(run)
    until(lambda: not run.status().active, PATIENCE)
    assert ended(run) == ("finished", None)
