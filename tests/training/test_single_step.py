"""A step at a time is a step of training."""

import numpy as np
import pytest

from mnist_cnn.digits import datasets
from mnist_cnn.network import model, optimizer
from mnist_cnn.network.hyperparameters import PRESETS, Hyperparameters
from mnist_cnn.network.step import Steps
from mnist_cnn.training import single_step, training_set
from mnist_cnn.training.single_step import SingleStep

NETWORKS = {
    "plain": {},
    "everything": {"batch_norm": True, "augmentation": 0.5, "schedule": "one-cycle", "optimizer": "rmsprop", "dropout1": 0.2},
    "momentum": {"optimizer": "sgd", "second_pooling": True, "dropout2": 0.0},
}
DIGITS = datasets.load("digits")


@pytest.mark.parametrize("changes", NETWORKS.values(), ids=NETWORKS)
def test_three_single_steps_are_the_trainers_first_three(small, changes):
    hp = small(**changes)
    single = SingleStep(hp, DIGITS)
    taken = [single.step() for _ in range(3)]

    train, validation = training_set.compose(DIGITS, hp)
    batches = -(-len(train[0]) // hp.batch_size)
    network = model.build(hp)
    steps = Steps(network, optimizer.make(hp, batches), hp, train, validation)
    sums = steps.train(training_set.order(hp, 1, len(train[0]))[: 3 * hp.batch_size])

    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(single.weights(), network.get_weights(), strict=True))
    assert np.allclose([step.loss[0] for step in taken], sums[:, 0] / hp.batch_size, atol=1e-5)


def test_a_step_tells_what_it_did(small):
    hp = small(optimizer="sgd", learning_rate=0.05, dropout1=0.0, dropout2=0.0)
    single = SingleStep(hp, DIGITS)
    step = single.step()
    assert (step.number, step.epoch, step.batch, step.batches, step.rate) == (1, 1, 1, 8, 0.05)
    assert step.loss[1] < step.loss[0]  # plain descent, a little of it, on the same images
    right = np.take_along_axis(step.probabilities, np.tile(step.labels[None, :, None], (2, 1, 1)).astype(int), axis=2)[..., 0]
    assert np.allclose(step.losses, -np.log(right), atol=1e-5) and np.allclose(step.probabilities.sum(axis=2), 1, atol=1e-5)
    assert [change.name for change in step.changes] == ["conv2d_1", "conv2d_2", "dense_1", "dense_2"]
    for change in step.changes:
        assert change.kernel.shape == change.gradient.shape == change.update.shape
        assert np.allclose(change.update, -0.05 * change.gradient, atol=1e-6)  # momentum has yet to gather
    order = training_set.order(hp, 1, 160)[: single_step.SHOWN]
    assert np.allclose(step.images, DIGITS.x_train[order] / 255, atol=1e-6)
    assert step.labels.tolist() == DIGITS.y_train[order].tolist()


def test_after_the_last_batch_of_an_epoch_comes_the_next_epoch(small):
    single = SingleStep(small(batch_size=100), DIGITS)  # of 160
    places = [(step.epoch, step.batch, len(step.labels)) for step in (single.step() for _ in range(4))]
    assert places == [(1, 1, 8), (1, 2, 8), (2, 1, 8), (2, 2, 8)]


@pytest.mark.parametrize("name", PRESETS)
def test_what_a_step_costs_is_limited(name):
    hp = single_step.affordable(PRESETS[name])
    assert 8 <= hp.batch_size <= PRESETS[name].batch_size and not hp.pen_copies and not hp.nondigits
    assert single_step.affordable(PRESETS["tutorial"]) == PRESETS["tutorial"]
    assert single_step.affordable(Hyperparameters(filters1=64, filters2=128, batch_size=2000)).batch_size < 400
