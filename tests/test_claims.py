"""A run is in one hand at a time, that of its trainer or of the line it waits in, and the system knows whose."""

import os
import subprocess
import sys
import time

import pytest

from mnist_cnn import runs
from mnist_cnn.digits.datasets import PROJECT
from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.runs import Run


def code(action, *arguments) -> str:
    with pytest.raises(StudioError) as caught:
        action(*arguments)
    return caught.value.code


def age(run: Run, seconds: float) -> None:
    """Put the heartbeat back by so many seconds, or into the future."""
    then = time.time() - seconds
    os.utime(run.folder / "status.json", (then, then))


OFF = [runs.SILENT + 1, -runs.SILENT - 1, 1e6]  # seconds: of silence, of a clock that was set back, or forward


@pytest.mark.parametrize("seconds", OFF)
@pytest.mark.parametrize("state", ["queued", "running"])
def test_an_active_run_that_was_never_locked_has_failed_when_it_fell_silent(store, state, seconds):
    run = store.create("one", "digits", PRESETS["tiny"])
    run.set_status(state)
    assert run.status().state == state and not run.resumable()
    age(run, seconds)
    assert (run.status().state, run.status().reason) == ("failed", "reason.killed") and run.resumable()
    run.touch()
    assert run.status().state == state


@pytest.mark.parametrize("seconds", OFF)
@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_run_in_somebodys_hand_is_alive_whatever_the_clock_says(store, state, seconds):
    run = store.create("one", "digits", PRESETS["tiny"])
    with run.claim():
        run.set_status(state)
        age(run, seconds)
        assert run.status().state == state and not run.resumable()
        assert code(store.delete, run) == "run.busy"
    assert run.status() == runs.LOST and run.resumable()


def test_a_run_whose_trainer_is_gone_has_failed_at_once(store):
    run = store.create("one", "digits", PRESETS["tiny"])
    with run.claim():
        run.set_status("running")
    for seconds in (0, -60):
        age(run, seconds)
        assert run.status() == runs.LOST


def test_a_run_that_ends_while_somebody_looks_has_not_failed(store, monkeypatch):
    run = store.create("one", "digits", PRESETS["tiny"])
    run.set_status("running")
    monkeypatch.setattr(runs.locks, "held", lambda path: bool(run.set_status("finished")))
    assert run.status().state == "finished"


def test_a_run_has_one_hand_at_a_time(store, monkeypatch):
    monkeypatch.setattr(runs.locks, "PATIENCE", 0.05)
    run = store.create("one", "digits", PRESETS["tiny"])
    with run.claim():
        assert code(Run(run.folder).claim) == "run.busy"
    run.claim().release()


@pytest.mark.parametrize("status", [("finished", None, {}), ("failed", "reason.diverged", {"epoch": 3})], ids=str)
def test_a_run_with_nothing_left_to_do_never_starts_again(store, status):
    run = store.create("one", "digits", PRESETS["tiny"])
    state, reason, values = status
    run.set_status(state, reason, **values)
    assert code(run.claim) == "run.complete" and not run.resumable()
    run.set_status("failed", "reason.killed")  # what was refused is in nobody's way
    run.claim().release()


@pytest.mark.parametrize(
    "status", [("stopped", "reason.stopped"), ("failed", "reason.disk_full"), ("running",), ("queued",)], ids=str
)
def test_any_other_run_that_is_in_nobodys_hand_may_start(store, status):
    run = store.create("one", "digits", PRESETS["tiny"])
    run.set_status(*status)
    run.claim().release()


def test_a_run_that_came_with_the_app_starts_once(store):
    run = store.create("quick", "digits", PRESETS["tiny"], shipped=True)
    run.claim().release()
    run.set_status("stopped", "reason.stopped")
    assert code(run.claim) == "run.shipped" and not run.resumable()


def test_a_run_that_was_deleted_is_missing_to_whoever_wants_to_go_on_with_it(store):
    run = store.create("one", "digits", PRESETS["tiny"])
    run.set_status("stopped", "reason.stopped")
    store.delete(Run(run.folder))
    assert code(run.claim) == "run.missing" and not run.folder.exists()


def test_without_locks_the_heartbeat_keeps_a_second_hand_off(store, monkeypatch):
    monkeypatch.setattr(runs.locks, "_lock", lambda file, shared: None)
    run = store.create("one", "digits", PRESETS["tiny"])
    with run.claim():
        run.set_status("running")
        assert run.status().state == "running" and code(run.claim) == "run.busy"
        age(run, runs.SILENT + 1)
        assert run.status() == runs.LOST
        run.claim().release()


RESUME = """
import sys
from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Store
run = Store(sys.argv[1]).runs()[0]
print("ready", flush=True)
input()
try:
    lock = run.claim()
    run.enqueue()
    print("mine", flush=True)
except StudioError as error:
    print(error.code, flush=True)
input()
"""


def test_of_many_processes_that_resume_a_run_at_once_one_has_it(store):
    run = store.create("one", "digits", PRESETS["tiny"])
    run.set_status("stopped", "reason.stopped")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    racers = [subprocess.Popen([sys.executable, "-c", RESUME, store.folder], cwd=PROJECT, **pipes) for _ in range(4)]
    assert {racer.stdout.readline() for racer in racers} == {"ready\n"}
    for racer in racers:
        racer.stdin.write("go\n")
    assert sorted(racer.stdout.readline() for racer in racers) == ["mine\n"] + ["run.busy\n"] * 3
    assert run.status().state == "queued"
    for racer in racers:
        racer.communicate("end\n")
    run.claim().release()
