"""A process that trains runs for the server, one after another.

Run as `python -m mnist_cnn.worker`. It says "ready" on its standard output once TensorFlow
is imported, then reads run folders from its standard input, a JSON string a line, trains them and says
"done" after each. The end of its input, as when the server is gone, stops the training under way.
"""

import json
import os
import queue
import sys
import threading
from contextlib import suppress

from mnist_cnn.runs import Run


def main() -> None:
    """Serve until the standard input ends."""
    if hasattr(os, "nice"):
        os.nice(5)  # the interface goes first
    orders, orphaned = queue.SimpleQueue(), threading.Event()

    def listen():
        for line in sys.stdin:
            orders.put(json.loads(line))
        orphaned.set()
        orders.put(None)

    threading.Thread(target=listen, daemon=True).start()
    from mnist_cnn import step  # noqa: F401  TensorFlow, ahead of the first order
    from mnist_cnn.training import train

    _say("ready")
    while (folder := orders.get()) is not None:
        train(Run(folder), interrupted=lambda: "reason.server" if orphaned.is_set() else None)
        _say("done")


def _say(word: str) -> None:
    with suppress(OSError):  # nobody listens any more; the end of the input follows
        print(word, flush=True)


if __name__ == "__main__":
    main()
