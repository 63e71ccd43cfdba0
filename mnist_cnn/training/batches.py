"""What every batch of a run taught it: `batches.bin` in its folder, float32 rows, appended while it trains."""

import os
from pathlib import Path

import numpy as np

from mnist_cnn.runs import Run

COLUMNS = ("epoch", "loss", "accuracy")  # epochs done with the batch, as 1.5; its own mean loss and share right
ROW = 4 * len(COLUMNS)  # bytes


def file(run: Run) -> Path:
    return run.folder / "batches.bin"


def read(run: Run) -> np.ndarray:
    """Every batch trained so far, oldest first, float32 (N, 3) by `COLUMNS`; half a row at the end is left out."""
    try:
        content = file(run).read_bytes()
    except OSError:
        content = b""
    return np.frombuffer(content[: len(content) // ROW * ROW], "<f4").reshape(-1, len(COLUMNS))


def append(run: Run, rows: np.ndarray) -> None:
    """Keep batches that were trained just now, (N, 3) by `COLUMNS`; all of them, or none where the disk is full."""
    kept = file(run).stat().st_size if file(run).exists() else 0
    try:
        with file(run).open("ab") as end:
            end.write(np.asarray(rows, "<f4").tobytes())
    except OSError:
        if file(run).exists():
            os.truncate(file(run), kept)
        raise


def forget(run: Run, epochs: int) -> None:
    """Keep the batches of so many epochs only, because those after them are trained again."""
    kept = int((read(run)[:, 0] <= epochs).sum())
    with file(run).open("ab") as end:
        end.truncate(kept * ROW)
