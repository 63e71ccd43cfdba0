"""Write the network of a run to a file."""

from pathlib import Path

from mnist_cnn.errors import printable
from mnist_cnn.reading import export as exporting
from mnist_cnn.runs import Store


def add(commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("export", help="write the network of a run to a file", description=export.__doc__)
    command.add_argument("--model", required=True, metavar="RUN", help="name or id of a run")
    command.add_argument("file", type=Path, metavar="FILE", help="ends in .keras, for Keras, or in .tflite, for LiteRT")
    command.set_defaults(command=export)


def export(options) -> int:
    """Write the network of a run to a file, and say how to use it: it takes images divided by 255."""
    exporting.write(Store().get(options.model), options.file)
    print(f"{printable(str(options.file))} is written. To read an image with it:\n")
    print(exporting.snippet(printable(options.file.name)), end="")
    return 0
