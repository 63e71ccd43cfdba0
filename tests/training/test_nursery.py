"""Workers from the nursery: as fresh processes are, only sooner; none keeps another's pipes open."""

import json
import os
import signal
from pathlib import Path

import pytest

from mnist_cnn.training import nursery
from mnist_cnn.training.nursery import Process

pytestmark = pytest.mark.skipif(not nursery.FORKS, reason="workers are fresh processes here")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def order(process: Process, run) -> None:
    process.stdin.write(json.dumps(str(run.folder)) + "\n")
    process.stdin.flush()


def test_one_that_is_forked_trains_as_this_process_does(trained, store):
    run = store.create("again", "digits", trained.hyperparameters)
    process = Process()
    lines = process.lines()
    assert next(lines) == "ready" and process.pid != os.getpid()
    order(process, run)
    assert list(lines) == [] and run.status().state == "finished"
    same = [{key: value for key, value in row.items() if key != "seconds"} for row in trained.history()]
    assert [{key: value for key, value in row.items() if key != "seconds"} for row in run.history()] == same


def test_each_ends_with_its_own_input_whoever_else_lives(until):
    first, second = Process(), Process()
    heard = [first.lines(), second.lines()]
    assert [next(lines) for lines in heard] == ["ready"] * 2
    first.stdin.close()
    assert list(heard[0]) == []
    until(lambda: not alive(first.pid))
    assert alive(second.pid)
    second.kill()
    assert list(heard[1]) == []
    until(lambda: not alive(second.pid))


def test_a_nursery_that_was_killed_is_replaced_and_its_workers_live_on(until):
    first = Process()
    heard = first.lines()
    assert next(heard) == "ready"
    parent = int(Path(f"/proc/{first.pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    os.kill(parent, signal.SIGKILL)
    until(lambda: not alive(parent))
    second = Process()
    assert next(second.lines()) == "ready" and alive(first.pid)
    for process in (first, second):
        process.kill()


def test_it_has_the_environment_of_when_it_was_asked_for(store, small, tmp_path, monkeypatch):
    before = Process()  # by now there is a nursery
    assert next(before.lines()) == "ready"
    before.kill()
    monkeypatch.setenv("MNIST_CNN_DATA", str(tmp_path / "none"))
    run, process = store.create("astray", "mnist", small()), Process()
    order(process, run)
    assert list(process.lines()) == ["ready"] and run.status().reason == "data.absent"


def test_an_environment_too_large_to_hand_over_gets_a_fresh_process(monkeypatch):
    monkeypatch.setenv("LARGE", "x" * (nursery.MOST - 1000))
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # so that it ends at once
    assert list(Process().lines()) == []
