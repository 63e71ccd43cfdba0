"""Ask a trained network what it sees."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mnist_cnn.errors import StudioError
from mnist_cnn.network import keras_file
from mnist_cnn.network.model import INPUT_SHAPE
from mnist_cnn.runs import Run


class Predictor:
    """A network in memory, compiled and warm; any number of threads may ask it.

    Parameters
    ----------
    model : keras.Model from (N, 28, 28, 1) to probabilities (N, 10).
    views : 1, or 5 to average over the image as it is, turned either way, larger and smaller.

    Attributes
    ----------
    ask : what `predict` says, on tensors float32 (N, 28, 28, 1), to take gradients of.
    """

    def __init__(self, model, views: int = 1):
        import tensorflow as tf

        from mnist_cnn.network import forward

        def answer(images):
            seen = [images, *(forward.turned(images, angle, zoom) for angle, zoom in VIEWS[: views - 1])]
            answers = model(tf.concat(seen, axis=0), training=False)
            return tf.reduce_mean(tf.stack(tf.split(answers, views)), axis=0)

        self.model = model
        self.ask = tf.function(answer, input_signature=[tf.TensorSpec((None, *INPUT_SHAPE), tf.float32)])
        self.predict(np.zeros((1, 28, 28), np.float32))

    def predict(self, images: np.ndarray, batch: int = 500, check: Callable[[], None] = lambda: None) -> np.ndarray:
        """Probabilities float32 (N, 10) of images float32 (N, 28, 28) in [0, 1].

        Parameters
        ----------
        check : called before every batch; it may end the matter by raising.
        """
        answers = [np.empty((0, 10), np.float32)]
        for start in range(0, len(images), batch):
            check()
            answers.append(self.ask(images[start : start + batch, ..., np.newaxis]).numpy())
        return np.concatenate(answers)


_loaded: dict[Path, tuple[int, Predictor]] = {}
_lock = threading.Lock()
KEEP = 4  # networks in memory at a time
VIEWS = ((0.1, 1.0), (-0.1, 1.0), (0.0, 1.07), (0.0, 0.93))  # radians and scale of what else is looked at


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


def load_once(run: Run) -> Predictor:
    """The network of a run for whoever needs it only now: others stay in memory. Raises as `load` does."""
    if not run.model_file.is_file():
        raise StudioError("run.no_model" if run.folder.is_dir() else "run.missing", name=run.name)
    try:
        return Predictor(keras_file.load(run.model_file, run.hyperparameters), run.hyperparameters.views)
    except Exception as error:  # zip, HDF5 and Keras raise nearly anything on a bad file
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
