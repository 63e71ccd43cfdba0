"""The network: which layers hyperparameters ask for, and the Keras model of them.

`describe` needs no TensorFlow, so that a page can show the layers at once; `build` makes
an ordinary Keras model of the same list.
"""

import json
import threading
import zipfile
from collections import Counter
from dataclasses import dataclass
from math import prod

from mnist_cnn.network.hyperparameters import Hyperparameters

INPUT_SHAPE = (28, 28, 1)
CLASSES = 10
NEWER = {  # arguments that Keras took up after 3.10 and writes although nobody gave them; an older one refuses them
    "BatchNormalization": ("renorm", "renorm_clipping", "renorm_momentum"),
    "Dense": ("quantization_config",),
    "GlorotUniform": ("input_axes", "output_axes"),
}
_chance = threading.Lock()  # Keras has one source of it for all threads, and makes use of it also when it loads


@dataclass(frozen=True)
class Layer:
    """One layer, as Keras's `summary()` lists it.

    Attributes
    ----------
    name, kind : "conv2d_1", "Conv2D".
    output_shape : without the batch dimension.
    parameters : how many, the untrained statistics of batch normalisation included.
    config : arguments of the Keras layer, without its name.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    config: dict


def describe(hp: Hyperparameters) -> list[Layer]:
    """The layers of the network, input first, softmax last."""
    layers, counts, shape = [], Counter(), INPUT_SHAPE
    for kind, config in _plan(hp):
        parameters = 0
        if kind == "Conv2D":
            parameters = config["kernel_size"] ** 2 * shape[-1] * config["filters"]
            parameters += config["filters"] if config.get("use_bias", True) else 0
            shape = (*shape[:2], config["filters"])
        elif kind == "BatchNormalization":
            parameters = 4 * shape[-1]
        elif kind == "MaxPooling2D":
            shape = (shape[0] // 2, shape[1] // 2, shape[2])
        elif kind == "Flatten":
            shape = (prod(shape),)
        elif kind == "Dense":
            parameters = (shape[0] + 1) * config["units"]
            shape = (config["units"],)
        counts[kind] += 1
        name = {"BatchNormalization": "batch_normalization", "MaxPooling2D": "max_pooling2d"}.get(kind, kind.lower())
        layers.append(Layer(f"{name}_{counts[kind]}", kind, shape, parameters, config))
    return layers


def count_parameters(hp: Hyperparameters) -> int:
    """All parameters of the network, trained or not."""
    return sum(layer.parameters for layer in describe(hp))


def build(hp: Hyperparameters):
    """A `keras.Sequential` (N, 28, 28, 1) -> probabilities (N, 10), weights drawn from `hp.seed`."""
    import keras

    with _chance:
        keras.utils.set_random_seed(hp.seed)
        layers = [getattr(keras.layers, layer.kind)(name=layer.name, **layer.config) for layer in describe(hp)]
        return keras.Sequential([keras.Input(INPUT_SHAPE), *layers], name="mnist_cnn")


def save(model, path) -> None:
    """Save a model of `build` so that every Keras from 3.10 on loads it."""
    model.save(path)
    simplify(path)


def simplify(path) -> None:
    """Take out of a saved model what is `NEWER`; its weights stay as they are, byte for byte."""
    with zipfile.ZipFile(path) as archive:
        parts = [(part, archive.read(part)) for part in archive.infolist()]
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts:
            if part.filename == "config.json":
                content = json.dumps(json.loads(content, object_hook=_simple)).encode()
            archive.writestr(part, content)


def load(path):
    """A saved model. Keras's safe mode refuses code that a foreign file may carry."""
    import keras

    with _chance:
        return keras.models.load_model(path, compile=False, safe_mode=True)


def _simple(record: dict) -> dict:
    """An object of a model's config.json without its arguments that are `NEWER`."""
    for argument in NEWER.get(record.get("class_name"), ()):
        record["config"].pop(argument, None)
    return record


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
