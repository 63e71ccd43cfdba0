"""What resuming needs: `history.csv`, and `checkpoint.npz`, network and optimizer after the epoch that it numbers."""

import csv

import numpy as np

from mnist_cnn import arrays, places
from mnist_cnn.errors import StudioError
from mnist_cnn.records import COLUMNS
from mnist_cnn.runs import Run


def save(run: Run, history: list[dict], variables: list) -> None:
    """Keep the history, then the values of a network's and its optimizer's variables after its last epoch.

    With these the epoch counts.
    """
    with places.replacing(run.history_file) as table, table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(history)
    with places.replacing(run.checkpoint_file) as partial, partial.open("wb") as file:
        np.savez(file, np.array(history[-1]["epoch"]), *(variable.numpy() for variable in variables))


def restore(run: Run, variables: list) -> list[dict]:
    """Give the variables what was kept for them; return the history up to that epoch, [] where there is none.

    Raises
    ------
    StudioError : "reason.checkpoint" where checkpoint or history are damaged or lost, so that beginning anew would replace
        what was learned. A trainer that was killed between the two has left the history an epoch ahead.
    """
    history, epoch, values = run.history(), 0, []
    if run.checkpoint_file.exists():
        epoch, values = _read(run, variables)
    unread = not history and run.history_file.exists()
    if unread or not 0 <= len(history) - epoch <= 1:
        raise StudioError("reason.checkpoint")
    if values:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
    return history[:epoch]


def _read(run: Run, variables: list) -> tuple[int, list[np.ndarray]]:
    """What `save` kept: the epoch, 1 or more, and an array for each variable."""
    try:
        epoch, *values = arrays.load(run.checkpoint_file, sum(variable.numpy().nbytes for variable in variables)).values()
        kinds = [(value.shape, str(value.dtype)) for value in values]
        if kinds != [(tuple(variable.shape), variable.dtype) for variable in variables]:
            raise ValueError("arrays of another kind")
        if epoch.shape or epoch.dtype.kind != "i" or epoch < 1:
            raise ValueError("no epoch")
        return int(epoch), values
    except (MemoryError, OSError):
        raise
    except Exception:  # whatever a file may hold
        raise StudioError("reason.checkpoint") from None
