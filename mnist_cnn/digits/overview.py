"""What a dataset holds: how many images of each digit, their mean, which are typical and which are odd."""

from dataclasses import dataclass

import numpy as np

from mnist_cnn.digits import datasets
from mnist_cnn.digits.datasets import Dataset

COMPONENTS = 20  # of a digit's images
FEW = 50  # images per component at least; of fewer, the oddest would have a component to itself, and be rebuilt


@dataclass(frozen=True, eq=False)
class Overview:
    """What stands out among the images of one digit.

    Attributes
    ----------
    mean : float32 (28, 28) in [0, 1].
    typical, odd : uint8 (N, 28, 28), the most typical and the oddest image first.
    """

    mean: np.ndarray
    typical: np.ndarray
    odd: np.ndarray


def counts(dataset: Dataset, validation_split: float, train_images: int) -> dict[str, np.ndarray]:
    """Images of each digit, int64 (10,), in "train", "validation" and "test", as `datasets.split` makes them."""
    (_, train), (_, validation) = datasets.split(dataset, validation_split, train_images)
    parts = {"train": train, "validation": validation, "test": dataset.y_test}
    return {part: np.bincount(labels, minlength=10) for part, labels in parts.items()}


def of_digit(images: np.ndarray, count: int) -> Overview:
    """The overview of one digit's images, uint8 (N, 28, 28), N > 0; so many of them typical, so many odd, at most all."""
    order = np.argsort(oddness(images), kind="stable")
    return Overview(images.mean(axis=0, dtype=np.float32) / 255, images[order[:count]], images[order[::-1][:count]])


def oddness(images: np.ndarray) -> np.ndarray:
    """How odd each of one digit's images is among them, float32 (N,), 0 and more.

    An image is rebuilt from the mean and the principal components of them all; what cannot be rebuilt is odd: the
    distance from feature space of M. Turk, A. Pentland, "Eigenfaces for recognition" (1991). Where images are too few
    for components, the distance from their mean.

    Parameters
    ----------
    images : uint8 (N, 28, 28), one or more.
    """
    from sklearn.decomposition import PCA

    flat = images.reshape(len(images), -1) / np.float32(255)
    rebuilt = flat.mean(axis=0)
    if components := min(COMPONENTS, len(images) // FEW):
        pca = PCA(components, random_state=0)
        rebuilt = pca.inverse_transform(pca.fit_transform(flat))
    return np.linalg.norm(flat - rebuilt, axis=1)
