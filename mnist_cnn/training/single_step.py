"""Training one step at a time: everything that a single batch does to a network, for pictures."""

from dataclasses import dataclass, replace

import numpy as np

from mnist_cnn.digits import datasets
from mnist_cnn.digits.datasets import Dataset
from mnist_cnn.network import model as network
from mnist_cnn.network import optimizer
from mnist_cnn.network.hyperparameters import RANGES, Hyperparameters
from mnist_cnn.training import estimate, training_set

SHOWN = 8  # images of a batch that are told one by one
WORK = 4e9  # multiply-adds of a batch's forward pass at most, so that a step takes less than a second


@dataclass(frozen=True, eq=False)
class Change:
    """What a step did to the kernel of a layer.

    Attributes
    ----------
    name : of the layer, as Keras has it.
    kernel, gradient, update : float32, of one shape, (K, K, C, F) or (inputs, units): before the step, of the mean loss
        of the batch, and what was added to it.
    """

    name: str
    kernel: np.ndarray
    gradient: np.ndarray
    update: np.ndarray


@dataclass(frozen=True, eq=False)
class Step:
    """One step.

    Attributes
    ----------
    number : how many were taken with it.
    epoch, batch, batches : of its batch, counted from 1, and how many there are in an epoch.
    rate : the learning rate that it had.
    size : images in the batch.
    images : float32 (N, 28, 28) in [0, 1], the first `SHOWN` of them as the network got them.
    labels : uint8 (N,).
    probabilities : float32 (2, N, 10), before and after the step, with the same units dropped.
    losses : float32 (2, N), likewise.
    loss : the mean over the whole batch, before and after.
    changes : of every layer that has a kernel, the first one first.
    """

    number: int
    epoch: int
    batch: int
    batches: int
    rate: float
    size: int
    images: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray
    losses: np.ndarray
    loss: tuple[float, float]
    changes: list[Change]


def affordable(hp: Hyperparameters) -> Hyperparameters:
    """The settings nearest to these whose step is quickly shown: a batch not too large, the dataset's own images."""
    most = max(RANGES["batch_size"]["low"], int(WORK / estimate.work(hp)))
    return replace(hp, batch_size=min(hp.batch_size, most), pen_copies=0, nondigits=0.0)


class SingleStep:
    """A new network that is trained step by step, as `training.train` would: the same weights, batches and chance.

    Parameters
    ----------
    hp : as `affordable` gives them.
    """

    def __init__(self, hp: Hyperparameters, dataset: Dataset):
        from mnist_cnn.network.step import Learner  # brings TensorFlow

        (self._images, self._labels), _ = datasets.split(dataset, hp.validation_split, hp.train_images)
        self.hp, self.taken = hp, 0
        self.batches = -(-len(self._labels) // hp.batch_size)
        self._learner = Learner(network.build(hp), optimizer.make(hp, self.batches), hp)

    def step(self) -> Step:
        """Take the next step."""
        epoch, batch = divmod(self.taken, self.batches)
        order = training_set.order(self.hp, epoch + 1, len(self._labels))
        chosen = order[batch * self.hp.batch_size : (batch + 1) * self.hp.batch_size]
        images, labels = self._images[chosen], self._labels[chosen]
        learner, kernels = self._learner, self._kernels()
        seed = learner.seed()
        old = learner.differentiate(images, labels.astype(np.int32), seed)
        learner.update(old)
        new = learner.differentiate(images, labels.astype(np.int32), seed)
        gradients = {id(v): g.numpy() for v, g in zip(learner.model.trainable_variables, old.gradients, strict=True)}
        self.taken += 1
        changes = [
            Change(name, before, gradients[id(variable)], variable.numpy() - before)
            for (name, variable, before) in kernels
        ]  # fmt: skip
        return Step(
            self.taken, epoch + 1, batch + 1, self.batches,
            float(optimizer.rate_at(self.hp, self.batches, self.taken - 1)), len(labels),
            old.images.numpy()[:SHOWN, :, :, 0], labels[:SHOWN],
            np.stack([_softmax(found.logits.numpy()[:SHOWN]) for found in (old, new)]),
            np.stack([found.losses.numpy()[:SHOWN] for found in (old, new)]),
            tuple(float(found.losses.numpy().mean()) for found in (old, new)), changes,
        )  # fmt: skip

    def weights(self) -> list[np.ndarray]:
        """Of the network as it is now, as Keras lists them."""
        return self._learner.model.get_weights()

    def _kernels(self) -> list:
        """Name, variable and value of every layer's kernel."""
        layers = [layer for layer in self._learner.model.layers if hasattr(layer, "kernel")]
        return [(layer.name, layer.kernel, layer.kernel.numpy()) for layer in layers]


def _softmax(logits: np.ndarray) -> np.ndarray:
    from scipy.special import softmax

    return softmax(logits, axis=1)
