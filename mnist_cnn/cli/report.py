"""Write the report of a run."""

from pathlib import Path

from mnist_cnn import places
from mnist_cnn.errors import printable
from mnist_cnn.reading import comparison, evaluation
from mnist_cnn.reading import report as reporting
from mnist_cnn.reading.export import check_ending
from mnist_cnn.runs import Store
from mnist_cnn.words import CATALOGUES


def add(commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("report", help="write the report of a run", description=report.__doc__)
    command.add_argument("--model", required=True, metavar="RUN", help="name or id of a run")
    command.add_argument("--compare", metavar="RUN", help="another run of the same dataset, to tell them apart")
    command.add_argument("--name", default="", metavar="STUDENT", help="who made it")
    command.add_argument("--lang", choices=CATALOGUES, default="en", help="language (default: en)")
    command.add_argument("file", type=Path, metavar="FILE", help="ends in .html")
    command.set_defaults(command=report)


def report(options) -> int:
    """Write the report of a run, one HTML file that opens without a network: settings, curves, matrix, mistakes."""
    check_ending(options.file, (".html", ".htm"))
    store = Store()
    runs = [store.get(name) for name in (options.model, options.compare) if name]
    if options.compare:
        comparison.check(*runs)
    results = [(run, evaluation.load(run)) for run in runs]
    text = reporting.build(*results[0], options.lang, options.name, other=results[1] if options.compare else None)
    with places.replacing(options.file) as partial:
        partial.write_text(text, "utf-8", "replace")
    print(f"{printable(str(options.file))} is written.")
    return 0
