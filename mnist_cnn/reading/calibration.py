"""How sure a network may say it is: probabilities brought to what they promise, and when to answer "not sure"."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from mnist_cnn import places
from mnist_cnn.digits import datasets, strokes
from mnist_cnn.digits.datasets import Dataset
from mnist_cnn.reading import prediction, snapshots
from mnist_cnn.runs import Run

REFUSED = 0.02  # share of real digits that the threshold may refuse
DEFAULT_THRESHOLD = 0.5  # of networks that were never calibrated
BINS = 15  # of confidence, as in the paper


@dataclass(frozen=True)
class Calibration:
    """Figures on digits that were held out.

    Attributes
    ----------
    temperature : what the logits were divided by (C. Guo, G. Pleiss, Y. Sun, K. Weinberger, ICML 2017).
    threshold : confidence, 0 to 1, below which the answer is "not sure".
    ece_before, ece_after : expected calibration error, 0 to 1.
    digits : how many were measured.
    """

    temperature: float
    threshold: float
    ece_before: float
    ece_after: float
    digits: int


def calibrate(run: Run, model, dataset: Dataset, check: Callable[[], None] = lambda: None) -> Calibration | None:
    """Divide the logits of a model by the temperature that fits held-out digits best, and keep the figures.

    Parameters
    ----------
    model : keras.Model whose last layer is softmax; that layer is changed in place.
    check : called every moment; it may end the matter by raising, with nothing kept.

    Returns
    -------
    Calibration, or None where nothing was held out.
    """
    images, labels = held_out(run, dataset, check)
    if not len(labels):
        return None
    views = run.hyperparameters.views
    before = prediction.KerasPredictor(model, views).predict(images, check=check)
    temperature = fit_temperature(before, labels)
    last = model.layers[-1]
    last.set_weights([weights / temperature for weights in last.get_weights()])
    after = prediction.KerasPredictor(model, views).predict(images, check=check)
    threshold = float(np.quantile(after.max(axis=1), REFUSED))
    errors = expected_error(before, labels), expected_error(after, labels)
    calibration = Calibration(*(round(value, 4) for value in (temperature, threshold, *errors)), len(labels))
    snapshots.give_way(run, places.write_json, run.folder / "calibration.json", asdict(calibration))
    return calibration


def held_out(run: Run, dataset: Dataset, check: Callable[[], None] = lambda: None) -> tuple[np.ndarray, np.ndarray]:
    """Digits that a run did not learn from: its validation images or, where it learned pen strokes, other writers'.

    Returns
    -------
    float32 (N, 28, 28) in [0, 1] and uint8 (N,).
    """
    hp = run.hyperparameters
    if hp.pen_copies:
        pen, rng = strokes.load(part="calibration"), np.random.default_rng(hp.seed)
        drawings = [digit.strokes for digit in pen]
        drawn = [strokes.images(drawings, rng, style, check) for style in strokes.STYLES.values()]
        images, labels = np.concatenate(drawn), np.array([digit.digit for digit in pen] * len(drawn), np.uint8)
    else:
        images, labels = datasets.split(dataset, hp.validation_split, hp.train_images)[1]
    return images.astype(np.float32) / 255, labels


def scaled(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities (N, 10) as if their logits had been divided by the temperature."""
    logits = np.log(np.maximum(probabilities, 1e-12)) / temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The temperature, 0.25 to 4, with the least cross-entropy."""

    def loss(temperature: float) -> float:
        right = scaled(probabilities, temperature)[np.arange(len(labels)), labels]
        return -np.log(np.maximum(right, 1e-12)).mean()

    return float(min(np.geomspace(0.25, 4, 161), key=loss))


def expected_error(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Expected calibration error, 0 to 1: how far confidence and accuracy lie apart, over `BINS` bins."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    gaps = np.bincount(bins(confidence), confidence - right, BINS)
    return float(np.abs(gaps).sum() / len(labels))


def bins(confidence: np.ndarray) -> np.ndarray:
    """The bin of each confidence, 0 to 1: int (N,), 0 to `BINS` - 1."""
    return np.minimum((confidence * BINS).astype(int), BINS - 1)


def threshold(run: Run) -> float:
    """The confidence, 0 to 1, below which a run's network is not sure."""
    try:
        kept = float(json.loads((run.folder / "calibration.json").read_text("utf-8"))["threshold"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return DEFAULT_THRESHOLD
    return kept if 0 <= kept <= 1 else DEFAULT_THRESHOLD


def calibrated(run: Run) -> bool:
    """Whether a run's probabilities were brought to what they promise when it had been trained."""
    return (run.folder / "calibration.json").is_file()


def discard(run: Run) -> None:
    """Forget the figures kept with a run, because its model is about to change."""
    (run.folder / "calibration.json").unlink(missing_ok=True)
