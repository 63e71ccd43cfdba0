"""Print the program of a run."""

import sys

from mnist_cnn.digits import datasets
from mnist_cnn.network import program
from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.reading import wording
from mnist_cnn.runs import Store
from mnist_cnn.words import speaker


def add(commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("code", help="print the program of a run, in plain Keras", description=code.__doc__)
    of = command.add_mutually_exclusive_group(required=True)
    of.add_argument("--preset", choices=PRESETS, help="of these settings")
    of.add_argument("--model", metavar="RUN", help="of a run, by its name or id")
    command.add_argument("--dataset", choices=datasets.DATASETS, default="mnist", help="of a preset (default: mnist)")
    command.add_argument("--format", choices=program.FORMATS, default="py", help="script or notebook (default: py)")
    command.set_defaults(command=code)


def code(options) -> int:
    """Print a Keras program that does what a run does, without this app: load, train, test, save, read a drawing."""
    if options.preset:
        title = speaker("en")(f"preset.{options.preset}")
        source = program.script(PRESETS[options.preset], options.dataset, title)
    else:
        run = Store().get(options.model)
        title = wording.name(run, speaker("en"))
        source = program.script(run.hyperparameters, run.dataset, title, bool(run.base))
    if not sys.stdout.isatty():  # a file of Python, or of JSON, is UTF-8 wherever it was made
        sys.stdout.reconfigure(encoding="utf-8")
    print(source if options.format == "py" else program.notebook(source), end="")
    return 0
