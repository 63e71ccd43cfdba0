"""Ask a network as it was at a moment of its training."""

from dataclasses import replace

import numpy as np

from mnist_cnn.reading import prediction, snapshots
from mnist_cnn.reading.snapshots import Moment
from mnist_cnn.runs import Run


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
    try:
        predictor = prediction.of(replace(run.hyperparameters, views=1), weights)
    except ValueError:
        return None
    return predictor.predict(images), weights[0][:, :, 0]  # an image has one channel
