"""The command line: what the pages do, on the same runs."""

import argparse
import glob
import inspect
import json
import os
import sys
from pathlib import Path

from mnist_cnn import places
from mnist_cnn.digits import datasets, download
from mnist_cnn.errors import StudioError, printable
from mnist_cnn.ink import imagefile, picture
from mnist_cnn.network import quiet
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, Hyperparameters
from mnist_cnn.reading import calibration, evaluation, prediction, snapshots, transcript
from mnist_cnn.reading.transcript import Transcript
from mnist_cnn.runs import Run, Store
from mnist_cnn.training import training

EPILOG = """examples:
  python -m mnist_cnn data                                  fetch MNIST ahead of class
  python -m mnist_cnn train --preset quick --name first     train about half a minute
  python -m mnist_cnn train --preset tutorial --epochs 5 --learning-rate 0.002
  python -m mnist_cnn evaluate --model first                accuracy, confusion matrix
  python -m mnist_cnn predict seven.png "photos/*.jpg"      what Sketch reads in each
  python -m mnist_cnn predict --model first --json *.png    one JSON object a line
  python -m mnist_cnn runs                                  what has been trained
"""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit code: 0, 1 for a problem, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    sys.stdout.reconfigure(errors="backslashreplace")  # a name may hold what the console cannot show
    try:
        return options.command(options)
    except BrokenPipeError:  # as in `... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (StudioError, OSError) as error:
        print(f"mnist_cnn: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m mnist_cnn", description=__doc__, epilog=EPILOG, formatter_class=raw)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

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

    command = commands.add_parser("evaluate", help="measure a model on its test set", description=evaluate.__doc__)
    command.add_argument("--model", required=True, metavar="RUN", help="name or id of a run")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.set_defaults(command=evaluate)

    texts = {"description": predict.__doc__, "formatter_class": raw}
    command = commands.add_parser("predict", help="read digits in image files", **texts)
    command.add_argument("--model", metavar="RUN", help="name or id of a run (default: Sketch, as on the page)")
    command.add_argument("--json", action="store_true", help="print one JSON object a line")
    command.add_argument(
        "files", nargs="+", metavar="FILE", help="PNG, JPEG or a pattern of such; dark on light or light on dark"
    )
    command.set_defaults(command=predict)

    command = commands.add_parser("data", help="fetch MNIST and say where it is", description=fetch.__doc__)
    command.set_defaults(command=fetch)

    command = commands.add_parser("runs", help="list, stop, rename or delete runs", description=runs.__doc__)
    command.add_argument("--json", action="store_true", help="print one JSON object a line")
    change = command.add_mutually_exclusive_group()
    change.add_argument("--stop", metavar="RUN", help="ask a run that trains to stop")
    change.add_argument("--rename", nargs=2, metavar=("RUN", "NAME"), help="give a run another name")
    change.add_argument("--delete", metavar="RUN", help="remove a run for good")
    command.set_defaults(command=runs)
    return parser


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
    _train_here(run)
    status = run.status()
    print(f"{status.state}: {printable(str(run.folder))}")
    if scores := evaluation.summary(run):
        print(f"Test accuracy {scores['accuracy']:.4f}, loss {scores['loss']:.4f}")
    if status.reason:
        raise StudioError(status.reason, **status.values)
    return 0


def _train_here(run: Run) -> None:
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


def predict(options) -> int:
    """Read the digits in each image file. A file that cannot be read gets a line on stderr; the others go on.

    With --json a line has "file", "text" (rows of digits joined by a line break), "sure" (of all of them) and
    "digits", in reading order: "digit", "confidence", "sure", "box" (left, top, right, bottom in pixels of the
    upright picture) and the ten "probabilities". Where there is one digit, its figures stand beside "file" too.
    """
    run = Store().get(options.model) if options.model else prediction.default_model(prediction.usable(Store().runs()))
    if run is None:
        raise StudioError("run.none")
    quiet.import_tensorflow()
    predictor, threshold, failed = prediction.load(run), calibration.threshold(run), False
    for file in _files(options.files):
        try:
            seen = imagefile.read(file, file)
            ink = picture.find(seen.brightness, file)
            found = transcript.read(ink.drawing, predictor, threshold)
            line = json.dumps(_record(file, seen.scale, ink, found)) if options.json else f"{printable(file)}: {_told(found)}"
        except Exception as error:  # whatever a file may hold
            failed = True
            problem = error if isinstance(error, StudioError) else f"{printable(file)}: {error!r}"
            print(f"mnist_cnn: {problem}", file=sys.stderr)
        else:
            print(line, flush=True)
    return int(failed)


