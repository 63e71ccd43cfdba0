"""The network in plain NumPy: what Keras computes of every network that hyperparameters allow, and its gradient."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_cnn.network import keras_file, model, plain
from mnist_cnn.network.hyperparameters import PRESETS, Hyperparameters

MODELS = Path(__file__).parents[2] / "models"
SMALL = st.builds(
    Hyperparameters,
    filters1=st.integers(1, 6),
    kernel1=st.sampled_from((3, 5, 7)),
    filters2=st.integers(1, 6),
    kernel2=st.sampled_from((3, 5, 7)),
    filters3=st.integers(0, 6),
    convolutions=st.integers(1, 3),
    dense_units=st.sampled_from((8, 24)),
    dropout1=st.sampled_from((0.0, 0.3)),
    dropout2=st.sampled_from((0.0, 0.3)),
    batch_norm=st.booleans(),
    second_pooling=st.booleans(),
    seed=st.integers(0, 99),
)


def images(count: int) -> np.ndarray:
    return np.random.default_rng(1).random((count, 28, 28), np.float32)


def moved(network) -> list[np.ndarray]:
    """Weights of a model moved away from where training begins, statistics of batch normalisation and biases too."""
    chance = np.random.default_rng(2)
    weights = [weight + chance.uniform(0, 0.1, weight.shape).astype(np.float32) for weight in network.get_weights()]
    network.set_weights(weights)
    return weights


@settings(max_examples=12)
@given(hp=SMALL)
def test_answers_are_those_of_keras_and_the_gradient_is_that_of_tensorflow(hp):
    import tensorflow as tf

    network, slopes = model.build(hp), np.linspace(-1, 1, 20, dtype=np.float32).reshape(2, 10)
    ours, seen = plain.network(hp, moved(network)), tf.constant(images(2)[..., np.newaxis])
    with tf.GradientTape() as tape:
        tape.watch(seen)
        expected = network(seen, training=False)
        total = tf.reduce_sum(expected * slopes)
    assert ours.answer(images(2)).dtype == np.float32
    assert np.allclose(ours.answer(images(2)), expected, atol=1e-5)
    gradient = tape.gradient(total, seen).numpy()[..., 0]
    assert np.allclose(ours.gradient(images(2), slopes), gradient, atol=1e-5 + 1e-3 * np.abs(gradient).max())


@pytest.mark.parametrize("name", ["tutorial", "quick", "sketch"])
def test_what_ships_answers_as_in_keras_layer_by_layer(name):
    path, hp, values = MODELS / name / "model.keras", PRESETS[name], images(4)[..., np.newaxis]
    network = plain.network(hp, keras_file.weights(path, hp))
    outputs = {
        (stage.kind, stage.number): output for stage, output in zip(network.stages, network.outputs(images(4)), strict=True)
    }
    ends = {"pooling": "max_pooling2d", "flatten": "flatten"}
    for layer in keras_file.load(path, hp).layers:
        values = layer(values, training=False)
        for kind, its_name in ends.items():
            if layer.name.startswith(its_name):
                found = outputs[kind, int(layer.name.rsplit("_", 1)[1])]
                assert np.allclose(found, values, atol=1e-5 * max(1, np.abs(values).max())), layer.name
    assert np.allclose(network.answer(images(4)), values, atol=1e-5)


def test_stages_are_the_layers_with_normalisation_folded_in():
    def kinds(name: str) -> list[tuple[str, bool, bool]]:
        stages = plain.network(PRESETS[name], model.build(PRESETS[name]).get_weights()).stages
        assert all(stage.number == [s.kind for s in stages[: at + 1]].count(stage.kind) for at, stage in enumerate(stages))
        return [(stage.kind, stage.normalised, stage.relu) for stage in stages]

    rest = [("flatten", False, False), ("dense", False, True), ("softmax", False, False)]
    pooling, dropout = ("pooling", False, False), ("dropout", False, False)
    assert kinds("quick") == [("convolution", True, True), pooling] * 3 + rest
    tutorial = [("convolution", False, True), pooling] * 2 + [dropout, *rest[:2], dropout, rest[2]]
    assert kinds("tutorial") == tutorial


def test_weights_of_another_network_are_refused():
    hp = Hyperparameters(filters1=2, filters2=3, dense_units=8)
    weights = model.build(hp).get_weights()
    for wrong in (weights[:-1], weights[::-1], [*weights, weights[0]]):
        with pytest.raises(ValueError):
            plain.network(hp, wrong)
