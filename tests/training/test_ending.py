"""A training that is stopped or killed, wherever it is, leaves a run that ends as if nothing had been."""

import io
import os
import shutil
import time

import keras
import numpy as np
import pytest

from mnist_cnn.digits import nondigits, strokes
from mnist_cnn.errors import StudioError
from mnist_cnn.reading import calibration, evaluation, prediction
from mnist_cnn.runs import Run, Status, Store
from mnist_cnn.training import training

UNSURE = {"nondigits": 0.5, "filters1": 4, "filters2": 8, "learning_rate": 0.01}  # 80 drawings, and a calibration


class Killed(BaseException):
    """What nothing in a trainer catches; the lock goes, as with its process."""


def ended(run) -> tuple[str, str | None]:
    return run.status().state, run.status().reason


def content(run) -> dict[str, bytes]:
    return {str(path.relative_to(run.folder)): path.read_bytes() for path in run.folder.rglob("*") if path.is_file()}


def weights(run) -> list[np.ndarray]:
    return keras.models.load_model(run.model_file).get_weights()


def kill_at(monkeypatch, place, name: str, after: bool) -> None:
    """Have a trainer killed before or after it calls a function, once."""
    called = getattr(place, name)

    def dying(*arguments, **options):
        if after:
            called(*arguments, **options)
        monkeypatch.setattr(place, name, called)
        raise Killed

    monkeypatch.setattr(place, name, dying)


@pytest.fixture(scope="module")
def unsure(tmp_path_factory, new_run):
    """A run with a calibration; tests only read it."""
    run = new_run(Store(tmp_path_factory.mktemp("unsure")), **UNSURE)
    training.train(run)
    assert ended(run) == ("finished", None) and (run.folder / "calibration.json").is_file()
    return run


@pytest.fixture
def copied(unsure, tmp_path) -> Run:
    return Run(shutil.copytree(unsure.folder, tmp_path / unsure.id))


END = {
    "before the last epoch counts": (np, "savez", False),
    "after the calibration": (calibration, "calibrate", True),
    "with the calibrated model kept": (training.Training, "_calibrate", True),
    "after the evaluation": (evaluation, "save", True),
}


@pytest.mark.parametrize("place", END.values(), ids=END.keys())
def test_a_run_killed_after_its_last_epoch_is_completed(store, new_run, unsure, monkeypatch, place):
    run = new_run(store, **UNSURE)

    def observe(event):
        if (event["epoch"], event["phase"]) == (2, "validation"):
            kill_at(monkeypatch, *place)

    with pytest.raises(Killed):
        training.train(run, observe)
    assert len(run.history()) == 2 and run.resumable() and ended(run) == ("failed", "reason.killed")
    events = []
    training.train(run, events.append)
    assert ended(run) == ("finished", None) and not run.resumable()
    assert ("training" in [event["phase"] for event in events]) == (place[0] is np)
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(weights(run), weights(unsure), strict=True))
    assert evaluation.summary(run)["loss"] == pytest.approx(evaluation.summary(unsure)["loss"], abs=1e-4)
    assert calibration.threshold(run) == pytest.approx(calibration.threshold(unsure), abs=1e-4)
    assert set(content(run)) == set(content(unsure))


def test_a_finished_run_is_left_as_it_is(copied):
    before = content(copied)
    with pytest.raises(StudioError, match="has finished"):
        training.train(copied)
    assert content(copied) == before


@pytest.mark.parametrize("text", ["", '{"state": "running"}'])
def test_a_run_whose_status_was_lost_after_its_end_is_not_trained_again(copied, text):
    (copied.folder / "status.json").write_text(text)
    before = content(copied)
    training.train(copied, lambda event: pytest.fail("it was trained"))
    assert ended(copied) == ("finished", None)
    assert content(copied) == before | {"status.json": (copied.folder / "status.json").read_bytes()}


@pytest.fixture(scope="module")
def stopped(tmp_path_factory, new_run):
    """A run stopped in its third epoch; tests only read it."""
    run = new_run(Store(tmp_path_factory.mktemp("stopped")), epochs=3)
    training.train(run, lambda event: event["epoch"] == 3 and run.request_stop())
    assert len(run.history()) == 2 and run.resumable()
    return run


