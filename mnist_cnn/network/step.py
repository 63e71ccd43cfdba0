"""The inner loop of training: many batches per call into TensorFlow, from arrays in memory."""

import math

import numpy as np
import tensorflow as tf

from mnist_cnn.digits.datasets import NO_DIGIT
from mnist_cnn.network import forward
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.network.model import CLASSES

VALIDATION_BATCH = 500  # images


class Steps:
    """Gradient steps of a stock Keras model.

    Parameters
    ----------
    model, optimizer : Keras's; their variables are what is trained.
    train, validation : uint8 (N, 28, 28) and uint8 (N,).
    """

    def __init__(self, model, optimizer, hp: Hyperparameters, train, validation):
        self.model, self.optimizer, self.hp = model, optimizer, hp
        self.train_images, self.train_labels = map(tf.constant, train)
        self.validation_images, self.validation_labels = map(tf.constant, validation)
        optimizer.build(model.trainable_variables)

    def train(self, order: np.ndarray) -> np.ndarray:
        """One step per batch of `order`, int32 (n,); returns the summed loss and number right of each, float64 (batches, 2)."""
        return self._train(tf.constant(order)).numpy()

    def validate(self, between) -> np.ndarray:
        """Summed loss and number right on the validation images, float64 (2,); calls `between` batches."""
        totals = np.zeros(2)
        for start in range(0, len(self.validation_labels), VALIDATION_BATCH):
            totals += self._validate(tf.constant(start)).numpy()
            between()
        return totals

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.int32)])
    def _train(self, order):
        size = self.hp.batch_size
        batches = -(-tf.size(order) // size)
        totals = tf.TensorArray(tf.float64, batches, element_shape=(2,))
        for batch in tf.range(batches):
            totals = totals.write(batch, self._step(order[batch * size : (batch + 1) * size]))
        return totals.stack()

    def _step(self, batch):
        images = _scaled(tf.gather(self.train_images, batch))
        labels = tf.cast(tf.gather(self.train_labels, batch), tf.int32)
        targets = _targets(labels)
        # All chance depends on the seed and the number of the step, so that resuming repeats it.
        seed = tf.stack([self.hp.seed, tf.cast(self.optimizer.iterations.value, tf.int32)])
        if self.hp.augmentation:
            images = forward.augment(images, self.hp.augmentation, seed)
        with tf.GradientTape() as tape:
            logits, updates = forward.logits(self.model, images, seed)
            losses = tf.nn.softmax_cross_entropy_with_logits(targets, logits)
            loss = tf.reduce_mean(losses)
        variables = self.model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, [variable.value for variable in variables]), variables)
        for variable, value in updates:
            variable.assign(value)
        return _totals(losses - _entropy(labels), labels, tf.nn.softmax(logits))

    @tf.function(input_signature=[tf.TensorSpec((), tf.int32)])
    def _validate(self, start):
        stop = start + VALIDATION_BATCH
        labels = tf.cast(self.validation_labels[start:stop], tf.int32)
        probabilities = self.model(_scaled(self.validation_images[start:stop]), training=False)
        right = tf.gather(probabilities, labels, batch_dims=1)
        return _totals(-tf.math.log(tf.maximum(right, 1e-7)), labels, probabilities)


def _scaled(images):
    """uint8 (N, 28, 28) to float32 (N, 28, 28, 1) in [0, 1]."""
    return tf.cast(images, tf.float32)[..., tf.newaxis] / 255


def _targets(labels):
    """One-hot float32 (N, 10); for what is no digit every digit is as right as another."""
    return tf.where((labels == NO_DIGIT)[:, tf.newaxis], 1 / CLASSES, tf.one_hot(labels, CLASSES))


def _entropy(labels):
    """The least loss that each target allows, so that losses count from zero."""
    return tf.where(labels == NO_DIGIT, math.log(CLASSES), 0.0)


def _totals(losses, labels, probabilities):
    """Summed loss and number right; float64, so that the sums hardly depend on their grouping.

    Right about what is no digit is whoever gives no digit half of the probability.
    """
    right = tf.argmax(probabilities, axis=1, output_type=tf.int32) == labels
    right |= (labels == NO_DIGIT) & (tf.reduce_max(probabilities, axis=1) < 0.5)
    return tf.stack([tf.reduce_sum(tf.cast(losses, tf.float64)), tf.reduce_sum(tf.cast(right, tf.float64))])
