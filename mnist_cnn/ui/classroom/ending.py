"""Stop runs and delete them, whoever began them; for those who have made sure that the teacher asks for it."""

import time

from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Run
from mnist_cnn.ui import server
from mnist_cnn.ui.classroom import standing

PATIENCE = 1.5  # seconds in which a training hears that it is to stop


def stop(runs: list[Run], patience: float = PATIENCE) -> None:
    """Stop those that train or wait, and give their trainers so many seconds."""
    active = [run for run in runs if run.status().active]
    server.queue().stop_all(active, "reason.teacher")
    until = time.monotonic() + patience
    while time.monotonic() < until and any(run.status().active for run in active):
        time.sleep(0.05)
    standing.forget()


def delete(runs: list[Run]) -> list[StudioError | OSError]:
    """Delete runs; what hindered it, for each that is left."""
    problems = []
    for run in runs:
        try:
            server.store().delete(run)
        except (StudioError, OSError) as error:
            if getattr(error, "code", "") != "run.missing":  # gone is gone
                problems.append(error)
    standing.forget()
    return problems
