"""`python -m mnist_cnn`: the command line."""

import sys

from mnist_cnn.cli import main

sys.exit(main())
