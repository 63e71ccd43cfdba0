"""Ask a network as it was at a moment of its training."""

import threading
from functools import lru_cache

import numpy as np

from mnist_cnn.network import model as network
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.reading import snapshots
from mnist_cnn.reading.prediction import Predictor
from mnist_cnn.reading.snapshots import Moment
from mnist_cnn.runs import Run

_lock = threading.Lock()  # one network takes the weights of all moments in turn


def ask(run: Run, moment: Moment, images: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """What the network of a run read, and with which kernels; each image is looked at once, whatever the run's `views`.

    Parameters
    ----------
    images : float32 (N, 28, 28) in [0, 1].

    Returns
    -------
    Probabilities float32 (N, 10), and the kernels of the first convolution, float32 (K, K, C).
    None where the moment's snapshot is lost, damaged, or another network's.
    """
    weights = snapshots.load(run, moment)
    if weights is None:
        return None
    with _lock:
        predictor = _predictor(run.hyperparameters)
        if [array.shape for array in weights] != [array.shape for array in predictor.model.get_weights()]:
            return None
        predictor.model.set_weights(weights)
        return predictor.predict(images), weights[0][:, :, 0]  # an image has one channel


@lru_cache(maxsize=2)
def _predictor(hp: Hyperparameters) -> Predictor:
    return Predictor(network.build(hp))
