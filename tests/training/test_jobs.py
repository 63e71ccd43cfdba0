"""Trainings in worker processes: one at a time, the others in line, and no accident ends the line."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from unittest.mock import Mock

import pytest

from mnist_cnn import tickets
from mnist_cnn.cli import main
from mnist_cnn.digits.datasets import PROJECT
from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Store
from mnist_cnn.training import estimate, nursery, series
from mnist_cnn.training.jobs import Queue
from mnist_cnn.training.rules import Rulebook
from mnist_cnn.training.series import Series

LONG = {"epochs": 100, "train_images": 1400, "batch_size": 20}


@contextmanager
def serving(store: Store | None = None):
    """A queue for one training at a time, whose workers end with the test."""
    queue = Queue(slots=1, store=store)
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


@contextmanager
def adopting(store):
    """The next server's queue, which has looked for runs that were left and starts none."""
    with serving(store) as queue:
        queue._dispatch = lambda: None
        queue.adopt()
        yield queue


def test_the_second_run_waits_for_the_first_and_has_a_process_of_its_own(jobs, store, new_run, until):
    first, second, third = new_run(store, **LONG), new_run(store), new_run(store)
    for run in (first, second, third):
        jobs.submit(run)
    until(lambda: state(first) == "running")
    process = process_of(jobs, first)
    assert (jobs.place(first), jobs.place(second), jobs.place(third)) == (None, 1, 2)
    assert not jobs.ready() and state(second) == state(third) == "queued"
    jobs.stop(second, "reason.teacher")
    assert ended(second) == ("stopped", "reason.teacher") and second.resumable()
    assert (jobs.place(second), jobs.place(third)) == (None, 1)
    jobs.stop(first, "reason.teacher")
    until(lambda: state(third) == "running")
    assert process_of(jobs, third) is not process and process.ended.wait(240)
    until(lambda: state(third) == "finished")
    assert ended(first) == ("stopped", "reason.teacher") and first.model_file.is_file()
    until(lambda: [worker.run for worker in jobs._workers] == [None])  # one that warms up for the next
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
    assert last.ended.wait(240)
    epochs = len(run.history())
    until(lambda: len(run.history()) > epochs)
    assert state(run) == "running"


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
    run = new_run(store, **LONG)
    jobs.submit(run)
    age(run)  # as if the clock had been set forward, or the machine had slept
    refused(beside, run, "run.busy")
    assert (jobs.place(run), beside.place(run), state(run)) == (1, None, "queued")


def test_of_servers_that_resume_a_run_at_once_one_does(jobs, beside, store, new_run):
    run, answers = new_run(store, **LONG), []
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
    assert [other.id for queue in (jobs, beside) for other in queue.waiting() + queue.training()] == [run.id]


def test_the_command_line_leaves_a_run_of_the_server_to_it(jobs, store, new_run, monkeypatch, capsys):
    monkeypatch.setenv("MNIST_CNN_MODELS", str(store.folder))
    run = new_run(store, **LONG)
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
    beside.stop(second, "reason.teacher")
    until(lambda: jobs.place(second) is None, 10)
    assert ended(second) == ("stopped", "reason.teacher") and jobs.place(first) in (None, 1)


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


@pytest.mark.skipif(not nursery.FORKS, reason="workers are fresh processes here")
def test_a_worker_that_hangs_when_it_is_to_stop_is_killed_and_the_line_goes_on(jobs, store, new_run, until, monkeypatch):
    monkeypatch.setattr("mnist_cnn.training.hired.SILENCE", 3.0)
    first, second, third = new_run(store, **LONG), new_run(store, **LONG), new_run(store)
    for run in (first, second, third):
        jobs.submit(run)
    until(lambda: state(first) == "running")
    hung = process_of(jobs, first)
    os.kill(hung.pid, signal.SIGSTOP)
    until(lambda: hung.quiet > 4)
    assert state(first) == "running"  # whoever held it may let it go on
    jobs.stop(first)
    until(lambda: state(second) == "running")
    assert ended(first) == ("failed", "reason.killed") and first.resumable()
    os.kill(process_of(jobs, second).pid, signal.SIGSTOP)
    second.set_status("stopped", "reason.stopped")  # as it measures what the stop left, and hangs there
    until(lambda: state(third) == "finished")
    assert ended(second) == ("stopped", "reason.stopped")


@pytest.mark.skipif(not nursery.FORKS, reason="workers are fresh processes here")
def test_a_nursery_that_hangs_is_killed_and_the_next_one_forks(jobs, store, new_run, until, monkeypatch):
    jobs.warm()
    until(jobs.ready)
    ended_it, end = [], nursery.end
    monkeypatch.setattr("mnist_cnn.training.hired.BIRTH", 3.0)

    def end_it():
        end()
        ended_it.append(True)
        monkeypatch.setattr("mnist_cnn.training.hired.BIRTH", 900.0)  # the next one has all the time that it takes

    monkeypatch.setattr(nursery, "end", end_it)
    os.kill(nursery._process.pid, signal.SIGSTOP)
    first, second = new_run(store), new_run(store)
    jobs.submit(first)
    jobs.submit(second)
    until(lambda: state(second) == "finished")
    assert state(first) == "finished" and ended_it == [True]


