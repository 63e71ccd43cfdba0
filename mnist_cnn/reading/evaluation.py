"""What a trained network gets right and wrong on its test set."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mnist_cnn import arrays, places
from mnist_cnn.digits import datasets
from mnist_cnn.digits.collection import Example
from mnist_cnn.digits.datasets import Dataset
from mnist_cnn.reading import prediction
from mnist_cnn.runs import Run

FIRST = 25  # test images kept for "the first predictions"
DIGITS = np.arange(10)
ARRAYS = ("labels", "probabilities", "index", "images")  # of an Evaluation, as predictions.npz keeps them
Asked = prediction.Predictor | prediction.KerasPredictor
IMAGE = 1 + 10 * 4 + 4 + 28 * 28  # bytes that they take for an image


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A network's answers on N test images.

    Attributes
    ----------
    labels : uint8 (N,).
    probabilities : float32 (N, 10).
    index : int32 (M,), ascending: the test images kept in `images`, the first ones and all misclassified.
    images : uint8 (M, 28, 28).
    loss : mean categorical cross-entropy, in nats.
    """

    labels: np.ndarray
    probabilities: np.ndarray
    index: np.ndarray
    images: np.ndarray
    loss: float

    @property
    def predictions(self) -> np.ndarray:
        """The digits predicted, int64 (N,)."""
        return self.probabilities.argmax(axis=1)

    @property
    def confidence(self) -> np.ndarray:
        """The probability of the digit predicted, float32 (N,)."""
        return self.probabilities.max(axis=1)

    @property
    def whole(self) -> bool:
        """Whether every image is kept, not only the misclassified."""
        return len(self.index) == len(self.labels)

    @property
    def accuracy(self) -> float:
        """Share of test images predicted right, 0 to 1."""
        return float((self.predictions == self.labels).mean())

    def confusion_matrix(self) -> np.ndarray:
        """Counts int64 (10, 10), rows the label, columns the prediction; scikit-learn's takes a second to import."""
        cells = len(DIGITS) * self.labels.astype(np.int64) + self.predictions
        return np.bincount(cells, minlength=len(DIGITS) ** 2).reshape(len(DIGITS), -1)

    def scores(self) -> dict[str, np.ndarray]:
        """Per digit (10,): precision, recall, f1 (0 to 1; 0 where there is nothing to divide by) and support (images)."""
        matrix = self.confusion_matrix()
        right, support, predicted = matrix.diagonal(), matrix.sum(axis=1), matrix.sum(axis=0)
        scores = {"precision": right / np.maximum(predicted, 1), "recall": right / np.maximum(support, 1)}
        return scores | {"f1": 2 * right / np.maximum(support + predicted, 1), "support": support}

    def misclassified(self, label: int | None = None, predicted: int | None = None) -> np.ndarray:
        """Indices of the images predicted wrong, the most confident first, of a label or prediction or all."""
        wrong = self.predictions != self.labels
        if label is not None:
            wrong &= self.labels == label
        if predicted is not None:
            wrong &= self.predictions == predicted
        indices = np.flatnonzero(wrong)
        return indices[np.argsort(-self.confidence[indices], kind="stable")]

    def right(self, digit: int) -> np.ndarray:
        """Indices of the images of a digit predicted right, the least confident first."""
        indices = np.flatnonzero((self.labels == digit) & (self.predictions == digit))
        return indices[np.argsort(self.confidence[indices], kind="stable")]

    def found(self, label: int | None, predicted: int | None) -> np.ndarray:
        """What a cell of the confusion matrix holds: `right` on its diagonal, `misclassified` elsewhere."""
        return self.right(label) if label is not None and label == predicted else self.misclassified(label, predicted)

    def image(self, index: int) -> np.ndarray:
        """A kept test image, uint8 (28, 28)."""
        return self.images[np.searchsorted(self.index, index)]

    def summary(self) -> dict:
        """What `evaluation.json` and the command line say."""
        scores = {key: np.round(value, 6).tolist() for key, value in self.scores().items()}
        figures = {"images": len(self.labels), "accuracy": round(self.accuracy, 6), "loss": round(self.loss, 6)}
        return figures | {"confusion_matrix": self.confusion_matrix().tolist()} | scores


