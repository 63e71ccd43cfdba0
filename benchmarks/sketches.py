"""How well a run reads what people draw: pen strokes shown as a canvas would show them.

    python benchmarks/sketches.py strokes.jsonl.gz sketch
    python benchmarks/sketches.py strokes.jsonl.gz quick --everybody

Prints accuracy per style and per digit, the worst confusions, what "not sure" refuses, calibration, and
the time of a prediction on one core. Unless --everybody is given, only the writers held out of training count.
"""

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from mnist_cnn.digits import (
    nondigits,
    strokes,  # noqa: E402
)
from mnist_cnn.ink import sketch
from mnist_cnn.reading import calibration, prediction
from mnist_cnn.runs import Store  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("strokes", type=Path, help="a file of pen strokes, see mnist_cnn/digits/strokes.py")
    parser.add_argument("run", help="name or id of a run")
    parser.add_argument("--everybody", action="store_true", help="count all writers of the file, trained on or not")
    parser.add_argument("--seed", type=int, default=7, help="of brushes, sizes, places")
    options = parser.parse_args()
    pen = strokes.load(options.strokes, None if options.everybody else "test")
    run = Store().get(options.run)
    predictor, sure = prediction.load(run), calibration.threshold(run)
    labels, rng = np.array([digit.digit for digit in pen]), np.random.default_rng(options.seed)
    print(f"{run.name}: {len(pen)} digits by {len({digit.writer for digit in pen})} writers; sure from {sure:.3f}\n")

    print("style       accuracy  refused  canvas resized")
    answers = {}
    for name, style in strokes.STYLES.items():
        canvases = [strokes.render(digit.strokes, style, rng) for digit in pen]
        images = np.stack([sketch.normalise(canvas).image for canvas in canvases])
        answers[name] = predictor.predict(images)
        resized = np.stack([np.asarray(Image.fromarray(c).resize((28, 28), Image.Resampling.BOX)) for c in canvases])
        naive = (predictor.predict(resized).argmax(axis=1) == labels).mean()
        accuracy, refused = (answers[name].argmax(axis=1) == labels).mean(), (answers[name].max(axis=1) < sure).mean()
        print(f"{name:<10}  {accuracy:>8.4f}  {refused:>7.4f}  {naive:>14.4f}")
    everything, truth = np.concatenate(list(answers.values())), np.tile(labels, len(answers))
    report(everything, truth, sure)

    print("\nno digit    refused")
    total = []
    for kind in nondigits.KINDS:
        images = np.stack([nondigits.image(kind, rng, pen, judge=True) for _ in range(300)]) / np.float32(255)
        total.append((predictor.predict(images).max(axis=1) < sure).mean())
        print(f"{kind:<10}  {total[-1]:>7.4f}")
    print(f"{'all':<10}  {np.mean(total):>7.4f}")

    one = sketch.normalise(strokes.render(pen[0].strokes, strokes.STYLES["plain"], rng)).image[np.newaxis]
    print(f"\nOne prediction on one core: {milliseconds(lambda: predictor.predict(one)):.1f} ms")


def report(probabilities: np.ndarray, labels: np.ndarray, sure: float) -> None:
    """All styles together: accuracy, calibration, digits, confusions."""
    predicted, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    print(f"{'all':<10}  {(predicted == labels).mean():>8.4f}  {(confidence < sure).mean():>7.4f}")
    answered = confidence >= sure
    print(f"of those answered, right: {(predicted == labels)[answered].mean():.4f}")
    print(f"expected calibration error: {calibration.expected_error(probabilities, labels):.4f}\n")
    print("digit       accuracy")
    for digit in range(10):
        print(f"{digit:<10}  {(predicted[labels == digit] == digit).mean():>8.4f}")
    wrong = Counter(zip(labels[predicted != labels].tolist(), predicted[predicted != labels].tolist(), strict=True))
    print("\nworst confusions: " + ", ".join(f"{a} as {b} ({n})" for (a, b), n in wrong.most_common(8)))


def milliseconds(work, repeats: int = 50) -> float:
    """Median time of a call."""
    times = []
    for _ in range(repeats):
        before = time.perf_counter()
        work()
        times.append(time.perf_counter() - before)
    return float(np.median(times)) * 1000


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    main()
