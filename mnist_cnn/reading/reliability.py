"""Whether a network is right as often as it says, and what a threshold refuses and lets through.

From kept answers alone: nothing here asks a network.
"""

from dataclasses import dataclass

import numpy as np

from mnist_cnn.reading import calibration
from mnist_cnn.reading.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class Bins:
    """Answers by their confidence, in bins of equal width (M. P. Naeini, G. Cooper, M. Hauskrecht, AAAI 2015).

    Attributes
    ----------
    count, right : answers in each bin, and those of them that are right, int64 (BINS,).
    confidence : their mean confidence, float64 (BINS,) in [0, 1]; nan in an empty bin.
    """

    count: np.ndarray
    right: np.ndarray
    confidence: np.ndarray

    @property
    def accuracy(self) -> np.ndarray:
        """Share that is right, float64 (BINS,); nan in an empty bin."""
        return np.divide(self.right, self.count, out=np.full(len(self.count), np.nan), where=self.count > 0)


@dataclass(frozen=True, eq=False)
class Temperature:
    """What dividing the logits by one number does for calibration (C. Guo et al., ICML 2017).

    Attributes
    ----------
    value : fitted on one half of the answers, the least cross-entropy.
    before, after : the other half, as it is and divided.
    error_before, error_after : expected calibration error of that half, 0 to 1.
    """

    value: float
    before: Bins
    after: Bins
    error_before: float
    error_after: float


@dataclass(frozen=True)
class Refusal:
    """What a threshold does to answers, in counts.

    Attributes
    ----------
    refused, refused_right : below the threshold, and those of them that would have been right.
    answered, wrong : not below it, and those of them that are wrong.
    """

    refused: int
    refused_right: int
    answered: int
    wrong: int

    @property
    def accuracy(self) -> float:
        """Share of the answered that is right, 0 to 1; nan where nothing is answered."""
        return 1 - self.wrong / self.answered if self.answered else float("nan")


def bins(probabilities: np.ndarray, labels: np.ndarray) -> Bins:
    """The reliability of probabilities (N, 10) for labels (N,)."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    places = calibration.bins(confidence)
    count, of_right, sums = (np.bincount(places, weights, calibration.BINS) for weights in (None, right, confidence))
    mean = np.divide(sums, count, out=np.full(calibration.BINS, np.nan), where=count > 0)
    return Bins(count, of_right.astype(np.int64), mean)


def temperature(probabilities: np.ndarray, labels: np.ndarray) -> Temperature:
    """Fitted on every other answer from the first, shown on those between; two answers or more.

    Not the first half and the last: MNIST's second 5,000 test images are by other people than its first.
    """
    value = calibration.fit_temperature(probabilities[::2], labels[::2])
    before, labels = probabilities[1::2], labels[1::2]
    after = calibration.scaled(before, value)
    errors = calibration.expected_error(before, labels), calibration.expected_error(after, labels)
    return Temperature(value, bins(before, labels), bins(after, labels), *errors)


def refuse(result: Evaluation, threshold: float) -> Refusal:
    """What a threshold of confidence, 0 to 1, does to the answers of an evaluation."""
    right, low = result.predictions == result.labels, refused(result, threshold)
    refused_right, wrong = int((low & right).sum()), int((~low & ~right).sum())
    return Refusal(int(low.sum()), refused_right, int((~low).sum()), wrong)


def refused(result: Evaluation, threshold: float) -> np.ndarray:
    """Which answers are "not sure", bool (N,)."""
    return result.confidence < threshold


def curve(result: Evaluation, thresholds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Right answers refused and wrong ones let through, int64 (T,) each, at thresholds (T,), ascending."""
    found = [refuse(result, threshold) for threshold in thresholds]
    return np.array([one.refused_right for one in found]), np.array([one.wrong for one in found])
