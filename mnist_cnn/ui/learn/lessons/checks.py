"""What the steps of lessons look at: runs that were really trained, drawings and choices of this session.

A run of anybody on this machine does, so that in a class of thirty a few may train and all go on; those that ship with
the app do not.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mnist_cnn.digits.datasets import TRAIN_IMAGES
from mnist_cnn.ink.sketch import Sketch
from mnist_cnn.network.hyperparameters import PRESETS, Hyperparameters
from mnist_cnn.reading import calibration, evaluation, prediction
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.runs import Run
from mnist_cnn.ui import run_names, state

Like = Callable[[Hyperparameters], bool]
Check = Callable[["Context"], dict | None]


@dataclass(frozen=True)
class Context:
    """What is there to look at.

    Attributes
    ----------
    visitor : whose lesson it is.
    runs : all, the newest first.
    """

    visitor: str
    runs: list[Run]

    def finished(self) -> Iterator[Run]:
        """Runs trained here to their end, the visitor's own first."""
        for run in sorted(self.runs, key=lambda run: run.owner != self.visitor):
            if not run.shipped and not run.base and run.status().state == "finished":
                yield run

    def chosen(self, name: str) -> Run | None:
        """The network that a page has chosen, by its entry of `state.TABLE`, as `run_picker` does."""
        runs = {run.id: run for run in prediction.usable(self.runs)}
        return runs.get(state.get(name)) or prediction.default_model(list(runs.values()))

    def tutorial(self) -> Run | None:
        """The network that ships as the tutorial's."""
        return next((run for run in prediction.usable(self.runs) if run.id == "tutorial"), None)

    def doubter(self) -> Run | None:
        """A network that learned from what is no digit, those that ship with the app first."""
        able = [run for run in prediction.usable(self.runs) if run.hyperparameters.nondigits]
        return min(able, key=lambda run: not run.shipped, default=None)


def tutorial_but(*free: str, **changes) -> Like:
    """The tutorial's settings but for these changes, as `setups.train` puts them in place; those named `free` and the seed may
    be any. What an explanation compares is true of such runs only.
    """
    wanted, any_value = PRESETS["tutorial"].to_dict() | changes, {*free, "seed"}
    return lambda hp: all(name in any_value or value == wanted[name] for name, value in hp.to_dict().items())


def trained(like: Like, figures: Callable[[Run], dict | None]) -> Check:
    """A finished run with such hyperparameters, of which `figures` tells something."""

    def check(context: Context) -> dict | None:
        for run in context.finished():
            if like(run.hyperparameters) and (told := figures(run)) is not None:
                return {"run": run_names.name(run)} | told
        return None

    return check


def outcome(run: Run) -> dict | None:
    """Figures of a run at its end: of its last epoch, of the one with the least validation loss, and of the test."""
    history, scores = run.history(), evaluation.summary(run)
    if not history or not scores or history[-1]["val_loss"] is None:
        return None
    best, last, hp = min(history, key=lambda row: row["val_loss"]), history[-1], run.hyperparameters
    told = {key: last[key] for key in ("loss", "accuracy", "val_loss", "val_accuracy")}
    told |= {"best": best["epoch"], "least": best["val_loss"], "then": best["val_accuracy"], "epochs": len(history)}
    images = int(min(hp.train_images, TRAIN_IMAGES[run.dataset]) * (1 - hp.validation_split))
    steps = -(-images // hp.batch_size)
    return told | {"images": images, "steps": steps, "in_all": steps * len(history), "test": scores["accuracy"]}


def overlaid(one: Like, other: Like) -> Check:
    """Two runs compared on Train, one of each kind; their figures begin with "a_" and "b_"."""

    def check(context: Context) -> dict | None:
        compared = [run for run in context.finished() if run.id in state.get("compared")]
        found = [next((run for run in compared if like(run.hyperparameters)), None) for like in (one, other)]
        if None in found or None in (told := [outcome(run) for run in found]):
            return None
        return {f"{name}_{key}": value for name, figures in zip("ab", told, strict=True) for key, value in figures.items()}

    return check


def pixels() -> np.ndarray | None:
    """What is set in the pixel editor, float32 (28, 28) of 0 and 1."""
    ink = np.array(list(state.get("pixels")), np.float32)
    return ink.reshape(28, 28) if ink.any() else None


def read(run: Run, digit: Sketch) -> dict:
    """What a network thinks of it: digit, confidence, the threshold of that, and whether it says that it is sure."""
    answers = prediction.load(run).predict(digit.image[np.newaxis])[0]
    told = {"digit": int(answers.argmax()), "confidence": float(answers.max()), "threshold": calibration.threshold(run)}
    return told | {"sure": told["confidence"] >= told["threshold"]}


def analysed(context: Context) -> Evaluation | None:
    """The evaluation of the network that Analysis shows."""
    run = context.chosen("analysed")
    return run and evaluation.load(run)
