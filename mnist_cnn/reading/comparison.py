"""Two networks on one test set: which images one reads and the other does not, and whether that is more than chance."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import differences
from mnist_cnn.reading import chance, evaluation, wording
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.runs import Run

GROUPS = ("both", "only_a", "only_b", "neither")  # read an image right


@dataclass(frozen=True, eq=False)
class Comparison:
    """The answers of two networks, A and B, on the same N test images.

    Raises
    ------
    StudioError : "pair.labels" where the images are not the same, as their labels tell.
    """

    a: Evaluation
    b: Evaluation

    def __post_init__(self):
        if not np.array_equal(self.a.labels, self.b.labels):
            raise StudioError("pair.labels")

    @property
    def labels(self) -> np.ndarray:
        """The right digits, uint8 (N,)."""
        return self.a.labels

    def group(self, name: str) -> np.ndarray:
        """Indices of the images that one of `GROUPS` reads right, the hardest first."""
        a, b = (one.predictions == self.labels for one in (self.a, self.b))
        return self._hardest_first({"both": a & b, "only_a": a & ~b, "only_b": b & ~a, "neither": ~(a | b)}[name])

    def counts(self) -> dict[str, int]:
        """How many images each of `GROUPS` reads right."""
        return {name: len(self.group(name)) for name in GROUPS}

    def changed(self, label: int, predicted: int) -> np.ndarray:
        """Indices of the images of a label that exactly one network reads as a digit, the hardest first."""
        a, b = (one.predictions == predicted for one in (self.a, self.b))
        return self._hardest_first((self.labels == label) & (a != b))

    def _hardest_first(self, chosen: np.ndarray) -> np.ndarray:
        """Indices where bool (N,), by the probability that both together gave the label, the lowest first."""
        indices = np.flatnonzero(chosen)
        given = self.a.probabilities + self.b.probabilities
        return indices[np.argsort(given[indices, self.labels[indices]], kind="stable")]

    def difference(self) -> np.ndarray:
        """How many images more B has in each cell of the confusion matrix than A, int (10, 10)."""
        return self.b.confusion_matrix() - self.a.confusion_matrix()

    def p_value(self) -> float:
        """Of McNemar's test, see `chance.mcnemar`."""
        counts = self.counts()
        return chance.mcnemar(counts["only_a"], counts["only_b"])

    def verdict(self, t: Callable[..., str]) -> str:
        """What is to be said of it in one sentence; `t` as `words.speaker` gives it."""
        counts, p = self.counts(), self.p_value()
        if not counts["only_a"] + counts["only_b"]:
            return t("compare.alike", images=len(self.labels), both=counts["both"])
        key = "compare.more" if chance.more_than(p) else "compare.chance"
        return t(key, images=len(self.labels), p=wording.p_value(p, t), **counts)

    def image(self, index: int) -> np.ndarray | None:
        """A test image, uint8 (28, 28), where one of the evaluations keeps it: all but most that both read."""
        return next((one.image(index) for one in (self.a, self.b) if index in one.index), None)

    def summary(self) -> dict:
        """What pages and the command line say, as JSON holds it; the images that both read are all the others."""
        groups = {name: self.group(name).tolist() for name in GROUPS[1:]}
        return {
            "images": len(self.labels),
            "counts": self.counts(),
            "p_value": self.p_value(),
            "more_than_chance": chance.more_than(self.p_value()),
            "difference": self.difference().tolist(),
            "recall": {name: recall(one) for name, one in (("a", self.a), ("b", self.b))},
            "indices": groups,
        }


def recall(result: Evaluation) -> dict[str, list[float]]:
    """Per digit: the share of its images that is read right, and its interval, see `chance.wilson`."""
    matrix = result.confusion_matrix()
    right, count = matrix.diagonal(), matrix.sum(axis=1)
    low, high = chance.wilson(right, count)
    values = {"recall": right / np.maximum(count, 1), "low": low, "high": high}
    return {name: value.tolist() for name, value in values.items()}


def check(a: Run, b: Run) -> None:
    """Raise StudioError "pair.same" or "pair.datasets" where two runs have nothing to be compared by."""
    if a.folder == b.folder:
        raise StudioError("pair.same")
    if a.dataset != b.dataset:
        raise StudioError("pair.datasets")


def load(a: Run, b: Run) -> Comparison:
    """Of two runs, from their kept evaluations. Raises as `check`, `Comparison` and `evaluation.load` do."""
    check(a, b)
    return Comparison(evaluation.load(a), evaluation.load(b))


def settings(a: Run, b: Run) -> dict[str, tuple]:
    """The hyperparameters that differ: name to the values of A and B."""
    both = a.hyperparameters, b.hyperparameters
    return {field: tuple(getattr(hp, field) for hp in both) for field in differences(*both)}
