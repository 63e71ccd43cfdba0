"""Ask a trained network what it sees."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np

from mnist_cnn.errors import StudioError
from mnist_cnn.network import keras_file, plain
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.network.model import CLASSES
from mnist_cnn.network.plain import Network
from mnist_cnn.network.views import SIDE, TURNS, gathered, seen
from mnist_cnn.runs import Run

PIECE = 10  # images and views of them that a core reads at a time, so that what it makes of them stays in its cache
BATCH = 500  # images that TensorFlow reads at a time


class Predictor:
    """A network in memory, computed by NumPy; any number of threads may ask it.

    Parameters
    ----------
    network : from images (N, 28, 28) to probabilities (N, 10).
    views : 1, or 5 to average over the image as it is, turned either way, larger and smaller.
    """

    def __init__(self, network: Network, views: int = 1):
        self.network, self.views = network, views

    def predict(self, images: np.ndarray, check: Callable[[], None] = lambda: None) -> np.ndarray:
        """Probabilities float32 (N, 10) of images float32 (N, 28, 28) in [0, 1].

        Parameters
        ----------
        check : called every few images; it may end the matter by raising.
        """
        return in_pieces(self._answer, images, self.views, check)

    def gradient(self, image: np.ndarray, slopes: np.ndarray) -> np.ndarray:
        """Of the sum of slopes (10,) * what `predict` says of an image (28, 28), by each of its pixels: (28, 28)."""
        views = seen(image[np.newaxis], self.views)
        return gathered(self.network.gradient(views, np.tile(slopes / self.views, (self.views, 1))), self.views)[0]

    def _answer(self, images: np.ndarray) -> np.ndarray:
        answers = self.network.answer(seen(images, self.views))
        return answers.reshape(self.views, len(images), CLASSES).mean(axis=0)


class KerasPredictor:
    """The same of a model in training: TensorFlow, which is there already, reads a whole test set in less time.

    Parameters
    ----------
    model : keras.Model from (N, 28, 28, 1) to probabilities (N, 10).
    views : as for `Predictor`.
    """

    def __init__(self, model, views: int = 1):
        import tensorflow as tf

        from mnist_cnn.network import forward

        def answer(images):
            seen = [images, *(forward.turned(images, *turn) for turn in TURNS[: views - 1])]
            answers = model(tf.concat(seen, axis=0), training=False)
            return tf.reduce_mean(tf.stack(tf.split(answers, views)), axis=0)

        self._ask = tf.function(answer, input_signature=[tf.TensorSpec((None, SIDE, SIDE, 1), tf.float32)])

    def predict(self, images: np.ndarray, check: Callable[[], None] = lambda: None) -> np.ndarray:
        """As `Predictor.predict`."""
        answers = [np.empty((0, CLASSES), np.float32)]
        for start in range(0, len(images), BATCH):
            check()
            answers.append(self._ask(images[start : start + BATCH, ..., np.newaxis]).numpy())
        return np.concatenate(answers)


def in_pieces(
    ask: Callable[[np.ndarray], np.ndarray], images: np.ndarray, views: int = 1, check: Callable[[], None] = lambda: None
) -> np.ndarray:
    """What `ask` says of images (N, ...), asked of a few at a time, on as many cores as there are; the results joined.

    Parameters
    ----------
    ask : thread-safe.
    views : in how many ways it looks at an image.
    check : called after every piece; it may end the matter by raising.
    """
    _one_thread_per_product()
    size = max(1, PIECE // views)
    pieces = [images[start : start + size] for start in range(0, len(images), size)] or [images]
    if len(pieces) == 1:
        check()
        return ask(images)
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        try:
            answers = []
            for answer in cores.map(ask, pieces):
                check()
                answers.append(answer)
        finally:
            cores.shutdown(cancel_futures=True)
    return np.concatenate(answers)


@cache
def _one_thread_per_product() -> None:
    """Have this process's matrix products run on the core that asks: to share so small ones takes longer than to multiply."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")


_loaded: dict[Path, tuple[int, Predictor]] = {}
_lock = threading.Lock()
KEEP = 4  # networks in memory at a time


def load(run: Run) -> Predictor:
    """The network of a run, loaded once for everybody and again when its file changes.

    Raises
    ------
    StudioError : "run.missing", "run.no_model", or "run.damaged" where the file is not that of its network.
    """
    path = run.model_file
    if not path.is_file():
        raise StudioError("run.no_model" if run.folder.is_dir() else "run.missing", name=run.name)
    with _lock:
        modified = path.stat().st_mtime_ns
        known, predictor = _loaded.pop(path, (None, None))
        if known != modified:
            predictor = load_once(run)
        _loaded[path] = modified, predictor
        while len(_loaded) > KEEP:
            del _loaded[next(iter(_loaded))]
        return predictor


def of(hp: Hyperparameters, weights: list[np.ndarray]) -> Predictor:
    """The network of these weights, as Keras lists them. Raises as `plain.network` does."""
    return Predictor(plain.network(hp, weights), hp.views)


def load_once(run: Run) -> Predictor:
    """The network of a run for whoever needs it only now: others stay in memory. Raises as `load` does."""
    if not run.model_file.is_file():
        raise StudioError("run.no_model" if run.folder.is_dir() else "run.missing", name=run.name)
    try:
        return of(run.hyperparameters, keras_file.weights(run.model_file, run.hyperparameters))
    except Exception as error:  # zip and HDF5 raise nearly anything on a bad file
        raise StudioError("run.damaged", name=run.name, detail=_short(error)) from error


def usable(runs: list[Run]) -> list[Run]:
    """Those that have a model to draw for and to analyse; runs of series, which are many, last."""
    return sorted((run for run in runs if run.model_file.is_file()), key=lambda run: run.series is not None)


def default_model(runs: list[Run]) -> Run | None:
    """The run that pages open with: Sketch, else the first that came with the app, else the newest; a range test last."""

    def rank(run: Run) -> tuple:
        return run.hyperparameters.seeks_rate, not run.shipped, run.id != "sketch", run.id if run.shipped else ""

    return min(runs, key=rank, default=None)


def _short(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
