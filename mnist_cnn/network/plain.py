"""A trained network in plain NumPy, as a textbook has it: neither reading a digit nor its gradient takes TensorFlow.

Images and maps are float32 (N, H, W, C), channels last, as Keras keeps them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import numpy as np

from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.network.model import describe

EPSILON = 1e-3  # that Keras adds to a variance before it divides by its root


@dataclass(frozen=True, eq=False)
class Stage:
    """One step of a network's arithmetic. Batch normalisation is folded into the convolution before it.

    Attributes
    ----------
    kind : "convolution", "pooling", "dropout", "flatten", "dense", or "softmax" for the dense layer that ends in one.
    number : counted from 1 among its kind.
    kernel : float32 (K, K, C, F) of a convolution from C to F channels, (N, F) of a dense layer, else None.
    scale, shift : float32 (F,), by which a sum becomes a value: scale * sum + shift; without batch normalisation
        the scale is 1 and the shift the bias.
    normalised : whether scale and shift are those of a batch normalisation.
    relu : whether a value below zero becomes zero.
    rate : of dropout, the share that is dropped in training.
    """

    kind: str
    number: int
    kernel: np.ndarray | None = None
    scale: np.ndarray | None = None
    shift: np.ndarray | None = None
    normalised: bool = False
    relu: bool = False
    rate: float = 0.0

    @cached_property
    def weights(self) -> np.ndarray:
        """The kernel times the scale."""
        return self.kernel * self.scale

    @cached_property
    def backward(self) -> np.ndarray:
        """Those by which a convolution's gradient is convolved: turned by half, from F to C channels."""
        return np.ascontiguousarray(self.weights[::-1, ::-1].swapaxes(2, 3))


class Network:
    """A network as its stages, the first one first; any number of threads may ask it."""

    def __init__(self, stages: list[Stage]):
        self.stages = stages

    def outputs(self, images: np.ndarray) -> Iterator[np.ndarray]:
        """What each stage makes of images (N, 28, 28), one after the other; the last are probabilities (N, 10)."""
        values = images[..., np.newaxis]
        for stage in self.stages:
            values = _forward(stage, values)
            yield values

    def answer(self, images: np.ndarray) -> np.ndarray:
        """Probabilities (N, 10) of images (N, 28, 28)."""
        *_, probabilities = self.outputs(images)
        return probabilities

    def gradient(self, images: np.ndarray, slopes: np.ndarray) -> np.ndarray:
        """Of the sum of slopes (N, 10) * probabilities, by each pixel of the images: (N, 28, 28)."""
        values = [images[..., np.newaxis], *self.outputs(images)]
        for stage, before, after in reversed([*zip(self.stages, values, values[1:], strict=False)]):
            slopes = _backward(stage, before, after, slopes)
        return slopes[..., 0]


def network(hp: Hyperparameters, weights: list[np.ndarray]) -> Network:
    """The network of hyperparameters and its weights, float32, in the order of `model.describe` and of Keras.

    Raises
    ------
    ValueError : they are not of the shapes that `describe` tells.
    """
    layers = describe(hp)
    if [array.shape for array in weights] != [shape for layer in layers for shape in layer.weights]:
        raise ValueError("its weights are not those of its layers")
    found, counts, left = [], Counter(), iter(weights)
    for layer in layers:
        own, activation = [next(left) for _ in layer.weights], layer.config.get("activation")
        if layer.kind == "BatchNormalization":
            found[-1] = _normalised(found[-1], *own)
        elif layer.kind == "ReLU":
            found[-1] = replace(found[-1], relu=True)
        elif layer.kind != "Dropout" or layer.config["rate"]:  # one that drops nothing is left out
            kinds = {"Conv2D": "convolution", "MaxPooling2D": "pooling", "Dense": "dense"}
            kind = "softmax" if activation == "softmax" else kinds.get(layer.kind, layer.kind.lower())
            counts[kind] += 1
            parts = _weights(*own) if own else {"rate": layer.config.get("rate", 0.0)}
            found.append(Stage(kind, counts[kind], relu=activation == "relu", **parts))
    return Network(found)


def _weights(kernel: np.ndarray, bias: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Kernel, scale and shift of a convolution or a dense layer."""
    shift = np.zeros(kernel.shape[-1], np.float32) if bias is None else bias
    return {"kernel": kernel, "scale": np.ones_like(shift), "shift": shift}


def _normalised(stage: Stage, gamma: np.ndarray, beta: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> Stage:
    """A convolution followed by batch normalisation, as when reading: by the moving mean and variance."""
    scale = gamma / np.sqrt(variance + np.float32(EPSILON))
    return replace(stage, scale=scale, shift=beta + (stage.shift - mean) * scale, normalised=True)


def _forward(stage: Stage, values: np.ndarray) -> np.ndarray:
    """What a stage makes of values."""
    match stage.kind:
        case "pooling":
            return np.maximum.reduce([*_quarters(values)])
        case "flatten":
            return values.reshape(len(values), prod(values.shape[1:]))
        case "dropout":  # only in training
            return values
        case "convolution":
            sums = _convolved(values, stage.weights)
        case _:
            sums = values @ stage.weights
    sums += stage.shift
    if stage.kind == "softmax":
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)
    return np.maximum(sums, 0, out=sums) if stage.relu else sums


def _convolved(values: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Values (N, H, W, C) under a kernel (K, K, C, F) that lies over every place in turn, zeros beyond the edge: (N, H, W, F).

    All that it lies over, K * K * C numbers a place, is laid out as a row, so that one matrix product does the rest (im2col).
    """
    side, _, channels, filters = kernel.shape
    count, height, width, _ = values.shape
    reach = side // 2
    padded = np.zeros((count, height + 2 * reach, width + 2 * reach, channels), np.float32)
    padded[:, reach : reach + height, reach : reach + width] = values
    image, row, column, number = padded.strides
    rows = np.lib.stride_tricks.as_strided(  # a kernel's row covers numbers that lie side by side already
        padded, (count, height, width, side, side * channels), (image, row, column, row, number), writeable=False
    )
    sums = rows.reshape(count * height * width, side * side * channels) @ kernel.reshape(-1, filters)
    return sums.reshape(count, height, width, filters)


def _quarters(values: np.ndarray) -> Iterator[np.ndarray]:
    """The four values that each cell of a 2x2 pooling chooses from, as views of (N, H, W, C); an odd last row is left out."""
    height, width = (side // 2 * 2 for side in values.shape[1:3])
    for row in (0, 1):
        for column in (0, 1):
            yield values[:, row:height:2, column:width:2]


def _backward(stage: Stage, before: np.ndarray, after: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """The gradient by what went into a stage, from that by what came out of it."""
    if stage.kind == "dropout":
        return slopes
    if stage.kind == "flatten":
        return slopes.reshape(before.shape)
    if stage.kind == "pooling":
        found, free = np.zeros_like(before), np.ones(after.shape, bool)
        for ours, value in zip(_quarters(found), _quarters(before), strict=True):
            chosen = free & (value == after)  # of equal ones the first
            ours[chosen], free = slopes[chosen], free & ~chosen
        return found
    if stage.kind == "softmax":
        slopes = after * (slopes - (after * slopes).sum(axis=1, keepdims=True))
    elif stage.relu:
        slopes = slopes * (after > 0)
    return _convolved(slopes, stage.backward) if stage.kind == "convolution" else slopes @ stage.weights.T
