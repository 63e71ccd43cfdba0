"""Where images lie for a network: the values of its last hidden layer, in two dimensions, and who is near whom."""

from dataclasses import dataclass

import numpy as np

from mnist_cnn.network.model import CLASSES
from mnist_cnn.network.plain import Network
from mnist_cnn.reading import prediction

LAST = ("dense", "softmax")  # the kinds of stages whose values are kept
NEIGHBOURS = 8
COMPONENTS = 30  # that t-SNE is given; it measures distances, and the further components hardly change them


@dataclass(frozen=True, eq=False)
class Reading:
    """What a network makes of N images, each looked at once, as it is.

    Attributes
    ----------
    hidden : float32 (N, units) >= 0, the last hidden layer after its ReLU.
    probabilities : float32 (N, 10).
    """

    hidden: np.ndarray
    probabilities: np.ndarray


def read(network: Network, images: np.ndarray) -> Reading:
    """Read images (N, 28, 28), one or more, uint8, or float32 in [0, 1]."""

    def ask(images: np.ndarray) -> np.ndarray:
        *_, hidden, probabilities = (
            values for stage, values in zip(network.stages, network.outputs(images), strict=True) if stage.kind in LAST
        )
        return np.concatenate([hidden, probabilities], axis=1)

    values = prediction.in_pieces(ask, images.astype(np.float32) / (255 if images.dtype == np.uint8 else 1))
    return Reading(values[:, :-CLASSES], values[:, -CLASSES:])


def is_map(hidden: np.ndarray) -> bool:
    """Whether there is anything to map: values (N, units) that are finite and not the same for all images."""
    return len(hidden) > 1 and bool(np.isfinite(hidden).all()) and bool((hidden != hidden[0]).any())


class Pca:
    """The two principal components of hidden values, float32 (N, units >= 2), `is_map`.

    Attributes
    ----------
    places : float32 (N, 2).
    share : of the variance that the two hold, 0 to 1.
    """

    def __init__(self, hidden: np.ndarray):
        from sklearn.decomposition import PCA

        self._pca = PCA(2, random_state=0)
        self.places = self._pca.fit_transform(hidden)
        self.share = float(self._pca.explained_variance_ratio_.sum())

    def place(self, others: np.ndarray) -> np.ndarray:
        """Where other hidden values (M, units) lie, float32 (M, 2)."""
        return self._pca.transform(others)


class Tsne:
    """t-SNE of hidden values, float32 (N >= 3, units >= 2), `is_map` (L. van der Maaten, G. Hinton, JMLR 2008).

    The same values give the same places on one machine.

    Attributes
    ----------
    places : float32 (N, 2).
    """

    def __init__(self, hidden: np.ndarray):
        from sklearn.decomposition import PCA
        from sklearn.manifold import TSNE

        self._hidden = hidden
        reduced = PCA(min(COMPONENTS, *hidden.shape), random_state=0).fit_transform(hidden)
        self.places = TSNE(perplexity=min(30, (len(hidden) - 1) / 3), init="pca", random_state=0).fit_transform(reduced)

    def place(self, others: np.ndarray) -> np.ndarray:
        """About where other hidden values (M, units) would lie, float32 (M, 2).

        t-SNE maps what it was given and nothing else. So this is the mean of their neighbours' places, each weighted
        with the inverse of its distance in the hidden layer.
        """
        from sklearn.neighbors import KNeighborsRegressor

        neighbours = KNeighborsRegressor(min(NEIGHBOURS, len(self._hidden)), weights="distance")
        return neighbours.fit(self._hidden, self.places).predict(others)


def nearest(hidden: np.ndarray, one: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest among hidden values (N, units) to others (units,), by Euclidean distance, the nearest first.

    Returns
    -------
    indices, distances : int64 and float32 (NEIGHBOURS,), or fewer where N is less.
    """
    from sklearn.neighbors import NearestNeighbors

    found = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(hidden))).fit(hidden)
    distances, indices = found.kneighbors(one[np.newaxis])
    return indices[0], distances[0]