def _files(names: list[str]) -> list[str]:
    """The files meant: not every shell looks for those that a pattern matches. A pattern without any is left."""
    found = []
    for name in names:
        matching = [] if places.is_file(Path(name)) else sorted(glob.glob(name))  # noqa: PTH207  it may be absolute
        found += matching or [name]
    return found


def _record(file: str, scale: float, ink: picture.Ink, found: Transcript) -> dict:
    """What `predict --json` says of a file that was read with so many of its pixels to one: large ones are read smaller."""
    digits = []
    for digit in found.digits:
        figures = {"digit": digit.digit, "confidence": round(digit.confidence, 6), "sure": digit.sure}
        box = [round(edge * scale) for edge in ink.in_picture(digit.segment.box)]
        digits.append(figures | {"box": box, "probabilities": [round(float(p), 6) for p in digit.probabilities]})
    record = {"file": file, "text": found.text, "sure": found.sure, "digits": digits}
    single = ("digit", "confidence", "probabilities") if len(digits) == 1 else ()
    return record | {key: digits[0][key] for key in single}


def _told(found: Transcript) -> str:
    """The digits in words, rows divided by a stroke, with the confidence of the least sure."""
    text = found.text.replace("\n", " / ")
    return f"{'' if found.sure else 'not sure, most like '}{text} ({min(digit.confidence for digit in found.digits):.1%})"


def fetch(options) -> int:
    """Fetch MNIST, unless it is here, and say where it is.

    It is looked for where MNIST_CNN_DATA says, in the project's folder data/, and in Keras's cache; then it is
    downloaded to data/mnist.npz from the first mirror that answers. Wherever it comes from, it is verified.
    """
    try:
        dataset = datasets.load("mnist")
    except StudioError:
        if "MNIST_CNN_DATA" in os.environ:
            raise  # a download would not be used
        last = -1

        def progress(share: float) -> None:
            nonlocal last
            if (twentieth := int(share * 20)) > last:
                last = twentieth
                print(f"Downloading MNIST: {share:.0%}", file=sys.stderr, flush=True)

        download.fetch_mnist(progress)
        dataset = datasets.load("mnist")
    counts = f"{len(dataset.x_train)} training and {len(dataset.x_test)} test images"
    print(f"MNIST is at {printable(str(dataset.path))}: {counts}, verified.")
    return 0


def runs(options) -> int:
    """List all runs, newest first; or stop, rename or delete one."""
    store = Store()
    if options.stop:
        if not (run := store.get(options.stop)).request_stop():
            raise StudioError("run.idle", name=run.name)
    elif options.rename:
        store.rename(store.get(options.rename[0]), options.rename[1])
    elif options.delete:
        store.delete(store.get(options.delete))
    else:
        good, damaged = store.scan()
        for run in good:
            _print_run(run, options.json)
        for error in damaged:
            print(f"mnist_cnn: {error}", file=sys.stderr)
    return 0


def _print_run(run: Run, as_json: bool) -> None:
    scores, state = evaluation.summary(run), run.status().state
    accuracy, done = scores and scores["accuracy"], len(run.history())
    if as_json:
        record = {"id": run.id, "name": run.name, "state": state, "dataset": run.dataset, "epochs": done}
        print(json.dumps(record | {"test_accuracy": accuracy, "hyperparameters": run.hyperparameters.to_dict()}))
    else:
        shown = f"{accuracy:.4f}" if accuracy is not None else "-"
        print(f"{run.id:<24} {state:<9} {done:>3}/{run.hyperparameters.epochs:<3} {run.dataset:<7} {shown:>7}  {run.name}")
