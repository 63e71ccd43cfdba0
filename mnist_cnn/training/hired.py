"""A worker process as the queue knows it: what it is told, what it says, and whether it hangs."""

import json
import threading
from contextlib import suppress

from mnist_cnn.runs import Run
from mnist_cnn.training import nursery

BIRTH = 90.0  # seconds of silence before a worker is ready: from a slow disk TensorFlow's import may take a minute
SILENCE = 30.0  # seconds of it thereafter, many beats: not a slow disk, and hardly a machine that has no memory left


class Worker:
    """A `mnist_cnn.training.worker` process: warming up, ready, or at the one run that it trains."""

    def __init__(self, notify):
        self.process = nursery.Process()
        self.run: Run | None = None
        self.ready = False
        threading.Thread(target=self._listen, args=(notify,), daemon=True).start()

    def order(self, run: Run) -> None:
        """Have the run trained; the process ends with it."""
        self.run = run
        with suppress(OSError):  # it has ended; so has its output, which says so
            self.process.stdin.write(json.dumps(str(run.folder)) + "\n")
            self.process.stdin.flush()

    def close(self) -> None:
        """End the process, and a training under way, which says that the server ended."""
        with suppress(OSError):
            self.process.stdin.close()

    def hangs(self) -> bool:
        """Whether it has said nothing for too long, and nobody needs it as it is.

        A training that nobody wants to stop is left alone: whoever holds the process may let it go on.
        """
        if self.process.quiet <= (SILENCE if self.ready else BIRTH):
            return False
        return self.run is None or self.run.stop_requested() or not self.run.status().active

    def kill(self) -> None:
        """End the process at once; where it was never forked, what was to fork it."""
        if self.process.pid:
            self.process.kill()
        else:
            nursery.end()

    def _listen(self, notify) -> None:
        for event in self.process.lines():
            notify(event, self)
        notify("ended", self)
