"""Wall time and MNIST test accuracy of a preset, against the tutorial's 20 epochs of `fit`.

    MNIST_CNN_DATA=mnist.npz python benchmarks/time_to_accuracy.py [--preset quick] [--seeds 1 2 3]

Before each training the tutorial's side runs epochs 1 to 3; all of them together are extrapolated. Every
training goes the trainer's real way in a warm process of its own; its time counts from the start of that
process's work on the run until its last epoch is saved: compiling and validating included, the test set, as
on the tutorial's side, not. A second time counts until an epoch is saved whose validation says 0.99.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from throughput import in_process  # noqa: E402

from mnist_cnn.network.hyperparameters import PRESETS  # noqa: E402
from mnist_cnn.reading import evaluation
from mnist_cnn.runs import Store  # noqa: E402
from mnist_cnn.training import readiness, training  # noqa: E402

EPOCHS = 20  # of the tutorial
SHARE = 25  # the tutorial's time : the time to reach
GOAL = 0.9929  # the tutorial's own test accuracy
SOON = 0.99  # validation accuracy that a class wants to see at once
SECONDS = 5.0  # until then


def trained(preset: str, seed: int) -> tuple[float, float, float]:
    """Seconds of one training, seconds until it showed `SOON` (infinite if never), its test accuracy."""
    readiness.prepare()  # as a worker is when a training is started
    with tempfile.TemporaryDirectory() as folder:
        run = Store(Path(folder)).create(preset, "mnist", replace(PRESETS[preset], seed=seed))
        started, ends = time.perf_counter(), []

        def observe(event):
            if event["phase"] != "validation" and len(run.history()) > len(ends):
                ends.append(time.perf_counter() - started)

        training.train(run, observe)
        shown = [end for end, row in zip(ends, run.history(), strict=True) if row["val_accuracy"] >= SOON]
        return ends[-1], min(shown, default=np.inf), evaluation.summary(run)["accuracy"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=PRESETS, default="quick")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    fresh = get_context("spawn").Pool(1, maxtasksperchild=1)
    first, later, trainings = [], [], []
    for seed in options.seeds:
        epochs = in_process("fit", 3)
        first, later = first + epochs[:1], later + epochs[1:]
        trainings.append(fresh.apply(trained, (options.preset, seed)))
    whole = float(np.median(first) + (EPOCHS - 1) * np.median(later))
    print(f"tutorial, {EPOCHS} epochs of fit: {whole:.0f} s (extrapolated)")
    for seed, (seconds, soon, accuracy) in zip(options.seeds, trainings, strict=True):
        share = f"{seconds / whole:.3f} of the time"
        print(f"{options.preset}, seed {seed}: {seconds:.1f} s, accuracy {accuracy:.4f}, {share}; {SOON} after {soon:.1f} s")
    reached = sum(accuracy >= GOAL and seconds <= whole / SHARE for seconds, _, accuracy in trainings)
    print(f"{GOAL} in 1/{SHARE} of the tutorial's time: {reached} of {len(options.seeds)}")
    print(f"{SOON} within {SECONDS:.0f} s: {sum(soon <= SECONDS for _, soon, _ in trainings)} of {len(options.seeds)}")


if __name__ == "__main__":
    main()
