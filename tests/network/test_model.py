"""What the network is said to be is what Keras builds."""

from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import PRESETS, Hyperparameters

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


@settings(max_examples=10)
@given(networks)
def test_initial_weights_are_those_that_a_model_begins_with(hp):
    built, drawn = model.build(hp).get_weights(), model.initial_weights(hp)
    assert len(drawn) == len(built) and all(map(np.array_equal, drawn, built))


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


def test_other_weights_leave_ready_what_tensorflow_has_traced(monkeypatch):
    clears_kernels = Mock()
    monkeypatch.setattr("tensorflow.random.set_seed", clears_kernels)
    model.build(PRESETS["tiny"]), model.initial_weights(PRESETS["tiny"])
    assert not clears_kernels.called


def test_the_seed_decides_the_initial_weights():
    first, same, other = (model.build(Hyperparameters(dense_units=8, seed=seed)).get_weights() for seed in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert not np.array_equal(first[0], other[0])
