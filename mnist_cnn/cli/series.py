"""Train a ready-made series here, and say what came of it."""

from mnist_cnn.cli.train import train_here
from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError
from mnist_cnn.runs import STOPS, Run, Store
from mnist_cnn.training import estimate, outcome
from mnist_cnn.training import series as several
from mnist_cnn.words import speaker

t = speaker("en")


def add(commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("series", help="train a ready-made series of runs", description=series.__doc__)
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("name", nargs="?", metavar="NAME", help="which one")
    what.add_argument("--list", action="store_true", help="list those that there are")
    command.add_argument("--dataset", choices=datasets.DATASETS, default="mnist", help="what to learn (default: mnist)")
    command.set_defaults(command=series)


def series(options) -> int:
    """Train several runs that differ in a hyperparameter and in their seed; print mean and standard deviation per value."""
    rate = estimate.measured_rate(Store().runs())
    if options.list:
        for name in several.READY:
            one = several.ready(name, options.dataset)
            minutes = several.seconds(one.settings(), one.dataset, rate) / 60
            print(f"{name:<13} {len(one.settings()):>2} runs, about {minutes:.0f} min   {t(f'series.{name}')}")
        return 0
    one = several.ready(options.name, options.dataset)
    datasets.load(one.dataset)  # a problem with it comes before a run does
    print(t(f"series.{one.question}"))
    runs = several.create(Store(), one, None)
    hands = {run.id: run.claim() for run in runs}  # they wait in line for this process
    try:
        for number, run in enumerate(runs, 1):
            values = several.told(outcome.values(run, run.series.fields))
            print(f"\nRun {number} of {len(runs)}: {values}, seed {run.hyperparameters.seed}", flush=True)
            hands.pop(run.id).release()
            train_here(run)
            if (reason := run.status().reason) in STOPS:
                raise StudioError(reason)
    finally:
        for run in runs:
            if run.id in hands:
                with hands[run.id]:
                    run.set_status("stopped", "reason.stopped")
        _print_table(runs)
    return 0


def _print_table(runs: list[Run]) -> None:
    """Accuracies on validation and test images per value: mean ± standard deviation."""
    fields = runs[0].series.fields
    ended = [(outcome.values(run, fields), figures) for run in runs if (figures := outcome.figures(run))]
    print(f"\n{', '.join(fields):<20} {'runs':>4} {'validation accuracy':>20} {'test accuracy':>20}")
    for group in outcome.groups([(values, 1.0) for values, _ in ended]):
        cells = []
        for metric in ("val_accuracy", "test_accuracy"):
            known = [(values, figures[metric]) for values, figures in ended if values == group.values and metric in figures]
            cells += [_cell(one) for one in outcome.groups(known)] or ["-"]
        print(f"{several.told(group.values):<20} {len(group.figures):>4} {cells[0]:>20} {cells[1]:>20}")


def _cell(group: outcome.Group) -> str:
    return f"{group.mean:.4f}" if group.sd is None else f"{group.mean:.4f} ± {group.sd:.4f}"
