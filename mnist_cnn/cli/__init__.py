"""The command line: what the pages do, on the same runs. A command is a module."""

import argparse
import os
import sys

from mnist_cnn.cli import code, compare, evaluate, export, fetch, predict, report, runs, series, train
from mnist_cnn.errors import StudioError

COMMANDS = (train, series, evaluate, compare, predict, code, export, report, fetch, runs)
EPILOG = """examples:
  python -m mnist_cnn data                                  fetch MNIST ahead of class
  python -m mnist_cnn train --preset quick --name first     train about half a minute
  python -m mnist_cnn train --preset tutorial --epochs 5 --learning-rate 0.002
  python -m mnist_cnn series dropout                        sixteen runs: what does dropout do?
  python -m mnist_cnn evaluate --model first                accuracy, confusion matrix
  python -m mnist_cnn compare quick tutorial                what one reads and the other does not
  python -m mnist_cnn predict seven.png "photos/*.jpg"      what Sketch reads in each
  python -m mnist_cnn predict --model first --json *.png    one JSON object a line
  python -m mnist_cnn code --preset quick > quick.py        its program, in plain Keras
  python -m mnist_cnn export --model first first.tflite     its network, for a phone
  python -m mnist_cnn report --model first first.html       curves, matrix, mistakes in a file
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
    for command in COMMANDS:
        command.add(commands)
    return parser