def arrays_with(change):
    """A checkpoint whose arrays, the epoch first, are what `change` makes of their list."""

    def spoil(content: bytes) -> bytes:
        with np.load(io.BytesIO(content)) as kept:
            changed = change([kept[name] for name in kept.files])
        np.savez(file := io.BytesIO(), *changed)
        return file.getvalue()

    return spoil


SPOILT = {
    "checkpoint lost": ("checkpoint.npz", lambda content: None),
    "checkpoint empty": ("checkpoint.npz", lambda content: b""),
    "checkpoint of text": ("checkpoint.npz", lambda content: b"hello" * 100),
    "checkpoint cut": ("checkpoint.npz", lambda content: content[: len(content) // 2]),
    "checkpoint with other bytes": ("checkpoint.npz", lambda content: content[:2000] + b"\xff" * 500 + content[2500:]),
    "no arrays": ("checkpoint.npz", arrays_with(lambda arrays: [])),
    "an array less": ("checkpoint.npz", arrays_with(lambda arrays: arrays[:-1])),
    "an array more": ("checkpoint.npz", arrays_with(lambda arrays: [*arrays, arrays[-1]])),
    "arrays of another shape": ("checkpoint.npz", arrays_with(lambda arrays: [arrays[0], *(a[..., None] for a in arrays[1:])])),
    "arrays of words": ("checkpoint.npz", arrays_with(lambda arrays: [arrays[0], *(a.astype(str) for a in arrays[1:])])),
    "epoch 0": ("checkpoint.npz", arrays_with(lambda arrays: [np.array(0), *arrays[1:]])),
    "epoch -1": ("checkpoint.npz", arrays_with(lambda arrays: [np.array(-1), *arrays[1:]])),
    "an epoch to come": ("checkpoint.npz", arrays_with(lambda arrays: [np.array(3), *arrays[1:]])),
    "epochs": ("checkpoint.npz", arrays_with(lambda arrays: [np.array([2]), *arrays[1:]])),
    "history lost": ("history.csv", lambda content: None),
    "history empty": ("history.csv", lambda content: b""),
    "history of text": ("history.csv", lambda content: b"hello"),
    "history cut": ("history.csv", lambda content: content[:-20]),
    "history without its last epoch": ("history.csv", lambda content: content[: content.rindex(b"\n2,") + 1]),
}


@pytest.mark.parametrize(("name", "spoil"), SPOILT.values(), ids=SPOILT.keys())
def test_a_run_that_lost_what_resuming_needs_says_so_and_keeps_all_else(stopped, tmp_path, name, spoil):
    run = Run(shutil.copytree(stopped.folder, tmp_path / stopped.id))
    spoilt = spoil((run.folder / name).read_bytes())
    (run.folder / name).unlink()
    if spoilt is not None:
        (run.folder / name).write_bytes(spoilt)
    told = ("status.json", "events.jsonl")
    before = {key: data for key, data in content(run).items() if key not in told}
    training.train(run)
    assert ended(run) == ("failed", "reason.checkpoint") and not run.resumable()
    assert {key: data for key, data in content(run).items() if key not in told} == before


def test_a_shortage_of_memory_is_no_damage(stopped, tmp_path, monkeypatch):
    run = Run(shutil.copytree(stopped.folder, tmp_path / stopped.id))

    def short(*arguments, **options):
        raise MemoryError

    monkeypatch.setattr(np, "load", short)
    training.train(run)
    assert ended(run) == ("failed", "reason.memory") and run.resumable()


def test_a_stop_is_heard_while_drawings_are_made_and_loses_nothing(store, new_run, monkeypatch):
    run, drawn, draw = new_run(store, **UNSURE), [], nondigits.image
    training.train(run, lambda event: event["epoch"] == 2 and run.request_stop())
    before = {name: data for name, data in content(run).items() if name not in ("status.json", "events.jsonl")}

    def watched(*arguments):
        drawn.append(run.request_stop())
        return draw(*arguments)

    monkeypatch.setattr(nondigits, "image", watched)
    training.train(run)
    assert ended(run) == ("stopped", "reason.stopped") and 0 < len(drawn) <= strokes.FEW
    assert run.resumable() and before.items() <= content(run).items()  # what was measured holds still


def test_the_end_of_the_server_is_heard_while_drawings_are_made(store, new_run):
    run, drawn = new_run(store, **UNSURE), iter([None, "reason.server"])
    training.train(run, interrupted=lambda: next(drawn))
    assert ended(run) == ("stopped", "reason.server") and run.history() == []


@pytest.mark.parametrize(
    "place", [(calibration, "fit_temperature"), (prediction.KerasPredictor, "predict")], ids=["calibration", "evaluation"]
)
def test_a_stop_after_the_last_epoch_ends_it_at_once_and_it_is_completed_later(store, new_run, unsure, monkeypatch, place):
    run, called, calls = new_run(store, **UNSURE), getattr(*place), []

    def watched(*arguments, **options):
        calls.append(run.request_stop())
        return called(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(*place, watched)
        training.train(run)
    assert ended(run) == ("stopped", "reason.stopped") and len(run.history()) == 2 and len(calls) <= 2
    assert not (run.folder / "evaluation.json").exists() and run.resumable()
    training.train(run)
    assert ended(run) == ("finished", None)
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(weights(run), weights(unsure), strict=True))


def test_what_a_stop_left_is_not_measured_once_the_run_goes_on(store, new_run, monkeypatch):
    run, predict = new_run(store), prediction.KerasPredictor.predict

    def watched(*arguments, **options):
        if run.status().state == "stopped":
            with run.claim():  # whoever measures keeps nobody waiting
                run.enqueue()
        return predict(*arguments, **options)

    monkeypatch.setattr(prediction.KerasPredictor, "predict", watched)
    training.train(run, lambda event: event["epoch"] == 2 and run.request_stop())
    assert ended(run) == ("queued", None) and not (run.folder / "evaluation.json").exists()


def test_a_run_that_somebody_else_trains_is_left_to_them(store, new_run, monkeypatch):
    monkeypatch.setattr("mnist_cnn.locks.PATIENCE", 0.05)
    run = new_run(store)
    with run.claim():
        run.set_status("running")
        before = content(run)
        with pytest.raises(StudioError, match="still training"):
            training.train(run)
        assert content(run) == before
    assert run.status().state == "failed"


@pytest.mark.parametrize(
    "error",
    [MemoryError(), OSError(12, "Cannot allocate memory"), type("ResourceExhaustedError", (Exception,), {})("OOM")],
    ids=str,
)
def test_a_lack_of_memory_is_told_as_such(store, new_run, error):
    run = new_run(store, epochs=1)

    def observe(event):
        raise error

    training.train(run, observe)
    assert ended(run) == ("failed", "reason.memory") and run.resumable()


def test_what_a_library_says_at_length_is_told_in_a_line(store, new_run):
    run = new_run(store, epochs=1)

    def observe(event):
        raise ValueError("\nshapes do not match\n" + "at node 7\n" * 100)

    training.train(run, observe)
    assert run.status().values == {"detail": "ValueError: shapes do not match"}


def test_a_path_that_is_no_text_can_be_told(store, new_run):
    run = new_run(store, epochs=1)

    def observe(event):
        raise StudioError("image.missing", path=os.fsdecode(b"7\xff.png"))

    training.train(run, observe)
    assert run.status() == Status("failed", "image.missing", {"path": "7\\udcff.png"})


def test_the_heartbeat_outlives_a_folder_that_cannot_be_touched(store, new_run, monkeypatch, until):
    run, beats, touch = new_run(store), [], Run.touch

    def failing(self):
        beats.append(time.time())
        if len(beats) == 1:
            raise OSError("gone for a moment")
        touch(self)

    monkeypatch.setattr(training, "HEARTBEAT", 0.01)
    monkeypatch.setattr(Run, "touch", failing)
    with training._heartbeat(run):
        until(lambda: len(beats) > 1)
