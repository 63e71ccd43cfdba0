"""The inner loop of training: many batches per call into TensorFlow, from arrays in memory."""

import math
from dataclasses import dataclass, replace

import keras
import numpy as np
import tensorflow as tf

from mnist_cnn.digits.datasets import NO_DIGIT
from mnist_cnn.network import forward, precision
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.network.model import CLASSES, initial_weights

VALIDATION_BATCH = 500  # images
FREE = ("seed", "epochs", "batch_size", "learning_rate")  # no constants of what is traced; a schedule's are, but for the seed
FEW = 8  # images
ALIGNED = 64  # bytes, of which the address of a tensor's memory is a multiple


@dataclass(frozen=True, eq=False)
class Gradients:
    """What the loss of a batch of N images makes of a network, as tensors.

    Attributes
    ----------
    images : float32 (N, 28, 28, 1) in [0, 1], as the network got them: augmented.
    logits, losses : float32 (N, 10) and (N,), the latter counted from the least that each target allows.
    gradients : of the mean loss, one for each trainable variable.
    statistics : list of (variable, new value), of batch normalisation.
    """

    images: tf.Tensor
    logits: tf.Tensor
    losses: tf.Tensor
    gradients: list
    statistics: list


class Learner:
    """A stock Keras model and its optimizer, whose variables, all float32, a gradient step changes.

    Attributes
    ----------
    form : of `precision.FORMATS`, in which steps multiply; validation is float32, as all who use the network are.
    """

    def __init__(self, model, optimizer, hp: Hyperparameters):
        self.model, self.optimizer, self.hp, self.form = model, optimizer, hp, precision.chosen()
        self.chosen = tf.Variable(hp.seed, trainable=False)  # no constant of what was traced: see `Steps.begin_anew`
        optimizer.build(model.trainable_variables)

    def seed(self):
        """What all chance of the next step depends on, int32 (2,), so that resuming repeats it: the run's and its number."""
        return tf.stack([self.chosen.value(), tf.cast(self.optimizer.iterations.value, tf.int32)])

    def differentiate(self, images, labels, seed) -> Gradients:
        """Forward and back through a batch, uint8 (N, 28, 28) and int32 (N,); changes nothing."""
        images = _scaled(images)
        if self.hp.augmentation:
            images = forward.augment(images, self.hp.augmentation, seed)
        with tf.GradientTape() as tape:
            logits, statistics = forward.logits(self.model, images, seed, self.form)
            losses = tf.nn.softmax_cross_entropy_with_logits(_targets(labels), logits)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, [variable.value for variable in self.model.trainable_variables])
        return Gradients(images, logits, losses - _entropy(labels), gradients, statistics)

    def update(self, found: Gradients) -> None:
        """The optimizer's step down these gradients."""
        variables = self.model.trainable_variables
        if type(self.optimizer) is keras.optimizers.Adam:
            _adam(self.optimizer, found.gradients, variables)
        else:
            self.optimizer.apply(found.gradients, variables)
        for variable, value in found.statistics:
            variable.assign(value)

    def settle_averages(self) -> None:
        """Take out of batch normalisation's moving averages the 0 and 1 that they began with, as Adam does of its moments.

        After a few hundred steps nothing of that is left. Before, a network reads far worse than it trains.
        """
        steps = int(self.optimizer.iterations.numpy())
        for layer in self.model.layers if steps else []:
            if isinstance(layer, keras.layers.BatchNormalization):
                left = layer.momentum**steps
                mean, variance = (moving.numpy().astype(float) for moving in (layer.moving_mean, layer.moving_variance))
                layer.moving_mean.assign(mean / (1 - left))
                layer.moving_variance.assign(np.maximum(0, variance - left) / (1 - left))


