"""A network with its step traced ahead of the order: Quick's, which is what is trained most often."""

from contextlib import suppress
from dataclasses import replace

import numpy as np

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.network import model as network
from mnist_cnn.network import optimizer
from mnist_cnn.network.hyperparameters import PRESETS, Hyperparameters
from mnist_cnn.runs import Run
from mnist_cnn.training import training_set

DATASET, LIKELY = "mnist", PRESETS["quick"]
_ready: list = []  # one `Steps` at most, for one run


def prepare() -> None:
    """Load MNIST, train a batch and validate, which a process's first training would have to wait for."""
    data = 2 * [(np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8))]
    with suppress(StudioError):  # where there is none, trainings on it will say so
        data = training_set.compose(datasets.load(DATASET), LIKELY)
    steps = _steps(LIKELY, *data)
    steps.train(np.arange(min(LIKELY.batch_size, len(data[0][1])), dtype=np.int32))
    steps.validate(lambda: None)
    if len(data[0][1]) > 1:
        _ready[:] = [steps]


def steps(run: Run, train, validation):
    """The `Steps` of a run that has not begun, through images as `training_set.compose` gives them.

    Those that were prepared, where nothing but the seed differs.
    """
    hp = run.hyperparameters
    prepared, _ready[:] = _ready[:], []
    if prepared and (run.dataset, run.base, replace(hp, seed=LIKELY.seed)) == (DATASET, None, LIKELY):
        prepared[0].begin_anew(network.build(hp).get_weights(), hp.seed)
        return prepared[0]
    return _steps(hp, train, validation)


def _steps(hp: Hyperparameters, train, validation):
    from mnist_cnn.network.step import Steps  # brings TensorFlow

    return Steps(network.build(hp), optimizer.make(hp, -(-len(train[0]) // hp.batch_size)), hp, train, validation)
