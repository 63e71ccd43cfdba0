"""Probabilities are brought to what they promise; the threshold refuses few of the digits held out."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_cnn.digits import datasets
from mnist_cnn.reading import calibration, prediction
from mnist_cnn.runs import Run
from mnist_cnn.training import training


def answers(logits_scale: float, count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of a network whose logits are too large by a factor, and labels drawn from the true ones."""
    chance = np.random.default_rng(3)
    logits = chance.normal(0, 2, (count, 10))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([chance.choice(10, p=row) for row in true])
    return calibration.scaled(true, 1 / logits_scale), labels


@given(st.floats(0.5, 3))
def test_scaling_keeps_the_order_and_makes_probabilities(temperature):
    before = np.random.default_rng(1).dirichlet(np.ones(10), 50)
    after = calibration.scaled(before, temperature)
    assert np.array_equal(before.argmax(axis=1), after.argmax(axis=1)) and np.allclose(after.sum(axis=1), 1)
    assert np.allclose(calibration.scaled(after, 1 / temperature), before, atol=1e-6)


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.5])
def test_the_temperature_of_overconfident_logits_is_found(scale):
    probabilities, labels = answers(scale)
    assert calibration.fit_temperature(probabilities, labels) == pytest.approx(scale, rel=0.08)


def test_the_expected_error_falls_when_the_temperature_is_right():
    probabilities, labels = answers(3.0)
    assert calibration.expected_error(probabilities, labels) > 0.1
    assert calibration.expected_error(calibration.scaled(probabilities, 3.0), labels) < 0.02


def test_sure_and_always_right_is_no_error():
    assert calibration.expected_error(np.eye(10), np.arange(10)) == 0
    assert calibration.expected_error(np.eye(10), (np.arange(10) + 1) % 10) == 1


@pytest.fixture(scope="module")
def unsure(tmp_path_factory, small):
    """A run that has learned from letters and scribbles as well."""
    from mnist_cnn.runs import Store

    hp = small(nondigits=0.3, train_images=1400, filters1=8, filters2=16, dense_units=32, learning_rate=0.01, epochs=4)
    run = Store(tmp_path_factory.mktemp("unsure")).create("unsure", "digits", hp)
    training.train(run)
    assert run.status().state == "finished", run.status()
    return run


def test_a_run_that_learned_from_nondigits_is_calibrated_on_its_validation_images(unsure):
    kept = json.loads((unsure.folder / "calibration.json").read_text())
    dataset = datasets.load("digits")
    images, labels = calibration.held_out(unsure, dataset)
    probabilities = prediction.load(unsure).predict(images)
    assert kept["digits"] == len(labels) == 280
    assert calibration.expected_error(probabilities, labels) == pytest.approx(kept["ece_after"], abs=2e-3)
    assert (probabilities.max(axis=1) < calibration.threshold(unsure)).mean() <= calibration.REFUSED + 1 / 280


def test_it_is_less_sure_of_scribbles_than_of_digits(unsure):
    from mnist_cnn.digits import nondigits

    chance = np.random.default_rng(9)
    letters = nondigits.images(90, chance, [], judge=True) / np.float32(255)
    digits = datasets.load("digits").x_test / np.float32(255)
    scribbled, written = (prediction.load(unsure).predict(images).max(axis=1) for images in (letters, digits))
    assert np.median(scribbled) < 0.6 < np.median(written)


def test_a_run_without_calibration_has_the_default_threshold(trained):
    assert calibration.threshold(trained) == calibration.DEFAULT_THRESHOLD


@pytest.mark.parametrize("text", ["", "[]", '{"threshold": "high"}', "{}", '{"threshold": NaN}', '{"threshold": 7}'])
def test_damaged_figures_are_no_worse_than_none(unsure, tmp_path, text):
    folder = tmp_path / "copy"
    folder.mkdir()
    (folder / "run.json").write_bytes((unsure.folder / "run.json").read_bytes())
    (folder / "calibration.json").write_text(text)
    assert calibration.threshold(Run(folder)) == calibration.DEFAULT_THRESHOLD
