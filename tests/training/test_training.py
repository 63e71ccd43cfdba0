"""Training: the same seed gives the same run, stopped or not; however it ends, the folder says so."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest

from mnist_cnn.digits import datasets
from mnist_cnn.network import model, optimizer
from mnist_cnn.reading import evaluation
from mnist_cnn.records import COLUMNS
from mnist_cnn.runs import Store
from mnist_cnn.training import batches, training

EXPLOSIVE = {"optimizer": "sgd", "learning_rate": 10.0, "dropout1": 0.0, "dropout2": 0.0, "batch_norm": True}


def ended(run) -> tuple[str, str | None]:
    return run.status().state, run.status().reason


def figures(run) -> list[dict]:
    """The history but for what the clock says."""
    return [{key: value for key, value in row.items() if key != "seconds"} for row in run.history()]


def stop_at(run, epoch: int, phase: str = "training"):
    """An observer that asks for a stop as soon as that epoch is under way."""

    def observe(event):
        if (event["epoch"], event["phase"]) == (epoch, phase):
            run.request_stop()

    return observe


def weights(run) -> list[np.ndarray]:
    return keras.models.load_model(run.model_file).get_weights()


def files(run) -> set[str]:
    return {path.name for path in run.folder.iterdir()}


def change_checkpoint(run, change) -> None:
    """Replace each array of numbers in the checkpoint by what `change` makes of it."""
    with np.load(run.checkpoint_file) as arrays:
        epoch, *values = (arrays[name] for name in arrays.files)
    changed = [change(value) if value.dtype == np.float32 else value for value in values]
    with run.checkpoint_file.open("wb") as file:
        np.savez(file, epoch, *changed)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, new_run):
    """A run of three epochs without a stop; tests only read it."""
    run = new_run(Store(tmp_path_factory.mktemp("whole")), epochs=3)
    training.train(run)
    assert ended(run) == ("finished", None)
    return run


@pytest.fixture(scope="module")
def stopped(tmp_path_factory, new_run):
    """Make a run that was stopped in its second epoch: `stopped(epochs=3)`."""

    def stopped(**changes):
        run = new_run(Store(tmp_path_factory.mktemp("stopped")), **changes)
        training.train(run, observe=stop_at(run, 2))
        assert ended(run) == ("stopped", "reason.stopped")
        return run

    return stopped


def test_a_finished_run_has_its_files_and_nothing_else(trained):
    assert ended(trained) == ("finished", None)
    kept = {"run.json", "status.json", "trainer.lock", "history.csv", "events.jsonl", "batches.bin"}
    kept |= {"model.keras", "evaluation.json", "predictions.npz", "snapshots"}
    assert files(trained) == kept and not trained.resumable()


def test_the_history_has_a_row_per_epoch_and_all_columns(trained):
    history = trained.history()
    assert [row["epoch"] for row in history] == [1, 2, 3]
    assert all(tuple(row) == COLUMNS and None not in row.values() for row in history)
    assert all(0 <= row[key] <= 1 for row in history for key in ("accuracy", "val_accuracy"))
    assert all(row["seconds"] > 0 for row in history)
    assert history[-1]["loss"] < history[0]["loss"]


def test_the_model_is_one_that_plain_keras_loads(trained):
    network = keras.models.load_model(trained.model_file)
    images, labels = datasets.load("digits").x_test, datasets.load("digits").y_test
    answers = network.predict(images[..., np.newaxis].astype(np.float32) / 255, verbose=0)
    accuracy = (answers.argmax(axis=1) == labels).mean()
    assert accuracy == pytest.approx(evaluation.summary(trained)["accuracy"], abs=1e-6)
    assert accuracy > 0.2


def test_the_validation_figures_are_those_of_the_model_kept(trained):
    hp = trained.hyperparameters
    _, (images, labels) = datasets.split(datasets.load("digits"), hp.validation_split, hp.train_images)
    x, y = datasets.prepare(images, labels)
    network = keras.models.load_model(trained.model_file)
    network.compile(loss="categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = network.evaluate(x, y, verbose=0)
    assert trained.history()[-1]["val_loss"] == pytest.approx(loss, rel=1e-3)
    assert trained.history()[-1]["val_accuracy"] == pytest.approx(accuracy, abs=1e-6)


def test_the_same_seed_gives_the_same_run_and_another_one_does_not(store, new_run, whole):
    again, other = new_run(store, epochs=3), new_run(store, epochs=1, seed=8)
    training.train(again)
    training.train(other)
    assert figures(whole) == figures(again) and figures(whole)[:1] != figures(other)
    assert all(np.array_equal(a, b) for a, b in zip(weights(whole), weights(again), strict=True))


def check_resumed(run, whole) -> None:
    assert len(run.history()) == 1 and run.resumable()
    training.train(run)
    assert ended(run) == ended(whole) == ("finished", None)
    assert figures(run) == figures(whole)
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(weights(run), weights(whole), strict=True))
    assert files(run) == files(whole) and not run.resumable()


def test_a_run_stopped_and_resumed_equals_one_that_was_not(stopped, whole):
    check_resumed(stopped(epochs=3), whole)


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "rmsprop", "schedule": "one-cycle", "batch_norm": True, "augmentation": 0.5},
        {"optimizer": "sgd", "validation_split": 0.0, "second_pooling": True},
    ],
    ids=["rmsprop", "sgd"],
)
def test_resuming_takes_up_whatever_the_optimizer_and_the_schedule_know(store, new_run, stopped, changes):
    run = new_run(store, **changes)
    training.train(run)
    check_resumed(stopped(**changes), run)


def test_a_stop_keeps_what_was_learned_and_can_be_resumed(stopped, small):
    run = stopped(epochs=3)
    assert run.resumable() and not run.stop_requested()
    assert len(run.history()) == 1 and evaluation.summary(run)["images"] == 360
    assert files(run) >= {"model.keras", "checkpoint.npz", "predictions.npz"}
    assert not np.array_equal(weights(run)[0], model.build(small()).get_weights()[0])


@pytest.mark.parametrize("phase", ["training", "validation"])
def test_a_stop_in_the_first_epoch_keeps_a_model(store, new_run, phase):
    run = new_run(store)
    training.train(run, observe=stop_at(run, 1, phase))
    assert ended(run) == ("stopped", "reason.stopped") and run.history() == []
    assert len(weights(run)) > 0 and run.resumable() and run.seconds() > 0


def test_a_network_stopped_in_the_first_epoch_reads_as_it_trained_and_goes_on_as_if_nothing_had_been(store, new_run):
    settings = {"batch_norm": True, "train_images": 1400, "learning_rate": 0.01, "filters1": 4, "filters2": 8}
    settings |= {"dense_units": 32, "dropout1": 0.0, "dropout2": 0.0, "epochs": 1}
    run, whole = new_run(store, **settings), new_run(store, **settings)
    training.train(run, lambda event: event["phase"] == "training" and event["batch"] >= 40 and run.request_stop())
    assert run.history() == [] and evaluation.summary(run)["loss"] < run.events()[-1]["loss"]
    for one in (run, whole):
        training.train(one)
    assert all(np.array_equal(*pair) for pair in zip(weights(run), weights(whole), strict=True))


def test_a_run_deleted_as_soon_as_it_has_stopped_stays_deleted(store, new_run, until):
    run = new_run(store)
    with ThreadPoolExecutor() as executor:
        trainer = executor.submit(training.train, run, stop_at(run, 1))
        until(lambda: run.status().state == "stopped")
        store.delete(run)
        trainer.result()
    assert not run.folder.exists()


def test_an_interruption_ends_the_run_with_its_reason(store, new_run):
    run = new_run(store)
    training.train(run, interrupted=lambda: "reason.server")
    assert ended(run) == ("stopped", "reason.server") and run.resumable()


def test_events_tell_how_far_the_epoch_is(store, new_run):
    run, events = new_run(store), []
    training.train(run, events.append)
    assert run.events() == [event for event in events if event["epoch"] == 2]
    assert [event["phase"] for event in events[-2:]] == ["validation", "evaluation"]
    for epoch in (1, 2):
        batches = [event["batch"] for event in events if event["epoch"] == epoch and event["phase"] == "training"]
        assert batches == sorted(set(batches)) and batches[0] == 1 and batches[-1] == 8
    assert {event["batches"] for event in events if event["phase"] == "training"} == {8}
    assert events[-3]["loss"] == pytest.approx(run.history()[-1]["loss"], abs=1e-6)


@pytest.mark.parametrize(
    ("optimizer", "schedule", "rate"), [("adam", "one-cycle", 0.02), ("rmsprop", "constant", 0.005), ("sgd", "one-cycle", 0.1)]
)
def test_every_optimizer_and_schedule_learns(store, new_run, optimizer, schedule, rate):
    run = new_run(store, optimizer=optimizer, schedule=schedule, learning_rate=rate, dropout1=0.0, dropout2=0.0, epochs=3)
    training.train(run)
    assert ended(run) == ("finished", None)
    assert run.history()[-1]["loss"] < run.history()[0]["loss"]


@pytest.mark.parametrize("changes", [{"schedule": "one-cycle"}, {"optimizer": "sgd", "batch_norm": True}])
def test_the_network_learns_what_keras_itself_would_teach_it(store, new_run, changes):
    run = new_run(store, batch_size=2000, dropout1=0.0, dropout2=0.0, epochs=3, validation_split=0.0, **changes)
    training.train(run)
    hp, network = run.hyperparameters, model.build(run.hyperparameters)
    (images, labels), _ = datasets.split(datasets.load("digits"), 0.0, hp.train_images)
    network.compile(optimizer.make(hp, 1), "categorical_crossentropy")
    losses = network.fit(*datasets.prepare(images, labels), batch_size=2000, epochs=3, verbose=0).history["loss"]
    assert [row["loss"] for row in run.history()] == pytest.approx(losses, rel=1e-3)
    assert all(np.allclose(a, b, atol=2e-3) for a, b in zip(weights(run), network.get_weights(), strict=True))


@pytest.mark.parametrize("changes", [{"augmentation": 1.0}, {"dropout1": 0.0}, {"dropout2": 0.0}], ids=str)
def test_what_is_asked_for_changes_the_history(store, new_run, whole, changes):
    run = new_run(store, epochs=1, **changes)
    training.train(run)
    assert ended(run) == ("finished", None) and run.history()[0]["loss"] != whole.history()[0]["loss"]


@pytest.mark.parametrize("changes", [{"validation_split": 0.0}, {"seed": 2**31 - 1}, {"batch_size": 19, "seed": 0}], ids=str)
def test_unusual_choices_train(store, new_run, changes):
    run = new_run(store, epochs=1, **changes)
    training.train(run)
    assert ended(run) == ("finished", None)
    assert (run.history()[0]["val_loss"] is None) == (run.hyperparameters.validation_split == 0)


def test_a_loss_that_is_no_number_ends_the_run_and_keeps_the_last_good_model(stopped):
    run = stopped(epochs=3)
    change_checkpoint(run, lambda value: value * np.float32(1e30))
    before = run.model_file.read_bytes()
    training.train(run)
    assert ended(run) == ("failed", "reason.diverged") and run.status().values == {"epoch": 2}
    assert not run.resumable()  # the same chance would break it again
    assert len(run.history()) == 1 and run.model_file.read_bytes() == before


def test_weights_that_the_last_step_of_an_epoch_broke_are_not_kept(stopped):
    run = stopped(epochs=2, batch_size=2000)
    change_checkpoint(run, lambda value: np.float32(np.inf) if value.shape == () else value)  # the learning rate
    before = run.model_file.read_bytes()
    training.train(run)
    assert ended(run) == ("failed", "reason.diverged") and run.model_file.read_bytes() == before


@pytest.mark.parametrize("seed", [1, 3])
def test_a_rate_much_too_high_leaves_no_broken_model(store, new_run, seed):
    run = new_run(store, **EXPLOSIVE, dense_units=512, batch_size=8, train_images=100, seed=seed, epochs=1)
    training.train(run)
    assert ended(run) in (("failed", "reason.diverged"), ("finished", None))
    assert not run.model_file.exists() or all(np.isfinite(weight).all() for weight in weights(run))


def test_a_crash_is_told_and_keeps_the_last_good_model(store, new_run):
    run = new_run(store)

    def observe(event):
        if event["epoch"] == 2:
            raise RuntimeError("the roof fell in")

    training.train(run, observe)
    assert ended(run) == ("failed", "reason.crashed")
    assert "RuntimeError" in run.status().values["detail"] and "the roof fell in" in run.status().values["detail"]
    assert len(run.history()) == 1 and len(weights(run)) > 0 and run.resumable()


def test_a_dataset_that_is_missing_is_told(store, small, project):
    run = store.create("small", "mnist", small())
    training.train(run)
    assert ended(run) == ("failed", "data.missing")


@pytest.mark.parametrize("room", [0, 10 << 12], ids=["none", "for a model"])
def test_a_full_disk_is_told_and_the_run_goes_on_when_there_is_room_again(new_run, whole, small_disk, fill, room):
    run, fillers = new_run(Store(small_disk(2000)), epochs=3), []

    def observe(event):
        if event["epoch"] == 2 and not fillers:
            shutil.rmtree(run.folder / "snapshots")  # they would give way
            fillers.append(fill(run.folder.parent))
            os.truncate(fillers[0], fillers[0].stat().st_size - room)

    training.train(run, observe)
    assert ended(run) == ("failed", "reason.disk_full") and len(weights(run)) > 0
    assert not [name for name in files(run) if ".part" in name]
    fillers[0].unlink()
    training.train(run)
    assert ended(run) == ("finished", None) and figures(run) == figures(whole)
    assert files(run) | {"snapshots"} == files(whole)  # whose room was needed


def test_a_stop_replaces_the_model_as_a_whole(store, new_run):
    run, readers = new_run(store), []

    def observe(event):
        if event["epoch"] == 2 and not readers:
            readers.append((run.model_file.open("rb"), run.model_file.read_bytes()))
            run.request_stop()

    training.train(run, observe)
    with readers[0][0] as file:
        assert file.read() == readers[0][1] != run.model_file.read_bytes()


def own_figures(run) -> list[tuple]:
    """(loss, accuracy) of each epoch, from its batches; all but the last have 20 images."""
    rows, count = batches.read(run).astype(float), 160
    sizes = np.full(8, 20)
    assert sizes.sum() == count and np.allclose(rows[:, 0] * 8, np.arange(1, len(rows) + 1))
    return [tuple((rows[start : start + 8, 1:] * sizes[:, np.newaxis]).sum(axis=0) / count) for start in range(0, len(rows), 8)]


def test_every_batch_of_every_epoch_is_kept_with_its_own_figures(whole):
    means = [(row["loss"], row["accuracy"]) for row in whole.history()]
    assert np.allclose(own_figures(whole), means, atol=1e-6)
    assert batches.file(whole).stat().st_size == 3 * 8 * 12


def test_batches_of_an_epoch_that_is_trained_again_are_replaced(stopped, whole):
    run = stopped(epochs=3)
    assert 8 < len(batches.read(run)) < 24
    with batches.file(run).open("ab") as file:
        file.write(b"half ")  # as a kill in the midst of a row leaves it
    training.train(run)
    assert np.allclose(batches.read(run), batches.read(whole), atol=1e-6)


def test_a_run_whose_first_batches_were_never_kept_keeps_those_it_is_trained_with_now(stopped):
    run = stopped(epochs=2)
    batches.file(run).unlink()
    training.train(run)
    assert ended(run) == ("finished", None)
    assert batches.read(run)[[0, -1], 0].tolist() == [1.125, 2]
