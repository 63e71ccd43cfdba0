"""Our forward pass and its gradients are plain Keras's; what is no digit pulls towards no digit."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from mnist_cnn.digits.datasets import NO_DIGIT
from mnist_cnn.network import forward, model
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.network.step import Steps

SMALL = {"filters1": 3, "filters2": 4, "dense_units": 8, "dropout1": 0.0, "dropout2": 0.0}
NETWORKS = {
    "tutorial": {},
    "transcript": {"second_pooling": True},
    "batch norm": {"batch_norm": True},
    "small kernels": {"kernel1": 3, "batch_norm": True},
    "large kernels": {"kernel1": 7},
    "a single kernel": {"filters1": 1, "filters3": 5},
    "deep": {"convolutions": 2, "filters3": 5, "batch_norm": True},
    "deep, without batch norm": {"convolutions": 3, "filters3": 5},
}


@pytest.mark.parametrize("changes", NETWORKS.values(), ids=NETWORKS)
def test_loss_gradients_and_moving_statistics_are_those_of_keras(changes):
    network = model.build(Hyperparameters(**(SMALL | changes)))
    chance = np.random.default_rng(1)
    images, labels = tf.constant(chance.random((32, 28, 28, 1), np.float32)), chance.integers(0, 10, 32)
    variables = [variable.value for variable in network.trainable_variables]
    with tf.GradientTape() as tape:
        logits, updates = forward.logits(network, images, [0, 0])
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    ours = tape.gradient(loss, variables)
    moved = {id(variable): value.numpy() for variable, value in updates}
    with tf.GradientTape() as tape:
        expected = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(labels, network(images, training=True)))
    theirs = tape.gradient(expected, variables)

    assert float(loss) == pytest.approx(float(expected), rel=1e-4)
    for mine, plain in zip(ours, theirs, strict=True):
        assert np.allclose(mine, plain, rtol=1e-3, atol=1e-5)
    for variable in network.non_trainable_variables:
        if id(variable.value) in moved:
            assert np.allclose(moved[id(variable.value)], variable.value.numpy(), rtol=1e-4, atol=1e-5)


def test_a_network_learns_to_be_unsure_of_what_is_no_digit():
    hp = Hyperparameters(**SMALL, batch_size=20, learning_rate=0.01)
    chance = np.random.default_rng(1)
    blots, bars = np.full((60, 28, 28), 200, np.uint8), np.zeros((60, 28, 28), np.uint8)
    bars[:, 4:24, 12:15] = chance.integers(150, 255, (60, 1, 1))
    images = np.concatenate([blots, bars])
    labels = np.repeat(np.array([NO_DIGIT, 1], np.uint8), 60)
    network = model.build(hp)
    steps = Steps(network, keras.optimizers.Adam(0.01), hp, (images, labels), (images, labels))
    for _ in range(20):
        loss, right = steps.train(chance.permutation(120).astype(np.int32)).sum(axis=0)
    unsure, sure = network(images[[0, -1], ..., np.newaxis] / np.float32(255)).numpy()
    assert unsure.max() < 0.3 and sure.argmax() == 1 and sure.max() > 0.9
    assert right == 120 and 0 <= loss / 120 < 0.1


def test_settled_averages_are_of_the_batches_alone():
    hp = Hyperparameters(**SMALL, batch_norm=True, batch_size=30)
    images = np.random.default_rng(1).integers(0, 255, (30, 28, 28)).astype(np.uint8)
    data, network = (images, np.repeat(np.arange(10, dtype=np.uint8), 3)), model.build(hp)
    steps, seen = Steps(network, keras.optimizers.SGD(0.0), hp, data, data), images[..., np.newaxis] / np.float32(255)
    steps.settle_averages()  # before the first batch there is nothing to settle
    steps.train(np.tile(np.arange(30, dtype=np.int32), 3))  # the same batch, which at that rate teaches nothing
    unsettled = network(seen).numpy()
    steps.settle_averages()
    settled, trained = network(seen).numpy(), network(seen, training=True).numpy()
    assert np.allclose(settled, trained, atol=1e-4) and not np.allclose(unsettled, trained, atol=1e-3)


def test_each_batch_is_told_by_itself_however_many_are_trained_in_one_call():
    hp = Hyperparameters(**SMALL, batch_size=30)
    chance = np.random.default_rng(1)
    data = chance.integers(0, 255, (100, 28, 28)).astype(np.uint8), chance.integers(0, 10, 100).astype(np.uint8)
    order = chance.permutation(100).astype(np.int32)

    def steps():
        return Steps(model.build(hp), keras.optimizers.Adam(0.01), hp, data, data)

    one_by_one, together = steps(), steps().train(order)
    expected = np.concatenate([one_by_one.train(order[start : start + 30]) for start in range(0, 100, 30)])
    assert together.shape == (4, 2) and np.allclose(together, expected, rtol=1e-5)
    assert len({loss for loss, _ in together}) == 4 and together[-1, 1] <= 10  # the last one has ten images
