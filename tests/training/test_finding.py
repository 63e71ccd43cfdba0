"""A range test tells the rate at which the loss falls fastest, and ends, well, where the rate has become too high."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mnist_cnn.network import optimizer
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.reading import evaluation, guessing, prediction
from mnist_cnn.runs import Store
from mnist_cnn.training import batches, finding, training

HP = Hyperparameters(schedule="range-test", learning_rate=1.0, epochs=2)
TOTAL = 400
RATES = optimizer.rate_at(HP, TOTAL // 2, np.arange(TOTAL))
SEEKING = {
    "schedule": "range-test", "learning_rate": 10.0, "batch_norm": True, "dropout1": 0.0, "dropout2": 0.0, "epochs": 3,
    "filters1": 4, "filters2": 8, "dense_units": 32, "train_images": 1000,
}  # fmt: skip


def rows(losses) -> np.ndarray:
    """As `batches.read` has them."""
    places = np.arange(1, len(losses) + 1) / (TOTAL // 2)
    return np.column_stack([places, losses, np.zeros(len(losses))]).astype(np.float32)


def falling(at: float, lowest: float = 1e-2) -> np.ndarray:
    """Losses over `RATES` that fall around one rate, and rise from another on."""
    decades = np.log10(RATES)
    return 0.3 + 2 / (1 + np.exp(6 * (decades - np.log10(at)))) + 20 * np.clip(decades - np.log10(lowest), 0, None) ** 2


@pytest.mark.parametrize("at", [3e-4, 1e-3, 4e-3])
def test_the_rate_is_where_the_loss_falls_fastest(at):
    noise = np.random.default_rng(1).normal(0, 0.02, TOTAL)
    found = finding.curve(HP, rows(falling(at, 20 * at) + noise))
    assert at / 1.2 < finding.steepest(found) < at * 2  # an average over batches before comes late
    assert finding.steepest(found) < 10 * finding.tenth(found)
    assert finding.steepest(found) == float(f"{finding.steepest(found):.2g}")


@pytest.mark.parametrize("losses", [[], [2.3] * 5, [2.3] * TOTAL, np.linspace(2.3, 5, TOTAL), [np.nan] * TOTAL])
def test_a_curve_that_does_not_fall_tells_no_rate(losses):
    found = finding.curve(HP, rows(np.asarray(losses, float)))
    assert finding.steepest(found) is finding.tenth(found) is None


@given(hnp.arrays(np.float32, st.tuples(st.integers(0, 40), st.just(3))))
def test_no_content_of_the_file_is_an_error(content):
    found = finding.curve(HP, content)
    assert len(found.rates) == len(found.losses) == len(found.smoothed) and np.isfinite(found.losses).all()
    assert finding.steepest(found) is None or 1e-4 <= finding.steepest(found) <= 1


class Network:
    """Weights that each batch counts up, or breaks."""

    def __init__(self):
        self.weights = [np.zeros(2)]

    def get_weights(self):
        return [array.copy() for array in self.weights]

    def set_weights(self, weights):
        self.weights = weights

    def trained(self, change: float):
        self.weights = [array + change for array in self.weights]


def test_the_watch_ends_at_a_multiple_of_the_best_smoothed_loss_with_the_weights_of_the_last_good_batch():
    network, losses = Network(), falling(1e-3)
    watch = finding.Watch(network, TOTAL, np.array([]))
    number = 0
    while not (network.trained(1) or watch.too_high(losses[number])):
        number += 1
    smoothed = finding.curve(HP, rows(losses[: number + 1])).smoothed
    assert smoothed[-1] > finding.TOO_HIGH * smoothed.min() >= smoothed[-2]
    assert network.weights[0].tolist() == [number - 1] * 2
    assert finding.Watch(network, TOTAL, losses[:number]).too_high(losses[number])  # also when the test was stopped there


@pytest.mark.parametrize(("change", "loss"), [(np.nan, 0.5), (np.inf, 0.5), (1, np.nan), (1, np.inf)])
def test_what_is_no_number_ends_it_too(change, loss):
    network = Network()
    watch = finding.Watch(network, TOTAL, np.array([]))
    network.trained(1)
    assert not watch.too_high(0.5)
    network.trained(change)
    assert watch.too_high(loss) and network.weights[0].tolist() == [0, 0]


@pytest.fixture(scope="module")
def sought(tmp_path_factory, new_run):
    """A range test that ended before its time; tests only read it."""
    run = new_run(Store(tmp_path_factory.mktemp("sought")), **SEEKING)
    training.train(run)
    return run


def test_the_end_of_a_range_test_is_no_failure(sought):
    status, kept = sought.status(), batches.read(sought)
    assert (status.state, status.reason) == ("finished", "reason.range_test") and not sought.resumable()
    assert 40 < len(kept) < 120 and len(sought.history()) == (len(kept) - 1) // 40  # of forty batches an epoch
    assert status.values["rate"] == f"{finding.curve(sought.hyperparameters, kept).rates[-1]:.2g}"
    weights = keras.models.load_model(sought.model_file).get_weights()
    assert all(np.isfinite(array).all() for array in weights) and evaluation.summary(sought)["images"] == 360


def test_the_same_seed_ends_at_the_same_batch_whether_it_was_stopped_or_not(store, new_run, sought):
    run, wait = new_run(store, **SEEKING), 2
    training.train(run, lambda event: event["epoch"] == wait and event["phase"] == "training" and run.request_stop())
    assert run.status().state == "stopped" and run.resumable()
    training.train(run)
    assert run.status() == sought.status()
    assert np.array_equal(batches.read(run), batches.read(sought))
    first, second = (keras.models.load_model(one.model_file).get_weights() for one in (run, sought))
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(first, second, strict=True))


def test_no_page_opens_with_a_range_test_while_there_is_another_network(sought, trained):
    assert prediction.default_model([sought, trained]) is trained
    assert prediction.default_model([sought]) is sought
    assert prediction.usable([sought]) == [sought] and guessing.only_guesses(sought) in (True, False)
