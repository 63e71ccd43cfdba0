"""What goes wrong while a class works: nothing that was learned or drawn is lost, and every page says what is so.

    python benchmarks/faults.py [kills] [disk] [readonly] [corrupt] [clock] [servers] [--times N] [--seed S]

kills: worker or server are killed (SIGKILL) at random moments, and the run resumed, until it has finished. disk: the disk
fills up at a random moment of a training, and has room again. readonly: a folder that nobody may write. corrupt: a
file of a run, damaged in one of eleven ways. clock: it jumps by up to ten years, and the heartbeats with it. servers: two on
one folder are told at random to submit, resume and stop the same runs. Without a word, all of them; disk and readonly
want a system on which file systems can be mounted. Prints a row for each: how many faults, how many checks, and what fell.

A run that was disturbed ends with the history of one that was not, batch by batch, and is evaluated. The networks are small
ones on the digits that scikit-learn brings, so that a training takes seconds.
"""

import argparse
import atexit
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from unittest import mock

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]
from benchmarks.damage import HP, make_run, read_all  # noqa: E402
from mnist_cnn.digits.collection import Collection  # noqa: E402
from mnist_cnn.errors import StudioError  # noqa: E402
from mnist_cnn.network import keras_file  # noqa: E402
from mnist_cnn.network.model import build  # noqa: E402
from mnist_cnn.reading import evaluation, prediction  # noqa: E402
from mnist_cnn.runs import Run, Store  # noqa: E402
from mnist_cnn.training import batches, training  # noqa: E402

HP = replace(HP, schedule="constant", epochs=4, train_images=1400, batch_size=20)
PATIENCE = 180.0  # seconds in which whatever is waited for has come
SERVER = """
import os, sys
from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Run
from mnist_cnn.training.jobs import Queue
queue = Queue(slots=1)
for line in sys.stdin:
    word, _, folder = line.strip().partition(" ")
    try:
        if word == "workers":
            print(*[worker.process.pid for worker in queue._workers], flush=True)
        else:
            getattr(queue, word)(Run(folder))
            print("done", flush=True)
    except (StudioError, OSError) as error:
        print(error, flush=True)
queue.close()
"""