def evaluate(predictor: Asked, dataset: Dataset, check: Callable[[], None] = lambda: None) -> Evaluation:
    """Ask a network about every test image; `check` as in `Predictor.predict`."""
    probabilities = predictor.predict(dataset.x_test.astype(np.float32) / 255, check=check)
    wrong = probabilities.argmax(axis=1) != dataset.y_test
    wrong[:FIRST] = True
    index = np.flatnonzero(wrong).astype(np.int32)
    return Evaluation(dataset.y_test, probabilities, index, dataset.x_test[index], _loss(probabilities, dataset.y_test))


def of_drawings(predictor: prediction.Predictor, drawings: Sequence[Example]) -> Evaluation:
    """Ask a network about drawings that the class kept, one or more; all their images are kept."""
    images, labels = (np.array([getattr(drawing, key) for drawing in drawings], np.uint8) for key in ("image", "digit"))
    probabilities = predictor.predict(images.astype(np.float32) / 255)
    return Evaluation(labels, probabilities, np.arange(len(labels), dtype=np.int32), images, _loss(probabilities, labels))


def _loss(probabilities: np.ndarray, labels: np.ndarray) -> float:
    right = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.clip(right, 1e-7, 1)).mean())


def save(run: Run, evaluation: Evaluation) -> None:
    """Keep an evaluation with its run."""
    with places.replacing(run.folder / "predictions.npz") as partial, partial.open("wb") as file:
        np.savez_compressed(file, **{key: getattr(evaluation, key) for key in ARRAYS})
    places.write_json(run.folder / "evaluation.json", evaluation.summary())


def discard(run: Run) -> None:
    """Forget the evaluation kept with a run, because its model is about to change."""
    for name in ("evaluation.json", "predictions.npz"):
        (run.folder / name).unlink(missing_ok=True)


def summary(run: Run) -> dict | None:
    """What `evaluation.json` says; None where there is none, or it is damaged."""
    try:
        record = json.loads((run.folder / "evaluation.json").read_text("utf-8"))
        figures = {key: float(record[key]) for key in ("accuracy", "loss")}
        good = 0 <= figures["accuracy"] <= 1 and 0 <= figures["loss"] < np.inf
        return record | figures if good else None
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def load(run: Run) -> Evaluation:
    """The evaluation kept with a run; computed now where there is none, as after a crash.

    Raises
    ------
    StudioError : as `prediction.load` and, where it must be computed, `datasets.load` do.
    """
    try:
        count = datasets.TEST_IMAGES[run.dataset]
        kept = arrays.load(run.folder / "predictions.npz", count * IMAGE)
        return _checked(Evaluation(**{key: kept[key] for key in ARRAYS}, loss=summary(run)["loss"]), count)
    except Exception:  # a damaged file is no better than none
        return evaluate(prediction.load(run), datasets.load(run.dataset))


def _checked(evaluation: Evaluation, count: int) -> Evaluation:
    """The evaluation of so many images; raises ValueError where its arrays are others, or contradict each other."""
    labels, probabilities, index, images = (getattr(evaluation, key) for key in ARRAYS)
    kinds = [(array.dtype, array.shape) for array in (labels, probabilities, index, images)]
    shapes = (count,), (count, 10), (len(index),), (len(index), 28, 28)
    if kinds != list(zip((np.uint8, np.float32, np.int32, np.uint8), shapes, strict=True)):
        raise ValueError("arrays of another kind")
    if labels.max() > 9 or not ((probabilities >= 0) & (probabilities <= 1.001)).all():
        raise ValueError("no digits, or no probabilities")
    kept = np.isin(np.union1d(np.arange(FIRST), evaluation.misclassified()), index).all()
    if not kept or index[0] < 0 or index[-1] >= count or (np.diff(index) <= 0).any():
        raise ValueError("images that are not those of the answers")
    return evaluation
