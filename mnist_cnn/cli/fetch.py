"""Fetch MNIST, and say where it is."""

import os
import sys

from mnist_cnn.digits import datasets, download
from mnist_cnn.errors import StudioError, printable


def add(commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("data", help="fetch MNIST and say where it is", description=fetch.__doc__)
    command.set_defaults(command=fetch)


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
