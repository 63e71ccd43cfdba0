"""Fine-tune a copy of a network on the class's own drawings, and say what that did to it."""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import numpy as np

from mnist_cnn import arrays, places
from mnist_cnn.digits import nondigits
from mnist_cnn.digits.collection import Example
from mnist_cnn.digits.datasets import NO_DIGIT, Dataset
from mnist_cnn.errors import StudioError
from mnist_cnn.ink.sketch import SIZE
from mnist_cnn.network import keras_file
from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.reading import evaluation, prediction, snapshots
from mnist_cnn.runs import Run, Store

HELD_OUT = 3  # every third drawing of a digit is not taught but asked about
REPLAY = 3000  # training images of the base's own dataset that are learned again, against forgetting
TAUGHT = 1000  # about as many images of the drawings, each repeated
HANDED_OVER = 64 << 20  # bytes of drawings, at most, that a run is given, those that its bases learned among them
LEAST = 2  # drawings of the same digit: one to teach and one to ask about


def prepare(store: Store, base: Run, examples: list[Example], name: str, owner: str | None) -> Run:
    """A new run, queued, that will go on from `base` with these drawings; `jobs.Queue.submit` trains it.

    Raises
    ------
    StudioError : "collection.few", or "run.no_model".
    OSError : the run could not be written, and is not there.
    """
    digits = [example.digit for example in examples]
    if not enough(digits):
        raise StudioError("collection.few", least=LEAST)
    if not base.model_file.is_file():
        raise StudioError("run.no_model", name=base.name)
    hp = replace(
        base.hyperparameters, optimizer="adam", learning_rate=0.0003, schedule="constant", batch_size=50, epochs=3,
        validation_split=0.0, train_images=REPLAY, pen_copies=0,
    )  # fmt: skip
    preset = base.id if base.shipped and base.id in PRESETS else base.preset
    run = store.create(name, base.dataset, hp, owner, base=base.id, preset=preset)
    try:
        _hand_over(run, base, examples, held_out(digits))
    except OSError:  # as on a full disk
        with suppress(StudioError, OSError):  # out of sight at least
            store.remove(run)
        raise
    return run


def enough(labels: list[int]) -> bool:
    """Whether drawings of these digits can be taught: one digit has `LEAST` of them."""
    return max(Counter(labels).values(), default=0) >= LEAST


def _hand_over(run: Run, base: Run, examples: list[Example], held: np.ndarray) -> None:
    """Give the run all that it learns from, so that neither base nor collection is asked again."""
    shutil.copyfile(base.model_file, run.folder / "base.keras")
    if (base.folder / "calibration.json").is_file():  # how sure the base may say it is holds for its copy
        shutil.copyfile(base.folder / "calibration.json", run.folder / "calibration.json")
    with (run.folder / "taught.npz").open("wb") as file:
        images, labels = (np.array([getattr(e, key) for e in examples], np.uint8) for key in ("image", "digit"))
        known = (evaluation.summary(base) or {}).get("accuracy", np.nan)
        np.savez_compressed(file, images=images, labels=labels, held=held, test_before=known, earlier=learned(base))


def held_out(labels: list[int]) -> np.ndarray:
    """Which drawings are asked about rather than taught, bool (N,): of each digit every third, the second first."""
    seen = [labels[:number].count(label) for number, label in enumerate(labels)]
    return np.array([count % HELD_OUT == 1 for count in seen], bool)


