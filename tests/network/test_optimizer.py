"""The rate of a step is what Keras's optimizer has at it."""

import numpy as np
import pytest

from mnist_cnn.network import optimizer
from mnist_cnn.network.hyperparameters import RANGES, Hyperparameters


@pytest.mark.parametrize("batches", [1, 7])
@pytest.mark.parametrize("schedule", RANGES["schedule"]["choices"])
def test_the_rate_of_every_step_is_that_of_the_optimizer(schedule, batches):
    hp = Hyperparameters(schedule=schedule, learning_rate=0.3, epochs=3)
    keras_optimizer, rates = optimizer.make(hp, batches), []
    for step in range(3 * batches):
        keras_optimizer.iterations.assign(step)
        rates.append(float(keras_optimizer.learning_rate))
    assert np.allclose(optimizer.rate_at(hp, batches, np.arange(3 * batches)), rates, rtol=1e-4, atol=1e-9)
    assert optimizer.rate_at(hp, batches, 0) == pytest.approx(rates[0], rel=1e-4)


def test_a_range_test_goes_from_a_ten_thousandth_to_the_rate_by_equal_factors():
    rates = optimizer.rate_at(Hyperparameters(schedule="range-test", learning_rate=1.0, epochs=1), 5, np.arange(5))
    assert np.allclose(rates, [1e-4, 1e-3, 1e-2, 1e-1, 1])
