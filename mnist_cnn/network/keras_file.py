"""A network as a file of Keras's own format, and what such a file must be before anything in it is opened.

A `.keras` file is a zip archive: `config.json` lists the layers, `model.weights.h5` holds their weights. Keras makes
whatever the list says, of any size and kind. Here the layers are those of the run's hyperparameters, whose ranges bound
them: the file must list the same ones, and give weights of their shapes and nothing else.
"""

import json
import zipfile
from collections import Counter

import numpy as np

from mnist_cnn.network import model as network
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.network.model import Layer

PARTS = {"metadata.json": 1 << 12, "config.json": 1 << 18, "model.weights.h5": 1 << 20}
"""What the archive holds, and of each the most bytes that it takes besides its weights."""
FLOAT = 4  # bytes
NEWER = {  # arguments that Keras took up after 3.10 and writes although nobody gave them; an older one refuses them
    "BatchNormalization": ("renorm", "renorm_clipping", "renorm_momentum"),
    "Dense": ("quantization_config",),
    "GlorotUniform": ("input_axes", "output_axes"),
}


def save(model, path) -> None:
    """Save a model of `model.build` so that every Keras from 3.10 on loads it."""
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


def load(path, hp: Hyperparameters):
    """The keras.Sequential in a file, see `model.build`. Raises as `check` does."""
    check(path, hp)
    model = network.build(hp)
    model.load_weights(path)
    return model


def weights(path, hp: Hyperparameters) -> list[np.ndarray]:
    """The weights in a file, float32, in the order of `model.describe`; needs no Keras. Raises as `check` does."""
    import h5py

    content, found, counts = check(path, hp), [], Counter()
    with h5py.File(h5py.h5f.open_file_image(content)) as file:
        for layer in network.describe(hp):
            kind = layer.name.rsplit("_", 1)[0]
            name = f"{kind}_{counts[kind]}" if counts[kind] else kind  # Keras counts layers of a kind from none
            counts[kind] += 1
            try:
                found += [file[f"layers/{name}/vars/{number}"][()] for number in range(len(layer.weights))]
            except (KeyError, TypeError, AttributeError):
                raise ValueError("its weights are not those of its layers") from None
    return found


def check(path, hp: Hyperparameters) -> bytes:
    """Look whether a file is one that `save` made of a model with these hyperparameters; its weights are not unpacked.

    Returns
    -------
    The HDF5 file of its weights.

    Raises
    ------
    ValueError or zipfile.BadZipFile : it is not, and why. OSError : it cannot be read.
    """
    layers = network.describe(hp)
    with zipfile.ZipFile(path) as archive:
        _check_parts(archive.infolist(), FLOAT * network.count_parameters(hp))
        try:
            listed = json.loads(archive.read("config.json"))["config"]["layers"]
            same = len(listed) == len(layers) + 1 and all(map(_same, listed[1:], layers))
        except (LookupError, TypeError, RecursionError):
            same = False
        if not same:
            raise ValueError("its layers are not those of its settings")
        content = archive.read("model.weights.h5")
    if sorted(_shapes(content)) != sorted(shape for layer in layers for shape in layer.weights):
        raise ValueError("its weights are not those of its layers")
    return content


def _check_parts(parts: list[zipfile.ZipInfo], weights: int) -> None:
    """Raise ValueError unless these are `PARTS`, as they are, with so many bytes of weights."""
    if sorted(part.filename for part in parts) != sorted(PARTS):
        raise ValueError("it holds other parts than a network does")
    for part in parts:
        most = PARTS[part.filename] + (weights if part.filename.endswith(".h5") else 0)
        if part.compress_type != zipfile.ZIP_STORED or max(part.file_size, part.compress_size) > most:
            raise ValueError(f"its {part.filename} is too large, or compressed")


def _same(record: dict, layer: Layer) -> bool:
    """Whether what config.json says of a layer, behind that of the input, is what `model.describe` says of it."""
    known = {key: [value] * 2 if key == "kernel_size" else value for key, value in layer.config.items()}
    kind = record["module"], record["class_name"], record["registered_name"]
    return kind == ("keras.layers", layer.kind, None) and all(record["config"][key] == known[key] for key in known)


def _shapes(content: bytes) -> list[tuple[int, ...]]:
    """The shapes of all arrays in an HDF5 file, none of which is read.

    Raises ValueError where it holds anything but arrays of float32 as they are, in this very file.
    """
    import h5py

    names: list[bytes] = []
    with h5py.File(h5py.h5f.open_file_image(content)) as file:
        links = file.id.links
        links.visit(names.append)  # every group once, also where they go in circles
        if any(links.get_info(name).type != h5py.h5l.TYPE_HARD for name in names):
            raise ValueError("its weights lie elsewhere")
        parts = [h5py.h5o.open(file.id, name) for name in names]
        arrays = [part for part in parts if not isinstance(part, h5py.h5g.GroupID)]
        if not all(isinstance(array, h5py.h5d.DatasetID) and _plain(array) for array in arrays):
            raise ValueError("its weights are of another kind")
        return [array.shape for array in arrays]


def _plain(array) -> bool:
    """Whether an array of an HDF5 file is of float32, without chunks or compression, in this very file."""
    import h5py

    made = array.get_create_plist()
    return array.dtype == "float32" and made.get_layout() == h5py.h5d.CONTIGUOUS and not made.get_external_count()


def _simple(record: dict) -> dict:
    """An object of a model's config.json without its arguments that are `NEWER`."""
    for argument in NEWER.get(record.get("class_name"), ()):
        record["config"].pop(argument, None)
    return record
