"""A process that trains a run for the server, and ends.

Run as `python -m mnist_cnn.training.worker`. It says "ready" on its standard output once TensorFlow is imported and warm,
then reads a run's folder from its standard input, a JSON string on a line, and trains it. The end of its input,
as when the server is gone, stops the training under way, and nothing else that a terminal does. The next run gets a
process of its own, because TensorFlow never gives back all the memory that a training took. As long as it lives it says
an empty line every second.
"""

import json
import os
import select
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from mnist_cnn.errors import StudioError
from mnist_cnn.runs import HEARTBEAT, Run

IDLE = 1.0  # seconds without an order, before more is prepared than what most order
LEFT_OUT = "pandas", "sklearn"  # Keras imports them where it can: 50 MB and a second, for what nobody does here
NICE = 5  # less urgent than the interface by so much


def main() -> None:
    """Train the one run that is ordered, if any."""
    stand_back()
    threading.Thread(target=_beat, daemon=True).start()
    bring()
    from mnist_cnn.training import leftovers, readiness, training

    readiness.prepare()
    with suppress(OSError):  # nobody listens any more; the end of the input follows
        print("ready", flush=True)
    for hyperparameters in readiness.LIKELY[1:]:
        if _idle():
            readiness.prepare(hyperparameters)
    if _idle():
        leftovers.let_go()
    if order := sys.stdin.readline():
        orphaned = threading.Event()

        def listen():
            sys.stdin.read()
            orphaned.set()

        threading.Thread(target=listen, daemon=True).start()
        with suppress(StudioError):  # the run is gone, or somebody else trains it, or has done so
            run = Run(Path(json.loads(order)))
            training.train(run, interrupted=lambda: "reason.server" if orphaned.is_set() else None)


def bring() -> None:
    """Import what trainings need, TensorFlow above all."""
    for name in LEFT_OUT:
        sys.modules.setdefault(name, None)  # an attempt to import it fails
    try:
        from mnist_cnn.network import step  # noqa: F401
        from mnist_cnn.training import readiness, training  # noqa: F401
    finally:
        for name in LEFT_OUT:
            if sys.modules[name] is None:
                del sys.modules[name]


def _beat() -> None:
    """Say every second that this process lives, until nobody listens any more."""
    with suppress(OSError):
        while True:
            os.write(1, b"\n")
            time.sleep(HEARTBEAT)


def _idle() -> bool:
    """Whether nothing is ordered for a while; False where the system cannot tell."""
    return os.name == "posix" and not select.select([sys.stdin], [], [], IDLE)[0]


def stand_back() -> None:
    """Let the interface go first, and leave what a terminal says to the server: of its end one is told in order."""
    if hasattr(os, "nice"):
        os.nice(max(0, NICE - os.nice(0)))
    for name in ("SIGINT", "SIGHUP"):  # Ctrl-C, and a terminal that is closed
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


if __name__ == "__main__":
    main()
