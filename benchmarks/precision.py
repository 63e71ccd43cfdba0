"""Test accuracy of a preset in bfloat16 and in float32, five seeds each: whether they differ by more than seeds do.

    MNIST_CNN_DATA=mnist.npz python benchmarks/precision.py [--preset tutorial] [--seeds 1 2 3 4 5]

Formats take turns, each training goes the trainer's real way in a process of its own. On a processor without bfloat16
instructions the same roundings are computed in float32: its accuracies count, its seconds do not. Those of one seed begin
with the same weights and see the same batches, so that they are compared in pairs (t test). --images and --epochs make
it shorter.
"""

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from mnist_cnn.network import precision  # noqa: E402
from mnist_cnn.network.hyperparameters import PRESETS, Hyperparameters  # noqa: E402
from mnist_cnn.reading import evaluation  # noqa: E402
from mnist_cnn.runs import Store  # noqa: E402
from mnist_cnn.training import training  # noqa: E402


def trained(form: str, hp: Hyperparameters) -> tuple[float, float]:
    """Test accuracy of one training in that format, and the median seconds of its epochs but the first."""
    os.environ[precision.VARIABLE] = form
    with tempfile.TemporaryDirectory() as folder:
        run = Store(Path(folder)).create("precision", "mnist", hp)
        training.train(run)
        history = run.history()
        assert {row["precision"] for row in history} == {form}, run.status()
        return evaluation.summary(run)["accuracy"], float(np.median([row["seconds"] for row in history[1:] or history]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=PRESETS, default="tutorial")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--images", type=int, help="to train with and to validate, in place of the preset's")
    parser.add_argument("--epochs", type=int, help="in place of the preset's")
    options = parser.parse_args()
    changes = {"train_images": options.images, "epochs": options.epochs}
    hp = replace(PRESETS[options.preset], **{name: value for name, value in changes.items() if value})
    fresh = get_context("spawn").Pool(1, maxtasksperchild=1)
    accuracies, seconds = ({form: [] for form in precision.FORMATS} for _ in range(2))
    means = "the processor's instructions" if precision.native() else "rounding, this processor has none"
    print("bfloat16 by", means, flush=True)
    for seed in options.seeds:
        for form in precision.FORMATS:
            accuracy, took = fresh.apply(trained, (form, replace(hp, seed=seed)))
            accuracies[form].append(accuracy)
            seconds[form].append(took)
            print(f"{form}, seed {seed}: {accuracy:.4f}, {took:.1f} s/epoch", flush=True)
    wide, narrow = (np.array(accuracies[form]) for form in precision.FORMATS)
    for form, values in accuracies.items():
        print(f"{form}: mean {np.mean(values):.4f}, sd {np.std(values, ddof=1):.4f}")
    test = stats.ttest_rel(narrow, wide)
    low, high = test.confidence_interval()
    print(f"bfloat16 - float32: {narrow.mean() - wide.mean():+.4f} (95 %: {low:+.4f} to {high:+.4f}), p = {test.pvalue:.2f}")
    ratio = np.median(seconds[precision.BFLOAT16]) / np.median(seconds[precision.FLOAT32])
    print(f"an epoch in bfloat16 : one in float32: {ratio:.2f}")


if __name__ == "__main__":
    main()
