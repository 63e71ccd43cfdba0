"""What came of a series: figures of its runs, by the values that they were trained with, and how much is noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import fmean, stdev

from mnist_cnn.reading import chance, evaluation
from mnist_cnn.runs import Run

METRICS = ("val_accuracy", "test_accuracy", "val_loss", "seconds")
SMALLER_IS_BETTER = ("val_loss", "seconds")


def figures(run: Run) -> dict[str, float] | None:
    """Those of `METRICS` that a run has at its end: accuracies 0 to 1, loss in nats, seconds of all epochs.

    What is not finite, as the loss of a network that all but diverged, is left out. None where it has not finished.
    """
    if run.status().state != "finished":
        return None
    history, scores = run.history(), evaluation.summary(run)
    last = history[-1] if history else {}
    found = {"val_accuracy": last.get("val_accuracy"), "test_accuracy": scores and scores["accuracy"]}
    found |= {"val_loss": last.get("val_loss"), "seconds": sum(row["seconds"] for row in history) if history else None}
    return {metric: value for metric, value in found.items() if value is not None and isfinite(value)}


class Standing:
    """Where the runs of a series, in the order of training, stand now.

    Attributes
    ----------
    active : those that train or wait.
    resumable : those that ended early and may go on.
    lost : those that ended for good without having finished, as by divergence.
    """

    def __init__(self, runs: list[Run]):
        self.runs, self.statuses = runs, [run.status() for run in runs]
        self.active, ended = self.inside("running", "queued"), self.inside("stopped", "failed")
        self.resumable = [run for run in ended if run.resumable()]
        self.lost = [run for run in ended if run not in self.resumable]

    def inside(self, *states: str) -> list[Run]:
        """The runs in one of these states."""
        return [run for run, status in zip(self.runs, self.statuses, strict=True) if status.state in states]


@dataclass(frozen=True)
class Group:
    """The figures of all seeds of one value, or of one value each of two hyperparameters; one at least."""

    values: tuple
    figures: tuple[float, ...]

    @property
    def mean(self) -> float:
        return fmean(self.figures)

    @property
    def sd(self) -> float | None:
        """The standard deviation (with N - 1); None of a single figure."""
        return stdev(self.figures) if len(self.figures) > 1 else None

    @property
    def spread(self) -> float:
        """The largest less the smallest."""
        return max(self.figures) - min(self.figures)


def values(run: Run, fields: Sequence[str]) -> tuple:
    """The run's values of these hyperparameters."""
    return tuple(getattr(run.hyperparameters, field) for field in fields)


def groups(known: Sequence[tuple[tuple, float]]) -> list[Group]:
    """Figures by their values, ascending, from pairs of them."""
    by_value: dict[tuple, list[float]] = {}
    for value, figure in known:
        by_value.setdefault(value, []).append(figure)
    return [Group(value, tuple(by_value[value])) for value in sorted(by_value)]


@dataclass(frozen=True)
class Comparison:
    """Whether values make a difference.

    Attributes
    ----------
    best : the group with the best mean.
    between : the largest mean less the smallest.
    within : how far apart seeds of one value are, the mean of the groups' spreads; None where there are no several seeds.
    p : of the F test, see `chance.f_test`: how often chance alone draws the means so far apart; None where it cannot be told.
    verdict : "larger" where the values differ by more than chance, "chance" where they do not, or "unknown".
    """

    best: Group
    between: float
    within: float | None
    p: float | None

    @property
    def verdict(self) -> str:
        if self.p is None:
            return "unknown"
        return "larger" if chance.more_than(self.p) else "chance"


def compare(found: list[Group], metric: str) -> Comparison | None:
    """Compare groups by a metric; None where there is but one, or none."""
    if len(found) < 2:
        return None
    means = [group.mean for group in found]
    best = found[means.index(min(means) if metric in SMALLER_IS_BETTER else max(means))]
    between, spreads = max(means) - min(means), [group.spread for group in found if len(group.figures) > 1]
    p = chance.f_test([group.figures for group in found])
    return Comparison(best, between, fmean(spreads) if spreads else None, p)
