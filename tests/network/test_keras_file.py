"""A network's file: every Keras opens it, it answers as before, and what somebody else put in its place is not opened."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from mnist_cnn.network import keras_file, model
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, Hyperparameters
from mnist_cnn.runs import Run

PARAMETER = {"constraint", "initializer", "regularizer"}
KERAS_3_10 = {  # the arguments that it knows, of what networks are made of, as its own files say
    "BatchNormalization": {"axis", "center", "dtype", "epsilon", "momentum", "name", "scale", "synchronized", "trainable"}
    | {f"{weight}_{kind}" for weight in ("beta", "gamma") for kind in PARAMETER}
    | {"moving_mean_initializer", "moving_variance_initializer"},
    "Conv2D": {"activation", "data_format", "dilation_rate", "dtype", "filters", "groups", "kernel_size", "name", "padding"}
    | {"activity_regularizer", "strides", "trainable", "use_bias"}
    | {f"{weight}_{kind}" for weight in ("kernel", "bias") for kind in PARAMETER},
    "DTypePolicy": {"name"},
    "Dense": {"activation", "dtype", "name", "trainable", "units", "use_bias"}
    | {f"{weight}_{kind}" for weight in ("kernel", "bias") for kind in PARAMETER},
    "Dropout": {"dtype", "name", "noise_shape", "rate", "seed", "trainable"},
    "Flatten": {"data_format", "dtype", "name", "trainable"},
    "GlorotUniform": {"seed"},
    "InputLayer": {"batch_shape", "dtype", "name", "optional", "ragged", "sparse"},
    "MaxPooling2D": {"data_format", "dtype", "name", "padding", "pool_size", "strides", "trainable"},
    "Ones": set(),
    "ReLU": {"dtype", "max_value", "name", "negative_slope", "threshold", "trainable"},
    "Sequential": {"build_input_shape", "dtype", "layers", "name", "trainable"},
    "Zeros": set(),
}
SHIPPED = [path for path in sorted(Path(__file__).parents[2].glob("models/*/model.keras")) if path.parent.name in PRESETS]

ENDS = {
    end: Hyperparameters(**{name: limits[end] for name, limits in RANGES.items() if "low" in limits and name != "dropout1"})
    for end in ("low", "high")
}
SMALL = Hyperparameters(filters1=2, filters2=3, dense_units=8)
LARGE = 10**9
MEMORY = 1 << 30  # bytes of address space that the libraries and all crafted files must do with
CHECK = """
import resource, sys, zipfile
from mnist_cnn.network import keras_file
from mnist_cnn.network.hyperparameters import Hyperparameters
import h5py
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
for path in sys.argv[2:]:
    try:
        keras_file.check(path, Hyperparameters(filters1=2, filters2=3, dense_units=8))
        print("opened", path)
    except (ValueError, OSError, zipfile.BadZipFile):
        print("refused", path)