def test_where_no_process_is_to_be_had_runs_wait_and_after_a_while_are_told_one_by_one(
    waiting, store, new_run, until, monkeypatch
):
    monkeypatch.setattr("mnist_cnn.training.jobs.TRIES", 2)
    tries = Mock(side_effect=OSError(12, "Cannot allocate memory"))
    monkeypatch.setattr("mnist_cnn.training.nursery.Process", tries)
    waiting.warm()
    runs = [new_run(store), new_run(store)]
    for run in runs:
        waiting.submit(run)
    del waiting._dispatch  # from now on it starts them
    until(lambda: not runs[0].status().active)
    assert tries.call_count >= 3 and ended(runs[1]) == ("queued", None)
    assert ended(runs[0]) == ("failed", "reason.start") and runs[0].status().values == {"detail": "Cannot allocate memory"}
    assert waiting.place(runs[0]) is None and runs[0].resumable()


def test_a_momentary_lack_of_processes_costs_nobody_a_run(jobs, store, new_run, until, monkeypatch):
    run = new_run(store)
    with monkeypatch.context() as patch:
        patch.setattr("mnist_cnn.training.nursery.Process", Mock(side_effect=RuntimeError("can't start new thread")))
        jobs.submit(run)
        assert ended(run) == ("queued", None)
    until(lambda: state(run) == "finished")


def test_what_one_run_brings_about_does_not_end_the_line(waiting, store, new_run, until, monkeypatch, capsys):
    run, tend = new_run(store), waiting._tend
    monkeypatch.setattr(waiting, "_tend", Mock(side_effect=[TypeError("unhashable")] + [None] * 2))
    until(lambda: waiting._tend.call_count >= 2)
    monkeypatch.setattr(waiting, "_tend", tend)
    waiting.submit(run)
    assert waiting.place(run) == 1 and "unhashable" in capsys.readouterr().err


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


def test_the_end_of_the_server_stops_a_training_which_the_next_goes_on_with_before_those_that_waited(
    jobs, store, new_run, until
):
    first, second = new_run(store, **LONG), new_run(store)
    jobs.submit(first)
    jobs.submit(second)
    until(lambda: len(first.history()) > 0)
    jobs.to_front(second)
    process = process_of(jobs, first)
    jobs.close()
    assert process.ended.wait(240)
    assert ended(first) == ended(second) == ("queued", None) and first.orphaned()
    assert first.model_file.is_file() and first.checkpoint_file.is_file()
    with adopting(store) as after:
        assert line(after, [first, second]) == [1, 2] and ended(first) == ("queued", None)


def test_the_folder_may_have_any_name_whatever_the_language_of_the_system(jobs, tmp_path, new_run, until, monkeypatch):
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("PYTHONIOENCODING", "cp936")  # as on Windows in Chinese
    monkeypatch.setattr(nursery, "FORKS", False)
    run = new_run(Store(tmp_path / "手写 数字"), epochs=1)
    jobs.submit(run)
    until(lambda: not run.status().active)
    assert ended(run) == ("finished", None)


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


def test_how_long_a_run_waits_is_what_trains_and_is_ahead_by_the_places_there_are(waiting, store, new_run, small, monkeypatch):
    monkeypatch.setattr(estimate, "seconds", lambda hp, images, rate: 100.0)
    monkeypatch.setattr(estimate, "STARTING", 10.0)
    runs = [new_run(store, epochs=4) for _ in range(3)]
    runs[0].history_file.write_text("epoch,loss,accuracy,val_loss,val_accuracy,seconds\n1,0.5,0.8,,,1.5\n")
    for run in runs:
        waiting.submit(run)
    monkeypatch.setattr(waiting, "training", lambda: [new_run(store)])

    def waits() -> list[float | None]:
        return [waiting.seconds_to_wait(run, 1.0) for run in runs]

    assert waits() == [110.0, 110.0 + 85.0, 110.0 + 85.0 + 110.0]
    waiting.slots = 2
    assert waits() == [0.0, 85.0, 110.0]
    assert waiting.seconds_to_wait(new_run(store), 1.0) is None
    waiting.rules = Rulebook(store.folder / "classroom.json")
    waiting.rules.change(paused=True)
    assert waits() == [None] * 3


def test_the_line_has_room_for_so_many_runs_of_series_and_besides_for_single_ones(waiting, store, small, new_run, monkeypatch):
    monkeypatch.setattr("mnist_cnn.training.jobs.LINE", 5)
    runs, more, single = in_series(store, small), in_series(store, small, 1), new_run(store)
    waiting.submit_series(runs)
    with pytest.raises(StudioError) as caught:
        waiting.submit_series(more)
    assert caught.value.code == "line.full" and line(waiting, more) == [None, None]
    waiting.submit(single)
    assert waiting.place(single) == 1
    monkeypatch.setattr("mnist_cnn.training.jobs.LINE", 1)
    refused(waiting, new_run(store), "line.full")