class Steps(Learner):
    """Many steps of a learner, through images in memory.

    Parameters
    ----------
    model, optimizer : Keras's; their variables are what is trained.
    train, validation : uint8 (N, 28, 28) and uint8 (N,); they must not change.
    """

    def __init__(self, model, optimizer, hp: Hyperparameters, train, validation):
        super().__init__(model, optimizer, hp)
        self.train_images, self.train_labels = map(_shared, train)
        self.validation_images, self.validation_labels = map(_shared, validation)
        self._size = tf.Variable(hp.batch_size, trainable=False)
        self._untrained = [variable.numpy() for variable in optimizer.variables]

    def warm_up(self) -> None:
        """Trace what trains and validates, and train a few images; of a batch's size, they would leave its memory behind."""
        self.train(np.arange(min(FEW, self.train_labels.shape[0]), dtype=np.int32))
        self._validate.get_concrete_function()

    def serves(self, hp: Hyperparameters) -> bool:
        """Whether what was traced for one run's hyperparameters is right for another's, on the same images."""
        free = FREE if hp.schedule == "constant" else FREE[:1]
        return replace(self.hp, **{name: getattr(hp, name) for name in free}) == hp

    def begin_anew(self, hp: Hyperparameters) -> None:
        """Be as if nothing had been trained yet, by hyperparameters that it serves; what was traced stays."""
        self.hp = hp
        self.model.set_weights(initial_weights(hp))
        for variable, value in zip(self.optimizer.variables, self._untrained, strict=True):
            variable.assign(value)
        if hp.schedule == "constant":
            self.optimizer.learning_rate = hp.learning_rate
        self.chosen.assign(hp.seed)
        self._size.assign(hp.batch_size)

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
        size = self._size.value()
        batches = -(-tf.size(order) // size)
        totals = tf.TensorArray(tf.float64, batches, element_shape=(2,))
        for batch in tf.range(batches):
            totals = totals.write(batch, self._step(order[batch * size : (batch + 1) * size]))
        return totals.stack()

    @tf.autograph.experimental.do_not_convert  # rewriting what holds no loop of TensorFlow's takes longer than all else
    def _step(self, batch):
        labels = tf.cast(tf.gather(self.train_labels, batch), tf.int32)
        found = self.differentiate(tf.gather(self.train_images, batch), labels, self.seed())
        self.update(found)
        return _totals(found.losses, labels, tf.nn.softmax(found.logits))

    @tf.function(input_signature=[tf.TensorSpec((), tf.int32)], autograph=False)
    def _validate(self, start):
        stop = start + VALIDATION_BATCH
        labels = tf.cast(self.validation_labels[start:stop], tf.int32)
        probabilities = self.model(_scaled(self.validation_images[start:stop]), training=False)
        right = tf.gather(probabilities, labels, batch_dims=1)
        return _totals(-tf.math.log(tf.maximum(right, 1e-7)), labels, probabilities)


def _adam(optimizer, gradients, variables) -> None:
    """What Keras's Adam does, in one kernel a variable: one pass through memory, not a dozen, and less to trace."""
    rate, steps = optimizer.learning_rate, tf.cast(optimizer.iterations.value + 1, tf.float32)
    constants = {"lr": rate, "beta1": optimizer.beta_1, "beta2": optimizer.beta_2, "epsilon": optimizer.epsilon}
    constants |= {"beta1_power": optimizer.beta_1**steps, "beta2_power": optimizer.beta_2**steps}
    constants = {name: tf.cast(value, tf.float32) for name, value in constants.items()}
    moments = zip(optimizer._momentums, optimizer._velocities, strict=True)
    for gradient, variable, (first, second) in zip(gradients, variables, moments, strict=True):
        handles = {"var": variable.value.handle, "m": first.value.handle, "v": second.value.handle}
        tf.raw_ops.ResourceApplyAdam(**handles, grad=gradient, **constants)
    optimizer.iterations.assign_add(1)


def _shared(array: np.ndarray):
    """An array as a tensor on the same memory, where it lies there as TensorFlow wants it."""
    if array.ctypes.data % ALIGNED or not array.flags.writeable or not array.flags.c_contiguous or not array.size:
        return tf.constant(array)
    return tf.experimental.dlpack.from_dlpack(array.__dlpack__())


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
