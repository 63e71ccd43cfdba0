"""How long a training will take."""

import os
from functools import lru_cache
from math import ceil, inf, prod

from mnist_cnn.digits.datasets import TRAIN_IMAGES
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.network.model import describe
from mnist_cnn.runs import Run
from mnist_cnn.training import training_set

RATE = 40e9  # multiply-adds per second and core of a plain CPU, until a run has shown the machine's own
NEWEST = 5  # runs that tell the machine's speed
SHORT = 1.0  # seconds of a core that an epoch takes at least to tell it
FORWARD_AND_BACK = 3  # a training step costs about three forward passes
STARTING = 8.0  # seconds that a run takes besides its epochs: the process, TensorFlow's tracing, the test set
STEP = 5e8  # multiply-adds that a step costs besides, however few images it is of; fitted to batches of 16 to 600
OUTPUT = 160  # multiply-adds that one output value of a convolution costs besides; fitted to benchmarks/growth.py


def work(hp: Hyperparameters) -> int:
    """Multiply-adds of one forward pass of one image."""
    total, pixels = 0, 28 * 28
    for layer in describe(hp):
        if layer.kind == "Conv2D":
            total += layer.parameters * pixels
        elif layer.kind == "Dense":
            total += layer.parameters
        elif layer.kind == "MaxPooling2D":
            pixels = layer.output_shape[0] * layer.output_shape[1]
    return total


def seconds(hp: Hyperparameters, images: int, rate: float) -> float:
    """Time of all epochs on so many training images, validation included.

    Parameters
    ----------
    rate : multiply-adds per second, as `measured_rate` gives it.
    """
    return hp.epochs * _epoch_work(hp, images) / rate


def to_come(run: Run, rate: float, done: int = 0) -> float:
    """Seconds that a run will take once it begins; `done` of its epochs are trained already."""
    hp = run.hyperparameters
    share = max(0.0, 1 - done / hp.epochs)
    return STARTING + share * seconds(hp, min(hp.train_images, TRAIN_IMAGES[run.dataset]), rate)


def left(run: Run, rate: float) -> float:
    """Seconds that a run under way still takes, as it says itself, or by the epochs that are left."""
    told = [event["seconds_left"] for event in run.events() if event.get("seconds_left") is not None]
    return told[-1] if told else to_come(run, rate, len(run.history()))


def measured_rate(runs: list[Run]) -> float:
    """The speed of this machine: the best of the newest of `runs` that were trained here.

    A short run tells little, because it begins with TensorFlow tracing the step; so does one among others.
    """
    rates = []
    for run in runs:
        if len(rates) == NEWEST:
            break
        history = [] if run.shipped or run.base else run.history()
        times = [row["seconds"] for row in history if 0 < row["seconds"] < inf]
        if times:
            images = min(run.hyperparameters.train_images, TRAIN_IMAGES[run.dataset])
            if (work := _epoch_work(run.hyperparameters, images)) > SHORT * RATE:
                rates.append(work / min(times))
    return max(rates, default=RATE * (os.cpu_count() or 1))


def _epoch_work(hp: Hyperparameters, images: int) -> float:
    trained = training_set.size(hp, images)
    return _cost(hp) * (FORWARD_AND_BACK * trained + images * hp.validation_split) + STEP * ceil(trained / hp.batch_size)


@lru_cache(maxsize=1024)
def _cost(hp: Hyperparameters) -> int:
    """The time of one forward pass of one image, in multiply-adds: few filters keep the memory busier than the cores."""
    return work(hp) + OUTPUT * sum(prod(layer.output_shape) for layer in describe(hp) if layer.kind == "Conv2D")
