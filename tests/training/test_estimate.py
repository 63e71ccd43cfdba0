"""The estimate of a training's time follows from its work and from what this machine has shown."""

from dataclasses import replace

import pytest

from mnist_cnn.network.hyperparameters import PRESETS, Hyperparameters
from mnist_cnn.records import COLUMNS
from mnist_cnn.training import estimate


def with_history(run, *seconds: float):
    rows = [f"{epoch},0.5,0.8,0.6,0.7,{value}" for epoch, value in enumerate(seconds, 1)]
    (run.folder / "history.csv").write_text("\n".join([",".join(COLUMNS), *rows]) + "\n")
    return run


def test_the_work_is_the_multiplications_of_every_layer():
    hp = Hyperparameters(filters1=2, kernel1=3, filters2=4, kernel2=5, dense_units=8)
    convolutions = 28 * 28 * (9 + 1) * 2 + 14 * 14 * (25 * 2 + 1) * 4
    assert estimate.work(hp) == convolutions + (7 * 7 * 4 + 1) * 8 + (8 + 1) * 10


def test_a_second_pooling_saves_work_in_the_dense_layer():
    assert estimate.work(PRESETS["transcript"]) == estimate.work(PRESETS["tutorial"]) - 40 * 36 * 128


def test_time_grows_with_epochs_and_images_and_shrinks_with_the_rate():
    hp = Hyperparameters(epochs=2)
    base = estimate.seconds(hp, 1000, 1e9)
    assert base > 0
    assert estimate.seconds(Hyperparameters(epochs=6), 1000, 1e9) == pytest.approx(3 * base)
    assert estimate.seconds(hp, 5000, 1e9) == pytest.approx(5 * base, rel=0.01)  # the last batch is no full one
    assert estimate.seconds(hp, 1000, 2e9) == pytest.approx(base / 2)


def test_an_image_that_validates_costs_a_third():
    half, none = (estimate.seconds(Hyperparameters(validation_split=share), 1000, 1e9) for share in (0.5, 0.0))
    assert half == pytest.approx(none * (0.5 + 0.5 / 3), rel=0.03)  # and takes no steps


@pytest.mark.parametrize(("preset", "ratios"), [("quick", (3.0, 2.3, 1.6)), ("tutorial", (2.1, 1.7, 1.35))])
def test_small_batches_take_longer_as_was_measured(preset, ratios):
    *small, large = (estimate.seconds(replace(PRESETS[preset], batch_size=size), 6000, 1e9) for size in (16, 32, 64, 300))
    assert [one / large for one in small] == pytest.approx(ratios, rel=0.2)


@pytest.mark.parametrize(
    ("changed", "ratio"),
    [({"filters1": 64}, 23.0 / 6.9), ({"filters2": 18}, 4.6 / 6.9), ({"filters2": 128}, 18.2 / 6.9)],
    ids=str,
)
def test_filters_cost_what_they_were_measured_to_cost(changed, ratio):
    """The README's table of growth."""
    tutorial, other = (estimate.seconds(Hyperparameters(**change), 60000, 1e9) for change in ({}, changed))
    assert other / tutorial == pytest.approx(ratio, rel=0.1)


def test_a_machine_without_a_run_gets_a_guess(store, new_run):
    assert estimate.measured_rate([]) == estimate.measured_rate([new_run(store)]) > 0


def test_the_best_of_the_newest_runs_trained_here_tells_the_rate(store, new_run, monkeypatch):
    monkeypatch.setattr(estimate, "SHORT", 0)
    old, new, waiting = with_history(new_run(store), 4.0), with_history(new_run(store, epochs=3), 5.0, 2.0), new_run(store)
    rate = estimate.measured_rate([waiting, new, old])
    hp = new.hyperparameters
    assert estimate.seconds(hp, hp.train_images, rate) == pytest.approx(hp.epochs * 2.0)
    assert estimate.measured_rate([old, new]) == rate
    assert estimate.measured_rate([old] * estimate.NEWEST + [new]) == pytest.approx(rate / 2)


def test_a_short_run_tells_nothing(store, new_run):
    """Its seconds went into TensorFlow's tracing: as if a full one took minutes."""
    assert estimate.measured_rate([with_history(new_run(store), 8.0)]) == estimate.measured_rate([])


def test_images_beyond_the_dataset_do_not_count(store, new_run, monkeypatch):
    monkeypatch.setattr(estimate, "SHORT", 0)
    run = with_history(new_run(store, train_images=60000), 3.0)
    rate = estimate.measured_rate([run])
    assert estimate.seconds(run.hyperparameters, 1437, rate) == pytest.approx(run.hyperparameters.epochs * 3.0)


def test_a_run_that_came_with_the_app_was_trained_elsewhere(store, small):
    shipped = with_history(store.create("shipped", "digits", small(), shipped=True), 0.001)
    assert estimate.measured_rate([shipped]) == estimate.measured_rate([])


@pytest.mark.parametrize("seconds", ["0", "-3", "nan", "inf", "1e400", "soon", ""])
def test_times_that_cannot_be_tell_nothing(store, new_run, monkeypatch, seconds):
    monkeypatch.setattr(estimate, "SHORT", 0)
    odd = with_history(new_run(store), seconds)
    assert estimate.measured_rate([odd]) == estimate.measured_rate([])
    assert estimate.measured_rate([odd, with_history(new_run(store), 2.0)]) == estimate.measured_rate(
        [with_history(new_run(store), 2.0)]
    )


def test_pen_strokes_that_cannot_be_read_do_not_count(store, tmp_path, monkeypatch):
    (tmp_path / "strokes.jsonl.gz").write_text("no strokes")
    monkeypatch.setenv("MNIST_CNN_STROKES", str(tmp_path / "strokes.jsonl.gz"))
    assert estimate.seconds(PRESETS["sketch"], 1000, 1e9) > 0


def test_a_real_run_gives_a_rate(trained):
    assert 0 < estimate.measured_rate([trained]) < 1e15
