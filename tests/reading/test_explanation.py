"""Which ink speaks for a network's answer."""

import numpy as np
import pytest

from mnist_cnn.network.plain import Network, Stage
from mnist_cnn.reading import explanation


@pytest.fixture(scope="module")
def cross():
    """An image of a plus, float32 (28, 28)."""
    image = np.zeros((28, 28), np.float32)
    image[13:15, 6:22] = image[6:22, 13:15] = 1
    return image


@pytest.fixture(scope="module")
def judge():
    """A network that gives 0 the ink of the left half, 1 that of the right half, and other digits none."""
    weights = np.zeros((28, 28, 10), np.float32)
    weights[:, :14, 0] = weights[:, 14:, 1] = 0.2
    last = Stage("softmax", 1, weights.reshape(784, 10), np.ones(10, np.float32), np.zeros(10, np.float32))
    return Network([Stage("flatten", 1), last])


def test_ink_speaks_for_the_digit_that_it_makes_likelier(judge, cross):
    values = explanation.evidence(judge, cross, 0, 1)
    assert (values[:, :11][cross[:, :11] > 0] > 0).all()
    assert (values[:, 17:][cross[:, 17:] > 0] < 0).all()
    assert (values[cross == 0] == 0).all()


def test_ink_for_one_digit_is_ink_against_the_other(judge, cross):
    assert np.allclose(explanation.evidence(judge, cross, 0, 1), -explanation.evidence(judge, cross, 1, 0), atol=1e-6)


def test_evidence_is_what_covering_changes(judge):
    dot = np.zeros((28, 28), np.float32)
    dot[4, 4] = 1  # any square that covers something covers all of it
    values = explanation.evidence(judge, dot, 0, 3)
    assert values[4, 4] == pytest.approx(0.2, abs=1e-5)
    assert np.count_nonzero(values) == 1


def test_a_blank_image_has_no_evidence(judge):
    assert not explanation.evidence(judge, np.zeros((28, 28), np.float32), 0, 1).any()
