"""Measure a model on its test set, or on the class's drawings."""

import json

from mnist_cnn.digits import datasets
from mnist_cnn.digits.collection import Collection
from mnist_cnn.reading import calibration, evaluation, prediction
from mnist_cnn.runs import Run, Store
from mnist_cnn.training import class_test
from mnist_cnn.words import speaker


def add(commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("evaluate", help="measure a model on its test set", description=evaluate.__doc__)
    command.add_argument("--model", required=True, metavar="RUN", help="name or id of a run")
    command.add_argument("--drawings", action="store_true", help="on the class's drawings that it has not learned from")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.set_defaults(command=evaluate)


def evaluate(options) -> int:
    """Measure a model on the test set of its dataset: accuracy, loss, confusion matrix, scores per digit."""
    run = Store().get(options.model)
    if options.drawings:
        return _on_drawings(run, options.json)
    summary = evaluation.evaluate(prediction.load(run), datasets.load(run.dataset)).summary()
    if options.json:
        print(json.dumps({"model": run.name, "dataset": run.dataset} | summary))
        return 0
    print(f"{run.name} on {summary['images']} test images: accuracy {summary['accuracy']:.4f}, loss {summary['loss']:.4f}")
    _print_scores(summary)
    return 0


def _on_drawings(run: Run, as_json: bool) -> int:
    """What Analysis says of the class's drawings, in its words."""
    test, t = class_test.examine(run, Collection().examples()), speaker("en")
    figures = test.figures(calibration.threshold(run))
    scores = test.result.summary() if test.result else {}
    if as_json:
        print(json.dumps({"model": run.name} | scores | figures))
        return 0
    if scores:
        print(f"{run.name}: " + t("asked.right", **figures))
        print(t("asked.interval", **figures))
        print(t("asked.not_sure", **figures))
        _print_scores(scores)
    else:
        print(t("asked.nothing_counts"))
    for reason in class_test.REASONS:
        if figures[reason]:
            print("\n" + t(f"asked.{reason}", count=figures[reason]))
    return 0


def _print_scores(summary: dict) -> None:
    """The confusion matrix, and precision, recall and F1 of every digit."""
    print("\nConfusion matrix, rows the label, columns the prediction:")
    for digit, row in enumerate(summary["confusion_matrix"]):
        print(f"{digit:>3} |" + "".join(f"{count:>6}" for count in row))
    print("\ndigit  precision  recall      f1  support")
    for digit in range(10):
        scores = [summary[key][digit] for key in ("precision", "recall", "f1")]
        print(f"{digit:>5}  {scores[0]:>9.4f}  {scores[1]:>6.4f}  {scores[2]:.4f}  {summary['support'][digit]:>7}")
