"""A series: one question, several runs that differ in one or two hyperparameters and in their seed."""

import itertools
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from types import MappingProxyType
from typing import Any

from mnist_cnn.digits.datasets import TRAIN_IMAGES
from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, VARIABLE, Hyperparameters
from mnist_cnn.records import Membership
from mnist_cnn.runs import Run, Store
from mnist_cnn.training import estimate
from mnist_cnn.training.jobs import Queue

MOST = 60  # runs of a series
SEEDS = 5  # at most


@dataclass(frozen=True)
class Series:
    """What to train.

    Attributes
    ----------
    preset : the one that the settings started from.
    base : the settings that all runs share.
    dataset : a key of `datasets.DATASETS`.
    varied : the values of each hyperparameter that is varied, by its name.
    seeds : how many runs each value has; their seeds are 1, 2, ...
    question : name of a ready-made series.

    Raises
    ------
    StudioError : "series.varied", "series.many"; "hyperparameter.*" for a value that cannot be.
    """

    preset: str
    base: Hyperparameters
    dataset: str
    varied: Mapping[str, tuple]
    seeds: int
    question: str | None = None

    def __post_init__(self):
        several = all(len(values) == len({*values}) >= 2 for values in self.varied.values())
        if not (1 <= len(self.varied) <= 2 and VARIABLE.issuperset(self.varied) and several and 1 <= self.seeds <= SEEDS):
            raise StudioError("series.varied", seeds=SEEDS)
        if (count := self.seeds * prod(map(len, self.varied.values()))) > MOST:  # counted before any is made
            raise StudioError("series.many", runs=count, most=MOST)
        self.settings()  # raises where a value cannot be
        images, high = max(self.varied.get("train_images", (0,))), TRAIN_IMAGES[self.dataset]
        if images > high:  # they would be the same runs again
            low = RANGES["train_images"]["low"]
            raise StudioError("hyperparameter.range", field="train_images", value=images, low=low, high=high)

    def settings(self) -> list[Hyperparameters]:
        """Those of every run, in the order of training: all values with the first seed, then with the next."""
        return list(self._settings)

    @cached_property
    def _settings(self) -> tuple[Hyperparameters, ...]:
        seeds, values = range(1, self.seeds + 1), itertools.product(*self.varied.values())
        changes = [dict(zip(self.varied, combination, strict=True)) for combination in values]
        return tuple(replace(self.base, **change, seed=seed) for seed in seeds for change in changes)


@dataclass(frozen=True)
class Ready:
    """A ready-made series: a preset, what is changed of it to be quick, what is varied, and how many seeds."""

    preset: str
    varied: Mapping[str, tuple]
    seeds: int
    changes: Mapping[str, Any] = field(default_factory=dict)


QUICK = MappingProxyType({"train_images": 4000, "batch_size": 50, "epochs": 4})

READY = MappingProxyType(
    {
        "dropout": Ready(
            "tutorial",
            {"dropout2": (0.0, 0.25, 0.5, 0.75)},
            seeds=4,
            changes={"dropout1": 0.0, "train_images": 2000, "batch_size": 50, "epochs": 15},  # long enough to overfit
        ),
        "images": Ready(
            "tutorial",
            {"train_images": (200, 500, 1000, 2000, 5000, 10000)},
            seeds=3,
            changes={"batch_size": 50, "epochs": 5},
        ),
        "rate": Ready("tutorial", {"learning_rate": (0.0001, 0.0003, 0.001, 0.003, 0.01)}, seeds=3, changes=QUICK),
        "batch": Ready("tutorial", {"batch_size": (20, 50, 100, 300, 1000)}, seeds=3, changes=QUICK),
        "convolutions": Ready("tutorial", {"convolutions": (1, 2)}, seeds=5, changes=QUICK),
    }
)
"""By name; the catalogue has the question of each, "series.NAME", and what it teaches, "series.NAME.about"."""


def ready(name: str, dataset: str) -> Series:
    """The ready-made series of that name, without more images than the dataset has. Raises "series.missing"."""
    if name not in READY:
        raise StudioError("series.missing", name=name, choices=", ".join(READY))
    one = READY[name]
    varied = dict(one.varied)
    if "train_images" in varied:
        varied["train_images"] = tuple(count for count in varied["train_images"] if count <= TRAIN_IMAGES[dataset])
    return Series(one.preset, replace(PRESETS[one.preset], **one.changes), dataset, varied, one.seeds, name)


