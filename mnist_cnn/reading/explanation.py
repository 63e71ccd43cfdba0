"""Why a network answers as it does: what its layers make of an image, number by number, and which ink speaks for the answer."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from mnist_cnn.errors import StudioError

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


@dataclass(frozen=True, eq=False)
class Cell:
    """How one value of a feature map comes about.

    Attributes
    ----------
    patch, kernel, products : float32 (K, K, C): what the kernel lies over (0 beyond the edge), its weights, the two multiplied.
    sums : float32 (C,), of the products, channel by channel.
    scale, shift, value : `scale * sums.sum() + shift` and then ReLU gives the value.
    """

    patch: np.ndarray
    kernel: np.ndarray
    products: np.ndarray
    sums: np.ndarray
    scale: float
    shift: float
    value: float


def stages(model) -> list[Stage]:
    """The arithmetic of a `keras.Sequential` that `network.model.build` made; dropout that drops nothing is left out.

    Raises
    ------
    StudioError : "network.foreign" for a layer that `build` does not make.
    """
    import keras

    found, counts, relu = [], Counter(), keras.activations.relu

    def add(kind: str, **parts) -> None:
        counts[kind] += 1
        found.append(Stage(kind, counts[kind], **parts))

    for layer in model.layers:
        last = found[-1] if found else Stage("image", 1)
        ends = layer is model.layers[-1]
        if getattr(layer, "activation", relu).__name__ not in (("softmax",) if ends else ("relu", "linear")):
            raise StudioError("network.foreign", layer=layer.name)
        if isinstance(layer, keras.layers.BatchNormalization) and last.kind == "convolution" and layer.scale and layer.center:
            found[-1] = _normalised(last, layer)
        elif isinstance(layer, keras.layers.ReLU) and last.kind == "convolution":
            found[-1] = replace(last, relu=True)
        elif isinstance(layer, keras.layers.Conv2D) and (layer.padding, layer.strides) == ("same", (1, 1)):
            add("convolution", **_weights(layer), relu=layer.activation is relu)
        elif isinstance(layer, keras.layers.Dense):
            add("softmax" if ends else "dense", **_weights(layer), relu=layer.activation is relu)
        elif isinstance(layer, keras.layers.MaxPooling2D) and tuple(layer.pool_size) == tuple(layer.strides) == (2, 2):
            add("pooling")
        elif isinstance(layer, keras.layers.Flatten):
            add("flatten")
        elif not isinstance(layer, keras.layers.Dropout):
            raise StudioError("network.foreign", layer=layer.name)
        elif layer.rate:
            add("dropout", rate=layer.rate)
    return found


def _weights(layer) -> dict[str, np.ndarray]:
    """Kernel, scale and shift of a convolution or a dense layer."""
    kernel = layer.kernel.numpy()
    shift = layer.bias.numpy() if layer.use_bias else np.zeros(kernel.shape[-1], np.float32)
    return {"kernel": kernel, "scale": np.ones_like(shift), "shift": shift}


def _normalised(stage: Stage, layer) -> Stage:
    """A convolution followed by a Keras batch normalisation, as when reading: by the moving mean and variance."""
    scale = layer.gamma.numpy() / np.sqrt(layer.moving_variance.numpy() + layer.epsilon)
    shift = layer.beta.numpy() + (stage.shift - layer.moving_mean.numpy()) * scale
    return replace(stage, scale=scale, shift=shift, normalised=True)


def cell(stage: Stage, maps: np.ndarray, row: int, column: int, channel: int) -> Cell:
    """How a convolution makes one value.

    Parameters
    ----------
    stage : of kind "convolution".
    maps : float32 (H, W, C), what goes into it.
    row, column, channel : of the value, counted from 0.
    """
    kernel = stage.kernel[..., channel]
    reach = len(kernel) // 2
    beyond = np.pad(maps, ((reach, reach), (reach, reach), (0, 0)))
    patch = beyond[row : row + len(kernel), column : column + len(kernel)]
    products = patch * kernel
    sums = products.sum(axis=(0, 1))
    scale, shift = float(stage.scale[channel]), float(stage.shift[channel])
    value = scale * float(sums.sum()) + shift
    return Cell(patch, kernel, products, sums, scale, shift, max(value, 0.0) if stage.relu else value)


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
