"""Where workers come from: where the system can fork, a process that has imported TensorFlow once and forks for each.

So a worker is ready seconds sooner, and shares the memory that the import takes. The import leaves no thread of its own
behind but those of libraries that know how to be forked (OpenBLAS, jemalloc); no operation runs in the nursery.
Elsewhere each worker is a fresh process.
"""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

from mnist_cnn.digits.datasets import PROJECT

FORKS = sys.platform == "linux"
MOST = 1 << 17  # bytes of an environment; a larger one gets a fresh process
_lock = threading.Lock()
_nursery: "socket.socket | None" = None
_process: subprocess.Popen | None = None  # the nursery's


class Process:
    """A `mnist_cnn.training.worker`.

    Attributes
    ----------
    stdin : its input, text.
    pid : its number; None until it was forked.
    ended : set once it has ended and all that it said was heard.
    quiet : seconds since it was last heard, as whoever looks after it counts them.

    Raises
    ------
    OSError, RuntimeError : where the system has no process or thread to give.
    """

    def __init__(self):
        self.pid: int | None = None
        self.ended = threading.Event()
        self.quiet = 0.0
        self._fresh: subprocess.Popen | None = None
        environment = os.environ | {"PYTHONPATH": str(PROJECT)}
        told = json.dumps(dict(environment)).encode()
        if not FORKS or len(told) > MOST:
            self._begin(environment)
            return
        its_input, ours = os.pipe()
        listening, its_output = os.pipe()
        try:
            _ask(told, [its_input, its_output])
        except OSError:
            os.close(ours)
            os.close(listening)
            raise
        finally:
            os.close(its_input)
            os.close(its_output)
        self.stdin, self._stdout = os.fdopen(ours, "w", encoding="utf-8"), os.fdopen(listening, encoding="utf-8")

    def _begin(self, environment: dict) -> None:
        command = [sys.executable, "-m", "mnist_cnn.training.worker"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
        self._fresh = subprocess.Popen(command, env=environment, **pipes)
        self.stdin, self._stdout, self.pid = self._fresh.stdin, self._fresh.stdout, self._fresh.pid

    def lines(self) -> Iterator[str]:
        """What it says, line by line, until it has ended; an empty line only says that it lives."""
        with self._stdout:
            if not self._fresh and (first := self._stdout.readline()):
                self.pid = int(first)
            for line in self._stdout:
                self.quiet = 0.0
                if said := line.strip():
                    yield said
        if self._fresh:
            self._fresh.wait()
        self.ended.set()

    def kill(self) -> None:
        """End it at once, where it has not ended."""
        if self._fresh:
            self._fresh.kill()
        elif self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


def end() -> None:
    """End the nursery at once, as where it hangs: who waits for a worker of it gets none, and the next asks another one."""
    if _process:
        _process.kill()


def _ask(environment: bytes, ends: list[int]) -> None:
    """Have the nursery fork a worker with that environment and those ends of pipes as its input and output."""
    global _nursery
    with _lock:
        for fresh in (False, True):  # one that has ended is replaced
            if _nursery is None or fresh:
                _nursery = _open()
            try:
                socket.send_fds(_nursery, [environment], ends)
                return
            except OSError:
                if fresh:
                    raise


def _open() -> socket.socket:
    """Start a nursery; it ends when its socket does, with this process at the latest."""
    global _process
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        quiet = ["-W", "ignore::DeprecationWarning"]  # that a process with threads forks; which ones, see above
        command = [sys.executable, *quiet, "-m", "mnist_cnn.training.nursery", str(its.fileno())]
        environment = os.environ | {"PYTHONPATH": str(PROJECT)}
        _process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[its.fileno()], env=environment)
    threading.Thread(target=_process.wait, daemon=True).start()
    return ours


def main(number: int) -> None:
    """Fork for everybody who asks at that socket, until it ends."""
    from mnist_cnn.training import leftovers, worker

    worker.stand_back()
    worker.bring()
    leftovers.let_go()
    gc.collect()
    gc.freeze()  # so that looking for garbage copies no memory that is shared
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the workers
    with socket.socket(fileno=number) as asking:
        while True:
            environment, ends, *_ = socket.recv_fds(asking, MOST, 2)
            if not environment:
                return
            with suppress(OSError):  # no process to be had: the ends close, which says so
                if not os.fork():
                    asking.close()
                    _become(json.loads(environment), *ends)
            for end in ends:
                os.close(end)


def _become(environment: dict, its_input: int, its_output: int) -> None:
    """Be a worker, in the process that was forked for it."""
    from mnist_cnn.training import worker

    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end, standard in ((its_input, 0), (its_output, 1)):
            os.dup2(end, standard)
            os.close(end)
        os.environ.clear()
        os.environ.update(environment)
        os.write(1, f"{os.getpid()}\n".encode())
        worker.main()
        status = 0
    finally:
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(status)  # the rest is the nursery's


if __name__ == "__main__":
    main(int(sys.argv[1]))
