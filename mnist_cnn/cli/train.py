"""Train a run, or go on with one."""

import argparse
import inspect
import sys

from mnist_cnn.digits import datasets
from mnist_cnn.errors import StudioError, printable
from mnist_cnn.network import quiet
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, Hyperparameters
from mnist_cnn.reading import evaluation, snapshots
from mnist_cnn.runs import Run, Store
from mnist_cnn.training import training


def add(commands) -> None:
    """Add the command to the parser."""
    raw = argparse.RawDescriptionHelpFormatter
    meanings = inspect.getdoc(Hyperparameters).split("----------")[1].split("Raises")[0]
    texts = {"description": train.__doc__, "epilog": f"what the hyperparameters are:\n\n{meanings.strip()}"}
    command = commands.add_parser("train", help="train a run, or go on with one", formatter_class=raw, **texts)
    command.add_argument("--preset", choices=PRESETS, default="tutorial", help="where to start from (default: tutorial)")
    command.add_argument("--name", help="what to call the run (default: the preset's name)")
    command.add_argument("--dataset", choices=datasets.DATASETS, default="mnist", help="what to learn (default: mnist)")
    command.add_argument("--ship", action="store_true", help="make a run that ships with the app, as models/PRESET")
    command.add_argument("--resume", metavar="RUN", help="go on with this run instead of making a new one")
    _add_hyperparameters(command.add_argument_group("hyperparameters, in place of the preset's"))
    command.set_defaults(command=train)


def _add_hyperparameters(group) -> None:
    for field, allowed in RANGES.items():
        kind = type(getattr(PRESETS["tutorial"], field))
        option = f"--{field.replace('_', '-')}"
        if kind is bool:
            group.add_argument(option, action=argparse.BooleanOptionalAction, default=None)
        elif "choices" in allowed:
            group.add_argument(option, type=kind, choices=allowed["choices"])
        else:
            group.add_argument(option, type=kind, metavar="N", help=f"from {allowed['low']} to {allowed['high']}")


def train(options) -> int:
    """Train a network and keep it as a run under models/. Ctrl-C stops it and keeps what was learned."""
    store = Store()
    if options.resume:
        run = store.get(options.resume)
        with run.claim():
            snapshots.give_way(run, run.enqueue)
    else:
        changes = {field: getattr(options, field) for field in RANGES if getattr(options, field) is not None}
        hp = Hyperparameters.from_dict(PRESETS[options.preset].to_dict() | changes)
        datasets.load(options.dataset)  # a problem with it comes before a run does
        preset = None if options.name else options.preset
        run = store.create(options.name or options.preset, options.dataset, hp, shipped=options.ship, preset=preset)
    print(f"Training {run.name} ({run.id})", flush=True)
    train_here(run)
    status = run.status()
    print(f"{status.state}: {printable(str(run.folder))}")
    if scores := evaluation.summary(run):
        print(f"Test accuracy {scores['accuracy']:.4f}, loss {scores['loss']:.4f}")
    if status.reason and status.state == "finished":  # a range test
        print(StudioError(status.reason, **status.values))
    elif status.reason:
        raise StudioError(status.reason, **status.values)
    return 0


def train_here(run: Run) -> None:
    """Train in this process; an interrupt asks for a stop, so that it ends like any other."""
    import signal

    quiet.import_tensorflow()
    before = signal.signal(signal.SIGINT, lambda *_: run.request_stop())
    try:
        training.train(run, observe=_Progress(run))
    finally:
        signal.signal(signal.SIGINT, before)


class _Progress:
    """Prints a line per epoch, and on a terminal the batch under way."""

    def __init__(self, run: Run):
        self.run, self.printed = run, len(run.history())

    def __call__(self, event: dict) -> None:
        for row in self.run.history()[self.printed :]:
            self.printed += 1
            validation = row["val_accuracy"]
            tail = "" if validation is None else f"  val_loss {row['val_loss']:.4f}  val_accuracy {validation:.4f}"
            line = f"epoch {row['epoch']}/{event['epochs']}  loss {row['loss']:.4f}  accuracy {row['accuracy']:.4f}{tail}"
            print(f"\r{line}  {row['seconds']:.1f} s", flush=True)
        if sys.stdout.isatty() and event["phase"] == "training":
            line = "epoch {epoch}/{epochs}  batch {batch}/{batches}  loss {loss:.4f}  accuracy {accuracy:.4f}"
            line += "  {images_per_second} images/s  {seconds_left} s left" if event["seconds_left"] is not None else ""
            print(f"\r{line.format(**event):<100}", end="", flush=True)
