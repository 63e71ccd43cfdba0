"""What a network was at moments of its training is kept, small and bounded, and in nobody's way."""

import errno
import shutil

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from mnist_cnn import places
from mnist_cnn.digits import datasets
from mnist_cnn.network import model
from mnist_cnn.reading import calibration, hindsight, prediction, snapshots
from mnist_cnn.reading.snapshots import EARLY, MOST, Moment
from mnist_cnn.runs import Run, Store
from mnist_cnn.training import teaching, training
from mnist_cnn.training.jobs import Queue

ALL = [Moment(0), Moment(1), Moment(8, 1), Moment(10), Moment(16, 2), Moment(24, 3)]  # of three epochs of eight batches


@pytest.fixture
def copied(trained, tmp_path) -> Run:
    return Run(shutil.copytree(trained.folder, tmp_path / trained.id))


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """Test images, float32 (360, 28, 28)."""
    return datasets.load("digits").x_test.astype(np.float32) / 255


@pytest.fixture
def empty(store, new_run):
    """Make a run of so many epochs that nothing was kept of: `empty(epochs=100)`."""
    return lambda **changes: new_run(store, **changes)


def test_a_run_keeps_the_start_its_first_batches_and_its_epochs_in_float16(trained):
    assert snapshots.moments(trained) == ALL
    with np.load(snapshots.file(trained, ALL[-1])) as arrays:
        kinds = {arrays[name].dtype for name in arrays.files}
        numbers = sum(arrays[name].size for name in arrays.files)
    assert kinds == {np.dtype(np.float16)} and numbers == model.count_parameters(trained.hyperparameters)


def test_the_first_moment_is_the_untrained_network_and_guesses(trained, digits):
    untrained = model.build(trained.hyperparameters)
    kept = snapshots.load(trained, Moment(0))
    assert all(np.allclose(a, b, atol=1e-3) for a, b in zip(kept, untrained.get_weights(), strict=True))
    answers, _ = hindsight.ask(trained, Moment(0), digits)
    assert (answers.argmax(axis=1) == datasets.load("digits").y_test).mean() < 0.25  # few kernels, and only 360 images


def test_the_last_moment_is_the_model_as_precisely_as_float16_can_say(trained, digits):
    network = keras.models.load_model(trained.model_file)
    kept = snapshots.load(trained, ALL[-1])
    assert all(np.allclose(a, b, rtol=1e-3, atol=1e-6) for a, b in zip(kept, network.get_weights(), strict=True))
    answers, kernels = hindsight.ask(trained, ALL[-1], digits)
    assert np.allclose(answers, network.predict(digits, verbose=0), atol=0.01)
    assert np.array_equal(kernels, kept[0][:, :, 0])


def test_moments_asked_in_any_order_answer_for_themselves(trained, digits):
    first, last = (hindsight.ask(trained, moment, digits[:5])[0] for moment in (ALL[0], ALL[-1]))
    assert np.array_equal(hindsight.ask(trained, ALL[0], digits[:5])[0], first) and not np.allclose(first, last)