class Server:
    """The queue of a server and its workers, without pages, in a process of its own."""

    def __init__(self, folder: Path):
        environment = os.environ | {"MNIST_CNN_MODELS": str(folder), "PYTHONPATH": str(ROOT)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([sys.executable, "-c", SERVER], text=True, env=environment, **pipes)

    def ask(self, word: str, run: Run | None = None) -> str:
        """Have it do something with a run, "submit" or "stop", or tell the numbers of its "workers"; its answer."""
        self.process.stdin.write(f"{word} {run.folder if run else ''}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def workers(self) -> list[int]:
        return [int(number) for number in self.ask("workers").split()]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """Let it end as at a shutdown; its workers end with it, as they do when it is killed."""
        self.process.stdin.close()
        self.process.wait(PATIENCE)


@dataclass
class Result:
    """What came of the faults of a part. `skipped` : why there were none."""

    part: str
    faults: int = 0
    checks: int = 0
    fell: list[str] = field(default_factory=list)
    skipped: str = ""

    def check(self, good: bool, told: str) -> None:
        """Count something that must be so; `told` says what it is where it is not."""
        self.checks += 1
        if not good:
            self.fell.append(f"fault {self.faults}: {told}")

    def row(self) -> str:
        """A row of a Markdown table."""
        return f"| {self.part} | {self.faults:,} | {self.checks:,} | {self.skipped or len(self.fell)} |"


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Wait for something to come true; whether it did."""
    deadline = time.monotonic() + seconds
    while not (true := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return true


def learned(run: Run) -> list[dict]:
    """The history without what depends on the machine's speed."""
    return [{key: value for key, value in row.items() if key != "seconds"} for row in run.history()]


def create(store: Store) -> Run:
    return store.create("small", "digits", HP)


@cache
def undisturbed() -> Run:
    """The run that all others must end like."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    run = create(Store(Path(folder)))
    training.train(run)
    return run


def check_run(result: Result, run: Run, whole: Run) -> None:
    """What must be so of a run at any time, whoever trains it."""
    history, reference = learned(Run(run.folder)), learned(whole)
    result.check(history == reference[: len(history)], f"history {history}")
    rows, kept = batches.read(run)[:, 0], batches.read(whole)[:, 0]
    result.check(np.array_equal(rows, kept[: len(rows)]), "batches out of order, as of two trainers")

    def told() -> bool:
        status = run.status()
        return status.active or status.state == "finished" or run.resumable()

    result.check(until(told, 5), f"{run.status()}, and it cannot be resumed")


def check_end(result: Result, run: Run, whole: Run) -> None:
    """What must be so of a run that has finished."""
    result.check(run.status().state == "finished", f"{run.status()}")
    result.check(learned(run) == learned(whole), f"history {learned(run)}")
    same = np.allclose(batches.read(run), batches.read(whole), atol=1e-5)
    result.check(same, "other batches")
    summary = evaluation.summary(run)
    same = summary is not None and abs(summary["loss"] - evaluation.summary(whole)["loss"]) < 1e-3
    result.check(same, f"evaluation {summary}")
    result.check(until(lambda: not run.checkpoint_file.exists(), 5), "its checkpoint is left")


def finish(result: Result, server: Server, run: Run) -> None:
    """Have a run trained to its end, as somebody would who resumes it whenever it stands still."""

    def over() -> bool:
        if run.status().state == "finished":
            return True
        if not run.status().active:
            server.ask("submit", run)
        return False

    result.check(until(over), f"it does not come to its end: {run.status()}")


def kills(folder: Path, rng: np.random.Generator, times: int) -> Result:
    result, whole, store = Result("kills"), undisturbed(), Store(folder / "models")
    server, run = Server(store.folder), create(store)
    while result.faults < times:
        if run.status().state == "finished":
            check_end(result, run, whole)
            run = create(store)
        server.ask("submit", run)
        if rng.random() < 0.8:  # else while it waits, or its worker starts
            until(lambda run=run: run.status().state != "queued")
        time.sleep(rng.exponential(0.7))
        result.faults += 1
        if rng.random() < 0.5:
            server.kill()
            server = Server(store.folder)
        else:
            for worker in server.workers():
                with suppress(OSError):  # it has ended meanwhile
                    os.kill(worker, signal.SIGKILL)
            result.check(until(lambda run=run: run.status().state != "running", 30), "said to run when nobody trains it")
        check_run(result, run, whole)
    finish(result, server, run)
    check_end(result, run, whole)
    server.end()
    return result


def servers(folder: Path, rng: np.random.Generator, times: int) -> Result:
    result, whole, store = Result("servers"), undisturbed(), Store(folder / "models")
    both, run = [Server(store.folder) for _ in range(2)], create(store)
    for result.faults in range(1, times + 1):
        if run.status().state == "finished":
            check_end(result, run, whole)
            run = create(store)
        both[rng.integers(2)].ask("submit" if rng.random() < 0.7 else "stop", run)
        time.sleep(rng.exponential(0.5))
        check_run(result, run, whole)
    finish(result, both[0], run)
    check_end(result, run, whole)
    for server in both:
        server.end()
    return result


@contextmanager
def mounted(folder: Path, kibibytes: int) -> Iterator[Path | None]:
    """A file system of that size, empty; None where none can be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", str(folder)]
    if not sys.platform.startswith("linux") or subprocess.run(command, capture_output=True).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Use up a disk to the last block; the file that does."""
    path = folder / "filler"
    with path.open("ab", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass
    return path


def disk(folder: Path, rng: np.random.Generator, times: int) -> Result:
    result, whole = Result("disk"), undisturbed()
    for result.faults in range(1, times + 1):
        with mounted(folder / f"disk{result.faults}", 2000) as small:
            if not small:
                return Result("disk", skipped="nothing can be mounted here")
            _train_on_full_disk(result, small, whole, at=rng.integers(1, 40))
    return result


def _train_on_full_disk(result: Result, small: Path, whole: Run, at: int) -> None:
    """Fill the disk at that event of a training; then let the run go on with room again."""
    run, drawings = create(Store(small)), Collection(small / "drawings.jsonl")
    kept, fillers, events = [drawings.add(3, np.ones((28, 28)), None).id], [], []

    def observe(event: dict) -> None:
        events.append(event)
        if len(events) == at:
            fillers.append(fill(small))

    training.train(run, observe)
    status = run.status()
    result.check(status.state == "finished" or status.reason == "reason.disk_full", f"{status}")
    with suppress(OSError):
        kept.append(drawings.add(4, np.ones((28, 28)), None).id)
    result.check([drawing.id for drawing in drawings.examples()] == kept, "drawings were lost")
    check_run(result, run, whole)
    for filler in fillers:
        filler.unlink()
    if run.resumable():
        training.train(run)
    check_end(result, run, whole)


def readonly(folder: Path, rng: np.random.Generator, times: int) -> Result:
    result = Result("readonly")
    for result.faults in range(1, times + 1):
        with mounted(folder / f"disk{result.faults}", 4000) as small:
            if not small:
                return Result("readonly", skipped="nothing can be mounted here")
            _write_where_nothing_can_be(result, small)
    return result


def _write_where_nothing_can_be(result: Result, small: Path) -> None:
    """Try to change runs and drawings on a disk that takes nothing; all say so, and are read as before."""
    store, drawings = Store(small / "models"), Collection(small / "drawings.jsonl")
    run, waiting, drawing = make_run(store), create(store), np.ones((28, 28))
    drawings.add(3, drawing, None)
    before = repr(read_all(store)[run.id]), len(drawings.examples())
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    tries = {
        "create": lambda: create(store),
        "rename": lambda: store.rename(run, "other"),
        "train": lambda: training.train(waiting),
        "delete": lambda: store.delete(run),
        "draw": lambda: drawings.add(4, drawing, None),
    }
    for name, write in tries.items():
        try:
            write()
            result.check(False, f"{name} says nothing")
        except (OSError, StudioError):
            result.check(True, name)
    result.check((repr(read_all(store)[run.id]), len(drawings.examples())) == before, "it is not read as before")


DAMAGE = {
    "missing": None,
    "empty": lambda content, rng: b"",
    "half": lambda content, rng: content[: len(content) // 2],
    "without its end": lambda content, rng: content[:-1],
    "zeros": lambda content, rng: bytes(len(content)),
    "garbage": lambda content, rng: rng.bytes(len(content)),
    "text": lambda content, rng: b"hello\n" * 9,
    "a number": lambda content, rng: b"7",
    "a list": lambda content, rng: b"[]",
    "null": lambda content, rng: b"null",
    "with other bytes": lambda content, rng: _flipped(content, rng),
}


def _flipped(content: bytes, rng: np.random.Generator) -> bytes:
    spoilt = bytearray(content)
    for place in rng.integers(0, len(content), 1 + len(content) // 200):
        spoilt[place] ^= 1 << rng.integers(8)
    return bytes(spoilt)


def corrupt(folder: Path, rng: np.random.Generator, times: int) -> Result:
    result, store = Result("corrupt"), Store(folder / "models")
    run = make_run(store)
    keras_file.save(build(run.hyperparameters), run.model_file)
    whole, files = (
        repr(read_all(store)[run.id]),
        [path for path in run.folder.rglob("*") if path.is_file() and path.stat().st_size],
    )
    pairs = [*itertools.product(files, DAMAGE)]
    for number in rng.permutation(len(pairs) * -(-times // len(pairs)))[:times]:
        path, name = pairs[number % len(pairs)]
        result.faults += 1
        content = path.read_bytes()
        path.unlink()
        if spoil := DAMAGE[name]:
            path.write_bytes(spoil(content, rng))
        try:
            read_all(store)
            with suppress(StudioError):
                prediction.load(run)
            result.check(True, name)
        except Exception as error:
            result.check(False, f"{path.name} {name}: {error!r}")
        path.write_bytes(content)
    result.check(repr(read_all(store)[run.id]) == whole, "put right, it is read otherwise")
    return result


def clock(folder: Path, rng: np.random.Generator, times: int) -> Result:
    result, whole, store = Result("clock"), undisturbed(), Store(folder / "models")
    while result.faults < times:
        run = create(store)
        _train_while_clocks_jump(result, run, whole, rng)
        run.set_status("running")  # as a trainer leaves it that was killed
        result.check(run.status().state == "failed", "said to run when nobody trains it")
        store.delete(run)
    return result


def _train_while_clocks_jump(result: Result, run: Run, whole: Run, rng: np.random.Generator) -> None:
    """Have the clock, and the run's heartbeat apart from it, jump at every event of a training."""
    store, now = Store(run.folder.parent), time.time

    def elsewhere() -> float:
        return now() + float(rng.choice([1, -1])) * 10 ** rng.uniform(0, 8.5)  # a second to ten years

    def observe(event: dict) -> None:
        result.faults += 1
        shift = elsewhere() - now()
        clocks.side_effect = lambda: now() + shift
        os.utime(run.folder / "status.json", (elsewhere(),) * 2)
        result.check(run.status().state == "running", f"said to be {run.status()} in training")
        with suppress(StudioError):
            store.delete(run)
        result.check(run.folder.is_dir(), "deleted in training")

    with mock.patch("time.time", side_effect=now) as clocks:
        training.train(run, observe)
        check_end(result, run, whole)


PARTS = {part.__name__: part for part in (kills, disk, readonly, corrupt, clock, servers)}
TIMES = {"kills": 40, "disk": 20, "readonly": 3, "corrupt": 500, "clock": 200, "servers": 60}
"""How many faults of each, unless told."""


def cause(part: str, times: int, seed: int = 1) -> Result:
    """Cause so many faults of one of `PARTS`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return PARTS[part](Path(folder), np.random.default_rng(seed), times)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--times", type=int)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print("| part | faults | checks | fell |\n| --- | --- | --- | --- |")
    results = []
    for part in asked.parts or PARTS:
        results.append(cause(part, asked.times or TIMES[part], asked.seed))
        print(results[-1].row(), flush=True)
    for result in results:
        print("".join(f"\n{result.part}, {told}" for told in result.fell[:20]))
    sys.exit(any(result.fell for result in results))


if __name__ == "__main__":
    main()
