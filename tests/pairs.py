"""A second network to compare with the trained one: the same run, but for its name and its answers."""

import json
import shutil

import numpy as np

from mnist_cnn.digits import datasets
from mnist_cnn.reading import evaluation
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.runs import Run, Store


def answering(predictions: np.ndarray, confidence: float = 0.9) -> Evaluation:
    """The evaluation of a network with these answers on the small digits' test set, int (360,)."""
    dataset = datasets.load("digits")
    probabilities = np.full((len(predictions), 10), (1 - confidence) / 9, np.float32)
    probabilities[np.arange(len(predictions)), predictions] = confidence
    wrong = predictions != dataset.y_test
    wrong[: evaluation.FIRST] = True
    index = np.flatnonzero(wrong).astype(np.int32)
    return Evaluation(dataset.y_test, probabilities, index, dataset.x_test[index], 0.5)


def another(store: Store, trained: Run, **settings) -> Run:
    """A copy "other" of the trained run with other settings; it misreads every seventh image, as the next digit."""
    run = Run(shutil.copytree(trained.folder, store.folder / "other"))
    record = json.loads((run.folder / "run.json").read_text("utf-8"))
    changed = record | {"name": "other", "hyperparameters": record["hyperparameters"] | settings}
    (run.folder / "run.json").write_text(json.dumps(changed), "utf-8")
    predictions = datasets.load("digits").y_test.astype(int)
    predictions[::7] = (predictions[::7] + 1) % 10
    evaluation.save(run, answering(predictions))
    return Run(run.folder)
