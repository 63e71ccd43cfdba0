"""Wall time and MNIST test accuracy of a preset, against the tutorial's 20 epochs of `fit`.

    MNIST_CNN_DATA=mnist.npz python benchmarks/time_to_accuracy.py [--preset quick] [--seeds 1 2 3]

Before each training the tutorial's side runs epochs 1 to 3; all of them together are extrapolated. Every
training goes the trainer's real way in a warm process of its own; its time counts from the start of that
process's work on the run until its last epoch is saved: compiling and validating included, the test set, as
on the tutorial's side, not.
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
from mnist_cnn.training import training  # noqa: E402

EPOCHS = 20  # of the tutorial
GOAL = 0.9929  # the tutorial's own test accuracy


def trained(preset: str, seed: int) -> tuple[float, float]:
    """Seconds and test accuracy of one training."""
    training.warm_up()  # as a worker is when a training is started
    with tempfile.TemporaryDirectory() as folder:
        run = Store(Path(folder)).create(preset, "mnist", replace(PRESETS[preset], seed=seed))
        times = [time.perf_counter()]
        training.train(run, lambda event: event["phase"] == "evaluation" and times.append(time.perf_counter()))
        return times[1] - times[0], evaluation.summary(run)["accuracy"]


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
    for seed, (seconds, accuracy) in zip(options.seeds, trainings, strict=True):
        print(f"{options.preset}, seed {seed}: {seconds:.0f} s, accuracy {accuracy:.4f}, {seconds / whole:.3f} of the time")
    reached = sum(accuracy >= GOAL and seconds <= whole / 10 for seconds, accuracy in trainings)
    print(f"{GOAL} in a tenth of the tutorial's time: {reached} of {len(options.seeds)}")


if __name__ == "__main__":
    main()
