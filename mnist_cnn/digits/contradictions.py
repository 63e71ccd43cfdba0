"""Drawings that were kept twice, as one digit and as another: at least one of the labels must be wrong."""

from collections.abc import Sequence

import numpy as np

from mnist_cnn.digits.collection import Example

# Squared distance of two images, of the sum of their squared lengths. Of six million pairs of MNIST's images with
# different labels none is nearer than 0.09; the same strokes with another brush, or a trembling hand, are within 0.02.
ALIKE = 0.03


def alike(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which of two sets of drawings are the same or nearly, bool (N, M).

    Parameters
    ----------
    images, others : uint8 (N, 28, 28) and (M, 28, 28).
    """
    x, y = (np.asarray(some, np.float32).reshape(-1, 28 * 28) for some in (images, others))
    lengths = (x * x).sum(axis=1)[:, np.newaxis] + (y * y).sum(axis=1)
    return lengths - 2 * x @ y.T <= ALIKE * lengths


def find(examples: Sequence[Example]) -> list[list[Example]]:
    """Groups of drawings that are alike and have different labels, each group oldest first."""
    if not examples:
        return []
    from scipy.sparse.csgraph import connected_components

    images, digits = np.stack([example.image for example in examples]), np.array([example.digit for example in examples])
    against = alike(images, images) & (digits[:, np.newaxis] != digits)
    _, groups = connected_components(against, directed=False)
    numbers, counts = np.unique(groups, return_counts=True)
    return [[examples[place] for place in np.flatnonzero(groups == number)] for number in numbers[counts > 1]]
