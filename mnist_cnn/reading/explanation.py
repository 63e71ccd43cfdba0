"""Why a network answers as it does: which ink speaks for the answer."""

import numpy as np

from mnist_cnn.network.plain import Network
from mnist_cnn.reading import prediction

SQUARE = 5  # side of what is covered at a time, in pixels
LEAST = 1e-7  # probability that counts; float32 holds no smaller difference from 1


def evidence(network: Network, image: np.ndarray, digit: int, other: int) -> np.ndarray:
    """How much the ink at each pixel speaks for one digit rather than the other.

    A square is laid over every place in turn, and the change of log(p(digit) / p(other)) is shared by what it
    covers (occlusion: M. Zeiler, R. Fergus, ECCV 2014).

    Parameters
    ----------
    image : float32 (28, 28) in [0, 1], looked at once.

    Returns
    -------
    float32 (28, 28) in nats, positive for `digit`; 0 where there is no ink.
    """
    squares = np.lib.stride_tricks.sliding_window_view(image, (SQUARE, SQUARE))
    places = np.argwhere(squares.any(axis=(2, 3)))
    covered = np.repeat(image[np.newaxis], len(places) + 1, axis=0)
    for one, (top, left) in zip(covered, places, strict=False):  # the last one stays as it is
        one[top : top + SQUARE, left : left + SQUARE] = 0
    answers = np.log(np.maximum(prediction.in_pieces(network.answer, covered), LEAST))
    odds = answers[:, digit] - answers[:, other]
    total, times = np.zeros_like(image), np.zeros_like(image)
    for change, (top, left) in zip(odds[-1] - odds, places, strict=False):
        total[top : top + SQUARE, left : left + SQUARE] += change
        times[top : top + SQUARE, left : left + SQUARE] += 1
    return np.where(image > 0, total / np.maximum(times, 1), 0)
