"""Trainings in worker processes: one at a time, the others in line, and no accident ends the line."""

import os
import shutil
import signal
import threading
import time
from contextlib import contextmanager
from unittest.mock import Mock

import pytest

from mnist_cnn.cli import main
from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Store
from mnist_cnn.training import nursery, series
from mnist_cnn.training.jobs import Queue
from mnist_cnn.training.series import Series

LONG = {"epochs": 100, "train_images": 1400, "batch_size": 20}


@contextmanager
def serving():
    """A queue for one training at a time, whose workers end with the test."""
    queue = Queue(slots=1)
    yield queue
    queue.close()
    for worker in list(queue._workers):
        worker.process.kill()


@pytest.fixture
def jobs():
    """The server's queue."""
    with serving() as queue:
        yield queue


@pytest.fixture
def beside():
    """The queue of a second server over the same runs."""
    with serving() as queue:
        yield queue


def age(run) -> None:
    """Make the run's heartbeat that of a trainer that fell silent an hour ago."""
    os.utime(run.folder / "status.json", (time.time() - 3600,) * 2)


def refused(queue, run, code: str) -> None:
    with pytest.raises(StudioError) as caught:
        queue.submit(run)
    assert caught.value.code == code


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
    until(lambda: last.poll() is not None)
    epochs = len(run.history())
    until(lambda: len(run.history()) > epochs)
    assert state(run) == "running"


def test_every_run_has_a_process_of_its_own(jobs, store, new_run, until):
    processes = []
    for _ in range(2):
        run = new_run(store)
        jobs.submit(run)
        until(lambda run=run: state(run) == "running")
        processes.append(process_of(jobs, run).pid)
        until(lambda run=run: state(run) == "finished")
    assert processes[0] != processes[1]


def test_a_run_in_line_keeps_its_heartbeat(jobs, store, new_run, until):
    for run in (new_run(store, **LONG), waiting := new_run(store)):
        jobs.submit(run)
    before = (waiting.folder / "status.json").stat().st_mtime_ns
    until(lambda: (waiting.folder / "status.json").stat().st_mtime_ns > before)
    assert state(waiting) == "queued"


def test_a_run_submitted_twice_is_in_line_once(jobs, store, new_run):
    first, second = new_run(store, **LONG), new_run(store)
    for run in (first, second):
        jobs.submit(run)
        refused(jobs, Store(store.folder).get(run.id), "run.busy")
    jobs.stop(second)
    assert jobs.place(second) is None and state(second) == "stopped"


def test_a_run_is_in_the_line_of_one_server_only(jobs, beside, store, new_run):
    run = new_run(store)
    jobs.submit(run)
    age(run)  # as if the clock had been set forward, or the machine had slept
    refused(beside, run, "run.busy")
    assert (jobs.place(run), beside.place(run), state(run)) == (1, None, "queued")


def test_of_servers_that_resume_a_run_at_once_one_does(jobs, beside, store, new_run):
    run, answers = new_run(store), []
    run.set_status("stopped", "reason.stopped")

    def resume(queue):
        try:
            answers.append(queue.submit(run))
        except StudioError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=resume, args=(queue,)) for queue in (jobs, beside, jobs, beside)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=str) == [None, *["run.busy"] * 3]
    assert sorted([jobs.place(run), beside.place(run)], key=str) == [1, None]


def test_the_command_line_leaves_a_run_of_the_server_to_it(jobs, store, new_run, monkeypatch, capsys):
    monkeypatch.setenv("MNIST_CNN_MODELS", str(store.folder))
    run = new_run(store)
    jobs.submit(run)
    assert main(["train", "--resume", run.id]) == 1
    assert "is still training" in capsys.readouterr().err and jobs.place(run) == 1