"""


def images() -> np.ndarray:
    return np.random.default_rng(1).random((4, 28, 28, 1), np.float32)


@pytest.mark.parametrize("hp", [*PRESETS.values(), *ENDS.values()], ids=[*PRESETS, *ENDS])
def test_a_saved_network_is_opened_and_answers_as_before(tmp_path, hp):
    network, path = model.build(hp), tmp_path / "model.keras"
    keras_file.save(network, path)
    network.set_weights([weights + 0.01 for weights in network.get_weights()])
    keras_file.save(network, path)
    loaded = keras_file.load(path, hp)
    assert np.array_equal(loaded(images()).numpy(), network(images()).numpy())
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in network.layers]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_a_network_that_ships_is_opened(path):
    keras_file.check(path, Run(path.parent).hyperparameters)


def newer_than_3_10(path) -> set[str]:
    """Arguments in a saved model that Keras 3.10 does not know, as "Dense.quantization_config"."""
    found = set()

    def look(record: dict) -> dict:
        if "class_name" in record:
            name = record["class_name"]
            found.update(f"{name}.{argument}" for argument in record["config"].keys() - KERAS_3_10[name])
        return record

    with zipfile.ZipFile(path) as archive:
        json.loads(archive.read("config.json"), object_hook=look)
    return found


@pytest.mark.parametrize("batch_norm", [False, True])
def test_a_saved_network_holds_nothing_that_the_oldest_keras_does_not_know(tmp_path, batch_norm):
    network, path = model.build(Hyperparameters(dense_units=8, batch_norm=batch_norm)), tmp_path / "model.keras"
    keras_file.save(network, path)
    assert newer_than_3_10(path) == set()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_a_network_that_ships_holds_nothing_that_the_oldest_keras_does_not_know(path):
    assert newer_than_3_10(path) == set()


def test_simplifying_leaves_the_weights_byte_for_byte(tmp_path):
    path = tmp_path / "model.keras"
    model.build(PRESETS["sketch"]).save(path)
    parts = {}
    for when in ("before", "after"):
        with zipfile.ZipFile(path) as archive:
            parts[when] = {name: archive.read(name) for name in archive.namelist() if name != "config.json"}
        keras_file.simplify(path)
    assert "model.weights.h5" in parts["before"] and parts["before"] == parts["after"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> dict[str, bytes]:
    """The parts of a small network's file."""
    path = tmp_path_factory.mktemp("sound") / "model.keras"
    keras_file.save(model.build(SMALL), path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archived(parts: dict[str, bytes], compression=zipfile.ZIP_STORED) -> bytes:
    with zipfile.ZipFile(file := io.BytesIO(), "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def listing(change):
    """Parts whose list of layers is what `change` makes of it."""

    def craft(parts: dict[str, bytes]) -> bytes:
        config = json.loads(parts["config.json"])
        change(config["config"]["layers"])
        return archived(parts | {"config.json": json.dumps(config).encode()})

    return craft


def weights(change):
    """Parts whose weights `change` has changed."""

    def craft(parts: dict[str, bytes]) -> bytes:
        file = io.BytesIO(parts["model.weights.h5"])
        with h5py.File(file, "a") as kept:
            change(kept, kept["layers/dense/vars"])
        return archived(parts | {"model.weights.h5": file.getvalue()})

    return craft


def instead(make):
    """Weights among which `make` puts another array, or what leads to one, in the place of a sound one."""

    def change(kept, group) -> None:
        del group["1"]
        make(group)

    return weights(change)


def configured(content: bytes):
    return lambda parts: archived(parts | {"config.json": content})


def virtual(group) -> None:
    layout = h5py.VirtualLayout((8,), "float32")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (8,))
    group.create_virtual_dataset("1", layout)


LAMBDA = {"module": "keras.layers", "class_name": "Lambda", "config": {"name": "l"}, "registered_name": None}
CRAFTED = {
    "a dense layer of a thousand million units": listing(lambda layers: layers[-3]["config"].update(units=LARGE)),
    "a kernel of another size": listing(lambda layers: layers[1]["config"].update(kernel_size=[LARGE, 5])),
    "another activation": listing(lambda layers: layers[1]["config"].update(activation="exponential")),
    "code": listing(lambda layers: layers.insert(1, LAMBDA)),
    "a layer of a module of its own": listing(lambda layers: layers[1].update(module="antigravity")),
    "a registered layer": listing(lambda layers: layers[1].update(registered_name="own>Conv2D")),
    "a layer less": listing(lambda layers: layers.pop(3)),
    "a layer many times": listing(lambda layers: layers.extend(layers[-1:] * 100)),
    "a network in a layer": listing(lambda layers: layers[1].update(class_name="Functional")),
    "layers that are numbers": listing(lambda layers: layers.__setitem__(slice(None), [1] * len(layers))),
    "no list": configured(b"7"),
    "no JSON": configured(b"{"),
    "lists in each other": configured(b"[" * 100_000),
    "networks in each other": configured(b'{"config":{"layers":[' * 5000 + b"]}}" * 5000),
    "a long list": configured(b'{"config":{"layers":[' + b"1," * 10**7 + b"1]}}"),
    "a large array": instead(lambda group: group.create_dataset("1", (LARGE,), "float32")),
    "a large compressed array": instead(lambda group: group.create_dataset("1", (LARGE,), "float32", compression="gzip")),
    "an array that can grow": instead(
        lambda group: group.create_dataset("1", (8,), "float32", chunks=(1 << 28,), maxshape=(None,))
    ),
    "an array of other numbers": instead(lambda group: group.create_dataset("1", (8,), "float64")),
    "an array in another file": instead(
        lambda group: group.create_dataset("1", (8,), "float32", external=[("/etc/passwd", 0, 32)])
    ),
    "an array made of others": instead(virtual),
    "a link to another file": instead(lambda group: group.__setitem__("1", h5py.ExternalLink("/etc/passwd", "x"))),
    "a link": instead(lambda group: group.__setitem__("1", h5py.SoftLink("/layers/dense/vars/0"))),
    "a type": instead(lambda group: group.__setitem__("1", np.dtype("float32"))),
    "an array less": instead(lambda group: None),
    "an array more": weights(lambda kept, group: group.create_dataset("2", data=np.zeros(8, np.float32))),
    "no weights": lambda parts: archived(parts | {"model.weights.h5": b"weights"}),
    "half of the weights": lambda parts: archived(parts | {"model.weights.h5": parts["model.weights.h5"][:5000]}),
    "much besides the weights": lambda parts: archived(
        parts | {"model.weights.h5": parts["model.weights.h5"] + bytes(1 << 22)}
    ),
    "a part that is missing": lambda parts: archived({name: parts[name] for name in list(parts)[:2]}),
    "a part outside": lambda parts: archived(parts | {"../../outside": b""}),
    "thousands of parts": lambda parts: archived(parts | {str(number): b"" for number in range(20_000)}),
    "compressed": lambda parts: archived(parts, zipfile.ZIP_DEFLATED),
    "a bomb": lambda parts: archived(parts | {"config.json": bytes(1 << 28)}, zipfile.ZIP_DEFLATED),
    "an empty file": lambda parts: b"",
    "text": lambda parts: b"not a model",
    "the head of an archive": lambda parts: b"PK\x03\x04",
    "half an archive": lambda parts: archived(parts)[:9000],
}


@pytest.fixture(scope="module")
def crafted(sound, tmp_path_factory) -> dict[str, Path]:
    """Files that somebody may put in a network's place, and a sound one."""
    folder, files = tmp_path_factory.mktemp("crafted"), {}
    for number, (name, craft) in enumerate({"sound": archived, **CRAFTED}.items()):
        files[name] = folder / f"{number}.keras"
        files[name].write_bytes(craft(sound))
    return files


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_file_is_refused(crafted, name):
    with pytest.raises((ValueError, zipfile.BadZipFile, OSError)):
        keras_file.load(crafted[name], SMALL)


def test_no_crafted_file_takes_memory(crafted):
    """All in one process, whose address space is bounded."""
    command = [sys.executable, "-c", CHECK, str(MEMORY), *map(str, crafted.values())]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]).stdout.split()
    assert told[::2] == ["opened"] + ["refused"] * len(CRAFTED)
