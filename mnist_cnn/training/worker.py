"""A process that trains a run for the server, and ends.

Run as `python -m mnist_cnn.training.worker`. It says "ready" on its standard output once TensorFlow is imported and warm,
then reads a run's folder from its standard input, a JSON string on a line, and trains it. The end of its input,
as when the server is gone, stops the training under way, and nothing else that a terminal does. The next run gets a
process of its own, because TensorFlow never gives back all the memory that a training took.
"""

import json
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Run

NICE = 5  # less urgent than the interface by so much


def main() -> None:
    """Train the one run that is ordered, if any."""
    stand_back()
    from mnist_cnn.training import readiness, training

    readiness.prepare()
    with suppress(OSError):  # nobody listens any more; the end of the input follows
        print("ready", flush=True)
    if order := sys.stdin.readline():
        orphaned = threading.Event()

        def listen():
            sys.stdin.read()
            orphaned.set()

        threading.Thread(target=listen, daemon=True).start()
        with suppress(StudioError):  # the run is gone, or somebody else trains it, or has done so
            run = Run(Path(json.loads(order)))
            training.train(run, interrupted=lambda: "reason.server" if orphaned.is_set() else None)


def stand_back() -> None:
    """Let the interface go first, and leave what a terminal says to the server: of its end one is told in order."""
    if hasattr(os, "nice"):
        os.nice(max(0, NICE - os.nice(0)))
    for name in ("SIGINT", "SIGHUP"):  # Ctrl-C, and a terminal that is closed
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


if __name__ == "__main__":
    main()
