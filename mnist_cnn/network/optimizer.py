"""The optimizer that hyperparameters ask for, and the learning rate of each of its steps."""

from math import pi

import numpy as np

from mnist_cnn.network.hyperparameters import Hyperparameters

RANGE = 10_000  # the highest rate of a range test : its first
RISE = 4  # one cycle rises over the first so-manieth part of its steps
FIRST = 25  # its highest rate : its first


def make(hp: Hyperparameters, batches: int):
    """A Keras optimizer with the rate or schedule that the hyperparameters ask for; so many `batches` are an epoch."""
    import keras

    schedules, rate, total = keras.optimizers.schedules, hp.learning_rate, hp.epochs * batches
    if hp.schedule == "one-cycle":
        rise = _rise(total)
        rate = schedules.CosineDecay(
            rate / FIRST, max(1, total - rise), alpha=0.0, warmup_target=rate, warmup_steps=rise
        )  # fmt: skip
    elif hp.schedule == "range-test":
        rate = schedules.ExponentialDecay(rate / RANGE, max(1, total - 1), RANGE)
    optimizers = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}
    momentum = {"momentum": 0.9} if hp.optimizer == "sgd" else {}
    return optimizers[hp.optimizer](learning_rate=rate, **momentum)


def rate_at(hp: Hyperparameters, batches: int, step):
    """The learning rate of a step, or of many, as the optimizer of `make` has it.

    Parameters
    ----------
    batches : of an epoch.
    step : steps taken before it, 0 for the first; a number or an array (N,).

    Returns
    -------
    float64, of the shape of `step`.
    """
    step, total, highest = np.asarray(step, float), hp.epochs * batches, hp.learning_rate
    if hp.schedule == "range-test":
        return highest / RANGE * RANGE ** (step / max(1, total - 1))
    if hp.schedule == "one-cycle":
        rise = _rise(total)
        up = highest / FIRST + (highest - highest / FIRST) * step / rise
        down = highest * (1 + np.cos(pi * np.minimum((step - rise) / max(1, total - rise), 1))) / 2
        return np.where(step < rise, up, down)
    return np.full(step.shape, highest)


def _rise(total: int) -> int:
    """How many of so many steps a cycle rises."""
    return max(1, total // RISE)