@settings(max_examples=15)  # hundreds of files each
@given(epochs=some.integers(1, 100), batches=some.integers(1, 300))
def test_few_are_kept_whatever_the_epochs_the_first_and_the_latest_always(tmp_path_factory, new_run, epochs, batches):
    run = new_run(Store(tmp_path_factory.mktemp("many")), epochs=epochs)
    early = [batch for batch in EARLY if batch <= epochs * batches]
    ends = {batches * epoch: epoch for epoch in range(1, epochs + 1)}
    for batch in sorted({*early, *ends}):
        snapshots.keep(run, Moment(batch, ends.get(batch, 0)), [np.zeros(1)])
        assert len(snapshots.moments(run)) <= MOST and snapshots.moments(run)[-1].batch == batch
    kept = snapshots.moments(run)
    assert {moment.batch for moment in kept} >= set(early)
    gaps = np.diff([0, *(moment.epoch for moment in kept if moment.epoch)])
    assert gaps.max() <= max(1, -(-(epochs - 1) // (MOST - len(EARLY) - 1)))  # evenly


def test_what_float16_cannot_hold_becomes_its_largest_number(empty):
    snapshots.keep(run := empty(), Moment(0), [np.array([1e9, -1e9, 0.5], np.float32)])
    (weights,) = snapshots.load(run, Moment(0))
    assert weights.tolist() == [65504, -65504, 0.5]


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_network_that_broke_is_not_kept(empty, odd):
    snapshots.keep(run := empty(), Moment(10), [np.ones(3), np.array([1, odd])])
    assert snapshots.moments(run) == []


@pytest.mark.parametrize(("weights", "kept"), [(162_586, True), (242_062, False)], ids=["Quick's size", "the tutorial's"])
def test_what_ships_with_the_app_stays_small(store, small, weights, kept):
    run = store.create("ours", "digits", small(epochs=3 if kept else 20), shipped=True)
    snapshots.keep(run, Moment(0), [np.zeros(weights)])
    assert bool(snapshots.moments(run)) == kept


DAMAGED = {
    "empty": lambda content: b"",
    "text": lambda content: b"hello" * 100,
    "cut": lambda content: content[: len(content) // 2],
    "other bytes": lambda content: content[:200] + b"\xff" * 300 + content[500:],
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_snapshot_is_as_if_it_were_not_there(copied, digits, damage):
    path = snapshots.file(copied, ALL[2])
    path.write_bytes(damage(path.read_bytes()))
    assert snapshots.load(copied, ALL[2]) is hindsight.ask(copied, ALL[2], digits) is None
    assert hindsight.ask(copied, ALL[3], digits) is not None


@pytest.mark.parametrize(
    "arrays", [[], [np.ones(3, np.float16)], [np.ones(3)], [np.array(["one"])], [np.full(3, np.nan, np.float16)]], ids=str
)
def test_arrays_that_are_not_the_networks_are_no_answer(copied, digits, arrays):
    with snapshots.file(copied, ALL[0]).open("wb") as file:
        np.savez(file, *arrays)
    assert hindsight.ask(copied, ALL[0], digits) is None


def test_files_of_other_names_and_no_folder_are_no_moments(copied):
    for name in ("x-1.npz", "5-1.part.npz", "5.npz", "٣-1.npz", "00-0.npz", "8-01.npz", "notes.txt"):
        (copied.folder / "snapshots" / name).write_bytes(b"")
    assert snapshots.moments(copied) == ALL
    shutil.rmtree(copied.folder / "snapshots")
    (copied.folder / "snapshots").write_bytes(b"a file")
    snapshots.keep(copied, Moment(0), [np.zeros(1)])
    assert snapshots.moments(copied) == [] and snapshots.load(copied, Moment(0)) is None


def test_one_that_cannot_be_removed_keeps_none_of_the_others(copied):
    stuck = Moment(9, 2)
    snapshots.file(copied, stuck).mkdir()
    snapshots.forget(copied, 8)
    assert snapshots.moments(copied) == [*ALL[:3], stuck]


def test_one_that_cannot_be_removed_does_not_end_the_thinning(empty):
    run = empty(epochs=100)
    kept = sorted(snapshots._spread(run))
    gone = [epoch for epoch in range(1, 101) if epoch not in kept]
    snapshots.file(run, Moment(1000 + gone[0], gone[0])).mkdir(parents=True)
    snapshots.file(run, Moment(1000 + gone[1], gone[1])).write_bytes(b"")
    snapshots.keep(run, Moment(2000, 100), [np.zeros(1)])
    assert [moment.epoch for moment in snapshots.moments(run)] == [gone[0], 100]


def once(error: OSError):
    """A function that fails once, and how often it was called."""
    calls = []

    def write():
        calls.append(1)
        if len(calls) == 1:
            raise error

    return write, calls


def test_on_a_full_disk_snapshots_give_way(copied):
    write, calls = once(OSError(errno.ENOSPC, "full"))
    snapshots.give_way(copied, write)
    assert len(calls) == 2 and snapshots.moments(copied) == []


def test_no_other_failure_costs_snapshots_and_without_any_a_full_disk_is_told(copied):
    with pytest.raises(PermissionError):
        snapshots.give_way(copied, once(PermissionError(errno.EACCES, "no"))[0])
    assert snapshots.moments(copied) == ALL
    snapshots.forget(copied, -1)
    write, calls = once(OSError(errno.ENOSPC, "full"))
    with pytest.raises(OSError, match="full"):
        snapshots.give_way(copied, write)
    assert len(calls) == 1


def weights(run) -> list[np.ndarray]:
    return keras.models.load_model(run.model_file).get_weights()


def figures(run) -> list[dict]:
    return [{key: value for key, value in row.items() if key != "seconds"} for row in run.history()]


@pytest.mark.parametrize("chunk", [1e-9, 1e9], ids=["a batch at a time", "as many as can be"])
def test_a_run_learns_the_same_bit_for_bit_with_snapshots_or_without(store, new_run, trained, monkeypatch, chunk):
    run = store.create("same", "digits", trained.hyperparameters)
    monkeypatch.setattr(training, "CHUNK", chunk)
    monkeypatch.setattr(snapshots, "EARLY", ())
    monkeypatch.setattr(snapshots, "keep", lambda *arguments: None)
    training.train(run)
    assert figures(run) == figures(trained) and snapshots.moments(run) == []
    assert all(np.array_equal(a, b) for a, b in zip(weights(run), weights(trained), strict=True))


def test_a_run_that_is_resumed_keeps_the_moments_of_one_that_was_not(store, trained):
    run = store.create("stopped", "digits", trained.hyperparameters)
    training.train(run, lambda event: event["epoch"] == 2 and event["phase"] == "validation" and run.request_stop())
    assert snapshots.moments(run) == ALL[:4]
    training.train(run)
    assert snapshots.moments(run) == ALL
    for moment in ALL:
        pairs = zip(snapshots.load(run, moment), snapshots.load(trained, moment), strict=True)
        assert all(np.allclose(a, b, rtol=2e-3, atol=1e-5) for a, b in pairs)


def test_a_run_goes_on_though_the_disk_is_full_already(new_run, small_disk, fill):
    run = new_run(Store(small_disk(4000)), epochs=8, dense_units=128)
    training.train(run, lambda event: event["epoch"] == 7 and run.request_stop())
    fill(run.folder.parent)
    training.train(run)
    assert run.status().state == "finished", run.status()
    assert Moment(0) not in snapshots.moments(run)


def test_a_run_is_put_in_line_though_the_disk_is_full_already(new_run, small_disk, fill):
    run = new_run(Store(small_disk(4000)), dense_units=128)
    run.set_status("stopped", "reason.stopped")
    snapshots.keep(run, Moment(0), [np.zeros(9000)])
    fill(run.folder.parent)
    queue = Queue(slots=1)
    queue.close()  # no worker is needed for the line
    queue.submit(run)
    assert queue.place(run) == 1 and run.status().state == "queued" and snapshots.moments(run) == []
    queue.stop(run)


@pytest.mark.parametrize("module", [calibration, teaching])
def test_figures_cost_snapshots_where_the_disk_is_full(copied, monkeypatch, module):
    """What is kept of a calibration and of a lesson, on a disk that takes it only when the snapshots are gone."""
    write = places.write_json

    def write_if_there_is_room(path, record):
        if snapshots.moments(copied):
            raise OSError(errno.ENOSPC, "full")
        write(path, record)

    monkeypatch.setattr(module.places, "write_json", write_if_there_is_room)
    dataset, network = datasets.load("digits"), keras.models.load_model(copied.model_file)
    if module is calibration:
        assert calibration.calibrate(copied, network, dataset) and (copied.folder / "calibration.json").is_file()
    else:
        images, labels = dataset.x_test[:6], dataset.y_test[:6]
        taught = {"images": images, "labels": labels, "held": labels >= 0, "test_before": 0.5}
        np.savez(copied.folder / "taught.npz", **taught)
        shutil.copy(copied.model_file, copied.folder / "base.keras")
        teaching.compare(copied, prediction.KerasPredictor(network), dataset, 0.5)
        assert teaching.result(copied)["collection"]["images"] == 6


def test_a_full_disk_costs_the_snapshots_before_the_training(new_run, small_disk, fill, store):
    """Eight epochs; after five the disk is full to the last block, and what the snapshots took is enough to go on."""
    run, fillers = new_run(Store(small_disk(4000)), epochs=8, dense_units=128), []
    reference = new_run(store, epochs=8, dense_units=128)

    def observe(event):
        if event["epoch"] == 6 and not fillers:
            assert Moment(0) in snapshots.moments(run)
            fillers.append(fill(run.folder.parent))

    training.train(run, observe)
    training.train(reference)
    assert run.status().state == "finished", run.status()
    assert Moment(0) not in snapshots.moments(run) and figures(run) == figures(reference)