def test_one_persons_series_leave_room_for_anothers(waiting, store, small, monkeypatch):
    monkeypatch.setattr("mnist_cnn.training.jobs.SHARE", 5)
    waiting.submit_series(in_series(store, small))
    for whose, fits in ("me", False), ("you", True):
        if fits:
            waiting.check_room(4, whose)
        else:
            with pytest.raises(StudioError):
                waiting.check_room(4, whose)


def test_the_next_server_has_the_line_of_the_one_before_and_in_its_order(waiting, store, small, new_run):
    runs, singles = in_series(store, small), [new_run(store) for _ in range(3)]
    waiting.submit_series(runs)
    for run in singles:
        waiting.submit(run)
    waiting.to_front(singles[2])
    before = [run.id for run in waiting.waiting()]
    assert before[0] == singles[2].id and before[3:] == [run.id for run in runs]
    waiting.close()
    assert {ended(run) for run in (*runs, *singles)} == {("queued", None)} and not runs[0].resumable()
    with adopting(store) as after:
        assert [run.id for run in after.waiting()] == before
        refused(after, singles[0], "run.busy")


def test_of_servers_that_find_a_line_one_has_each_of_its_runs(waiting, store, new_run):
    runs = [new_run(store) for _ in range(4)]
    for run in runs:
        waiting.submit(run)
    waiting.close()
    with serving(store) as one, serving(store) as other:
        one._dispatch = other._dispatch = lambda: None
        threads = [threading.Thread(target=queue.adopt) for queue in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(run.id for run in one.waiting() + other.waiting()) == sorted(run.id for run in runs)


def test_a_server_leaves_alone_what_another_has_in_line_or_in_hand(waiting, store, new_run):
    waits, begins = new_run(store), new_run(store)
    waiting.submit(waits)
    age(waits)  # as if the machine had slept
    waiting.submit(begins)
    waiting._waiting.pop().lock.release()  # on its way to a worker
    with adopting(store) as beside:
        assert beside.waiting() == []
        age(begins)  # nobody has taken it
        beside.adopt()
        assert [run.id for run in beside.waiting()] == [begins.id]


def test_what_has_ended_does_not_go_on_in_the_next_server(waiting, store, new_run):
    endings = {
        "stopped": ("stopped", "reason.stopped"),
        "finished": ("finished", None),
        "running": ("running", None),  # its trainer was killed
        "failed": ("failed", "reason.memory"),
    }
    runs = {name: new_run(store) for name in endings}
    for run in runs.values():
        waiting.submit(run)
    deleted = new_run(store)
    waiting.submit(deleted)
    waiting.close()
    for name, ending in endings.items():
        runs[name].set_status(*ending)
    shutil.rmtree(deleted.folder)
    with adopting(store) as after:
        assert after.waiting() == [] and tickets.holders(store.folder) == []
    assert ended(runs["running"]) == ("failed", "reason.killed") and ended(runs["stopped"]) == ("stopped", "reason.stopped")


def test_a_run_that_no_server_has_is_stopped_and_deleted_all_the_same(waiting, store, new_run):
    first, second, third = new_run(store), new_run(store), new_run(store)
    for run in (first, second, third):
        waiting.submit(run)
    with pytest.raises(StudioError):
        store.delete(first)
    waiting.close()
    waiting.stop(first)
    assert ended(first) == ("stopped", "reason.stopped") and not first.stop_requested()
    store.delete(second)
    (third.folder / "stop").touch()  # asked for when the server had ended but nobody knew
    with adopting(store) as after:
        assert after.waiting() == []
    assert ended(third) == ("stopped", "reason.stopped") and tickets.holders(store.folder) == []


SERVER = """
import sys
from mnist_cnn.runs import Store
from mnist_cnn.training.jobs import Queue
from mnist_cnn.training.rules import Rulebook
store = Store(sys.argv[1])
rules = Rulebook(store.folder / "classroom.json")
rules.change(paused=True)
queue = Queue(slots=1, rules=rules, store=store)
for id in sys.argv[2:]:
    queue.submit(store.get(id))
print("in line", flush=True)
sys.stdin.read()
"""


def test_when_a_server_is_killed_the_next_has_its_line_in_order(store, new_run):
    runs = [new_run(store) for _ in range(2)]
    command = [sys.executable, "-c", SERVER, str(store.folder), runs[1].id, runs[0].id]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    assert server.stdout.readline() == "in line\n"
    with adopting(store) as after:
        assert after.waiting() == []  # they are in hand
        server.kill()
        server.communicate()
        assert {ended(run) for run in runs} == {("queued", None)}
        for run in runs:
            age(run)
        after.adopt()
        assert line(after, runs) == [2, 1]
