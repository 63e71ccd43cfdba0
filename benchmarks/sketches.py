"""How well a run reads what people draw: pen strokes shown as a canvas would show them.

    python benchmarks/sketches.py strokes.jsonl.gz sketch
    python benchmarks/sketches.py strokes.jsonl.gz quick --everybody

Prints accuracy per style, per source of the strokes and per digit, the worst confusions, what "not sure" refuses,
calibration, and the time of a prediction on one core. Accuracy by person is the mean over persons, so that nobody
counts for more who wrote more; its interval comes from drawing the persons again, with replacement. Unless
--everybody is given, only the writers held out of training count.
"""

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from mnist_cnn.digits import nondigits, strokes  # noqa: E402
from mnist_cnn.ink import sketch  # noqa: E402
from mnist_cnn.reading import calibration, chance, prediction  # noqa: E402
from mnist_cnn.runs import Store  # noqa: E402

AGAIN = 2000  # times that the persons are drawn
NONDIGITS = 300  # of each kind


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

    print("style       accuracy  refused")
    answers = {}
    for name, style in strokes.STYLES.items():
        canvases = [strokes.render(digit.strokes, style, rng) for digit in pen]
        images = np.stack([sketch.normalise(canvas).image for canvas in canvases])
        answers[name] = predictor.predict(images)
        accuracy, refused = (answers[name].argmax(axis=1) == labels).mean(), (answers[name].max(axis=1) < sure).mean()
        print(f"{name:<10}  {accuracy:>8.4f}  {refused:>7.4f}")
    everything, truth = np.concatenate(list(answers.values())), np.tile(labels, len(answers))
    report(everything, truth, sure)
    report_people(np.stack(list(answers.values())), pen, sure)

    print("\nno digit    refused  95% interval")
    total = 0
    for kind in nondigits.KINDS:
        images = np.stack([nondigits.image(kind, rng, pen, judge=True) for _ in range(NONDIGITS)]) / np.float32(255)
        refused = int((predictor.predict(images).max(axis=1) < sure).sum())
        low, high = chance.wilson(refused, NONDIGITS)
        print(f"{kind:<10}  {refused / NONDIGITS:>7.4f}  {low:.4f} to {high:.4f}")
        total += refused
    print(f"{'all':<10}  {total / NONDIGITS / len(nondigits.KINDS):>7.4f}")

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


def report_people(probabilities: np.ndarray, pen: list[strokes.PenDigit], sure: float) -> None:
    """Each source by person, in all styles (S, N, 10) together and in the first, plain one alone."""
    right = probabilities.argmax(axis=2) == [digit.digit for digit in pen]
    refused = probabilities.max(axis=2) < sure
    figures = {"plain": right[0], "all styles": right.mean(axis=0), "refused": refused.mean(axis=0)}
    figures["answered wrong"] = (~right & ~refused).mean(axis=0)
    print(f"\n{'source':<14}{'persons':>8}{'digits':>8}" + "".join(f"  {name + ', by person':<26}" for name in figures))
    for source in [*sorted({digit.source for digit in pen}), None]:
        whose = {}
        for number, digit in enumerate(pen):
            if source in (digit.source, None):
                whose.setdefault(digit.writer, []).append(number)
        row = f"{'everybody' if source is None else source:<14}{len(whose):>8}{sum(map(len, whose.values())):>8}"
        for values in figures.values():
            low, mean, high = by_person([values[numbers].mean() for numbers in whose.values()])
            row += f"  {f'{mean:.4f} ({low:.4f} to {high:.4f})':<26}"
        print(row)


def by_person(each: list[float]) -> tuple[float, float, float]:
    """Mean over persons, between the ends of its 95 % bootstrap interval."""
    again = np.random.default_rng(1).choice(each, (AGAIN, len(each))).mean(axis=1)
    low, high = np.quantile(again, (0.025, 0.975))
    return low, float(np.mean(each)), high


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
