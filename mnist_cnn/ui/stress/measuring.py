"""The accuracies that curves show: measured bit by bit, so that the page stays free, and kept for everybody."""

import time

import numpy as np
import streamlit as st

from mnist_cnn.digits import datasets
from mnist_cnn.reading import prediction, stress
from mnist_cnn.reading.stress import DISTORTIONS
from mnist_cnn.runs import Run
from mnist_cnn.ui import state

IMAGES, PART = 500, 50  # test images, and how many of them are read at a time
WORK = 0.2  # seconds of reading before the page may do something else
QUIET = 1.0  # seconds after a slider was moved, in which its next move is to find the page free


def count() -> int:
    """How many test images there are to read."""
    return min(IMAGES, len(datasets.at_hand().x_test))


def measure(runs: list[Run], name: str) -> tuple[float, dict[str, dict[float, float]]]:
    """Read for `WORK` seconds what has not been read yet.

    Returns
    -------
    share : of what there is to read, 0 to 1.
    accuracies : 0 to 1, by the run's id and the amount, of the amounts that all images were read with.

    Raises
    ------
    StudioError : as `prediction.load` does; OSError where a model file goes meanwhile.
    """
    distortion, known = DISTORTIONS[name], _known()
    order = sorted(distortion.amounts, key=lambda amount: abs(amount - distortion.nothing))
    parts, of = range(0, count(), PART), datasets.at_hand().name
    models = {run.id: (str(run.folder), run.model_file.stat().st_mtime_ns, of) for run in runs}
    keys = {(run.id, amount): [(*models[run.id], name, amount, start) for start in parts] for amount in order for run in runs}
    by_id = {run.id: run for run in runs}
    missing = [(by_id[id], key) for (id, _), group in keys.items() for key in group if key not in known]
    quiet, end = time.monotonic() < state.get("stress-moved") + QUIET, time.monotonic() + WORK
    for number, (run, key) in enumerate(missing):
        if quiet or number and time.monotonic() > end:
            break
        known[key] = _right(run, *key[-3:])
    accuracies: dict[str, dict[float, float]] = {run.id: {} for run in runs}
    for (id, amount), group in sorted(keys.items()):
        if all(key in known for key in group):
            accuracies[id][amount] = sum(known[key] for key in group) / count()
    left = sum(key not in known for _, key in missing)
    return 1 - left / (len(keys) * len(parts)), accuracies


@st.cache_resource(show_spinner=False)
def _known() -> dict[tuple, int]:
    """How many of a part of the test images a network reads right, by all that settles it."""
    return {}


def _right(run: Run, name: str, amount: float, start: int) -> int:
    """How many of a part of the test images, from `start` on, the network reads right."""
    dataset, part = datasets.at_hand(), slice(start, min(start + PART, IMAGES))
    images = dataset.x_test[part].astype(np.float32) / 255
    return int(stress.right(prediction.load(run), images, dataset.y_test[part], name, amount).sum())
