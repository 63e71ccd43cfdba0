"""Wall time and MNIST test accuracy of a preset, against the tutorial's 20 epochs of `fit`.

    MNIST_CNN_DATA=mnist.npz python benchmarks/time_to_accuracy.py [--preset quick] [--seeds 1 2 3]

The tutorial's side runs epochs 1 to 3 and is extrapolated from the later ones. Every training goes the
trainer's real way in a process of its own; its time counts from the start of that process's work on the run,
loading, compiling, validating and saving included.
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

from mnist_cnn import evaluation, training  # noqa: E402
from mnist_cnn.hyperparameters import PRESETS  # noqa: E402
from mnist_cnn.runs import Store  # noqa: E402

EPOCHS = 20  # of the tutorial
GOAL = 0.9929  # the tutorial's own test accuracy


def trained(preset: str, seed: int) -> tuple[float, float]:
    """Seconds and test accuracy of one training."""
    from mnist_cnn import step  # noqa: F401  TensorFlow, as in a worker that is warm

    with tempfile.TemporaryDirectory() as folder:
        run = Store(Path(folder)).create(preset, "mnist", replace(PRESETS[preset], seed=seed))
        before = time.perf_counter()
        training.train(run)
        return time.perf_counter() - before, evaluation.summary(run)["accuracy"]


def tutorial() -> float:
    """Seconds that the tutorial's 20 epochs of `fit` take."""
    first, *later = in_process("fit", 3)
    return first + (EPOCHS - 1) * float(np.median(later))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=PRESETS, default="quick")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    fresh = get_context("spawn").Pool(1, maxtasksperchild=1)
    whole = tutorial()
    print(f"tutorial, {EPOCHS} epochs of fit: {whole:.0f} s (extrapolated from 3)")
    reached = 0
    for seed in options.seeds:
        seconds, accuracy = fresh.apply(trained, (options.preset, seed))
        reached += accuracy >= GOAL and seconds <= whole / 10
        print(
            f"{options.preset}, seed {seed}: {seconds:.0f} s, accuracy {accuracy:.4f}, {seconds / whole:.3f} of the time",
            flush=True,
        )
    print(f"{GOAL} in a tenth of the tutorial's time: {reached} of {len(options.seeds)}")


if __name__ == "__main__":
    main()
