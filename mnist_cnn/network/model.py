"""The network: which layers hyperparameters ask for, and the Keras model of them.

`describe` needs no TensorFlow, so that a page can show the layers at once; `build` makes
an ordinary Keras model of the same list.
"""

import random
import threading
from collections import Counter
from dataclasses import dataclass
from math import prod

from mnist_cnn.network.hyperparameters import Hyperparameters

INPUT_SHAPE = (28, 28, 1)
CLASSES = 10
PARTS = {
    "BatchNormalization": ("gamma", "beta", "moving_mean", "moving_variance")
}  # what weights are called, if not as others'
# Keras has one source of chance for all threads, which is Python's, and so is `random.seed` enough: `set_random_seed` would
# have TensorFlow throw away what it has made ready to run of all that was traced.
_chance = threading.Lock()


@dataclass(frozen=True)
class Layer:
    """One layer, as Keras's `summary()` lists it.

    Attributes
    ----------
    name, kind : "conv2d_1", "Conv2D".
    output_shape : without the batch dimension.
    weights : their shapes, those of the untrained statistics of batch normalisation included.
    config : arguments of the Keras layer, without its name.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    weights: tuple[tuple[int, ...], ...]
    config: dict

    @property
    def parameters(self) -> int:
        """How many, trained or not."""
        return sum(map(prod, self.weights))


def describe(hp: Hyperparameters) -> list[Layer]:
    """The layers of the network, input first, softmax last."""
    layers, counts, shape = [], Counter(), INPUT_SHAPE
    for kind, config in _plan(hp):
        weights = ()
        if kind == "Conv2D":
            filters, side = config["filters"], config["kernel_size"]
            weights = ((side, side, shape[-1], filters), (filters,))[: 1 + config.get("use_bias", True)]
            shape = (*shape[:2], filters)
        elif kind == "BatchNormalization":
            weights = 4 * (shape[-1:],)
        elif kind == "MaxPooling2D":
            shape = (shape[0] // 2, shape[1] // 2, shape[2])
        elif kind == "Flatten":
            shape = (prod(shape),)
        elif kind == "Dense":
            weights = ((shape[0], config["units"]), (config["units"],))
            shape = (config["units"],)
        counts[kind] += 1
        name = {"BatchNormalization": "batch_normalization", "MaxPooling2D": "max_pooling2d"}.get(kind, kind.lower())
        layers.append(Layer(f"{name}_{counts[kind]}", kind, shape, weights, config))
    return layers


def count_parameters(hp: Hyperparameters) -> int:
    """All parameters of the network, trained or not."""
    return sum(layer.parameters for layer in describe(hp))


def build(hp: Hyperparameters):
    """A `keras.Sequential` (N, 28, 28, 1) -> probabilities (N, 10), weights drawn from `hp.seed`."""
    import keras

    with _chance:
        random.seed(hp.seed)
        layers = [_made(keras, layer) for layer in describe(hp)]
        return keras.Sequential([keras.Input(INPUT_SHAPE), *layers], name="mnist_cnn")


def initial_weights(hp: Hyperparameters) -> list:
    """The weights that `build` draws, float32 arrays in the order of `get_weights`, without the model around them."""
    import keras

    with _chance:
        random.seed(hp.seed)
        layers = [(_made(keras, layer), layer.weights) for layer in describe(hp)]  # each chooses its own chance when it is made
        return [
            keras.ops.convert_to_numpy(getattr(made, f"{part}_initializer")(shape))
            for made, shapes in layers
            for part, shape in zip(PARTS.get(type(made).__name__, ("kernel", "bias")), shapes, strict=False)
        ]


def _made(keras, layer: Layer):
    return getattr(keras.layers, layer.kind)(name=layer.name, **layer.config)


def _plan(hp: Hyperparameters):
    """Yield (kind, arguments) of each Keras layer."""
    blocks = [(hp.filters1, hp.kernel1), (hp.filters2, hp.kernel2), (hp.filters3, hp.kernel2)]
    for filters, kernel in blocks[: 3 if hp.filters3 else 2]:
        convolution = {"filters": filters, "kernel_size": kernel, "padding": "same"}
        for _ in range(hp.convolutions):
            if hp.batch_norm:  # its shift makes the convolution's bias superfluous
                yield "Conv2D", convolution | {"use_bias": False}
                yield "BatchNormalization", {}
                yield "ReLU", {}
            else:
                yield "Conv2D", convolution | {"activation": "relu"}
        yield "MaxPooling2D", {}
    yield "Dropout", {"rate": hp.dropout1}
    if hp.second_pooling:
        yield "MaxPooling2D", {}
        yield "Dropout", {"rate": hp.dropout1}
    yield "Flatten", {}
    yield "Dense", {"units": hp.dense_units, "activation": "relu"}
    yield "Dropout", {"rate": hp.dropout2}
    yield "Dense", {"units": CLASSES, "activation": "softmax"}