def test_a_finished_run_is_not_put_in_line_by_a_page_that_knows_no_better(jobs, store, trained):
    run = Store(shutil.copytree(trained.folder.parent, store.folder)).get(trained.id)
    files = [path for path in run.folder.rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    refused(jobs, run, "run.complete")
    assert jobs.place(run) is None and before == {path: path.read_bytes() for path in files}


def test_a_run_in_line_is_taken_out_by_whoever_asks_it_to_stop(jobs, beside, store, new_run, until):
    first, second = new_run(store, **LONG), new_run(store)
    for run in (first, second):
        jobs.submit(run)
    beside.stop(second)
    until(lambda: jobs.place(second) is None, 10)
    assert ended(second) == ("stopped", "reason.stopped") and jobs.place(first) in (None, 1)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs a system that can hold a process")
def test_a_worker_that_was_silent_for_long_is_still_at_it_and_can_be_stopped(jobs, beside, store, new_run, until):
    run = new_run(store, **LONG)
    jobs.submit(run)
    until(lambda: len(run.history()) > 0)
    os.kill(process_of(jobs, run).pid, signal.SIGSTOP)
    age(run)
    assert state(run) == "running" and not run.resumable()
    refused(beside, run, "run.busy")
    os.kill(process_of(jobs, run).pid, signal.SIGCONT)
    beside.stop(run)
    until(lambda: not run.status().active)
    assert ended(run) == ("stopped", "reason.stopped") and run.resumable()


def test_a_process_that_cannot_be_started_fails_the_run_and_the_line_lives_on(jobs, store, new_run, until, monkeypatch):
    run = new_run(store)
    for error in (OSError(12, "Cannot allocate memory"), RuntimeError("can't start new thread")):
        with monkeypatch.context() as patch:
            patch.setattr("mnist_cnn.training.nursery.Process", Mock(side_effect=error))
            jobs.warm()
            jobs.submit(run)
        assert ended(run) == ("failed", "reason.start") and jobs.place(run) is None
        assert run.status().values == {"detail": error.args[-1]} and run.resumable()
    jobs.submit(run)
    until(lambda: state(run) == "finished")


def test_a_worker_that_is_killed_fails_its_run_only(jobs, store, new_run, until):
    first, second, third = new_run(store, **LONG), new_run(store, **LONG), new_run(store)
    for run in (first, second, third):
        jobs.submit(run)
    until(lambda: state(first) == "running")
    process_of(jobs, first).kill()
    until(lambda: not first.status().active)
    assert ended(first) == ("failed", "reason.killed") and first.resumable()
    until(lambda: state(second) == "running")
    (second.folder / "status.part.json").mkdir()  # no status can be written any more, as when the disk is full
    process_of(jobs, second).kill()
    until(lambda: state(third) == "finished")


@pytest.mark.parametrize("forks", [False, nursery.FORKS])
def test_a_worker_that_cannot_start_fails_the_run(jobs, store, new_run, until, monkeypatch, forks):
    monkeypatch.setenv("PYTHONHOME", str(store.folder))
    monkeypatch.setattr(nursery, "FORKS", forks)
    monkeypatch.setattr(nursery, "_nursery", None)
    run = new_run(store)
    jobs.submit(run)
    until(lambda: not run.status().active, 10)
    assert state(run) == "failed"


def test_the_end_of_the_server_stops_a_training_which_can_be_resumed(jobs, store, new_run, until):
    run = new_run(store, **LONG)
    jobs.submit(run)
    until(lambda: len(run.history()) > 0)
    jobs.close()
    until(lambda: not run.status().active)
    assert ended(run) == ("stopped", "reason.server")
    assert run.resumable() and run.model_file.is_file() and run.checkpoint_file.is_file()


def test_the_end_of_the_server_stops_the_runs_in_line(jobs, store, new_run):
    runs = [new_run(store), new_run(store)]
    for run in runs:
        jobs.submit(run)
    jobs.close()
    assert [ended(run) for run in runs] == [("stopped", "reason.server")] * 2


def test_the_folder_may_have_any_name_whatever_the_language_of_the_system(jobs, tmp_path, new_run, until, monkeypatch):
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("PYTHONIOENCODING", "cp936")  # as on Windows in Chinese
    monkeypatch.setattr(nursery, "FORKS", False)
    run = new_run(Store(tmp_path / "手写 数字"), epochs=1)
    jobs.submit(run)
    until(lambda: not run.status().active)
    assert ended(run) == ("finished", None)


def in_series(store, small, count: int = 2) -> list:
    """Runs of a series, created and not submitted."""
    wanted = Series("tutorial", small(**LONG), "digits", {"dropout2": (0.0, 0.5)}, count)
    return series.create(store, wanted, "me")


def line(queue, runs) -> list:
    """Their places in line."""
    return [queue.place(run) for run in runs]


@pytest.fixture
def waiting():
    """A queue that takes runs and starts none."""
    with serving() as queue:
        queue._dispatch = lambda: None
        yield queue


def test_runs_of_series_wait_behind_all_others_and_among_equals_who_came_first_is_first(waiting, store, small, new_run):
    first, second = in_series(store, small), in_series(store, small, 1)
    single, later = new_run(store), new_run(store)
    waiting.submit(single)
    waiting.submit_series(first)
    waiting.submit_series(second)
    assert line(waiting, [single, *first, *second]) == [1, 2, 3, 4, 5, 6, 7]
    waiting.submit(later)
    assert line(waiting, [single, later, *first, *second]) == [1, 2, 3, 4, 5, 6, 7, 8]
    for run in (*first, *second):
        refused(waiting, run, "run.busy")  # each holds its lock


def test_a_single_run_waits_only_for_the_run_of_a_series_that_trains_which_stops_at_one_click(
    jobs, store, small, new_run, until
):
    runs, single = in_series(store, small), new_run(store)
    jobs.submit_series(runs)
    until(lambda: state(runs[0]) == "running")
    jobs.submit(single)
    assert (line(jobs, runs), jobs.place(single)) == ([None, 2, 3, 4], 1)
    jobs.stop_all(runs)
    assert line(jobs, runs) == [None] * 4 and [ended(run) for run in runs[1:]] == [("stopped", "reason.stopped")] * 3
    until(lambda: state(single) == "finished")
    assert ended(runs[0]) == ("stopped", "reason.stopped") and all(run.resumable() for run in runs)


def test_a_series_that_is_stopped_leaves_other_runs_in_line(waiting, store, small, new_run):
    runs, other, single = in_series(store, small), in_series(store, small, 1), new_run(store)
    for queued in (runs, other):
        waiting.submit_series(queued)
    waiting.submit(single)
    waiting.stop_all(runs)
    assert (waiting.place(single), line(waiting, other), line(waiting, runs)) == (1, [2, 3], [None] * 4)
    runs[0].set_status("finished")
    waiting.submit_series(runs)  # what has finished stays as it is, the others wait again
    assert line(waiting, runs) == [None, 4, 5, 6] and state(runs[0]) == "finished"


def test_the_line_has_room_for_so_many_runs_of_series_and_always_for_single_ones(waiting, store, small, new_run, monkeypatch):
    monkeypatch.setattr("mnist_cnn.training.jobs.LINE", 5)
    runs, more, single = in_series(store, small), in_series(store, small, 1), new_run(store)
    waiting.submit_series(runs)
    with pytest.raises(StudioError) as caught:
        waiting.submit_series(more)
    assert caught.value.code == "series.line" and line(waiting, more) == [None, None]
    waiting.submit(single)
    assert waiting.place(single) == 1


def test_after_the_end_of_the_server_a_series_goes_on_in_the_next(waiting, store, small):
    runs = in_series(store, small)
    waiting.submit_series(runs)
    waiting.close()
    assert [ended(run) for run in runs] == [("stopped", "reason.server")] * 4
    with serving() as after:
        after._dispatch = lambda: None
        after.submit_series([run for run in runs if run.resumable()])
        assert line(after, runs) == [1, 2, 3, 4]
