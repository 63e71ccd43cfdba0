"""What goes over the network of a run's folder: it follows one elsewhere through everything that a trainer does."""

import os
from functools import partial

import pytest

from mnist_cnn.reading import snapshots
from mnist_cnn.runs import Store
from mnist_cnn.training import batches, checkpoint, training, transfer


@pytest.fixture
def pair(tmp_path, new_run):
    """A run here, and the same where it is trained, in another store."""
    here = new_run(Store(tmp_path / "here"), epochs=3)
    transfer.unpack(tmp_path / "there" / here.id, transfer.pack(here))
    return here, Store(tmp_path / "there").get(here.id)


def content(run) -> dict:
    """All that is kept of a run but for who trains it."""
    files = [path for path in run.folder.rglob("*") if path.is_file() and path.name not in ("status.json", "trainer.lock")]
    return {path.relative_to(run.folder).as_posix(): path.read_bytes() for path in files}


def figures(run) -> list[dict]:
    """Of its epochs, but for how long they took."""
    return [row | {"seconds": 0} for row in run.history()]


def follow(watch, run) -> None:
    transfer.put(run, watch.changes())


def test_a_folder_follows_a_training_step_by_step_and_is_the_same_in_the_end(pair):
    here, there = pair
    there.enqueue()
    watch, epochs = transfer.Watch(there.folder), []

    def observe(event):
        follow(watch, here)
        epochs.append(len(here.history()))
        assert here.events()[-1] == event and len(batches.read(here)) == len(batches.read(there))

    training.train(there, observe)
    follow(watch, here)
    assert content(here) == content(there) and {*epochs} == {0, 1, 2, 3}
    assert here.complete() and not here.checkpoint_file.exists()


def test_a_training_that_was_lost_goes_on_elsewhere_from_its_last_epoch_as_if_nothing_had_happened(pair, tmp_path, new_run):
    here, there = pair
    there.enqueue()
    watch = transfer.Watch(there.folder)
    training.train(there, lambda event: follow(watch, here), lambda: "reason.server" if there.history() else None)
    other = Store(tmp_path / "other")
    transfer.unpack(other.folder / here.id, transfer.pack(here))
    again = other.get(here.id)
    again.enqueue()
    watch = transfer.Watch(again.folder)
    training.train(again, lambda event: follow(watch, here))
    follow(watch, here)
    whole = new_run(Store(tmp_path / "whole"), epochs=3)
    training.train(whole)
    assert figures(here) == figures(whole) and here.complete()
    assert batches.read(here).tolist() == batches.read(whole).tolist()
    assert snapshots.moments(here) == snapshots.moments(whole) and all(
        map(partial(snapshots.load, here), snapshots.moments(here))
    )


def test_a_file_that_began_anew_is_told_from_one_that_has_grown(pair):
    here, there = pair
    watch, events, kept = transfer.Watch(there.folder), there.folder / "events.jsonl", here.folder / "events.jsonl"
    for text in ("one\n", "one\ntwo\n", "other\nlonger than before\n", "", "again\n"):
        events.write_text(text)
        follow(watch, here)
        assert kept.read_text() == text
    assert watch.changes() == {"replaced": {}, "gone": [], "grown": {}}


def test_files_that_are_replaced_while_they_are_read_are_read_again(pair, monkeypatch):
    here, there = pair
    watch, changed = transfer.Watch(there.folder), []
    look = transfer.Watch._look

    def busy(self):
        if len(changed) < 3:
            changed.append(there.model_file.write_text("x" * len(changed)))
        return look(self)

    monkeypatch.setattr(transfer.Watch, "_look", busy)
    assert watch.changes()["replaced"] == {"model.keras": b"xx"}
    changed[:] = [None] * -10
    monkeypatch.setattr(transfer.Watch, "_look", lambda self: {"model.keras": os.urandom(4)})
    assert watch.changes() is None


@pytest.mark.parametrize(
    "name", ["../run.json", "run.json", "/etc/passwd", "snapshots/../x", "snapshots/0-0.npz/x", "status.json"]
)
@pytest.mark.parametrize("kind", ["replaced", "gone", "grown"])
def test_nothing_else_is_written_whoever_sends_it(pair, name, kind):
    here, _ = pair
    before = content(here)
    sent = {"replaced": {}, "gone": [], "grown": {}}
    sent[kind] = {"replaced": {name: b"x"}, "gone": [name], "grown": {name: (0, b"x")}}[kind]
    with pytest.raises(ValueError):
        transfer.put(here, sent)
    assert content(here) == before


def test_an_epoch_is_in_place_before_it_counts(pair, monkeypatch):
    here, _ = pair
    put = []
    monkeypatch.setattr(transfer, "_replace", lambda path, content: put.append(path.name))
    names = ["snapshots/9-1.npz", "checkpoint.npz", "evaluation.json", "history.csv", "model.keras"]
    transfer.put(here, {"replaced": dict.fromkeys(names, b""), "gone": [], "grown": {}})
    assert put == ["model.keras", "history.csv", "checkpoint.npz", "evaluation.json", "9-1.npz"]
    assert checkpoint.restore(here, []) == []
