"""Networks with their steps traced ahead of the order: those of the presets that are trained most often."""

import numpy as np

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.network import model as network
from mnist_cnn.network import optimizer
from mnist_cnn.network.hyperparameters import PRESETS, Hyperparameters
from mnist_cnn.runs import Run
from mnist_cnn.training import training_set

DATASET, LIKELY = "mnist", (PRESETS["quick"], PRESETS["tutorial"])  # the first is what the page begins with
_ready: list = []  # `Steps`, of which a run takes one


def prepare(hp: Hyperparameters = LIKELY[0]) -> None:
    """Load MNIST and trace a network's step, which a process's first training would have to wait for."""
    try:
        data = training_set.compose(datasets.load(DATASET), hp)
    except StudioError:  # where there is no MNIST, trainings on it will say so
        _steps(hp, *2 * [(np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8))]).warm_up()
        return
    steps = _steps(hp, *data)
    steps.warm_up()
    _ready.append(steps)


def steps(run: Run, train, validation):
    """The `Steps` of a run that has not begun, through images as `training_set.compose` gives them.

    Those that were prepared, where they serve it.
    """
    prepared, _ready[:] = _ready[:], []
    if run.dataset == DATASET and not run.base:
        for candidate in prepared:
            if candidate.serves(run.hyperparameters):
                candidate.begin_anew(run.hyperparameters)
                return candidate
    return _steps(run.hyperparameters, train, validation)


def _steps(hp: Hyperparameters, train, validation):
    from mnist_cnn.network.step import Steps  # brings TensorFlow

    return Steps(network.build(hp), optimizer.make(hp, -(-len(train[0]) // hp.batch_size)), hp, train, validation)
