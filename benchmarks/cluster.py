"""What training on a Dask cluster costs: a scheduler and a worker are started on this machine, over TCP.

    MNIST_CNN_DATA=mnist.npz python benchmarks/cluster.py [--preset quick] [--pairs 2]

The same run is trained on the cluster's worker and by a process of the server, in turn. Told are the seconds of an epoch,
the seconds of a training besides its epochs, the bytes that the worker sends, and its memory.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mnist_cnn.digits import datasets  # noqa: E402
from mnist_cnn.network.hyperparameters import PRESETS  # noqa: E402
from mnist_cnn.runs import Store  # noqa: E402
from mnist_cnn.training import transfer  # noqa: E402
from mnist_cnn.training.cluster import Cluster  # noqa: E402
from mnist_cnn.training.jobs import Queue  # noqa: E402

ADDRESS = "tcp://127.0.0.1:18786"
sent: list[int] = []


def measured(put):
    """`transfer.put` that keeps how many bytes came."""

    def count(run, changes):
        sent.append(sum(map(len, changes["replaced"].values())) + sum(len(new) for _, new in changes["grown"].values()))
        put(run, changes)

    return count


def train(queue: Queue, run) -> tuple[float, float]:
    """Median seconds of its epochs, and seconds besides its epochs."""
    while not queue.ready():
        time.sleep(0.1)
    time.sleep(3)
    started = time.perf_counter()
    queue.submit(run)
    while run.status().active:
        time.sleep(0.02)
    whole, epochs = time.perf_counter() - started, [row["seconds"] for row in run.history()]
    return float(np.median(epochs)), whole - sum(epochs)


def resident(process: int) -> str:
    """Proportional set size of a process and of those that it started, in MB."""
    sizes = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if process in (parent, int(folder.name)):
                name = (folder / "cmdline").read_text().replace("\0", " ").split()[2]
                sizes[name] = int((folder / "smaps_rollup").read_text().split("Pss:")[1].split()[0]) // 1024
        except (OSError, IndexError):
            continue
    return ", ".join(f"{name} {size} MB" for name, size in sizes.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=PRESETS, default="quick")
    parser.add_argument("--pairs", type=int, default=2)
    parser.add_argument("--epochs", type=int)
    options = parser.parse_args()
    hp = PRESETS[options.preset]
    hp = replace(hp, epochs=options.epochs or hp.epochs)
    datasets.load("mnist")
    transfer.put = measured(transfer.put)
    dask = [sys.executable, "-m", "dask"]
    quiet = {"cwd": ROOT, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([*dask, "scheduler", "--host", ADDRESS, "--no-dashboard"], **quiet)
    worker = subprocess.Popen([*dask, "worker", ADDRESS, "--nthreads", "1", "--no-nanny", "--no-dashboard"], **quiet)
    with tempfile.TemporaryDirectory() as folder:
        store, here, there = Store(Path(folder)), Queue(slots=1), Queue(cluster=Cluster(ADDRESS))
        here.warm()
        try:
            for _ in range(options.pairs):
                for name, queue in (("here", here), ("cluster", there)):
                    sent.clear()
                    run = store.create("measured", "mnist", hp)
                    epoch, rest = train(queue, run)
                    told = f"{name}: an epoch {epoch:.2f} s, besides {rest:.2f} s"
                    if sent:
                        told += f"; {sum(sent) / 1e6:.1f} MB sent in all, {sum(sent) / hp.epochs / 1e6:.2f} MB an epoch"
                    print(told, flush=True)
            print("worker, idle:", resident(worker.pid))
        finally:
            here.close()
            there.close()
            for process in (worker, scheduler):
                process.kill()
                process.wait()


if __name__ == "__main__":
    main()
