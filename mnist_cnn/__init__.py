"""MNIST CNN Studio: train, draw and analyse a convolutional network on handwritten digits."""

import os

__version__ = "1.0.0"

# TensorFlow reads these when it is imported: its log from warnings up, and oneDNN's kernels,
# which it chooses by itself on some processors only.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
