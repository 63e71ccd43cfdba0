"""The inner loop: many batches per call into TensorFlow, from arrays in memory."""

import numpy as np
import tensorflow as tf

from mnist_cnn.hyperparameters import Hyperparameters

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

    def start_epoch(self, epoch: int) -> None:
        """Make what is random in this epoch depend on seed and epoch alone, so that resuming repeats it."""
        for number, layer in enumerate(self.model.layers):
            if generator := getattr(layer, "seed_generator", None):
                generator.state.assign(np.array([self.hp.seed * 1000 + epoch, number], np.uint32))

    def train(self, order: np.ndarray) -> np.ndarray:
        """One step per batch of `order`, int32 (n,); returns summed loss and number right, float64 (2,)."""
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
        totals = tf.zeros(2, tf.float64)
        size = self.hp.batch_size
        for start in tf.range(0, tf.size(order), size):
            totals += self._step(order[start : start + size])
        return totals

    def _step(self, batch):
        images = tf.cast(tf.gather(self.train_images, batch), tf.float32)[..., tf.newaxis] / 255
        labels = tf.cast(tf.gather(self.train_labels, batch), tf.int32)
        with tf.GradientTape() as tape:
            totals = _totals(labels, self.model(images, training=True))
            loss = tf.cast(totals[0], tf.float32) / tf.cast(tf.size(batch), tf.float32)
        variables = self.model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return totals

    @tf.function(input_signature=[tf.TensorSpec((), tf.int32)])
    def _validate(self, start):
        stop = start + VALIDATION_BATCH
        images = tf.cast(self.validation_images[start:stop], tf.float32)[..., tf.newaxis] / 255
        return _totals(tf.cast(self.validation_labels[start:stop], tf.int32), self.model(images, training=False))


def _totals(labels, probabilities):
    """Summed cross-entropy and number right, float64 (2,): sums that do not depend on their grouping."""
    right = tf.gather(probabilities, labels, batch_dims=1)
    loss = -tf.reduce_sum(tf.math.log(tf.clip_by_value(right, 1e-7, 1.0)))
    right = tf.reduce_sum(tf.cast(tf.argmax(probabilities, 1, tf.int32) == labels, tf.float32))
    return tf.cast(tf.stack([loss, right]), tf.float64)
