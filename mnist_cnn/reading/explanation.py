"""Why a network answers as it does: what its layers make of an image, and which ink speaks for the answer."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

SQUARE = 5  # side of what is covered at a time, in pixels
LEAST = 1e-7  # probability that counts; float32 holds no smaller difference from 1


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """What one layer makes of an image.

    Attributes
    ----------
    kind, number : of the Keras layer, "Conv2D", "MaxPooling2D" or "Dense", counted from 1 among its kind.
    maps : float32 (H, W, C), after batch normalisation and ReLU; of a dense layer (1, 1, C).
    kernels : float32 (K, K, C), the weights of the first convolution; None of others, whose kernels have depth.
    """

    kind: str
    number: int
    maps: np.ndarray
    kernels: np.ndarray | None


def feature_maps(model, image: np.ndarray) -> list[FeatureMaps]:
    """What every layer but the last makes of an image, the first layer first.

    Parameters
    ----------
    model : keras.Sequential from (N, 28, 28, 1) to probabilities (N, 10).
    image : float32 (28, 28) in [0, 1].
    """
    import keras

    stages = []  # [layer, output]
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D | keras.layers.MaxPooling2D | keras.layers.Dense):
            stages.append([layer, layer.output])
        elif isinstance(layer, keras.layers.BatchNormalization | keras.layers.ReLU) and stages:
            stages[-1][1] = layer.output
    stages.pop()  # the probabilities
    outputs = keras.Model(model.inputs[0], [output for _, output in stages])(image[np.newaxis, ..., np.newaxis], training=False)
    found, counts = [], Counter()
    for (layer, _), output in zip(stages, outputs, strict=True):
        kind = type(layer).__name__
        counts[kind] += 1
        maps = output.numpy()[0] if output.ndim == 4 else output.numpy()[np.newaxis]
        first = kind == "Conv2D" and counts[kind] == 1
        found.append(FeatureMaps(kind, counts[kind], maps, layer.kernel.numpy()[:, :, 0] if first else None))
    return found


def evidence(model, image: np.ndarray, digit: int, other: int) -> np.ndarray:
    """How much the ink at each pixel speaks for one digit rather than the other.

    A square is laid over every place in turn, and the change of log(p(digit) / p(other)) is shared by what it
    covers (occlusion: M. Zeiler, R. Fergus, ECCV 2014).

    Parameters
    ----------
    model, image : as for `feature_maps`.

    Returns
    -------
    float32 (28, 28) in nats, positive for `digit`; 0 where there is no ink.
    """
    squares = np.lib.stride_tricks.sliding_window_view(image, (SQUARE, SQUARE))
    places = np.argwhere(squares.any(axis=(2, 3)))
    covered = np.repeat(image[np.newaxis], len(places) + 1, axis=0)
    for one, (top, left) in zip(covered, places, strict=False):  # the last one stays as it is
        one[top : top + SQUARE, left : left + SQUARE] = 0
    answers = np.log(np.maximum(model(covered[..., np.newaxis], training=False).numpy(), LEAST))
    odds = answers[:, digit] - answers[:, other]
    total, times = np.zeros_like(image), np.zeros_like(image)
    for change, (top, left) in zip(odds[-1] - odds, places, strict=False):
        total[top : top + SQUARE, left : left + SQUARE] += change
        times[top : top + SQUARE, left : left + SQUARE] += 1
    return np.where(image > 0, total / np.maximum(times, 1), 0)
