"""Measure a model on its test set."""

import json

from mnist_cnn.digits import datasets
from mnist_cnn.network import quiet
from mnist_cnn.reading import evaluation, prediction
from mnist_cnn.runs import Store


def add(commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("evaluate", help="measure a model on its test set", description=evaluate.__doc__)
    command.add_argument("--model", required=True, metavar="RUN", help="name or id of a run")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.set_defaults(command=evaluate)


def evaluate(options) -> int:
    """Measure a model on the test set of its dataset: accuracy, loss, confusion matrix, scores per digit."""
    run = Store().get(options.model)
    quiet.import_tensorflow()
    summary = evaluation.evaluate(prediction.load(run), datasets.load(run.dataset)).summary()
    if options.json:
        print(json.dumps({"model": run.name, "dataset": run.dataset} | summary))
        return 0
    print(f"{run.name} on {summary['images']} test images: accuracy {summary['accuracy']:.4f}, loss {summary['loss']:.4f}")
    print("\nConfusion matrix, rows the label, columns the prediction:")
    for digit, row in enumerate(summary["confusion_matrix"]):
        print(f"{digit:>3} |" + "".join(f"{count:>6}" for count in row))
    print("\ndigit  precision  recall      f1  support")
    for digit in range(10):
        scores = [summary[key][digit] for key in ("precision", "recall", "f1")]
        print(f"{digit:>5}  {scores[0]:>9.4f}  {scores[1]:>6.4f}  {scores[2]:.4f}  {summary['support'][digit]:>7}")
    return 0
