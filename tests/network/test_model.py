"""What the network is said to be is what Keras builds, keeps and takes up again."""

import json
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import PRESETS, Hyperparameters

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

networks = st.builds(
    Hyperparameters,
    filters1=st.integers(1, 8),
    filters2=st.integers(1, 8),
    kernel1=st.sampled_from([3, 5, 7]),
    kernel2=st.sampled_from([3, 5, 7]),
    filters3=st.integers(0, 8),
    convolutions=st.integers(1, 3),
    dense_units=st.integers(8, 40),
    dropout1=st.floats(0, 0.9),
    dropout2=st.floats(0, 0.9),
    batch_norm=st.booleans(),
    second_pooling=st.booleans(),
    seed=st.integers(0, 2**31 - 1),
)


def images(count: int = 4) -> np.ndarray:
    return np.random.default_rng(1).random((count, 28, 28, 1), np.float32)


def kinds(preset: str) -> list[str]:
    return [layer.kind for layer in model.describe(PRESETS[preset])]


def check_description(hp: Hyperparameters) -> None:
    network, layers = model.build(hp), model.describe(hp)
    assert [layer.name for layer in network.layers] == [layer.name for layer in layers]
    assert [type(layer).__name__ for layer in network.layers] == [layer.kind for layer in layers]
    assert [tuple(layer.output.shape[1:]) for layer in network.layers] == [layer.output_shape for layer in layers]
    assert [layer.count_params() for layer in network.layers] == [layer.parameters for layer in layers]
    assert network.count_params() == model.count_parameters(hp)


@settings(max_examples=10)
@given(networks)
def test_the_description_agrees_with_keras(hp):
    check_description(hp)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_description_agrees_with_keras_for_presets(preset):
    check_description(PRESETS[preset])


def test_the_tutorials_network_has_its_layers_and_parameters():
    pooled = ["Conv2D", "MaxPooling2D"]
    assert kinds("tutorial") == [*pooled, *pooled, "Dropout", "Flatten", "Dense", "Dropout", "Dense"]
    assert [layer.parameters for layer in model.describe(PRESETS["tutorial"]) if layer.parameters] == [416, 14436, 225920, 1290]
    assert model.count_parameters(PRESETS["tutorial"]) == 242062


def test_the_transcripts_network_has_its_layers_and_parameters():
    pooled, thinned = ["Conv2D", "MaxPooling2D"], ["MaxPooling2D", "Dropout"]
    assert kinds("transcript") == [*pooled, *pooled, "Dropout", *thinned, "Flatten", "Dense", "Dropout", "Dense"]
    assert model.count_parameters(PRESETS["transcript"]) == 57742


def test_the_network_gives_probabilities():
    probabilities = model.build(PRESETS["tiny"])(images()).numpy()
    assert probabilities.shape == (4, 10)
    assert probabilities.min() >= 0 and np.allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_convolutions_and_the_hidden_layer_end_in_relu_and_the_last_layer_in_softmax():
    layers = [layer for layer in model.build(PRESETS["tutorial"]).layers if hasattr(layer, "activation")]
    assert [layer.activation.__name__ for layer in layers] == ["relu", "relu", "relu", "softmax"]


def test_dropout_has_the_rates_asked_for():
    network = model.build(Hyperparameters(dropout1=0.1, dropout2=0.7, second_pooling=True, dense_units=8))
    assert [layer.rate for layer in network.layers if type(layer).__name__ == "Dropout"] == [0.1, 0.1, 0.7]


def test_the_seed_decides_the_initial_weights():
    first, same, other = (model.build(Hyperparameters(dense_units=8, seed=seed)).get_weights() for seed in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert not np.array_equal(first[0], other[0])


@settings(max_examples=5)
@given(networks)
def test_a_saved_network_answers_as_before(tmp_path_factory, hp):
    network, path = model.build(hp), tmp_path_factory.mktemp("model") / "model.keras"
    model.save(network, path)
    loaded = model.load(path)
    assert np.array_equal(loaded(images()).numpy(), network(images()).numpy())
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in network.layers]


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
    model.save(network, path)
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
        model.simplify(path)
    assert "model.weights.h5" in parts["before"] and parts["before"] == parts["after"]


def test_a_file_that_carries_code_is_refused(tmp_path):
    path = tmp_path / "model.keras"
    keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Lambda(lambda x: x * 2)]).save(path)
    with pytest.raises(ValueError, match="(?i)unsafe|safe_mode"):
        model.load(path)


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04"])
def test_a_file_that_is_no_model_is_refused(tmp_path, content):
    path = tmp_path / "model.keras"
    path.write_bytes(content)
    with pytest.raises(Exception):  # noqa: B017  Keras raises nearly anything
        model.load(path)
