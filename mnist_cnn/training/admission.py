"""Whom the teacher's rules let train what: said before anything is written."""

from collections.abc import Sequence

from mnist_cnn.digits.datasets import TRAIN_IMAGES
from mnist_cnn.errors import StudioError
from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.runs import Run
from mnist_cnn.training.rules import Rules

MEASURES = {
    "epochs": lambda hp, dataset: hp.epochs,
    "train_images": lambda hp, dataset: min(hp.train_images, TRAIN_IMAGES[dataset]),
    "parameters": lambda hp, dataset: model.count_parameters(hp),
}
"""What the rules limit of one training, by the name of the rule."""
OF_COPIES = ("parameters",)  # the rest of a copy that is taught, nobody chooses


def refusal(
    rules: Rules,
    runs: list[Run],
    person: str,
    settings: Sequence[Hyperparameters],
    dataset: str,
    measures: Sequence[str] = tuple(MEASURES),
    again: Sequence[Run] = (),
) -> StudioError | None:
    """Why somebody may not begin a training, a series of them, or go on with some: "class.closed", or another of "class.*".

    Parameters
    ----------
    runs : all that there are. Those of one series count as one, among those kept as well as among those in line.
    settings : of each training that would begin.
    measures : those of `MEASURES` that are limited here.
    again : those to go on with, which are among `runs`.
    """
    if not rules.open:
        return StudioError("class.closed")
    return too_much(rules, settings, dataset, measures) or _too_many(rules, runs, person, again)


def too_much(
    rules: Rules, settings: Sequence[Hyperparameters], dataset: str, measures: Sequence[str] = tuple(MEASURES)
) -> StudioError | None:
    """Error "class.limit" where one of these trainings has more of something than the rules allow."""
    for rule in measures:
        most, value = getattr(rules, rule), max(MEASURES[rule](hp, dataset) for hp in settings)
        if value > most:
            return StudioError("class.limit", rule=rule, value=value, most=most)
    return None


def _too_many(rules: Rules, runs: list[Run], person: str, again: Sequence[Run]) -> StudioError | None:
    mine = [run for run in runs if run.owner == person and not run.shipped]
    if not again and len({*map(_unit, mine)}) >= rules.runs:
        return StudioError("class.runs", most=rules.runs)
    active = {_unit(run) for run in mine if run.status().active} - {*map(_unit, again)}
    return StudioError("class.waiting", most=rules.waiting) if len(active) >= rules.waiting else None


def _unit(run: Run) -> str:
    """What counts as one: a run, or a series."""
    return run.series.id if run.series else run.id