SUGGESTED = MappingProxyType(
    {
        "filters1": (4, 8, 16, 32),
        "filters2": (9, 18, 36, 72),
        "filters3": (0, 32, 64),
        "convolutions": (1, 2),
        "dense_units": (16, 64, 128, 256),
        "dropout1": (0.0, 0.25, 0.5),
        "dropout2": (0.0, 0.25, 0.5, 0.75),
        "learning_rate": (0.0003, 0.001, 0.003, 0.01),
        "batch_size": (20, 50, 100, 300),
        "epochs": (1, 2, 5, 10),
        "validation_split": (0.1, 0.2, 0.3),
        "train_images": (200, 500, 1000),
        "augmentation": (0.0, 0.5, 1.0),
        "pen_copies": (0, 1, 2),
        "nondigits": (0.0, 0.1, 0.2),
    }
)
"""Numbers that a series of one's own starts with."""


def options(name: str) -> tuple | None:
    """All values of a hyperparameter that is chosen from a few; None for a number."""
    if "low" in RANGES[name]:
        return None
    return tuple(RANGES[name].get("choices", (False, True)))


def suggested(name: str) -> str:
    """Values of a hyperparameter to begin with, as `parse` reads them."""
    return told(options(name) or SUGGESTED[name])


def told(values: tuple) -> str:
    """The text that `parse` reads as these values."""
    return ", ".join(str(value).removesuffix(".0") for value in values)


def parse(name: str, text: str) -> tuple:
    """The values of a hyperparameter in a text, "0, 0.25 0.5", ascending, each once.

    Raises
    ------
    StudioError : "hyperparameter.*" for one that cannot be; "series.many" for more than a series may have.
    """
    words = dict.fromkeys(filter(None, re.split(r"[\s,;，；、]+", text)))
    if len(words) > MOST:
        raise StudioError("series.many", runs=len(words), most=MOST)
    by_text = {str(value): value for value in options(name) or ()}
    kind = type(getattr(PRESETS["tutorial"], name))
    values = set()
    for word in words:
        try:
            value = by_text.get(word, word) if by_text else kind(word)
        except ValueError:
            value = word
        values.add(getattr(Hyperparameters.from_dict({name: value}), name))
    return tuple(sorted(values))


def seconds(settings: list[Hyperparameters], dataset: str, rate: float) -> float:
    """How long these runs will take, one after the other; `rate` as for `estimate.seconds`."""
    images = TRAIN_IMAGES[dataset]
    return sum(estimate.STARTING + estimate.seconds(hp, min(hp.train_images, images), rate) for hp in settings)


def create(store: Store, series: Series, owner: str | None) -> list[Run]:
    """The runs, queued, in the order of training. Where one cannot be written, as on a full disk, none stays; OSError."""
    member = Membership(secrets.token_hex(6), series.question, tuple(series.varied))
    runs: list[Run] = []
    try:
        for hp in series.settings():
            runs.append(store.create(series.preset, series.dataset, hp, owner, preset=series.preset, series=member))
    except OSError:
        _remove(store, runs)
        raise
    return runs


def begin(store: Store, queue: Queue, series: Series, owner: str | None) -> list[Run]:
    """Create the runs and put them in line: all of them, or none stays.

    Raises
    ------
    StudioError : "line.full" where the line has no room for them; OSError as on a full disk.
    """
    queue.check_room(len(series.settings()), owner)  # before anything is written
    runs = create(store, series, owner)
    try:
        queue.submit_series(runs)
    except (StudioError, OSError):  # another series was quicker, or the disk is full now
        _remove(store, runs)
        raise
    return runs


def delete(store: Store, runs: list[Run]) -> None:
    """Remove the runs of a series for good; those that are gone already are passed over.

    Raises
    ------
    StudioError : "run.busy" where one trains or waits, before any is removed; OSError where a folder cannot be.
    """
    for run in runs:
        if run.status().active:
            raise StudioError("run.busy", name=run.name)
    for run in runs:
        try:
            store.delete(run)
        except StudioError as error:
            if error.code != "run.missing":
                raise


def _remove(store: Store, runs: list[Run]) -> None:
    """Take back runs that nobody has in hand yet."""
    for run in runs:
        with suppress(StudioError, OSError):  # the others go all the same
            store.remove(run)


def among(runs: list[Run]) -> dict[str, list[Run]]:
    """The series that these runs (newest first) belong to, newest first, by id; the runs of each in the order of training."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        if run.series:
            found.setdefault(run.series.id, []).insert(0, run)
    return found
