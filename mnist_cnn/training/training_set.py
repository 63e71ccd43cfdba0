"""Everything that a network learns from: a dataset's images, pen strokes redrawn, drawings that are no digit."""

from collections.abc import Callable

import numpy as np

from mnist_cnn.digits import datasets, nondigits, strokes
from mnist_cnn.digits.datasets import NO_DIGIT, Dataset
from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import Hyperparameters


def compose(dataset: Dataset, hp: Hyperparameters, check: Callable[[], None] = lambda: None):
    """Training and validation images; the latter are always the dataset's own.

    Parameters
    ----------
    check : called every few drawings; it may end the matter by raising.

    Returns
    -------
    (x_train, y_train), (x_val, y_val) : uint8 (N, 28, 28) and uint8 (N,), labels 0 to 9 or `datasets.NO_DIGIT`.

    Raises
    ------
    StudioError : "strokes.*", where the hyperparameters ask for pen strokes.
    """
    train, validation = datasets.split(dataset, hp.validation_split, hp.train_images)
    parts, rng = [train], np.random.default_rng(hp.seed)
    pen = _pen() if hp.pen_copies else []
    if pen:
        parts.append(strokes.redrawn(pen, len(pen) * hp.pen_copies, rng, check))
    if count := round(hp.nondigits * sum(len(labels) for _, labels in parts)):
        parts.append((nondigits.images(count, rng, pen, check=check), np.full(count, NO_DIGIT, np.uint8)))
    if len(parts) > 1:
        train = tuple(np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return train, validation


def order(hp: Hyperparameters, epoch: int, count: int) -> np.ndarray:
    """The order in which an epoch, counted from 1, goes through so many images, int32 (count,)."""
    return np.random.default_rng([hp.seed, epoch]).permutation(count).astype(np.int32)


def size(hp: Hyperparameters, images: int) -> int:
    """How many images an epoch goes through, of so many in the dataset; only counted, not made."""
    try:
        pen = len(_pen()) * hp.pen_copies if hp.pen_copies else 0
    except StudioError:  # which `compose` will raise
        pen = 0
    drawn = int(images * (1 - hp.validation_split)) + pen
    return drawn + round(hp.nondigits * drawn)


def _pen() -> list[strokes.PenDigit]:
    return [digit for digit in strokes.load(part="train") if digit.whole]
