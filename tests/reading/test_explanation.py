"""What a network's layers make of an image, and which ink speaks for its answer."""

from pathlib import Path

import keras
import numpy as np
import pytest
from scipy import ndimage

from mnist_cnn.errors import StudioError
from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import PRESETS, Hyperparameters
from mnist_cnn.reading import explanation

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="module")
def cross():
    """An image of a plus, float32 (28, 28)."""
    image = np.zeros((28, 28), np.float32)
    image[13:15, 6:22] = image[6:22, 13:15] = 1
    return image


@pytest.fixture(scope="module")
def judge():
    """A network that gives 0 the ink of the left half, 1 that of the right half, and other digits none."""
    network = keras.Sequential([keras.Input(model.INPUT_SHAPE), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])
    weights = np.zeros((28, 28, 10), np.float32)
    weights[:, :14, 0] = weights[:, 14:, 1] = 0.2
    network.set_weights([weights.reshape(784, 10), np.zeros(10)])
    return network


def test_every_layer_of_the_tutorials_network_is_shown(cross):
    stages = explanation.feature_maps(model.build(PRESETS["tutorial"]), cross)
    assert [(stage.kind, stage.number, stage.maps.shape) for stage in stages] == [
        ("Conv2D", 1, (28, 28, 16)),
        ("MaxPooling2D", 1, (14, 14, 16)),
        ("Conv2D", 2, (14, 14, 36)),
        ("MaxPooling2D", 2, (7, 7, 36)),
        ("Dense", 1, (1, 1, 128)),
    ]
    assert [stage.kernels is not None for stage in stages] == [True, False, False, False, False]


def test_a_convolution_is_shown_after_its_normalisation_and_relu(cross):
    network = model.build(PRESETS["sketch"])
    stages = explanation.feature_maps(network, cross)
    assert [stage.kind for stage in stages] == ["Conv2D", "Conv2D", "MaxPooling2D"] * 3 + ["Dense"]
    assert all(stage.maps.min() >= 0 for stage in stages)
    relu = next(layer for layer in network.layers if isinstance(layer, keras.layers.ReLU))
    expected = keras.Model(network.inputs[0], relu.output)(cross[np.newaxis, ..., np.newaxis], training=False)
    assert np.allclose(stages[0].maps, expected[0])


def test_a_feature_map_is_the_image_correlated_with_its_kernel(cross):
    first, pooled, *_ = explanation.feature_maps(model.build(Hyperparameters(filters1=3, filters2=2)), cross)
    for number in range(3):  # biases are zero before training
        expected = np.maximum(ndimage.correlate(cross, first.kernels[..., number], mode="constant"), 0)
        assert np.allclose(first.maps[..., number], expected, atol=1e-5)
    assert np.array_equal(pooled.maps, first.maps.reshape(14, 2, 14, 2, 3).max(axis=(1, 3)))


def test_ink_speaks_for_the_digit_that_it_makes_likelier(judge, cross):
    values = explanation.evidence(judge, cross, 0, 1)
    assert (values[:, :11][cross[:, :11] > 0] > 0).all()
    assert (values[:, 17:][cross[:, 17:] > 0] < 0).all()
    assert (values[cross == 0] == 0).all()


def test_ink_for_one_digit_is_ink_against_the_other(judge, cross):
    assert np.allclose(explanation.evidence(judge, cross, 0, 1), -explanation.evidence(judge, cross, 1, 0), atol=1e-6)


def test_evidence_is_what_covering_changes(judge):
    dot = np.zeros((28, 28), np.float32)
    dot[4, 4] = 1  # any square that covers something covers all of it
    values = explanation.evidence(judge, dot, 0, 3)
    assert values[4, 4] == pytest.approx(0.2, abs=1e-5)
    assert np.count_nonzero(values) == 1


def test_a_blank_image_has_no_evidence(judge):
    assert not explanation.evidence(judge, np.zeros((28, 28), np.float32), 0, 1).any()


@pytest.mark.parametrize("name", ["tutorial", "quick", "sketch"])
def test_a_cell_of_every_convolution_is_what_keras_computes(cross, name):
    network = keras.models.load_model(MODELS / name / "model.keras", compile=False)
    convolutions = iter(stage for stage in explanation.stages(network) if stage.kind == "convolution")
    maps, rng = cross[..., np.newaxis], np.random.default_rng(1)
    for layer in explanation.feature_maps(network, cross):
        if layer.kind == "Conv2D":
            stage = next(convolutions)
            for row, column, channel in [(0, 0, 0), *rng.integers(layer.maps.shape, size=(20, 3))]:
                cell = explanation.cell(stage, maps, row, column, channel)
                assert cell.value == pytest.approx(layer.maps[row, column, channel], abs=1e-4)
                assert cell.scale * cell.sums.sum() + cell.shift <= cell.value + 1e-4
                assert np.allclose(cell.products, cell.patch * cell.kernel)
                assert cell.products.sum(axis=(0, 1)) == pytest.approx(cell.sums, abs=1e-4)
        maps = layer.maps
    assert next(convolutions, None) is None


def test_the_stages_are_those_of_the_network_with_normalisation_folded_in():
    kinds = [stage.kind for stage in explanation.stages(model.build(PRESETS["tutorial"]))]
    block = ["convolution", "pooling"]
    assert kinds == [*block, *block, "dropout", "flatten", "dense", "dropout", "softmax"]
    quick = explanation.stages(model.build(PRESETS["quick"]))  # drops nothing
    assert [stage.kind for stage in quick] == [*block * 3, "flatten", "dense", "softmax"]
    assert all(stage.normalised and stage.relu for stage in quick if stage.kind == "convolution")
    assert [stage.number for stage in quick if stage.kind == "pooling"] == [1, 2, 3]


FOREIGN = {
    "a stride": [keras.layers.Conv2D(4, 3, strides=2, padding="same"), keras.layers.Flatten()],
    "no padding": [keras.layers.Conv2D(4, 3), keras.layers.Flatten()],
    "normalised first": [keras.layers.BatchNormalization(), keras.layers.Flatten()],
    "normalised after pooling": [keras.layers.MaxPooling2D(), keras.layers.BatchNormalization(), keras.layers.Flatten()],
    "another activation": [keras.layers.Flatten(), keras.layers.Dense(4, "tanh")],
    "averaging": [keras.layers.AveragePooling2D(2), keras.layers.Flatten()],
}


@pytest.mark.parametrize("layers", FOREIGN.values(), ids=FOREIGN)
def test_a_network_that_is_not_built_here_is_refused(layers):
    network = keras.Sequential([keras.Input(model.INPUT_SHAPE), *layers, keras.layers.Dense(10, "softmax")])
    with pytest.raises(StudioError) as caught:
        explanation.stages(network)
    assert caught.value.code == "network.foreign"
