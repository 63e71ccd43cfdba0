"""What a network was at moments of its training: `snapshots/` in a run's folder, a file of float16 weights for each.

Kept are the start, a few early batches and the epochs, evenly spread where there are many. They serve to look back
only: a run goes on without them, a damaged one is as if it were not there, and on a full disk they give way.
"""

import errno
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path

import numpy as np

from mnist_cnn import arrays, places
from mnist_cnn.network.model import count_parameters
from mnist_cnn.runs import Run

EARLY = (0, 1, 10, 100)  # batches; nearly all that a network learns, it learns within the first hundred
MOST = 30  # snapshots of a run
SHIPPED = 3 << 20  # bytes that all snapshots of a run that ships with the app may take; one with more to keep keeps none
HALF = np.dtype(np.float16).itemsize
LARGEST = float(np.finfo(np.float16).max)
NAME = re.compile(r"(0|[1-9]\d{0,8})-(0|[1-9]\d{0,8})\.npz", re.ASCII)


@dataclass(frozen=True, order=True)
class Moment:
    """A point of a training: so many batches trained since its start, and the epoch that ends there, 0 for none."""

    batch: int
    epoch: int = 0


def file(run: Run, moment: Moment) -> Path:
    return _folder(run) / f"{moment.batch}-{moment.epoch}.npz"


def moments(run: Run) -> list[Moment]:
    """Those that a snapshot was kept of, the earliest first."""
    try:
        names = [NAME.fullmatch(path.name) for path in _folder(run).iterdir()]
    except OSError:  # there are none
        return []
    return sorted(Moment(*map(int, name.groups())) for name in names if name)


def until_next(batch: int) -> float:
    """How many batches after that one the next of `EARLY` comes; infinite after the last."""
    return min((early - batch for early in EARLY if early > batch), default=inf)


def keep(run: Run, moment: Moment, weights: list[np.ndarray]) -> None:
    """Keep weights, float arrays as of `get_weights()`; of the epochs before, one may go for it.

    What float16 cannot hold becomes its largest number. Nothing is kept, and nothing said, where the disk is full,
    where a weight is no number, or where a run that ships would become too large.
    """
    if run.shipped and _planned(run, weights) > SHIPPED or not all(np.isfinite(array).all() for array in weights):
        return
    halves = [np.clip(array, -LARGEST, LARGEST).astype(np.float16) for array in weights]
    with suppress(OSError):
        _folder(run).mkdir(exist_ok=True)
        with places.replacing(file(run, moment)) as partial, partial.open("wb") as archive:
            np.savez(archive, *halves)
        for earlier in moments(run)[:-1]:
            if earlier.batch not in EARLY and earlier.epoch not in _spread(run):
                _remove(run, earlier)


def load(run: Run, moment: Moment) -> list[np.ndarray] | None:
    """The weights kept of that moment, float32; None where there are none, or the file is damaged."""
    try:
        halves = [*arrays.load(file(run, moment), HALF * count_parameters(run.hyperparameters)).values()]
        sound = all(array.dtype == np.float16 and np.isfinite(array).all() for array in halves)
    except Exception:  # whatever a file may hold
        return None
    return [array.astype(np.float32) for array in halves] if sound else None


def forget(run: Run, batch: int) -> None:
    """Remove those after that batch, because what follows it is trained again."""
    for moment in moments(run):
        if moment.batch > batch:
            _remove(run, moment)


def give_way(run: Run, write: Callable[..., None], *arguments) -> None:
    """Call `write`, which can be repeated; where the disk is full, once more at the price of all snapshots of the run."""
    try:
        write(*arguments)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT) or not moments(run):
            raise
        shutil.rmtree(_folder(run), ignore_errors=True)
        write(*arguments)


def _remove(run: Run, moment: Moment) -> None:
    with suppress(OSError):  # it may not be removed, or is a folder
        file(run, moment).unlink(missing_ok=True)


def _folder(run: Run) -> Path:
    return run.folder / "snapshots"


def _spread(run: Run) -> set[int]:
    """The epochs to keep, evenly spread from the first to the last; the latest is kept besides."""
    epochs = run.hyperparameters.epochs
    return set(np.linspace(1, epochs, min(epochs, MOST - len(EARLY))).round().astype(int).tolist())


def _planned(run: Run, weights: list[np.ndarray]) -> int:
    """Bytes of all weights that a run will keep."""
    return (len(EARLY) + len(_spread(run))) * sum(array.size for array in weights) * HALF
