"""Whether a network has learned anything."""

from mnist_cnn.network.model import CLASSES
from mnist_cnn.reading import evaluation
from mnist_cnn.runs import Run

CHANCE = 1.5 / CLASSES  # accuracy; one that always says the same digit is right about one time in ten


def only_guesses(run: Run) -> bool:
    """Whether a run reads hardly better than by chance: on the test set or, before that, in its last epoch."""
    if scores := evaluation.summary(run):
        return scores["accuracy"] < CHANCE
    if not (history := run.history()):
        return False
    validated, trained = history[-1]["val_accuracy"], history[-1]["accuracy"]
    return (trained if validated is None else validated) < CHANCE