def taught(run: Run) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The drawings of a run: uint8 (N, 28, 28), uint8 (N,), and bool (N,), which were held out."""
    kept = _handed_over(run)
    return kept["images"], kept["labels"], kept["held"]


def _handed_over(run: Run) -> dict[str, np.ndarray]:
    """What `prepare` gave the run in taught.npz."""
    return arrays.load(run.folder / "taught.npz", HANDED_OVER)


def learned(run: Run) -> np.ndarray:
    """The drawings that a run learned from, and those that its base did before, uint8 (N, 28, 28); none where none are told."""
    none = np.empty((0, SIZE, SIZE), np.uint8)
    try:
        kept = _handed_over(run)
        drawings = np.concatenate([kept["images"][~kept["held"]], kept.get("earlier", none)])
    except Exception:  # whatever a file may hold
        return none
    return drawings if drawings.dtype == np.uint8 and drawings.shape[1:] == (SIZE, SIZE) else none


def compose(run: Run, dataset: Dataset, check: Callable[[], None] = lambda: None):
    """Training and validation images, as `training_set.compose` gives them; the drawings held out validate."""
    images, labels, held = taught(run)
    chance = np.random.default_rng(run.hyperparameters.seed)
    again = chance.choice(len(dataset.x_train), min(REPLAY, len(dataset.x_train)), replace=False)
    often = max(1, TAUGHT // (~held).sum())
    parts = [(dataset.x_train[again], dataset.y_train[again])] + [(images[~held], labels[~held])] * often
    if count := round(run.hyperparameters.nondigits * len(again)):
        parts.append((nondigits.images(count, chance, [], check=check), np.full(count, NO_DIGIT, np.uint8)))
    return tuple(np.concatenate(them) for them in zip(*parts, strict=True)), (images[held], labels[held])


def base_model(run: Run):
    """The keras.Model that the run goes on from."""
    return keras_file.load(run.folder / "base.keras", run.hyperparameters)


def compare(
    run: Run,
    after: prediction.KerasPredictor,
    dataset: Dataset,
    test_after: float,
    check: Callable[[], None] = lambda: None,
) -> None:
    """Measure base and copy on the drawings held out and on the test set, and keep it as `teaching.json`.

    Parameters
    ----------
    after : the copy.
    test_after : its accuracy on the test set, 0 to 1.
    check : as in `Predictor.predict`.
    """
    images, labels, held = taught(run)
    before = prediction.KerasPredictor(base_model(run), run.hyperparameters.views)

    def read(predictor: prediction.KerasPredictor, x: np.ndarray) -> np.ndarray:
        return predictor.predict(x.astype(np.float32) / 255, check=check).argmax(axis=1)

    was, now, truth = read(before, images[held]), read(after, images[held]), labels[held]
    test_before = float(_handed_over(run)["test_before"])
    if np.isnan(test_before):  # the base was never evaluated
        test_before = float((read(before, dataset.x_test) == dataset.y_test).mean())
    figures = {
        "collection": {"before": float((was == truth).mean()), "after": float((now == truth).mean()), "images": len(truth)},
        "test": {"before": test_before, "after": test_after, "images": len(dataset.y_test)},
        "answers": {"before": was.tolist(), "after": now.tolist()},
    }
    snapshots.give_way(run, places.write_json, run.folder / "teaching.json", figures)


def result(run: Run) -> dict | None:
    """What `compare` kept; None where there is nothing, or it is damaged."""
    try:
        figures = json.loads((run.folder / "teaching.json").read_text("utf-8"))
        keys = ("before", "after", "images")
        told = {name: {key: float(figures[name][key]) for key in keys} for name in ("collection", "test")}
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    good = all(0 <= part["before"] <= 1 and 0 <= part["after"] <= 1 and 1 <= part["images"] < np.inf for part in told.values())
    return told if good else None


def asked(run: Run) -> list[tuple[np.ndarray, int, int, int]]:
    """The drawings held out: uint8 (28, 28), its digit, what base and copy read; [] where `compare` kept nothing."""
    try:
        answers = json.loads((run.folder / "teaching.json").read_text("utf-8"))["answers"]
        images, labels, held = taught(run)
        told = list(zip(images[held], labels[held].tolist(), answers["before"], answers["after"], strict=True))
    except Exception:  # whatever files may hold
        return []
    drawings = images.dtype == np.uint8 and images.shape[1:] == (SIZE, SIZE)
    digits = all(type(digit) is int and 0 <= digit <= 9 for _, *three in told for digit in three)
    return told if drawings and digits else []
